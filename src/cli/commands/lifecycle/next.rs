//! The next command for a candidate or a request. What is written in capitals is for the reader to
//! fill in.

use crate::authority::gate::stages::{CandidateStage, CandidateState, RequestStage, RequestState};
use crate::change::request::ChangeKind;
use crate::grpc::lifecycle::LifecycleStatus;

/// What comes next for a candidate. None if its request says so.
pub(super) fn of_candidate(
    stage: &CandidateStage,
    status: &LifecycleStatus,
    endpoint: &str,
) -> Option<String> {
    Some(match stage.state {
        CandidateState::Proposed => {
            format!("cavra shadow start --candidate PACK --endpoint {endpoint}")
        }
        CandidateState::Shadowing => {
            let run = stage.run_id.map_or_else(String::new, |id| format!(" {id}"));
            format!("cavra shadow stop{run} --endpoint {endpoint}")
        }
        CandidateState::EvidenceReady => ask(status, stage.needs_report, ChangeKind::Promotion),
        CandidateState::Requested => return None,
    })
}

/// What comes next for a request.
pub(super) fn of_request(stage: &RequestStage, status: &LifecycleStatus, endpoint: &str) -> String {
    let mut candidates = status.stages.iter();
    let candidate = candidates.find(|it| it.bundle_digest == stage.bundle_digest);
    let needs_report =
        candidate.is_none_or(|it| it.needs_report) && stage.kind == ChangeKind::Promotion;
    match (&stage.state, stage.kind) {
        (RequestState::Requested, _) => format!(
            "cavra lifecycle sign REQUEST --candidate PACK --replaces PACK --signing-key KEY --reason TEXT \
             --out FILE && cavra lifecycle submit FILE --endpoint {endpoint}"
        ),
        (RequestState::Approved, ChangeKind::Rollback) => format!(
            "cavra lifecycle rollback --bundle {} --request REQUEST --endpoint {endpoint}",
            stage.bundle_digest
        ),
        (RequestState::Approved, ChangeKind::Ratification) => {
            format!("cavra lifecycle ratify REQUEST --endpoint {endpoint}")
        }
        (RequestState::Approved, ChangeKind::Promotion) => {
            let report = if needs_report { " --report REPORT" } else { "" };
            format!("cavra lifecycle promote REQUEST{report} --endpoint {endpoint}")
        }
        _ => ask(status, needs_report, stage.kind),
    }
}

/// Ask for the change, once more if need be.
fn ask(status: &LifecycleStatus, needs_report: bool, kind: ChangeKind) -> String {
    let kind = match kind {
        ChangeKind::Promotion => "",
        ChangeKind::Rollback => " --rollback",
        ChangeKind::Ratification => " --ratification",
    };
    let evidence = match needs_report {
        true => " --evidence shadow_report=REPORT",
        false => "",
    };
    format!(
        "cavra lifecycle request --candidate PACK --replaces PACK{kind} --journal-key KEY \
         --activation-index {} --requested-by ID --reason TEXT --expires TIME{evidence} \
         --signing-key KEY --out FILE",
        status.activation_index
    )
}

/// What is to be done about a policy that came into force by break-glass.
pub(super) fn of_break_glass(activation_index: u64) -> [String; 2] {
    [
        format!(
            "cavra lifecycle request --ratification --activation-index {activation_index} …, then \
             `sign` by others, then cavra lifecycle ratify"
        ),
        "or cavra lifecycle rollback, which returns to what was replaced".to_owned(),
    ]
}
