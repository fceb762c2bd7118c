//! What every form of a report says in the same words.

use crate::action::ActionType;
use crate::decision::Change;
use crate::shadow::EndReason;
use crate::shadow::compare::group::{Example, GroupKey, PackSection, Side};
use crate::shadow::compare::rule_counts::Rule;
use crate::shadow::compare::statistics::{Method, UpperBound};
use crate::shadow::report::unclear::UnclearGroup;
use crate::shadow::report::{
    GroupReport, ReplayScope, ReplayedActive, Report, Selection, SourceKind, Status,
};

/// Agents of a group that are shown by name.
const MAX_AGENTS_SHOWN: usize = 3;

/// A class of comparison, for a heading.
pub(super) fn title(change: Change) -> &'static str {
    match change {
        Change::Loosened => "Loosened",
        Change::CandidateError => "Candidate error",
        Change::Tightened => "Tightened",
        Change::ReasonChanged => "Reason changed",
        Change::Same => "Same",
    }
}

/// What a class means.
pub(super) fn meaning(change: Change) -> &'static str {
    match change {
        Change::Loosened => "a laxer verdict",
        Change::CandidateError => "the candidate could not be evaluated",
        Change::Tightened => "a stricter verdict",
        Change::ReasonChanged => "the same verdict for another reason",
        Change::Same => "nothing would change",
    }
}

/// The most important thing of a report, in one sentence.
pub(super) fn verdict(report: &Report) -> String {
    let (laxer, compared) = (report.loosened(), report.denominators.compared);
    if report.source.is_still_on() {
        return so_far(report);
    }
    if compared == 0 {
        return "Nothing was compared: that is not evidence.".to_owned();
    }
    let bound = percent(report.bounds.loosened.upper_rate);
    match laxer {
        0 => format!(
            "No decision of {} would be laxer; with 95% confidence fewer than {bound} of such traffic would.",
            grouped(compared)
        ),
        _ => format!(
            "{} of {} decisions would be laxer; with 95% confidence up to {bound} of such traffic would.",
            grouped(laxer),
            grouped(compared)
        ),
    }
}

/// What a run that is still on has found, and what to do before that is evidence.
fn so_far(report: &Report) -> String {
    let of = &report.denominators;
    let laxer = match report.counts.loosened {
        0 => "none".to_owned(),
        some => grouped(some),
    };
    format!(
        "{} of {} sampled decisions are compared so far, {laxer} laxer; stop the run, then report.",
        grouped(of.compared),
        grouped(of.sampled)
    )
}

/// How far a report has come, in the first words that a person reads.
pub(super) fn status(report: &Report) -> &'static str {
    match report.status {
        _ if report.source.is_still_on() => "STILL ON",
        Status::Ready => "READY",
        Status::NotReady => "NOT READY",
    }
}

/// Where the actions came from.
pub(super) fn source(report: &Report) -> String {
    let kind = match report.source.kind {
        SourceKind::Live => "live decisions",
        SourceKind::Journal => "the journal",
        SourceKind::Actions => "a file of actions",
    };
    let mut text = match &report.source.name {
        Some(name) => format!("{kind}, `{name}`"),
        None => kind.to_owned(),
    };
    if let Some(run) = &report.source.run {
        let ended = run.ended.map_or("still on", EndReason::words);
        text.push_str(&format!(", run {} ({ended})", run.id));
        text.push_str(&range(report));
    }
    if let Some(scope) = &report.replay {
        text.push_str(&replayed(report, scope));
    }
    text
}

fn range(report: &Report) -> String {
    let source = &report.source;
    // Without a journal, nobody has the positions.
    let ends = source.first_position.zip(source.last_position);
    match ends.filter(|_| source.name.is_some()) {
        Some((first, last)) => format!(", positions {first} to {last}"),
        None => String::new(),
    }
}

/// Why the report is no evidence, whatever it says.
pub(super) fn warnings(report: &Report) -> Vec<&'static str> {
    let still_on = report.source.is_still_on();
    let warnings = [
        (
            report.simulated_clock,
            "The clock was simulated: this is not evidence for a live gate.",
        ),
        (
            still_on,
            "The run was still on: this is not evidence. Take the report again when it has ended (cavra shadow stop).",
        ),
    ];
    let given = warnings.into_iter().filter(|(given, _)| *given);
    given.map(|(_, warning)| warning).collect()
}

/// What decisions that can't be replayed would change; none if there were none.
pub(super) fn unclear(report: &Report) -> Option<String> {
    let of = report.unclear.as_ref()?;
    let (all, laxer) = (of.counts.total(), of.counts.loosened);
    Some(format!(
        "Can't be replayed from the journal: {} decisions; the run saw that {} of them would be laxer.",
        grouped(all),
        grouped(laxer)
    ))
}

/// The loosened groups of decisions that can't be replayed, one line each.
pub(super) fn unclear_groups(report: &Report) -> Vec<String> {
    let groups = report.unclear.iter().flat_map(|it| &it.groups);
    let line = |group: &UnclearGroup| {
        let (step, what) = (group.key.step(), subject(&group.key));
        let rules = rules(&group.key);
        format!("{} × {step}: {what}, {rules}", grouped(group.count))
    };
    groups.map(line).collect()
}

/// What of a journal, compared with what, and what may be doubted.
fn replayed(report: &Report, scope: &ReplayScope) -> String {
    let mut text = range(report);
    let source = &report.source;
    if scope.selection != Selection::default() {
        text.push_str(", narrowed down");
    }
    text.push_str(match scope.active {
        ReplayedActive::Recorded => ", as recorded",
        ReplayedActive::Judged => ", judged again",
    });
    if scope.facts_differ > 0 {
        let count = grouped(scope.facts_differ);
        text.push_str(&format!(", {count} by other facts than recorded"));
    }
    if source.checkpoint.is_none() {
        text.push_str(", covered by no checkpoint");
    }
    text
}

/// ``a.b.c `x` → d.e.f `y` ``, or once if both are the same.
pub(super) fn rules(key: &GroupKey) -> String {
    let entry = |rule: &str, pattern: Option<&str>| match pattern {
        Some(pattern) => format!("{rule} `{pattern}`"),
        None => rule.to_owned(),
    };
    let active = entry(&key.active_rule_id, key.active_pattern.as_deref());
    let rule = key.candidate_rule_id.as_deref();
    match rule.map(|rule| entry(rule, key.candidate_pattern.as_deref())) {
        Some(candidate) if candidate == active => active,
        Some(candidate) => format!("{active} → {candidate}"),
        None => format!("{active} → nothing"),
    }
}

/// `builder 5, releaser 2, others 9`. A group of an earlier version is of one agent.
pub(super) fn agents(group: &GroupReport) -> String {
    if let Some(agent) = &group.key.agent_id {
        return agent.to_string();
    }
    let named: u64 = group.agents.iter().map(|it| it.count).sum();
    let rest = group.count.saturating_sub(named);
    let few = group.agents.iter().take(MAX_AGENTS_SHOWN);
    let mut words: Vec<String> = few
        .map(|it| {
            let agent = it.agent_id.as_deref().unwrap_or("-");
            format!("{agent} {}", grouped(it.count))
        })
        .collect();
    let hidden = group.agents.iter().skip(MAX_AGENTS_SHOWN);
    let others = hidden.map(|it| it.count).sum::<u64>() + rest;
    if words.is_empty() {
        return "-".to_owned();
    }
    if others > 0 {
        words.push(format!("others {}", grouped(others)));
    }
    words.join(", ")
}

/// `push main`, `run terraform`
pub(super) fn subject(key: &GroupKey) -> String {
    let verb = match key.action_type {
        // A push by a command line is grouped by its refs, as any other push.
        ActionType::ExecuteCommand if key.section == PackSection::Git => "git",
        ActionType::ReadFile => "read",
        ActionType::WriteFile => "write",
        ActionType::ExecuteCommand => "run",
        ActionType::GitOperation => "git",
        ActionType::McpToolCall => "call",
    };
    match key.subject.as_ref() {
        "" => verb.to_owned(),
        subject => format!("{verb} {subject}"),
    }
}

/// What is different, as far as the verdicts don't say it.
pub(super) fn difference(example: &Example) -> String {
    if let Some(failure) = &example.failure {
        return format!("{}: {}", failure.kind.as_str(), failure.reason);
    }
    let (Some(active), Some(candidate)) = (&example.active, &example.candidate) else {
        return String::new();
    };
    let pairs = [
        ("rule", named(active), named(candidate)),
        (
            "severity",
            active.severity.as_str().to_owned(),
            candidate.severity.as_str().to_owned(),
        ),
        ("approvers", approvers(active), approvers(candidate)),
    ];
    let differing = pairs.into_iter().filter(|(_, a, b)| a != b);
    let texts: Vec<String> = differing
        .map(|(what, a, b)| format!("{what}: {a} → {b}"))
        .collect();
    texts.join("; ")
}

fn named(side: &Side) -> String {
    match &side.pattern {
        Some(pattern) => format!("{} `{pattern}`", side.rule_id),
        None => side.rule_id.to_string(),
    }
}

fn approvers(side: &Side) -> String {
    if side.approver_groups.is_empty() {
        return "nobody".to_owned();
    }
    side.approver_groups.join(", ")
}

/// A rule and its entry.
pub(super) fn rule(rule: &Rule) -> String {
    match &rule.pattern {
        Some(pattern) => format!("{} `{pattern}`", rule.rule_id),
        None => rule.rule_id.to_string(),
    }
}

/// `0.05%`, with as many digits as it takes to differ from 0.
pub(super) fn percent(rate: f64) -> String {
    let percent = rate * 100.0;
    if percent == 0.0 {
        "0%".to_owned()
    } else if percent >= 10.0 {
        format!("{percent:.1}%")
    } else if percent >= 0.1 {
        format!("{percent:.2}%")
    } else if percent >= 0.001 {
        format!("{percent:.4}%")
    } else {
        "less than 0.001%".to_owned()
    }
}

/// `≤ 0.05%`
pub(super) fn bound(bound: &UpperBound) -> String {
    match bound.method {
        Method::NoTraffic => "unknown".to_owned(),
        Method::RuleOfThree | Method::Wilson => format!("≤ {}", percent(bound.upper_rate)),
    }
}

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `31.5 hours`
pub(super) fn duration(seconds: u64) -> String {
    match seconds {
        0 => "unknown".to_owned(),
        1..120 => "1 minute".to_owned(),
        120..3_600 => format!("{} minutes", seconds / 60),
        _ => format!("{}.{} hours", seconds / 3_600, seconds % 3_600 / 360),
    }
}
