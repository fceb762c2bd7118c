//! What commands do with a word that only the run will show: print it, or compare it.

use super::super::shell::ShellWord;
use super::printed::printf_format;

/// Operators of `test` that compare two texts.
const COMPARES: &[&str] = &["=", "==", "!="];
/// Operators of `test` that look at one text.
const LOOKS: &[&str] = &["-n", "-z"];

/// For each word of a command of the shell whether the command does no more with it than to print it or to
/// compare it, whatever it is. Empty if that is so of none.
#[must_use]
pub fn shown(words: &[ShellWord]) -> Vec<bool> {
    let Some((program, arguments)) = words.split_first() else {
        return Vec::new();
    };
    let mut all = vec![false];
    match program.text.as_str() {
        // An option is known before the word is: `-e` makes escapes of what is printed, and no more.
        // So are the options of the others: they print other parts of a path.
        "echo" | "basename" | "dirname" => all.extend(arguments.iter().map(|_| true)),
        "printf" => all.extend(printed(arguments)),
        "test" => all.extend(compared(arguments)),
        "[" => {
            let Some((close, inner)) = arguments.split_last() else {
                return Vec::new();
            };
            if close.known() != Some("]") {
                return Vec::new();
            }
            all.extend(compared(inner));
            all.push(false);
        }
        _ => {}
    }
    all
}

/// Programs that print their words, or parts of them, whatever they are.
const PRINTERS: &[&str] = &["echo", "basename", "dirname"];

/// As [`shown`], for a command that a program starts with words that it adds.
pub(super) fn handed_on(words: &[ShellWord]) -> Vec<bool> {
    let program = words.first().and_then(ShellWord::known);
    if program == Some("printf") {
        return shown(words);
    }
    let prints = program.is_some_and(|it| PRINTERS.contains(&it));
    (0..words.len()).map(|index| prints && index > 0).collect()
}

/// Words behind a format that prints them as texts. Shells other than bash evaluate what `%d` prints.
fn printed(arguments: &[ShellWord]) -> Vec<bool> {
    let behind = match printf_format(arguments) {
        Some((format, behind)) if format.known().is_some_and(prints_texts) => behind.len(),
        _ => 0,
    };
    let from = arguments.len() - behind;
    (0..arguments.len()).map(|index| index >= from).collect()
}

fn prints_texts(format: &str) -> bool {
    let mut rest = format;
    while let Some((_, tail)) = rest.split_once('%') {
        let plain = tail.trim_start_matches(|c: char| c.is_ascii_digit() || "-.".contains(c));
        if !plain.starts_with(['s', 'b', '%']) {
            return false;
        }
        rest = tail.strip_prefix('%').unwrap_or(tail);
    }
    true
}

/// Words whose places make them texts, whatever they are (POSIX, `test`: the number of arguments decides).
fn compared(arguments: &[ShellWord]) -> Vec<bool> {
    let is = |word: &ShellWord, names: &[&str]| word.known().is_some_and(|it| names.contains(&it));
    let (negations, rest) = match arguments {
        [not, rest @ ..] if is(not, &["!"]) && rest.len() > 1 => (1, rest),
        _ => (0, arguments),
    };
    let texts: &[bool] = match rest {
        [_] => &[true],
        [looks, _] if is(looks, LOOKS) => &[false, true],
        [_, compares, _] if is(compares, COMPARES) => &[true, false, true],
        _ => return vec![false; arguments.len()],
    };
    std::iter::repeat_n(false, negations)
        .chain(texts.iter().copied())
        .collect()
}

/// Programs that print numbers alone: options that leave it at that, and whether one has to be given.
const COUNTS: &[(&str, bool, &[&str])] = &[
    ("nproc", false, &["--all"]),
    ("date", true, &["+%s"]),
    ("id", true, &["-u", "-g"]),
    (
        "wc",
        false,
        &[
            "-l", "-w", "-c", "-m", "-L", "--lines", "--words", "--bytes", "--chars",
        ],
    ),
];

/// Whether a command prints nothing but decimal numbers.
#[must_use]
pub fn prints_numbers(words: &[ShellWord]) -> bool {
    let name = words.first().and_then(ShellWord::known);
    let is_counter =
        |name: &str| matches!(name, "seq" | "git") || COUNTS.iter().any(|it| it.0 == name);
    if !name.is_some_and(is_counter) {
        return false;
    }
    let texts: Option<Vec<&str>> = words.iter().map(ShellWord::known).collect();
    match texts.as_deref() {
        // Another option may print any text between them.
        Some(["seq", rest @ ..]) => rest.iter().all(|text| *text == "-w" || is_number(text)),
        Some(["git", "rev-list", "--count", rest @ ..]) => {
            rest.iter().all(|text| !text.starts_with('-'))
        }
        Some([name, rest @ ..]) => COUNTS.iter().any(|(known, needs_one, options)| {
            known == name
                && rest.iter().all(|text| options.contains(text))
                && !(*needs_one && rest.is_empty())
        }),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
