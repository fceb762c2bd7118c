//! Filters, and what is asked by them.

use crate::action::limits::{MAX_COMMAND_BYTES, MAX_FIELD_BYTES};
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::{all_known, if_given};
use crate::grpc::convert::time::{short, time, timestamp};
use crate::grpc::limits::MAX_FILTER_VALUES;
use crate::grpc::wire;
use crate::journal::query::{Filter, Order, Query, RulePattern};

/// Which records a `tail` gets, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TailQuery {
    /// The records that are wanted.
    pub filter: Filter,
    /// The place in the journal to begin at.
    pub start: Start,
}

/// The place in the journal at which a `tail` begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The record at this position, or the next one that is wanted.
    Position(u64),
    /// At the last so many records that are meant.
    Last(u64),
}

impl Default for Start {
    fn default() -> Self {
        Self::Last(0)
    }
}

impl From<&Filter> for wire::JournalFilter {
    fn from(filter: &Filter) -> Self {
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
        let kind = kind.map_or(wire::EntryKind::Unspecified, Into::into);
        Self {
            from: from.map(timestamp),
            until: until.map(timestamp),
            kind: kind.into(),
            decisions: numbers::<_, wire::Verdict>(decisions),
            rules: rules.iter().map(ToString::to_string).collect(),
            outcomes: numbers::<_, wire::Outcome>(outcomes),
            action_types: numbers::<_, wire::ActionType>(action_types),
            changes: numbers::<_, wire::Change>(changes),
            replayable: numbers::<_, wire::Replayable>(replayable),
            agent_id: agent_id.clone(),
            session_id: session_id.clone(),
            actor: actor.clone(),
            correlation_id: correlation_id.clone(),
            target: target.clone(),
        }
    }
}

fn numbers<D: Copy, W: From<D> + Into<i32>>(values: &[D]) -> Vec<i32> {
    values.iter().map(|value| W::from(*value).into()).collect()
}

impl TryFrom<wire::JournalFilter> for Filter {
    type Error = FieldError;

    fn try_from(filter: wire::JournalFilter) -> Result<Self, FieldError> {
        let wire::JournalFilter {
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
        let lists = [
            ("filter.decisions", decisions.len()),
            ("filter.rules", rules.len()),
            ("filter.outcomes", outcomes.len()),
            ("filter.action_types", action_types.len()),
            ("filter.changes", changes.len()),
            ("filter.replayable", replayable.len()),
        ];
        for (field, count) in lists {
            if count > MAX_FILTER_VALUES {
                return Err(FieldError::too_large(
                    field,
                    count,
                    "values",
                    MAX_FILTER_VALUES,
                ));
            }
        }
        let rule = |text: &String| -> Result<RulePattern, FieldError> {
            short("filter.rules", text, MAX_FIELD_BYTES)?;
            text.parse().map_err(|error| {
                FieldError::new("filter.rules", format!("has a rule that {error}"))
            })
        };
        Ok(Self {
            from: time("filter.from", from)?,
            until: time("filter.until", until)?,
            kind: if_given::<wire::EntryKind, _>("filter.kind", kind)?,
            decisions: all_known::<wire::Verdict, _>("filter.decisions", decisions)?,
            rules: rules.iter().map(rule).collect::<Result<_, _>>()?,
            outcomes: all_known::<wire::Outcome, _>("filter.outcomes", outcomes)?,
            action_types: all_known::<wire::ActionType, _>("filter.action_types", action_types)?,
            changes: all_known::<wire::Change, _>("filter.changes", changes)?,
            replayable: all_known::<wire::Replayable, _>("filter.replayable", replayable)?,
            agent_id: text("filter.agent_id", agent_id)?,
            session_id: text("filter.session_id", session_id)?,
            actor: text("filter.actor", actor)?,
            correlation_id: text("filter.correlation_id", correlation_id)?,
            target: target
                .map(|part| short("filter.target", &part, MAX_COMMAND_BYTES).map(|()| part))
                .transpose()?,
        })
    }
}

fn text(field: &'static str, text: Option<String>) -> Result<Option<String>, FieldError> {
    text.map(|text| short(field, &text, MAX_FIELD_BYTES).map(|()| text))
        .transpose()
}

impl From<&Query> for wire::QueryRequest {
    fn from(query: &Query) -> Self {
        let Query {
            filter,
            order,
            start,
            limit,
            // The service decides that.
            without_index: _,
        } = query;
        Self {
            filter: Some(filter.into()),
            order: wire::Order::from(*order).into(),
            start: *start,
            limit: *limit,
        }
    }
}

impl TryFrom<wire::QueryRequest> for Query {
    type Error = FieldError;

    fn try_from(request: wire::QueryRequest) -> Result<Self, FieldError> {
        let wire::QueryRequest {
            filter,
            order,
            start,
            limit,
        } = request;
        Ok(Self {
            filter: filter.map_or_else(|| Ok(Filter::default()), TryInto::try_into)?,
            order: if_given::<wire::Order, Order>("order", order)?.unwrap_or_default(),
            start,
            limit,
            without_index: false,
        })
    }
}

impl From<&TailQuery> for wire::TailRequest {
    fn from(query: &TailQuery) -> Self {
        let TailQuery { filter, start } = query;
        Self {
            filter: Some(filter.into()),
            start: Some(match start {
                Start::Position(position) => wire::tail_request::Start::Position(*position),
                Start::Last(count) => wire::tail_request::Start::Last(*count),
            }),
        }
    }
}

impl TryFrom<wire::TailRequest> for TailQuery {
    type Error = FieldError;

    fn try_from(request: wire::TailRequest) -> Result<Self, FieldError> {
        let wire::TailRequest { filter, start } = request;
        Ok(Self {
            filter: filter.map_or_else(|| Ok(Filter::default()), TryInto::try_into)?,
            start: match start {
                None => Start::default(),
                Some(wire::tail_request::Start::Position(position)) => Start::Position(position),
                Some(wire::tail_request::Start::Last(count)) => Start::Last(count),
            },
        })
    }
}

impl TryFrom<wire::StatsRequest> for Filter {
    type Error = FieldError;

    fn try_from(request: wire::StatsRequest) -> Result<Self, FieldError> {
        let wire::StatsRequest { filter } = request;
        filter.map_or_else(|| Ok(Self::default()), TryInto::try_into)
    }
}
