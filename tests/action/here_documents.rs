//! Where here-documents end: delimiters in every spelling, compared with bash.
//!
//! A body that seems to be longer than it is hides the commands behind its true end.

use crate::shell_oracle::{Bash, facts, told};

use proptest::prelude::*;

/// Parts of a delimiter as it is written.
const SPELLINGS: &[&str] = &[
    "E",
    "'E'",
    "\"E\"",
    "\\E",
    "E-1",
    "'E F'",
    "''",
    "\"\"",
    "$'E'",
    "$\"E\"",
    "$''",
    "$'\\105'",
    "$'\\tE'",
    "a$'b\\'c'",
    "$E",
    "\\$E",
    "'$E'",
    "\"a\\zb\"",
    "\"\\E\"",
    "\"\\'E\"",
    "\"E\\\nF\"",
    "E\\\nF",
    "'\tE'",
    "\"\tE\"",
    "\\\tE",
    "$(echo \"x\")",
    "`echo \"x\"`",
    "${x:-\"y\"}",
    "'E\r'",
    "E\r",
    "E\\\r",
];

/// Lines that may end a body, or are joined with the next.
const CLOSERS: &[&str] = &[
    "E",
    "\tE",
    "\t\tE",
    "E F",
    "E-1",
    "",
    "$E",
    "EE",
    "ab'c",
    "abc",
    "aE",
    "a\\zb",
    "azb",
    "\\E",
    "'E",
    "\\'E",
    "EF",
    "E\\\nF",
    "E\\\n",
    "E\\",
    "E\\\\\n",
    "\\\nE",
    "E\r",
    "$(echo \"x\")",
    "$(echo x)",
    "`echo \"x\"`",
    "${x:-\"y\"}",
    "${x:-y}",
    "E)",
    "E beta)",
];

/// A line with a here-document, and commands where one reading or another ends it.
fn line() -> impl Strategy<Value = String> {
    let closer = || prop::sample::select(CLOSERS);
    (
        prop::sample::select(vec!["<<", "<<-", "<< ", "<<- "]),
        prop::collection::vec(prop::sample::select(SPELLINGS), 1..3),
        closer(),
        closer(),
        closer(),
        0..4_usize,
    )
        .prop_map(|(operator, spelling, first, second, third, around)| {
            let document = format!("{operator}{}", spelling.concat());
            let body = format!("\n{first}\nbeta\n{second}\ngamma x\n{third}\ngamma");
            match around {
                0 | 1 => format!("alpha {document}{body}"),
                2 => format!("echo $(alpha {document}{body}\n); alpha"),
                _ => format!("alpha | {{ alpha {document}; }}{body}"),
            }
        })
}

/// Parts of a line of a body: tabs, joined lines, and pieces of the delimiter `EF`.
const PARTS: &[&str] = &[
    "\t", "\t", "\\\n", "\\\n", "EF", "EF", "E", "F", "\\", "\\\\", "\n", " ", ")",
];

/// A line with a here-document whose body is made of such parts, with commands between them.
fn joined() -> impl Strategy<Value = String> {
    let part = || prop::sample::select(PARTS);
    let closer = move || prop::collection::vec(part(), 1..5).prop_map(|parts| parts.concat());
    (
        prop::sample::select(vec!["<<-EF", "<<-EF", "<<EF", "<<-'EF'", "<<-E\\\nF"]),
        closer(),
        closer(),
        0..4_usize,
    )
        .prop_map(|(document, first, second, around)| {
            let body = format!("\n{first}\nbeta\n{second}\ngamma");
            match around {
                0..=2 => format!("alpha {document}{body}"),
                _ => format!("echo $(alpha {document}{body}\n); alpha"),
            }
        })
}

#[test]
fn no_body_hides_a_command() {
    compare(1_000, 10, line());
}

#[test]
fn no_joined_line_hides_a_command() {
    compare(1_000, 100, joined());
}

/// Runs lines under bash, and looks for what ran in their facts. At least so many lines must run more than the
/// command in front of the body.
fn compare(cases: u32, least: usize, lines: impl Strategy<Value = String>) {
    let bash = Bash::new();
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let followed = std::cell::Cell::new(0_usize);
    let outcome = runner.run(&lines, |line| {
        let facts = facts(&line);
        if !facts.unknowns.is_empty() {
            return Ok(());
        }
        let runs = bash.runs(&line);
        followed.set(followed.get() + usize::from(runs.len() > 1));
        for run in &runs {
            prop_assert!(told(&facts, run), "{run:?} is not told of {line:?}");
        }
        Ok(())
    });
    if let Err(problem) = outcome {
        panic!("{problem}");
    }
    assert!(
        followed.get() >= least,
        "{} lines were followed",
        followed.get()
    );
}
