//! The builtins whose arguments name variables (bash(1), "SHELL BUILTIN COMMANDS").

use crate::action::shell::ShellWord;

/// Where a builtin's arguments name variables.
pub(super) struct Names {
    pub(super) program: &'static str,
    /// Letters of options whose value names no variable.
    values: &'static str,
    /// Letters of options whose value names one.
    names: &'static str,
    /// What its operands are.
    pub(super) operands: Operands,
    /// The variable that it assigns to if no operand names one.
    pub(super) default: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operands {
    None,
    Names,
    /// `getopts`: the second one.
    Second,
}

const fn names(
    program: &'static str,
    values: &'static str,
    names: &'static str,
    operands: Operands,
    default: &'static [&'static str],
) -> Names {
    Names {
        program,
        values,
        names,
        operands,
        default,
    }
}

pub(super) const TABLE: &[Names] = &[
    names("read", "dinNptu", "a", Operands::Names, &["REPLY"]),
    names("mapfile", "dnOsuCc", "", Operands::Names, &["MAPFILE"]),
    names("readarray", "dnOsuCc", "", Operands::Names, &["MAPFILE"]),
    names("getopts", "", "", Operands::Second, &[]),
    names("printf", "", "v", Operands::None, &[]),
    names("wait", "", "p", Operands::None, &[]),
    names("unset", "", "", Operands::Names, &[]),
    // bash 5.3 has `-V`.
    names("compgen", "oAGWFCXPS", "V", Operands::None, &[]),
];

/// The words of a builtin's arguments that name variables.
pub(super) fn named<'w>(
    table: &Names,
    arguments: &'w [ShellWord],
) -> Vec<std::borrow::Cow<'w, ShellWord>> {
    use std::borrow::Cow;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        let text = word.text.as_str();
        let cluster = text.strip_prefix('-').filter(|rest| !rest.is_empty());
        let Some(cluster) = cluster else { break };
        at += 1;
        if text == "--" {
            break;
        }
        for (index, letter) in cluster.char_indices() {
            let takes = table.values.contains(letter);
            let names = table.names.contains(letter);
            if !takes && !names {
                continue;
            }
            let attached = cluster.get(index + letter.len_utf8()..).unwrap_or_default();
            let value = if attached.is_empty() {
                at += 1;
                arguments.get(at - 1).map(Cow::Borrowed)
            } else {
                Some(Cow::Owned(ShellWord {
                    text: attached.to_owned(),
                    ..word.clone()
                }))
            };
            found.extend(value.filter(|_| names));
            break;
        }
    }
    let rest = arguments.get(at..).unwrap_or_default();
    match table.operands {
        Operands::None => {}
        Operands::Names => found.extend(rest.iter().map(Cow::Borrowed)),
        Operands::Second => found.extend(rest.get(1).map(Cow::Borrowed)),
    }
    found
}

/// Whether a glob may become a name or an option to a builtin that assigns to names, prints what they hold
/// or evaluates their subscripts: a file may be called `x[$(date)]`, or `-v`.
pub(super) fn takes_names_of_files(program: &str, arguments: &[ShellWord]) -> bool {
    let is_name = |word: &ShellWord| {
        let name = word.text.split('=').next().unwrap_or_default();
        word.glob && name.contains(['*', '?', '['])
    };
    match program {
        "export" | "readonly" | "declare" | "typeset" | "local" | "read" | "mapfile"
        | "readarray" | "getopts" | "wait" | "unset" | "compgen" | "let" => {
            arguments.iter().any(is_name)
        }
        "printf" => {
            let mut words = arguments.iter();
            let first = words.find(|word| word.glob || !word.text.starts_with('-'));
            first.is_some_and(|word| word.glob)
        }
        "test" | "[" => {
            let names_one = |pair: &[ShellWord]| matches!(pair, [test, name] if matches!(&*test.text, "-v" | "-R") && name.glob);
            let may_be = |word: &ShellWord| ["-v", "-R"].iter().any(|name| word.may_become(name));
            arguments.iter().any(may_be) || arguments.windows(2).any(names_one)
        }
        _ => false,
    }
}
