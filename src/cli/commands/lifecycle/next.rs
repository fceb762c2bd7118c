//! The next commands for a candidate or a request. What is written in capitals is for the reader to
//! fill in: each word means one thing, in every command.
//!
//! | word | is |
//! |---|---|
//! | `CANDIDATE_PACK` | the pack that is to come into force, by its id or path |
//! | `REPLACED_PACK` | the pack that it replaces |
//! | `REPORT.json` | the shadow report itself |
//! | `SIGNED_REPORT.dsse.json` | the report in its envelope |
//! | `JOURNAL_PUBLIC_KEY` | the public key of the journal |
//! | `YOUR_PRIVATE_KEY` | the private key of the person who runs the command |
//! | `SERVICE_PRIVATE_KEY` | the private key of a service with the role `shadow_report` |

use crate::authority::gate::stages::{CandidateStage, CandidateState, RequestStage, RequestState};
use crate::change::request::ChangeKind;
use crate::grpc::lifecycle::LifecycleStatus;

/// What comes next for a candidate, in order. Empty if its request says so.
pub(super) fn of_candidate(
    stage: &CandidateStage,
    status: &LifecycleStatus,
    endpoint: &str,
) -> Vec<String> {
    match stage.state {
        CandidateState::Proposed => vec![format!(
            "cavra shadow start --candidate CANDIDATE_PACK --endpoint {endpoint}"
        )],
        CandidateState::Shadowing => {
            let run = stage.run_id.map_or_else(String::new, |id| format!(" {id}"));
            vec![format!("cavra shadow stop{run} --endpoint {endpoint}")]
        }
        CandidateState::EvidenceReady => {
            let mut steps = match stage.needs_report {
                true => report(endpoint),
                false => Vec::new(),
            };
            steps.extend(ask(
                status,
                stage.needs_report,
                ChangeKind::Promotion,
                endpoint,
            ));
            steps
        }
        CandidateState::Requested => Vec::new(),
    }
}

/// What comes next for a request, in order.
pub(super) fn of_request(
    stage: &RequestStage,
    status: &LifecycleStatus,
    endpoint: &str,
) -> Vec<String> {
    let mut candidates = status.stages.iter();
    let candidate = candidates.find(|it| it.bundle_digest == stage.bundle_digest);
    let needs_report =
        candidate.is_none_or(|it| it.needs_report) && stage.kind == ChangeKind::Promotion;
    match (&stage.state, stage.kind) {
        (RequestState::Requested, _) => vec![
            "cavra lifecycle sign REQUEST.dsse.json --candidate CANDIDATE_PACK --replaces REPLACED_PACK \
             --signing-key YOUR_PRIVATE_KEY --reason TEXT --out ANSWER.dsse.json"
                .to_owned(),
            format!("cavra lifecycle submit ANSWER.dsse.json --endpoint {endpoint}"),
        ],
        (RequestState::Approved, ChangeKind::Rollback) => vec![format!(
            "cavra lifecycle rollback --bundle {} --request REQUEST.dsse.json --reason TEXT \
             --endpoint {endpoint}",
            stage.bundle_digest
        )],
        (RequestState::Approved, ChangeKind::Ratification) => {
            vec![format!(
                "cavra lifecycle ratify REQUEST.dsse.json --endpoint {endpoint}"
            )]
        }
        (RequestState::Approved, ChangeKind::Promotion) => {
            let report = match needs_report {
                true => {
                    " --report SIGNED_REPORT.dsse.json --acknowledgement ACKNOWLEDGEMENT.dsse.json"
                }
                false => "",
            };
            vec![format!(
                "cavra lifecycle promote REQUEST.dsse.json{report} --endpoint {endpoint}"
            )]
        }
        (_, kind) => ask(status, needs_report, kind, endpoint),
    }
}

/// A signed report in which everything that loosens has an answer.
fn report(endpoint: &str) -> Vec<String> {
    let taken =
        format!("cavra shadow report --endpoint {endpoint} --output json --out REPORT.json");
    vec![
        taken.clone(),
        "cavra lifecycle acknowledge REPORT.json --line LINE --candidate CANDIDATE_PACK \
         --replaces REPLACED_PACK --signing-key YOUR_PRIVATE_KEY --reason TEXT \
         --out ACKNOWLEDGEMENT.dsse.json  # for each line that loosens"
            .to_owned(),
        format!("{taken} --acknowledgement ACKNOWLEDGEMENT.dsse.json"),
        "cavra shadow sign REPORT.json --signing-key SERVICE_PRIVATE_KEY --out SIGNED_REPORT.dsse.json"
            .to_owned(),
    ]
}

/// Ask for the change, again if need be.
fn ask(
    status: &LifecycleStatus,
    needs_report: bool,
    kind: ChangeKind,
    endpoint: &str,
) -> Vec<String> {
    let (flag, back) = match kind {
        ChangeKind::Promotion => ("", " --rollback-until RETURN_TIME"),
        ChangeKind::Rollback => (" --rollback", ""),
        ChangeKind::Ratification => (" --ratification", ""),
    };
    let evidence = match needs_report {
        true => " --evidence shadow_report=REPORT.json",
        false => "",
    };
    let request = format!(
        "cavra lifecycle request --candidate CANDIDATE_PACK --replaces REPLACED_PACK{flag} \
         --journal-key JOURNAL_PUBLIC_KEY --activation-index {} --requested-by YOUR_ID --reason TEXT \
         --expires EXPIRY_TIME{back}{evidence} --signing-key YOUR_PRIVATE_KEY --out REQUEST.dsse.json",
        status.activation_index
    );
    let submit = format!("cavra lifecycle submit REQUEST.dsse.json --endpoint {endpoint}");
    vec![request, submit]
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
