//! A journal whose every record is known without reading it.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cavra::action::facts::Facts;
use cavra::action::{Action, ActionType, Caller, Place, Request};
use cavra::canonical::Digest;
use cavra::decision::{
    Change, Decision, Finding, Judgement, Outcome, PolicyIdentity, Severity, Verdict,
};
use cavra::journal::index::bring_up_to_date;
use cavra::journal::limits::{SCAN_ROWS, TIME_SLACK};
use cavra::journal::query::{EntryKind, Filter, JournalEntry, Order, Query, Scan};
use cavra::journal::record::event::{PolicyChanged, PolicyOperation};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{Decided, Entry, Latency, Recorder, Replayable};
use cavra::journal::store::{Lock, Store};
use cavra::keys::SigningKey;
use cavra::redaction::Redaction;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use crate::common::KEY;

/// More than two steps of a scan, and not a multiple of one.
pub(crate) const ROWS: u64 = 2 * SCAN_ROWS + 77;
/// Seconds from one record to the next.
pub(crate) const SPACING_SECONDS: u64 = 7;
pub(crate) const AGENTS: [&str; 3] = ["agent-1", "agent-2", "agent"];
pub(crate) const RULES: [&str; 4] = [
    "commands.block",
    "commands.allow",
    "git.allow",
    "commands.block.more",
];
pub(crate) const TARGETS: [&str; 4] = ["src/main.rs", "src/lib.rs", "SRC/x", "notes \"of\" main"];
pub(crate) const OUTCOMES: [Outcome; 3] = [
    Outcome::RuleMatched,
    Outcome::NothingMatched,
    Outcome::NotEvaluated,
];

/// What one record is about, as the test knows it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: Uuid,
    pub(crate) time: Timestamp,
    pub(crate) decision: Option<KnownDecision>,
}

#[derive(Debug, Clone)]
pub(crate) struct KnownDecision {
    pub(crate) verdict: Verdict,
    pub(crate) rule: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) action_type: ActionType,
    pub(crate) change: Option<Change>,
    pub(crate) agent: Option<&'static str>,
    pub(crate) target: &'static str,
    pub(crate) replayable: Replayable,
}

pub(crate) struct Journal {
    pub(crate) directory: TempDir,
    pub(crate) known: Vec<Known>,
}

pub(crate) static JOURNAL: LazyLock<Journal> = LazyLock::new(|| Journal::of(ROWS));

/// A journal with an index, which doesn't cover the last few.
pub(crate) static INDEXED: LazyLock<Journal> = LazyLock::new(|| {
    let journal = Journal::of(ROWS);
    bring_up_to_date(journal.directory.path()).unwrap();
    journal
});

pub(crate) fn identity() -> Arc<PolicyIdentity> {
    Arc::new(PolicyIdentity {
        id: "pack".into(),
        version: "1.0.0".into(),
        policy_digest: Digest::of(b"policy"),
        effective_digest: Digest::of(b"effective"),
    })
}

pub(crate) fn pick<T: Clone>(of: &[T], number: u64) -> T {
    of[usize::try_from(number).unwrap() % of.len()].clone()
}

pub(crate) fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// Something like chance, the same each time.
pub(crate) fn mixed(number: u64) -> u64 {
    let bytes = Digest::of(&number.to_le_bytes());
    u64::from_le_bytes(bytes.as_bytes()[..8].try_into().unwrap())
}

impl Known {
    pub(crate) fn at(position: u64) -> Self {
        let chance = mixed(position);
        let early = chance % (TIME_SLACK.as_secs() - 1);
        let seconds = position * SPACING_SECONDS + TIME_SLACK.as_secs() - early;
        let decision = KnownDecision {
            verdict: pick(&Verdict::ALL, chance >> 8),
            rule: pick(&RULES, chance >> 16),
            outcome: pick(&OUTCOMES, chance >> 24),
            action_type: pick(
                &[
                    ActionType::ReadFile,
                    ActionType::WriteFile,
                    ActionType::ExecuteCommand,
                ],
                chance >> 32,
            ),
            change: (chance >> 40)
                .is_multiple_of(2)
                .then(|| pick(&Change::ALL, chance >> 41)),
            agent: (!(chance >> 48).is_multiple_of(4)).then(|| pick(&AGENTS, chance >> 50)),
            target: pick(&TARGETS, chance >> 56),
            replayable: match (chance >> 60).is_multiple_of(3) {
                true => Replayable::Facts,
                false => Replayable::Text,
            },
        };
        Self {
            id: Uuid::from_u128(u128::from(chance) << 64 | u128::from(position)),
            time: start() + SignedDuration::from_secs(i64::try_from(seconds).unwrap()),
            decision: (!position.is_multiple_of(41)).then_some(decision),
        }
    }

    pub(crate) fn entry(&self, recorder: &Recorder) -> Entry {
        let Some(known) = &self.decision else {
            let changed = PolicyChanged {
                event_id: self.id,
                timestamp: self.time,
                operation: PolicyOperation::Reloaded,
                active: &identity(),
                state: None,
                candidate: None,
                by: Author::User {
                    uid: 1,
                    pid: Some(2),
                },
            };
            return changed.entry().unwrap();
        };
        let judgement = Judgement {
            decision: known.verdict,
            would_be: None,
            outcome: known.outcome,
            severity: Severity::High,
            findings: vec![Finding {
                rule_id: known.rule.into(),
                decision: known.verdict,
                severity: Severity::High,
                reason: "because".to_owned(),
                pattern: None,
                matched_on: None,
                origin: "pack".into(),
                approver_groups: Arc::from([]),
                evidence_refs: Vec::new(),
                entry_id: None,
                controls: Arc::from([]),
            }],
            matched_rules_left_out: 0,
            approval_requirements: Vec::new(),
        };
        let decision = Decision {
            decision_id: self.id,
            timestamp: self.time,
            policy: identity(),
            action: Arc::new(known.action()),
            judgement: judgement.clone().into(),
            recorded: None,
            policy_source: None,
            policy_state: None,
            approval: None,
        };
        let decided = Decided {
            decision: &decision,
            facts: &Facts::default(),
            candidate: known.change.map(|change| (&decision, change)),
            latency: Latency::new(Duration::from_nanos(100), Duration::from_micros(3), None),
            approval: None,
            peer: None,
        };
        recorder.entry(&decided, |_, _| judgement.clone()).unwrap()
    }

    pub(crate) fn matches(&self, filter: &Filter) -> bool {
        let Filter {
            from,
            until,
            kind,
            decisions,
            rules,
            outcomes,
            action_types,
            changes,
            replayable,
            agent_id,
            session_id,
            actor,
            correlation_id,
            target,
        } = filter;
        if from.is_some_and(|from| self.time < from) || until.is_some_and(|it| self.time >= it) {
            return false;
        }
        let Some(known) = &self.decision else {
            return kind.is_none_or(|kind| kind == EntryKind::Event)
                && Filter {
                    from: None,
                    until: None,
                    kind: None,
                    ..filter.clone()
                } == Filter::default();
        };
        let rule_matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(prefix) => known.rule.starts_with(prefix),
            None => known.rule == pattern,
        };
        kind.is_none_or(|kind| kind == EntryKind::Decision)
            && (decisions.is_empty() || decisions.contains(&known.verdict))
            && (rules.is_empty() || rules.iter().any(|it| rule_matches(&it.to_string())))
            && (outcomes.is_empty() || outcomes.contains(&known.outcome))
            && (action_types.is_empty() || action_types.contains(&known.action_type))
            && (changes.is_empty() || known.change.is_some_and(|it| changes.contains(&it)))
            && (replayable.is_empty() || replayable.contains(&known.replayable))
            && (agent_id.is_none() || agent_id.as_deref() == known.agent)
            && session_id.as_deref().is_none_or(|it| it == "s")
            && actor.as_deref().is_none_or(|it| it == "someone")
            && correlation_id
                .as_deref()
                .is_none_or(|it| it == known.target)
            && target.as_deref().is_none_or(|it| known.target.contains(it))
    }
}

impl KnownDecision {
    pub(crate) fn action(&self) -> Action {
        let text = self.target.to_owned();
        Action {
            request: match self.action_type {
                ActionType::ReadFile => Request::ReadFile { path: text },
                ActionType::WriteFile => Request::WriteFile { path: text },
                _ => Request::ExecuteCommand { command_line: text },
            },
            caller: Caller {
                agent_id: self.agent.map(str::to_owned),
                session_id: Some("s".to_owned()),
                actor: Some("someone".to_owned()),
                correlation_id: Some(self.target.to_owned()),
            },
            place: Place::default(),
            // Without its plan an action is judged from its facts.
            terraform_plan: (self.replayable == Replayable::Facts).then(|| "{}".into()),
        }
    }
}

pub(crate) fn store(directory: &Path) -> Store {
    let lock = Lock::take(directory).unwrap();
    Store::open(directory, &lock, log_key().verifying_key()).unwrap()
}

/// The key of the logs that tests write.
pub(crate) fn log_key() -> SigningKey {
    static KEY: LazyLock<SigningKey> =
        LazyLock::new(|| SigningKey::generate("example.org/log".parse().unwrap()).unwrap());
    KEY.clone()
}

impl Journal {
    pub(crate) fn of(rows: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(Redaction::none(), KEY);
        let known: Vec<Known> = (0..rows).map(Known::at).collect();
        let entries: Vec<Entry> = known.iter().map(|it| it.entry(&recorder)).collect();
        store(directory.path())
            .append(&entries, &log_key(), Timestamp::now())
            .unwrap();
        Self { directory, known }
    }

    pub(crate) fn scan(&self, query: Query) -> Scan {
        Scan::open(self.directory.path(), query).unwrap()
    }

    pub(crate) fn query(&self, query: Query) -> Vec<JournalEntry> {
        let mut scan = self.scan(query);
        let mut all = Vec::new();
        while let Some(chunk) = scan.next_chunk().unwrap() {
            all.extend(chunk);
        }
        all
    }

    /// What [`Self::query`] should find.
    pub(crate) fn expected(&self, query: &Query) -> Vec<u64> {
        let numbered = (0..).zip(&self.known);
        let meant = numbered.filter(|(_, known)| known.matches(&query.filter));
        let mut positions: Vec<u64> = meant.map(|(position, _)| position).collect();
        match query.order {
            Order::OldestFirst => positions.retain(|it| *it >= query.start.unwrap_or(0)),
            Order::NewestFirst => {
                positions.retain(|it| *it <= query.start.unwrap_or(u64::MAX));
                positions.reverse();
            }
        }
        let limit = query.limit.unwrap_or(u64::MAX);
        positions.truncate(usize::try_from(limit).unwrap());
        positions
    }
}
