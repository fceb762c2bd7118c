//! One request for an approval, and what became of it.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::limits::{MAX_ASKER_NAME_BYTES, REQUEST_BYTES};
use crate::action::ActionType;
use crate::approval::answer::Binding;
use crate::approval::asker::Asker;
use crate::approval::mac::Mac;
use crate::approval::standing::Asked;
use crate::canonical::Digest;
use crate::decision::{ApprovalRequirement, Because, Severity};
use crate::journal::record::DecisionRecord;
use crate::journal::record::limits::MAX_SUMMARY_BYTES;
use crate::keys::dsse::Envelope;

/// A request: what is asked for, by whom, and what an approval needs.
#[derive(Debug, Clone)]
pub struct Request {
    /// What an answer is bound to.
    pub binding: Binding,
    /// The action without its plan and its tool's definition.
    pub bare_action: Mac,
    /// Who asked, as the kernel knows them.
    pub asker: Asker,
    /// The session.
    pub session: Mac,
    /// The names by which the asker may be known: the action's actor, and the user. A longer one than
    /// [`MAX_ASKER_NAME_BYTES`] is cut.
    pub names: Vec<String>,
    /// When it was asked for, in UTC.
    pub asked_at: Timestamp,
    /// Until when it may be answered, in UTC.
    pub expires_at: Timestamp,
    /// What an approval needs, all of it.
    pub requirements: Vec<ApprovalRequirement>,
    /// The kind of action.
    pub action_type: ActionType,
    /// The rule that decided.
    pub rule_id: Arc<str>,
    /// How much harm the action could do.
    pub severity: Severity,
    /// The action's target without secrets, cut. Empty until the request is recorded.
    pub summary: String,
}

/// What is asked for, by whom and under which policy, in whatever session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Intent(Digest);

/// What the same question would be asked by: the same intent in the same session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    intent: Intent,
    session: Mac,
}

impl Request {
    /// The request's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.binding.approval_id
    }

    /// About how many bytes of memory it takes, once it is recorded.
    pub(super) fn bytes(&self) -> usize {
        let names = self.names.iter().map(String::len);
        let groups = self.requirements.iter().flat_map(|it| it.any_of.iter());
        let because = self.requirements.iter().flat_map(|it| &it.because);
        let texts = names.chain(groups.map(|it| it.len()));
        let because = because.map(|it| {
            let entry = it.entry.as_ref().map_or(0, |entry| entry.len());
            size_of::<Because>() + it.rule_id.len() + entry
        });
        REQUEST_BYTES + MAX_SUMMARY_BYTES + texts.sum::<usize>() + because.sum::<usize>()
    }

    /// What answers to it are judged by.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked {
            binding: &self.binding,
            requirements: &self.requirements,
            names: &self.names,
        }
    }

    /// What a decision asks for again if it asks for the same.
    pub(super) fn question(&self) -> Question {
        Question {
            intent: self.intent(),
            session: self.session,
        }
    }

    /// What a denial holds for: a new session is no new question to people.
    pub(super) fn intent(&self) -> Intent {
        let Binding {
            approval_id: _,
            journal_origin: _,
            action,
            effective_digest,
            facts_version,
        } = &self.binding;
        let mut bytes = Vec::with_capacity(160);
        bytes.extend_from_slice(action.as_bytes());
        bytes.extend_from_slice(effective_digest.as_bytes());
        let Asker::User(uid) = self.asker;
        bytes.extend_from_slice(&uid.to_be_bytes());
        bytes.extend_from_slice(facts_version.as_bytes());
        Intent(Digest::of(&bytes))
    }

    /// The request that the record of a decision is, if it is one.
    #[must_use]
    pub fn of_record(record: &DecisionRecord, journal_origin: &str) -> Option<Self> {
        let note = record.approval.as_ref()?;
        let request = note.request.as_ref()?;
        let actor = record.caller.actor.clone();
        Some(Self {
            binding: Binding {
                approval_id: note.approval_id,
                journal_origin: journal_origin.to_owned(),
                action: request.action,
                effective_digest: record.effective_digest,
                facts_version: record.facts_version.to_string(),
            },
            bare_action: request.bare_action.unwrap_or(request.action),
            asker: request.asker,
            session: request.session,
            names: names(request.asker, actor),
            asked_at: record.timestamp,
            expires_at: request.expires_at,
            requirements: request.requirements.clone(),
            action_type: record.action_type,
            rule_id: Arc::clone(&record.rule_id),
            severity: record.severity,
            summary: request.summary.clone(),
        })
    }
}

/// The names by which an asker may be known.
pub(super) fn names(asker: Asker, actor: Option<String>) -> Vec<String> {
    let actor = actor.map(|mut actor| {
        actor.truncate(actor.floor_char_boundary(MAX_ASKER_NAME_BYTES));
        actor.shrink_to_fit();
        actor
    });
    actor.into_iter().chain([asker.to_string()]).collect()
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for answers.
    Pending,
    /// The action may be done once, until this time.
    Approved(Timestamp),
    /// The action must not be done. It isn't asked for again until this time.
    Denied(Timestamp),
    /// The action was done, or nobody knows whether it was.
    Used(Timestamp),
    /// The asker or a person took the request back.
    Cancelled(Timestamp),
    /// Its time is over.
    Ended(Timestamp),
}

impl RequestState {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved(_) => "approved",
            Self::Denied(_) => "denied",
            Self::Used(_) => "used",
            Self::Cancelled(_) => "cancelled",
            Self::Ended(_) => "ended",
        }
    }
}

/// An answer that was recorded.
#[derive(Debug, Clone)]
pub struct Given {
    /// The envelope, as it was signed.
    pub envelope: Arc<Envelope>,
    /// Whether it denies.
    pub denies: bool,
    /// The id of the person who signed it, by the trust file at that time.
    pub person: String,
    /// When it was given, in UTC.
    pub decided_at: Timestamp,
    /// When it ends, in UTC.
    pub expires_at: Timestamp,
}

impl Given {
    /// Whether the same person has said the same, maybe until another time.
    pub(super) fn is_same_word(&self, other: &Self) -> bool {
        self.person == other.person && self.denies == other.denies
    }
}
