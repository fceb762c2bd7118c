//! Paths that a command touches.

use super::collector::{Collector, Skimmed, Touch, Trial};
use super::contacts;
use super::searches::choose_by_name;
use crate::action::budget;
use crate::action::facts::{Certainty, Command, PathAccess, UnknownKind};
use crate::action::limits::MAX_SKIMMED_DIRECTORY_BYTES;
use crate::action::path::{Base, Kind, Resolved, Use, is_doubtful};
use crate::action::patterns::may_be_short;
use crate::action::program::{Access, Leaf, Operand, file_name};
use crate::action::shell::{Redirection, ShellWord};

/// Files of letters alone that hold logins, by the documents of Kubernetes and Talos.
const NAMES_OF_FILES: [&str; 2] = ["kubeconfig", "talosconfig"];

impl Collector<'_> {
    pub(super) fn operand(&mut self, operand: &Operand, touch: Touch<'_>) {
        let reads = operand.access == Access::Read;
        let from = self.facts.writes.len();
        self.touch(&operand.word, reads, !reads, operand.recursive, touch);
        if operand.access == Access::WriteOwnKind {
            let written = self.facts.writes.get_mut(from..).unwrap_or_default();
            // A link may lead to a file of another kind.
            let name = file_name(&operand.word.text);
            written
                .iter_mut()
                .for_each(|it| it.own_kind = file_name(&it.path) == name);
        }
        if operand.access == Access::Remove {
            let is_made = !self.made.is_empty()
                && (self.spot(&operand.word, touch.base)).is_some_and(|it| self.made.contains(&it));
            let removed = self.facts.writes.get_mut(from..).unwrap_or_default();
            for access in removed {
                access.whole = access.certainty == Certainty::Possible && !operand.word.glob;
                let is_one = access.certainty == Certainty::Certain && !access.outside_workspace;
                access.made_before = is_one && is_made;
            }
        }
    }

    /// A word of a program that no table knows, which may be a file. What is unknown about
    /// it is no more than what is unknown about the program.
    pub(super) fn presumed(&mut self, operand: &Operand, touch: Touch<'_>) {
        let word = &operand.word;
        if self.trial == Trial::Elsewhere {
            return;
        }
        if word.dynamic || word.text.is_empty() {
            return;
        }
        let Some(base) = self.paid(&word.text, touch.base) else {
            return;
        };
        let Ok(found) = self.resolver.resolve(&word.text, base) else {
            return;
        };
        if found.kind == Kind::Nothing {
            return;
        }
        self.doubted(word, Use::Opened, touch);
        let certainty = if word.glob {
            Certainty::Possible
        } else {
            Certainty::Certain
        };
        let (kind, list) = match operand.access {
            Access::Read => ('p', &mut self.facts.presumed_reads),
            Access::Write | Access::WriteOwnKind | Access::Remove => {
                ('q', &mut self.facts.presumed_writes)
            }
        };
        for found in found.each() {
            let mut access = found.access(&word.text, certainty, touch.via);
            access.command = touch.command;
            if !met(&mut self.skimmed, kind, &access) {
                list.push(access);
            }
        }
    }

    /// Bare words of a program that no table knows. They count as files that are read if files have such a
    /// name and nothing else has, and where a folder holds settings and logins, not sources: a subcommand is not
    /// taken for a file of the project (`frobnicate secrets`).
    pub(super) fn bare(&mut self, words: Vec<ShellWord>, touch: Touch<'_>) {
        if words.is_empty() {
            return;
        }
        let is_among_settings = self.resolver.is_of_settings(touch.base);
        for word in words {
            let is_name = || NAMES_OF_FILES.contains(&&*word.text.to_ascii_lowercase());
            if is_among_settings || is_name() {
                let operand = Operand {
                    word,
                    access: Access::Read,
                    recursive: false,
                };
                self.presumed(&operand, touch);
            }
        }
    }

    pub(super) fn redirection(&mut self, redirection: &Redirection, touch: Touch<'_>) {
        if self.trial == Trial::Elsewhere {
            return;
        }
        let target = &redirection.target;
        if let Some(access) = contacts::opened(target, touch.command) {
            self.facts.network.push(access);
            return;
        }
        self.touch(target, redirection.reads, redirection.writes, false, touch);
        // `nodir/../x` can't be opened where there is no `nodir`, although `x` is there.
        let is_plain = |text: &str| !text.split('/').any(|name| matches!(name, "." | ".."));
        let text = target.text.strip_prefix("./").unwrap_or(&target.text);
        let may_refuse = |command: &Command| matches!(&*command.program, "chmod" | "chattr");
        let is_refused = self.facts.commands.iter().any(may_refuse);
        if redirection.surely_empties && self.empties() && is_plain(text) && !is_refused {
            let spot = self.spot(target, touch.base);
            self.made.extend(spot);
        }
    }

    /// The path of a known word, whichever root it lies below.
    pub(super) fn spot(&self, word: &ShellWord, base: &Base) -> Option<String> {
        let text = word.known()?;
        let base = self.paid(text, base)?;
        match self.resolver.change(base, text) {
            Base::Known(found) if !is_doubtful(text, false, Use::Opened) => Some(found.path),
            _ => None,
        }
    }

    /// Whether a command deletes or moves a workspace root, the directory in which the action begins, or a
    /// folder that holds one of them. What a glob matches is looked at elsewhere.
    pub(super) fn removes_workspace(&self, leaf: &Leaf, base: &Base) -> bool {
        let removed = (leaf.operands.iter()).filter(|it| it.access == Access::Remove);
        let mut texts = removed.filter_map(|it| it.word.known());
        texts.any(|text| (self.resolver).holds_workspace(&self.resolver.change(base, text)))
    }

    /// Whether what is redirected here happens, as far as the collector knows.
    fn empties(&self) -> bool {
        self.trial == Trial::No && self.skimmed.is_none() && !self.keeps_files
    }

    /// Notes that a path may lie elsewhere than its text says.
    fn doubted(&mut self, word: &ShellWord, used: Use, touch: Touch<'_>) {
        if is_doubtful(&word.text, word.glob, used) {
            let reason = format!("`{}`: programs differ about where a path leads", touch.via);
            self.unknown(UnknownKind::Dynamic, reason, touch.command);
        }
    }

    fn touch(
        &mut self,
        word: &ShellWord,
        reads: bool,
        writes: bool,
        recursive: bool,
        touch: Touch<'_>,
    ) {
        if self.trial == Trial::Elsewhere {
            return;
        }
        if word.dynamic {
            self.partial(word, reads, writes, touch);
            return;
        }
        if word.text.is_empty() {
            return;
        }
        let Some(base) = self.paid(&word.text, touch.base) else {
            return;
        };
        let found = match self.resolver.resolve(&word.text, base) {
            Ok(found) => found,
            Err(error) => {
                let reason = format!("`{}`: a path: {error}", touch.via);
                self.unknown(UnknownKind::Unparsed, reason, touch.command);
                return;
            }
        };
        if found.kind == Kind::Nothing {
            return;
        }
        let used = match recursive {
            true => Use::Entered,
            false => Use::Opened,
        };
        self.doubted(word, used, touch);
        if found.unknown_base {
            let reason = format!(
                "`{}`: the directory that a path starts from is not known",
                touch.via
            );
            self.unknown(UnknownKind::Dynamic, reason, touch.command);
        }
        for found in found.each() {
            let all = touched(found, word, recursive, touch);
            self.accesses(all, reads, writes);
        }
        let linked = self.through_links(&word.text, base).into_iter();
        let linked = linked.filter_map(|(rest, to)| self.resolver.resolve(&rest, to).ok());
        let linked: Vec<PathAccess> = linked
            .flat_map(|it| {
                it.each()
                    .flat_map(|it| touched(it, word, recursive, touch))
                    .collect::<Vec<_>>()
            })
            .collect();
        self.accesses(linked, reads, writes);
    }

    /// The directory that a path is resolved from, if the budget allows it. A skim treats a long
    /// directory as unknown, because each of its paths would be as long.
    pub(super) fn paid<'b>(&self, text: &str, base: &'b Base) -> Option<&'b Base> {
        let base = match self.skimmed {
            Some(_) if base.length() > MAX_SKIMMED_DIRECTORY_BYTES => &Base::Unknown,
            _ => base,
        };
        let length = match self.skimmed {
            Some(_) => 0,
            None => text.len() + base.length(),
        };
        let cost = budget::of_path(length).saturating_mul(self.resolver.most_readings());
        let paid = self.budget.spend(cost);
        paid.ok().map(|()| base)
    }

    /// A path of which a part is known only at run time. Its constant part may match, whatever the
    /// rest will be.
    fn partial(&mut self, word: &ShellWord, reads: bool, writes: bool, touch: Touch<'_>) {
        let reason = format!("`{}`: a path is known only at run time", touch.via);
        self.unknown(UnknownKind::Dynamic, reason, touch.command);
        if let Some(found) = self.resolver.resolve_partial(&word.text, touch.base)
            && found.kind != Kind::Nothing
        {
            let certain = |found: &Resolved| {
                let mut access = found.access(&word.text, Certainty::Certain, touch.via);
                access.command = touch.command;
                access
            };
            self.accesses(found.each().map(certain).collect(), reads, writes);
        }
    }

    fn accesses(&mut self, all: Vec<PathAccess>, reads: bool, writes: bool) {
        for access in all {
            if reads && !met(&mut self.skimmed, 'r', &access) {
                let mut read = access.clone();
                choose_by_name(&mut read);
                self.facts.reads.push(read);
            }
            if writes && !met(&mut self.skimmed, 'w', &access) {
                self.facts.writes.push(access);
            }
        }
    }
}

/// The accesses to a path that a word names, or that a glob or a walk may find.
fn touched(
    found: &Resolved,
    word: &ShellWord,
    recursive: bool,
    touch: Touch<'_>,
) -> Vec<PathAccess> {
    let access = |path: &str, certainty| {
        let mut access = found.access(&word.text, certainty, touch.via);
        path.clone_into(&mut access.path);
        access.command = touch.command;
        access
    };
    let path = found.path.as_str();
    let mut all = Vec::with_capacity(2);
    if recursive {
        let mut walked = access(&below(path, word.glob), Certainty::Possible);
        // A file that a glob names is opened whatever its name is.
        walked.search = touch.search.filter(|_| !word.glob).cloned().map(Box::new);
        all.push(walked);
    }
    if word.glob {
        all.push(access(path, Certainty::Possible));
    } else if !(recursive && path.is_empty()) {
        all.push(access(path, Certainty::Certain));
        if may_be_short(path) {
            all.push(access(&globset::escape(path), Certainty::Possible));
        }
    }
    all
}

/// Whether the present skim, if any, has met the access before.
fn met(skimmed: &mut Option<Skimmed>, kind: char, access: &PathAccess) -> bool {
    let skimmed = skimmed.as_mut();
    skimmed.is_some_and(|skimmed| skimmed.meets(kind, access))
}

/// The glob of everything below a directory.
fn below(directory: &str, glob: bool) -> String {
    if directory.is_empty() {
        return "**".to_owned();
    }
    let directory = if glob {
        directory.to_owned()
    } else {
        globset::escape(directory)
    };
    format!("{directory}/**")
}
