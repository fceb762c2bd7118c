//! The records of one session, with proofs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;
use uuid::Uuid;

use crate::cli::commands::journal::error::JournalError;
use crate::cli::commands::journal::source::Source;
use crate::cli::error::CliError;
use crate::evidence::bundle::{EvidenceBundle, ProvedRecord};
use crate::evidence::is_session;
use crate::evidence::limits::MAX_BUNDLE_RECORDS;
use crate::journal::merkle_log::InclusionProof;
use crate::journal::prove::{Included, inclusions};
use crate::journal::query::{EntryKind, Filter, JournalEntry, Query};
use crate::journal::record::approval::ApprovalStage;
use crate::journal::record::{EventRecord, Record};
use crate::journal::store::Reader;

/// How often the proofs of a service are asked for that signs checkpoints meanwhile.
const MAX_ROUNDS: usize = 5;

/// The bundle of a session, as its JSON, and how many records it has.
pub(super) fn of_session(source: &mut Source, session: &str) -> Result<(Vec<u8>, u64), CliError> {
    if !is_session(session) {
        return Err(JournalError::Session(session.to_owned()).into());
    }
    let ids = Ids::of_session(source, session)?.0;
    if ids.is_empty() {
        return Err(JournalError::NoDecisions(session.to_owned()).into());
    }
    let bundle = match source {
        Source::Local(directory) => {
            let Included {
                checkpoint,
                records,
            } = inclusions(&Reader::open(directory)?, &ids)?;
            let records = records.into_iter();
            let records = records.map(|it| ProvedRecord::new(it.position, it.record, &it.path));
            EvidenceBundle::new(session.to_owned(), checkpoint.as_str(), records.collect())
        }
        Source::Remote(_) => from_service(source, session, &ids)?,
    };
    let count = u64::try_from(bundle.records.len()).unwrap_or(u64::MAX);
    Ok((bundle.to_json()?, count))
}

/// The bundle by proofs that a service gives one by one. All must be of one checkpoint.
fn from_service(source: &Source, session: &str, ids: &[Uuid]) -> Result<EvidenceBundle, CliError> {
    for _ in 0..MAX_ROUNDS {
        let proofs = ids.iter().map(|id| source.inclusion(*id));
        let mut proofs: Vec<InclusionProof> = proofs.collect::<Result<_, _>>()?;
        proofs.sort_unstable_by_key(InclusionProof::position);
        let Some(checkpoint) = proofs.first().map(InclusionProof::checkpoint) else {
            break;
        };
        if proofs.iter().all(|proof| proof.checkpoint() == checkpoint) {
            let proved = |proof: &InclusionProof| {
                ProvedRecord::new(proof.position(), proof.record().to_owned(), proof.hashes())
            };
            let records = proofs.iter().map(proved).collect();
            return Ok(EvidenceBundle::new(session.to_owned(), checkpoint, records));
        }
    }
    Err(JournalError::Checkpoints.into())
}

/// The ids of the session's decisions, and of the answers to what they asked for.
struct Ids(Vec<Uuid>);

impl Ids {
    fn of_session(source: &mut Source, session: &str) -> Result<Self, CliError> {
        let mut ids = Self(Vec::new());
        let (mut asked, mut from) = (BTreeSet::new(), None::<Timestamp>);
        let decisions = Filter {
            kind: Some(EntryKind::Decision),
            session_id: Some(session.to_owned()),
            ..Filter::default()
        };
        source.query(all(decisions), &mut |entries| {
            for record in entries.iter().map(JournalEntry::record) {
                let Record::Decision(record) = record else {
                    continue;
                };
                from.get_or_insert(record.timestamp);
                let note = record.approval.as_ref();
                let requested = note.filter(|note| note.stage == ApprovalStage::Requested);
                asked.extend(requested.map(|note| note.approval_id));
                ids.add(record.decision_id)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if asked.is_empty() {
            return Ok(ids);
        }
        let events = Filter {
            kind: Some(EntryKind::Event),
            from,
            ..Filter::default()
        };
        source.query(all(events), &mut |entries| {
            for record in entries.iter().map(JournalEntry::record) {
                if let Record::Event(EventRecord::Approval(record)) = record
                    && asked.contains(&record.approval.approval_id)
                {
                    ids.add(record.event_id)?;
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(ids)
    }

    fn add(&mut self, id: Uuid) -> Result<(), CliError> {
        self.0.push(id);
        match self.0.len() > MAX_BUNDLE_RECORDS {
            true => Err(JournalError::LongSession.into()),
            false => Ok(()),
        }
    }
}

/// Every record that the filter lets through. An index that was edited would hide some.
fn all(filter: Filter) -> Query {
    Query {
        filter,
        without_index: true,
        ..Query::default()
    }
}
