//! Arithmetic (bash(1), "ARITHMETIC EVALUATION"), and text whose value doesn't matter but
//! whose substitutions run.
//!
//! Whatever bash takes for an expression comes to [`arithmetic`] or [`evaluate`]: `((…))`,
//! `$((…))`, `let`, subscripts, offsets, operands of `-eq`, values of integers. There a
//! name's value is an expression in turn, and a subscript in it may run commands.

use super::Unparsed;
use super::expand::{self, Expander};
use super::names::name_length;
use super::scan::{byte, character};
use super::state::Shell;
use super::variable::{Evaluation, Variable, is_number};
use super::walk::Walk;
use crate::action::budget;

const CODE: &str = "arithmetic on a variable evaluates what the variable holds";

/// Follows the substitutions in `text`, whose value doesn't matter.
pub(super) fn discard(walk: &mut Walk<'_>, text: &str) -> Result<(), Unparsed> {
    if !text.contains(['$', '`', '<', '>']) {
        return Ok(());
    }
    walk.nested(|walk| {
        let mut expander = Expander::new(walk, text, false);
        let mut at = 0;
        while let Some((c, next)) = character(text, at) {
            at = match c {
                '\\' => character(text, next).map_or(next, |(_, end)| end),
                '$' if byte(text, next) == Some(b'\'') => next,
                '$' | '`' => expander.dollar(at, true)?,
                '<' | '>' if byte(text, next) == Some(b'(') => expander.process(at)?,
                _ => next,
            };
        }
        Ok(())
    })
}

/// A decimal number. To bash `08` is one to the base of 8, and an error.
fn literal(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_octal = digits.len() > 1 && digits.starts_with('0');
    text.parse().ok().filter(|_| !is_octal)
}

/// Judges an expression as it is written. Gives its value where that is plain to see.
pub(super) fn arithmetic(walk: &mut Walk<'_>, raw: &str) -> Result<Option<i64>, Unparsed> {
    if let Some(number) = literal(raw) {
        return Ok(Some(number));
    }
    walk.shell.may_leave_line();
    let (mut text, is_known) = walk.inside(|walk| expand::arithmetic_text(walk, raw))?;
    if text.dynamic {
        walk.unknown(CODE);
    }
    text.text.retain(|c| c != '"');
    let value = evaluate(walk, &text.text)?;
    Ok(value.filter(|_| is_known && !text.dynamic))
}

/// Judges an expression whose parameters are expanded.
pub(super) fn evaluate(walk: &mut Walk<'_>, text: &str) -> Result<Option<i64>, Unparsed> {
    if let Some(number) = literal(text) {
        return Ok(Some(number));
    }
    walk.shell.may_leave_line();
    walk.shell.spend(budget::LOOK + budget::BYTE * text.len())?;
    if text.contains(['$', '`']) {
        // A subscript from a value: bash expands it again.
        walk.unknown(CODE);
        discard(walk, text)?;
    }
    for part in parts(text) {
        let (names, leads) = names(part);
        for name in names.iter().filter(|name| name.read) {
            read(walk, name.text)?;
        }
        for name in names.iter().filter(|name| name.assigned) {
            let number =
                leads == Some(name.text) || name.read || walk.shell.holds_number(name.text);
            let value = if number {
                Variable::Number
            } else {
                Variable::Dynamic
            };
            walk.assigned(name.text, value)?;
        }
    }
    Ok(number(walk.shell, text.trim()))
}

/// Takes what assignments to integers had bash evaluate.
pub(super) fn settle(walk: &mut Walk<'_>) -> Result<(), Unparsed> {
    for evaluation in std::mem::take(&mut walk.shell.evaluations) {
        match evaluation {
            Evaluation::Text(text) => {
                evaluate(walk, &text)?;
            }
            Evaluation::Unknown => walk.unknown(CODE),
        }
    }
    Ok(())
}

fn number(shell: &Shell, text: &str) -> Option<i64> {
    match shell.variables.get(text) {
        Some(Variable::Text(value)) => value.trim().parse().ok(),
        _ => None,
    }
}

/// A name in an expression.
struct Name<'a> {
    text: &'a str,
    /// Its value is evaluated.
    read: bool,
    assigned: bool,
}

/// The parts that are evaluated one after the other, whatever the results of those before.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, ',' | ';')
    })
    .collect()
}

/// The names in one part, and the one that the part as a whole assigns to (`x = …`).
fn names(part: &str) -> (Vec<Name<'_>>, Option<&str>) {
    let mut names = Vec::new();
    let mut leads = None;
    let mut at = 0;
    while let Some(rest) = part.get(at..).filter(|rest| !rest.is_empty()) {
        let length = name_length(rest);
        if length == 0 {
            at += number_length(rest).max(rest.chars().next().map_or(1, char::len_utf8));
            continue;
        }
        let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let before = part.get(..at).unwrap_or_default().trim_end();
        let element = after.trim_start().starts_with('[');
        let after = behind_subscript(after.trim_start()).trim_start();
        let steps = [
            before.ends_with("++") || before.ends_with("--"),
            after.starts_with("++") || after.starts_with("--"),
        ];
        let plain = after.starts_with('=') && !after.starts_with("==");
        let compound = COMPOUND.iter().any(|operator| after.starts_with(operator));
        let steps = steps.contains(&true);
        if plain && !element && before.is_empty() {
            leads = Some(text);
        }
        names.push(Name {
            text,
            read: !plain,
            assigned: plain || compound || steps,
        });
        at += length;
    }
    (names, leads)
}

const COMPOUND: [&str; 10] = ["*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="];

/// `16#ff` and `0x1F` hold no name.
fn number_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'#' | b'@'))
        .count()
}

fn behind_subscript(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(at + usize::from(c == ']')..).unwrap_or_default();
        }
    }
    ""
}

/// A name whose value bash evaluates.
fn read(walk: &mut Walk<'_>, name: &str) -> Result<(), Unparsed> {
    if walk.shell.holds_number(name) {
        return Ok(());
    }
    let texts = match walk.shell.value(name) {
        Some(Variable::Text(text)) => vec![text],
        Some(Variable::Likely(text) | Variable::Made(Some(text))) => {
            walk.unknown(CODE);
            vec![text]
        }
        Some(Variable::Array(items)) if items.iter().all(|item| is_number(item)) => return Ok(()),
        Some(Variable::Map(items)) if items.iter().all(|(_, item)| is_number(item)) => {
            return Ok(());
        }
        Some(Variable::Array(items)) => items,
        Some(Variable::Map(items)) => items.into_iter().map(|(_, item)| item).collect(),
        _ => {
            walk.unknown(CODE);
            return Ok(());
        }
    };
    // `x=y; y=x`: bash gives up as well.
    if walk.evaluating.iter().any(|outer| outer == name) {
        return Ok(());
    }
    walk.evaluating.push(name.to_owned());
    let result = walk.nested(|walk| {
        texts
            .iter()
            .try_for_each(|text| evaluate(walk, text).map(drop))
    });
    walk.evaluating.pop();
    result
}
