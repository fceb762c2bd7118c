//! Which rules fired, which decided, which were masked by others, and which never fired.

use std::hash::Hash;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt as _};
use hashbrown::Equivalent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bounded::{Bounded, Merge};
use super::excerpt;
use super::observation::{Observation, Position};
use crate::decision::{BASE_ORIGIN, Finding, Judgement};
use crate::policy::base_rule::BaseRule;
use crate::policy::effective::{EffectivePack, Listed, PackRule};
use crate::policy::pack::{Choice, Permission};
use crate::shadow::limits::{MAX_COUNTED_RULES, MAX_MASKING_RULES};

/// Findings up to which looking back is quicker than a set.
const FEW_FINDINGS: usize = 16;

/// A rule of a policy, or one entry of the list that the rule compares with.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The rule's id, such as `filesystem.read.block`.
    pub rule_id: Arc<str>,
    /// The entry of the pack. Absent if the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// The id of the pack that the entry or the rule is from.
    pub origin: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct RuleRef<'a> {
    rule_id: &'a str,
    pattern: Option<&'a str>,
    origin: &'a str,
}

impl<'a> RuleRef<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            rule_id: &finding.rule_id,
            pattern: finding.pattern.as_deref(),
            origin: &finding.origin,
        }
    }
}

impl Equivalent<Rule> for RuleRef<'_> {
    fn equivalent(&self, rule: &Rule) -> bool {
        self.rule_id == rule.rule_id.as_ref()
            && self.pattern == rule.pattern.as_deref()
            && self.origin == rule.origin.as_ref()
    }
}

impl From<&Finding> for Rule {
    fn from(finding: &Finding) -> Self {
        Self {
            rule_id: Arc::clone(&finding.rule_id),
            pattern: finding.pattern.clone(),
            origin: Arc::clone(&finding.origin),
        }
    }
}

/// How often one rule fired and decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleCount {
    /// How many actions the rule fired on.
    pub fired: u64,
    /// How many of them it decided. Another rule decided the others.
    pub decisive: u64,
    /// The rules that decided instead, the first [`MAX_MASKING_RULES`] of them in order.
    pub masked_by: Vec<(Rule, u64)>,
    /// The first action that it fired on: its position and its text.
    pub first: Option<(Position, String)>,
}

impl RuleCount {
    fn mask(&mut self, by: &Rule, count: u64) {
        match self.masked_by.binary_search_by(|(rule, _)| rule.cmp(by)) {
            Ok(index) => {
                if let Some((_, masked)) = self.masked_by.get_mut(index) {
                    *masked += count;
                }
            }
            // As in `Bounded`: what is beyond the limit never comes back.
            Err(index) if index < MAX_MASKING_RULES => {
                self.masked_by.insert(index, (by.clone(), count));
                self.masked_by.truncate(MAX_MASKING_RULES);
            }
            Err(_) => {}
        }
    }
}

impl Merge for RuleCount {
    fn merge(&mut self, other: Self) {
        self.fired += other.fired;
        self.decisive += other.decisive;
        for (rule, count) in &other.masked_by {
            self.mask(rule, *count);
        }
        self.first = match (self.first.take(), other.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
    }
}

/// Which rules of one policy fired and decided.
#[derive(Debug, Clone)]
pub(in crate::shadow) struct RuleCounts {
    rules: Bounded<Rule, RuleCount>,
    /// Every firing, of forgotten rules too.
    fired: u64,
}

impl RuleCounts {
    pub(in crate::shadow) fn new() -> Self {
        Self {
            rules: Bounded::new(MAX_COUNTED_RULES),
            fired: 0,
        }
    }

    /// Counts each rule once an action, however many of its findings there are.
    pub(in crate::shadow) fn record(
        &mut self,
        observation: &Observation<'_>,
        judgement: &Judgement,
    ) {
        let findings = judgement.findings.as_slice();
        let Some(deciding) = findings.first() else {
            return;
        };
        if findings.len() <= FEW_FINDINGS {
            for (index, finding) in findings.iter().enumerate() {
                let rule = RuleRef::of(finding);
                let mut before = findings.iter().take(index).map(RuleRef::of);
                if !before.any(|earlier| earlier == rule) {
                    self.count(observation, finding, deciding);
                }
            }
            return;
        }
        let mut seen = HashSet::with_capacity(findings.len());
        for finding in findings {
            if seen.insert(RuleRef::of(finding)) {
                self.count(observation, finding, deciding);
            }
        }
    }

    fn count(&mut self, observation: &Observation<'_>, finding: &Finding, deciding: &Finding) {
        self.fired += 1;
        let rule = RuleRef::of(finding);
        let decides = rule == RuleRef::of(deciding);
        if let Some(entry) = self.rules.get_mut(&rule) {
            update(entry, observation, decides, deciding);
        } else {
            let mut entry = RuleCount::default();
            update(&mut entry, observation, decides, deciding);
            self.rules.add(Rule::from(finding), entry);
        }
    }

    pub(in crate::shadow) fn merge(&mut self, other: Self) {
        self.rules.merge(other.rules);
        self.fired += other.fired;
    }

    /// The rules that fired, in order.
    pub(in crate::shadow) fn rules(&self) -> Vec<(&Rule, &RuleCount)> {
        self.rules.least()
    }

    /// Firings of rules beyond [`MAX_COUNTED_RULES`].
    pub(in crate::shadow) fn overflow(&self) -> u64 {
        let kept: u64 = self.rules().iter().map(|(_, count)| count.fired).sum();
        self.fired.saturating_sub(kept)
    }
}

fn update(entry: &mut RuleCount, observation: &Observation<'_>, decides: bool, deciding: &Finding) {
    entry.fired += 1;
    if decides {
        entry.decisive += 1;
    } else {
        let by = RuleRef::of(deciding);
        let known = entry
            .masked_by
            .iter_mut()
            .find(|(rule, _)| by.equivalent(rule));
        match known {
            Some((_, count)) => *count += 1,
            None => entry.mask(&Rule::from(deciding), 1),
        }
    }
    let position = observation.position;
    if entry
        .first
        .as_ref()
        .is_none_or(|(first, _)| position < *first)
    {
        let text = excerpt::example_text(observation.action, observation.facts);
        entry.first = Some((position, text));
    }
}

/// Every rule of a policy that could speak, as far as that shows without running it: the
/// entries of its lists, the base rules behind them, and the rule ids that are texts in
/// its Rego. A rule can fire without being here (an id that Rego puts together).
#[must_use]
pub fn rules_of(pack: &EffectivePack) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut list = |rule: BaseRule, entries: &[Listed]| {
        rules.extend(entries.iter().map(|entry| Rule {
            rule_id: rule.id().into(),
            pattern: Some(Arc::clone(&entry.text)),
            origin: Arc::clone(&entry.origin),
        }));
    };
    let files = &pack.content.filesystem;
    list(BaseRule::FilesystemReadBlock, &files.block_read);
    list(
        BaseRule::FilesystemReadListedRequireApproval,
        &files.require_approval_read,
    );
    list(BaseRule::FilesystemWriteBlock, &files.block_write);
    list(
        BaseRule::FilesystemWriteRequireApproval,
        &files.require_approval_write,
    );
    list(BaseRule::CommandsBlock, &pack.content.commands.block);
    list(
        BaseRule::CommandsRequireApproval,
        &pack.content.commands.require_approval,
    );
    list(BaseRule::CommandsAllow, &pack.content.commands.allow);
    list(protection(pack), &pack.content.git.protected_branches);
    let network = &pack.content.network;
    list(BaseRule::NetworkBlock, &network.block);
    list(BaseRule::NetworkRequireApproval, &network.require_approval);
    list(
        BaseRule::McpServerTrustAllow,
        &pack.content.mcp.allowed_servers,
    );
    list(
        BaseRule::McpServerTrustRequireApprovalListed,
        &pack.content.mcp.approval_servers,
    );
    list(
        BaseRule::McpServerTrustBlockListed,
        &pack.content.mcp.blocked_servers,
    );
    list(
        BaseRule::EvidenceRequiredFieldsRequireApproval,
        &pack.content.evidence.required_fields,
    );
    rules.extend(base_rules(pack).map(|rule| Rule {
        rule_id: rule.id().into(),
        pattern: None,
        origin: BASE_ORIGIN.into(),
    }));
    rules.extend(pack.rules.iter().flat_map(rego_rules));
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The rule that fires if a push would move a protected branch.
fn protection(pack: &EffectivePack) -> BaseRule {
    let git = &pack.content.git;
    if git.block_direct_push_to_protected_branch {
        BaseRule::GitProtectedBranchBlockDirectPush
    } else if git.require_pull_request || git.require_human_reviewer {
        BaseRule::GitProtectedBranchRequireApproval
    } else if git.require_ai_attestation {
        BaseRule::GitProtectedBranchAllowWithAttestation
    } else {
        BaseRule::GitAllow
    }
}

/// The rules that have no entry in a pack.
fn base_rules(pack: &EffectivePack) -> impl Iterator<Item = BaseRule> {
    let unknown_server = if pack.content.mcp.block_unknown_servers {
        BaseRule::McpServerTrustBlockUnknown
    } else {
        BaseRule::McpServerTrustRequireApproval
    };
    let always = [
        BaseRule::FilesystemReadAllow,
        BaseRule::FilesystemWriteAllow,
        BaseRule::CommandsDefaultRequireApproval,
        BaseRule::CommandsDynamicRequireApproval,
        BaseRule::CommandsUnparsedRequireApproval,
        BaseRule::CommandsNetworkRequireApproval,
        BaseRule::GitAllow,
        BaseRule::GitRemoteRequireApproval,
        BaseRule::GitRefRequireApproval,
        BaseRule::GitUnknownTargetRequireApproval,
        BaseRule::GitUnknownOperationRequireApproval,
        BaseRule::GuardTamperRequireApproval,
        BaseRule::TerraformPlanRequireApprovalUnusable,
        BaseRule::TerraformPlanRequireApprovalMoved,
        BaseRule::McpToolNameRequireApprovalUnusual,
        BaseRule::McpServerTrustBlockInconsistent,
        unknown_server,
    ];
    let pinned = [
        BaseRule::McpToolPinBlockChanged,
        BaseRule::McpToolPinRequireApprovalUnseen,
        BaseRule::McpToolPinRequireApprovalUnpinned,
    ];
    let pins = pinned
        .into_iter()
        .filter(|_| !pack.content.mcp.tool_pins.is_empty());
    let mapped = &pack.content.mcp.arguments;
    let mapped = (!mapped.is_empty()).then_some(BaseRule::McpArgumentsRequireApproval);
    let effects = pack.content.commands.allow_effects;
    let by_effects = effects
        .allows_any()
        .then_some(BaseRule::CommandsEffectsAllow);
    let outside = Choice::FilesystemOutsideReads.of(&pack.content);
    let outside = (outside != Permission::Allow).then_some(BaseRule::FilesystemReadOutside);
    let always = always.into_iter().chain(pins).chain(mapped);
    always.chain(by_effects).chain(outside)
}

/// The rule ids in one Rego file: the texts after `"rule":`.
fn rego_rules(rule: &PackRule) -> impl Iterator<Item = Rule> {
    let lines = rule.file.text.lines();
    let code = lines.filter(|line| !line.trim_start().starts_with('#'));
    code.flat_map(|line| line.split("\"rule\":").skip(1))
        .filter_map(|rest| {
            let id = rest.trim_start().strip_prefix('"')?.split('"').next()?;
            Some(Rule {
                rule_id: id.into(),
                pattern: None,
                origin: Arc::clone(&rule.pack_id),
            })
        })
}
