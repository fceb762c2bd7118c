//! Which policy a journal's authority enforced last.

use std::path::Path;

use crate::decision::{PolicyIdentity, PolicyState};
use crate::journal::query::{Order, Query, QueryError, Scan};
use crate::journal::record::event::read_policy;
use crate::journal::record::{EventRecord, Record};

/// Records that are looked at for it, the newest first. All but those of shadow runs and of
/// retention name a policy.
const MAX_LOOKED_AT: u64 = 65_536;

/// The policy that the newest record in `directory` names, of a decision or of a change of
/// policies, with the index of the record. None if there is no such record among the last few
/// thousand, or its content is gone.
///
/// # Errors
/// If the journal can't be read.
pub fn last_policy(directory: &Path) -> Result<Option<(u64, PolicyIdentity)>, QueryError> {
    newest(directory, |_| true)
}

/// The policy that was enforced last by a service that was not started for development: what one
/// for development enforces, nobody has proved or adopted.
///
/// # Errors
/// If the journal can't be read.
pub fn last_relied_on(directory: &Path) -> Result<Option<(u64, PolicyIdentity)>, QueryError> {
    newest(directory, |state| state != Some(PolicyState::Unproved))
}

fn newest(
    directory: &Path,
    counts: impl Fn(Option<PolicyState>) -> bool,
) -> Result<Option<(u64, PolicyIdentity)>, QueryError> {
    let mut scan = Scan::open(
        directory,
        Query {
            order: Order::NewestFirst,
            limit: Some(MAX_LOOKED_AT),
            ..Query::default()
        },
    )?;
    while let Some(entries) = scan.next_chunk()? {
        let mut counted = entries.iter().filter(|entry| counts(state(entry.record())));
        let named = counted.find_map(|entry| Some((entry, entry.parts().policy.as_ref()?)));
        if let Some((entry, policy)) = named {
            let identity = policy.text();
            let identity = identity.and_then(|text| read_policy(text.as_bytes()).ok());
            return Ok(identity.map(|identity| (entry.position(), identity)));
        }
    }
    Ok(None)
}

/// The state of the policy that a record names.
fn state(record: &Record) -> Option<PolicyState> {
    match record {
        Record::Decision(decision) => decision.policy_state,
        Record::Event(EventRecord::PolicyChange(change)) => change.policy_state,
        Record::Event(_) | Record::Lifecycle(_) => None,
    }
}

/// What is wrong if `active` is enforced after `last`, by a service that starts: none if the two
/// are the same.
#[must_use]
pub fn succession_problem(last: &PolicyIdentity, active: &PolicyIdentity) -> Option<String> {
    if last.effective_digest == active.effective_digest {
        return None;
    }
    let what = match last.id == active.id && last.policy_digest == active.policy_digest {
        true => "its policy.yaml is the same; its Rego, a parent or this version of cavra is not",
        false => "nobody has activated it",
    };
    let name = |policy: &PolicyIdentity| {
        let (id, version) = (&policy.id, &policy.version);
        format!("`{id}` {version} ({})", policy.effective_digest)
    };
    Some(format!(
        "the policy in force is {}, and by the journal it was {} before this start: {what}; \
         start with `--expect-digest {}` if it is meant",
        name(active),
        name(last),
        active.effective_digest.short(),
    ))
}
