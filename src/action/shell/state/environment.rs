//! Whether a line shows variables of the environment, which may hold secrets, otherwise than as words
//! of a command: those are known only at run time.
//!
//! A variable is of the environment unless the line surely assigned it. What shows one: a
//! here-string, a here-document, a test, `case`, a redirection, the words of most builtins, whose
//! messages repeat them, and any expansion while the shell traces its commands (`set -x`).

use super::super::ShellWord;
use super::super::variable::{NUMBERS, Variable};
use super::Shell;

/// Uses of variables of the environment. Nothing takes one back: a later command may run first, in a
/// loop.
#[derive(Debug, Default)]
pub(in crate::action::shell) struct Environment {
    /// How often the value of one was looked at.
    pub(in crate::action::shell) reads: usize,
    /// The line shows one, or a part of it.
    pub(in crate::action::shell) shows: bool,
    /// The shell prints what it runs, with all values.
    traces: bool,
}

/// Variables that hold no secret: those that shells, login and terminals set.
const HARMLESS: &[&str] = &[
    "BASH",
    "BASH_VERSION",
    "BASH_VERSINFO",
    "CARGO_HOME",
    "CI",
    "COLUMNS",
    "CONDA_PREFIX",
    "DIRSTACK",
    "EDITOR",
    "FUNCNAME",
    "GOPATH",
    "GOROOT",
    "GROUPS",
    "HOME",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "JAVA_HOME",
    "LANG",
    "LC_ALL",
    "LINES",
    "LOGNAME",
    "MACHTYPE",
    "NODE_ENV",
    "OLDPWD",
    "OPTIND",
    "OSTYPE",
    "PATH",
    "PIPESTATUS",
    "PWD",
    "PYTHONPATH",
    "RUSTUP_HOME",
    "SHELL",
    "SHLVL",
    "TERM",
    "TMPDIR",
    "TZ",
    "USER",
    "VIRTUAL_ENV",
];
/// Builtins that take no part in a verdict, although a message of theirs may repeat their words.
const LOUD: &[&str] = &[
    "bg",
    "break",
    "continue",
    "disown",
    "exit",
    "fg",
    "getopts",
    "jobs",
    "logout",
    "mapfile",
    "read",
    "readarray",
    "return",
    "shift",
    "suspend",
    "times",
    "umask",
    "unset",
    "wait",
];
/// What can switch tracing on, by an option or by its name.
const TRACERS: &[&str] = &[
    "set", "shopt", "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox", "rbash", "yash",
];

/// Whether a variable that the line doesn't assign has a value that is relied on.
pub(super) fn means_something(name: &str) -> bool {
    HARMLESS.contains(&name) || NUMBERS.contains(&name)
}

impl Shell {
    /// Notes that the value of a variable is looked at. False if it may be of the environment.
    pub(in crate::action::shell) fn looks_at(
        &mut self,
        name: &str,
        value: Option<&Variable>,
    ) -> bool {
        let is_own = match value {
            Some(value) => value.is_own(),
            None => means_something(name),
        };
        if !is_own {
            self.environment.reads += 1;
        }
        is_own
    }

    /// Notes that what was looked at since `reads` is shown.
    pub(in crate::action::shell) fn shows_since(&mut self, reads: usize) {
        self.environment.shows |= self.environment.reads > reads;
    }

    /// Notes what a command does with its words, in which values were looked at since `reads`. A
    /// program's words need no note: nothing allows it if they are known only at run time.
    pub(in crate::action::shell) fn shows_words(&mut self, words: &[ShellWord], reads: usize) {
        if self.environment.reads == reads {
            return;
        }
        let name = words.first().and_then(ShellWord::known).unwrap_or_default();
        let is_followed = self.functions.contains_key(name);
        self.environment.shows |= is_followed || LOUD.contains(&name);
    }

    /// Notes that a command switches tracing on.
    pub(in crate::action::shell) fn notes_tracing(&mut self, words: &[ShellWord]) {
        let traces = |word: &ShellWord| {
            let text = word.text.as_str();
            let has_x = text.bytes().any(|byte| byte == b'x');
            has_x && (text.starts_with(['-', '+']) || text.contains("xtrace"))
        };
        if self.environment.traces || !words.iter().any(traces) {
            return;
        }
        let is_tracer = |word: &ShellWord| {
            let name = word.text.rsplit('/').next().unwrap_or_default();
            TRACERS.contains(&name)
        };
        self.environment.traces = words.iter().any(is_tracer);
    }

    /// Whether what was followed shows variables of the environment.
    #[must_use]
    pub fn shows_environment(&self) -> bool {
        let Environment {
            reads,
            shows,
            traces,
        } = &self.environment;
        *shows || (*traces && *reads > 0)
    }
}
