//! Words that name one place by the text, and perhaps another to the program.

use super::is_uri;

/// How a path is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The file itself is opened.
    Opened,
    /// What lies below it is read or named too.
    Entered,
}

/// Whether a word of a command may name another place than its text says:
///
/// - A program that knows no `file:` URIs takes one for a relative path. The two readings differ where
///   the URI is decoded or cut, or climbs.
/// - A backslash separates names on Windows, and is a part of a name elsewhere: what a `..` leaves
///   differs.
/// - A glob such as `.*` or `.?` matches `..` too (dash, and bash up to 5.1).
#[must_use]
pub fn is_doubtful(text: &str, is_glob: bool, used: Use) -> bool {
    let climbs = || text.split(['/', '\\']).any(|segment| segment == "..");
    let as_uri = is_uri(text) && (text.contains(['#', '?', '%']) || climbs());
    let as_separator = text.contains('\\') && climbs();
    as_uri || as_separator || (is_glob && glob_climbs(text, used))
}

/// Whether a glob can match `..` where something lies below it.
fn glob_climbs(text: &str, used: Use) -> bool {
    let mut segments = text.split('/').peekable();
    while let Some(segment) = segments.next() {
        let mut behind = segments.clone();
        let is_entered = used == Use::Entered || behind.any(|segment| !segment.is_empty());
        if is_entered && segment != ".." && may_be_parent(segment) {
            return true;
        }
    }
    false
}

/// Whether a segment of a glob can match `..`. No wildcard matches a dot that begins a name.
fn may_be_parent(segment: &str) -> bool {
    // What `@(…)` and others like it match isn't followed.
    if segment.contains('(') {
        return true;
    }
    let segment = segment.strip_prefix('\\').unwrap_or(segment);
    let Some(mut rest) = segment.strip_prefix('.') else {
        return false;
    };
    // Nor are classes by name, such as `[[:punct:]]`.
    if rest.contains("[:") || rest.contains("[[") {
        return true;
    }
    let (mut dots, mut has_star) = (0_usize, false);
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '*' => has_star = true,
            '.' | '?' => dots += 1,
            '\\' => {}
            '[' => match class(rest) {
                Some((true, after)) => {
                    dots += 1;
                    rest = after;
                }
                _ => return false,
            },
            _ => return false,
        }
    }
    dots == 1 || (dots == 0 && has_star)
}

/// Whether the class at the beginning of `text`, behind its `[`, can match a dot, and the text behind
/// it. None if nothing closes it.
fn class(text: &str) -> Option<(bool, &str)> {
    let (negated, members) = match text.strip_prefix(['!', '^']) {
        Some(members) => (true, members),
        None => (false, text),
    };
    // A bracket that comes first is a member.
    let first = members.chars().next()?.len_utf8();
    let end = first + members.get(first..)?.find(']')?;
    let (members, after) = (members.get(..end)?, members.get(end + 1..)?);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let matches_dot = match negated {
        true => !members.contains('.'),
        false => !members.chars().all(is_plain) || members.contains("--"),
    };
    Some((matches_dot, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_that_match_the_parent_are_doubtful() {
        let rows = [
            (".?/x", true),
            (".*/x", true),
            (".[.]/x", true),
            (".[!a]/x", true),
            (".[^a]/x", true),
            (".[[:punct:]]/x", true),
            (".[+-0]/x", true),
            (".[--0]/x", true),
            (".*?/x", true),
            ("..*/x", true),
            ("a/.?/x", true),
            ("@(..)/x", true),
            (".@(.)/x", true),
            ("*/x", false),
            ("?./x", false),
            (".?", false),
            (".?/", false),
            (".[!.]*/x", false),
            (".[a-z]/x", false),
            (".g*/x", false),
            (".??/x", false),
            ("..?/x", false),
            ("../*.ts", false),
            (".[/x", false),
        ];
        for (text, want) in rows {
            assert_eq!(is_doubtful(text, true, Use::Opened), want, "{text}");
        }
        assert!(is_doubtful(".*", true, Use::Entered));
        assert!(!is_doubtful("*", true, Use::Entered));
    }

    #[test]
    fn texts_of_two_readings_are_doubtful() {
        let rows = [
            ("file:/a#/../x", true),
            ("FILE:///a%2e", true),
            ("file:a?b", true),
            ("file:/a/../b", true),
            ("file:///a/b", false),
            (r"a\b/../x", true),
            (r"a\..\x", true),
            (r"a\b\x", false),
            ("a/../x", false),
            ("a#b/../x", false),
        ];
        for (text, want) in rows {
            assert_eq!(is_doubtful(text, false, Use::Opened), want, "{text}");
        }
    }
}
