//! What askers are shown of approvals that don't count.

use super::remembered::{Entry, Full};
use super::request::{Request, RequestState};
use crate::canonical::CanonicalError;
use crate::causes::in_line;

/// Why a decision can't ask for an approval.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAsked {
    /// Nobody may give it.
    #[error(
        "nobody can approve what could not be evaluated, or what more groups must approve than are \
         listed"
    )]
    Nobody,
    /// The action has no session.
    #[error("the action has no `session_id`, to which it would be bound")]
    NoSession,
    /// It is not known who asks.
    #[error("the connection doesn't show who asks; connect to the service's Unix socket")]
    NoAsker,
    /// No trust file says whose answer counts.
    #[error("the service has no trust file, so nobody can answer")]
    NoTrust,
    /// The action has no canonical form, so no approval can be bound to it.
    #[error(transparent)]
    Unwritable(#[from] CanonicalError),
    /// Too many requests wait.
    #[error(transparent)]
    Full(#[from] Full),
}

impl NotAsked {
    /// What the asker is shown.
    pub(super) fn note(&self) -> String {
        format!("no approval can be asked for: {}", in_line(self))
    }
}

/// Why an approval isn't used at this moment.
pub(super) const WITHHELD: &str = "the request is being denied or taken back";

/// What became of the last request of the same question.
pub(super) fn ended(entry: &Entry) -> Option<String> {
    let id = entry.request.id();
    match entry.state {
        RequestState::Used(at) => Some(format!(
            "the approval {id} was used at {at}; an approval counts once"
        )),
        RequestState::Ended(at) => {
            // A change of the policy ends what waits and what was approved; so does a denial elsewhere, and
            // another's request, where too many wait.
            let until = entry.given.iter().map(|given| given.expires_at).min();
            let early = match at < until.unwrap_or(entry.request.expires_at) {
                true => {
                    ", before its time: another policy came into force, the action was denied, or too \
                     many requests of its user waited"
                }
                false => "",
            };
            Some(format!("the request {id} ended at {at}{early}"))
        }
        RequestState::Cancelled(at) => Some(format!("the request {id} was taken back at {at}")),
        RequestState::Pending | RequestState::Approved(_) | RequestState::Denied(_) => None,
    }
}

/// Why an approval of an action that looks the same doesn't count for `request`.
pub(super) fn other(approved: &Entry, request: &Request) -> Option<String> {
    let found = &approved.request;
    let (binding, wanted) = (&found.binding, &request.binding);
    let is_other = match approved.state {
        RequestState::Approved(_) => found.id() != request.id(),
        // A change of the policy ends it.
        RequestState::Ended(_) => binding.effective_digest != wanted.effective_digest,
        _ => false,
    };
    if !is_other {
        return None;
    }
    let whose = if found.asker != request.asker {
        "for another user"
    } else if found.session != request.session {
        "for another session"
    } else if binding.action != wanted.action {
        "for another plan or another definition of the tool"
    } else if binding.effective_digest != wanted.effective_digest {
        "under another policy"
    } else if binding.facts_version != wanted.facts_version {
        "for another version of the facts"
    } else {
        return None;
    };
    Some(format!(
        "the action was approved {whose}, which doesn't count here"
    ))
}
