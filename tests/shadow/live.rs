//! The live observer: compares what it can, counts what it can't, and is never in the way.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use cavra::action::Action;
use cavra::decision::{Change, Decision};
use cavra::engine::limits::EVALUATION_STACK_BYTES;
use cavra::shadow::EndReason;
use cavra::shadow::compare::sampling::{PartsPerMillion, Sampler, SamplingKey};
use cavra::shadow::limits::{MAX_QUEUE_BYTES, WATCH_QUEUE_DIVERGENCES};
use cavra::shadow::live::{Clock, End, Judge, Observer, Offer, Settings};
use cavra::shadow::pair::{Pair, judge_of};
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;

use super::support::{Judged, Maker, minute, planted, tally};

/// Long enough for any machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

fn settings() -> Settings {
    Settings::of_everything(EVALUATION_STACK_BYTES)
}

fn clock() -> Clock {
    Box::new(|| minute(0))
}

fn offer(pair: &Pair, judged: &Judged) -> Arc<Offer> {
    let decision = Decision {
        decision_id: Uuid::from_u128(judged.position.number.into()),
        timestamp: judged.at.unwrap(),
        policy: Arc::clone(pair.active.identity()),
        action: Arc::new(judged.action.clone()),
        judgement: judged.active.clone().into(),
        recorded: None,
        policy_source: None,
        policy_state: None,
        approval: None,
    };
    let facts = Arc::new(judged.facts.clone());
    Arc::new(Offer::new(decision, facts, judged.position.number))
}

/// Judges only once it is let go.
fn stalled(pair: &Pair) -> (Judge, mpsc::Sender<()>) {
    let (let_go, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let open = AtomicBool::new(false);
    let judge = judge_of(Arc::clone(&pair.candidate));
    let stalled: Judge = Box::new(move |action, facts| {
        if !open.swap(true, Ordering::Relaxed) {
            gate.lock().unwrap().recv().unwrap();
        }
        judge(action, facts)
    });
    (stalled, let_go)
}

#[test]
fn live_and_replay_give_the_same_report() {
    let maker = Maker::new();
    let mut day = planted(&maker.pair);
    for judged in &mut day {
        // As a journal would have it.
        let number = u128::from(judged.position.number);
        judged.position.decision_id = Some(Uuid::from_u128(number));
    }
    let replayed = tally(&day);
    let judge = judge_of(Arc::clone(&maker.pair.candidate));
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    day.iter()
        .for_each(|it| observer.offer(&offer(&maker.pair, it)));
    assert!(observer.flush(PATIENCE));
    let running = observer.snapshot();
    assert_eq!((running.intake.pending, running.ended), (0, None));
    let live = observer.stop();
    assert_eq!(live.ended, Some(EndReason::Stopped));
    let bytes = |tally, intake| {
        let report = maker.report_with(tally, intake);
        assert_eq!(report.contradictions(), Vec::<String>::new());
        report.to_canonical_bytes().unwrap()
    };
    assert_eq!(
        bytes(&live.tally, live.intake),
        bytes(&replayed, super::support::all_of(&replayed))
    );
}

#[test]
fn a_full_queue_drops_and_counts_and_waits_for_nobody() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let (judge, let_go) = stalled(&maker.pair);
    let settings = Settings {
        queue_decisions: 8,
        ..settings()
    };
    let observer = Observer::start(settings, judge, clock()).unwrap();
    // The thread is blocked, so only a queue that never blocks gets through this.
    for _ in 0..100 {
        observer.offer(&offer(&maker.pair, &day[0]));
    }
    let snapshot = observer.snapshot();
    let intake = snapshot.intake;
    assert_eq!((intake.seen, intake.sampled), (100, 100));
    // One may be out of the queue already, in the hands of the thread.
    assert!((91..=92).contains(&intake.dropped), "{intake:?}");
    assert_eq!(intake.pending, 100 - intake.dropped);
    let_go.send(()).unwrap();
    let end = observer.stop();
    assert_eq!(end.tally.compared() + end.intake.dropped, 100);
    assert_eq!(end.intake.pending, 0);
}

/// Large decisions fill a queue by what they hold, long before it has all its decisions.
#[test]
fn a_queue_is_bounded_by_bytes() {
    let maker = Maker::new();
    let mut judged = planted(&maker.pair).swap_remove(0);
    judged.action.terraform_plan = Some(" ".repeat(MAX_QUEUE_BYTES / 10).into());
    let (judge, let_go) = stalled(&maker.pair);
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    for _ in 0..100 {
        observer.offer(&offer(&maker.pair, &judged));
    }
    let intake = observer.snapshot().intake;
    assert_eq!((intake.seen, intake.sampled), (100, 100));
    // Nine fit beside their facts, and one is in the hands of the thread.
    assert!((90..=91).contains(&intake.dropped), "{intake:?}");
    let_go.send(()).unwrap();
    // What is compared makes room.
    let end = observer.stop();
    assert_eq!(end.tally.compared() + end.intake.dropped, 100);
    assert_eq!(end.intake.pending, 0);
}

#[test]
fn a_panic_of_the_candidate_is_an_outcome() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let inner = judge_of(Arc::clone(&maker.pair.candidate));
    let judge: Judge = Box::new(move |action: &Action, facts| {
        assert!(!action.target().contains("env"), "planted panic");
        inner(action, facts)
    });
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    day.iter()
        .for_each(|it| observer.offer(&offer(&maker.pair, it)));
    let end = observer.stop();
    assert_eq!(end.tally.compared(), 45, "the thread goes on");
    let report = maker.report_with(&end.tally, end.intake);
    // Three reads of `.env`, and two of `infra/env_*.tfvars`.
    assert_eq!(report.candidate_failures.panicked, 5);
    assert_eq!(report.counts.candidate_error, 3 + 5);
    assert_eq!(report.contradictions(), Vec::<String>::new());
    let mut groups = report.groups_of(Change::CandidateError);
    let group = groups
        .find(|it| it.key.candidate_rule_id.is_none())
        .unwrap();
    let failure = group.examples[0].failure.as_ref().unwrap();
    assert_eq!(failure.reason, "planted panic");
}

#[test]
fn it_ends_after_so_many_or_at_its_time() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let judge = || judge_of(Arc::clone(&maker.pair.candidate));
    let end = |max_compared, until| Settings {
        until: End {
            max_compared,
            until,
        },
        ..settings()
    };
    let observer = Observer::start(end(Some(10), None), judge(), clock()).unwrap();
    day.iter()
        .for_each(|it| observer.offer(&offer(&maker.pair, it)));
    let ended = observer.stop();
    assert_eq!(ended.ended, Some(EndReason::MaxCompared));
    assert_eq!(ended.tally.compared(), 10);
    assert_eq!(ended.intake.sampled, 10 + ended.intake.dropped);
    observer.offer(&offer(&maker.pair, &day[0]));
    assert_eq!(
        observer.snapshot().intake,
        ended.intake,
        "nothing is seen after the end"
    );

    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let ticking: Clock =
        Box::new(move || minute(i64::try_from(counted.fetch_add(1, Ordering::Relaxed)).unwrap()));
    let observer = Observer::start(end(None, Some(minute(5))), judge(), ticking).unwrap();
    assert_eq!(observer.snapshot().started_at, minute(0));
    while observer.snapshot().ended.is_none() {
        std::thread::yield_now();
    }
    assert_eq!(observer.stop().ended, Some(EndReason::TimeReached));
}

#[test]
fn a_sample_is_taken_and_the_rest_is_seen() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let key = SamplingKey::new(b"a secret of the operator").unwrap();
    let rate = PartsPerMillion::try_from(400_000).unwrap();
    let sampler = Sampler::keyed(&key, rate).unwrap();
    let offers: Vec<Arc<Offer>> = day.iter().map(|it| offer(&maker.pair, it)).collect();
    let wanted = offers
        .iter()
        .filter(|it| sampler.takes(None, &it.decision().decision_id))
        .count() as u64;
    assert!((1..45).contains(&wanted));
    let settings = Settings {
        sampler,
        ..settings()
    };
    let judge = judge_of(Arc::clone(&maker.pair.candidate));
    let observer = Observer::start(settings, judge, clock()).unwrap();
    for offer in &offers {
        if let Some(ticket) = observer.wants(offer.decision()) {
            ticket.offer(Arc::clone(offer));
        }
    }
    let end = observer.stop();
    assert_eq!((end.intake.seen, end.intake.sampled), (45, wanted));
    assert_eq!(end.tally.compared(), wanted);
    let report = maker.report_with(&end.tally, end.intake);
    assert_eq!(report.denominators.sampling_ppm, rate);
    assert_eq!(report.contradictions(), Vec::<String>::new());
}

#[test]
fn a_ticket_that_is_not_used_is_a_drop() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let judge = judge_of(Arc::clone(&maker.pair.candidate));
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    let offer = offer(&maker.pair, &day[0]);
    drop(observer.wants(offer.decision()));
    observer.offer(&offer);
    let end = observer.stop();
    assert_eq!((end.intake.sampled, end.intake.dropped), (2, 1));
    assert_eq!(end.tally.compared(), 1);
}

#[test]
fn watchers_get_divergences_and_a_slow_one_loses_some() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let judge = judge_of(Arc::clone(&maker.pair.candidate));
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    let mut quick = observer.watch();
    day.iter()
        .for_each(|it| observer.offer(&offer(&maker.pair, it)));
    assert!(observer.flush(PATIENCE));
    let mut seen = Vec::new();
    loop {
        match quick.try_recv() {
            Ok(divergence) => seen.push(divergence.group.change),
            Err(TryRecvError::Empty) => break,
            Err(error) => panic!("{error}"),
        }
        // The last one is sent right after it is counted.
        if seen.len() == 16 {
            break;
        }
    }
    assert!(
        !seen.contains(&Change::Same) && seen.len() >= 15,
        "{seen:?}"
    );

    let mut slow = observer.watch();
    let loosened = day.iter().find(|it| it.want == Change::Loosened).unwrap();
    for _ in 0..2 * WATCH_QUEUE_DIVERGENCES {
        observer.offer(&offer(&maker.pair, loosened));
    }
    let end = observer.stop();
    assert_eq!(
        end.tally.compared(),
        45 + 2 * WATCH_QUEUE_DIVERGENCES as u64
    );
    assert!(matches!(slow.try_recv(), Err(TryRecvError::Lagged(_))));
}

/// `SCHED_IDLE`, as proc_pid_stat(5) has it.
#[cfg(target_os = "linux")]
#[test]
fn comparing_takes_no_core_that_a_decision_wants() {
    /// The policy is the 41st field; the name, the second, may hold spaces.
    fn scheduling_policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, after_name) = stat.rsplit_once(") ").unwrap();
        after_name.split(' ').nth(41 - 3).unwrap().to_owned()
    }

    let own = scheduling_policy();
    let maker = Maker::new();
    let judge = judge_of(Arc::clone(&maker.pair.candidate));
    let (tell, told) = mpsc::channel();
    let judge: Judge = Box::new(move |action, facts| {
        tell.send(scheduling_policy()).unwrap();
        judge(action, facts)
    });
    let observer = Observer::start(settings(), judge, clock()).unwrap();
    observer.offer(&offer(&maker.pair, &planted(&maker.pair)[0]));
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "5");
    assert_eq!(scheduling_policy(), own, "only the observer's thread");
}
