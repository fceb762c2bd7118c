//! A load client: so many calls in flight over so many connections, every status checked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use hdrhistogram::Histogram;
use prost::Message;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

/// Calls that one connection carries at a time.
const CALLS_A_CONNECTION: usize = 16;
/// The longest time for a call that is told from longer ones, in nanoseconds.
const LONGEST_CALL_NS: u64 = 60_000_000_000;

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

/// As [`unary`], but `rate` calls a second, evenly. A call that could not be sent when it was
/// due, since the one before wasn't answered, is measured from when it was due.
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
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let pause = Duration::from_secs_f64(concurrency as f64 / rate);
    calls(url, path, requests, concurrency, Some(pause), time, check).await
}

async fn calls<Q, A>(
    url: &str,
    path: &'static str,
    requests: Arc<Vec<Q>>,
    concurrency: usize,
    pause: Option<Duration>,
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
    let workers: Vec<_> = (0..concurrency)
        .map(|worker| {
            let channel = channels[worker % channels.len()].clone();
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let mut grpc = tonic::client::Grpc::new(channel);
                let mut times = histogram();
                let mut next = worker;
                // Workers begin one after the other, or they would all send at once.
                let share = u32::try_from(worker).unwrap();
                let of = u32::try_from(concurrency).unwrap();
                let mut due = start + pause.unwrap_or_default() * share / of;
                while start.elapsed() < time {
                    let index = next % requests.len();
                    next += 1;
                    let mut sent = Instant::now();
                    if let Some(pause) = pause {
                        if due > sent {
                            tokio::time::sleep_until(due.into()).await;
                            sent = Instant::now();
                        } else {
                            sent = due;
                        }
                        due += pause;
                    }
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
