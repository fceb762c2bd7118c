//! Which options of a program are known, so that an `allow` pattern may take them in.
//!
//! An author who writes `cargo test*` into a pack vouches for `cargo test`, not for
//! `cargo test --config=…`, which runs another program. So each program has a table of the
//! options that keep it what it is, and everything else lifts the allow. Where there is no
//! table, the pattern is the table: see [`super::super::facts::Command::unvouched`].
//!
//! | module | holds |
//! |---|---|
//! | `table` | what a table says, and the one function that checks a command with it |
//! | `indexed` | a table with its commands by their first words |
//! | `values` | what the values of options may be |
//! | `further`, `further_tools`, `checkers` | tables of tools that run a project's tasks, which only effects use |
//! | `terraform`, `runners` | tables for `terraform` and for what `npm test --` passes on |
//! | the others | one family of programs each |

mod checkers;
mod clusters;
mod dart;
mod everyday;
mod further;
mod further_tools;
mod git;
mod github;
mod go;
mod indexed;
mod java;
mod javascript;
mod python;
mod recipes;
mod ruby;
pub(super) mod runners;
mod runtimes;
mod rust;
mod table;
pub(super) mod terraform;
mod text_tools;
mod values;

use foldhash::HashMap;
use std::sync::{Arc, LazyLock};

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::Tool;
use super::options::{Grammar, Item, Scan, looks_like_option, may_configure};
use super::{Leaf, Meaning, OptionTable, interpret, lookup};
pub(super) use further::{Accounted, account};
pub(super) use git::arities as git_arities;
use indexed::Indexed;
use table::Program;

static FAMILIES: &[&[Program]] = &[
    clusters::PROGRAMS,
    everyday::PROGRAMS,
    git::PROGRAMS,
    github::PROGRAMS,
    go::PROGRAMS,
    java::PROGRAMS,
    javascript::PROGRAMS,
    python::PROGRAMS,
    recipes::PROGRAMS,
    text_tools::PROGRAMS,
    ruby::PROGRAMS,
    runtimes::PROGRAMS,
    rust::PROGRAMS,
];

static BY_NAME: LazyLock<HashMap<&'static str, Arc<Indexed>>> = LazyLock::new(|| {
    let families = FAMILIES.iter().copied();
    families.flat_map(indexed::by_name).collect()
});

/// Programs whose own module looks every option up in a table, and `echo`, which prints a word that
/// is no option of it.
const CHECKED: &[&str] = &[
    "terraform",
    "tofu",
    "terragrunt",
    "pytest",
    "py.test",
    "npm",
    "pnpm",
    "yarn",
    "echo",
];

/// The name by which a command's options are looked up. None if that has been done already.
fn table_name<'a>(call: &'a Call<'_>, leaf: &Leaf) -> Option<&'a str> {
    match leaf.options {
        OptionTable::Asked => None,
        OptionTable::NodeTest => Some("node--test"),
        OptionTable::Program => Some(&call.name),
    }
}

/// Whether a table has looked up every option and operand of a command that [`check`] has seen.
pub(super) fn is_tabled(call: &Call<'_>, leaf: &Leaf) -> bool {
    let Some(name) = table_name(call, leaf) else {
        return true;
    };
    let by_name = || {
        BY_NAME
            .get(name)
            .and_then(|program| program.of(call.args()))
    };
    CHECKED.contains(&name) || by_name().is_some()
}

/// The operands of a program without subcommands, as its table tells them from values of options.
pub(super) fn operands<'a>(call: &Call<'a>) -> Option<Vec<&'a ShellWord>> {
    let indexed = BY_NAME.get(&*call.name)?;
    let (command, rest) = indexed.of(call.args())?;
    let program = indexed.program;
    let scan = Scan::new(rest, command.opts, program.grammar).with(program.global);
    let operands = scan.filter_map(|item| match item {
        Item::Operand(word) => Some(word),
        _ => None,
    });
    Some(operands.collect())
}

/// Checks the options of a command with its program's table.
pub(super) fn check(call: &Call<'_>, leaf: &mut Leaf) {
    let Some(name) = table_name(call, leaf) else {
        return;
    };
    if CHECKED.contains(&name) {
        return;
    }
    if let Some(program) = BY_NAME.get(name) {
        if !call.is_exact() && !leaf.is_by_path {
            leaf.lift(format!("`{name}` is not named as itself"));
        }
        return table::check(call, program, leaf);
    }
    leaf.unvouched.extend(match lookup::tool(name) {
        Some(tool) => unknown_to(call, tool),
        None => unvouched(call),
    });
}

/// The words that only a pattern can vouch for.
fn unvouched(call: &Call<'_>) -> Vec<String> {
    call.args()
        .iter()
        .filter(|word| may_configure(&word.text))
        .map(|word| word.text.clone())
        .collect()
}

/// The options that a table of readers or writers doesn't know.
fn unknown_to(call: &Call<'_>, tool: &'static Tool) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut scan = Scan::new(call.args(), tool.opts, Grammar::Permute);
    while let Some(item) = scan.next() {
        unknown.extend(scan.doubtful_value().map(|word| word.text.clone()));
        match item {
            Item::Option { .. } => {}
            Item::Unknown(word) => unknown.push(word.text.clone()),
            Item::Operand(word) if looks_like_option(&word.text) => unknown.push(word.text.clone()),
            Item::Operand(_) => {}
        }
    }
    unknown
}

/// Whether only an `allow` pattern can vouch for an option behind these words, the program first:
/// there is no table for the options of such a command.
#[must_use]
pub fn only_pattern_vouches(words: &[&str]) -> bool {
    let option = "--no-table-has-this-option";
    let words: Vec<ShellWord> = words
        .iter()
        .chain(&[option, "operand"])
        .map(|word| ShellWord::constant(*word))
        .collect();
    match interpret(&words) {
        Meaning::Runs(leaf) => {
            leaf.allow_form.is_some() && leaf.unvouched.iter().any(|word| word == option)
        }
        Meaning::Wraps(_) => false,
    }
}
