//! Judges an action by the policies in force.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

use super::memory::Known;
use super::{Answer, Ask, Compared, Slot};
use crate::action::Action;
use crate::decision::{Change, Decision, PolicyState};
use crate::engine::Policy;

/// How long judging took.
pub(super) struct Judging {
    pub(super) active: Duration,
    pub(super) candidate: Option<Duration>,
}

/// Both policies on the same facts.
pub(super) fn judge(
    slot: &Slot,
    action: Arc<Action>,
    known: &Known,
    ask: Ask,
) -> (Answer, Judging) {
    let start = Instant::now();
    let judged = decision(&slot.active, slot.state, &action, known);
    let active = start.elapsed();
    let asked = slot.candidate.as_ref().filter(|_| ask.compare);
    let candidate = asked.map(|policy| {
        let compared = decision(policy, None, &action, known);
        Compared {
            change: Change::between(&judged.judgement, &compared.judgement),
            decision: compared,
        }
    });
    let judging = Judging {
        active,
        candidate: asked.map(|_| start.elapsed().saturating_sub(active)),
    };
    let answer = Answer {
        decision: judged,
        candidate,
        facts: Arc::clone(&known.facts),
    };
    (answer, judging)
}

/// The one evaluation path: gRPC, the command line, dry runs and comparisons all end here.
fn decision(
    policy: &Policy,
    state: Option<PolicyState>,
    action: &Arc<Action>,
    known: &Known,
) -> Decision {
    let timestamp = Timestamp::now();
    Decision {
        decision_id: decision_id(timestamp),
        timestamp,
        policy: Arc::clone(policy.identity()),
        action: Arc::clone(action),
        judgement: known.judged_by(policy, action),
        recorded: None,
        policy_source: Some(Arc::clone(policy.source())),
        policy_state: state,
        approval: None,
    }
}

/// A UUIDv7 (RFC 9562 section 5.7) of the decision's own time: one look at the clock serves both.
fn decision_id(timestamp: Timestamp) -> Uuid {
    let seconds = u64::try_from(timestamp.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(timestamp.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        seconds,
        nanoseconds,
    ))
}
