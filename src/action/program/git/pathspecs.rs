//! How git's subcommands name files: pathspecs (gitglossary(7)) and `REV:PATH` (gitrevisions(7)).

use super::super::super::shell::ShellWord;
use super::super::{Access, Leaf, Operand, files};
use super::operands::everything;

/// A pathspec, its magic read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pathspec<'a> {
    path: &'a str,
    /// It begins at the top of the repository, not at the working directory.
    top: bool,
    literal: bool,
    excludes: bool,
    /// Its magic chooses files by something else than their path.
    opaque: bool,
}

impl<'a> Pathspec<'a> {
    fn of(text: &'a str) -> Self {
        let Some(rest) = text.strip_prefix(':') else {
            return Self {
                path: text,
                ..Self::default()
            };
        };
        match rest.strip_prefix('(') {
            Some(long) => Self::long(long),
            None => Self::short(rest),
        }
    }

    /// `:(top,icase)PATH`
    fn long(text: &'a str) -> Self {
        let Some((words, path)) = text.split_once(')') else {
            return Self {
                opaque: true,
                ..Self::default()
            };
        };
        let mut spec = Self {
            path,
            ..Self::default()
        };
        for word in words.split(',') {
            match word {
                "top" => spec.top = true,
                "literal" => spec.literal = true,
                "exclude" => spec.excludes = true,
                // Paths are compared without regard to case anyway.
                "" | "icase" | "glob" => {}
                _ => spec.opaque = true,
            }
        }
        spec
    }

    /// `:/PATH`, `:!PATH`, `:^:PATH`
    fn short(text: &'a str) -> Self {
        let path = text.trim_start_matches(['/', '!', '^']);
        let letters = text.get(..text.len() - path.len()).unwrap_or_default();
        Self {
            path: path.strip_prefix(':').unwrap_or(path),
            top: letters.contains('/'),
            excludes: letters.contains(['!', '^']),
            ..Self::default()
        }
    }

    fn touch(&self, leaf: &mut Leaf, word: &ShellWord, access: Access) {
        if self.opaque || self.path.is_empty() {
            return everything(leaf, access);
        }
        if self.top {
            leaf.unknown("a pathspec begins at the top of the repository");
        }
        let path = |text: &str| ShellWord {
            text: text.to_owned(),
            ..word.clone()
        };
        let is_glob = !self.literal && self.path.contains(['*', '?', '[', '\\']);
        if !is_glob {
            let walks = access != Access::Read || !is_terraform(self.path);
            return files::walk(leaf, &[&path(self.path)], access, walks);
        }
        let mut globs = vec![self.path.replace('\\', "")];
        match self.path.matches('*').count() {
            // Unlike the shell's, its `*` matches slashes too.
            1 if !self.path.contains('[') => globs.push(globs.concat().replace('*', "*/**/*")),
            0 if !self.path.contains('[') => {}
            _ => match self.constant_directory() {
                "" => everything(leaf, access),
                directory => globs.push(directory.to_owned()),
            },
        }
        for text in globs {
            leaf.operands.push(Operand {
                word: ShellWord {
                    glob: true,
                    ..path(&text)
                },
                access,
                recursive: true,
            });
        }
    }

    /// The directories in front of the first wildcard.
    fn constant_directory(&self) -> &str {
        let wildcard = self.path.find(['*', '?', '[', '\\']);
        let head = self.path.get(..wildcard.unwrap_or_default());
        head.and_then(|head| head.rsplit_once('/'))
            .map_or("", |(directory, _)| directory)
    }
}

/// No directory is named as a file of Terraform's.
fn is_terraform(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    extension.is_some_and(|(_, extension)| matches!(extension, "tf" | "hcl"))
}

/// Adds an access to what pathspecs match; if they only exclude, all else is matched.
pub(super) fn touch(leaf: &mut Leaf, words: &[&ShellWord], access: Access) {
    let mut only_excludes = !words.is_empty();
    for word in words {
        let spec = Pathspec::of(&word.text);
        if !spec.excludes {
            only_excludes = false;
            spec.touch(leaf, word, access);
        }
    }
    if only_excludes {
        everything(leaf, access);
    }
}

/// What the path of `REV:PATH` shows where it is that of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folders {
    /// The names in it.
    Listed,
    /// The files in it, as they differ from others.
    Compared,
}

/// Adds reads of what is shown of these words: `front` may hold revisions, `REV:PATH` and pathspecs,
/// and `behind` `--` there are pathspecs alone. Revisions without a path show any file.
pub(super) fn shown(
    leaf: &mut Leaf,
    front: &[&ShellWord],
    behind: &[&ShellWord],
    folders: Folders,
) {
    touch(leaf, behind, Access::Read);
    let mut narrowed = !behind.is_empty();
    let mut blobs = 0;
    for word in front {
        let objects = paths_of_objects(word);
        if is_evident(&word.text) {
            narrowed = true;
            touch(leaf, &[word], Access::Read);
        } else if !objects.is_empty() {
            blobs += 1;
            for path in &objects {
                match (folders, path.text.as_str()) {
                    (Folders::Listed, _) => leaf.reads(path.clone()),
                    (Folders::Compared, "") => everything(leaf, Access::Read),
                    (Folders::Compared, _) => files::walk(leaf, &[path], Access::Read, true),
                }
            }
        } else if is_revision(&word.text) {
            leaf.reads((*word).clone());
        } else {
            files::walk(leaf, &[word], Access::Read, true);
        }
    }
    if !narrowed && (blobs < front.len() || front.is_empty()) {
        everything(leaf, Access::Read);
    }
}

/// The paths of `REV:PATH` and of `REV:PATH..REV:PATH`, which compares the two (gitrevisions(7), "Dotted
/// Range Notations").
fn paths_of_objects(word: &ShellWord) -> Vec<ShellWord> {
    let end = |text: &str| ShellWord {
        text: text.to_owned(),
        ..word.clone()
    };
    let whole = path_of_blob(word).into_iter();
    let Some((from, to)) = word.text.split_once("..") else {
        return whole.collect();
    };
    let ends = [from, to.trim_start_matches('.')];
    let paths = ends.into_iter().filter_map(|it| path_of_blob(&end(it)));
    whole
        .chain(paths.filter(|path| !path.text.is_empty()))
        .collect()
}

/// The words that a revision may name files by: `REV:PATH`, and a path where a revision is expected.
#[must_use]
pub fn paths_of_revision(text: &str) -> Vec<String> {
    let word = ShellWord::constant(text);
    let mut paths: Vec<String> = paths_of_objects(&word)
        .into_iter()
        .map(|path| path.text)
        .collect();
    paths.push(text.to_owned());
    paths.retain(|path| !path.is_empty());
    paths
}

/// The path of `REV:PATH` or of `:STAGE:PATH`.
pub(super) fn path_of_blob(word: &ShellWord) -> Option<ShellWord> {
    let mut depth = 0usize;
    let colon = word.text.char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == ':' && depth == 0
    });
    let (at, _) = colon?;
    let path = word.text.get(at + 1..)?;
    // `:/TEXT` finds a commit by its message.
    if at == 0 && path.starts_with('/') {
        return None;
    }
    Some(ShellWord {
        text: without_stage(path).to_owned(),
        ..word.clone()
    })
}

/// `:2:PATH` names a stage of the index.
fn without_stage(path: &str) -> &str {
    path.strip_prefix(['0', '1', '2', '3'])
        .and_then(|rest| rest.strip_prefix(':'))
        .unwrap_or(path)
}

/// A pathspec in front of `--` that can't be a revision, or is named like a file.
fn is_evident(text: &str) -> bool {
    let magic = [":(", ":!", ":^"].iter().any(|head| text.starts_with(head));
    let is_path = text.split('/').any(|segment| matches!(segment, "." | ".."));
    let wild = text.contains(['*', '?', '[']) && !text.contains(':');
    magic || is_path || wild || (is_like_file(text) && !is_revision(text) && !text.contains(':'))
}

/// It is written as only revisions are, or is the name of one in most repositories.
fn is_revision(text: &str) -> bool {
    let climbs = text.split('/').any(|segment| segment == "..");
    let written = text.contains(['~', '^']) || text.contains("@{") || text.contains("..");
    let named = matches!(
        text,
        "@" | "HEAD"
            | "FETCH_HEAD"
            | "ORIG_HEAD"
            | "main"
            | "master"
            | "origin/main"
            | "origin/master"
    );
    named || (written && !climbs)
}

/// A last segment such as `.env`, `main.tf` or `.`, as against `v1.2` or `main`.
pub(in crate::action::program) fn is_like_file(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    name.is_empty()
        || name
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_is_read() {
        for (text, path, top, literal, excludes, opaque) in [
            ("src/a.rs", "src/a.rs", false, false, false, false),
            (":(top).env", ".env", true, false, false, false),
            (":(literal)a*", "a*", false, true, false, false),
            (":(top,icase).ENV", ".ENV", true, false, false, false),
            (":(exclude)a", "a", false, false, true, false),
            (":(attr:x)a", "a", false, false, false, true),
            (":(top", "", false, false, false, true),
            (":/a", "a", true, false, false, false),
            (":!a", "a", false, false, true, false),
            (":^/:a", "a", true, false, true, false),
            (":", "", false, false, false, false),
        ] {
            let want = Pathspec {
                path,
                top,
                literal,
                excludes,
                opaque,
            };
            assert_eq!(Pathspec::of(text), want, "{text}");
        }
    }

    #[test]
    fn the_colon_of_a_blob_is_outside_braces() {
        for (text, want) in [
            ("HEAD:.env", Some(".env")),
            (":2:a", Some("a")),
            ("HEAD@{2026-01-01 10:00}:.env", Some(".env")),
            ("HEAD^{/fix: it}:.env", Some(".env")),
            (":/fix: it", None),
            ("HEAD", None),
        ] {
            let path = path_of_blob(&ShellWord::constant(text));
            assert_eq!(path.map(|word| word.text).as_deref(), want, "{text}");
        }
    }
}
