//! An honest client's times while somebody else attacks, beside the same calls to a plain tonic
//! echo under the same attack: so many times its p99.
//!
//! The service, the echo and the attacker are processes of their own, the attacker at nice 10,
//! so that the processors that it takes are not what is measured. Rounds of both are taken in
//! turn, and medians quoted. `CAVRA_BENCH_SECONDS` sets a round's length (3); `cargo bench --bench
//! siege -- plans` takes one attack alone. The journal lies in the temporary folder. The service waits
//! for that disk, so a second echo does too: it answers once its bytes are there.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a benchmark"
)]

#[path = "../../tests/siege/attacks.rs"]
#[expect(dead_code, reason = "some attacks are the tests' alone")]
mod attacks;
#[path = "../grpc/echo.rs"]
mod echo;
#[path = "../../tests/siege/floods.rs"]
#[expect(dead_code, reason = "some attacks are the tests' alone")]
mod floods;
#[path = "../../tests/siege/honest.rs"]
#[expect(dead_code, reason = "asking rightly is the tests'")]
mod honest;
#[path = "../grpc/load.rs"]
#[expect(dead_code, reason = "only paced calls are made")]
mod load;
#[path = "../../tests/siege/plans.rs"]
#[expect(dead_code, reason = "some attacks are the tests' alone")]
mod plans;
#[path = "../../tests/siege/raw.rs"]
mod raw;
mod servers;
mod synced;

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use cavra::grpc::wire::{DecideRequest, DecideResponse};
use echo::Payload;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use load::Measured;
use prost::Message as _;
use servers::Served;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DECIDE: &str = "/cavra.authority.v1.DecisionService/Decide";
const ROUNDS: usize = 5;
/// The honest client's calls a second.
const RATE: f64 = 200.0;
/// What an answer has; so has the echo's.
const ANSWER_BYTES: usize = 700;
/// How many times the echo's p99 is wanted at most.
const WANTED: f64 = 3.0;

type Strike = fn(SocketAddr) -> BoxFuture<'static, ()>;

/// A name, attackers at once, and what they do.
const ATTACKS: [(&str, usize, Strike); 7] = [
    ("nobody", 0, |address| {
        attacks::silent_socket(address).boxed()
    }),
    ("sockets", 600, |address| {
        attacks::silent_socket(address).boxed()
    }),
    ("lengths", 20, |address| {
        attacks::declared_lengths(address).boxed()
    }),
    ("resets", 2, |address| floods::rapid_resets(address).boxed()),
    ("pings", 2, |address| floods::pings(address).boxed()),
    ("plans", 8, |address| plans::single_plans(address).boxed()),
    ("lines", 8, |address| plans::costly_lines(address).boxed()),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["attack", name, address] => attack(name, address.parse().unwrap()),
        ["echo", bytes] => servers::serve_echo(bytes.parse().unwrap()),
        ["synced", bytes] => servers::serve_synced(bytes.parse().unwrap()),
        rest => measure(rest.iter().find(|it| !it.starts_with('-')).copied()),
    }
}

/// Attacks until it is killed.
fn attack(name: &str, address: SocketAddr) {
    let (_, attackers, strike) = ATTACKS.iter().find(|it| it.0 == name).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for _ in 0..*attackers {
        runtime.spawn(async move {
            loop {
                strike(address).await;
                tokio::task::yield_now().await;
            }
        });
    }
    runtime.block_on(std::future::pending::<()>());
}

fn measure(only: Option<&str>) {
    let seconds = std::env::var("CAVRA_BENCH_SECONDS").ok();
    let seconds = seconds.and_then(|it| it.parse().ok()).unwrap_or(3.0);
    let time = Duration::from_secs_f64(seconds);
    println!("{RATE} honest calls a second, {ROUNDS} rounds of {time:?} in turn, medians");
    for (name, ..) in ATTACKS
        .iter()
        .filter(|it| only.is_none_or(|only| only == it.0))
    {
        Siege::begin(name).measure(name, time);
    }
}

/// A service under attack, and an echo beside it.
struct Siege {
    service: Served,
    echo: Served,
    /// An echo that waits for the disk.
    synced: Served,
    attacker: Child,
    requests: Arc<Vec<DecideRequest>>,
    payloads: Arc<Vec<Payload>>,
}

impl Siege {
    fn begin(attack: &str) -> Self {
        let requests = vec![honest::command("cargo test"), honest::command("cat .env")];
        let payload = |request: &DecideRequest| Payload {
            data: vec![b'x'; request.encoded_len()].into(),
        };
        let service = Served::service();
        let attacker = Command::new("nice")
            .args(["-n", "10"])
            .arg(std::env::current_exe().unwrap())
            .args(["attack", attack, &service.address])
            .spawn()
            .unwrap();
        Self {
            service,
            echo: Served::echo("echo", ANSWER_BYTES),
            synced: Served::echo("synced", ANSWER_BYTES),
            attacker,
            payloads: Arc::new(requests.iter().map(payload).collect()),
            requests: Arc::new(requests),
        }
    }

    fn measure(&self, name: &str, time: Duration) {
        let client = tokio::runtime::Runtime::new().unwrap();
        let mut runs: [Vec<Measured>; 3] = Default::default();
        for round in 0..=ROUNDS {
            let (url, requests) = (self.service.url(), Arc::clone(&self.requests));
            let calls = load::paced(&url, DECIDE, requests, 16, RATE, time, decided);
            let our = client.block_on(calls);
            let [echo, synced] = [&self.echo, &self.synced].map(|echo| {
                let (url, payloads) = (echo.url(), Arc::clone(&self.payloads));
                let calls = load::paced(&url, echo::UNARY, payloads, 16, RATE, time, echoed);
                client.block_on(calls)
            });
            // The first warms up.
            if round > 0 {
                for (runs, run) in runs.iter_mut().zip([our, echo, synced]) {
                    runs.push(run);
                }
            }
        }
        let [our, echo, synced] = runs.map(|mut runs| median(&mut runs));
        let times = |of: Duration| our.as_secs_f64() / of.as_secs_f64();
        println!(
            "  {name:<8} p99 {our:>9.1?}   echo {echo:>9.1?}, {:.2} times   echo on disk {synced:>9.1?}, {:.2} times \
             (wanted: at most {WANTED})",
            times(echo),
            times(synced),
        );
    }
}

impl Drop for Siege {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.attacker.kill();
        let _ = self.attacker.wait();
    }
}

fn median(runs: &mut [Measured]) -> Duration {
    runs.sort_by_key(|run| run.p99);
    runs[runs.len() / 2].p99
}

fn decided(index: usize, answer: &DecideResponse) -> bool {
    use cavra::grpc::wire::Verdict::{Block, RequireApproval};
    let verdict = answer.decision.as_ref().map(|it| it.decision());
    verdict == Some([RequireApproval, Block][index])
}

fn echoed(_: usize, answer: &Payload) -> bool {
    !answer.data.is_empty()
}
