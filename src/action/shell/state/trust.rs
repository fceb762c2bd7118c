//! How far the walk knows what bash does with a line's names.
//!
//! Plain assignments, lists, loops, branches and functions are followed closely enough to say what a variable surely
//! holds. Commands that give names another meaning, and errors that leave out a part of a script, end that for the rest of
//! the line: what a variable holds is likely then. That counts towards a block, and not towards an allow.

use super::Shell;
use crate::action::shell::ShellWord;
use crate::action::shell::location::Location;

/// What the walk knows of the commands behind the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::action::shell) enum Trust {
    /// What variables hold is what was assigned to them.
    #[default]
    Sure,
    /// They may hold something else.
    Likely,
    /// Nor is it known which functions are defined, and where the shell is.
    Lost,
}

/// Builtins that change what variables mean or hold (bash(1), "SHELL BUILTIN COMMANDS").
const ASSIGN: &[&str] = &[
    "coproc",
    "declare",
    "getopts",
    "let",
    "local",
    "mapfile",
    "readarray",
    "readonly",
    "shift",
    "typeset",
];

/// Those of which an error may come that leaves out the rest of the line.
const REFUSE: &[&str] = &["declare", "local", "readonly", "typeset"];

/// Builtins that change what commands mean, or which of them run.
const REDEFINE: &[&str] = &[
    "alias", "compgen", "complete", "enable", "fc", "hash", "shopt", "trap", "unset",
];

/// Builtins whose names a function may have, so that they do something else.
const PLAIN: &[&str] = &[
    ".", ":", "[", "break", "builtin", "cd", "command", "continue", "echo", "exec", "exit",
    "export", "false", "popd", "printf", "pushd", "pwd", "read", "return", "set", "source", "test",
    "true",
];

/// Builtins that leave out what follows in a loop or a function.
const JUMPS: &[&str] = &["break", "continue", "return"];

/// Whether bash may refuse the argument of a jump, or of `exit`.
fn is_wrong_jump(name: &str, arguments: &[ShellWord]) -> bool {
    let is_number = |word: &ShellWord| word.known().is_some_and(|it| it.parse::<u8>().is_ok());
    let is_usual = match arguments {
        [] => true,
        [only] => is_number(only),
        _ => false,
    };
    let counts = ["exit", "logout", "shift", "suspend"];
    (JUMPS.contains(&name) || counts.contains(&name)) && !is_usual
}

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

fn left_by(words: &[ShellWord]) -> Trust {
    let Some((name, arguments)) = builtin(words) else {
        return Trust::Sure;
    };
    let has = |begins: &str| arguments.iter().any(|word| word.text.starts_with(begins));
    let is_further = |word: &ShellWord| word.text.starts_with('-') && word.text != "-r";
    match name {
        "set" if !arguments.iter().all(is_plain_option) => Trust::Likely,
        "export" if has("-") => Trust::Likely,
        "printf" if has("-v") => Trust::Likely,
        "read" if arguments.iter().any(is_further) => Trust::Likely,
        "exec" if arguments.is_empty() => Trust::Lost,
        name if REDEFINE.contains(&name) => Trust::Lost,
        name if ASSIGN.contains(&name) => Trust::Likely,
        _ => Trust::Sure,
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
        self.trusts_at_most(left_by(words));
        let (name, arguments) = builtin(words).unwrap_or_default();
        // An error in the text that they run leaves out the rest of that text.
        self.has_lines |= matches!(name, "eval" | "source" | ".");
        if REFUSE.contains(&name) || is_wrong_jump(name, arguments) {
            self.may_leave_line();
        }
        if JUMPS.contains(&name) {
            self.jumps.push(self.location.clone());
        }
    }

    pub(in crate::action::shell) fn trusts_at_most(&mut self, trust: Trust) {
        self.trust = self.trust.max(trust);
    }

    /// Bash may leave out the rest of a line because of an error, and goes on with the next line (`$((1/0))`).
    pub(in crate::action::shell) fn may_leave_line(&mut self) {
        if self.has_lines {
            self.trusts_at_most(Trust::Lost);
        }
    }

    /// A function has this name from here on.
    pub(in crate::action::shell) fn notes_function(&mut self, name: &str) {
        self.defined += 1;
        if [ASSIGN, REDEFINE, PLAIN]
            .iter()
            .any(|names| names.contains(&name))
        {
            self.trusts_at_most(Trust::Lost);
        }
    }

    /// Notes that a name takes on a list or one text. One text replaces the first of a list, and the others stay.
    pub(in crate::action::shell) fn notes_list(&mut self, name: &str, is_list: bool) {
        match is_list {
            true => drop(self.lists.insert(name.to_owned())),
            false if self.lists.contains(name) => self.trusts_at_most(Trust::Likely),
            false => {}
        }
    }

    /// Whether variables hold what was assigned to them.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.trust == Trust::Sure
    }

    /// Whether it isn't known which functions are defined, and where the shell is.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.trust == Trust::Lost
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
