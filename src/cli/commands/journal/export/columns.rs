//! A decision as a row of plain columns.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cli::error::CliError;
use crate::decision::{PolicyIdentity, RecordPlace, Verdict};
use crate::journal::query::{JournalEntry, QueryError, Resolved};
use crate::journal::record::event::read_policy;
use crate::journal::record::{DecisionRecord, Record};

/// A decision, taken apart.
pub(super) struct Row<'a> {
    log: &'a str,
    entry: &'a JournalEntry,
    record: &'a DecisionRecord,
    asked: Option<Asked<'a>>,
    judged: Option<Judged<'a>>,
    candidate: Option<Judged<'a>>,
    policy: Option<PolicyIdentity>,
}

#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow)]
    action: Action<'a>,
    #[serde(borrow)]
    facts: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Action<'a> {
    #[serde(borrow)]
    target: Cow<'a, str>,
    #[serde(borrow)]
    requested_operation: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Judged<'a> {
    #[serde(borrow)]
    findings: &'a RawValue,
}

/// One value.
pub(super) enum Value<'a> {
    Text(Option<Cow<'a, str>>),
    Integer(Option<i64>),
    /// Microseconds since 1970, UTC.
    Time(i64),
    Flag(bool),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Time,
    Flag,
}

/// One column.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// For `--help`.
    what: &'static str,
    pub(super) value: for<'a> fn(&'a Row<'a>) -> Value<'a>,
}

impl<'a> Row<'a> {
    /// Of an entry of `log`; none for an event.
    pub(super) fn of(entry: &'a JournalEntry, log: &'a str) -> Result<Option<Self>, CliError> {
        let Record::Decision(record) = entry.record() else {
            return Ok(None);
        };
        let parts = entry.parts();
        let policy = match parts.policy.as_ref().and_then(Resolved::text) {
            Some(text) => Some(
                read_policy(text.as_bytes())
                    .map_err(|error| unreadable(entry, "policy", error.to_string()))?,
            ),
            None => None,
        };
        Ok(Some(Self {
            asked: part(entry, "subject", parts.subject.as_ref())?,
            judged: part(entry, "judgement", parts.judgement.as_ref())?,
            candidate: part(
                entry,
                "candidate_judgement",
                parts.candidate_judgement.as_ref(),
            )?,
            log,
            entry,
            record,
            policy,
        }))
    }

    fn policy(&self, text: impl FnOnce(&PolicyIdentity) -> String) -> Value<'static> {
        Value::Text(self.policy.as_ref().map(|policy| Cow::Owned(text(policy))))
    }
}

fn part<'a, T: Deserialize<'a>>(
    entry: &JournalEntry,
    name: &'static str,
    content: Option<&'a Resolved>,
) -> Result<Option<T>, CliError> {
    content
        .and_then(Resolved::text)
        .map(|text| {
            serde_json::from_str(text).map_err(|error| unreadable(entry, name, error.to_string()))
        })
        .transpose()
}

fn unreadable(entry: &JournalEntry, part: &'static str, problem: String) -> CliError {
    CliError::from(QueryError::Content {
        position: entry.position(),
        part,
        problem,
    })
}

fn text<'a>(value: impl Into<Cow<'a, str>>) -> Value<'a> {
    Value::Text(Some(value.into()))
}

fn some(value: Option<&str>) -> Value<'_> {
    Value::Text(value.map(Cow::Borrowed))
}

/// What can't be written as 64 bits with a sign can't be in a record either.
fn integer(value: u64) -> Value<'static> {
    Value::Integer(i64::try_from(value).ok())
}

/// What the other fields imply isn't stored.
fn operation<'a>(row: &'a Row<'a>) -> Value<'a> {
    use crate::action::ActionType;
    let Some(Asked { action, .. }) = &row.asked else {
        return Value::Text(None);
    };
    let stored = action.requested_operation.as_deref();
    some(match row.record.action_type {
        ActionType::ReadFile => Some("read"),
        ActionType::WriteFile => Some("write"),
        ActionType::ExecuteCommand => Some(&action.target),
        ActionType::GitOperation | ActionType::McpToolCall => stored,
    })
}

const fn column(
    name: &'static str,
    kind: Kind,
    what: &'static str,
    value: for<'a> fn(&'a Row<'a>) -> Value<'a>,
) -> Column {
    Column {
        name,
        kind,
        what,
        value,
    }
}

/// Every column, in order.
pub(super) const COLUMNS: &[Column] = &[
    column(
        "position",
        Kind::Integer,
        "position in the log, from 0",
        |it| integer(it.entry.position()),
    ),
    column(
        "evidence_ref",
        Kind::Text,
        "`journal:LOG/POSITION`, as evidence names it",
        |it| {
            let place = RecordPlace {
                log: it.log.into(),
                position: it.entry.position(),
            };
            text(place.to_string())
        },
    ),
    column("decision_id", Kind::Text, "UUIDv7", |it| {
        text(it.record.decision_id.to_string())
    }),
    column("timestamp", Kind::Time, "UTC; CSV: RFC 3339", |it| {
        Value::Time(it.record.timestamp.as_microsecond())
    }),
    column("decision", Kind::Text, "the verdict", |it| {
        text(it.record.decision.as_str())
    }),
    column(
        "would_be",
        Kind::Text,
        "the real verdict in audit mode",
        |it| some(it.record.would_be.map(Verdict::as_str)),
    ),
    column("severity", Kind::Text, "low to critical", |it| {
        text(it.record.severity.as_str())
    }),
    column("rule_id", Kind::Text, "the rule that decided", |it| {
        text(&*it.record.rule_id)
    }),
    column("outcome", Kind::Text, "how it came about", |it| {
        text(it.record.outcome.as_str())
    }),
    column("action_type", Kind::Text, "what was asked for", |it| {
        text(it.record.action_type.as_str())
    }),
    column("target", Kind::Text, "on what; empty once dropped", |it| {
        some(it.asked.as_ref().map(|asked| &*asked.action.target))
    }),
    column(
        "requested_operation",
        Kind::Text,
        "as in the action",
        operation,
    ),
    column("agent_id", Kind::Text, "who asked", |it| {
        some(it.record.caller.agent_id.as_deref())
    }),
    column("session_id", Kind::Text, "in which session", |it| {
        some(it.record.caller.session_id.as_deref())
    }),
    column("actor", Kind::Text, "for whom", |it| {
        some(it.record.caller.actor.as_deref())
    }),
    column("correlation_id", Kind::Text, "the caller's own id", |it| {
        some(it.record.caller.correlation_id.as_deref())
    }),
    column("policy_id", Kind::Text, "the pack that decided", |it| {
        it.policy(|policy| policy.id.to_string())
    }),
    column("policy_version", Kind::Text, "its version", |it| {
        it.policy(|policy| policy.version.to_string())
    }),
    column("policy_digest", Kind::Text, "of its policy.yaml", |it| {
        it.policy(|policy| policy.policy_digest.to_string())
    }),
    column(
        "effective_digest",
        Kind::Text,
        "of all that decided",
        |it| text(it.record.effective_digest.to_string()),
    ),
    column("facts_version", Kind::Text, "of facts_json", |it| {
        text(&*it.record.facts_version)
    }),
    column(
        "candidate_decision",
        Kind::Text,
        "the candidate's verdict",
        |it| some(it.record.candidate.as_ref().map(|it| it.decision.as_str())),
    ),
    column(
        "candidate_change",
        Kind::Text,
        "what it would change",
        |it| some(it.record.candidate.as_ref().map(|it| it.change.as_str())),
    ),
    column(
        "candidate_effective_digest",
        Kind::Text,
        "the candidate",
        |it| {
            let candidate = it.record.candidate.as_ref();
            Value::Text(candidate.map(|it| it.effective_digest.to_string().into()))
        },
    ),
    column("replayable", Kind::Text, "text, facts or no", |it| {
        text(it.record.replayable.as_str())
    }),
    column("latency_facts_ns", Kind::Integer, "for the facts", |it| {
        integer(it.record.latency_ns.facts)
    }),
    column(
        "latency_active_ns",
        Kind::Integer,
        "for the judgement",
        |it| integer(it.record.latency_ns.active),
    ),
    column(
        "latency_candidate_ns",
        Kind::Integer,
        "for the candidate's",
        |it| {
            Value::Integer(
                it.record
                    .latency_ns
                    .candidate
                    .and_then(|ns| i64::try_from(ns).ok()),
            )
        },
    ),
    column("facts_json", Kind::Text, "the facts", |it| {
        some(
            it.asked
                .as_ref()
                .and_then(|asked| asked.facts.map(RawValue::get)),
        )
    }),
    column(
        "findings_json",
        Kind::Text,
        "every rule that matched",
        |it| some(it.judged.as_ref().map(|judged| judged.findings.get())),
    ),
    column(
        "candidate_findings_json",
        Kind::Text,
        "the candidate's",
        |it| some(it.candidate.as_ref().map(|judged| judged.findings.get())),
    ),
    column("leaf_hash", Kind::Text, "of the record (RFC 6962)", |it| {
        text(it.entry.leaf_hash().to_string())
    }),
    column(
        "contents_dropped",
        Kind::Flag,
        "retention emptied some of it",
        |it| Value::Flag(!it.entry.dropped().is_empty()),
    ),
];

/// The columns for `--help`.
pub(super) fn described() -> String {
    let mut described = String::new();
    for column in COLUMNS {
        let kind = match column.kind {
            Kind::Text => "text",
            Kind::Integer => "int64",
            Kind::Time => "timestamp, microseconds",
            Kind::Flag => "boolean",
        };
        // Writing to a string can't fail.
        let _ = writeln!(described, "  {:27} {kind}: {}", column.name, column.what);
    }
    described
}
