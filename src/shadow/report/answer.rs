//! Which lines of the semantic diff cause which groups, so that a person who answers for a line
//! answers for its groups and for no others.

use std::collections::BTreeSet;

use super::Report;
use super::unclear::LoosenedGroup;
use crate::canonical::Digest;
use crate::policy::diff::{self, Diff, Direction};
use crate::policy::pack::List;
use crate::shadow::compare::group::{GroupKey, PackSection};

/// Why an answer for a line doesn't answer for a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Another line causes the group.
    #[error(
        "`{line}` doesn't cause the group `{group}` (`{subject}`), so an answer for that line doesn't cover it"
    )]
    NotCaused {
        /// The id of the group.
        group: Digest,
        /// The group's operation.
        subject: String,
        /// The path of the line.
        line: String,
    },
}

impl Report {
    /// The loosened groups that `line` of `diff` causes, the most dangerous first.
    #[must_use]
    pub fn caused_by(&self, line: &diff::Change, diff: &Diff) -> Vec<LoosenedGroup<'_>> {
        let loosened = self.loosened_groups();
        let caused = loosened.filter(|group| group.key.is_caused_by(line, diff));
        caused.collect()
    }

    /// Those of the groups `ids` that this report has, all of which `line` causes. A group that
    /// the report hasn't got is skipped: there is nothing to answer for.
    ///
    /// # Errors
    /// If the report has one of the groups and the line doesn't cause it.
    pub fn answered(
        &self,
        line: &diff::Change,
        diff: &Diff,
        ids: &[Digest],
    ) -> Result<BTreeSet<Digest>, AnswerError> {
        let ids: BTreeSet<&Digest> = ids.iter().collect();
        let replayable = self.groups.iter().map(|group| (group.id, &group.key));
        let unclear = self.unclear.iter().flat_map(|it| &it.groups);
        let all = replayable.chain(unclear.map(|group| (group.id, &group.key)));
        let mut answered = BTreeSet::new();
        for (id, key) in all.filter(|(id, _)| ids.contains(id)) {
            if !key.is_caused_by(line, diff) {
                return Err(AnswerError::NotCaused {
                    group: id,
                    subject: key.subject.to_string(),
                    line: line.path.clone(),
                });
            }
            answered.insert(id);
        }
        Ok(answered)
    }
}

impl GroupKey {
    /// Whether `line` of `diff` causes the group. If a line adds or removes an entry that makes the
    /// difference, it is that line alone. Otherwise something without an entry does, such as a flag
    /// or a root, and it may be any line of the section, or any line if the section has none.
    #[must_use]
    pub fn is_caused_by(&self, line: &diff::Change, diff: &Diff) -> bool {
        let has = |wanted: &dyn Fn(&diff::Change) -> bool| diff.changes().any(wanted);
        if !has(&|it| it == line) {
            return false;
        }
        if has(&|it| self.has_entry_of(it)) {
            return self.has_entry_of(line);
        }
        let may = |it: &diff::Change| it.direction != Direction::Neutral;
        if has(&|it| may(it) && self.is_in_section_of(it)) {
            return may(line) && self.is_in_section_of(line);
        }
        may(line)
    }

    /// Whether the line is about the entry that makes the difference on one of the sides.
    fn has_entry_of(&self, line: &diff::Change) -> bool {
        let sides = [
            (Some(&self.active_rule_id), &self.active_pattern),
            (self.candidate_rule_id.as_ref(), &self.candidate_pattern),
        ];
        let mut entries = sides.into_iter().filter_map(|(rule, pattern)| {
            let section = PackSection::of_rule(rule?).as_str();
            Some((section, pattern.as_deref()?))
        });
        let is_pin = line.path == format!("mcp.tool_pins[{}]", self.subject);
        is_pin
            || entries.any(|(section, pattern)| {
                let of_section = List::ALL.iter().filter(|list| list.section() == section);
                let mut paths = of_section.map(|list| format!("{}[{pattern}]", list.path()));
                paths.any(|path| path == line.path)
            })
    }

    fn is_in_section_of(&self, line: &diff::Change) -> bool {
        let section = line.path.split(['.', '[']).next();
        section == Some(self.section.as_str())
    }
}
