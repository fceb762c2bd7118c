//! What askers are shown of approvals that don't count.

use super::remembered::Entry;
use super::request::{Request, RequestState};

/// Why no approval can be asked for.
pub(super) const NO_SESSION: &str =
    "no approval can be asked for: the action has no `session_id`, to which it would be bound";
/// Why no approval can be asked for: it is not known who asks.
pub(super) const NO_ASKER: &str = "no approval can be asked for: the connection doesn't show who \
     asks; connect to the service's Unix socket";
/// Why no approval can be asked for: no trust file says whose answer counts.
pub(super) const NO_TRUST: &str =
    "no approval can be asked for: the service has no trust file, so nobody can answer";
/// Why no approval can be asked for: nobody may give it.
pub(super) const NOBODY: &str = "no approval can be asked for: nobody can approve what could not be \
     evaluated, or what more groups must approve than are listed";

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
            // A change of the policy ends what waits and what was approved; so does a denial elsewhere.
            let until = entry.given.iter().map(|given| given.expires_at).min();
            let early = match at < until.unwrap_or(entry.request.expires_at) {
                true => {
                    ", before its time: another policy came into force, or the action was denied"
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
