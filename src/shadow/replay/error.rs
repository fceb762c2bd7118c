use std::collections::BTreeMap;
use std::io;

use uuid::Uuid;

use super::Recorded;
use super::limits::MAX_RECORDED_POLICIES;
use crate::canonical::{CanonicalError, Digest};
use crate::journal::record::RecordError;
use crate::journal::store::StoreError;

/// Why a journal can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The journal can't be read.
    #[error("the journal can't be read")]
    Store(#[from] StoreError),
    /// A record or content is not what was written.
    #[error(
        "the record at position {position} is not as it was written: {problem}; \
         `cavra journal verify` shows what else isn't"
    )]
    Damaged {
        /// The record's position in the journal.
        position: u64,
        /// The problem, for a person.
        problem: String,
    },
    /// A record can't be understood.
    #[error("the record at position {position} can't be read")]
    Record {
        /// The record's position in the journal.
        position: u64,
        /// What is wrong with it.
        #[source]
        cause: RecordError,
    },
    /// It has fewer records than a report is about.
    #[error("the journal has {found} records; {wanted} are asked for")]
    Shorter {
        /// One more than the last position.
        wanted: u64,
        /// The number of records that the journal has.
        found: u64,
    },
    /// A report compares two policies.
    #[error(
        "more than one policy made these decisions ({0}): narrow them down by `--since`, \
         `--until` or `--where policy=DIGEST`, or name the policy to compare with by `--active`"
    )]
    SeveralPolicies(String),
    /// More policies than [`MAX_RECORDED_POLICIES`] made the decisions.
    #[error("more than {MAX_RECORDED_POLICIES} policies made these decisions: narrow them down")]
    TooManyPolicies,
    /// No decision is selected, so there is no policy to compare with.
    #[error(
        "no decision in the journal is selected, so that there is no recorded policy to compare with"
    )]
    NoDecision,
    /// No live run of this id was recorded.
    #[error("the journal knows of no shadow run `{0}`")]
    NoRun(Uuid),
    /// The journal could not take some of what a live run compared.
    #[error(
        "the journal lacks part {batch} of what the run compared, so the report of the run can't be \
         recomputed"
    )]
    NotTold {
        /// The first batch that is missing, from 0.
        batch: u64,
    },
    /// The rules that never fired can't be named without the pack.
    #[error(
        "the decisions were made by `{id}` with the effective digest `{wanted}`, but the pack that \
         is found is {found}"
    )]
    OtherActive {
        /// The pack's id.
        id: String,
        /// The digest that is wanted.
        wanted: Digest,
        /// The digest of the pack that is available.
        found: String,
    },
    /// The report has no canonical form.
    #[error("the report can't be made")]
    Report(#[from] CanonicalError),
    /// A worker can't be started, or panicked.
    #[error("a thread can't be started, or it panicked")]
    Thread(#[source] io::Error),
}

impl ReplayError {
    pub(super) fn several(recorded: &BTreeMap<Digest, Recorded>) -> Self {
        let mut by_position: Vec<_> = recorded.iter().collect();
        by_position.sort_by_key(|(_, it)| it.positions);
        let each = by_position.into_iter().map(|(digest, it)| {
            let (first, last) = it.positions;
            format!("`{digest}` {} at positions {first} to {last}", it.decisions)
        });
        Self::SeveralPolicies(each.collect::<Vec<_>>().join(", "))
    }
}
