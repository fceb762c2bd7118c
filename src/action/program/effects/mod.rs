//! What a command does, if the table of its program accounts for every word of it.
//!
//! A command whose effects are known may be allowed by them (`commands.allow_effects`), so a table
//! holds only options that the manual describes and that neither run a program nor read or write
//! a file that the table doesn't name. Whatever isn't in a table makes the command less than known.
//!
//! | module | holds |
//! |---|---|
//! | `table`, `account`, `pairs`, `elsewhere` | what a table says, and how a command is accounted for with it |
//! | `endless` | what prints without end |
//! | `sieve` | which files a search opens |
//! | `names`, `regex` | names that tell a file from a directory; bracket expressions |
//! | `printers`, `processes`, `readers`, `listers`, `searchers`, `writers`, `archives`, `binaries`, `texts` | one family of programs each |
//! | `git`, `git_tables`, `git_fetch` | git's subcommands |
//! | `project`, `places` | tools that run the project's own code: tests, builds, linters |
//! | `activation`, `modules` | Python's environments, and its modules that are programs |
//! | `versions`, `syntax` | programs that are asked for their version, or whether a file is well formed |
//! | `docker` | what lists containers and images |
//! | `network`, `gh`, `registries`, `installed` | what only asks a host for something, or lists packages |
//! | `sed`, `awk`, `jq`, `find`, `test` | programs whose words are a small language |

mod account;
mod activation;
mod archives;
mod awk;
mod binaries;
mod docker;
mod elsewhere;
mod endless;
mod find;
mod gh;
mod git;
mod git_fetch;
mod git_tables;
mod installed;
mod jq;
mod listers;
mod modules;
mod names;
mod network;
mod pairs;
mod places;
mod printers;
mod processes;
mod project;
mod readers;
mod regex;
mod registries;
mod searchers;
mod sed;
mod sieve;
mod syntax;
mod table;
mod test;
mod texts;
mod versions;
mod writers;

use std::sync::LazyLock;

use foldhash::HashMap;

use super::super::shell::ShellWord;
use super::Leaf;
use super::call::Call;
use super::call::file_name;
use super::options::looks_like_option;
pub(in crate::action) use activation::activated;
pub(super) use awk::only_prints;
pub(super) use gh::only_reads as gh_only_reads;
pub(super) use git_tables::arities as git_arities;
pub(super) use registries::{asks_registry, is_package, knows_every_word};
use table::{Account, Check, Family};

static FAMILIES: &[Family] = &[
    printers::PROGRAMS,
    processes::PROGRAMS,
    readers::PROGRAMS,
    listers::PROGRAMS,
    searchers::PROGRAMS,
    writers::PROGRAMS,
    network::PROGRAMS,
    archives::PROGRAMS,
    binaries::PROGRAMS,
    texts::PROGRAMS,
    &[
        ("ast.__main__", Check::Function(modules::ast)),
        ("awk gawk mawk nawk", Check::Function(awk::awk)),
        ("find", Check::Function(find::find)),
        ("gh", Check::Function(gh::gh)),
        ("git", Check::Function(git::git)),
        ("jq", Check::Function(jq::jq)),
        ("json.tool", Check::Function(modules::json_tool)),
        ("sed", Check::Function(sed::sed)),
        ("source .", Check::Function(activation::source)),
        ("test [", Check::Function(test::test)),
        ("tokenize.__main__", Check::Function(modules::tokenize)),
    ],
];

static BY_NAME: LazyLock<HashMap<&'static str, Check>> = LazyLock::new(|| {
    let families = FAMILIES.iter().copied().flatten();
    families
        .flat_map(|(names, check)| names.split(' ').map(move |name| (name, *check)))
        .collect()
});

/// Whether a table of effects knows the program.
pub(super) fn knows(name: &str) -> bool {
    BY_NAME.contains_key(name)
}

/// Words of one command that are accounted for. Each operand is compared with those before it.
const MAX_WORDS: usize = 128;

/// The words among which a program looks for options that could harm.
fn before_operands<'w>(name: &str, args: &'w [ShellWord]) -> &'w [ShellWord] {
    let is_operand = |word: &ShellWord| !word.glob && !looks_like_option(&word.text);
    let end = match name {
        // All their words are one expression; `test` looks at its globs itself.
        "find" => None,
        "[" | "test" | "echo" => Some(0),
        "awk" | "gawk" | "mawk" | "nawk" | "printf" => args.iter().position(is_operand),
        _ if matches!(BY_NAME.get(name), Some(Check::Table(table)) if table.mild) => Some(0),
        _ => args.iter().position(|word| word.text == "--"),
    };
    args.get(..end.unwrap_or(args.len())).unwrap_or_default()
}

/// No name of a file has a slash, and no expression of `find` has one.
fn may_become_option(name: &str, word: &ShellWord) -> bool {
    word.may_begin_otherwise() && !(name == "find" && word.text.contains('/'))
}

/// Whether a glob of a command, its program first, may become an option: a file may have such a name.
pub(in crate::action) fn may_find_options(words: &[ShellWord]) -> bool {
    let Some((program, args)) = words.split_first() else {
        return false;
    };
    // A match of `--include=*.py` is that option too.
    let is_option =
        |word: &ShellWord| word.text.starts_with('-') && !word.text.starts_with("--include=");
    let is_any = |word: &ShellWord| {
        let wild = |byte| matches!(byte, b'*' | b'?');
        word.text.starts_with(['[', '?']) || word.text.bytes().all(wild)
    };
    let mut globs = args.iter().filter(|word| word.glob);
    let name = file_name(&program.text);
    // To a tool of the project such a file is one more of its files of arguments, code or settings.
    let front = match knows(name) {
        true => before_operands(name, args),
        false => &[],
    };
    globs.any(|word| is_option(word) || is_any(word))
        || front.iter().any(|word| may_become_option(name, word))
}

/// Finds out what a command does, as far as a table of effects knows its program.
pub(super) fn assess(call: &Call<'_>, leaf: &mut Leaf) {
    if versions::asked(call, leaf) || syntax::checked(call, leaf) {
        return;
    }
    let known = BY_NAME.get(&*call.name).copied();
    let known = known.or_else(|| registries::check(call));
    let Some(check) = known.or_else(|| docker::check(call)) else {
        return project::assess(call, leaf);
    };
    let mut account = Account::of(leaf);
    let program = call.words.first().map_or("", |word| word.text.as_str());
    match call.args() {
        // What lifts every allow says why.
        _ if account.is_lifted() => return account.close_in_part(),
        _ if !call.is_exact() || account.starts_others() => account.unaccounted(program),
        [only] if matches!(only.text.as_str(), "--help" | "--version") => {}
        args if args.len() > MAX_WORDS => {
            account.unaccounted(args.last().map_or("", |word| word.text.as_str()));
        }
        args => match check {
            Check::Table(table) => account.by(args, table),
            Check::Function(function) => {
                // A file may have the name of an option.
                let words = before_operands(&call.name, call.args()).iter();
                for word in words.filter(|word| may_become_option(&call.name, word)) {
                    account.unaccounted(&word.text);
                }
                function(call, &mut account);
            }
        },
    }
    if endless::is_endless(call) {
        account.prints_without_end();
    }
    account.close();
}
