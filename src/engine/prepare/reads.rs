//! What a pack says of the paths that would be read.

use super::{Prepare, certain_or_possible, count};
use crate::action::facts::{Facts, PathAccess};
use crate::action::patterns::{PathPatterns, Sight};
use crate::engine::section::{Gathered, Section, SignalKind};
use crate::policy::effective::Listed;
use crate::policy::pack::{Choice, Permission};

/// What touches the path that a host's own tool searches, see [`PathAccess::via`].
const SEARCH: &str = "search";

impl Prepare<'_> {
    pub(super) fn reads(&mut self, facts: &Facts) -> Gathered {
        let mut section = Gathered::new(Section::FilesystemRead);
        let known = facts.reads.len();
        let lists = known + facts.presumed_reads.len();
        for (subject, read) in facts.all_reads().enumerate() {
            let before = section.signal_count();
            let sight = self.sight(read);
            if subject >= lists {
                if facts.mcp.is_none() {
                    // What commands list is judged with their effects.
                    break;
                }
                let outside = self.outside_read(read, &sight, true);
                if let Some(kind) = outside {
                    section.push(kind, subject, None);
                }
                continue;
            }
            self.listed_read(&mut section, subject, read, &sight);
            if read.device {
                section.push(SignalKind::Outside, subject, None);
            } else if let Some(kind) = self.outside_read(read, &sight, subject < known) {
                section.push(kind, subject, None);
            }
            if section.signal_count() == before && subject < known {
                section.push(SignalKind::Clear, subject, None);
            }
        }
        section
    }

    /// `block_read` and `require_approval_read`.
    fn listed_read(
        &mut self,
        section: &mut Gathered,
        subject: usize,
        read: &PathAccess,
        sight: &Sight<'_>,
    ) {
        let matchers = &self.policy.matchers;
        let kind = certain_or_possible(read, SignalKind::Block);
        let files = &self.policy.pack.content.filesystem;
        for hit in self.met(&matchers.block_read, &files.block_read, read, sight) {
            section.push(kind, subject, Some(*hit));
        }
        let blocks = count(files.block_read.len());
        let approvals = &files.require_approval_read;
        for hit in self.met(&matchers.approve_read, approvals, read, sight) {
            let pattern = Some(hit.saturating_add(blocks));
            section.push(SignalKind::RequireApproval, subject, pattern);
        }
    }

    /// The patterns of a list that match what is read. A search meets what it opens: where `search` is
    /// `allow`, neither what it skips nor what `search_may_meet` names.
    fn met(
        &mut self,
        patterns: &PathPatterns,
        list: &[Listed],
        read: &PathAccess,
        sight: &Sight<'_>,
    ) -> &[u32] {
        let Some(search) = &read.search else {
            return self.paths(patterns, sight);
        };
        let named = &self.policy.matchers.search_may_meet;
        let may_meet = |pattern: u32| {
            let pattern = usize::try_from(pattern).ok().and_then(|it| list.get(it));
            pattern.is_some_and(|listed| named.contains(&listed.text))
        };
        let allows = Choice::FilesystemSearch.of(&self.policy.pack.content) == Permission::Allow;
        let lenient = allows.then_some(&may_meet as &dyn Fn(u32) -> bool);
        // What files hold, a tool that only lists their names doesn't show.
        let lists = allows && search.names_only && read.via == SEARCH;
        let hit = match lists && !search.respects_ignore {
            true => patterns.first_listed(sight, search, &mut self.steps),
            false => patterns.first_met(sight, search, lenient, &mut self.steps),
        };
        self.hits.clear();
        self.hits.extend(hit);
        &self.hits
    }

    /// `outside_reads`. A word that only may be a file that is read is not blocked for that.
    fn outside_read(
        &mut self,
        read: &PathAccess,
        sight: &Sight<'_>,
        is_known: bool,
    ) -> Option<SignalKind> {
        if !sight.outside {
            return None;
        }
        let kind = match Choice::FilesystemOutsideReads.of(&self.policy.pack.content) {
            Permission::Allow => return None,
            Permission::Block if is_known => SignalKind::OutsideBlock,
            Permission::Block | Permission::RequireApproval => SignalKind::OutsideApproval,
        };
        let is_excepted = self.is_temporary_and_allowed(read) || self.may_be_read_outside(read);
        (!is_excepted).then_some(kind)
    }

    /// Whether `allow_outside_read` names all that would be read.
    pub(super) fn may_be_read_outside(&mut self, access: &PathAccess) -> bool {
        let named = &self.policy.matchers.outside_read;
        named.name(access, &mut self.steps)
    }

    /// Whether `allow_outside_write` names what would be written.
    pub(super) fn may_be_written_outside(&mut self, access: &PathAccess) -> bool {
        let named = &self.policy.matchers.outside_write;
        named.name(access, &mut self.steps)
    }
}
