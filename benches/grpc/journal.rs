//! The same service without a journal and with one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cavra::authority::Authority;
use cavra::authority::recording::Recording;
use cavra::engine::Memo;
use cavra::journal::record::Recorder;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::redaction::{Redaction, RedactionKey};

use super::load::Measured;
use super::{BASELINE, Bench, ROUNDS, median, serve, serve_authority, support};

const WITHIN: Duration = Duration::from_millis(50);
const IN_FLIGHT: usize = 64;

/// One service a mode, and where their journals are.
pub(super) struct Services {
    modes: [(&'static str, String); 3],
    directory: PathBuf,
}

impl Services {
    pub(super) async fn start(_: &Bench) -> Self {
        let base = std::env::var_os("CAVRA_BENCH_DATA").map_or_else(
            || Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned(),
            PathBuf::from,
        );
        let directory = base.join(format!("cavra-bench-journal-{}", std::process::id()));
        let within = recorded(&directory.join("within"), Mode::WrittenWithin(WITHIN)).await;
        let durable = recorded(&directory.join("durable"), Mode::Durable).await;
        Self {
            modes: [
                ("off", serve(Memo::On).await),
                ("within 50 ms", within),
                ("durable", durable),
            ],
            directory,
        }
    }

    pub(super) async fn measure(self, bench: &Bench) {
        let mut unary: [Vec<Measured>; 3] = Default::default();
        let mut streamed: [Vec<f64>; 3] = Default::default();
        for round in 0..=ROUNDS {
            for (at, (_, url)) in self.modes.iter().enumerate() {
                let run = bench.decide(url, IN_FLIGHT).await;
                let rate = bench.decide_stream(url).await;
                if round > 0 {
                    unary[at].push(run);
                    streamed[at].push(rate);
                }
            }
        }
        let off = median(&unary[0]);
        for ((name, _), runs) in self.modes.iter().zip(&unary) {
            let Measured { rate, p50, p99 } = median(runs);
            println!(
                "  unary, {IN_FLIGHT} in flight, journal {name:<12} {rate:>9.0}/s   p50 {p50:>9.1?}   p99 {p99:>9.1?}   {:.2} of off, p99 {:.2} times",
                rate / off.rate,
                p99.as_secs_f64() / off.p99.as_secs_f64(),
            );
        }
        let middle = |rates: &mut Vec<f64>| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        };
        let off = middle(&mut streamed[0]);
        for ((name, _), rates) in self.modes.iter().zip(&mut streamed) {
            let rate = middle(rates);
            println!(
                "  stream, one connection, journal {name:<12} {rate:>9.0}/s   {:.2} of off",
                rate / off
            );
        }
        std::fs::remove_dir_all(&self.directory).unwrap();
    }
}

async fn recorded(directory: &Path, mode: Mode) -> String {
    let journal = Journal::open(Options {
        directory: directory.to_owned(),
        mode,
        key: SigningKey::generate("bench".parse().unwrap()).unwrap(),
        checkpoint_directory: None,
        own_key: None,
    })
    .unwrap();
    let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
    let authority = Authority::new(support::policy(BASELINE, Memo::On), None)
        .recorded_in(Recording::new(journal, recorder))
        .await
        .unwrap();
    serve_authority(authority).await
}
