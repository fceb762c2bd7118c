//! The rules that are built in: tables, and how their rows become patterns.
//!
//! Facts' words are matched with the same patterns with each of their white space, quotes and
//! shell operators as one `\x1a`, so that a word is one run of other characters there.
//!
//! | module | holds |
//! |---|---|
//! | `shapes` | texts that are secrets by themselves: keys and tokens of known providers |
//! | `keys` | names that say that a secret follows: variables, fields, headers, options |
//! | `programs` | programs, and which of their options and words are secrets |
//! | `stdin` | secrets that a program is given by a pipe, a here-string or a here-document |

mod keys;
mod programs;
mod shapes;
mod stdin;

use super::{RedactionError, Rule};

/// A name, a pattern, and the kind of text that it is for.
struct Row {
    name: &'static str,
    /// The pattern is searched for in the rest of the simple command that this begins.
    head: Option<String>,
    pattern: String,
}

impl Row {
    fn new(name: &'static str, pattern: &str) -> Self {
        Self {
            name,
            head: None,
            pattern: pattern.to_owned(),
        }
    }
}

/// The rest of a simple command, as short as possible.
pub(super) const REST: &str = r"(?:[^\x00\n;|&]|&[^\x00\n;|&]|\\\n)*?";
/// What the rest of a simple command begins with: one byte.
pub(super) const SPACE: &str = r"(?:[ \t\n\r\x0b\x0c\x1a]|\\)";

/// The abbreviations in the patterns of the tables, in the order of their replacement. ASCII classes
/// where they do: those of Unicode make large automata, and a `\b` of Unicode a slow one.
const PARTS: &[(&str, &str)] = &[
    // A shell word as it is written, quotes and escapes included.
    ("<VALUE>", "(?P<secret>(?:<QUOTED>|<PLAIN>)+)"),
    // A shell word that doesn't begin with `-`: with it, the word is an option of its own.
    (
        "<NEXT>",
        r#"(?P<secret>(?:<QUOTED>|[^<SP>'"\\;|&<>()\x00-])(?:<QUOTED>|<PLAIN>)*)"#,
    ),
    (
        "<QUOTED>",
        r#"'[^'\x00]*'|"(?:[^"\\\x00]|\\[^\x00])*"|\\[^\x00]"#,
    ),
    ("<PLAIN>", r#"[^<SP>'"\\;|&<>()\x00]"#),
    // White space in a command line, escaped line ends too.
    ("<GAP>", r"(?:[<SP>\x1a]|\\\r?\n)+"),
    // Where a word begins.
    ("<BEFORE>", r#"(?:^|[<SP>'"\x1a(\[,`])"#),
    ("<REST>", REST),
    // Quotes, escaped or not.
    ("<Q>", r#"(?:\\*["'])"#),
    ("<KEY>", keys::KEY),
    ("<SP>", r" \t\n\r\x0b\x0c"),
    (r"\b", r"(?-u:\b)"),
];

fn expand(pattern: &str) -> String {
    PARTS.iter().fold(pattern.to_owned(), |text, (part, is)| {
        text.replace(part, is)
    })
}

pub(super) fn built_in() -> Result<Vec<Rule>, RedactionError> {
    let rows = [
        shapes::rows(),
        keys::rows(),
        programs::rows(),
        stdin::rows(),
    ];
    rows.into_iter()
        .flatten()
        .map(
            |Row {
                 name,
                 head,
                 pattern,
             }| {
                let head = head.as_deref().map(expand);
                Rule::new(name, head.as_deref(), &expand(&pattern))
                    .map_err(|error| RedactionError::Set(format!("`{name}`: {error}")))
            },
        )
        .collect()
}
