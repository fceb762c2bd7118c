//! Bracket expressions of regular expressions.

/// What follows a bracket expression such as `[^]a-z[:digit:]]`, whose first bracket is in front of
/// `text`. None where implementations differ about its end: a delimiter, a backslash or a line's end
/// within it.
pub(super) fn behind_brackets(text: &str, delimiter: char) -> Option<&str> {
    let text = text.strip_prefix('^').unwrap_or(text);
    let mut rest = text.strip_prefix(']').unwrap_or(text);
    loop {
        let c = rest.chars().next()?;
        rest = rest.get(c.len_utf8()..)?;
        match c {
            ']' => return Some(rest),
            '[' if rest.starts_with([':', '.', '=']) => {
                let kind = rest.chars().next()?;
                let body = rest.get(1..)?;
                let end = body.find(kind)?;
                let (name, behind) = body.split_at(end);
                rest = behind.get(1..)?.strip_prefix(']')?;
                let is_name = |c: char| c.is_ascii_alphabetic() || c == '-';
                name.chars().all(is_name).then_some(())?;
            }
            '\\' | '\n' => return None,
            c if c == delimiter => return None,
            _ => {}
        }
    }
}
