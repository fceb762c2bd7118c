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
//! | `terraform`, `runners` | tables for `terraform` and for what `npm test --` passes on |
//! | the others | one family of programs each |

mod clusters;
mod everyday;
mod git;
mod github;
mod go;
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

use foldhash::HashMap;
use std::sync::LazyLock;

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::Tool;
use super::options::{Grammar, Item, Scan, looks_like_option, may_configure};
use super::{Leaf, Meaning, OptionTable, interpret, lookup};
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

static BY_NAME: LazyLock<HashMap<&'static str, &'static Program>> = LazyLock::new(|| {
    let programs = FAMILIES.iter().copied().flatten();
    programs
        .flat_map(|program| program.names.split(' ').map(move |name| (name, program)))
        .collect()
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

/// Holds the options of a command against its program's table.
pub(super) fn check(call: &Call<'_>, leaf: &mut Leaf) {
    let name = match leaf.options {
        OptionTable::Asked => return,
        OptionTable::NodeTest => "node--test",
        OptionTable::Program => &*call.name,
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
