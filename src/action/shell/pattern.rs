//! What the pattern operators of a parameter expansion make of a constant.

use regex::Regex;

/// Characters of a value that patterns are tried on.
const MAX_SUBJECT: usize = 1024;

/// An operator; the flag says that it is doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// `#`: the beginning that matches goes; doubled: the longest.
    Front(bool),
    /// `%`: the end that matches goes.
    Back(bool),
    /// `/`: the first match is replaced; doubled: every one.
    Replace(bool),
    /// `^`: the first letter; doubled: every letter.
    Upper(bool),
    /// `,`
    Lower(bool),
}

/// The value after the operator, unless it is too long or the pattern is not understood.
pub(super) fn cut(value: &str, word: &str, cut: Cut) -> Option<String> {
    if value.len() > MAX_SUBJECT || word.len() > MAX_SUBJECT {
        return None;
    }
    let ends: Vec<usize> = value
        .char_indices()
        .map(|(at, _)| at)
        .chain([value.len()])
        .collect();
    match cut {
        Cut::Upper(true) => Some(value.to_uppercase()),
        Cut::Lower(true) => Some(value.to_lowercase()),
        Cut::Upper(false) => Some(first(value, |c| c.to_uppercase().collect())),
        Cut::Lower(false) => Some(first(value, |c| c.to_lowercase().collect())),
        Cut::Front(longest) => {
            let whole = whole(word)?;
            let matches = |at: &&usize| whole.is_match(value.get(..**at).unwrap_or_default());
            let at = if longest {
                ends.iter().rev().find(matches)
            } else {
                ends.iter().find(matches)
            };
            value.get(at.copied().unwrap_or(0)..).map(str::to_owned)
        }
        Cut::Back(longest) => {
            let whole = whole(word)?;
            let matches = |at: &&usize| whole.is_match(value.get(**at..).unwrap_or_default());
            let at = if longest {
                ends.iter().find(matches)
            } else {
                ends.iter().rev().find(matches)
            };
            value
                .get(..at.copied().unwrap_or(value.len()))
                .map(str::to_owned)
        }
        Cut::Replace(every) => replace(value, word, every),
    }
}

fn first(value: &str, change: impl Fn(char) -> String) -> String {
    let mut chars = value.chars();
    let head = chars.next().map(change).unwrap_or_default();
    head + chars.as_str()
}

/// `pattern/replacement`; `#` and `%` in front anchor the pattern.
fn replace(value: &str, word: &str, every: bool) -> Option<String> {
    let (pattern, replacement) = word.split_once('/').unwrap_or((word, ""));
    let (pattern, front, back) = match pattern.strip_prefix(['#', '%']).filter(|_| !every) {
        Some(rest) => (rest, pattern.starts_with('#'), pattern.starts_with('%')),
        None => (pattern, false, false),
    };
    let regex = format!(
        "(?s){}(?:{}){}",
        if front { "^" } else { "" },
        regex_of(pattern),
        if back { "$" } else { "" }
    );
    let regex = Regex::new(&regex).ok()?;
    let limit = if every { 0 } else { 1 };
    let out = regex
        .replacen(value, limit, regex::NoExpand(replacement))
        .into_owned();
    (out.len() <= 4 * MAX_SUBJECT).then_some(out)
}

fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("(?s)^(?:{})$", regex_of(pattern))).ok()
}

/// A pattern of the shell (bash(1), "Pattern Matching") as a regular expression.
fn regex_of(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => match rest
                .split_once(']')
                .filter(|(class, _)| !class.is_empty() && !class.contains(['[', '\\', '&', '~']))
            {
                Some((class, after)) => {
                    let class = class
                        .strip_prefix('!')
                        .map_or_else(|| class.to_owned(), |class| format!("^{class}"));
                    out.push_str(&format!("[{class}]"));
                    rest = after;
                }
                None => out.push_str("\\["),
            },
            _ => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}
