//! Brace expansion (bash(1), "Brace Expansion"): text to text, before anything else.

use super::Unparsed;
use super::scan::{self, byte, slice};
use crate::action::limits::{MAX_EXPANDED_BYTES, MAX_EXPANDED_WORDS, MAX_SHELL_NESTING};

/// The words to which `raw` expands; itself alone if it has no braces.
///
/// # Errors
/// If they are too many, too long, or too deep.
pub(super) fn expand(raw: &str) -> Result<Vec<String>, Unparsed> {
    within(raw, 0)
}

fn within(raw: &str, depth: usize) -> Result<Vec<String>, Unparsed> {
    if !raw.contains('{') {
        return Ok(vec![raw.to_owned()]);
    }
    if depth > MAX_SHELL_NESTING {
        return Err(Unparsed::new("braces nest too deeply"));
    }
    let mut words = vec![String::new()];
    let (mut at, mut literal, mut failed) = (0, 0, 0);
    while let Some(b) = byte(raw, at) {
        if b != b'{' {
            at = next(raw, at, b)?;
            continue;
        }
        let Some((end, commas)) = group(raw, at + 1)? else {
            failed += 1;
            if failed > MAX_SHELL_NESTING {
                return Err(Unparsed::new("a word has too many open braces"));
            }
            at += 1;
            continue;
        };
        let Some(choices) = choices(raw, at + 1, end, &commas, depth)? else {
            at += 1;
            continue;
        };
        append(&mut words, &[slice(raw, literal, at).to_owned()])?;
        append(&mut words, &choices)?;
        at = end + 1;
        literal = at;
    }
    append(&mut words, &[slice(raw, literal, raw.len()).to_owned()])?;
    Ok(words)
}

fn append(words: &mut Vec<String>, choices: &[String]) -> Result<(), Unparsed> {
    let bytes = |words: &[String]| words.iter().map(String::len).sum::<usize>();
    let count = words.len().saturating_mul(choices.len());
    let size = bytes(words)
        .saturating_mul(choices.len())
        .saturating_add(bytes(choices).saturating_mul(words.len()));
    if count > MAX_EXPANDED_WORDS || size > MAX_EXPANDED_BYTES {
        return Err(Unparsed::new("braces expand to too many words"));
    }
    if let [only] = choices {
        words.iter_mut().for_each(|word| word.push_str(only));
        return Ok(());
    }
    let old = std::mem::take(words);
    words.extend(
        old.iter()
            .flat_map(|head| choices.iter().map(move |tail| format!("{head}{tail}"))),
    );
    Ok(())
}

/// Behind one character, quoted string or substitution.
fn next(raw: &str, at: usize, b: u8) -> Result<usize, Unparsed> {
    Ok(match b {
        b'\\' => at + 2,
        b'\'' => scan::single_quoted(raw, at + 1)?,
        b'"' => scan::double_quoted(raw, at + 1, 0)?,
        b'$' if byte(raw, at + 1) == Some(b'\'') => scan::ansi_quoted(raw, at + 2)?,
        b'$' | b'`' => scan::substitution(raw, at, 0, false)?.unwrap_or(at + 1),
        b'<' | b'>' if byte(raw, at + 1) == Some(b'(') => scan::command(raw, at + 2, 0)?,
        _ => at + 1,
    })
}

/// Behind a `{`: the offset of its `}`, and its own commas.
fn group(raw: &str, from: usize) -> Result<Option<(usize, Vec<usize>)>, Unparsed> {
    let (mut at, mut open, mut commas) = (from, 0_usize, Vec::new());
    while let Some(b) = byte(raw, at) {
        match b {
            b'{' => open += 1,
            b'}' if open == 0 => return Ok(Some((at, commas))),
            b'}' => open -= 1,
            b',' if open == 0 => commas.push(at),
            _ => {
                at = next(raw, at, b)?;
                continue;
            }
        }
        at += 1;
    }
    Ok(None)
}

fn choices(
    raw: &str,
    from: usize,
    end: usize,
    commas: &[usize],
    depth: usize,
) -> Result<Option<Vec<String>>, Unparsed> {
    if commas.is_empty() {
        let inner = slice(raw, from, end);
        // bash takes the outer braces of `{{a,b}1..3}` away: its grammar doesn't say so.
        if inner.contains("..") && inner.contains('{') {
            return Err(Unparsed::new("braces are in the ends of a sequence"));
        }
        return sequence(inner);
    }
    let mut all = Vec::new();
    let mut start = from;
    for &stop in commas.iter().chain([&end]) {
        all.extend(within(slice(raw, start, stop), depth + 1)?);
        start = stop + 1;
    }
    if all.len() > MAX_EXPANDED_WORDS {
        return Err(Unparsed::new("braces expand to too many words"));
    }
    Ok(Some(all))
}

/// `{1..5}`, `{a..e}`, `{1..9..2}`.
fn sequence(inner: &str) -> Result<Option<Vec<String>>, Unparsed> {
    let mut parts = inner.split("..");
    let (Some(first), Some(last)) = (parts.next(), parts.next()) else {
        return Ok(None);
    };
    let step = match (parts.next(), parts.next()) {
        (None, _) => Some(1),
        (Some(step), None) => step.parse::<i64>().ok(),
        _ => None,
    };
    let Some(step) = step else { return Ok(None) };
    let numbers = first.parse::<i64>().ok().zip(last.parse::<i64>().ok());
    let letters = letter(first).zip(letter(last));
    let Some((first_value, last_value)) = numbers.or(letters) else {
        return Ok(None);
    };
    let step = step.unsigned_abs().max(1);
    let count = first_value.abs_diff(last_value) / step;
    if count >= MAX_EXPANDED_WORDS as u64 {
        return Err(Unparsed::new("braces expand to too many words"));
    }
    let width = if numbers.is_some() {
        padding(first).max(padding(last))
    } else {
        0
    };
    let value = |index: u64| {
        let distance = i128::from(index) * i128::from(step);
        let from = i128::from(first_value);
        if first_value <= last_value {
            from + distance
        } else {
            from - distance
        }
    };
    let text = |value: i128| match numbers {
        Some(_) => format!("{value:0width$}"),
        None => u8::try_from(value).map_or_else(|_| String::new(), |b| char::from(b).to_string()),
    };
    Ok(Some((0..=count).map(|index| text(value(index))).collect()))
}

fn letter(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [b] if b.is_ascii_alphabetic() => Some(i64::from(*b)),
        _ => None,
    }
}

/// Leading zeros make all numbers as wide as the widest.
fn padding(number: &str) -> usize {
    let digits = number.trim_start_matches(['-', '+']);
    if digits.len() > 1 && digits.starts_with('0') && number.len() < 32 {
        number.len()
    } else {
        0
    }
}
