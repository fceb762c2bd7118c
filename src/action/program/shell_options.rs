//! The options of shells.

use super::super::shell::ShellWord;

/// Long options of bash, zsh and fish that take the next word.
const LONG_VALUES: &[&str] = &[
    "--rcfile",
    "--init-file",
    "--emulate",
    "--init-command",
    "--features",
];

/// Long options of bash that leave alone how it reads a script.
const LONG_HARMLESS: &[&str] = &["--norc", "--noprofile", "--verbose", "--help", "--version"];

/// Letters that leave it alone: `-c`, `-s`, and of `set` those that stop a script or show it.
/// Not `-i`, `-l` (start-up files), `-H` (history), `-k` (assignments among the arguments), …
const LETTERS_HARMLESS: &str = "cseuxvfn";

/// What `-o` may name beside them.
const NAMES_HARMLESS: &[&str] = &[
    "errexit", "nounset", "pipefail", "xtrace", "verbose", "noglob",
];

/// What a shell's options ask for.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    pub(super) command: bool,
    pub(super) stdin: bool,
    pub(super) inert: bool,
    /// `-n`: the script is read, not run.
    pub(super) reads: bool,
    pub(super) startup: Vec<&'a ShellWord>,
    /// Scripts that an option carries: `fish --command=SCRIPT`.
    pub(super) inline: Vec<&'a str>,
    /// An option that changes how the script is read, or what is read before it.
    pub(super) changes: Option<&'a str>,
    pub(super) operands: &'a [ShellWord],
}

/// Reads a shell's options, up to its operands.
pub(super) fn options(args: &[ShellWord]) -> Options<'_> {
    let mut found = Options::default();
    let mut at = 0;
    while let Some(word) = args.get(at) {
        let text = word.text.as_str();
        at += 1;
        if text == "--" || text == "-" {
            break;
        }
        if text.starts_with("--") {
            long(text, args.get(at), &mut found);
            at += usize::from(LONG_VALUES.contains(&text));
        } else if text.len() > 1 && text.starts_with(['-', '+']) {
            at += short(text, args.get(at..).unwrap_or_default(), &mut found);
        } else {
            at -= 1;
            break;
        }
        if word.dynamic {
            found.changes = Some(text);
        }
    }
    found.operands = args.get(at..).unwrap_or_default();
    found
}

fn long<'a>(text: &'a str, next: Option<&'a ShellWord>, found: &mut Options<'a>) {
    found.inert |= matches!(text, "--help" | "--version");
    found.command |= text == "--command";
    let inline = text
        .strip_prefix("--command=")
        .or_else(|| text.strip_prefix("--init-command="));
    found.inline.extend(inline);
    if matches!(text, "--rcfile" | "--init-file") {
        found.startup.extend(next);
    }
    if text == "--init-command" {
        found.inline.extend(next.map(|word| word.text.as_str()));
    }
    if !LONG_HARMLESS.contains(&text) {
        found.changes = Some(text);
    }
}

/// A cluster of letters; gives how many of the next words are values of it.
fn short<'a>(text: &'a str, next: &'a [ShellWord], found: &mut Options<'a>) -> usize {
    let letters = text.get(1..).unwrap_or_default();
    found.command |= text.starts_with('-') && letters.contains('c');
    found.stdin |= letters.contains('s');
    found.reads |= text.starts_with('-') && letters.contains('n') && !letters.contains('i');
    // Each `o` or `O` of a cluster takes a word of its own: `-euo pipefail -c`.
    let mut values = 0;
    for letter in letters.chars() {
        let harmless = match letter {
            'o' | 'O' => {
                let value = next.get(values).map_or("", |word| word.text.as_str());
                values += 1;
                letter == 'o' && NAMES_HARMLESS.contains(&value)
            }
            letter => LETTERS_HARMLESS.contains(letter),
        };
        if !harmless {
            found.changes = Some(text);
        }
    }
    values
}
