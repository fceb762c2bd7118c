//! How far the walk knows what bash does with a line's variables.
//!
//! Plain assignments, loops, branches and functions are followed closely enough to say what a variable surely holds.
//! Commands that give names another meaning, and errors that leave out a part of a script, end that for the rest of the
//! line: what a variable holds is likely then. That counts towards a block, and not towards an allow.

use super::Shell;
use crate::action::shell::ShellWord;
use crate::action::shell::location::Location;

/// Builtins that change what names mean, what is read or what runs (bash(1), "SHELL BUILTIN COMMANDS").
const INTRICATE: &[&str] = &[
    "alias",
    "compgen",
    "complete",
    "coproc",
    "declare",
    "enable",
    "eval",
    "fc",
    "getopts",
    "hash",
    "let",
    "local",
    "mapfile",
    "readarray",
    "readonly",
    "shift",
    "shopt",
    "trap",
    "typeset",
    "unset",
];

/// Builtins whose names a function may have, so that they do something else.
const PLAIN: &[&str] = &[
    ".", ":", "[", "break", "builtin", "cd", "command", "continue", "echo", "exec", "exit",
    "export", "false", "popd", "printf", "pushd", "pwd", "read", "return", "set", "source", "test",
    "true",
];

/// Builtins that leave out what follows in a loop or a function.
const JUMPS: &[&str] = &["break", "continue", "return"];

/// Words behind `set` that change nothing but whether the script ends at an error, and what is printed.
fn is_plain_option(word: &ShellWord) -> bool {
    let letters = word.text.strip_prefix(['-', '+']);
    let is_cluster = |letters: &str| {
        !letters.is_empty() && letters.bytes().all(|letter| b"euxo".contains(&letter))
    };
    letters.is_some_and(is_cluster)
        || matches!(&*word.text, "pipefail" | "errexit" | "nounset" | "xtrace")
}

/// The builtin that a command runs, and its arguments.
fn builtin(words: &[ShellWord]) -> Option<(&str, &[ShellWord])> {
    let (program, arguments) = words.split_first()?;
    if !matches!(&*program.text, "builtin" | "command") {
        return Some((&program.text, arguments));
    }
    let at = arguments
        .iter()
        .position(|word| !word.text.starts_with('-'))?;
    let program = arguments.get(at)?;
    Some((&program.text, arguments.get(at + 1..)?))
}

fn is_intricate(words: &[ShellWord]) -> bool {
    let Some((name, arguments)) = builtin(words) else {
        return false;
    };
    let has = |begins: &str| arguments.iter().any(|word| word.text.starts_with(begins));
    match name {
        "set" => !arguments.iter().all(is_plain_option),
        "export" => has("-"),
        "printf" => has("-v"),
        "read" => arguments
            .iter()
            .any(|word| word.text.starts_with('-') && word.text != "-r"),
        "exec" => arguments.is_empty(),
        name => INTRICATE.contains(&name),
    }
}

/// Jumps out of a part of a script, and functions that are defined, up to one point.
#[derive(Debug, Clone, Copy)]
pub(in crate::action::shell) struct Point {
    jumps: usize,
    defined: usize,
    undo: usize,
}

impl Shell {
    /// Notes what a command does to what the walk knows.
    pub(in crate::action::shell) fn notes_trust(&mut self, words: &[ShellWord]) {
        if is_intricate(words) {
            self.distrust();
        }
        let jumps = builtin(words).is_some_and(|(name, _)| JUMPS.contains(&name));
        if jumps {
            self.jumps.push(self.location.clone());
        }
    }

    /// What variables hold is likely from here on.
    pub(in crate::action::shell) fn distrust(&mut self) {
        self.is_intricate = true;
    }

    /// Bash may leave out the rest of a line because of an error, and goes on with the next line (`$((1/0))`).
    pub(in crate::action::shell) fn may_leave_line(&mut self) {
        self.is_intricate |= self.has_lines;
    }

    /// A function has this name from here on.
    pub(in crate::action::shell) fn notes_function(&mut self, name: &str) {
        self.defined += 1;
        if INTRICATE.contains(&name) || PLAIN.contains(&name) {
            self.distrust();
        }
    }

    /// Whether variables hold what was assigned to them, and the shell is where `cd` led to.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        !self.is_intricate
    }

    pub(in crate::action::shell) fn point(&self) -> Point {
        Point {
            jumps: self.jumps.len(),
            defined: self.defined,
            undo: self.undo.len(),
        }
    }

    /// The end of a part that begins at `since`. If a jump may have left it, what it did holds on some path only.
    pub(in crate::action::shell) fn ends(&mut self, since: Point) {
        let from: Vec<Location> = self.jumps.get(since.jumps..).unwrap_or_default().to_vec();
        if from.is_empty() {
            return;
        }
        self.blur(since.undo);
        from.iter().for_each(|place| self.location.or(place));
        if self.defined > since.defined {
            let all = self.functions.values_mut();
            all.for_each(|definitions| definitions.uncertain = true);
        }
    }
}
