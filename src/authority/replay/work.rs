//! One record: chosen, understood, compared.

use std::borrow::Cow;
use std::ops::Range;

use super::contents::{Contents, Named};
use super::limits::MAX_RECORDED_POLICIES;
use super::{Active, Order, Recorded, Replay, ReplayError, Replayed};
use crate::action::Action;
use crate::action::facts::{FACTS_VERSION, Facts, establish};
use crate::canonical::Digest;
use crate::journal::log::leaf_hash;
use crate::journal::record::event::read_policy;
use crate::journal::record::{DecisionRecord, Record, Replayable, Subject};
use crate::journal::store::{Reader, Row};
use crate::policy::decision::{Judgement, PolicyIdentity};
use crate::shadow::observation::{CandidateAnswer, Observation, Position};
use crate::shadow::report::{FactsFrom, Selection};

/// One thread's part of a replay.
pub(super) struct Worker<'a> {
    replay: &'a Replay<'a>,
    order: Order,
    contents: &'a Contents,
    reader: Reader,
    replayed: Replayed,
}

/// Facts, and where they come from.
struct Basis<'a> {
    facts: Cow<'a, Facts>,
    from: FactsFrom,
    differ: bool,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        replay: &'a Replay<'a>,
        order: Order,
        contents: &'a Contents,
    ) -> Result<Self, ReplayError> {
        Ok(Self {
            replay,
            order,
            contents,
            reader: Reader::open(replay.directory)?,
            replayed: Replayed::new(replay.examples),
        })
    }

    pub(super) fn finish(self) -> Replayed {
        self.replayed
    }

    /// Compares what is selected of the records at `range`, all of which must be there.
    pub(super) fn take(&mut self, range: Range<u64>) -> Result<(), ReplayError> {
        let rows = self.reader.rows(range.clone())?;
        let mut wanted = range;
        for row in rows {
            let position = wanted.next();
            if position != Some(row.position) {
                return Err(missing(position.unwrap_or(row.position)));
            }
            if self
                .replay
                .only
                .is_none_or(|only| is_in(only, row.position))
                && let Some(record) = decision(&row)?
                && selects(self.replay.selection, &record)
            {
                self.compare(&row, &record)?;
            }
        }
        wanted
            .next()
            .map_or(Ok(()), |position| Err(missing(position)))
    }

    fn compare(&mut self, row: &Row, record: &DecisionRecord) -> Result<(), ReplayError> {
        self.count(row, record)?;
        if !self.observe(row, record)? {
            self.replayed.not_replayable += 1;
        }
        Ok(())
    }

    fn count(&mut self, row: &Row, record: &DecisionRecord) -> Result<(), ReplayError> {
        let at = row.position;
        let all = &mut self.replayed;
        all.seen += 1;
        let (first, last) = all.positions.unwrap_or((at, at));
        all.positions = Some((first.min(at), last.max(at)));
        if let Some(known) = all.recorded.get_mut(&record.effective_digest) {
            known.decisions += 1;
            known.positions.1 = at;
            return Ok(());
        }
        if all.recorded.len() >= MAX_RECORDED_POLICIES {
            return Err(ReplayError::TooManyPolicies);
        }
        let identity = policy(&self.reader, row, record)?;
        let known = Recorded {
            identity,
            decisions: 1,
            positions: (at, at),
        };
        self.replayed
            .recorded
            .insert(record.effective_digest, known);
        Ok(())
    }

    /// Compares one decision; answers whether it could be judged again.
    fn observe(&mut self, row: &Row, record: &DecisionRecord) -> Result<bool, ReplayError> {
        if record.replayable == Replayable::No {
            return Ok(false);
        }
        let named = |place, digest| Named {
            position: row.position,
            place,
            digest,
        };
        let contents = &row.contents;
        let subject = named(contents.subject, record.subject);
        let subject = self.contents.subject(&self.reader, subject)?;
        let Some(subject) = &subject.value else {
            return Ok(false);
        };
        let action = subject.asked_by(&record.caller);
        let Some(basis) = basis(subject, &action, record.replayable, self.replay.facts) else {
            return Ok(false);
        };
        let facts = basis.facts.as_ref();
        let candidate = &self.replay.candidate;
        match &self.replay.active {
            Active::Recorded => {
                let judgement = named(contents.judgement, record.judgement);
                let judgement = self.contents.judgement(&self.reader, judgement)?;
                let Some(active) = &judgement.value else {
                    return Ok(false);
                };
                let answer = CandidateAnswer::of(|| candidate.judge(&action, facts));
                self.record(row, record, (&action, &basis), (active, &answer));
            }
            Active::Judged(policy) => {
                let active = policy.judge(&action, facts);
                let answer = CandidateAnswer::of(|| candidate.judge(&action, facts));
                self.record(row, record, (&action, &basis), (&active, &answer));
            }
        }
        Ok(true)
    }

    fn record(
        &mut self,
        row: &Row,
        record: &DecisionRecord,
        (action, basis): (&Action, &Basis<'_>),
        (active, candidate): (&Judgement, &CandidateAnswer),
    ) {
        let all = &mut self.replayed;
        match basis.from {
            FactsFrom::Text => all.from_text += 1,
            FactsFrom::Journal => all.from_facts += 1,
        }
        all.facts_differ += u64::from(basis.differ);
        all.tally.record(&Observation {
            position: Position {
                number: self.order.number(row.position),
                decision_id: Some(record.decision_id),
            },
            at: Some(record.timestamp),
            action,
            facts: &basis.facts,
            active,
            candidate,
        });
    }
}

fn is_in(ranges: &[Range<u64>], position: u64) -> bool {
    let after = ranges.partition_point(|range| range.end <= position);
    ranges
        .get(after)
        .is_some_and(|range| range.contains(&position))
}

fn missing(position: u64) -> ReplayError {
    ReplayError::Damaged {
        position,
        problem: "it is missing".to_owned(),
    }
}

/// The decision in a row; none where it is an event.
fn decision(row: &Row) -> Result<Option<DecisionRecord>, ReplayError> {
    let position = row.position;
    let bytes = row.body.as_bytes();
    if leaf_hash(bytes) != row.leaf {
        return Err(ReplayError::Damaged {
            position,
            problem: "its bytes are not those of its hash".to_owned(),
        });
    }
    // The canonical form is for whoever writes: the hash holds these bytes. So the record is
    // read once, and what isn't a decision must be something else that is known.
    if let Ok(record) = serde_json::from_slice(bytes) {
        return Ok(Some(record));
    }
    match Record::from_bytes(bytes) {
        Ok(Record::Event(_)) => Ok(None),
        Ok(Record::Decision(record)) => Ok(Some(*record)),
        Err(cause) => Err(ReplayError::Record { position, cause }),
    }
}

fn selects(selection: &Selection, record: &DecisionRecord) -> bool {
    fn is<T: PartialEq + ?Sized>(wanted: Option<&T>, found: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == found)
    }
    let Selection {
        since,
        until,
        action_type,
        agent_id,
        rule_id,
        decision,
        effective_digest,
    } = selection;
    since.is_none_or(|since| since <= record.timestamp)
        && until.is_none_or(|until| record.timestamp < until)
        && is(action_type.as_ref(), &record.action_type)
        && is(decision.as_ref(), &record.decision)
        && is(effective_digest.as_ref(), &record.effective_digest)
        && is(rule_id.as_deref(), record.rule_id.as_ref())
        && (agent_id.is_none() || *agent_id == record.caller.agent_id)
}

/// The policy that decided, as the journal names it.
fn policy(
    reader: &Reader,
    row: &Row,
    record: &DecisionRecord,
) -> Result<PolicyIdentity, ReplayError> {
    let position = row.position;
    let damaged = |problem: &str| ReplayError::Damaged {
        position,
        problem: problem.to_owned(),
    };
    let place = row.contents.policy;
    let found = place.map(|place| reader.content(place)).transpose()?;
    let body = found.flatten().and_then(|(_, body)| body);
    let body = body.ok_or_else(|| damaged("the content that names its policy is missing"))?;
    if Digest::of(body.as_bytes()) != record.policy {
        return Err(damaged("its row names another policy than the record"));
    }
    let read = read_policy(body.as_bytes());
    read.map_err(|cause| ReplayError::Record { position, cause })
}

/// What both policies are to judge; none where there is nothing to be judged.
///
/// Facts of another version mean something else, so they are never judged.
fn basis<'a>(
    subject: &'a Subject,
    action: &Action,
    replayable: Replayable,
    wanted: FactsFrom,
) -> Option<Basis<'a>> {
    let current = subject.facts_version == FACTS_VERSION;
    let stored = subject.facts.as_ref().filter(|_| current);
    let whole = replayable == Replayable::Text;
    match stored {
        Some(facts) if wanted == FactsFrom::Journal || !whole => Some(Basis {
            facts: Cow::Borrowed(facts),
            from: FactsFrom::Journal,
            differ: false,
        }),
        _ if whole => {
            let facts = establish(action).ok()?;
            Some(Basis {
                differ: stored.is_some_and(|stored| *stored != facts),
                facts: Cow::Owned(facts),
                from: FactsFrom::Text,
            })
        }
        _ => None,
    }
}
