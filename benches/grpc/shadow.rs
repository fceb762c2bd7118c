//! The same service without a shadow run, with one that compares every decision, and with one
//! whose thread is blocked.

use std::sync::Arc;
use std::time::Duration;

use cavra::authority::Authority;
use cavra::engine::Memo;
use cavra::shadow::limits::MAX_QUEUE_DECISIONS;
use cavra::shadow::live::Judge;
use cavra::shadow::runs::{Candidate, Run, RunSettings};

use super::load::{self, Measured};
use super::{BASELINE, Bench, DECIDE, ROUNDS, decided, median, serve_shared, support};

const CANDIDATE: &str = "cavra-github-enterprise";
const IN_FLIGHT: usize = 64;
/// A p99 swings much more than a rate: many short rounds at half load.
const PACED_ROUNDS: usize = 12 * ROUNDS;
/// How much shorter than other rounds.
const PACED_ROUND_PART: u32 = 5;
const WAYS: [&str; 3] = ["off", "on", "stalled"];

/// One service a way.
pub(super) struct Services {
    urls: [String; 3],
    on: Watched,
    stalled: Watched,
}

/// An authority and the run beside it.
struct Watched {
    authority: Arc<Authority>,
    run: Arc<Run>,
}

/// What a run was offered and what it did, between two looks.
#[derive(Clone, Copy)]
struct Counted {
    seen: u64,
    compared: u64,
    dropped: u64,
    pending: u64,
}

impl Watched {
    fn counted(&self) -> Counted {
        let status = self.run.status();
        Counted {
            seen: status.seen,
            compared: status.counts.total(),
            dropped: status.dropped,
            pending: status.pending,
        }
    }
}

impl Services {
    pub(super) async fn start() -> Self {
        let candidate = || Candidate::rehearsed(support::policy(CANDIDATE, Memo::On));
        let authority = || Arc::new(Authority::new(support::policy(BASELINE, Memo::On), None));
        let (off, on, stalled) = (authority(), authority(), authority());
        let settings = RunSettings::default();
        let run = on.start_shadow(candidate(), settings).await.unwrap();
        let on = Watched { authority: on, run };
        // Its first comparison never ends.
        let judge: Judge = Box::new(|_, _| {
            loop {
                std::thread::park();
            }
        });
        let run = stalled.start_shadow_judged_by(judge, candidate(), settings);
        let run = run.await.unwrap();
        let stalled = Watched {
            authority: stalled,
            run,
        };
        assert!(settings.queue_decisions <= MAX_QUEUE_DECISIONS);
        Self {
            urls: [
                serve_shared(off).await,
                serve_shared(Arc::clone(&on.authority)).await,
                serve_shared(Arc::clone(&stalled.authority)).await,
            ],
            on,
            stalled,
        }
    }

    pub(super) async fn measure(self, bench: &Bench) {
        let saturated = self.rounds(bench, None).await;
        let off = median(&saturated[0]).rate;
        println!("  saturated, {IN_FLIGHT} in flight:");
        for (way, runs) in WAYS.iter().zip(&saturated) {
            let Measured { rate, p50, p99 } = median(runs);
            println!(
                "    shadow {way:<8} {rate:>9.0}/s   p50 {p50:>9.1?}   p99 {p99:>9.1?}   {:.2} of off (wanted: 0.75)",
                rate / off
            );
        }
        self.account("saturated");
        let before = self.on.counted();
        let half = self.rounds(bench, Some(off / 2.0)).await;
        let after = self.on.counted();
        let off_p99 = median_of(&half[0], |run| run.p99);
        println!("  half of that, {:.0}/s:", off / 2.0);
        for (way, runs) in WAYS.iter().zip(&half) {
            let (p50, p99) = (
                median_of(runs, |run| run.p50),
                median_of(runs, |run| run.p99),
            );
            println!(
                "    shadow {way:<8} {:>9.0}/s   p50 {p50:>9.1?}   p99 {p99:>9.1?}   p99 {:.2} times off (wanted: at most 1.2)",
                median(runs).rate,
                p99.as_secs_f64() / off_p99.as_secs_f64(),
            );
        }
        println!(
            "    dropped at half load: {} of {} (wanted: 0)",
            after.dropped - before.dropped,
            after.seen - before.seen
        );
        self.account("half");
    }

    /// The ways in turn; the first round warms up.
    async fn rounds(&self, bench: &Bench, rate: Option<f64>) -> [Vec<Measured>; 3] {
        let mut runs: [Vec<Measured>; 3] = Default::default();
        let (rounds, time) = match rate {
            None => (ROUNDS, bench.time),
            Some(_) => (PACED_ROUNDS, bench.time / PACED_ROUND_PART),
        };
        for round in 0..=rounds {
            for (url, runs) in self.urls.iter().zip(&mut runs) {
                let requests = Arc::clone(&bench.requests);
                let run = match rate {
                    None => bench.decide(url, IN_FLIGHT).await,
                    Some(rate) => {
                        load::paced(url, DECIDE, requests, IN_FLIGHT, rate, time, decided).await
                    }
                };
                if round > 0 {
                    runs.push(run);
                }
            }
        }
        runs
    }

    /// Everything that wasn't compared is counted.
    fn account(&self, load: &str) {
        for (way, watched) in [("on", &self.on), ("stalled", &self.stalled)] {
            let Counted {
                seen,
                compared,
                dropped,
                pending,
            } = watched.counted();
            assert_eq!(seen, compared + dropped + pending, "{way}, {load}");
            println!(
                "    shadow {way:<8} so far: {seen} seen = {compared} compared + {dropped} dropped + {pending} waiting"
            );
        }
    }
}

fn median_of(runs: &[Measured], figure: fn(&Measured) -> Duration) -> Duration {
    let mut figures: Vec<Duration> = runs.iter().map(figure).collect();
    figures.sort_unstable();
    figures[figures.len() / 2]
}
