//! Programs that pack, unpack and copy: dd(1), tar(1) (GNU and BSD), zip(1), unzip(1), 7z(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::MAX_COMBINED_BYTES;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::transfers::{Role, file, read, write};
use super::wrappers::join;
use super::{Access, Inner, Leaf, Meaning, Operand, remote_archives};

/// dd(1)
pub(super) fn dd(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    for word in call.args() {
        if let Some(path) = word.text.strip_prefix("if=") {
            file(&mut leaf, Value::part(word, path), Access::Read);
        } else if let Some(path) = word.text.strip_prefix("of=") {
            file(&mut leaf, Value::part(word, path), Access::Write);
        }
    }
    Meaning::Runs(leaf)
}

pub(super) static TAR: &[Opt<Role>] = &[
    value("--checkpoint-action", Role::Checkpoint),
    value("-f --file", Role::Archive),
    flag("--force-local", Role::Local),
    value("-C --directory --cd", Role::Directory),
    attached("--one-top-level", Role::Top),
    value("--add-file", Role::Member),
    flag("--remove-files", Role::Moves),
    flag(
        "-c --create -r --append -u --update -A --catenate --concatenate",
        Role::Create,
    ),
    flag("-x --extract --get", Role::Extract),
    flag(
        "-t --list -d --diff --compare --delete --test-label",
        Role::List,
    ),
    value("-T --files-from -X --exclude-from", Role::Read),
    value(
        "-I --use-compress-program --to-command --rsh-command --rmt-command --info-script --new-volume-script -F",
        Role::Program,
    ),
    value(
        "--exclude --transform --xform -s --strip-components --owner --group --mode --mtime -N --newer --after-date -b --blocking-factor -H --format -V --label -L --tape-length --occurrence --pax-option -K --starting-file --suffix --level --sort --record-size --checkpoint-action --warning --quoting-style",
        Role::None,
    ),
    value(
        "-g --listed-incremental --index-file --volno-file",
        Role::Write,
    ),
    attached(
        "--checkpoint --atime-preserve --backup --totals --hole-detection",
        Role::None,
    ),
];

/// tar(1)
pub(super) fn tar(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let args = old_style(call.args());
    let mut state = Tar::default();
    for item in Scan::new(&args, TAR, Grammar::Permute) {
        match item {
            Item::Operand(word) => state.member(word, &mut leaf),
            Item::Unknown(_) => {}
            Item::Option { opt, value } => state.option(opt.role, value, &mut leaf),
        }
    }
    state.finish(&mut leaf);
    remote_archives::tar(call, &mut leaf);
    let mut wrapper = call.wrapper();
    for program in state.programs {
        join(&mut wrapper, &[program]);
    }
    if wrapper.inner.is_empty() {
        return Meaning::Runs(leaf);
    }
    wrapper.lift("`tar` runs a command");
    wrapper.operands = leaf.operands;
    Meaning::Wraps(wrapper)
}

#[derive(Debug, Default)]
struct Tar {
    create: bool,
    extract: bool,
    /// The directory that members go to, in the one that they would go to else.
    top: Option<ShellWord>,
    /// What was packed is removed.
    removes: bool,
    archives: Vec<ShellWord>,
    members: Vec<ShellWord>,
    directory: String,
    programs: Vec<ShellWord>,
    /// Bytes of the members' paths so far.
    combined: usize,
}

impl Tar {
    fn member(&mut self, word: &ShellWord, leaf: &mut Leaf) {
        self.combined = self.combined.saturating_add(self.directory.len());
        if self.combined > MAX_COMBINED_BYTES {
            leaf.unknown("the members are too many");
            self.members.push(word.clone());
        } else {
            self.members.push(inside(&self.directory, &word.text, word));
        }
    }

    fn option(&mut self, role: Role, value: Option<Value<'_>>, leaf: &mut Leaf) {
        match (role, value) {
            (Role::Archive, Some(value)) if value.text != "-" => self.archives.push(value.word()),
            (Role::Directory, Some(value)) => {
                self.combined = self.combined.saturating_add(self.directory.len());
                if self.combined > MAX_COMBINED_BYTES {
                    leaf.unknown("the directories are too many");
                    return;
                }
                self.directory = inside(&self.directory, value.text, &value.word()).text;
            }
            (Role::Member, Some(value)) => self.member(&value.word(), leaf),
            (Role::Moves, _) => self.removes = true,
            (Role::Top, value) => self.top = value.map(Value::word),
            (Role::Create, _) => self.create = true,
            (Role::Extract, _) => self.extract = true,
            (Role::Read, Some(value)) => {
                file(leaf, value, Access::Read);
                leaf.unknown("a file of names");
            }
            (Role::Write, Some(value)) => file(leaf, value, Access::Write),
            (Role::Program, Some(value)) => self.programs.push(value.word()),
            (Role::Checkpoint, Some(value)) => {
                let command = value.text.strip_prefix("exec=");
                let command = command.map(|text| Value { text, ..value }.word());
                self.programs.extend(command);
            }
            _ => {}
        }
    }

    fn finish(&mut self, leaf: &mut Leaf) {
        let members = std::mem::take(&mut self.members);
        let access = if self.create {
            Access::Write
        } else {
            Access::Read
        };
        leaf.operands
            .extend(self.archives.drain(..).map(|word| Operand {
                word,
                access,
                recursive: false,
            }));
        if self.create {
            let removed = members.iter().filter(|_| self.removes);
            leaf.operands.extend(removed.cloned().map(tree_write));
            leaf.operands
                .extend(members.into_iter().map(|word| Operand {
                    word,
                    access: Access::Read,
                    recursive: true,
                }));
        } else if self.extract {
            let all = members.is_empty();
            let top = self.top.take();
            let top = top.map(|top| inside(&self.directory, &top.text, &top));
            leaf.operands.extend(top.map(tree_write));
            leaf.operands.extend(members.into_iter().map(tree_write));
            if all {
                let text = if self.directory.is_empty() {
                    "."
                } else {
                    self.directory.as_str()
                };
                leaf.operands.push(tree_write(ShellWord::constant(text)));
            }
        }
    }
}

/// A path that is written, or removed, with everything below it.
fn tree_write(word: ShellWord) -> Operand {
    Operand {
        word,
        access: Access::Write,
        recursive: true,
    }
}

fn inside(directory: &str, path: &str, word: &ShellWord) -> ShellWord {
    let text = if directory.is_empty() || path.starts_with(['/', '~']) {
        path.to_owned()
    } else {
        format!("{}/{path}", directory.trim_end_matches('/'))
    };
    ShellWord {
        text,
        ..word.clone()
    }
}

/// `tar xzf A` as `tar -x -z -f A`: letters that take a value take the next words in turn.
pub(super) fn old_style(args: &[ShellWord]) -> Vec<ShellWord> {
    let Some((first, rest)) = args.split_first() else {
        return Vec::new();
    };
    if first.text.starts_with('-') || first.text.is_empty() {
        return args.to_vec();
    }
    let mut words = Vec::with_capacity(args.len() + first.text.len());
    let mut rest = rest.iter();
    for letter in first.text.chars() {
        words.push(ShellWord {
            text: format!("-{letter}"),
            ..first.clone()
        });
        if matches!(
            letter,
            'f' | 'C' | 'T' | 'X' | 'I' | 'b' | 'H' | 'V' | 'L' | 'N' | 'K' | 'g' | 'F'
        ) {
            words.extend(rest.next().cloned());
        }
    }
    words.extend(rest.cloned());
    words
}

static ZIP: &[Opt<Role>] = &[
    value("-b -i -x -n -t -tt -P -s -O --out --password", Role::None),
    value("-TT --unzip-command", Role::Program),
    flag("-m --move", Role::Moves),
];

/// zip(1): the archive, then what goes into it.
pub(super) fn zip(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = Vec::new();
    let mut moves = false;
    for item in Scan::new(call.args(), ZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) => words.push(word),
            Item::Option { opt, .. } => moves |= opt.role == Role::Moves,
            Item::Unknown(_) => {}
        }
    }
    for command in unzip_commands(call) {
        leaf.lift("an option names a command that runs");
        leaf.starts.push(Inner::Script(command.to_owned()));
    }
    let mut words = words.into_iter();
    leaf.operands.extend(words.next().map(|word| Operand {
        word: word.clone(),
        access: Access::Write,
        recursive: false,
    }));
    for word in words {
        leaf.operands.push(Operand {
            word: word.clone(),
            access: Access::Read,
            recursive: true,
        });
        if moves {
            leaf.operands.push(Operand {
                word: word.clone(),
                access: Access::Write,
                recursive: true,
            });
        }
    }
    Meaning::Runs(leaf)
}

/// zip's `-TT CMD`, `--unzip-command CMD`.
fn unzip_commands<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a str> {
    let args = call.args();
    args.iter().enumerate().filter_map(move |(at, word)| {
        let text = word.text.as_str();
        match text.strip_prefix("--unzip-command=") {
            Some(command) => Some(command),
            None if matches!(text, "-TT" | "--unzip-command") => {
                args.get(at + 1).map(|word| word.text.as_str())
            }
            None => text
                .strip_prefix("-TT")
                .filter(|command| !command.is_empty()),
        }
    })
}

static UNZIP: &[Opt<Role>] = &[
    value("-d", Role::Directory),
    value("-x -P", Role::None),
    flag("-l -t -v -z -Z", Role::List),
    flag("-p -c", Role::Stdout),
];

/// unzip(1): all of the archive, or the members that are named.
pub(super) fn unzip(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut directory = None;
    let mut writes = true;
    let mut words = Vec::new();
    for item in Scan::new(call.args(), UNZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) => words.push(word),
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Directory, Some(value)) => directory = Some(value.word()),
                (Role::List | Role::Stdout, _) => writes = false,
                _ => {}
            },
            Item::Unknown(_) => {}
        }
    }
    let mut words = words.into_iter();
    leaf.operands.extend(words.next().map(read));
    if writes {
        unpacked(&mut leaf, directory, &words.collect::<Vec<_>>());
    }
    Meaning::Runs(leaf)
}

/// What unpacking writes: the members that are named, or any.
fn unpacked(leaf: &mut Leaf, directory: Option<ShellWord>, members: &[&ShellWord]) {
    let directory = directory.unwrap_or_else(|| ShellWord::constant("."));
    let combined = members.len().saturating_mul(directory.text.len());
    if members.is_empty() || combined > MAX_COMBINED_BYTES {
        leaf.operands.push(Operand {
            word: directory,
            access: Access::Write,
            recursive: true,
        });
        return;
    }
    for member in members {
        let mut word = inside(&directory.text, &member.text, member);
        word.dynamic |= directory.dynamic;
        leaf.operands.push(Operand {
            word,
            access: Access::Write,
            recursive: true,
        });
    }
}

static SEVEN_ZIP: &[Opt<Role>] = &[
    attached("-o", Role::Directory),
    attached(
        "-p -x -i -m -t -v -w -r -u -s -y -b -a -l -n -ao -aoa",
        Role::None,
    ),
];

/// 7z(1), rar(1), unrar(1): a command letter, the archive, then members; rar takes a
/// directory to unpack to as the last word, with a slash behind it.
pub(super) fn seven_zip(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut directory = None;
    let mut words = Vec::new();
    for item in Scan::new(call.args(), SEVEN_ZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) => words.push(word),
            Item::Option { opt, value } if opt.role == Role::Directory => {
                directory = value.map(Value::word);
            }
            _ => {}
        }
    }
    let command = words.first().map_or("", |word| word.text.as_str());
    let archive = words.get(1).copied();
    let mut members = words.get(2..).unwrap_or_default().to_vec();
    match command {
        "x" | "e" => {
            leaf.operands.extend(archive.map(read));
            if call.name.ends_with("rar")
                && let Some(last) = members.pop_if(|word| word.text.ends_with('/'))
            {
                directory = Some(last.clone());
            }
            unpacked(&mut leaf, directory, &members);
        }
        "l" | "t" | "v" | "lb" | "lt" | "vb" | "vt" | "i" | "b" | "p" => {
            leaf.operands.extend(archive.map(read));
        }
        _ => {
            leaf.operands.extend(archive.map(write));
            leaf.operands
                .extend(members.into_iter().map(|word| Operand {
                    recursive: true,
                    ..read(word)
                }));
        }
    }
    Meaning::Runs(leaf)
}
