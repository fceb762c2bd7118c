//! `git`: its global options, what its subcommands read and write, and which touch a remote.
//!
//! | module | holds |
//! |---|---|
//! | `options`, `operands` | the options of subcommands, and what a command says by them and by its words |
//! | `names`, `arity` | the names of subcommands; the options of `git` in each table that knows them |
//! | `paths`, `trees`, `shows`, `brought` | what is read, written and printed of the working tree and of commits |
//! | `pathspecs` | how subcommands name files |
//! | `config`, `environment`, `runs` | settings, variables and words that are commands |
//! | `remote` | how git reaches a remote |
//!
//! Source: git(1) and the pages it names (2.47).

mod arity;
mod brought;
mod config;
mod environment;
mod names;
mod operands;
mod options;
mod paths;
mod pathspecs;
mod remote;
mod runs;
mod shows;
mod trees;

pub use arity::{OptionsOfGit, options_of_git};
pub(in crate::action) use environment::with_environment;
pub(super) use operands::everything;
pub(super) use pathspecs::is_like_file;
pub use pathspecs::paths_of_revision;
pub(super) use remote::addresses_of;
pub use shows::names_commits;
pub(super) use shows::{is_id, is_usual, may_be_file};

use super::super::git::Settings;
use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::{GitContext, Inner, Leaf, Meaning};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Global {
    None,
    /// Selects code or configuration.
    Lift,
    /// Selects a repository.
    Repository,
    Directory,
    Config,
    Query,
}

static GLOBALS: &[Opt<Global>] = &[
    value("-C", Global::Directory),
    value("-c", Global::Config),
    value("--git-dir --work-tree", Global::Repository),
    value(
        "--namespace --super-prefix --config-env --attr-source",
        Global::Lift,
    ),
    attached("--exec-path", Global::Lift),
    flag("--bare", Global::Repository),
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
    let mut globals = Globals::default();
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => globals.take(opt.role, value, &mut leaf),
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
        if let Some(alias) = config::alias(&globals.settings, &subcommand.text) {
            let options = call.args().get(..start).unwrap_or_default();
            let mut wrapper = call.wrapper();
            wrapper.lift("`git -c` changes the configuration");
            wrapper.name = "git -c".to_owned();
            wrapper.inner.push(config::expanded(alias, options, args));
            if alias.0.dynamic {
                let reason = "part of an alias is known only at run time";
                wrapper.inner.push(Inner::Dynamic(reason.to_owned()));
            }
            return Meaning::Wraps(wrapper);
        }
        if subcommand.known().is_none() {
            leaf.lift("the subcommand is known only at run time");
            leaf.unknown("the subcommand is known only at run time");
        }
        subcommand_of(&mut leaf, &subcommand.text, rest, args);
        names::add(&mut leaf, subcommand, args);
        leaf.starts.extend(config::runs(&globals.settings));
    }
    leaf.git = Some(Box::new(globals.context()));
    Meaning::Runs(leaf)
}

/// What the options in front of the subcommand say.
#[derive(Debug, Default)]
struct Globals {
    /// `KEY=VALUE` of each `-c`.
    settings: Vec<ShellWord>,
    elsewhere: bool,
}

impl Globals {
    fn take(&mut self, role: Global, value: Option<Value<'_>>, leaf: &mut Leaf) {
        match (role, value) {
            (Global::Directory, Some(value)) => leaf.base.push(value.word()),
            (Global::Config, value) => {
                leaf.lift("`git -c` changes the configuration");
                self.settings.extend(value.map(Value::word));
            }
            (Global::Lift, _) => leaf.lift("an option of `git` selects code or configuration"),
            (Global::Repository, _) => {
                leaf.lift("an option of `git` selects a repository");
                self.elsewhere = true;
            }
            (Global::Query, _) => leaf.inert = true,
            _ => {}
        }
    }

    fn context(self) -> GitContext {
        let mut settings = Settings::default();
        for word in &self.settings {
            settings.add(&word.text);
        }
        GitContext {
            settings,
            elsewhere: self.elsewhere,
        }
    }
}

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
        ("remote", _) if only_lists_remotes(args) => {}
        ("subtree" | "remote" | "lfs" | "svn" | "p4" | "submodule", _) => {
            leaf.lift(format!("`git {name}` may talk to a remote"));
        }
        _ => {}
    }
    paths::add(leaf, name, args);
    remote::add(leaf, name, args);
    runs::add(leaf, name, args);
}

/// `git remote`, `git remote -v`, `git remote get-url NAME`: what the configuration says.
fn only_lists_remotes(args: &[ShellWord]) -> bool {
    let first = args.first().map_or("", |word| word.text.as_str());
    let is_verbose = |word: &ShellWord| matches!(word.text.as_str(), "-v" | "--verbose");
    first == "get-url" || args.iter().all(is_verbose)
}

fn pushes(leaf: &mut Leaf, name: &str, mut words: Vec<ShellWord>) {
    leaf.lift(format!("`git {name}` writes to a remote"));
    words.insert(0, ShellWord::constant("push"));
    leaf.git_remote = Some(words);
}

/// `git-push` and others like it, the programs that `git` starts.
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
