//! What a program runs in turn.

use super::super::shell::ShellWord;
use super::Language;

/// A command that a wrapper runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inner {
    /// A simple command of these words; words added at run time (`xargs`) are one dynamic word.
    Words(Vec<ShellWord>),
    /// Text that a shell will parse.
    Script(String),
    /// Text from standard input that a shell will parse. The shell module knows whether it is constant.
    Stdin,
    /// What a process substitution of this text prints; a shell will parse it.
    Process(String),
    /// A script with arguments of its own, for a new shell.
    Called(Script),
    /// A command that is known only at run time, with the reason.
    Dynamic(String),
    /// A simple command that the program runs for certain, and that an allow of the program's whole
    /// line takes in: what keeps it from being allowed keeps the line from it.
    Carried(Vec<ShellWord>),
    /// A command that the program may run. A pattern that blocks or asks counts, and no allow is
    /// needed.
    Tried(Box<Inner>),
    /// A command on another machine or in a container, whose paths are not the paths here.
    Elsewhere(Box<Inner>),
    /// Code in another language than the shell's, which the line itself holds.
    Code(Language, Source),
}

/// Where code in another language comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A word of the line.
    Text(String),
    /// Standard input.
    Stdin,
    /// What a process substitution of this text prints.
    Process(String),
}

/// The script that a new shell runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The script's text. None if it comes from standard input.
    pub text: Option<String>,
    /// The script's arguments: `$0`, `$1`, …
    pub arguments: Vec<ShellWord>,
    /// The shell reads it as bash does only if it keeps to what POSIX knows.
    pub portable: bool,
}
