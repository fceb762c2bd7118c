//! Why the store of policies can't be used, or a change is refused. Each reason has its own message.

use super::attempt::Attempt;
use super::history::HistoryError;
use super::limits::{
    MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_DIFF_BYTES, MAX_KEPT_BUNDLE_BYTES, MAX_LISTED_MISSING,
    MAX_OPEN_REQUESTS, MAX_OPEN_REQUESTS_EACH, MAX_RECORDED_RUNS, MAX_WITHDRAWN_BYTES,
};
use crate::authority::admission::AdmissionError;
use crate::authority::in_force::{Blocked, BundleRefused, FailedCases, NotInForce};
use crate::canonical::{CanonicalError, Digest};
use crate::decision::PolicyIdentity;
use crate::journal::query::QueryError;
use crate::journal::store::StoreError;
use crate::journal::writer::Unavailable;
use crate::keys::dsse::DsseError;
use crate::policy::bundle::BundleError;
use crate::shadow::replay::ReplayError;
use crate::trust::chain::ChainError;

/// Why the store of policies can't be used, or a change is refused.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The service has no store.
    #[error(
        "this service has no store of policies: it keeps no journal, or was started with `--development`"
    )]
    NoStore,
    /// The journal can't be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The journal's database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lifecycle records don't fit together.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A document that the journal keeps is not what its record says.
    #[error("the {what} that the record at position {position} keeps can't be used: {problem}")]
    Unreadable {
        /// What the document is.
        what: &'static str,
        /// The index of the record.
        position: u64,
        /// The problem, for a person.
        problem: String,
    },
    /// The journal can't record the event.
    #[error(transparent)]
    Unrecorded(#[from] Unavailable),
    /// A document has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A bundle gives no policy.
    #[error("the bundle gives no policy")]
    Bundle(#[from] BundleError),
    /// A bundle doesn't compile, or its Rego is refused.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    /// A policy must not be put in force.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// The active bundle, compiled by the same engine, gives another policy.
    #[error(
        "the bundle of the policy in force gives the effective digest {found}, and the journal names {wanted} for this engine"
    )]
    OtherEffective {
        /// What the bundle gives.
        found: Digest,
        /// What the journal names.
        wanted: Digest,
    },
    /// The policy in force is not re-proved, and the operator asked that it be.
    #[error(
        "the policy in force is not re-proved since another version of cavra compiled it: {}", failed.join("; ")
    )]
    NotReproved {
        /// What it fails.
        failed: Vec<String>,
    },
    /// Nobody has signed for the policy in force.
    #[error(
        "the change at position {index} of the journal put the policy in force, and people of the trust file have not signed for it: {why}"
    )]
    Unsigned {
        /// The index of the record.
        index: u64,
        /// What is missing, for a person.
        why: String,
    },
    /// The pack is another than the journal names as enforced.
    #[error(
        "the journal names `{}` {} ({}) as the policy in force, whose files nobody kept; the pack given is `{}` {} ({})",
        .last.id, .last.version, .last.policy_digest, .given.id, .given.version, .given.policy_digest
    )]
    OtherThanBefore {
        /// The policy that the journal names.
        last: Box<PolicyIdentity>,
        /// The policy of the given pack.
        given: Box<PolicyIdentity>,
    },
    /// The trust file can't follow the recorded one.
    #[error("the trust file can't follow version {current}, which the journal keeps")]
    TrustChain {
        /// The recorded version.
        current: u32,
        /// The reason.
        #[source]
        cause: ChainError,
    },
    /// The trust file is older than the recorded one.
    #[error("the trust file has version {found}, and the journal keeps version {recorded}")]
    OldTrust {
        /// The version of the file.
        found: u32,
        /// The recorded version.
        recorded: u32,
    },
    /// The trust file has the recorded version and another content.
    #[error(
        "the trust file of version {version} has the digest {found}, and the journal keeps {recorded}"
    )]
    OtherTrust {
        /// The version of both.
        version: u32,
        /// The digest of the file.
        found: Digest,
        /// The recorded digest.
        recorded: Digest,
    },
    /// The first trust file can't be taken.
    #[error("the trust file can't be taken")]
    Trust(#[from] ChainError),
    /// There are too many candidates.
    #[error(
        "the store keeps {MAX_CANDIDATES} candidates and takes no more; `cavra lifecycle withdraw` takes one back"
    )]
    TooManyCandidates,
    /// The candidates are too long together.
    #[error(
        "the candidates would have {found} bytes together, and the store keeps {MAX_CANDIDATE_BYTES}; `cavra lifecycle withdraw` takes one back"
    )]
    CandidatesTooLarge {
        /// Bytes with the new bundle.
        found: u64,
    },
    /// The bundles that were withdrawn are too long together.
    #[error(
        "the bundles that were withdrawn have {found} bytes together, and the journal keeps {MAX_WITHDRAWN_BYTES} of them; propose a bundle that the store keeps already, or begin another journal"
    )]
    WithdrawnTooLarge {
        /// Bytes of the withdrawn bundles.
        found: u64,
    },
    /// One bundle is too long.
    #[error(
        "the bundle has {found} bytes as canonical JSON; the store keeps {MAX_KEPT_BUNDLE_BYTES}"
    )]
    BundleTooLarge {
        /// Bytes of the bundle.
        found: usize,
    },
    /// Nobody has proposed the bundle.
    #[error("the store has no bundle `{0}`; `cavra lifecycle propose` puts one there")]
    NoSuchBundle(Digest),
    /// An event is not a change of what is enforced.
    #[error("no policy came into force by a record at position {0}")]
    NoChange(u64),
    /// A semantic diff is too long for an answer.
    #[error(
        "the semantic diff has {found} bytes, and an answer holds {MAX_DIFF_BYTES}; `cavra lifecycle history --data-dir` shows it"
    )]
    DiffTooLong {
        /// Bytes of the diff as JSON.
        found: usize,
    },
    /// Too many requests are open.
    #[error(
        "{MAX_OPEN_REQUESTS} requests are open, or {MAX_OPEN_REQUESTS_EACH} of this person, and no more are taken"
    )]
    TooManyRequests,
    /// There were too many shadow runs.
    #[error(
        "{found} shadow runs of the candidate or {MAX_RECORDED_RUNS} of all candidates were recorded since the policy in force came into force, and no more are started"
    )]
    TooManyRuns {
        /// The runs of the candidate.
        found: usize,
    },
    /// A document can't be read.
    #[error("the {what} can't be read")]
    Envelope {
        /// What the document is.
        what: &'static str,
        /// The reason.
        #[source]
        cause: DsseError,
    },
    /// A document is too long.
    #[error("the {what} has {found} bytes, and {limit} are read")]
    TooLong {
        /// What the document is.
        what: &'static str,
        /// Its bytes.
        found: usize,
        /// The bytes that are read.
        limit: usize,
    },
    /// There are too many documents of one kind.
    #[error("there are {found} {what}, and {limit} are read")]
    TooMany {
        /// What the documents are.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are read.
        limit: usize,
    },
    /// A document is none that a request is made or answered by.
    #[error("the document is no request, approval, rejection, withdrawal or acknowledgement")]
    OtherDocument,
    /// The journal can't be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Nobody knows whether the record of the last change is on disk.
    #[error(
        "the journal doesn't say whether the last change was recorded, so none is made; restart the service when the disk is well"
    )]
    Unsettled,
    /// Something is missing before a change may be made.
    #[error("{what} is refused: {}{}", listed(missing), next(missing))]
    Missing {
        /// What is refused.
        what: Attempt,
        /// All that is missing, each readable alone. At least one.
        missing: Vec<String>,
    },
    /// The service can't do it now.
    #[error("the work ended before it was done: {0}")]
    Interrupted(String),
}

/// What is missing, at most [`MAX_LISTED_MISSING`] of it.
fn listed(missing: &[String]) -> String {
    let mut listed: Vec<String> = missing.iter().take(MAX_LISTED_MISSING).cloned().collect();
    let more = missing.len().saturating_sub(MAX_LISTED_MISSING);
    if more > 0 {
        listed.push(format!("and {more} more"));
    }
    listed.join("; ")
}

/// The next command, if no line names one.
fn next(missing: &[String]) -> &'static str {
    match missing.iter().any(|line| line.contains("`cavra ")) {
        true => "",
        false => "; `cavra lifecycle status` names the next command",
    }
}

impl From<BundleRefused> for GateError {
    fn from(refused: BundleRefused) -> Self {
        match refused {
            BundleRefused::Bundle(error) => Self::Bundle(error),
            BundleRefused::Admission(error) => Self::Admission(error),
        }
    }
}

impl From<FailedCases> for GateError {
    fn from(failed: FailedCases) -> Self {
        NotInForce::from(failed).into()
    }
}

impl From<Blocked> for GateError {
    fn from(blocked: Blocked) -> Self {
        NotInForce::from(blocked).into()
    }
}
