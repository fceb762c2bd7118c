//! Subcommands of git whose words are, or hold, commands.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::super::shell::ShellWord;
use super::super::options::{Grammar, Item, Opt, Scan, attached, value};
use super::super::wrappers::join;
use super::super::{Inner, Leaf, Runs, Wrapper};

/// Whether an option's value is a command.
type IsCommand = bool;

static REBASE: &[Opt<IsCommand>] = &[
    value("-x --exec", true),
    value(
        "-s --strategy -X --strategy-option --onto -C --whitespace",
        false,
    ),
];
static FILTER_BRANCH: &[Opt<IsCommand>] = &[
    value(
        "--tree-filter --index-filter --msg-filter --env-filter --parent-filter --commit-filter --tag-name-filter --setup",
        true,
    ),
    value("--subdirectory-filter --original -d --state-branch", false),
];
static DIFFTOOL: &[Opt<IsCommand>] = &[value("-x --extcmd", true), value("-t --tool", false)];
static GREP: &[Opt<IsCommand>] = &[
    attached("-O --open-files-in-pager", true),
    value("-e -f -A -B -C -m --max-count --max-depth --threads", false),
];
static SEND_EMAIL: &[Opt<IsCommand>] = &[
    value("--to-cmd --cc-cmd --header-cmd --sendmail-cmd", true),
    value("--to --from --cc --bcc --subject --smtp-server", false),
];
static DAEMON: &[Opt<IsCommand>] = &[attached("--access-hook", true)];
static INTERPRET_TRAILERS: &[Opt<IsCommand>] = &[value("--trailer", false)];
static WEB: &[Opt<IsCommand>] = &[value("-b --browser", true), value("-c --config", false)];
static SHELL: &[Opt<IsCommand>] = &[value("-c", true)];

/// Adds the commands that `git NAME ARGS` runs.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let mut wrapper = Wrapper {
        name: String::new(),
        inner: Vec::new(),
        runs: Runs::Apart,
        lifts_allow: None,
        assignments: Vec::new(),
        values: Vec::new(),
        directory: None,
        operands: Vec::new(),
    };
    let opts = match name {
        "rebase" => Some(REBASE),
        "filter-branch" => Some(FILTER_BRANCH),
        "difftool" => Some(DIFFTOOL),
        "grep" => Some(GREP),
        "send-email" => Some(SEND_EMAIL),
        "daemon" => Some(DAEMON),
        "interpret-trailers" => Some(INTERPRET_TRAILERS),
        "instaweb" | "web--browse" => Some(WEB),
        "shell" => Some(SHELL),
        _ => None,
    };
    match opts {
        Some(opts) => options(&mut wrapper, args, opts),
        None => operands(&mut wrapper, name, args),
    }
    if !wrapper.inner.is_empty() {
        leaf.lift(format!("`git {name}` runs commands"));
        leaf.starts.extend(wrapper.inner);
    }
}

fn options(wrapper: &mut Wrapper, args: &[ShellWord], opts: &'static [Opt<IsCommand>]) {
    for item in Scan::new(args, opts, Grammar::Permute) {
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

fn operands(wrapper: &mut Wrapper, name: &str, args: &[ShellWord]) {
    match (name, args) {
        ("bisect", [run, command @ ..]) if run.text == "run" => wrapper.runs(command),
        ("submodule", _) => {
            let Some(at) = args.iter().position(|word| word.text == "foreach") else {
                return;
            };
            let command: Vec<ShellWord> = args
                .iter()
                .skip(at + 1)
                .skip_while(|word| word.text.starts_with('-'))
                .cloned()
                .collect();
            if !command.is_empty() {
                join(wrapper, &command);
            }
        }
        // `git merge-index [-o] [-q] PROGRAM FILE…`
        ("merge-index", _) => {
            let program = args.iter().find(|word| !word.text.starts_with('-'));
            program
                .into_iter()
                .for_each(|word| wrapper.runs(std::slice::from_ref(word)));
        }
        // git-remote-ext(1): the address behind the remote's name.
        ("remote-ext", [_, address]) => {
            let address = format!("ext::{}", address.text);
            wrapper.inner.extend(super::remote::helper(&address, false));
        }
        // `git for-each-repo --config=KEY ARGUMENTS…` runs git with them.
        ("for-each-repo", _) => {
            let rest = args.iter().skip_while(|word| word.text.starts_with("--"));
            let git = std::iter::once(ShellWord::constant("git"));
            wrapper
                .inner
                .push(Inner::Words(git.chain(rest.cloned()).collect()));
        }
        _ => {}
    }
}
