use std::collections::BTreeMap;

use serde::Serialize;

use super::Subject;
use crate::policy::effective::{EffectivePack, Listed};
use crate::policy::issue::{Issue, Location};
use crate::policy::pack::{Mode, Pack};
use crate::policy::verdict::BASE_ORIGIN;

/// Issues that a report lists.
pub const MAX_ISSUES: usize = 1000;
/// The code of the issue that states how many issues are left out.
const MORE: &str = "more-issues";

/// What is wrong or doubtful about one pack. The artifact that is bound to a policy is
/// [`LintReportArtifact`](crate::lifecycle::artifact::LintReportArtifact).
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
    let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
    let git_flags = [
        git.require_pull_request,
        git.block_direct_push_to_protected_branch,
        git.require_human_reviewer,
        git.require_ai_attestation,
    ];
    let mcp_flags = [mcp.allowlist_enabled, mcp.block_unknown_servers];
    // The default is no entry of a pack.
    let listed = |remote: &&Listed| &*remote.origin != BASE_ORIGIN;
    let remotes = git.allowed_remotes.iter().filter(listed).count();
    counts([
        files.block_read.len()
            + files.block_write.len()
            + files.require_approval_write.len()
            + files.roots.len(),
        commands.block.len()
            + commands.allow.len()
            + commands.require_approval.len()
            + commands.harmless_variables.len(),
        remotes + git.protected_branches.len() + set(&git_flags),
        mcp.allowed_servers.len()
            + mcp.blocked_servers.len()
            + mcp.risk_scoring.len()
            + mcp.tool_pins.len()
            + set(&mcp_flags),
        pack.approvals.len(),
        pack.required_fields.len(),
        pack.maps_to.len(),
        pack.rules.len(),
    ])
}

fn own_counts(pack: &Pack, rules: usize) -> BTreeMap<&'static str, usize> {
    let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
    // As they come out if no parent says otherwise.
    let git_flags = [
        git.require_pull_request.unwrap_or(false),
        git.block_direct_push_to_protected_branch.unwrap_or(true),
        git.require_human_reviewer.unwrap_or(false),
        git.require_ai_attestation.unwrap_or(false),
    ];
    let mcp_flags =
        [mcp.allowlist_enabled, mcp.block_unknown_servers].map(|flag| flag.unwrap_or(true));
    counts([
        files.block_read.len()
            + files.block_write.len()
            + files.require_approval_write.len()
            + files.roots.len(),
        commands.block.len()
            + commands.allow.len()
            + commands.require_approval.len()
            + commands.harmless_variables.len(),
        git.allowed_remotes.len()
            + git.protected_branches.as_ref().map_or(0, Vec::len)
            + set(&git_flags),
        mcp.allowed_servers.len()
            + mcp.blocked_servers.len()
            + mcp.risk_scoring.len()
            + mcp.tool_pins.len()
            + set(&mcp_flags),
        pack.approvals.len(),
        pack.evidence.required_fields.len(),
        pack.compliance.maps_to.len(),
        rules,
    ])
}

fn set(flags: &[bool]) -> usize {
    flags.iter().filter(|flag| **flag).count()
}

fn counts(counts: [usize; 8]) -> BTreeMap<&'static str, usize> {
    let sections = [
        "filesystem",
        "commands",
        "git",
        "mcp",
        "approvals",
        "evidence",
        "compliance",
        "rules",
    ];
    sections.into_iter().zip(counts).collect()
}
