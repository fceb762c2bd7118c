//! Words that name one place by the text, and perhaps another to the program.

use std::borrow::Cow;

use super::{is_on_drive, is_uri};

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
/// - A program that knows no `file:` URIs takes one for a relative path.
/// - A backslash separates names on Windows, and is a part of a name elsewhere: what a `..` leaves
///   differs.
/// - A glob such as `.*` or `.?` matches `..` too (dash, and bash up to 5.1).
/// - To zsh `=ls` is the path of the program `ls` (zshexpn(1), "`=' expansion").
#[must_use]
pub fn is_doubtful(text: &str, is_glob: bool, used: Use) -> bool {
    let is_program = text.len() > 1 && text.starts_with('=');
    is_program || is_uri(text) || is_cut_otherwise(text) || (is_glob && glob_climbs(text, used))
}

/// Whether a text leads elsewhere where a backslash is a part of a name.
fn is_cut_otherwise(text: &str) -> bool {
    text.contains('\\') && climbs(text)
}

/// Whether a text has a segment `..`, whatever separates names.
#[must_use]
pub fn climbs(text: &str) -> bool {
    text.split(['/', '\\']).any(|segment| segment == "..")
}

/// Whether nobody knows which directory a text names, so that what `..` leads to from there is not known:
/// a backslash separates names on Windows, and is a part of a name elsewhere. A text that begins with
/// a drive or a share (`C:\w`, `\\server\share`) is one of Windows.
#[must_use]
pub fn is_doubtful_directory(text: &str) -> bool {
    text.contains('\\') && !is_on_drive(text) && !text.starts_with(r"\\")
}

/// What a path that is no word of a command may mean to the tool that gets it, each as a text of which
/// the meaning is one: a `file:` URI as a URI and as a relative path, another URI (`vscode-remote://host/etc/x`)
/// as a relative path and as the path in it, and a backslash as a separator and as a part of a name.
#[must_use]
pub fn readings(text: &str) -> Vec<Cow<'_, str>> {
    let mut all = vec![Cow::Borrowed(text)];
    // Readers of URIs drop such characters (WHATWG URL, "basic URL parser").
    let is_dropped = |c: char| c <= ' ';
    let cleaned = text
        .trim_matches(is_dropped)
        .replace(['\t', '\n', '\r'], "");
    if cleaned != text && (is_uri(&cleaned) || path_of_uri(&cleaned).is_some()) {
        all.extend(
            readings(&cleaned)
                .into_iter()
                .map(|it| Cow::Owned(it.into_owned())),
        );
    }
    if is_uri(text) {
        all.push(Cow::Owned(format!("./{text}")));
    } else if let Some(path) = path_of_uri(text) {
        all.push(Cow::Borrowed(path));
    }
    if is_cut_otherwise(text) {
        // No pattern has this character, and a wildcard matches it.
        let whole = text.replace('\\', "\u{fffd}");
        all.push(Cow::Owned(match is_uri(text) {
            true => format!("./{whole}"),
            false => whole,
        }));
    }
    all
}

/// The absolute path in a URI of any scheme, also of one in another (`jar:file:/x`). A scheme of one letter is a drive.
fn path_of_uri(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((scheme, behind)) = rest.split_once(':') {
        let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if scheme.len() < 2 || !scheme.bytes().all(is_of_scheme) {
            break;
        }
        rest = behind;
    }
    if rest.len() == text.len() {
        return None;
    }
    match rest.strip_prefix("//") {
        Some(authority) => authority.find('/').and_then(|at| authority.get(at..)),
        None => rest.starts_with('/').then_some(rest),
    }
}

/// Whether a glob can match `..` where something lies below it.
#[must_use]
pub fn glob_climbs(text: &str, used: Use) -> bool {
    let last = text.trim_end_matches('/').len();
    let mut end = 0;
    for segment in text.split('/') {
        end += segment.len();
        let is_entered = used == Use::Entered || end < last;
        end += 1;
        if is_entered && segment != ".." && may_be_parent(segment) {
            return true;
        }
    }
    false
}

/// Whether a segment of a glob can match `..`. No wildcard matches a dot that begins a name.
fn may_be_parent(segment: &str) -> bool {
    // What `@(…)` and others like it match isn't followed. `(…)` alone is a name: `app/(auth)/page.tsx`.
    let mut before = None;
    for byte in segment.bytes() {
        if byte == b'(' && before.is_some_and(|it: u8| b"@!+*?".contains(&it)) {
            return true;
        }
        before = Some(byte);
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
    fn a_uri_of_any_scheme_has_its_path_as_a_reading() {
        let rows = [
            (
                "vscode-remote://ssh-remote+h/etc/passwd",
                Some("/etc/passwd"),
            ),
            ("vscode-userdata:/x", Some("/x")),
            ("https://example.com/a", Some("/a")),
            ("https://example.com", None),
            ("jar:file:/etc/x!/y", Some("/etc/x!/y")),
            ("c:/x", None),
            ("src/a:/b", None),
            ("a.rs:10", None),
            ("a b:/x", None),
        ];
        for (text, path) in rows {
            assert_eq!(path_of_uri(text), path, "{text}");
        }
    }

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
            ("(auth)/*.tsx", false),
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
            ("file:///a/b", true),
            ("files:///a/b", false),
            (r"a\b/../x", true),
            (r"a\..\x", true),
            (r"a\b\x", false),
            ("a/../x", false),
            ("a#b/../x", false),
            ("=ls", true),
            ("=", false),
            ("a=b", false),
        ];
        for (text, want) in rows {
            assert_eq!(is_doubtful(text, false, Use::Opened), want, "{text}");
        }
    }

    #[test]
    fn directories_of_two_readings_are_doubtful() {
        let rows = [
            (r"/srv/a\b", true),
            (r"a\b", true),
            (r"\a", true),
            (r"C:\w\x", false),
            (r"\\server\share", false),
            ("/srv/a", false),
        ];
        for (text, want) in rows {
            assert_eq!(is_doubtful_directory(text), want, "{text}");
        }
    }
}
