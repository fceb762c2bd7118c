//! What known programs read, write, change, or run in turn.
//!
//! | module | holds |
//! |---|---|
//! | [`lookup`] | which table or function knows which program |
//! | [`call`] | one simple command, the program's name made canonical |
//! | [`options`] | options told from values and operands, as getopt and Go's `flag` do |
//! | [`files`] | programs whose operands are files; tables in [`readers`] and [`writers`] |
//! | [`transfers`] | programs that move content between files, archives and the network |
//! | [`wrappers`], [`runners`], [`shells`], [`find`], [`interpreters`] | programs that run others |
//! | [`builtins`] | what the shell itself does |
//! | [`git`], [`git_paths`], [`terraform`], [`cloud`], [`test_runners`] | programs with subcommands |

mod builtins;
mod call;
mod cloud;
mod files;
mod find;
mod git;
mod git_paths;
mod interpreters;
mod lookup;
mod options;
mod readers;
mod runners;
mod shells;
mod terraform;
mod test_runners;
mod transfers;
mod wrappers;
mod writers;

pub use builtins::constant_output;

use call::Call;

use super::facts::Effect;
use super::shell::ShellWord;

/// What one simple command means, its redirections and assignments left to the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// It runs other commands: `sudo`, `xargs`, `bash -c`, `find -exec`, `eval`, …
    Wraps(Wrapper),
    /// It does something itself.
    Runs(Leaf),
}

/// A command that runs other commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapper {
    /// How facts name it: `sudo`, `bash -c`, `find -exec`.
    pub name: String,
    /// What it runs; several for `find … -exec a \; -exec b +`.
    pub inner: Vec<Inner>,
    /// Why it lifts an allow, if it does: it changes privilege, directory, environment or words.
    pub lifts_allow: Option<String>,
    /// Names of variables that it sets for the inner command (`env A=1`).
    pub assignments: Vec<String>,
    /// The directory that it changes to for the inner command (`env -C D`, `sudo -D D`).
    pub directory: Option<ShellWord>,
    /// What it reads or writes itself (`find . `, `time -o F`).
    pub operands: Vec<Operand>,
}

/// What a wrapper runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inner {
    /// A simple command of these words; words added at run time (`xargs`) stand as one dynamic word.
    Words(Vec<ShellWord>),
    /// Text that a shell will parse.
    Script(String),
    /// Text from standard input that a shell will parse. The shell module knows whether it is constant.
    Stdin,
    /// Something that only the run will show, and why.
    Dynamic(String),
}

/// A command that does something itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaf {
    /// See [`super::facts::Command::block_forms`].
    pub block_forms: Vec<Vec<String>>,
    /// See [`super::facts::Command::allow_form`].
    pub allow_form: Option<Vec<String>>,
    /// See [`super::facts::Command::allow_lifted`].
    pub allow_lifted: Vec<String>,
    /// See [`super::facts::Command::neutral`]. For `cd` it holds if `directory` is inside the workspace.
    pub neutral: bool,
    /// See [`super::facts::Command::inert`].
    pub inert: bool,
    /// What its operation does to the world.
    pub effect: Effect,
    /// Paths that it reads and writes, relative to `base` where that is set.
    pub operands: Vec<Operand>,
    /// The directory that it works in (`git -C D`, `terraform -chdir=D`): several add up.
    pub base: Vec<ShellWord>,
    /// The directory that it leaves the shell in (`cd D`, `pushd D`).
    pub directory: Option<ShellWord>,
    /// The words behind `git push` (or another remote operation), with the operation's name first.
    pub git_remote: Option<Vec<ShellWord>>,
    /// A branch that it switches to (`git switch b`, `git checkout -b b`).
    pub switches_to: Option<ShellWord>,
    /// Names of variables that it exports or sets for what follows (`export A=1`, `declare -x`).
    pub assignments: Vec<String>,
    /// What can't be known about it, and why.
    pub unknowns: Vec<String>,
}

/// A path among a command's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// The path as written.
    pub word: ShellWord,
    /// What is done to it.
    pub access: Access,
    /// Everything below it is touched too (`grep -r`, `tar`, `cp -r`, `rm -r`).
    pub recursive: bool,
}

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its content is read.
    Read,
    /// It is created, changed or deleted.
    Write,
}

/// What one simple command means: its words after the shell's expansions, the program first.
#[must_use]
pub fn interpret(words: &[ShellWord]) -> Meaning {
    let Some(call) = Call::new(words) else {
        return Meaning::Runs(nothing_known("there is no program"));
    };
    let known = words.first().and_then(ShellWord::known);
    if known.is_none_or(str::is_empty) {
        let mut leaf = call.leaf();
        leaf.lift("the program is known only at run time");
        leaf.unknown("the program is known only at run time");
        return Meaning::Runs(leaf);
    }
    lookup::known(&call).unwrap_or_else(|| call.plain())
}

fn nothing_known(reason: &str) -> Leaf {
    let mut leaf = Leaf::default();
    leaf.lift(reason);
    leaf.unknown(reason);
    leaf
}
