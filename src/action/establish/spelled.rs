//! What a pattern has to spell: a program that is named by a path, and another directory than the
//! workspace's root.

use super::collector::Collector;
use crate::action::facts::{Certainty, Deed, Does, PathAccess};
use crate::action::path::{Base, is_foreign};
use crate::action::program::{self, Leaf};
use crate::action::shell::ShellWord;

const NO_ROOT: &str =
    "the program is named by a path, and the directory isn't known to be the workspace's root";
const FOREIGN: &str = "it runs code of others, which lies in a folder of the workspace";
const WRITTEN: &str = "the program may be what the line has written";

/// The file that a command runs as a program of the workspace.
pub(super) fn own_file<'w>(words: &'w [ShellWord], leaf: &Leaf) -> Option<&'w ShellWord> {
    match leaf.is_by_path {
        true => words.first(),
        false => program::activated(words),
    }
}

impl Collector<'_> {
    /// Why a program that is named by a path can't be allowed, even if a pattern spells the path.
    pub(super) fn by_path(
        &self,
        words: &[ShellWord],
        leaf: &Leaf,
        base: &Base,
    ) -> impl Iterator<Item = String> {
        let root = (leaf.is_by_path && !self.resolver.is_named_root(base)).then_some(NO_ROOT);
        let file = own_file(words, leaf);
        let written = file.filter(|file| self.may_be_written(file, base));
        let written = written.map(|_| WRITTEN);
        root.into_iter().chain(written).map(str::to_owned)
    }

    /// Why a command can't run code of others by a pattern that means the project's: it works in one of their
    /// folders (`cd node_modules/x && npm test`), or is given one.
    pub(super) fn foreign(&self, leaf: &Leaf, base: &Base) -> Option<String> {
        let program = leaf.block_forms.first().and_then(|form| form.first());
        let runs_code = leaf.task.is_some() || program.is_some_and(|it| it == "terraform");
        let is_given = leaf.loads.iter().any(|word| is_foreign(&word.text));
        let is_foreign = self.resolver.holds_foreign_code(base) || is_given;
        (runs_code && is_foreign).then(|| FOREIGN.to_owned())
    }

    /// Whether a command in front of this one wrote the file of its program, or may have.
    fn may_be_written(&self, file: &ShellWord, base: &Base) -> bool {
        let Ok(file) = self.resolver.resolve(&file.text, base) else {
            return true;
        };
        let path = file.path.to_lowercase();
        let facts = &self.facts;
        let mut writes = facts.writes.iter().chain(&facts.presumed_writes);
        writes.any(|write| is_or_holds(write, &path))
    }

    /// The words of `git -C DIR` by which it works in a directory of the workspace that need not
    /// belong to the workspace's repository: a pattern has to spell them. Where the shell itself is in that
    /// directory no pattern can, and only effects allow the command.
    pub(super) fn spelled_directory(
        &self,
        words: &[ShellWord],
        leaf: &Leaf,
        (directory, base): (&Base, &Base),
    ) -> Option<Vec<String>> {
        let resolver = self.resolver;
        if leaf.git.is_none() || leaf.allow_form.is_none() || resolver.is_root(base) {
            return None;
        }
        if leaf.base.is_empty() || !resolver.is_root(directory) {
            let is_own = self.is_in_folder(leaf, base);
            return is_own.then(|| vec![format!("-C {}", folder(base))]);
        }
        let pairs = words.windows(2).filter(|pair| {
            let [option, _] = pair else { return false };
            option.text == "-C"
        });
        Some(pairs.flat_map(texts_of).collect())
    }

    /// Whether git works in a folder of the project, and does no more than to read its repository or to change it
    /// where nothing is lost. The repository may be another one in that folder: what its configuration has git run is
    /// code of the project, too.
    pub(super) fn is_in_folder(&self, leaf: &Leaf, base: &Base) -> bool {
        let local = Does::only(Deed::VcsReads)
            .and(Does::only(Deed::VcsLocal))
            .and(Does::only(Deed::RunsProjectCode));
        let does = leaf.known.as_ref().map(|known| known.effects.does);
        does.is_some_and(|does| does.is_within(local))
            && leaf.git_remote.is_none()
            && self.resolver.is_named_workspace()
            && self.resolver.holds_project(base)
    }
}

/// Adds that git may run code of the project.
pub(super) fn runs_code(leaf: &mut Leaf, in_folder: bool) {
    if let Some(known) = leaf.known.as_mut().filter(|_| in_folder) {
        let code = Does::only(Deed::RunsProjectCode);
        known.effects.does = known.effects.does.and(code);
    }
}

fn folder(base: &Base) -> &str {
    match base {
        Base::Known(directory) => &directory.path,
        _ => "",
    }
}

pub(super) fn texts_of(words: &[ShellWord]) -> Vec<String> {
    words.iter().map(|word| word.text.clone()).collect()
}

/// Whether an access may be one to the file at `path`, in lower case, or to a directory that it is in.
pub(super) fn is_or_holds(access: &PathAccess, path: &str) -> bool {
    let rest = path.strip_prefix(&access.path.to_lowercase());
    access.certainty == Certainty::Possible
        || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
