//! Which of several findings decides, and which are listed beside it.

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};

use super::findings::outcome_of;
use super::limits::{MAX_FINDINGS, MAX_FINDINGS_BYTES, MAX_FINDINGS_PER_RULE};
use super::unrendered::Unrendered;
use super::{Policy, approval};
use crate::action::facts::Facts;
use crate::canonical::{MAX_ESCAPED_BYTES, json_len};
use crate::decision::{Finding, Judgement, Outcome, Severity, Verdict};
use crate::policy::base_rule::rule_order;
use crate::policy::pack::Mode;

/// Orders what was found and lets the first decide: the strictest verdict, then the greater
/// severity, then the order of the rule ids, then the pattern. Texts are made only of what is
/// listed; the rest is counted, with the signals that rules never saw because they are like
/// others (`unheard`). What the action does is seen in the severity that is shown, and changes
/// nothing else.
///
/// In audit mode a verdict stricter than `audit_only` comes back as `audit_only`; what could
/// not be evaluated still needs approval, whatever else was found.
pub(super) fn judgement(
    policy: &Policy,
    facts: &Facts,
    found: &[Unrendered<'_>],
    unheard: usize,
) -> Judgement {
    let unevaluated = found
        .iter()
        .any(|found| found.outcome == Outcome::NotEvaluated);
    let render = |found: &Unrendered<'_>| found.render(policy, facts);
    let mut findings: Vec<Finding> = match found.len() > MAX_FINDINGS_PER_RULE {
        true => chosen(found).into_iter().map(render).collect(),
        false => found.iter().map(render).collect(),
    };
    let not_chosen = found.len() - findings.len();
    if findings.len() > 1 {
        findings.sort_by(strictest_first);
        findings.dedup();
    }
    let too_large = leave_out_what_is_too_large(&mut findings);
    let (decision, outcome) = findings.first().map_or(
        (Verdict::RequireApproval, Outcome::NothingMatched),
        |first| (first.decision, outcome_of(&first.rule_id)),
    );
    let severity = findings
        .first()
        .map_or(Severity::High, |deciding| Severity::shown(deciding, facts));
    let audited = policy.pack.mode == Mode::Audit && decision > Verdict::AuditOnly;
    let enforced = match (audited, unevaluated) {
        (false, _) => decision,
        (true, false) => Verdict::AuditOnly,
        (true, true) => Verdict::RequireApproval,
    };
    let approval_requirements = match enforced {
        Verdict::RequireApproval => approval::requirements(policy, facts, found, unheard),
        _ => Vec::new(),
    };
    Judgement {
        approval_requirements,
        decision: enforced,
        would_be: audited.then_some(decision),
        outcome,
        severity,
        findings,
        matched_rules_left_out: unheard + not_chosen + too_large,
    }
}

/// What the order of findings looks at first.
fn place<'a>(found: &Unrendered<'a>) -> (Reverse<(Verdict, Severity)>, usize, &'a str) {
    (
        Reverse((found.decision, found.severity)),
        rule_order(found.rule_id),
        found.rule_id,
    )
}

fn strictest_first(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (b.decision.cmp(&a.decision))
        .then_with(|| b.severity.cmp(&a.severity))
        .then_with(|| rule_order(&a.rule_id).cmp(&rule_order(&b.rule_id)))
        .then_with(|| a.rule_id.cmp(&b.rule_id))
        .then_with(|| a.pattern.cmp(&b.pattern))
        .then_with(|| a.matched_on.cmp(&b.matched_on))
}

/// At most [`MAX_FINDINGS_PER_RULE`] of each rule with one verdict and severity, in the order in
/// which they were found; of those at most [`MAX_FINDINGS`], one of each rule before further ones.
fn chosen<'f, 'a>(found: &'f [Unrendered<'a>]) -> Vec<&'f Unrendered<'a>> {
    let mut counts: HashMap<_, usize> = HashMap::new();
    let mut numbered = Vec::new();
    for found in found {
        let count = counts
            .entry((found.rule_id, found.decision, found.severity))
            .or_default();
        if *count < MAX_FINDINGS_PER_RULE {
            numbered.push((*count, found));
        }
        *count += 1;
    }
    numbered.sort_by_cached_key(|(number, found)| (*number > 0, place(found)));
    numbered.truncate(MAX_FINDINGS);
    numbered.into_iter().map(|(_, found)| found).collect()
}

/// Keeps findings as far as they fit into [`MAX_FINDINGS_BYTES`], the first of each rule before
/// further ones, and the first of all whatever its size; answers how many are left out.
fn leave_out_what_is_too_large(findings: &mut Vec<Finding>) -> usize {
    if findings.len() <= 1 {
        return 0;
    }
    let at_most = |text: &str| text.len() * MAX_ESCAPED_BYTES;
    let whole: usize = findings.iter().map(|it| size(it, at_most)).sum();
    if whole <= MAX_FINDINGS_BYTES {
        return 0;
    }
    let sizes: Vec<usize> = findings.iter().map(|it| size(it, json_len)).collect();
    let mut rules = HashSet::new();
    let mut order: Vec<(bool, usize)> = findings
        .iter()
        .enumerate()
        .map(|(index, finding)| (!rules.insert(&finding.rule_id), index))
        .collect();
    drop(rules);
    order.sort_unstable();
    let mut room = MAX_FINDINGS_BYTES;
    let mut kept = vec![false; findings.len()];
    for (_, index) in order {
        let (Some(size), Some(keep)) = (sizes.get(index), kept.get_mut(index)) else {
            continue;
        };
        *keep = index == 0 || *size <= room;
        if *keep {
            room = room.saturating_sub(*size);
        }
    }
    let before = findings.len();
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
    before - findings.len()
}

/// Bytes of a finding in JSON, about, where a text has those that `len` says.
fn size(finding: &Finding, len: impl Fn(&str) -> usize) -> usize {
    /// The names of its fields, quotation marks and indentation.
    const FRAME_BYTES: usize = 320;
    /// Quotation marks and indentation of one text of a list.
    const LISTED_BYTES: usize = 16;
    let mut bytes = FRAME_BYTES + len(&finding.rule_id) + len(&finding.reason);
    bytes += len(&finding.origin);
    bytes += finding.pattern.as_deref().map_or(0, &len);
    bytes += finding.matched_on.as_deref().map_or(0, &len);
    for name in finding.approver_groups.iter().chain(&*finding.controls) {
        bytes += len(name) + LISTED_BYTES;
    }
    bytes += finding.entry_id.as_deref().map_or(0, &len);
    for reference in &finding.evidence_refs {
        bytes += len(reference) + LISTED_BYTES;
    }
    bytes
}
