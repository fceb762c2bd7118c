//! The tree over all records, compared with its stored nodes and the checkpoints.

use std::collections::BTreeMap;
use std::ops::Range;

use super::contents::Contents;
use super::problem::{Problem, ProblemKind, Problems};
use super::records::{Chunk, uncovered};
use super::{Against, Verification};
use crate::canonical::Digest;
use crate::journal::merkle_log::{Node, SignedCheckpoint, Tree};
use crate::journal::store::{Reader, StoreError, StrayNode};

pub(super) struct Fold<'a> {
    reader: &'a Reader,
    problems: Problems,
    /// The position that comes next.
    next: u64,
    /// Absent from where a hash is missing, or is not the one that was logged: then nothing
    /// that follows can be compared with the tree.
    tree: Option<Tree>,
    /// Given checkpoints that are still to come.
    given: BTreeMap<u64, Vec<Outside>>,
    given_hold: u64,
    checkpoints_hold: u64,
    last_checkpoint: u64,
    /// Up to which position retention has dropped contents.
    covered: u64,
    /// Chunks that name contents that are gone, and the last record that does.
    emptied: Vec<(Range<u64>, u64)>,
    /// The first problem of each content that was edited.
    edited_contents: BTreeMap<i64, Problem>,
    /// The greatest id of a content that a record names. Absent from where records are not as they were
    /// written.
    last_content: Option<i64>,
}

/// A checkpoint from outside the database.
struct Outside {
    root: Digest,
    from: &'static str,
}

const GIVEN: &str = "the given checkpoint";
const KEPT: &str = "the checkpoint beside the database";

impl<'a> Fold<'a> {
    /// `kept` is the checkpoint beside the database.
    pub(super) fn new(
        reader: &'a Reader,
        against: Against<'_>,
        kept: Option<&SignedCheckpoint>,
        mut problems: Problems,
    ) -> Self {
        let mut given: BTreeMap<u64, Vec<Outside>> = BTreeMap::new();
        let all = against.given.iter().map(|note| (GIVEN, note));
        for (from, note) in all.chain(kept.map(|note| (KEPT, note))) {
            let size = note.unverified().size();
            match note.open(against.key) {
                Ok(said) => given.entry(size).or_default().push(Outside {
                    root: said.root(),
                    from,
                }),
                Err(cause) => {
                    let message = format!("{from} over {size} records: {cause}");
                    problems.add(Problem::of_log(ProblemKind::Checkpoint, message));
                }
            }
        }
        let mut fold = Self {
            reader,
            problems,
            next: 0,
            tree: Some(Tree::new()),
            given,
            given_hold: 0,
            checkpoints_hold: 0,
            last_checkpoint: 0,
            covered: 0,
            emptied: Vec::new(),
            edited_contents: BTreeMap::new(),
            last_content: Some(0),
        };
        fold.check_given();
        fold
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Takes the chunk that follows.
    pub(super) fn take(&mut self, chunk: Chunk) -> Result<(), StoreError> {
        let is_sound = chunk.problems.is_empty() && chunk.unreadable.is_none();
        for problem in chunk.problems {
            self.problems.add(problem);
        }
        for (content, problem) in chunk.edited_contents {
            self.edited_contents.entry(content).or_insert(problem);
        }
        self.covered = self.covered.max(chunk.covered);
        if let Some(last) = chunk.last_emptied {
            self.emptied.push((chunk.range.clone(), last));
        }
        let mut checkpoints = chunk.checkpoints.into_iter().peekable();
        for (position, leaf) in chunk.leaves {
            self.leaf(position, leaf)?;
            while let Some((_, root)) = checkpoints.next_if(|(size, _)| *size <= self.next) {
                self.check_stored(root);
            }
        }
        if let Some(cause) = chunk.unreadable {
            self.unreadable(chunk.range.end, &cause);
        }
        match is_sound && self.tree.is_some() {
            true => self.follow_contents(&chunk.new_contents),
            false => self.last_content = None,
        }
        Ok(())
    }

    /// Contents are given their ids in the order in which records bring them, without a gap. So a record
    /// can't name a copy that came later.
    fn follow_contents(&mut self, named: &[(u64, i64)]) {
        for (position, id) in named {
            let Some(last) = self.last_content.filter(|last| id > last) else {
                continue;
            };
            if *id != last.saturating_add(1) {
                let message = format!(
                    "a column names content {id}, but the next that a record can bring is {}",
                    last.saturating_add(1)
                );
                let problem = Problem::at(ProblemKind::Column, *position, None, message);
                self.problems.add(problem);
            }
            self.last_content = Some(*id);
        }
    }

    /// `found` are the smallest and the greatest id of a content that was there at the beginning.
    pub(super) fn check_content_ids(&mut self, found: Option<(i64, i64)>) {
        let (Some((first, last)), Some(named)) = (found, self.last_content) else {
            return;
        };
        let stray = [first, last].into_iter().find(|id| *id < 1 || *id > named);
        if let Some(stray) = stray {
            let message = format!("content {stray} was brought by no record");
            self.problems
                .add(Problem::of_log(ProblemKind::ContentStray, message));
        }
    }

    /// The checkpoint beside the database was written after its row.
    pub(super) fn check_kept(&mut self, kept: Option<&SignedCheckpoint>) -> Result<(), StoreError> {
        let size = kept.map_or(0, |kept| kept.unverified().size());
        let is_there = size == 0 || size > self.next;
        if !is_there && self.reader.raw_checkpoints(size..size + 1)?.is_empty() {
            let message = format!("{KEPT} counts {size} records, but its row was deleted");
            self.problems
                .add(Problem::of_log(ProblemKind::Checkpoint, message));
        }
        Ok(())
    }

    fn leaf(&mut self, position: u64, leaf: Digest) -> Result<(), StoreError> {
        if position < self.next {
            let message = format!("it comes after the record at {}", self.next - 1);
            let problem = Problem::at(ProblemKind::Order, position, None, message);
            self.problems.add(problem);
            return Ok(());
        }
        if position > self.next {
            self.missing(position);
        }
        self.next = position + 1;
        let completed = match &mut self.tree {
            Some(tree) => tree.push(leaf),
            None => return Ok(()),
        };
        for node in completed {
            self.check_node(&node)?;
        }
        self.check_given();
        Ok(())
    }

    /// There is no record from the next one to before `end`.
    fn missing(&mut self, end: u64) {
        let (first, last) = (self.next, end - 1);
        let message = match first == last {
            true => "the record is missing: it was deleted".to_owned(),
            false => "the records are missing: they were deleted".to_owned(),
        };
        let problem = Problem::within(ProblemKind::Missing, first, last, message);
        self.problems.add(problem);
        self.tree = None;
    }

    fn unreadable(&mut self, end: u64, cause: &str) {
        let (first, last) = (self.next, end.saturating_sub(1).max(self.next));
        let message = format!("can't be read: {cause}");
        let problem = Problem::within(ProblemKind::Unreadable, first, last, message);
        self.problems.add(problem);
        self.next = last + 1;
        self.tree = None;
    }

    fn check_node(&mut self, node: &Node) -> Result<(), StoreError> {
        let Node {
            level,
            number,
            hash,
        } = node;
        let first = number << level;
        let stored = self.reader.raw_node(*level, *number)?;
        if stored.as_deref() == Some(hash.as_bytes()) || self.tree.is_none() {
            return Ok(());
        }
        let Some(_) = stored else {
            let message = format!("the tree's node {number} of level {level} is missing");
            let problem = Problem::within(ProblemKind::Tree, first, self.next - 1, message);
            self.problems.add(problem);
            return Ok(());
        };
        let message = "the tree was made of other records than these: at least one of them was \
                       replaced or moved, or the tree's node over them was edited";
        self.replaced(first.max(self.last_checkpoint), message.to_owned());
        Ok(())
    }

    fn check_stored(&mut self, root: Digest) {
        let Some(tree) = &self.tree else { return };
        if tree.root() == root {
            self.checkpoints_hold += 1;
            self.last_checkpoint = self.next;
        } else {
            let message = format!(
                "the checkpoint over {} records is signed for others than these: at least one \
                 of them was replaced or moved",
                self.next
            );
            self.replaced(self.last_checkpoint, message);
        }
    }

    fn check_given(&mut self) {
        let Some(tree) = &self.tree else { return };
        for Outside { root, from } in self.given.remove(&self.next).unwrap_or_default() {
            if tree.root() == root {
                self.given_hold += u64::from(from == GIVEN);
            } else {
                let message = format!(
                    "{from} over {} records is signed for others than these: the log was replaced \
                     by a new one, or at least one record was replaced or moved",
                    self.next
                );
                let last = self.next.saturating_sub(1);
                let problem = Problem::within(ProblemKind::Replaced, 0, last, message);
                self.problems.add(problem);
            }
        }
    }

    /// One of the records from `first` on is not the one that was logged. Where one is named
    /// already because its hash was edited, this follows from it.
    fn replaced(&mut self, first: u64, message: String) {
        let last = self.next.saturating_sub(1);
        if !self.problems.names_edited(first, last) {
            let problem = Problem::within(ProblemKind::Replaced, first, last, message);
            self.problems.add(problem);
        }
        self.tree = None;
    }

    /// Whether contents are gone that no retention covers which was read.
    pub(super) fn has_uncovered(&self) -> bool {
        self.emptied.iter().any(|(_, last)| *last >= self.covered)
    }

    /// All that could be read before `end` was taken; there is a record just before it.
    pub(super) fn end(&mut self, end: u64) {
        if self.next < end {
            self.unreadable(end, "its database is damaged");
        }
    }

    /// Ends; `checkpoints` are the sizes of the first and the last that were there at the
    /// beginning.
    pub(super) fn finish(
        mut self,
        origin: String,
        checkpoints: Option<(i64, i64)>,
        contents: &Contents,
    ) -> Result<Verification, StoreError> {
        if let Some((first, last)) = checkpoints {
            self.check_sizes(first, last);
        }
        let given = std::mem::take(&mut self.given);
        let next = self.next;
        for (size, all) in given.into_iter().filter(|(size, _)| *size > next) {
            if let Some(Outside { from, .. }) = all.first() {
                self.shorter(from, size);
            }
        }
        self.check_emptied()?;
        self.check_strays()?;
        for content in &contents.edited {
            let problem = self.edited_contents.remove(content).unwrap_or_else(|| {
                let message = format!("the bytes of content {content} are not those of its digest");
                Problem::of_log(ProblemKind::ContentEdited, message)
            });
            self.problems.add(problem);
        }
        let (problem_count, problems) = self.problems.into_parts();
        Ok(Verification {
            intact: problem_count == 0,
            origin,
            records: self.next,
            root: self.tree.map(|tree| tree.root()),
            checkpoints: self.checkpoints_hold,
            given_checkpoints: self.given_hold,
            last_checkpoint_size: self.last_checkpoint,
            after_last_checkpoint: self.next - self.last_checkpoint,
            contents: contents.sound,
            dropped_contents: contents.dropped,
            problem_count,
            first_problem: problems.first().cloned(),
            problems,
        })
    }

    fn check_sizes(&mut self, first: i64, last: i64) {
        if first <= 0 {
            let message = format!("a checkpoint's row says that it is over {first} records");
            self.problems
                .add(Problem::of_log(ProblemKind::Checkpoint, message));
        }
        if let Some(last) = u64::try_from(last).ok().filter(|last| *last > self.next) {
            self.shorter("its last checkpoint", last);
        }
    }

    fn shorter(&mut self, what: &str, size: u64) {
        let message = format!(
            "{what} counts {size} records, but there are {}: the last ones were deleted",
            self.next
        );
        let problem = Problem::within(ProblemKind::Shorter, self.next, size - 1, message);
        self.problems.add(problem);
    }

    /// A node over records that are yet to come would be in the way of the one that they make.
    fn check_strays(&mut self) -> Result<(), StoreError> {
        let Some(stray) = self.reader.stray_node()? else {
            return Ok(());
        };
        let StrayNode {
            level,
            number,
            count,
        } = stray;
        let message = format!(
            "the tree's node {number} of level {level} was not made of these records, and {} \
             others like it",
            count - 1
        );
        let problem = Problem::of_log(ProblemKind::Tree, message);
        self.problems.add(problem);
        Ok(())
    }

    fn check_emptied(&mut self) -> Result<(), StoreError> {
        let covered = self.covered;
        let chunks = std::mem::take(&mut self.emptied);
        for (range, _) in chunks.into_iter().filter(|(_, last)| *last >= covered) {
            for problem in uncovered(self.reader, range, covered)? {
                self.problems.add(problem);
            }
        }
        Ok(())
    }
}
