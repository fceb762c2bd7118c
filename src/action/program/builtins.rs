//! What the shell itself does: `cd`, `export`, `trap`, `alias`, …
//!
//! Source: bash(1), "Shell Builtin Commands".

use super::super::shell::ShellWord;
use super::call::Call;
use super::{Inner, Meaning, Reach, Runs, presumed};
use crate::action::program::is_local;

/// `true`, `false`, `:`
pub(super) fn neutral(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.neutral = call.is_exact();
    Meaning::Runs(leaf)
}

/// `echo`, `printf`, `logger`: all their words are text.
pub(super) fn prints(call: &Call<'_>) -> Meaning {
    Meaning::Runs(presumed::unknown(call))
}

/// `cd`, `pushd`, `popd`
pub(super) fn cd(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.neutral = call.is_exact();
    let mut operands = call.args().iter().filter(|word| {
        !matches!(
            word.text.as_str(),
            "-L" | "-P" | "-e" | "-@" | "-LP" | "-PL" | "--"
        )
    });
    let operand = operands.next();
    // Of two directories bash says that they are too many, and moves nowhere.
    let operand = operand.filter(|_| operands.next().is_none() || call.name != "cd");
    leaf.directory = match operand {
        None if call.args().len() > 1 && call.name == "cd" => Some(ShellWord {
            text: "-".to_owned(),
            dynamic: true,
            glob: false,
            shown: false,
        }),
        None if call.name == "cd" => Some(ShellWord::constant("~")),
        Some(word) if word.text != "-" && !is_rotation(&word.text) => Some(word.clone()),
        _ => Some(ShellWord {
            text: "-".to_owned(),
            dynamic: true,
            glob: false,
            shown: false,
        }),
    };
    Meaning::Runs(leaf)
}

/// `pushd +2`, `popd -1`, and `-n`, which only changes the stack.
fn is_rotation(text: &str) -> bool {
    text == "-n"
        || text
            .strip_prefix(['+', '-'])
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `export`, `declare`, `readonly`, `local`, `typeset`, `unset`, `read`
pub(super) fn variables(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.neutral = call.is_exact();
    if prints_variables(call) {
        leaf.neutral = false;
        leaf.lift("it prints variables, which may hold secrets");
    }
    let assigns = !matches!(&*call.name, "read" | "mapfile" | "readarray" | "getopts");
    let exports = matches!(&*call.name, "export" | "unset")
        || call
            .args()
            .iter()
            .any(|word| word.text.starts_with('-') && word.text.contains(['x', 'n', 'g']));
    for word in call.args() {
        if word.dynamic && !word.text.contains('=') {
            leaf.unknown("the name of a variable is known only at run time");
        }
        if is_evaluated(&word.text) {
            leaf.unknown("bash runs what is in a subscript");
        }
        if word.text.starts_with(['-', '+']) {
            continue;
        }
        let name = word
            .text
            .split_once('=')
            .map_or(word.text.as_str(), |(name, _)| name);
        let name = name.trim_end_matches('+');
        // The shell's own walk tells of the others, and a local name reaches no program.
        if assigns && (exports || !is_local(name)) {
            leaf.assignments.push(name.to_owned());
        }
    }
    Meaning::Runs(leaf)
}

/// Builtins that print what variables hold: `export -p`, `declare`, `set`, `compgen -v`.
fn prints_variables(call: &Call<'_>) -> bool {
    let letters = |word: &ShellWord, wanted: &[char]| {
        word.text.starts_with('-') && word.text.contains(wanted)
    };
    match &*call.name {
        "export" | "readonly" | "declare" | "typeset" | "local" => {
            let functions = call.args().iter().any(|word| letters(word, &['f', 'F']));
            let named = call
                .args()
                .iter()
                .any(|word| !word.text.starts_with(['-', '+']));
            let asked = call.args().iter().any(|word| letters(word, &['p']));
            asked || !(named || functions)
        }
        "set" => call.args().is_empty(),
        "compgen" => true,
        _ => false,
    }
}

/// bash evaluates subscripts, and with them command substitutions, even in quoted words.
fn is_evaluated(text: &str) -> bool {
    text.contains('[') && (text.contains("$(") || text.contains('`'))
}

/// `let`, `test`, `[`
pub(super) fn evaluates(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    if call.name == "let" || call.args().iter().any(|word| is_evaluated(&word.text)) {
        leaf.unknown("bash evaluates the expression as code");
    }
    Meaning::Runs(leaf)
}

/// `compgen -C COMMAND` runs it, `complete -C COMMAND` will.
pub(super) fn completion(call: &Call<'_>) -> Meaning {
    let command = call
        .args()
        .iter()
        .skip_while(|word| word.text != "-C")
        .nth(1);
    let Some(command) = command else {
        return changes_shell(call);
    };
    let mut wrapper = call.wrapper();
    wrapper.lift("completion runs a command");
    wrapper.script(command);
    Meaning::Wraps(wrapper)
}

/// `set`, `shopt`, `alias`, `enable`, `hash`, `bind`, …: they change what later commands mean.
pub(super) fn changes_shell(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.lift(format!("`{}` changes what later commands mean", call.name));
    leaf.reach = Reach::Following;
    Meaning::Runs(leaf)
}

/// `ulimit -a` and `ulimit -n` show limits.
pub(super) fn limits(call: &Call<'_>) -> Meaning {
    match call.args() {
        [only] if matches!(only.text.as_str(), "-a" | "-n") => call.plain(),
        _ => changes_shell(call),
    }
}

/// `set`: harmless options are neutral.
pub(super) fn set(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    if prints_variables(call) {
        leaf.lift("it prints variables, which may hold secrets");
        return Meaning::Runs(leaf);
    }
    leaf.neutral = call.is_exact()
        && call.args().iter().all(|word| {
            matches!(
                word.text.as_str(),
                "-e" | "-u"
                    | "-x"
                    | "-eu"
                    | "-ex"
                    | "-eux"
                    | "-ue"
                    | "-euo"
                    | "-euxo"
                    | "-o"
                    | "+e"
                    | "+x"
                    | "+u"
                    | "-v"
                    | "pipefail"
                    | "errexit"
                    | "nounset"
                    | "xtrace"
                    | "-eo"
                    | "-exo"
                    | "-uo"
            )
        });
    Meaning::Runs(leaf)
}

/// `trap CODE SIGNAL…`
pub(super) fn trap(call: &Call<'_>) -> Meaning {
    let code = call.args().iter().find(|word| word.text != "--");
    match code {
        Some(code)
            if call.args().len() > 1 && !matches!(code.text.as_str(), "-" | "" | "-l" | "-p") =>
        {
            let mut wrapper = call.wrapper();
            wrapper.lift("`trap` runs its code later");
            wrapper.runs = Runs::OnSignal;
            wrapper.script(code);
            Meaning::Wraps(wrapper)
        }
        _ => changes_shell(call),
    }
}

/// `alias NAME=CODE…`: what it defines may run later in the line.
pub(super) fn alias(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("`alias` changes what later commands mean");
    wrapper.runs = Runs::AsAlias;
    for word in call.args() {
        if let Some((_, code)) = word.text.split_once('=') {
            wrapper.script(&ShellWord {
                text: code.to_owned(),
                ..word.clone()
            });
        }
    }
    wrapper
        .inner
        .retain(|inner| !matches!(inner, Inner::Script(code) if code.trim().is_empty()));
    if wrapper.inner.is_empty() {
        changes_shell(call)
    } else {
        Meaning::Wraps(wrapper)
    }
}

/// `umask`, `wait`, `jobs`, `exit`, `return`, `break`, …: they read and write nothing.
pub(super) fn control(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.neutral = call.is_exact();
    Meaning::Runs(leaf)
}
