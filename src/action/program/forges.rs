//! Files of a repository that a code host's interface returns: `gh api repos/O/R/contents/PATH`.
//!
//! Sources: GitHub REST API, "Repository contents" and "Git blobs"; GitLab, "Repository files API" and
//! "Repositories API"; gh-api(1), "placeholder values".

use percent_encoding::percent_decode_str;

use super::super::shell::ShellWord;
use super::git::everything;
use super::{Access, Leaf};

/// What follows these segments is the path of a file.
const FILES: &[&[&str]] = &[&["contents"], &["repository", "files"]];
/// Segments behind which any file may be returned.
const ANY: &[&[&str]] = &[
    &["git", "blobs"],
    &["repository", "archive"],
    &["repository", "blobs"],
    &["tarball"],
    &["zipball"],
];
/// What GitLab puts behind the path of a file.
const FORMS: &[&str] = &["blame", "raw"];
/// Segments in front of the interface's own words: `repos/OWNER/REPO`, `projects/ID`.
const PLACES: &[(&str, usize)] = &[("repos", 3), ("repositories", 2), ("projects", 2)];

/// What returns lines of any file, or the secrets that were found in files.
const SHOWS: &[&str] = &["search/code", "secret-scanning"];

/// Adds the file that `gh api ENDPOINT` prints, as a file of the workspace's repository would be.
pub(super) fn read(leaf: &mut Leaf, words: &[ShellWord]) {
    for word in words.iter().filter(|word| !word.text.starts_with('-')) {
        let text = word.text.split(['?', '#']).next().unwrap_or_default();
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        let segments: Vec<&str> = decoded
            .split('/')
            .filter(|it| !matches!(*it, "" | "."))
            .collect();
        if shows_any(&segments) {
            everything(leaf, Access::Read);
            continue;
        }
        let Some(rest) = behind_place(&segments) else {
            continue;
        };
        if let Some(path) = behind(rest, FILES).filter(|path| !path.is_empty()) {
            // The `?` of a query is no glob of the path in front of it.
            leaf.reads(ShellWord {
                text: path_of(path),
                glob: word.glob && text.contains(['*', '?', '[']),
                ..word.clone()
            });
        }
        if behind(rest, ANY).is_some() {
            everything(leaf, Access::Read);
        }
    }
}

/// Whether what is returned may be of any file. `gh` puts the name of the branch that is checked out in the
/// place of `{branch}`, and the interface may go up at `..`.
fn shows_any(segments: &[&str]) -> bool {
    let path = segments.join("/").to_ascii_lowercase();
    let is_unknown =
        segments.contains(&"..") || path.contains("{branch}") || path.contains(":branch");
    is_unknown
        || SHOWS
            .iter()
            .any(|known| format!("/{path}/").contains(&format!("/{known}/")))
}

/// The segments behind the name of a repository.
fn behind_place<'s, 't>(segments: &'s [&'t str]) -> Option<&'s [&'t str]> {
    let mut places = PLACES.iter();
    places.find_map(|(place, length)| {
        let at = segments
            .iter()
            .position(|it| it.eq_ignore_ascii_case(place))?;
        segments.get(at + length..)
    })
}

fn behind<'s, 't>(segments: &'s [&'t str], heads: &[&[&str]]) -> Option<&'s [&'t str]> {
    heads.iter().find_map(|head| {
        let (own, rest) = segments.split_at_checked(head.len())?;
        let is_it = own
            .iter()
            .zip(*head)
            .all(|(own, head)| own.eq_ignore_ascii_case(head));
        is_it.then_some(rest)
    })
}

fn path_of(segments: &[&str]) -> String {
    let is_form = segments.len() > 1 && segments.last().is_some_and(|it| FORMS.contains(it));
    let path = segments.get(..segments.len() - usize::from(is_form));
    path.unwrap_or_default().join("/")
}
