//! How long a client waits.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use tokio::time::timeout;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use super::ClientError;
use crate::grpc::limits::{DEFAULT_ANSWER_TIMEOUT, WORK_TIMEOUT};

/// How long a client waits for a connection and for each answer. Beyond that the call has
/// failed ([`ClientError::TimedOut`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self::new(DEFAULT_ANSWER_TIMEOUT)
    }
}

impl Patience {
    /// Waits so long for a connection and for an answer.
    #[must_use]
    pub const fn new(answer: Duration) -> Self {
        Self { answer }
    }

    pub(super) fn answer_time(self) -> Duration {
        self.answer
    }
}

/// Calls on one connection, none of which waits for ever.
#[derive(Debug, Clone)]
pub(in crate::grpc) struct Calls {
    patience: Patience,
    health: HealthClient<Channel>,
}

impl Calls {
    pub(super) fn over(channel: Channel, patience: Patience) -> Self {
        let health = HealthClient::new(channel);
        Self { patience, health }
    }

    /// A request that tells the service when nobody waits any longer, so that it stops then. A
    /// little later than that, so that it is this client's own clock that ends the call.
    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let answer = self.patience.answer;
        let mut request = Request::new(message);
        request.set_timeout(answer + answer / 4);
        request
    }

    /// What is to be answered at once: decisions, lists, and the start of a stream.
    pub(in crate::grpc) async fn answer<T: Send>(
        &self,
        asked: impl Future<Output = Result<T, Status>> + Send,
    ) -> Result<T, ClientError> {
        within(self.patience.answer, asked).await
    }

    /// What a service has to work for: [`WORK_TIMEOUT`], once it has answered that it is there.
    pub(in crate::grpc) async fn work<T: Send>(
        &self,
        asked: impl Future<Output = Result<T, Status>> + Send,
    ) -> Result<T, ClientError> {
        let Patience { answer } = self.patience;
        let mut health = self.health.clone();
        let asks_for_health = health.check(HealthCheckRequest::default());
        // Whatever it says of its health, it answers.
        if let Err(late @ ClientError::TimedOut(_)) = within(answer, asks_for_health).await {
            return Err(late);
        }
        within(answer.max(WORK_TIMEOUT), asked).await
    }

    /// The items of a stream, each of which is to come at once.
    pub(super) fn each<T, S: Stream<Item = Result<T, Status>> + Unpin>(
        &self,
        items: S,
    ) -> impl Stream<Item = Result<T, ClientError>> + use<T, S> {
        let answer = self.patience.answer;
        // After an item that is late nothing more is waited for.
        stream::unfold(Some(items), move |items| async move {
            let mut items = items?;
            match timeout(answer, items.next()).await {
                Ok(item) => Some((item?.map_err(ClientError::from), Some(items))),
                Err(_) => Some((Err(ClientError::TimedOut(answer)), None)),
            }
        })
    }
}

pub(super) async fn within<T: Send, E: Into<ClientError> + Send>(
    time: Duration,
    asked: impl Future<Output = Result<T, E>> + Send,
) -> Result<T, ClientError> {
    let mut answered = None;
    in_time(time, pin!(async { answered = Some(asked.await) })).await?;
    answered.map_or(Err(ClientError::TimedOut(time)), |answered| {
        answered.map_err(Into::into)
    })
}

/// One function for every call: a timer of its own for each would be 6 KiB of code.
async fn in_time(
    time: Duration,
    work: Pin<&mut (dyn Future<Output = ()> + Send)>,
) -> Result<(), ClientError> {
    let late = |_| ClientError::TimedOut(time);
    timeout(time, work).await.map_err(late)
}

/// `2 s` or `500 ms`.
pub(super) fn text(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{} ms", time.as_millis()),
    }
}
