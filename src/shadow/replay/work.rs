//! One record: chosen, understood, compared.

use std::ops::Range;
use std::rc::Rc;

use super::asked::Asked;
use super::contents::{Contents, Known, Named};
use super::limits::MAX_RECORDED_POLICIES;
use super::{Active, Order, Recorded, Replay, ReplayError, Replayed};
use crate::action::Caller;
use crate::canonical::Digest;
use crate::decision::{Judgement, PolicyIdentity};
use crate::journal::merkle_log::leaf_hash;
use crate::journal::record::decision::DecisionOutline;
use crate::journal::record::event::read_policy;
use crate::journal::record::{Record, Replayable};
use crate::journal::store::{Reader, Row};
use crate::shadow::compare::observation::{Observation, Position};
use crate::shadow::report::{FactsFrom, Selection};

/// One thread's part of a replay.
pub(super) struct Worker<'a> {
    replay: &'a Replay<'a>,
    order: Order,
    contents: Contents,
    reader: Reader,
    replayed: Replayed,
    /// Whether one of the policies that judge looks at who asked.
    reads_caller: bool,
}

/// A selected decision with what it names.
struct Chosen<'r> {
    row: &'r Row,
    record: DecisionOutline<'r>,
    asked: Option<Rc<Known<Asked>>>,
    judgement: Option<Rc<Known<Judgement>>>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(replay: &'a Replay<'a>, order: Order) -> Result<Self, ReplayError> {
        Ok(Self {
            replay,
            order,
            contents: Contents::new(replay.workers),
            reader: Reader::open(replay.directory)?,
            replayed: Replayed::new(replay.examples),
            reads_caller: replay.candidate.reads_caller()
                || matches!(&replay.active, Active::Judged(policy) if policy.reads_caller()),
        })
    }

    pub(super) fn finish(self) -> Replayed {
        self.replayed
    }

    /// Compares what is selected of the records at `range`, all of which must be there. While
    /// it compares, it holds nothing of the database.
    pub(super) fn take(&mut self, range: Range<u64>) -> Result<(), ReplayError> {
        let rows = self.reader.rows(range.clone())?;
        all_there(&rows, range)?;
        let (reader, contents) = (&self.reader, &mut self.contents);
        let chosen = reader.at_once(|| choose(self.replay, reader, contents, &rows))?;
        for chosen in &chosen {
            self.count(chosen.row, &chosen.record)?;
            if !self.observe(chosen) {
                self.replayed.not_replayable += 1;
            }
        }
        Ok(())
    }

    fn count(&mut self, row: &Row, record: &DecisionOutline<'_>) -> Result<(), ReplayError> {
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

    /// Compares one decision. False if it can't be judged again.
    fn observe(&mut self, chosen: &Chosen<'_>) -> bool {
        let Some(asked) = chosen.asked.as_ref().and_then(|it| it.value.as_ref()) else {
            return false;
        };
        let recorded = chosen.judgement.as_ref().and_then(|it| it.value.as_ref());
        let Replay {
            facts,
            active,
            candidate,
            ..
        } = self.replay;
        let (order, record) = (self.order, &chosen.record);
        let caller = self.reads_caller.then(|| Caller::from(&record.caller));
        let all = &mut self.replayed;
        let observed = asked.judged(
            caller,
            record.replayable,
            *facts,
            (active, candidate),
            |facts, by| {
                let Some(active) = by.active.as_ref().or(recorded) else {
                    return false;
                };
                match by.from {
                    FactsFrom::Text => all.from_text += 1,
                    FactsFrom::Journal => all.from_facts += 1,
                }
                all.facts_differ += u64::from(by.differ);
                all.tally.record(&Observation {
                    position: Position {
                        number: order.number(chosen.row.position),
                        decision_id: Some(record.decision_id),
                    },
                    at: Some(record.timestamp),
                    agent_id: agent(record),
                    action: &asked.subject.action,
                    facts,
                    active,
                    candidate: &by.candidate,
                });
                true
            },
        );
        observed.unwrap_or(false)
    }
}

fn choose<'r>(
    replay: &Replay<'_>,
    reader: &Reader,
    contents: &mut Contents,
    rows: &'r [Row],
) -> Result<Vec<Chosen<'r>>, ReplayError> {
    let mut chosen = Vec::new();
    for row in rows {
        if replay.only.is_none_or(|only| is_in(only, row.position))
            && let Some(record) = decision(row)?
            && selects(replay.selection, &record)
        {
            chosen.push(with_contents(replay, reader, contents, (row, record))?);
        }
    }
    Ok(chosen)
}

fn with_contents<'r>(
    replay: &Replay<'_>,
    reader: &Reader,
    contents: &mut Contents,
    (row, record): (&'r Row, DecisionOutline<'r>),
) -> Result<Chosen<'r>, ReplayError> {
    let named = |place, digest| Named {
        position: row.position,
        place,
        digest,
    };
    let mut chosen = Chosen {
        row,
        record,
        asked: None,
        judgement: None,
    };
    let record = &chosen.record;
    if record.replayable != Replayable::No {
        let subject = named(row.contents.subject, record.subject);
        chosen.asked = Some(contents.subject(reader, subject)?);
        if matches!(replay.active, Active::Recorded) {
            let judgement = named(row.contents.judgement, record.judgement);
            chosen.judgement = Some(contents.judgement(reader, judgement)?);
        }
    }
    Ok(chosen)
}

/// Whether `rows` are those of `range`, each in its place.
fn all_there(rows: &[Row], mut range: Range<u64>) -> Result<(), ReplayError> {
    for row in rows {
        let position = range.next();
        if position != Some(row.position) {
            return Err(missing(position.unwrap_or(row.position)));
        }
    }
    range
        .next()
        .map_or(Ok(()), |position| Err(missing(position)))
}

fn agent<'r>(record: &'r DecisionOutline<'_>) -> Option<&'r str> {
    record.caller.agent_id.as_ref().map(|agent| &*agent.0)
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
fn decision(row: &Row) -> Result<Option<DecisionOutline<'_>>, ReplayError> {
    let position = row.position;
    let bytes = row.body.as_bytes();
    if leaf_hash(bytes) != row.leaf {
        return Err(ReplayError::Damaged {
            position,
            problem: "its bytes are not those of its hash".to_owned(),
        });
    }
    // The hash covers these bytes, so their canonical form need not be checked again. The record is
    // read once; if it isn't a decision, it must be an event of a known kind.
    let outline: Result<DecisionOutline<'_>, _> = serde_json::from_str(&row.body);
    if let Ok(outline) = outline {
        return Ok(Some(outline));
    }
    match Record::from_bytes(bytes) {
        Ok(Record::Event(_) | Record::Lifecycle(_)) => Ok(None),
        Ok(Record::Decision(_)) => Err(ReplayError::Damaged {
            position,
            problem: "it can't be replayed".to_owned(),
        }),
        Err(cause) => Err(ReplayError::Record { position, cause }),
    }
}

fn selects(selection: &Selection, record: &DecisionOutline<'_>) -> bool {
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
        && (agent_id.is_none() || agent_id.as_deref() == agent(record))
}

/// The policy that decided, as the journal names it.
fn policy(
    reader: &Reader,
    row: &Row,
    record: &DecisionOutline<'_>,
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
