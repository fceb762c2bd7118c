//! The loop that takes connections from a listener.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use futures::stream;
use futures::{FutureExt as _, Stream, StreamExt as _};
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tonic::service::Routes;

use super::connection::Connection;
use super::guarded_io::GuardedIo;
use super::listener::{Identified, Listener};
use super::roster::Roster;
use super::service::CallService;
use super::turn::CallExecutor;
use super::waiting::{Waiting, Waits};
use crate::grpc::limits::{
    ACCEPT_PAUSE, CONNECTION_WINDOW_BYTES, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT,
    MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_BYTES, MAX_PENDING_RESETS, MAX_PLACE_WAIT,
    MAX_WAITING_CONNECTIONS, PLACE_RETRY, SEND_BUFFER_BYTES, STREAM_WINDOW_BYTES, WATCH_INTERVAL,
};
use crate::grpc::peer::PeerKey;

/// Serves `routes` on `listener` until `shutdown`; ends when every connection has ended.
/// Dropping it closes all of them.
pub(in crate::grpc) async fn accept<L: Listener>(
    listener: L,
    routes: Routes,
    roster: Arc<Roster>,
    shutdown: impl Future<Output = ()> + Clone + Send + 'static,
) {
    let mut connections = JoinSet::new();
    // Those that wait for a place have a descriptor too.
    let waiting = Waiting::new(MAX_WAITING_CONNECTIONS);
    let mut watch = pin!(watch(Arc::clone(&roster)));
    let mut stopped = pin!(shutdown.clone());
    let mut accepted = Some(Box::pin(accepted(listener, waiting.clone())));
    while accepted.is_some() || !connections.is_empty() {
        tokio::select! {
            () = &mut watch => {}
            () = &mut stopped, if accepted.is_some() => accepted = None,
            Some(_) = connections.join_next() => {}
            Some((socket, key, process)) = next(&mut accepted) => {
                let Some(entry) = Entry::of(key, process, &roster, &waiting) else {
                    tracing::debug!(?key, "connection refused: too many of its peer wait for places");
                    continue;
                };
                connections.spawn(enter(socket, entry, routes.clone(), shutdown.clone()));
            }
        }
    }
}

/// How a connection enters.
enum Entry {
    /// It has a place.
    Placed(Place),
    /// It waits for one.
    Waiting {
        waits: Waits,
        process: Option<u32>,
        roster: Arc<Roster>,
    },
}

impl Entry {
    /// How a new connection enters; none if it can't. Those of its peer that wait come first.
    fn of(
        key: PeerKey,
        process: Option<u32>,
        roster: &Arc<Roster>,
        waiting: &Waiting,
    ) -> Option<Self> {
        let admitted = match waiting.has(key) {
            true => None,
            false => Place::take(key, process, roster),
        };
        if let Some(place) = admitted {
            return Some(Self::Placed(place));
        }
        Some(Self::Waiting {
            waits: waiting.take(key)?,
            process,
            roster: Arc::clone(roster),
        })
    }

    /// The connection's place, once it has one.
    async fn place(self) -> Place {
        let (waits, process, roster) = match self {
            Self::Placed(place) => return place,
            Self::Waiting {
                waits,
                process,
                roster,
            } => (waits, process, roster),
        };
        loop {
            if waits.is_first()
                && let Some(place) = Place::take(waits.key(), process, &roster)
            {
                return place;
            }
            // An error is a pause that is over.
            drop(timeout(PLACE_RETRY, waits.one_left()).await);
        }
    }
}

/// Waits for a place for a connection, and serves it.
async fn enter<S>(socket: S, entry: Entry, routes: Routes, shutdown: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Ok(place) = timeout(MAX_PLACE_WAIT, entry.place()).await else {
        tracing::debug!("connection refused: every place is taken");
        return;
    };
    serve(socket, routes, place, shutdown).await;
}

/// The connections that come. A connection that is half accepted stays in the stream while nobody polls
/// it.
fn accepted<L: Listener>(
    listener: L,
    waiting: Waiting,
) -> impl Stream<Item = Identified<L::Socket>> {
    stream::unfold((listener, waiting), |(listener, waiting)| async move {
        loop {
            waiting.has_turn_on_loopback().await;
            match listener.next().await {
                Ok(accepted) => return Some((accepted, (listener, waiting))),
                Err(error) => pause(&error).await,
            }
        }
    })
}

/// The next connection; none ever after the listener was given up.
async fn next<T>(accepted: &mut Option<impl Stream<Item = T> + Unpin>) -> Option<T> {
    match accepted {
        Some(accepted) => accepted.next().await,
        None => std::future::pending().await,
    }
}

/// Waits after a connection that could not be accepted. With too many descriptors open, accepting
/// fails at once each time (`EMFILE`, accept(2)), and trying again without a pause would take a
/// processor away from the calls that are open.
async fn pause(error: &io::Error) {
    tracing::warn!(%error, "connection not accepted");
    sleep(ACCEPT_PAUSE).await;
}

/// Looks at time limits and memory. Never ends.
async fn watch(roster: Arc<Roster>) {
    let mut ticks = interval(WATCH_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => roster.look(),
            () = roster.memory.pressed.notified() => roster.shed(),
        }
    }
}

/// A connection's entry in the roster.
struct Place {
    roster: Arc<Roster>,
    connection: Arc<Connection>,
}

impl Place {
    /// A place for a new connection. None if there is none now.
    fn take(key: PeerKey, process: Option<u32>, roster: &Arc<Roster>) -> Option<Self> {
        let connection = roster.admit(key, process)?;
        let roster = Arc::clone(roster);
        Some(Self { roster, connection })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.roster.leave(&self.connection);
    }
}

/// Serves one connection to its end.
async fn serve<S>(socket: S, routes: Routes, place: Place, shutdown: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = Arc::clone(&place.connection);
    let service = CallService {
        routes,
        connection: Arc::clone(&connection),
        memory: Arc::clone(&place.roster.memory),
    };
    let io = TokioIo::new(GuardedIo::new(socket, Arc::clone(&connection)));
    let executor = CallExecutor::new(&connection);
    let frames = builder(executor.clone()).serve_connection(io, service);
    let mut served = executor.serve(Box::pin(frames));
    let mut shutdown = pin!(shutdown.fuse());
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = &mut served => {
                if let Err(error) = ended {
                    let number = connection.peer.connection;
                    tracing::debug!(connection = number, %error, "connection failed");
                }
                break;
            }
            () = connection.closed() => break,
            () = &mut shutdown, if !is_stopping => {
                is_stopping = true;
                served.frames.as_mut().graceful_shutdown();
            }
        }
    }
}

fn builder(executor: CallExecutor) -> http2::Builder<CallExecutor> {
    let mut builder = http2::Builder::new(executor);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .max_header_list_size(MAX_HEADER_LIST_BYTES)
        .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(SEND_BUFFER_BYTES)
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT);
    builder
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
    use tokio::sync::Mutex;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::super::roster::Places;
    use super::*;

    /// Connections of users, as a test makes them.
    struct Users(Mutex<UnboundedReceiver<Identified<DuplexStream>>>);

    impl Listener for Users {
        type Socket = DuplexStream;

        async fn next(&self) -> io::Result<Identified<DuplexStream>> {
            match self.0.lock().await.recv().await {
                Some(accepted) => Ok(accepted),
                None => std::future::pending().await,
            }
        }
    }

    #[tokio::test]
    async fn a_user_with_too_many_connections_stalls_no_other() {
        let (sender, receiver) = unbounded_channel();
        let places = Places { all: 8, of_peer: 4 };
        let listener = Users(Mutex::new(receiver));
        let serving = tokio::spawn(accept(
            listener,
            Routes::default(),
            Arc::new(Roster::new(places)),
            std::future::pending::<()>().shared(),
        ));
        let come = |user| {
            let (ours, theirs) = duplex(64 * 1024);
            let accepted = (theirs, PeerKey::User(user), None);
            sender.send(accepted).map_err(drop).unwrap();
            ours
        };
        let mut many: Vec<_> = (0..400).map(|_| come(1)).collect();
        let mut other = come(2);
        // The service's settings come first (RFC 9113 section 3.4).
        let settings = timeout(Duration::from_secs(2), other.read_u8()).await;
        assert!(matches!(settings, Ok(Ok(_))), "{settings:?}");
        let mut last = many.pop().unwrap();
        let closed = timeout(Duration::from_secs(2), last.read_u8()).await;
        assert!(matches!(closed, Ok(Err(_))), "{closed:?}");
        serving.abort();
    }
}
