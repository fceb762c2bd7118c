//! An action as text without its values, for a report.
//!
//! A report is read by more people than the journal. Of a command line it shows what is
//! known not to be a value: programs, subcommands, the names of options, and what the
//! facts say are paths, remotes and refs. Everything else is `…`, a password too.

use super::observation::cut;
use crate::action::facts::{Command, Facts, Push};
use crate::action::program::has_subcommands;
use crate::action::{Action, Request};
use crate::shadow::limits::MAX_EXAMPLE_BYTES;

/// Replaces what is not shown.
const HIDDEN: &str = "…";
/// Subcommands that are shown, at most, and the bytes of each.
const MAX_SUBCOMMANDS: usize = 3;
const MAX_SUBCOMMAND_BYTES: usize = 24;

/// The action in one line of at most [`MAX_EXAMPLE_BYTES`].
#[must_use]
pub fn example_text(action: &Action, facts: &Facts) -> String {
    let text = match &action.request {
        Request::ReadFile { path } => format!("read {path}"),
        Request::SearchFiles { path, .. } => format!("search {path}"),
        Request::WriteFile { path } => format!("write {path}"),
        Request::ExecuteCommand { .. } => command_line(facts),
        Request::GitOperation { operation, target } => format!("{operation} {}", address(target)),
        Request::McpToolCall(call) => format!("call {}", call.target),
    };
    let kept = cut(&text, MAX_EXAMPLE_BYTES);
    if kept.len() < text.len() {
        format!("{kept}{HIDDEN}")
    } else {
        text
    }
}

/// A target as it was written, unless it could hold a user's name and password.
fn address(target: &str) -> &str {
    if is_plain(target) { target } else { HIDDEN }
}

fn is_plain(text: &str) -> bool {
    !text.contains("://") && !text.contains('@')
}

fn command_line(facts: &Facts) -> String {
    let mut text = String::new();
    for command in &facts.commands {
        if text.len() > MAX_EXAMPLE_BYTES {
            break;
        }
        if !text.is_empty() {
            text.push_str("; ");
        }
        words(command, facts, &mut text);
    }
    if text.is_empty() {
        text.push_str(HIDDEN);
    }
    text
}

fn words(command: &Command, facts: &Facts, text: &mut String) {
    text.push_str(if command.program.is_empty() {
        HIDDEN
    } else {
        &command.program
    });
    let mut subcommands = has_subcommands(&command.program);
    let mut plain = 0;
    let mut hidden = false;
    for word in command.words.iter().skip(1) {
        let shown = if word.dynamic {
            None
        } else if let Some((name, valued)) = option_name(&word.text) {
            // The next word may be its value.
            subcommands &= valued;
            Some((name, valued))
        } else if is_known(&word.text, facts) {
            Some((word.text.as_str(), false))
        } else {
            plain += 1;
            let names_operation = subcommands && plain <= MAX_SUBCOMMANDS && !hidden;
            (names_operation && is_subcommand(&word.text)).then_some((word.text.as_str(), false))
        };
        match shown {
            Some((shown, valued)) => {
                text.push(' ');
                text.push_str(shown);
                if valued {
                    text.push_str(HIDDEN);
                }
                hidden = false;
            }
            // Several hidden words in a row look like one: how many is nobody's business.
            None if hidden => {}
            None => {
                text.push(' ');
                text.push_str(HIDDEN);
                hidden = true;
            }
        }
    }
}

/// An option's name, and whether a value follows it in the same word.
fn option_name(word: &str) -> Option<(&str, bool)> {
    if let Some(long) = word.strip_prefix("--") {
        let end = long.find('=');
        let name = end.map_or(long, |end| long.get(..end).unwrap_or_default());
        let shown = word.get(..name.len() + 2 + usize::from(end.is_some()))?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        return (name.len() <= MAX_SUBCOMMAND_BYTES && name.bytes().all(plain))
            .then_some((shown, end.is_some()));
    }
    let short = word.strip_prefix('-')?;
    // `-auto-approve` is Terraform's way; `-psecret` is MySQL's.
    let name_end = short.find(['=', ':']).unwrap_or(short.len());
    let known = [
        "auto-approve",
        "destroy",
        "force",
        "lock",
        "out",
        "var",
        "var-file",
    ];
    let name = short.get(..name_end)?;
    if known.contains(&name) {
        let valued = name_end < short.len();
        return Some((word.get(..name.len() + 1 + usize::from(valued))?, valued));
    }
    let first = short.chars().next()?;
    first.is_ascii_alphabetic().then(|| {
        let shown = word.get(..2).unwrap_or("-");
        (shown, short.len() > 1)
    })
}

/// Whether the facts say that a word is a path, a remote or a ref.
fn is_known(word: &str, facts: &Facts) -> bool {
    let presumed = facts.presumed_reads.iter().chain(&facts.presumed_writes);
    let accesses = facts.reads.iter().chain(&facts.writes).chain(presumed);
    let is_path = || accesses.into_iter().any(|access| access.written == word);
    is_plain(word) && (is_path() || facts.pushes.iter().any(|push| names(push, word)))
}

fn names(push: &Push, word: &str) -> bool {
    let source_and_target = word.trim_start_matches('+').split(':');
    let mut refs = push
        .readings
        .iter()
        .flatten()
        .map(|update| short(&update.name));
    push.remote.as_deref() == Some(word)
        || source_and_target
            .into_iter()
            .all(|part| part.is_empty() || refs.any(|name| name == short(part)))
}

/// A ref's name without `refs/heads/`.
pub(in crate::shadow) fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

fn is_subcommand(word: &str) -> bool {
    word.len() <= MAX_SUBCOMMAND_BYTES
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
