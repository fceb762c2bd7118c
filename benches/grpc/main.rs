//! Decisions over loopback gRPC beside a plain tonic echo of the same message sizes, in the
//! same run: unary at concurrency 1 and 64, and streamed on one connection. Rounds are taken
//! in turn and medians quoted. `journal` compares the same service without a journal, with one
//! that writes within 50 ms, and with a durable one; `shadow` without a shadow run, with one, and
//! with one that is blocked. `CAVRA_BENCH_SECONDS` sets a round's length
//! (2); `cargo bench --bench grpc -- unary64` (or `unary1`, `stream`, `journal`, `shadow`) takes one
//! measurement alone. Journals are kept under `CAVRA_BENCH_DATA` (the target folder): what a
//! sync costs is that disk's.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a benchmark"
)]

mod echo;
mod journal;
mod load;
mod shadow;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use cavra::authority::admission::Admission;
use cavra::authority::{Ask, Authority};
use cavra::engine::Memo;
use cavra::grpc::server::{Server, runtime};
use cavra::grpc::wire::{DecideRequest, DecideResponse, DecideStreamResponse};
use cavra::library::Library;
use echo::{Echo, Payload};
use load::Measured;
use prost::Message as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DECIDE: &str = "/cavra.authority.v1.DecisionService/Decide";
const DECIDE_STREAM: &str = "/cavra.authority.v1.DecisionService/DecideStream";
const ROUNDS: usize = 5;
const BASELINE: &str = "cavra-ai-agent-baseline";

/// Three services on loopback, and what to send them.
struct Bench {
    echo: String,
    memo_on: String,
    memo_off: String,
    requests: Arc<Vec<DecideRequest>>,
    payloads: Arc<Vec<Payload>>,
    time: Duration,
}

fn main() {
    let servers = runtime().unwrap();
    let bench = servers.block_on(start());
    let client = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "unary and streamed decisions over loopback, {ROUNDS} rounds of {:?} in turn, medians",
        bench.time
    );
    let only: Option<String> = std::env::args().nth(1).filter(|it| !it.starts_with('-'));
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    for (name, concurrency) in [("unary1", 1), ("unary64", 64)] {
        if wanted(name) {
            client.block_on(bench.unary(concurrency));
        }
    }
    if wanted("stream") {
        client.block_on(bench.streamed());
    }
    if wanted("journal") {
        let services = servers.block_on(journal::Services::start(&bench));
        client.block_on(services.measure(&bench));
    }
    if wanted("shadow") {
        let services = servers.block_on(shadow::Services::start());
        client.block_on(services.measure(&bench));
    }
}

async fn start() -> Bench {
    let seconds = std::env::var("CAVRA_BENCH_SECONDS")
        .ok()
        .and_then(|it| it.parse().ok());
    let authority = Authority::new(support::policy(BASELINE, Memo::On), None);
    let mix = support::mix();
    let requests: Vec<DecideRequest> = mix.iter().map(|a| (&**a, Ask::default()).into()).collect();
    let answers = mix.iter().map(|action| {
        let answer = authority
            .decide(Arc::clone(action), Ask::default())
            .unwrap();
        DecideResponse::from(answer).encoded_len()
    });
    let answer_bytes = answers.sum::<usize>() / mix.len();
    let payload = |len: usize| Payload {
        data: vec![b'x'; len].into(),
    };
    println!("an average answer has {answer_bytes} bytes; so has the echo's");
    Bench {
        echo: serve_echo(payload(answer_bytes)).await,
        memo_on: serve(Memo::On).await,
        memo_off: serve(Memo::Off).await,
        payloads: Arc::new(
            requests
                .iter()
                .map(|request| payload(request.encoded_len()))
                .collect(),
        ),
        requests: Arc::new(requests),
        time: Duration::from_secs_f64(seconds.unwrap_or(2.0)),
    }
}

async fn serve_echo(answer: Payload) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = tonic::transport::Server::builder()
        .initial_stream_window_size(1024 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024)
        .add_service(Echo(answer));
    tokio::spawn(server.serve_with_incoming(incoming));
    url
}

async fn serve(memo: Memo) -> String {
    serve_authority(Authority::new(support::policy(BASELINE, memo), None)).await
}

async fn serve_authority(authority: Authority) -> String {
    serve_shared(Arc::new(authority)).await
}

async fn serve_shared(authority: Arc<Authority>) -> String {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    let library = Arc::new(ArcSwap::from_pointee(Library::open(&[packs]).unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::new(authority, library, Admission::by_this_program().unwrap());
    tokio::spawn(server.serve(listener, None, std::future::pending()));
    url
}

fn decided(_: usize, answer: &DecideResponse) -> bool {
    answer
        .decision
        .as_ref()
        .is_some_and(|decision| decision.decision != 0)
}

fn decided_item(_: usize, answer: &DecideStreamResponse) -> bool {
    use cavra::grpc::wire::decide_stream_response::Result::Answer;
    matches!(&answer.result, Some(Answer(answer)) if decided(0, answer))
}

fn echoed(_: usize, answer: &Payload) -> bool {
    !answer.data.is_empty()
}

impl Bench {
    async fn unary(&self, concurrency: usize) {
        let mut runs: [Vec<Measured>; 3] = Default::default();
        for round in 0..=ROUNDS {
            let payloads = Arc::clone(&self.payloads);
            let echo = load::unary(
                &self.echo,
                echo::UNARY,
                payloads,
                concurrency,
                self.time,
                echoed,
            )
            .await;
            let on = self.decide(&self.memo_on, concurrency).await;
            let off = self.decide(&self.memo_off, concurrency).await;
            if round > 0 {
                runs.iter_mut()
                    .zip([echo, on, off])
                    .for_each(|(runs, run)| runs.push(run));
            }
        }
        let echo_rate = median(&runs[0]).rate;
        for (name, runs) in ["echo", "memo on", "memo off"].iter().zip(&runs) {
            let Measured { rate, p50, p99 } = median(runs);
            println!(
                "  unary, {concurrency:>2} in flight, {name:<8} {rate:>9.0}/s   p50 {p50:>9.1?}   p99 {p99:>9.1?}   {:.2} of the echo",
                rate / echo_rate
            );
        }
    }

    async fn decide(&self, url: &str, concurrency: usize) -> Measured {
        let requests = Arc::clone(&self.requests);
        load::unary(url, DECIDE, requests, concurrency, self.time, decided).await
    }

    async fn streamed(&self) {
        let mut rates: [Vec<f64>; 4] = Default::default();
        for round in 0..=ROUNDS {
            let unary = self.decide(&self.memo_on, 64).await.rate;
            let payloads = Arc::clone(&self.payloads);
            let echo = load::stream(&self.echo, echo::STREAM, payloads, self.time, echoed).await;
            let on = self.decide_stream(&self.memo_on).await;
            let off = self.decide_stream(&self.memo_off).await;
            if round > 0 {
                rates
                    .iter_mut()
                    .zip([unary, echo, on, off])
                    .for_each(|(rates, rate)| rates.push(rate));
            }
        }
        let [unary, echo, on, off] = rates.map(|mut rates| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        });
        println!("  stream, one connection, echo     {echo:>9.0}/s");
        println!(
            "  stream, one connection, memo on  {on:>9.0}/s   {:.2} times our unary at 64 (wanted: 4)",
            on / unary
        );
        println!(
            "  stream, one connection, memo off {off:>9.0}/s   {:.2} times our unary at 64",
            off / unary
        );
    }

    async fn decide_stream(&self, url: &str) -> f64 {
        let requests = Arc::clone(&self.requests);
        load::stream(url, DECIDE_STREAM, requests, self.time, decided_item).await
    }
}

fn median(runs: &[Measured]) -> &Measured {
    let mut runs: Vec<&Measured> = runs.iter().collect();
    runs.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    runs[runs.len() / 2]
}
