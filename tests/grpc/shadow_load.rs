//! Decisions don't feel a shadow run: what a slow watcher or candidate misses is counted.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use cavra::authority::Ask;
use cavra::decision::Verdict;
use cavra::grpc::shadow::Watched;
use cavra::grpc::wire;
use cavra::shadow::EndReason;
use cavra::shadow::live::Judge;
use cavra::shadow::pair::judge_of;
use cavra::shadow::runs::{Candidate, Run, RunSettings};
use futures::StreamExt as _;
use tonic::transport::Endpoint;

use crate::shadow::{candidate, decide, first_push, start, with_admin};
use crate::support::{BASELINE, Service};

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_doesnt_read_loses_some_and_slows_nothing() {
    const DECISIONS: u64 = 3_000;
    const PATIENCE_STEPS: usize = 2_400;
    let (service, mut admin, _folder) = with_admin().await;
    let run = admin
        .start_shadow(start(RunSettings::default()))
        .await
        .unwrap();
    let request = wire::WatchDivergencesRequest {
        run_id: run.run_id.to_string(),
    };
    // The least that HTTP/2 lets a client hold back (RFC 9113 section 6.9.2).
    let endpoint = Endpoint::from_shared(service.url.clone())
        .unwrap()
        .initial_stream_window_size(65_535)
        .initial_connection_window_size(65_535);
    let channel = endpoint.connect().await.unwrap();
    let mut raw = wire::shadow_service_client::ShadowServiceClient::new(channel);
    let mut watched = raw.watch_divergences(request).await.unwrap().into_inner();
    let push = first_push();
    for _ in 0..DECISIONS {
        decide(&service.authority, &push).await;
    }
    let mut stopped = admin.stop_shadow(run.run_id).await.unwrap();
    // Stopping waits for what is queued, but not as long as busy cores may take.
    for _ in 0..PATIENCE_STEPS {
        if stopped.counts.loosened + stopped.dropped == DECISIONS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        stopped = admin.list_shadows().await.unwrap().remove(0);
    }
    let judged = stopped.counts.loosened;
    assert_eq!(judged + stopped.dropped, DECISIONS);
    let (mut seen, mut missed) = (0, 0);
    // Where the cores are busy, deciding takes so long that the service closes the unread connection.
    while let Some(Ok(event)) = watched.next().await {
        match event.try_into().unwrap() {
            Watched::Divergence(_) => seen += 1,
            Watched::Missed(count) => missed += count,
            Watched::Ended(reason) => {
                assert_eq!(reason, EndReason::Stopped);
                assert_eq!(seen + missed, judged);
            }
        }
    }
    // Where the cores are busy, few are judged at all.
    assert!(
        seen < judged || judged < DECISIONS,
        "everything fitted into the connection"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_candidate_drops_and_counts_and_decisions_dont_feel_it() {
    let service = Service::start(BASELINE, None).await;
    let (let_go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let judge = judge_of(candidate());
    let stalled: Judge = Box::new(move |action, facts| {
        // Nothing is ever sent: it ends when the sender is gone.
        while gate.lock().unwrap().recv().is_ok() {}
        judge(action, facts)
    });
    let settings = RunSettings {
        queue_decisions: 8,
        ..RunSettings::default()
    };
    let candidate = Candidate::rehearsed(candidate());
    let run: Arc<Run> = service
        .authority
        .start_shadow_judged_by(stalled, candidate, settings)
        .await
        .unwrap();
    let mut client = service.client().await;
    for _ in 0..100 {
        let answered = client.decide(first_push(), Ask::default()).await.unwrap();
        assert_eq!(answered.decision.verdict(), Verdict::Block);
    }
    let standing = run.status();
    assert_eq!((standing.seen, standing.counts.total()), (100, 0));
    assert!((91..=92).contains(&standing.dropped), "{standing:?}");
    drop(let_go);
    let ended = service.authority.stop_shadow(run.id()).await.unwrap();
    let ended = ended.status();
    assert_eq!(ended.counts.total() + ended.dropped, 100);
    assert_eq!(ended.pending, 0);
}
