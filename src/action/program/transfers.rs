//! Programs that move content between files, archives and the network.
//!
//! Sources: curl(1), wget(1), dd(1), tar(1) (GNU and BSD), zip(1), gzip(1), openssl(1), gpg(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::MAX_COMBINED_BYTES;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::wrappers::join;
use super::{Access, Inner, Leaf, Meaning, Operand};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Read,
    Write,
    /// Written beside the content itself.
    Log,
    /// Read where it starts with `@`, or has `@` or `<` behind `=`.
    Field,
    /// A directory to write to.
    Directory,
    /// A file is written under a name that the URL gives.
    RemoteName,
    /// `-F` of wget and others: a list of addresses.
    Config,
    /// tar: the archive.
    Archive,
    /// tar: reads its members (`-c`, `-r`, `-u`).
    Create,
    /// tar: writes its members (`-x`).
    Extract,
    /// tar: runs a command.
    Program,
    /// gzip: only to standard output.
    Stdout,
    List,
    /// unzip, zip: changes and removes its sources.
    Moves,
}

static CURL: &[Opt<Role>] = &[
    value(
        "-d --data --data-ascii --data-binary --data-urlencode --json --url-query --variable -H --header --proxy-header -b --cookie",
        Role::Field,
    ),
    value("-F --form", Role::Field),
    value(
        "-T --upload-file -E --cert --key --cacert --netrc-file --pubkey --crlfile --proxy-cert --proxy-key --etag-compare --hostpubmd5-file",
        Role::Read,
    ),
    value("-K --config", Role::Config),
    value(
        "-o --output -c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --etag-save --hsts --alt-svc --libcurl",
        Role::Write,
    ),
    value("--output-dir", Role::Directory),
    flag(
        "-O --remote-name --remote-name-all -J --remote-header-name",
        Role::RemoteName,
    ),
    value(
        "-X --request -u --user -A --user-agent -e --referer -x --proxy -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -w --write-out -r --range -C --continue-at -U --proxy-user -y -Y -z --time-cond --limit-rate --resolve --connect-to --interface --ciphers --url --max-redirs --form-string --oauth2-bearer --aws-sigv4 --unix-socket --abstract-unix-socket --cert-type --key-type --pass -Q --quote --proto --proto-redir --proto-default -t --telnet-option -P --ftp-port --socks5 --socks5-hostname --dns-servers --noproxy --keepalive-time --max-filesize --rate --local-port --tls-max --tls13-ciphers --doh-url --mail-from --mail-rcpt --login-options --request-target --expect100-timeout",
        Role::None,
    ),
];
static WGET: &[Opt<Role>] = &[
    value("-O --output-document", Role::Write),
    value(
        "-o --output-file -a --append-output --save-cookies --warc-file --rejected-log",
        Role::Log,
    ),
    value("-P --directory-prefix", Role::Directory),
    value(
        "--post-file --body-file -i --input-file --load-cookies --certificate --private-key --ca-certificate",
        Role::Read,
    ),
    value("--config", Role::Config),
    value(
        "--post-data --body-data --method --header -U --user-agent --user --password -t --tries -T --timeout -w --wait -Q --quota -e --execute --limit-rate -D --domains -A --accept -R --reject -I -X -l --level --referer --proxy-user --proxy-password --bind-address --max-redirect -B --base --http-user --http-password --secure-protocol --ca-directory",
        Role::None,
    ),
];

/// curl(1)
pub(super) fn curl(call: &Call<'_>) -> Meaning {
    network(call, CURL, false)
}

/// wget(1): without `-O` it writes files that the addresses name.
pub(super) fn wget(call: &Call<'_>) -> Meaning {
    network(call, WGET, true)
}

fn network(call: &Call<'_>, opts: &'static [Opt<Role>], saves: bool) -> Meaning {
    let mut leaf = call.leaf();
    let mut saves = saves;
    let mut directory = String::new();
    let mut urls = Vec::new();
    for item in Scan::new(call.args(), opts, Grammar::Permute) {
        let (role, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Operand(word) => {
                urls.push(word);
                continue;
            }
            Item::Unknown(_) => continue,
        };
        match (role, value) {
            (Role::Field, Some(value)) => field(&mut leaf, value),
            (Role::Read, Some(value)) => file(&mut leaf, value, Access::Read),
            (Role::Config, Some(value)) => {
                file(&mut leaf, value, Access::Read);
                leaf.unknown("a file of options");
            }
            (Role::Write, Some(value)) => {
                saves = false;
                file(&mut leaf, value, Access::Write);
            }
            (Role::Log, Some(value)) => file(&mut leaf, value, Access::Write),
            (Role::Directory, Some(value)) => value.text.clone_into(&mut directory),
            (Role::RemoteName, _) => saves = true,
            _ => {}
        }
    }
    if urls.len().saturating_mul(directory.len()) > MAX_COMBINED_BYTES {
        leaf.unknown("the files that it saves are too many");
        directory.clear();
    }
    for url in urls {
        if let Some(path) = url.text.strip_prefix("file://") {
            leaf.reads(ShellWord {
                text: path.to_owned(),
                ..url.clone()
            });
        }
        if saves {
            saved(&mut leaf, url, &directory);
        }
    }
    Meaning::Runs(leaf)
}

/// The file of the address's last segment.
fn saved(leaf: &mut Leaf, url: &ShellWord, directory: &str) {
    let path = url.text.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    let name = path.rsplit_once('/').map_or("index.html", |(_, name)| name);
    let name = if name.is_empty() { "index.html" } else { name };
    let text = if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    };
    leaf.writes(ShellWord {
        text,
        ..url.clone()
    });
}

fn file(leaf: &mut Leaf, value: Value<'_>, access: Access) {
    if value.text != "-" && !value.text.is_empty() {
        leaf.operands.push(Operand {
            word: value.word(),
            access,
            recursive: false,
        });
    }
}

/// `@F`, `name=@F`, `name=<F;type=…`, `name@F`
fn field(leaf: &mut Leaf, value: Value<'_>) {
    let Some(at) = value.text.find(['@', '<']) else {
        return;
    };
    let head = value.text.get(..at).unwrap_or_default();
    let is_name = head.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'[' | b']' | b'.')
    });
    if !(head.is_empty() || head.ends_with('=') || is_name) {
        return;
    }
    let path = value.text.get(at + 1..).unwrap_or_default();
    for path in path.split(',') {
        let path = path.split(';').next().unwrap_or_default().trim_matches('"');
        file(
            leaf,
            Value {
                text: path,
                ..value
            },
            Access::Read,
        );
    }
}

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

static TAR: &[Opt<Role>] = &[
    value("-f --file", Role::Archive),
    value("-C --directory --cd", Role::Directory),
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
            (Role::Create, _) => self.create = true,
            (Role::Extract, _) => self.extract = true,
            (Role::Read, Some(value)) => {
                file(leaf, value, Access::Read);
                leaf.unknown("a file of names");
            }
            (Role::Write, Some(value)) => file(leaf, value, Access::Write),
            (Role::Program, Some(value)) => self.programs.push(value.word()),
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
            leaf.operands
                .extend(members.into_iter().map(|word| Operand {
                    word,
                    access: Access::Read,
                    recursive: true,
                }));
        } else if self.extract {
            let all = members.is_empty();
            leaf.operands
                .extend(members.into_iter().map(|word| Operand {
                    word,
                    access: Access::Write,
                    recursive: true,
                }));
            if all {
                let text = if self.directory.is_empty() {
                    "."
                } else {
                    self.directory.as_str()
                };
                leaf.operands.push(Operand {
                    word: ShellWord::constant(text),
                    access: Access::Write,
                    recursive: true,
                });
            }
        }
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
fn old_style(args: &[ShellWord]) -> Vec<ShellWord> {
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

/// zip(1), 7z(1), rar(1): the archive, then what goes into it.
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
    // 7z and rar have a command letter first.
    let skip = usize::from(call.name != "zip");
    let mut words = words.into_iter().skip(skip);
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

static UNZIP: &[Opt<Role>] = &[
    value("-d", Role::Directory),
    value("-x -P", Role::None),
    flag("-l -t -v -z -Z", Role::List),
    flag("-p -c", Role::Stdout),
];

/// unzip(1)
pub(super) fn unzip(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut directory = ShellWord::constant(".");
    let mut writes = true;
    let mut archive = None;
    for item in Scan::new(call.args(), UNZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) if archive.is_none() => archive = Some(word),
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Directory, Some(value)) => directory = value.word(),
                (Role::List | Role::Stdout, _) => writes = false,
                _ => {}
            },
            _ => {}
        }
    }
    leaf.operands.extend(archive.map(|word| Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }));
    if writes {
        leaf.operands.push(Operand {
            word: directory,
            access: Access::Write,
            recursive: true,
        });
    }
    Meaning::Runs(leaf)
}

static GZIP: &[Opt<Role>] = &[
    value(
        "-S --suffix -T --threads -b --blocksize -M --memory",
        Role::None,
    ),
    value("-o", Role::Write),
    flag("-c --stdout --to-stdout -l --list -t --test", Role::Stdout),
    flag("-r --recursive", Role::None),
];

/// gzip(1), bzip2(1), xz(1), zstd(1): each file is read and, unless `-c`, replaced.
pub(super) fn gzip(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = Vec::new();
    let mut replaces = true;
    for item in Scan::new(call.args(), GZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) if word.text != "-" => words.push(word),
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Write, Some(value)) => file(&mut leaf, value, Access::Write),
                (Role::Stdout, _) => replaces = false,
                _ => {}
            },
            _ => {}
        }
    }
    for word in words {
        leaf.reads(word.clone());
        if replaces {
            leaf.writes(word.clone());
        }
    }
    Meaning::Runs(leaf)
}

/// openssl(1), keytool: `-in F`, `-out F` and their like, in any subcommand.
pub(super) fn openssl(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter().skip(1).peekable();
    while let Some(word) = words.next() {
        let name = word.text.trim_start_matches('-');
        match name {
            "in" | "inkey" | "key" | "cert" | "certfile" | "CAfile" | "CA" | "CAkey" | "config"
            | "kfile" | "sign" | "verify" | "prverify" | "signature" | "rand" | "cacert"
            | "signkey" | "keystore" | "srckeystore" | "file"
                if word.text.starts_with('-') =>
            {
                leaf.operands.extend(words.next().map(read));
            }
            "out" | "keyout" | "writerand" | "sigfile" | "destkeystore"
                if word.text.starts_with('-') =>
            {
                leaf.operands.extend(words.next().map(write));
            }
            "pass" | "passin" | "passout" if word.text.starts_with('-') => {
                let value = words.next();
                let path = value.and_then(|value| Some((value, value.text.strip_prefix("file:")?)));
                leaf.operands
                    .extend(path.map(|(value, path)| read(&Value::part(value, path).word())));
            }
            _ if word.text.starts_with('-') => {}
            _ => leaf.reads(word.clone()),
        }
    }
    Meaning::Runs(leaf)
}

fn read(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }
}

fn write(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Write,
        recursive: false,
    }
}

/// sed(1): what its script reads, writes and runs by `r`, `w`, `s///w` and `e`.
pub(super) fn sed(call: &Call<'_>) -> Meaning {
    let meaning = super::files::run(call, &super::readers::SED);
    let Meaning::Runs(mut leaf) = meaning else {
        return meaning;
    };
    let mut given = false;
    let mut scripts = Vec::new();
    let mut first = None;
    for item in Scan::new(call.args(), SED, Grammar::Permute) {
        match item {
            Item::Option { opt, value } if opt.role != Role::None => {
                given = true;
                scripts.extend(value.filter(|_| opt.role == Role::Program));
            }
            Item::Operand(word) if first.is_none() => first = Some(Value::of(word)),
            _ => {}
        }
    }
    if !given {
        scripts.extend(first);
    }
    for script in scripts {
        sed_script(&mut leaf, script);
    }
    Meaning::Runs(leaf)
}

static SED: &[Opt<Role>] = &[
    value("-e --expression", Role::Program),
    value("-f --file", Role::Read),
    value("-l --line-length", Role::None),
    attached("-i --in-place", Role::None),
];

/// A command of a sed script stands at the start of a line or behind `;`, `{` or an address.
fn sed_script(leaf: &mut Leaf, script: Value<'_>) {
    for part in script.text.split(['\n', ';', '{']) {
        let part = part.trim_start();
        let command = part.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '$' | ',' | '!' | ' ' | '~' | '+')
        });
        let after_address = after_regex(command);
        let named = |letters: [char; 2]| {
            after_address
                .strip_prefix(letters)
                .map(str::trim_start)
                .filter(|path| !path.is_empty())
        };
        if let Some(path) = named(['r', 'R']) {
            file(
                leaf,
                Value {
                    text: path,
                    ..script
                },
                Access::Read,
            );
        } else if let Some(path) = named(['w', 'W']) {
            file(
                leaf,
                Value {
                    text: path,
                    ..script
                },
                Access::Write,
            );
        } else if after_address == "e" || after_address.starts_with("e ") {
            leaf.unknown("a sed script runs a command");
        } else if let Some(flags) = substitution_flags(after_address) {
            if let Some((_, path)) = flags.split_once('w') {
                file(
                    leaf,
                    Value {
                        text: path.trim_start(),
                        ..script
                    },
                    Access::Write,
                );
            } else if flags.contains('e') {
                leaf.unknown("a sed script runs what it substitutes");
            }
        }
    }
}

/// What stands behind the address `/regex/`, if one is in front.
fn after_regex(command: &str) -> &str {
    let Some(rest) = command.strip_prefix('/') else {
        return command;
    };
    rest.rsplit_once('/').map_or(command, |(_, rest)| {
        if rest.is_empty() {
            command
        } else {
            rest.trim_start_matches(['I', 'M', '!', ' ', ','])
        }
    })
}

/// The flags behind `s/A/B/`.
fn substitution_flags(command: &str) -> Option<&str> {
    let rest = command.strip_prefix('s')?;
    let delimiter = rest
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    let mut parts = rest.get(delimiter.len_utf8()..)?.splitn(3, delimiter);
    let (_, _) = (parts.next()?, parts.next()?);
    parts.next()
}

/// awk(1): a program may read, write and run what it names.
pub(super) fn awk(call: &Call<'_>) -> Meaning {
    let meaning = super::files::run(call, &super::readers::AWK);
    let Meaning::Runs(mut leaf) = meaning else {
        return meaning;
    };
    let text = |call: &Call<'_>| {
        call.args()
            .iter()
            .map(|word| word.text.len())
            .sum::<usize>()
    };
    if text(call) > 0 && call.args().iter().any(|word| opens_others(&word.text)) {
        leaf.unknown("an awk program opens files or runs commands");
        for word in call.args() {
            quoted(&mut leaf, word);
        }
    }
    Meaning::Runs(leaf)
}

fn opens_others(program: &str) -> bool {
    program.contains("system(")
        || program.contains("getline")
        || program.contains("| \"")
        || program.contains("|\"")
        || (program.contains('>') && program.contains("print"))
        || program.contains("@load")
        || program.contains("@include")
}

/// The string constants of a program, each of which may name a file that it reads or writes.
fn quoted(leaf: &mut Leaf, word: &ShellWord) {
    for text in word.text.split('"').skip(1).step_by(2) {
        if !text.is_empty() && !text.contains(char::is_whitespace) && text.contains(['.', '/']) {
            leaf.reads(ShellWord {
                text: text.to_owned(),
                ..word.clone()
            });
            leaf.writes(ShellWord {
                text: text.to_owned(),
                ..word.clone()
            });
        }
    }
}

static GPG: &[Opt<Role>] = &[
    value("-o --output -O", Role::Write),
    value(
        "-i --identity --passphrase-file --keyfile --batch-file -R --recipients-file",
        Role::Read,
    ),
    value(
        "-r --recipient -u --local-user --passphrase --pinentry-mode --homedir --cipher-algo --keyserver --trust-model --default-key --digest-algo --compress-algo -C -N -P -t -b --age --kms --input-type --output-type",
        Role::None,
    ),
];

/// gpg(1), age(1), sops(1), ansible-vault(1), ssh-keygen(1): operands are read, `-o` is written.
pub(super) fn gpg(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    for item in Scan::new(call.args(), GPG, Grammar::Permute) {
        match item {
            Item::Option {
                opt,
                value: Some(value),
            } => match opt.role {
                Role::Write => file(&mut leaf, value, Access::Write),
                Role::Read => file(&mut leaf, value, Access::Read),
                _ => {}
            },
            Item::Operand(word) if word.text != "-" => leaf.reads(word.clone()),
            _ => {}
        }
    }
    Meaning::Runs(leaf)
}

/// ssh-keygen(1), ssh-add(1)
pub(super) fn ssh_keygen(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    let mut file = None;
    let mut prints = call.name == "ssh-add";
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-f" => file = words.next(),
            "-y" | "-e" | "-i" | "-l" | "-B" | "-p" | "-c" => prints = true,
            "-t" | "-b" | "-C" | "-N" | "-P" | "-m" | "-a" | "-I" | "-n" | "-V" | "-O" | "-Z"
            | "-z" | "-F" | "-R" => {
                words.next();
            }
            text if !text.starts_with('-') => file = Some(word),
            _ => {}
        }
    }
    if let Some(file) = file {
        if prints {
            leaf.reads(file.clone());
        } else {
            leaf.writes(file.clone());
        }
    }
    Meaning::Runs(leaf)
}

/// vim(1), nano(1), ed(1), emacs(1): files are read and written; `-c`, `+CMD` and `--eval` run code.
pub(super) fn editor(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-c" | "--cmd" | "-S" | "-s" | "-u" | "-U" | "--eval" | "-l" | "--load" | "-W"
            | "-w" | "--script" => {
                let value = words.next();
                leaf.unknown("an editor's commands are code");
                if let Some(value) =
                    value.filter(|_| matches!(word.text.as_str(), "-S" | "-s" | "-l" | "--load"))
                {
                    leaf.reads(value.clone());
                }
            }
            text if text.starts_with('+')
                && !text
                    .trim_start_matches('+')
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
            {
                leaf.unknown("an editor's commands are code");
            }
            text if text.starts_with(['-', '+']) => {}
            _ => {
                leaf.reads(word.clone());
                leaf.writes(word.clone());
            }
        }
    }
    Meaning::Runs(leaf)
}

/// make(1), just, rake, …: the file of recipes decides.
pub(super) fn make(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-f" | "--file" | "--makefile" => leaf.operands.extend(words.next().map(read)),
            "-C" | "--directory" => leaf.base.extend(words.next().cloned()),
            "-n" | "--dry-run" | "--just-print" | "--help" | "--version" => leaf.inert = true,
            _ => {}
        }
    }
    // `SHELL=…` and `--eval` make any recipe run anything.
    if call
        .args()
        .iter()
        .any(|word| word.text.starts_with("--eval") || word.text.starts_with("SHELL="))
    {
        leaf.unknown("the recipe is given in the line");
        leaf.inert = false;
    }
    leaf.lift("a file of recipes decides what runs");
    Meaning::Runs(leaf)
}

/// socat(1), nc(1) with `-e`: it runs a command for whoever connects.
pub(super) fn netcat(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("it gives a connection a command");
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if matches!(text, "-e" | "--exec" | "-c" | "--sh-exec") {
            if let Some(command) = words.next() {
                wrapper.script(command);
            }
        } else if let Some((_, code)) = text.split_once(':').filter(|(kind, _)| {
            matches!(
                kind.to_ascii_lowercase().as_str(),
                "exec" | "system" | "shell"
            )
        }) {
            let code = code.split(',').next().unwrap_or(code);
            wrapper.script(&ShellWord {
                text: code.to_owned(),
                ..word.clone()
            });
        }
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    wrapper
        .inner
        .push(Inner::Dynamic("what the connection says".into()));
    Meaning::Wraps(wrapper)
}
