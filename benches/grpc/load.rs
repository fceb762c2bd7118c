//! A load client: so many calls in flight over so many connections, every status checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use hdrhistogram::Histogram;
use prost::Message;
use tokio::sync::Semaphore;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

/// Calls that one connection carries at a time.
const CALLS_A_CONNECTION: usize = 16;
/// The longest time of a call that is distinguished from longer ones, in nanoseconds.
const LONGEST_CALL_NS: u64 = 60_000_000_000;
/// Between two looks of the metronome at the clock; the system adds some 50 µs.
const TICK: Duration = Duration::from_micros(50);

/// What a run measured.
pub struct Measured {
    /// Answers a second.
    pub rate: f64,
    pub p50: Duration,
    pub p99: Duration,
}

async fn connect(url: &str) -> Channel {
    Endpoint::from_shared(url.to_owned())
        .unwrap()
        .initial_stream_window_size(1024 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024)
        .tcp_nodelay(true)
        .connect()
        .await
        .unwrap()
}

/// Sends `requests` in turn, `concurrency` at a time, as fast as they are answered, for `time`;
/// `check` sees every answer.
pub async fn unary<Q, A>(
    url: &str,
    path: &'static str,
    requests: Arc<Vec<Q>>,
    concurrency: usize,
    time: Duration,
    check: fn(usize, &A) -> bool,
) -> Measured
where
    Q: Message + Clone + Default + 'static,
    A: Message + Default + 'static,
{
    calls(url, path, requests, concurrency, None, time, check).await
}

/// As [`unary`], but `rate` calls a second, whether or not those before are answered; a call
/// is measured from when it was due.
pub async fn paced<Q, A>(
    url: &str,
    path: &'static str,
    requests: Arc<Vec<Q>>,
    concurrency: usize,
    rate: f64,
    time: Duration,
    check: fn(usize, &A) -> bool,
) -> Measured
where
    Q: Message + Clone + Default + 'static,
    A: Message + Default + 'static,
{
    calls(url, path, requests, concurrency, Some(rate), time, check).await
}

async fn calls<Q, A>(
    url: &str,
    path: &'static str,
    requests: Arc<Vec<Q>>,
    concurrency: usize,
    rate: Option<f64>,
    time: Duration,
    check: fn(usize, &A) -> bool,
) -> Measured
where
    Q: Message + Clone + Default + 'static,
    A: Message + Default + 'static,
{
    let mut channels = Vec::new();
    for _ in 0..concurrency.div_ceil(CALLS_A_CONNECTION) {
        channels.push(connect(url).await);
    }
    let start = Instant::now();
    let metronome = rate.map(|rate| Metronome::start(rate, start, time));
    let workers: Vec<_> = (0..concurrency)
        .map(|worker| {
            let channel = channels[worker % channels.len()].clone();
            let requests = Arc::clone(&requests);
            let metronome = metronome.clone();
            tokio::spawn(async move {
                let mut grpc = tonic::client::Grpc::new(channel);
                let mut times = histogram();
                let mut next = worker;
                while start.elapsed() < time {
                    let index = next % requests.len();
                    next += 1;
                    let sent = match &metronome {
                        Some(metronome) => match metronome.due().await {
                            Some(due) => due,
                            None => break,
                        },
                        None => Instant::now(),
                    };
                    grpc.ready().await.unwrap();
                    let codec = ProstCodec::<Q, A>::default();
                    let path = PathAndQuery::from_static(path);
                    let request = tonic::Request::new(requests[index].clone());
                    let answer = grpc
                        .unary(request, path, codec)
                        .await
                        .expect("every call is answered");
                    assert!(
                        check(index, answer.get_ref()),
                        "request {index} got another answer"
                    );
                    times.saturating_record(u64::try_from(sent.elapsed().as_nanos()).unwrap());
                }
                times
            })
        })
        .collect();
    let mut all = histogram();
    for worker in workers {
        all.add(worker.await.unwrap()).unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = all.len() as f64 / start.elapsed().as_secs_f64();
    Measured {
        rate,
        p50: Duration::from_nanos(all.value_at_quantile(0.5)),
        p99: Duration::from_nanos(all.value_at_quantile(0.99)),
    }
}

/// Says when calls are due, evenly. A thread keeps the time: the timers of the runtime have
/// steps of a millisecond, which would make bursts of calls.
#[derive(Clone)]
struct Metronome {
    start: Instant,
    step: Duration,
    due: Arc<Semaphore>,
    taken: Arc<AtomicU32>,
}

impl Metronome {
    fn start(rate: f64, start: Instant, time: Duration) -> Self {
        let step = Duration::from_secs_f64(1.0 / rate);
        let due = Arc::new(Semaphore::new(0));
        let ticking = Arc::clone(&due);
        std::thread::spawn(move || {
            let mut told = 0;
            while start.elapsed() < time {
                let by_now = start.elapsed().as_nanos() / step.as_nanos();
                let by_now = usize::try_from(by_now).unwrap();
                ticking.add_permits(by_now - told);
                told = by_now;
                std::thread::sleep(TICK);
            }
            ticking.close();
        });
        Self {
            start,
            step,
            due,
            taken: Arc::default(),
        }
    }

    /// Waits for the next call; when it was due. None after the last.
    async fn due(&self) -> Option<Instant> {
        self.due.acquire().await.ok()?.forget();
        let index = self.taken.fetch_add(1, Ordering::Relaxed);
        Some(self.start + self.step * (index + 1))
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(LONGEST_CALL_NS, 3).unwrap()
}

/// Sends `requests` over one stream on one connection for `time`, as fast as flow control
/// lets it; answers a second.
pub async fn stream<Q, A>(
    url: &str,
    path: &'static str,
    requests: Arc<Vec<Q>>,
    time: Duration,
    check: fn(usize, &A) -> bool,
) -> f64
where
    Q: Message + Clone + Default + 'static,
    A: Message + Default + 'static,
{
    let mut grpc = tonic::client::Grpc::new(connect(url).await);
    grpc.ready().await.unwrap();
    let count = requests.len();
    let start = Instant::now();
    let sent = (0..)
        .take_while(move |index| index % 64 != 0 || start.elapsed() < time)
        .map(move |index: usize| requests[index % count].clone());
    let codec = ProstCodec::<Q, A>::default();
    let request = tonic::Request::new(futures::stream::iter(sent));
    let path = PathAndQuery::from_static(path);
    let mut answers = grpc
        .streaming(request, path, codec)
        .await
        .unwrap()
        .into_inner();
    let mut answered: usize = 0;
    while let Some(answer) = answers.next().await {
        assert!(
            check(answered % count, &answer.unwrap()),
            "item {answered} got another answer"
        );
        answered += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = answered as f64 / start.elapsed().as_secs_f64();
    rate
}
