//! How git reaches a remote: programs that it runs for it, and what it takes from there.
//!
//! Sources: git-fetch(1), git-pull(1), git-clone(1), git-ls-remote(1), git-push(1),
//! git-send-pack(1), git-archive(1), gitremote-helpers(7), git-remote-ext(1); git 2.47.

use super::super::super::shell::ShellWord;
use super::super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::super::{Access, Inner, Leaf, Operand, Runs, Wrapper};
use super::config;

/// What an option means for the way to a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    /// Names the program that runs at the other end; for a path, that is here.
    Program,
    /// Names the remote itself.
    Remote,
    /// `-c KEY=VALUE`
    Config,
    /// Chooses code, or touches what the checkout is based on.
    Code,
    /// A folder that is made.
    Folder,
}

static CLONE: &[Opt<Part>] = &[
    value("-u --upload-pack", Part::Program),
    value("-c --config", Part::Config),
    value("--template", Part::Code),
    value("--separate-git-dir", Part::Folder),
    value(
        "-o --origin -b --branch --reference --reference-if-able --depth --shallow-since --shallow-exclude -j --jobs --server-option --filter --bundle-uri --revision --ref-format",
        Part::None,
    ),
    attached("--recurse-submodules --recursive", Part::Code),
    flag(
        "-l --local --no-hardlinks -s --shared -q --quiet -v --verbose --progress --no-progress -n --no-checkout --bare --mirror --sparse --single-branch --no-single-branch --tags --no-tags --shallow-submodules --no-shallow-submodules --dissociate --reject-shallow --no-reject-shallow -4 --ipv4 -6 --ipv6",
        Part::None,
    ),
];
static FETCH: &[Opt<Part>] = &[
    value("--upload-pack --exec", Part::Program),
    flag("-u --update-head-ok", Part::Code),
    value("-s --strategy", Part::Code),
    value(
        "--depth --deepen --shallow-since --shallow-exclude --refmap -j --jobs -o --server-option --negotiation-tip --filter -X --strategy-option --cleanup",
        Part::None,
    ),
    attached(
        "--rebase -r --log -S --gpg-sign --recurse-submodules",
        Part::None,
    ),
    flag(
        "-v --verbose -q --quiet --all --no-all --set-upstream -a --append --atomic -f --force -m --multiple -t --tags --no-tags --prefetch -p --prune --no-prune -P --prune-tags --dry-run --porcelain --write-fetch-head --no-write-fetch-head -k --keep --progress --no-progress --unshallow --refetch --update-shallow -4 --ipv4 -6 --ipv6 --auto-maintenance --no-auto-maintenance --auto-gc --no-auto-gc --show-forced-updates --no-show-forced-updates --write-commit-graph --no-write-commit-graph --no-recurse-submodules",
        Part::None,
    ),
    flag(
        "--no-rebase --commit --no-commit -e --edit --no-edit --ff --no-ff --ff-only --squash --no-squash --stat -n --no-stat --no-log --verify --no-verify --verify-signatures --no-verify-signatures --autostash --no-autostash --allow-unrelated-histories --signoff --no-signoff --no-gpg-sign",
        Part::None,
    ),
];
static LS_REMOTE: &[Opt<Part>] = &[
    value("--upload-pack --exec", Part::Program),
    flag("-u", Part::Code),
    value("-o --server-option --sort", Part::None),
    flag(
        "-h --heads -b --branches -t --tags --refs -q --quiet --exit-code --get-url --symref",
        Part::None,
    ),
];
/// Only what takes a value or names a program: `action::git::options` knows the others.
static PUSH: &[Opt<Part>] = &[
    value("--receive-pack --exec", Part::Program),
    value("--repo", Part::Remote),
    value("-o --push-option --recurse-submodules", Part::None),
    attached("--force-with-lease --signed", Part::None),
];
static ARCHIVE: &[Opt<Part>] = &[
    value("--exec", Part::Program),
    value("--remote", Part::Remote),
    value(
        "-o --output --format --prefix --add-file --add-virtual-file --mtime",
        Part::None,
    ),
];

/// The words of `git NAME ARGS` that give a remote: the first operand, or the value of an option. All
/// operands where each is one (`git fetch --multiple`).
pub(in crate::action::program) fn addresses_of(name: &str, args: &[ShellWord]) -> Vec<ShellWord> {
    let opts = match name {
        "clone" => CLONE,
        "fetch" | "pull" | "fetch-pack" => FETCH,
        "ls-remote" => LS_REMOTE,
        "push" | "send-pack" | "http-push" => PUSH,
        "archive" => ARCHIVE,
        _ => return Vec::new(),
    };
    let several = args
        .iter()
        .any(|word| matches!(word.text.as_str(), "--multiple" | "-m"));
    let (mut operands, mut named) = (Vec::new(), Vec::new());
    for item in Scan::new(args, opts, Grammar::Permute) {
        match item {
            Item::Operand(word) => operands.push(word.clone()),
            Item::Option { opt, value } if opt.role == Part::Remote => {
                named.extend(value.map(super::super::options::Value::word));
            }
            Item::Option { .. } | Item::Unknown(_) => {}
        }
    }
    if name == "archive" {
        return named;
    }
    if !(several && name == "fetch") {
        operands.truncate(1);
    }
    named.append(&mut operands);
    named
}

/// Adds what the way to the remote of `git NAME ARGS` runs and makes.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let (opts, complete) = match name {
        "clone" => (CLONE, true),
        "fetch" | "pull" | "fetch-pack" => (FETCH, name != "fetch-pack"),
        "ls-remote" => (LS_REMOTE, true),
        "push" | "send-pack" => (PUSH, false),
        "archive" => (ARCHIVE, false),
        _ => return,
    };
    let mut found = Found::default();
    for item in Scan::new(args, opts, Grammar::Permute) {
        match item {
            Item::Operand(word) => found.operands.push(word),
            Item::Unknown(word) if complete => {
                leaf.lift(format!(
                    "`git {name}` has an unknown option `{}`",
                    word.text
                ));
            }
            Item::Unknown(_) => {}
            Item::Option { opt, value } => match (opt.role, value) {
                (Part::Program, Some(value)) => found.programs.push(value.word()),
                (Part::Remote, Some(value)) => found.remotes.push(value.word()),
                (Part::Config, Some(value)) => found.settings.push(value.word()),
                (Part::Folder, Some(value)) => makes(leaf, value.word()),
                (Part::Code, _) => {
                    leaf.lift(format!("an option of `git {name}` chooses code"));
                }
                _ => {}
            },
        }
    }
    found.judge(leaf, name);
}

#[derive(Debug, Default)]
struct Found<'a> {
    operands: Vec<&'a ShellWord>,
    programs: Vec<ShellWord>,
    remotes: Vec<ShellWord>,
    settings: Vec<ShellWord>,
}

impl Found<'_> {
    fn judge(self, leaf: &mut Leaf, name: &str) {
        if let ("clone", [_, folder, ..]) = (name, self.operands.as_slice()) {
            makes(leaf, (*folder).clone());
        }
        let mut wrapper = Wrapper {
            name: format!("git {name}"),
            inner: Vec::new(),
            runs: Runs::Apart,
            lifts_allow: Some("git runs it to reach a remote".to_owned()),
            assignments: Vec::new(),
            values: Vec::new(),
            directory: None,
            operands: Vec::new(),
        };
        for program in &self.programs {
            leaf.lift(format!(
                "an option of `git {name}` names the program that runs at the remote"
            ));
            wrapper.script(program);
        }
        let addresses = self.operands.iter().copied().chain(&self.remotes);
        for word in addresses {
            wrapper.inner.extend(helper(&word.text, word.dynamic));
        }
        if !self.settings.is_empty() {
            leaf.lift(format!("`git {name} -c` changes the configuration"));
            leaf.starts.extend(config::runs(&self.settings));
        }
        if !wrapper.inner.is_empty() {
            leaf.lift("git runs a program to reach the remote");
            leaf.starts.extend(wrapper.inner);
        }
    }
}

fn makes(leaf: &mut Leaf, word: ShellWord) {
    leaf.operands.push(Operand {
        word,
        access: Access::Write,
        recursive: true,
    });
}

/// What git runs for the address `HELPER::REST` of a remote.
pub(super) fn helper(address: &str, dynamic: bool) -> Option<Inner> {
    let (name, rest) = address.split_once("::")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let words = match name {
        "ext" => split(rest),
        _ => vec![format!("git-remote-{name}"), rest.to_owned()],
    };
    let words = words.into_iter().map(|text| ShellWord {
        dynamic: dynamic && text.contains(['$', '`']),
        glob: false,
        text,
        shown: false,
    });
    Some(Inner::Words(words.collect()))
}

/// git-remote-ext(1): words are split at spaces; `% ` is a space, `%%` a percent sign.
fn split(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        let next = match letter {
            ' ' => {
                words.push(String::new());
                continue;
            }
            '%' => match letters.next() {
                Some(escaped @ (' ' | '%')) => escaped,
                Some('s') => {
                    words
                        .last_mut()
                        .into_iter()
                        .for_each(|word| word.push_str("upload-pack"));
                    continue;
                }
                Some('S') => {
                    words
                        .last_mut()
                        .into_iter()
                        .for_each(|word| word.push_str("git-upload-pack"));
                    continue;
                }
                // `%G` and `%V` make a word of their own, which the command doesn't get.
                _ => continue,
            },
            other => other,
        };
        words
            .last_mut()
            .into_iter()
            .for_each(|word| word.push(next));
    }
    words.retain(|word| !word.is_empty());
    words
}
