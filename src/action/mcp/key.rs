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

/// Words by which a name says that its value is a path or a place.
const PLACES: &[&str] = &[
    "cwd",
    "dest",
    "destination",
    "destinations",
    "dir",
    "directories",
    "directory",
    "dirname",
    "dirs",
    "dst",
    "file",
    "filename",
    "filenames",
    "filepath",
    "filepaths",
    "files",
    "folder",
    "folders",
    "location",
    "locations",
    "path",
    "pathname",
    "paths",
    "root",
    "roots",
    "source",
    "sources",
    "src",
    "target",
    "targets",
    "uri",
    "uris",
    "url",
    "urls",
    "workdir",
    "workspace",
];

/// Whether a name says that its value is a path or a place: `filePath`, `repo_path`, `SOURCE`.
#[must_use]
pub fn names_a_place(name: &str) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        let ends = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if ends && is_place(&mut word) {
            return true;
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    is_place(&mut word)
}

/// Whether the word is in the table; empties it. Digits at its end are no part of it.
fn is_place(word: &mut String) -> bool {
    let found = PLACES.contains(&word.trim_end_matches(|c: char| c.is_numeric()));
    word.clear();
    found
}
