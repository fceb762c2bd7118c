//! `git`: its global options, what its subcommands read and write, and which touch a remote.
//!
//! Source: git(1) and the pages it names (2.47).

use super::super::shell::ShellWord;
use super::call::Call;
use super::git_paths;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::wrappers::join;
use super::{Inner, Leaf, Meaning};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Global {
    None,
    /// Selects code, configuration or a repository.
    Lift,
    Directory,
    Config,
    Query,
}

static GLOBALS: &[Opt<Global>] = &[
    value("-C", Global::Directory),
    value("-c", Global::Config),
    value(
        "--git-dir --work-tree --namespace --super-prefix --config-env --attr-source",
        Global::Lift,
    ),
    attached("--exec-path", Global::Lift),
    flag("--bare", Global::Lift),
    flag(
        "-p --paginate -P --no-pager --no-replace-objects --no-lazy-fetch --no-optional-locks --no-advice --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs",
        Global::None,
    ),
    flag(
        "-v --version -h --help --html-path --man-path --info-path",
        Global::Query,
    ),
    attached("--list-cmds", Global::Query),
];

/// What `git` does with these words.
pub(super) fn git(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let as_written = std::mem::take(&mut leaf.block_forms);
    let mut scan = Scan::new(call.args(), GLOBALS, Grammar::OperandsEnd);
    let mut start = call.args().len();
    let mut settings = Vec::new();
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => global(opt.role, value, &mut leaf, &mut settings),
            Item::Unknown(word) => {
                leaf.lift(format!("`git` has an unknown option `{}`", word.text))
            }
            Item::Operand(_) => {
                start = scan.at();
                break;
            }
        }
    }
    let rest = call.args_from(start);
    // Of the global options, only a directory is looked through for an allow.
    let only_directories = start == leaf.base.len() * 2;
    if only_directories && start > 0 && leaf.allow_form.is_some() {
        let words = call.words.iter().take(1).chain(rest);
        leaf.allow_form = Some(words.map(|word| word.text.clone()).collect());
    }
    leaf.block_forms.push(call.form(rest));
    if start > 0 {
        leaf.block_forms.extend(as_written);
    }
    if let Some((subcommand, args)) = rest.split_first() {
        let runs =
            configured(call, rest, &settings).or_else(|| runs_others(call, &subcommand.text, args));
        if let Some(meaning) = runs {
            return meaning;
        }
        if subcommand.known().is_none() {
            leaf.lift("the subcommand is known only at run time");
            leaf.unknown("the subcommand is known only at run time");
        }
        subcommand_of(&mut leaf, &subcommand.text, rest, args);
    }
    Meaning::Runs(leaf)
}

fn global<'a>(
    role: Global,
    value: Option<Value<'a>>,
    leaf: &mut Leaf,
    settings: &mut Vec<(&'a str, Value<'a>)>,
) {
    match (role, value) {
        (Global::Directory, Some(value)) => {
            leaf.base.push(value.word());
        }
        (Global::Config, value) => {
            leaf.lift("`git -c` changes the configuration");
            let setting =
                value.and_then(|value| value.text.split_once('=').map(|(key, _)| (key, value)));
            settings.extend(setting);
        }
        (Global::Lift, _) => {
            leaf.lift("an option of `git` selects code, configuration or a repository")
        }
        (Global::Query, _) => leaf.inert = true,
        _ => {}
    }
}

/// What a `-c KEY=VALUE` of this line makes git run: an alias, a pager, an ssh command, …
fn configured(
    call: &Call<'_>,
    rest: &[ShellWord],
    settings: &[(&str, Value<'_>)],
) -> Option<Meaning> {
    let name = rest.first().map_or("", |word| word.text.as_str());
    let mut wrapper = call.wrapper();
    wrapper.lift("`git -c` changes the configuration");
    let alias = settings.iter().rev().find_map(|(key, value)| {
        let (section, alias) = key.split_once('.')?;
        let is_it = section.eq_ignore_ascii_case("alias") && alias.eq_ignore_ascii_case(name);
        Some((value, value.text.split_once('=')?.1)).filter(|_| is_it)
    });
    if let Some((value, code)) = alias {
        let arguments = rest
            .get(1..)
            .unwrap_or_default()
            .iter()
            .map(|word| word.text.as_str());
        let code = code
            .strip_prefix('!')
            .map_or_else(|| format!("git {code}"), str::to_owned);
        let words: Vec<&str> = std::iter::once(&*code).chain(arguments).collect();
        wrapper.script(&ShellWord {
            text: words.join(" "),
            dynamic: value.dynamic,
            glob: false,
        });
    }
    for (key, value) in settings {
        let Some((_, code)) = value.text.split_once('=') else {
            continue;
        };
        let key = key.to_ascii_lowercase();
        let runs = code.starts_with('!') || runs_its_value(&key);
        if runs && !key.starts_with("alias.") {
            let text = code.strip_prefix('!').unwrap_or(code).to_owned();
            wrapper.script(&ShellWord {
                text,
                dynamic: value.dynamic,
                glob: false,
            });
        }
    }
    if wrapper.inner.is_empty() {
        return None;
    }
    wrapper.name = "git -c".to_owned();
    if alias.is_none() {
        let program = call.words.first().cloned();
        wrapper.inner.push(Inner::Words(
            program.into_iter().chain(rest.iter().cloned()).collect(),
        ));
    }
    Some(Meaning::Wraps(wrapper))
}

/// git-config(1): settings that name a command.
fn runs_its_value(key: &str) -> bool {
    matches!(
        key,
        "core.pager"
            | "core.editor"
            | "core.sshcommand"
            | "core.fsmonitor"
            | "core.askpass"
            | "sequence.editor"
            | "diff.external"
            | "core.gitproxy"
            | "gpg.program"
            | "credential.helper"
            | "uploadpack.packobjectshook"
            | "interactive.difffilter"
    ) || key.starts_with("pager.")
        || [
            ".cmd",
            ".textconv",
            ".command",
            ".clean",
            ".smudge",
            ".process",
            ".driver",
            ".program",
        ]
        .iter()
        .any(|suffix| key.ends_with(suffix))
}

/// `rebase --exec CMD`, `submodule foreach CMD`, `filter-branch --tree-filter CMD`, `bisect run CMD…`
fn runs_others(call: &Call<'_>, name: &str, args: &[ShellWord]) -> Option<Meaning> {
    let mut wrapper = call.wrapper();
    wrapper.name = format!("git {name}");
    wrapper.lift(format!("`git {name}` runs commands"));
    match (name, args) {
        ("bisect", [run, command @ ..]) if run.text == "run" => wrapper.runs(command),
        ("submodule", _) => {
            let at = args.iter().position(|word| word.text == "foreach")?;
            let command: Vec<ShellWord> = args
                .iter()
                .skip(at + 1)
                .skip_while(|word| word.text.starts_with('-'))
                .cloned()
                .collect();
            join(&mut wrapper, &command);
        }
        ("rebase" | "filter-branch" | "difftool", _) => {
            for item in Scan::new(args, RUNS, Grammar::Permute) {
                if let Item::Option {
                    opt,
                    value: Some(value),
                } = item
                    && opt.role
                {
                    wrapper.script(&value.word());
                }
            }
        }
        _ => {}
    }
    (!wrapper.inner.is_empty()).then_some(Meaning::Wraps(wrapper))
}

static RUNS: &[Opt<bool>] = &[
    value(
        "-x --exec --extcmd --tree-filter --index-filter --msg-filter --env-filter --parent-filter \
         --commit-filter --tag-name-filter --setup",
        true,
    ),
    value(
        "-s --strategy -X --strategy-option --onto -C --whitespace -t --tool",
        false,
    ),
];

/// git-push(1), as far as `-h`, `-n` and values that look like them go. Abbreviations are taken
/// in the order of this table, which puts the strict reading first.
static PUSH: &[Opt<Push>] = &[
    value(
        "-o --push-option --repo --receive-pack --exec --recurse-submodules",
        Push::None,
    ),
    attached("--force-with-lease --signed", Push::None),
    flag("-d --delete", Push::None),
    flag("-n --dry-run", Push::DryRun),
    flag("--no-dry-run", Push::NoDryRun),
    flag("-h --help", Push::Help),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Push {
    None,
    DryRun,
    NoDryRun,
    Help,
}

fn push_is_inert(args: &[ShellWord]) -> bool {
    let mut dry_run = false;
    for item in Scan::new(args, PUSH, Grammar::Permute) {
        match item {
            Item::Option { opt, .. } => match opt.role {
                Push::Help => return true,
                Push::DryRun => dry_run = true,
                Push::NoDryRun => dry_run = false,
                Push::None => {}
            },
            Item::Unknown(_) | Item::Operand(_) => {}
        }
    }
    dry_run
}

fn subcommand_of(leaf: &mut Leaf, name: &str, rest: &[ShellWord], args: &[ShellWord]) {
    let first = args.first().map_or("", |word| word.text.as_str());
    // Where it isn't alone, `-h` is an option of some (`git grep -h`).
    leaf.inert |= matches!(name, "help" | "version")
        || first == "--help"
        || (first == "-h" && args.len() == 1);
    match (name, first) {
        ("push", _) => {
            leaf.inert |= push_is_inert(args);
            leaf.git_remote = Some(rest.to_vec());
        }
        ("fetch" | "pull" | "ls-remote" | "fetch-pack" | "clone", _) => {
            leaf.git_remote = Some(rest.to_vec());
        }
        // They move refs as `push` does, and take the remote and the refs in the same order.
        ("send-pack" | "http-push", _) => pushes(leaf, name, args.to_vec()),
        ("subtree", "push") => {
            let words = args
                .iter()
                .skip(1)
                .filter(|word| !word.text.starts_with('-'));
            let prefixed = args
                .iter()
                .any(|word| matches!(word.text.as_str(), "-P" | "--prefix"));
            pushes(
                leaf,
                name,
                words.skip(usize::from(prefixed)).cloned().collect(),
            );
        }
        ("subtree" | "remote" | "lfs" | "svn" | "p4" | "submodule", _) => {
            leaf.lift(format!("`git {name}` may talk to a remote"));
        }
        _ => {}
    }
    git_paths::add(leaf, name, args);
}

fn pushes(leaf: &mut Leaf, name: &str, mut words: Vec<ShellWord>) {
    leaf.lift(format!("`git {name}` writes to a remote"));
    words.insert(0, ShellWord::constant("push"));
    leaf.git_remote = Some(words);
}

/// `git-push` and its like, the programs that `git` starts.
pub(super) fn dashed(call: &Call<'_>) -> Option<Meaning> {
    let subcommand = call.name.strip_prefix("git-")?;
    let mut wrapper = call.wrapper();
    wrapper.lift("a part of git, called directly");
    let words = [ShellWord::constant("git"), ShellWord::constant(subcommand)];
    wrapper.inner.push(Inner::Words(
        words
            .into_iter()
            .chain(call.args().iter().cloned())
            .collect(),
    ));
    Some(Meaning::Wraps(wrapper))
}
