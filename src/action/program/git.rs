//! `git`: its global options, what its subcommands read and write, and which touch a remote.
//!
//! Source: git(1) and the pages it names (2.47).

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::{Leaf, Meaning};

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
    let mut aliases = Vec::new();
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => global(opt.role, value, &mut leaf, &mut aliases),
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
    leaf.block_forms.push(call.form(rest));
    if start > 0 {
        leaf.block_forms.extend(as_written);
    }
    if let Some((subcommand, args)) = rest.split_first() {
        if let Some(meaning) = alias(call, &subcommand.text, &aliases) {
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
    aliases: &mut Vec<(&'a str, Value<'a>)>,
) {
    match (role, value) {
        (Global::Directory, Some(value)) => {
            leaf.base.push(value.word());
            leaf.lift("`git -C` names another directory");
        }
        (Global::Config, value) => {
            leaf.lift("`git -c` changes the configuration");
            let setting =
                value.and_then(|value| value.text.split_once('=').map(|(key, _)| (key, value)));
            if let Some((key, value)) = setting {
                if let Some(name) = key.strip_prefix("alias.") {
                    aliases.push((name, value));
                }
            }
        }
        (Global::Lift, _) => {
            leaf.lift("an option of `git` selects code, configuration or a repository")
        }
        (Global::Query, _) => leaf.inert = true,
        _ => {}
    }
}

/// An alias that this very line defines: `git -c alias.x='!cmd' x`.
fn alias(call: &Call<'_>, name: &str, aliases: &[(&str, Value<'_>)]) -> Option<Meaning> {
    let (_, value) = aliases.iter().rev().find(|(alias, _)| *alias == name)?;
    let (_, code) = value.text.split_once('=')?;
    let mut wrapper = call.wrapper();
    wrapper.name = format!("git -c alias.{name}");
    wrapper.lift("an alias defined in the line");
    let code = match code.strip_prefix('!') {
        Some(code) => code.to_owned(),
        None => format!("git {code}"),
    };
    wrapper.script(&ShellWord {
        text: code,
        dynamic: value.dynamic,
        glob: false,
    });
    Some(Meaning::Wraps(wrapper))
}

fn subcommand_of(leaf: &mut Leaf, name: &str, rest: &[ShellWord], args: &[ShellWord]) {
    leaf.inert |= name == "help" || args.first().is_some_and(|word| word.text == "--help");
    match name {
        "push" | "fetch" | "pull" | "ls-remote" | "send-pack" | "fetch-pack" | "http-push"
        | "clone" => {
            leaf.git_remote = Some(rest.to_vec());
        }
        "subtree" | "remote" | "lfs" | "svn" | "p4" => {
            leaf.lift(format!("`git {name}` may write to a remote"))
        }
        _ => {}
    }
}
