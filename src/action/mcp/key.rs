//! Where a value is among the arguments of an MCP call: `path`, `edits[0].oldText`.
//!
//! A mapping writes `edits[].path` for each entry of a list. A name that has other characters than
//! ASCII letters, digits, `_`, `-` and `$` is written as a JSON string: `"a.b".path`.

use std::borrow::Cow;

/// One step from a value to one in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The member of an object.
    Name(String),
    /// The entry of a list, by its index.
    Entry(usize),
    /// Every entry of a list.
    Every,
}

/// Reads the steps of a key. None if it is none.
#[must_use]
pub fn steps(key: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = key;
    loop {
        let (name, behind) = name(rest)?;
        steps.push(Step::Name(name.into_owned()));
        rest = behind;
        while let Some(inside) = rest.strip_prefix('[') {
            let (index, behind) = inside.split_once(']')?;
            steps.push(match index {
                "" => Step::Every,
                _ if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Step::Entry(index.parse().ok()?)
                }
                _ => return None,
            });
            rest = behind;
        }
        if rest.is_empty() {
            return Some(steps);
        }
        rest = rest.strip_prefix('.')?;
    }
}

/// The name at the beginning of a key, and what is behind it.
fn name(key: &str) -> Option<(Cow<'_, str>, &str)> {
    if key.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(key).into_iter::<String>();
        let name = names.next()?.ok()?;
        return Some((Cow::Owned(name), key.get(names.byte_offset()..)?));
    }
    let end = key.find(|c| !is_plain(c)).unwrap_or(key.len());
    let (name, rest) = key.split_at(end);
    (!name.is_empty()).then_some((Cow::Borrowed(name), rest))
}

/// The name as it is written in a key.
pub(super) fn written(name: &str) -> Cow<'_, str> {
    match !name.is_empty() && name.chars().all(is_plain) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(serde_json::Value::from(name).to_string()),
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$')
}

/// Words by which a name says that its value is a path or a place. Another word may begin in front of
/// them: `outfile`, `targetdir`.
const PLACES: &[&str] = &[
    "cwd",
    "dest",
    "destination",
    "dir",
    "directory",
    "dst",
    "file",
    "filename",
    "folder",
    "location",
    "path",
    "root",
    "source",
    "src",
    "target",
    "uri",
    "url",
    "workspace",
];
/// Names of places that count only where no other word begins in front of them.
const WHOLE_PLACES: &[&str] = &[
    "archive",
    "config",
    "database",
    "db",
    "dirname",
    "from",
    "href",
    "image",
    "in",
    "input",
    "link",
    "log",
    "mount",
    "out",
    "output",
    "pathname",
    "repo",
    "repository",
    "save",
    "script",
    "template",
    "to",
    "volume",
    "wd",
    "workdir",
];
/// Words with which another word begins that says so too: `filelist`, `pathspec`.
const BEGINNINGS: &[&str] = &["file", "folder", "path", "source", "target", "url"];
/// Words that end or begin like those, and mean something else.
const OTHERS: &[&str] = &["allocation", "curl", "pathology", "profile", "sourcemap"];

/// Whether a name says that its value is a path or a place: `filePath`, `repo_path`, `XMLFile`, `SOURCE`,
/// `outfile`, `saveTo`.
#[must_use]
pub fn names_a_place(name: &str) -> bool {
    words(name).iter().any(|word| is_place(word))
}

/// The words of a name, in lower case. A word ends at a character that is neither a letter nor a digit, and
/// in front of an upper-case letter that comes behind a lower-case one, or before one (`XMLFile`).
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut before, mut rest) = (' ', name.chars());
    while let Some(c) = rest.next() {
        let is_lower_next = rest.clone().next().is_some_and(char::is_lowercase);
        let begins = c.is_uppercase() && (!before.is_uppercase() || is_lower_next);
        if begins || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Whether a word says that a value is a place. Digits at its end, and the ending of a plural, are no part
/// of it.
fn is_place(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_numeric());
    let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let singular = singular.as_deref().or_else(|| word.strip_suffix('s'));
    let is_one = |word: &str| {
        !OTHERS.contains(&word)
            && (WHOLE_PLACES.contains(&word)
                || PLACES.iter().any(|known| word.ends_with(known))
                || BEGINNINGS.iter().any(|known| begins_with(word, known)))
    };
    is_one(word) || singular.is_some_and(is_one)
}

/// Whether another word may begin behind `known`: `filed` and `filer` are words of their own.
fn begins_with(word: &str, known: &str) -> bool {
    word.strip_prefix(known).is_some_and(|rest| rest.len() > 2)
}

/// Whether a text looks like a path, a URL or the name of a file: it has a separator, begins as a path or with a
/// scheme or a drive, or ends as a name of a file does (`notes.txt`). It is read as it is, and with
/// its escapes resolved. Git takes `:NAME` for a file of its index, and a program takes `-o` and `--output=NAME`
/// for options.
#[must_use]
pub fn looks_like_a_place(text: &str) -> bool {
    let text = text.trim();
    let is_path = text.contains(['/', '\\']) || text.starts_with(['~', '$', '.', ':']);
    let is_encoded = text.to_ascii_lowercase().contains("%2f") || text.starts_with('%');
    is_path || is_encoded || is_option(text) || has_scheme(text) || has_extension(text)
}

/// `-o`, `--output=x`; not `-1`, and not the `- ` of a list.
fn is_option(text: &str) -> bool {
    let name = text
        .strip_prefix('-')
        .map(|rest| rest.trim_start_matches('-'));
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// `file:x`, `C:x`, `mailto:x`: RFC 3986, 3.1.
fn has_scheme(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let rest = |rest: &str| !rest.is_empty() && !rest.starts_with(char::is_whitespace);
    text.split_once(':')
        .is_some_and(|(scheme, behind)| is_scheme(scheme) && rest(behind))
}

/// A name and an extension that begins with a letter: `notes.txt`, and `example.com` too.
fn has_extension(text: &str) -> bool {
    let is_extension = |it: &str| {
        it.starts_with(|c: char| c.is_alphabetic()) && it.chars().all(char::is_alphanumeric)
    };
    text.rsplit_once('.').is_some_and(|(name, extension)| {
        !name.is_empty() && !name.contains('\n') && is_extension(extension)
    })
}
