//! Paths of which a part is known only at run time.

/// In a path, replaces a part that only the run will show: OBJECT REPLACEMENT CHARACTER.
/// Wildcards match it, and no constant does: a pattern that matches such a path matches it
/// with any such part.
pub(in crate::action) const UNKNOWN: char = '\u{fffc}';

/// The name of a file that no pattern spells. Below a folder it represents whichever file is there.
pub(crate) const UNSPELLED: &str = "‹…›";

/// The word's text with every unknown part replaced; none if nothing constant is left that a
/// pattern could be matched with, or if the ends of its parts are unknown.
///
/// `text` is a word after quote removal, in which substitutions are as they were written, or
/// what they most likely print (`$(pwd)` is `.`). A `$` that was quoted is taken for one too:
/// then less is known, never more.
pub(in crate::action) fn with_unknowns(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match substitution(rest) {
            Some(length) => {
                if !out.ends_with(UNKNOWN) {
                    out.push(UNKNOWN);
                }
                rest = rest.get(length..)?;
            }
            None if matches!(c, '`' | '*' | '?' | '[' | UNKNOWN) => return None,
            None if rest.starts_with("$(") || rest.starts_with("${") => return None,
            None if rest.starts_with("<(") || rest.starts_with(">(") => return None,
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..)?;
            }
        }
    }
    out.contains(char::is_alphanumeric).then_some(out)
}

/// Bytes of the substitution at the beginning of `text`.
fn substitution(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match (bytes.first()?, bytes.get(1)) {
        (b'`', _) => Some(text.get(1..)?.find('`')? + 2),
        (b'$', Some(b'(')) => closing(text, 1, b'(', b')'),
        (b'$', Some(b'{')) => closing(text, 1, b'{', b'}'),
        (b'$', Some(b'[')) => closing(text, 1, b'[', b']'),
        (b'$', Some(c)) if c.is_ascii_alphabetic() || *c == b'_' => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = text.get(1..)?;
            Some(1 + name.find(|c| !is_name(c)).unwrap_or(name.len()))
        }
        (b'$', Some(b'0'..=b'9' | b'$' | b'!' | b'?' | b'#' | b'@' | b'*' | b'-')) => Some(2),
        _ => None,
    }
}

/// Behind the bracket that closes the one at `from`; quotes hide brackets.
fn closing(text: &str, from: usize, open: u8, close: u8) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', None | Some(b'"')) => escaped = true,
            (_, Some(mark)) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (b'\'' | b'"', None) => quote = Some(byte),
            _ if byte == open => depth += 1,
            _ if byte == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
