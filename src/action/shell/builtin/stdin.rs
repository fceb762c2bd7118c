//! Which commands read the standard input that they share with the shell.

use crate::action::shell::ShellWord;

/// Whether a command could take text from the shell's standard input. A program that isn't
/// known to leave it alone could; of those in a script on standard input, only known readers
/// count, or no script could be followed.
pub(in crate::action::shell) fn may_read_stdin(words: &[ShellWord]) -> bool {
    let Some(program) = words.first() else {
        return false;
    };
    !LEAVES_STDIN.contains(&program.text.as_str())
}

const LEAVES_STDIN: &[&str] = &[
    "cd", "pushd", "popd", "echo", "printf", "true", "false", ":", "test", "[", "set", "export",
    "declare", "typeset", "local", "readonly", "unset", "shift", "trap", "pwd", "umask",
];

/// Programs that read standard input for their own sake.
pub(in crate::action::shell) fn reads_stdin(words: &[ShellWord]) -> bool {
    words
        .first()
        .is_some_and(|program| READS_STDIN.contains(&program.text.as_str()))
}

const READS_STDIN: &[&str] = &[
    "read",
    "mapfile",
    "readarray",
    "head",
    "tail",
    "cat",
    "sed",
    "dd",
    "tee",
    "wc",
    "sort",
    "grep",
    "awk",
    "xargs",
    "ssh",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "bash",
    "sh",
    "dash",
    "zsh",
    "select",
    "exec",
    "tr",
    "cut",
    "source",
    ".",
];
