//! What builtins do to variables (bash(1), "SHELL BUILTIN COMMANDS").

use super::ShellWord;
use super::names;
use super::state::{Shell, Variable};

/// Applies a builtin's effect on variables, after its words are expanded.
pub(super) fn apply(shell: &mut Shell, words: &[ShellWord]) {
    let Some((program, arguments)) = words.split_first() else {
        return;
    };
    match program.text.as_str() {
        "export" | "readonly" | "declare" | "typeset" | "local" => declare(shell, arguments),
        "read" | "mapfile" | "readarray" | "getopts" | "unset" | "wait" => forget(shell, arguments),
        "let" => let_(shell, arguments),
        "printf"
            if arguments
                .first()
                .is_some_and(|word| word.text.starts_with("-v")) =>
        {
            let name = arguments
                .first()
                .and_then(|word| word.text.strip_prefix("-v"));
            let name = name.filter(|name| !name.is_empty());
            let name = name.or_else(|| arguments.get(1).map(|word| word.text.as_str()));
            if let Some(name) = name {
                forget_name(shell, name);
            }
        }
        "source" | "." => shell.forget_variables(),
        // They can carry any of the above behind them, or change how words split.
        "builtin" | "command" => apply(shell, arguments),
        "set" | "shift" => shell.positional = None,
        _ => {}
    }
}

/// Whether a command could take text from the shell's standard input. A program that isn't
/// known to leave it alone could; of those in a script on standard input, only known readers
/// count, or no script could be followed.
pub(super) fn may_read_stdin(words: &[ShellWord]) -> bool {
    let Some(program) = words.first() else {
        return false;
    };
    !matches!(
        program.text.as_str(),
        "cd" | "pushd"
            | "popd"
            | "echo"
            | "printf"
            | "true"
            | "false"
            | ":"
            | "test"
            | "["
            | "set"
            | "export"
            | "declare"
            | "typeset"
            | "local"
            | "readonly"
            | "unset"
            | "shift"
            | "trap"
            | "pwd"
            | "umask"
    )
}

/// Programs that read standard input for their own sake.
pub(super) fn reads_stdin(words: &[ShellWord]) -> bool {
    words.first().is_some_and(|program| {
        matches!(
            program.text.as_str(),
            "read"
                | "mapfile"
                | "readarray"
                | "head"
                | "tail"
                | "cat"
                | "sed"
                | "dd"
                | "tee"
                | "wc"
                | "sort"
                | "grep"
                | "awk"
                | "xargs"
                | "ssh"
                | "python"
                | "python3"
                | "perl"
                | "ruby"
                | "node"
                | "bash"
                | "sh"
                | "dash"
                | "zsh"
                | "select"
                | "exec"
                | "tr"
                | "cut"
                | "source"
                | "."
        )
    })
}

/// `declare NAME=VALUE`; options beyond `-x`, `-g`, `-r` and arrays change what values and
/// later assignments mean (`-n` and `-i` even to another name, or to code).
fn declare(shell: &mut Shell, arguments: &[ShellWord]) {
    let options = || {
        arguments
            .iter()
            .filter(|word| word.text.starts_with(['-', '+']))
    };
    let all =
        |known: &[u8]| options().all(|word| word.text.bytes().skip(1).all(|b| known.contains(&b)));
    let plain = all(b"xgr");
    if !all(b"xgraApfF") {
        shell.distrust_variables();
    }
    for word in arguments {
        if word.text.starts_with(['-', '+']) {
            continue;
        }
        let Some((name, value)) = names::assignment(&word.text) else {
            if !plain || word.dynamic {
                forget_name(shell, &word.text);
            }
            continue;
        };
        let constant = plain && !word.dynamic && !value.append && !value.indexed;
        let value = if constant {
            Variable::Text(value.text.to_owned())
        } else {
            Variable::Dynamic
        };
        shell.assign(name, value);
    }
}

fn forget(shell: &mut Shell, arguments: &[ShellWord]) {
    if arguments.iter().any(|word| word.dynamic) {
        shell.forget_variables();
    }
    for word in arguments {
        forget_name(shell, &word.text);
    }
}

fn let_(shell: &mut Shell, arguments: &[ShellWord]) {
    for word in arguments {
        let names = word
            .text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in names.filter(|name| names::is_name(name)) {
            shell.assign(name, Variable::Dynamic);
        }
    }
}

fn forget_name(shell: &mut Shell, text: &str) {
    let name = text.split('[').next().unwrap_or(text);
    if names::is_name(name) {
        shell.assign(name, Variable::Dynamic);
    }
}
