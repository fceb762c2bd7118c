//! Commands that print without end, or more than a disk should get from one line.
//!
//! Such a command is harmless in front of a screen or of `head`, and fills the disk where a file takes what it
//! prints. Sources: GNU coreutils 9, POSIX "awk", sed(1), jq(1) 1.7. A program in a small language counts if it may
//! loop: whether a loop ends is not looked at.

use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::printed::printf_format;
use super::sed;

/// The most bytes that one command may print into a file by its numbers alone.
const MAX_PRINTED_BYTES: f64 = (256_u64 << 20) as f64;
/// The most digits of a width, a number of lines or a number of words.
const MAX_DIGITS: usize = 5;
/// Bytes of the longest number that `seq` prints.
const NUMBER_BYTES: usize = 24;

/// Names in a filter of jq with which it may repeat itself.
const REPEATING: &[&str] = &[
    "combinations",
    "def",
    "range",
    "recurse",
    "repeat",
    "until",
    "while",
];
/// Words of an awk program with which it may repeat itself, beside `for (;;)`.
const LOOPS: &[&str] = &["do", "func", "function", "while"];

/// Whether what the command prints has no end that its words show.
pub(super) fn is_endless(call: &Call<'_>) -> bool {
    let args = call.args();
    match &*call.name {
        "yes" => true,
        // A small file may hold more than a disk.
        "zcat" | "gzcat" | "bzcat" | "xzcat" | "zstdcat" | "gzip" | "gunzip" | "bzip2"
        | "bunzip2" | "xz" | "unxz" | "zstd" | "unzstd" => true,
        "seq" => seq(args),
        "shuf" => shuf(args),
        "tail" => args.iter().any(|word| follows(&word.text)),
        "printf" => printf_format(args).is_some_and(|(format, values)| {
            let is_given = format.text.contains('*') && values.iter().any(is_wide);
            is_given || has_wide_conversion(&format.text)
        }),
        "column" | "expand" | "nl" | "numfmt" | "od" | "unexpand" => args.iter().any(is_wide),
        "sed" => sed::repeats(args),
        "awk" | "gawk" | "mawk" | "nawk" => args.iter().any(|word| awk(&word.text)),
        "jq" => args
            .iter()
            .flat_map(|word| names(&word.text))
            .any(|name| REPEATING.contains(&name)),
        _ => false,
    }
}

fn seq(args: &[ShellWord]) -> bool {
    let mut numbers = Vec::new();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        match text.parse::<f64>() {
            Ok(number) => numbers.push(number),
            Err(_) if matches!(text, "-f" | "--format" | "-s" | "--separator") => {
                words.next();
            }
            Err(_) if text.starts_with('-') => {}
            Err(_) => return true,
        }
    }
    let (first, step, last) = match *numbers.as_slice() {
        [] => return false,
        [last] => (1.0, 1.0, last),
        [first, last] => (first, 1.0, last),
        [first, step, last, ..] => (first, step, last),
    };
    let lines = ((last - first) / step + 1.0).max(1.0);
    let line: usize = args.iter().map(|word| word.text.len()).sum();
    let bytes = u32::try_from(line + NUMBER_BYTES).map_or(f64::INFINITY, f64::from);
    let is_bounded = lines * bytes <= MAX_PRINTED_BYTES;
    !is_bounded || args.iter().any(|word| has_wide_conversion(&word.text))
}

/// `-r` repeats, and a range may be as long as numbers go.
fn shuf(args: &[ShellWord]) -> bool {
    let repeats = |text: &str| {
        let cluster = text.strip_prefix('-').filter(|it| !it.starts_with('-'));
        text.starts_with("--r") || cluster.is_some_and(|letters| letters.contains('r'))
    };
    args.iter().any(|word| repeats(&word.text) || is_wide(word))
}

fn follows(text: &str) -> bool {
    let cluster = text.strip_prefix('-').filter(|it| !it.starts_with('-'));
    text.starts_with("--f")
        || text.starts_with("--r")
        || cluster.is_some_and(|letters| letters.contains(['f', 'F']))
}

fn is_wide(word: &ShellWord) -> bool {
    let mut runs = word.text.split(|c: char| !c.is_ascii_digit());
    runs.any(|digits| digits.len() > MAX_DIGITS)
}

/// `%1000000000s`, `%.1000000000d`: printf(3).
fn has_wide_conversion(format: &str) -> bool {
    let mut conversions = format.split('%').skip(1);
    conversions.any(|conversion| {
        let is_part = |c: char| c.is_ascii_digit() || " #+-'.*$".contains(c);
        let end = conversion.find(|c| !is_part(c)).unwrap_or(conversion.len());
        let parts = conversion.get(..end).unwrap_or_default();
        let mut runs = parts.split(|c: char| !c.is_ascii_digit());
        runs.any(|digits| digits.len() > MAX_DIGITS)
    })
}

fn awk(program: &str) -> bool {
    let loops = |name: &str| LOOPS.contains(&name);
    // `for (name in array)` goes once through what is there.
    let counts = program.split("for").skip(1).any(|behind| {
        let head = behind.trim_start().strip_prefix('(');
        head.is_some_and(|head| head.split(')').next().unwrap_or(head).contains(';'))
    });
    counts || names(program).any(loops) || has_wide_conversion(program)
}

/// The names in the text of a program.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}
