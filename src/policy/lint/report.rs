use std::collections::BTreeMap;

use serde::Serialize;

use super::Subject;
use crate::decision::BASE_ORIGIN;
use crate::policy::effective::{EffectivePack, Listed};
use crate::policy::issue::{Issue, Location};
use crate::policy::pack::{Flag, List, Mode, Pack};

/// Issues that a report lists.
pub const MAX_ISSUES: usize = 1000;
/// The code of the issue that states how many issues are left out.
const MORE: &str = "more-issues";

/// What is wrong or doubtful about one pack. The artifact that is bound to a policy is
/// [`LintReportArtifact`](crate::readiness::artifact::LintReportArtifact).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// No issue is a blocker.
    pub valid: bool,
    /// How many issues are blockers.
    pub blocker_count: usize,
    /// How many are warnings.
    pub warning_count: usize,
    /// How many there are.
    pub issue_count: usize,
    /// Each of them, by file and line.
    pub issues: Vec<Issue>,
    /// What the pack is.
    pub summary: Summary,
    /// Issues that are not listed, because there are too many.
    #[serde(skip)]
    pub left_out: usize,
}

/// What a linted pack is, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The pack's id.
    pub policy_id: String,
    /// The pack's title.
    pub title: String,
    /// The pack's version.
    pub version: String,
    /// The ids of the pack's parents, in order.
    pub inherits: Vec<String>,
    /// Whether the pack's verdicts are enforced.
    pub mode: Mode,
    /// By section: entries of its lists and maps, and flags that are on. Inherited ones
    /// count, if the pack can be joined with its parents. `rules`: Rego files.
    pub rule_counts: BTreeMap<&'static str, usize>,
}

impl LintReport {
    pub(super) fn new(summary: Summary, issues: Vec<Issue>) -> Self {
        Self {
            valid: true,
            blocker_count: 0,
            warning_count: 0,
            issue_count: 0,
            issues: Vec::new(),
            summary,
            left_out: 0,
        }
        .with(issues)
    }

    /// The report with more issues, such as those of compiling the pack's Rego.
    #[must_use]
    pub fn with(mut self, issues: impl IntoIterator<Item = Issue>) -> Self {
        self.issues.retain(|issue| issue.code != MORE);
        self.issues.extend(issues);
        self.issues.sort_by(|a, b| a.location.cmp(&b.location));
        self.cut();
        self.issue_count = self.issues.len();
        self.blocker_count = self
            .issues
            .iter()
            .filter(|issue| issue.is_blocker())
            .count();
        self.warning_count = self.issue_count.saturating_sub(self.blocker_count);
        self.valid = self.blocker_count == 0;
        self
    }

    /// Keeps [`MAX_ISSUES`] issues, blockers before warnings, and adds one that states how many
    /// are left out.
    fn cut(&mut self) {
        if self.issues.len() > MAX_ISSUES {
            self.issues.sort_by_key(|issue| !issue.is_blocker());
            let over = self.issues.split_off(MAX_ISSUES);
            self.left_out = self.left_out.saturating_add(over.len());
            self.issues.sort_by(|a, b| a.location.cmp(&b.location));
        }
        if self.left_out > 0
            && let Some(last) = self.issues.last()
        {
            let message = format!("and {} more", self.left_out);
            let more = Issue::warning(MORE, message, Location::file(&last.location.file));
            self.issues.push(more);
        }
    }
}

impl Summary {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let Subject {
            source,
            pack,
            effective,
            ..
        } = subject;
        let metadata = &pack.metadata;
        let (mode, rule_counts) = match effective {
            Some(effective) => (effective.mode, effective_counts(effective)),
            None => (
                metadata.mode.unwrap_or_default(),
                own_counts(pack, source.rules.len()),
            ),
        };
        Self {
            policy_id: metadata.id.clone(),
            title: metadata.title.clone(),
            version: metadata.version.clone(),
            inherits: metadata.inherits.clone(),
            mode,
            rule_counts,
        }
    }
}

fn effective_counts(pack: &EffectivePack) -> BTreeMap<&'static str, usize> {
    let content = &pack.content;
    // The default is no entry of a pack.
    let listed = |remote: &&Listed| &*remote.origin != BASE_ORIGIN;
    let entries = |list: List| match list {
        List::GitAllowedRemotes => content.git.allowed_remotes.iter().filter(listed).count(),
        _ => content.list(list).len(),
    };
    let others = [
        ("mcp", content.mcp.risk_scoring.len()),
        ("mcp", content.mcp.tool_pins.len()),
        ("mcp", content.mcp.arguments.len()),
        ("approvals", content.approvals.len()),
        ("rules", pack.rules.len()),
    ];
    counts(entries, |flag| *content.flag(flag), others)
}

fn own_counts(pack: &Pack, rules: usize) -> BTreeMap<&'static str, usize> {
    let others = [
        ("mcp", pack.mcp.risk_scoring.len()),
        ("mcp", pack.mcp.tool_pins.len()),
        ("mcp", pack.mcp.arguments.len()),
        ("approvals", pack.approvals.len()),
        ("rules", rules),
    ];
    // As they come out if no parent says otherwise.
    let is_on = |flag: Flag| pack.flag(flag).unwrap_or(flag.default_value());
    counts(|list| pack.list(list).len(), is_on, others)
}

/// The counts of lists, of flags that are on, and of `others`, by section.
fn counts(
    entries: impl Fn(List) -> usize,
    is_on: impl Fn(Flag) -> bool,
    others: [(&'static str, usize); 5],
) -> BTreeMap<&'static str, usize> {
    let lists = List::ALL.iter().copied();
    // Reports that people have are compared with what is counted today: a section that is newer
    // is not counted while it is empty.
    let lists = lists.map(|list| (list, entries(list)));
    let lists = lists.filter(|(list, count)| *count > 0 || !list.is_left_out_if_empty());
    let lists = lists.map(|(list, count)| (list.section(), count));
    let flags = Flag::ALL.iter().copied();
    let flags = flags.map(|flag| (flag.section(), usize::from(is_on(flag))));
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (section, count) in lists.chain(flags).chain(others) {
        *counts.entry(section).or_default() += count;
    }
    counts
}
