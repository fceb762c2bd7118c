//! Arithmetic, and text whose value doesn't matter but whose substitutions run.

use super::Unparsed;
use super::expand::Expander;
use super::scan::{byte, character};
use super::state::Variable;
use super::walk::Walk;

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

/// Judges an arithmetic expression: a variable in it is evaluated as an expression in turn,
/// and an array subscript in that may run commands (bash(1), "ARITHMETIC EVALUATION").
pub(super) fn arithmetic(walk: &mut Walk<'_>, expression: &str) -> Result<(), Unparsed> {
    discard(walk, expression)?;
    let assigns = expression.contains("++")
        || expression.contains("--")
        || expression.replace("==", "").contains('=');
    let mut rest = expression;
    let mut code = expression.contains(['$', '`']);
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        let from = rest.get(start..).unwrap_or_default();
        let length = from
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let (token, after) = from.split_at_checked(length).unwrap_or((from, ""));
        rest = after;
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let number = matches!(walk.shell.variables.get(token),
            Some(Variable::Text(text)) if text.parse::<i64>().is_ok());
        code |= !number;
        if assigns {
            walk.shell.assign(token, Variable::Dynamic);
        }
    }
    if code {
        walk.unknown("arithmetic on a variable evaluates what the variable holds");
    }
    Ok(())
}
