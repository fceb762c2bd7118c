//! Shadow runs beside a service that decides: what they find, and that decisions don't feel them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cavra::action::{Action, establish};
use cavra::authority::rehearsal::rehearse;
use cavra::authority::{Ask, Authority};
use cavra::decision::Decision;
use cavra::engine::Policy;
use cavra::grpc::client::{Client, ClientError};
use cavra::grpc::policy::Given;
use cavra::grpc::shadow::{ShadowCandidate, ShadowStart, Watched};
use cavra::grpc::wire;
use cavra::journal::record::refusal::Author;
use cavra::library::load_file;
use cavra::policy::source::PackSource;
use cavra::shadow::EndReason;
use cavra::shadow::compare::observation::{Observation, Position};
use cavra::shadow::compare::rule_counts::rules_of;
use cavra::shadow::compare::sampling::PartsPerMillion;
use cavra::shadow::compare::tally::Tally;
use cavra::shadow::pair::Pair;
use cavra::shadow::report::criteria::Thresholds;
use cavra::shadow::report::{Compared, Intake, Report, ReportInput};
use cavra::shadow::runs::RunSettings;
use cavra::shadow::runs::limits::MAX_RUNNING;
use cavra::shadow::runs::report::Asked;
use futures::StreamExt as _;
use tonic::Code;
use uuid::Uuid;

use crate::support::{BASELINE, OTHER, PATIENCE, Service, library, policy};

pub(crate) const ACTIONS: &str = include_str!("../data/shadow/planted.jsonl");

/// In the planted day: what is pushed, read, run.
pub(crate) const PLANTED: [u64; 5] = [4, 3, 2, 7, 29];

pub(crate) fn planted() -> PackSource {
    load_file(Path::new("tests/data/shadow/planted")).unwrap()
}

pub(crate) fn candidate() -> Arc<Policy> {
    let pack = library().effective_of(planted()).unwrap();
    Arc::new(Policy::compile(pack).unwrap())
}

pub(crate) fn actions() -> Vec<Arc<Action>> {
    let inputs = ACTIONS.lines().map(|line| {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        document["input"].to_string()
    });
    inputs
        .map(|input| Arc::new(Action::from_json(input.as_bytes()).unwrap()))
        .collect()
}

pub(crate) fn start(settings: RunSettings) -> ShadowStart {
    ShadowStart {
        candidate: ShadowCandidate::Given(Given::Bundle(planted())),
        settings,
    }
}

pub(crate) async fn with_admin() -> (Service, Client, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    let service = Service::start_with(BASELINE, None, Some(socket.clone())).await;
    let admin = Client::connect(&format!("unix:{}", socket.display()), PATIENCE)
        .await
        .unwrap();
    (service, admin, folder)
}

pub(crate) fn code(error: &ClientError) -> Code {
    match error {
        ClientError::Refused { code, .. } => *code,
        other => panic!("{other}"),
    }
}

/// The same actions under the same two policies, as a replay of these decisions has them.
pub(crate) fn replayed(decisions: &[Decision], live: &Report) -> Report {
    let pair = Pair {
        active: policy(BASELINE),
        candidate: candidate(),
    };
    let mut tally = Tally::new(3);
    for (number, decision) in (0..).zip(decisions) {
        let facts = establish(&decision.action).unwrap();
        let (active, candidate) = pair.judge(&decision.action, &facts);
        tally.record(&Observation {
            position: Position {
                number,
                decision_id: Some(decision.decision_id),
            },
            at: Some(decision.timestamp),
            agent_id: decision.action.caller.agent_id.as_deref(),
            action: &decision.action,
            facts: &facts,
            active: &active,
            candidate: &candidate,
        });
    }
    let count = decisions.len() as u64;
    Report::of(ReportInput {
        tally: &tally,
        intake: Intake {
            seen: count,
            rate: PartsPerMillion::ALL,
            sampled: count,
            dropped: 0,
            pending: 0,
            not_replayable: 0,
        },
        source: live.source.clone(),
        simulated_clock: false,
        generated_at: live.generated_at,
        active: Compared {
            identity: pair.active.identity(),
            rules: &rules_of(pair.active.pack()),
        },
        candidate: Compared {
            identity: pair.candidate.identity(),
            rules: &rules_of(pair.candidate.pack()),
        },
        dry_run: Some(rehearse(&pair.candidate)),
        thresholds: Thresholds::STANDARD,
        explained: &BTreeSet::new(),
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_run_finds_what_a_replay_finds_byte_for_byte() {
    let (service, mut admin, _folder) = with_admin().await;
    let run = admin
        .start_shadow(start(RunSettings::default()))
        .await
        .unwrap();
    let mut public = service.client().await;
    let watched = public.watch_divergences(run.run_id).await.unwrap();
    let mut decisions = Vec::new();
    for action in actions() {
        let answered = public.decide(action, Ask::default()).await.unwrap();
        decisions.push(answered.decision);
    }
    let stopped = admin.stop_shadow(run.run_id).await.unwrap();
    assert_eq!(stopped.ended, Some(EndReason::Stopped));
    assert_eq!((stopped.seen, stopped.dropped, stopped.pending), (45, 0, 0));
    let listed = public.list_shadows().await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&stopped));
    let bytes = public
        .shadow_report(run.run_id, Asked::default())
        .await
        .unwrap();
    let live: Report = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(live.contradictions(), Vec::<String>::new());
    assert_eq!(live.counts, stopped.counts);
    let counts = &live.counts;
    assert_eq!(
        [
            counts.loosened,
            counts.candidate_error,
            counts.tightened,
            counts.reason_changed,
            counts.same
        ],
        PLANTED
    );
    let expected = replayed(&decisions, &live).to_canonical_bytes().unwrap();
    assert_eq!(bytes, expected);

    let mut watched: Vec<Watched> = watched.map(Result::unwrap).collect().await;
    assert_eq!(watched.pop(), Some(Watched::Ended(EndReason::Stopped)));
    assert_eq!(watched.len(), 16, "{watched:?}");
    for event in watched {
        let Watched::Divergence(divergence) = event else {
            panic!("{event:?}");
        };
        let position = usize::try_from(divergence.example.position.number).unwrap();
        let id = divergence.example.position.decision_id;
        assert_eq!(id, Some(decisions[position].decision_id));
    }
    let after = public.watch_divergences(run.run_id).await.unwrap();
    let after: Vec<Watched> = after.map(Result::unwrap).collect().await;
    assert_eq!(after, [Watched::Ended(EndReason::Stopped)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listening_address_starts_and_stops_nothing() {
    let (service, mut admin, _folder) = with_admin().await;
    let mut public = service.client().await;
    let refused = public.start_shadow(start(RunSettings::default())).await;
    assert_eq!(code(&refused.unwrap_err()), Code::PermissionDenied);
    let run = admin
        .start_shadow(start(RunSettings::default()))
        .await
        .unwrap();
    let refused = public.stop_shadow(run.run_id).await.unwrap_err();
    assert_eq!(code(&refused), Code::PermissionDenied);
    assert_eq!(public.list_shadows().await.unwrap()[0].ended, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_bounds_is_refused_by_name() {
    let (_service, mut admin, _folder) = with_admin().await;
    let standard = RunSettings::default();
    let zero = PartsPerMillion::try_from(0).unwrap();
    let wrong = [
        (
            "sampling_ppm",
            RunSettings {
                rate: zero,
                ..standard
            },
        ),
        (
            "queue_decisions",
            RunSettings {
                queue_decisions: 0,
                ..standard
            },
        ),
        (
            "examples",
            RunSettings {
                examples: 21,
                ..standard
            },
        ),
        (
            "max_compared",
            RunSettings {
                max_compared: Some(0),
                ..standard
            },
        ),
        (
            "duration_seconds",
            RunSettings {
                duration: Duration::ZERO,
                ..standard
            },
        ),
        (
            "duration_seconds",
            RunSettings {
                duration: Duration::from_secs(u64::MAX),
                ..standard
            },
        ),
    ];
    for (name, settings) in wrong {
        match admin.start_shadow(start(settings)).await {
            Err(ClientError::Refused { code, field, .. }) => {
                assert_eq!(
                    (code, field.as_deref()),
                    (Code::InvalidArgument, Some(name))
                );
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let staged = ShadowStart {
        candidate: ShadowCandidate::Staged,
        settings: standard,
    };
    let refused = admin.start_shadow(staged).await.unwrap_err();
    assert_eq!(code(&refused), Code::NotFound);
    let unknown = wire::GetShadowReportRequest {
        run_id: "nonsense".to_owned(),
        thresholds: None,
        explained_groups: Vec::new(),
    };
    let refused = admin
        .shadows()
        .get_shadow_report(unknown)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let run_id = Uuid::now_v7().to_string();
    let digest = format!("sha256:{}", "0".repeat(64));
    for (explained_groups, expected) in [
        (vec!["nonsense".to_owned()], Code::InvalidArgument),
        (vec![digest.clone(); 2_001], Code::InvalidArgument),
        (vec![digest; 2_000], Code::NotFound),
    ] {
        let request = wire::GetShadowReportRequest {
            run_id: run_id.clone(),
            thresholds: None,
            explained_groups,
        };
        let refused = admin.shadows().get_shadow_report(request).await;
        assert_eq!(refused.unwrap_err().code(), expected);
    }
    for _ in 0..MAX_RUNNING {
        admin.start_shadow(start(standard)).await.unwrap();
    }
    let refused = admin.start_shadow(start(standard)).await.unwrap_err();
    assert_eq!(code(&refused), Code::ResourceExhausted);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_another_policy_becomes_active() {
    let (service, mut admin, _folder) = with_admin().await;
    let run = admin
        .start_shadow(start(RunSettings::default()))
        .await
        .unwrap();
    let actions = actions();
    decide(&service.authority, &actions[0]).await;
    let other = policy(OTHER);
    service
        .authority
        .stage(Some(Arc::clone(&other)), Author::Unknown)
        .await
        .unwrap();
    let staged = service.authority.shadow(run.run_id).unwrap();
    assert_eq!(staged.status().ended, None, "staging ends nothing");
    service
        .authority
        .replace(other, None, Author::Unknown)
        .await
        .unwrap();
    decide(&service.authority, &actions[1]).await;
    let ended = admin.stop_shadow(run.run_id).await.unwrap();
    assert_eq!(ended.ended, Some(EndReason::ActiveChanged));
    assert_eq!((ended.seen, ended.counts.total()), (1, 1));
}

pub(crate) async fn decide(authority: &Authority, action: &Arc<Action>) -> Decision {
    let decided = authority.decide_to_record(Arc::clone(action), Ask::default());
    decided.unwrap().record().await.unwrap().decision
}

pub(crate) fn first_push() -> Arc<Action> {
    let lines = ACTIONS.lines().zip(actions());
    let mut pushes = lines.filter(|(line, _)| line.contains(r#""want": "loosened""#));
    pushes.next().unwrap().1
}
