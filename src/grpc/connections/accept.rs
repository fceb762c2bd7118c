//! The loop that takes connections from a listener.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use futures::FutureExt as _;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tonic::service::Routes;

use super::connection::Connection;
use super::guarded_io::GuardedIo;
use super::listener::{Identified, Listener};
use super::roster::Roster;
use super::service::CallService;
use super::turn::CallExecutor;
use crate::grpc::limits::{
    ACCEPT_PAUSE, CONNECTION_WINDOW_BYTES, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT,
    MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_BYTES, MAX_PENDING_RESETS, MAX_PLACE_WAIT,
    MAX_WAITING_CONNECTIONS, PLACE_RETRY, SEND_BUFFER_BYTES, STREAM_WINDOW_BYTES, WATCH_INTERVAL,
};

/// Serves `routes` on `listener` until `shutdown`; ends when every connection has ended.
/// Dropping it closes all of them.
pub(in crate::grpc) async fn accept<L: Listener>(
    listener: L,
    routes: Routes,
    roster: Arc<Roster>,
    shutdown: impl Future<Output = ()> + Clone + Send + 'static,
) {
    let mut connections = JoinSet::new();
    // Those that wait for a place have a descriptor too. Others wait in the listener's backlog
    // (listen(2)).
    let waiting = Arc::new(Semaphore::new(MAX_WAITING_CONNECTIONS));
    let mut watch = pin!(watch(Arc::clone(&roster)));
    let mut stopped = pin!(shutdown.clone());
    let mut listener = Some(listener);
    while listener.is_some() || !connections.is_empty() {
        tokio::select! {
            () = &mut watch => {}
            () = &mut stopped, if listener.is_some() => listener = None,
            Some(_) = connections.join_next() => {}
            accepted = next(listener.as_ref(), &waiting), if listener.is_some() => {
                let (identified, waits) = accepted;
                let (routes, roster) = (routes.clone(), Arc::clone(&roster));
                connections.spawn(enter(identified, waits, routes, roster, shutdown.clone()));
            }
        }
    }
}

/// Waits for a place for a connection, and serves it.
async fn enter<S>(
    (socket, key, process): Identified<S>,
    waits: OwnedSemaphorePermit,
    routes: Routes,
    roster: Arc<Roster>,
    shutdown: impl Future<Output = ()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let admitted = async {
        loop {
            match roster.admit(key, process) {
                Some(connection) => break connection,
                None => sleep(PLACE_RETRY).await,
            }
        }
    };
    let Ok(connection) = timeout(MAX_PLACE_WAIT, admitted).await else {
        tracing::debug!(?key, "connection refused: every place is taken");
        return;
    };
    drop(waits);
    let place = Place { roster, connection };
    serve(socket, routes, place, shutdown).await;
}

/// The next connection, when it may wait for a place.
async fn next<L: Listener>(
    listener: Option<&L>,
    waiting: &Arc<Semaphore>,
) -> (Identified<L::Socket>, OwnedSemaphorePermit) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        let waits = Arc::clone(waiting).acquire_owned().await;
        match (listener.next().await, waits) {
            (Ok(accepted), Ok(waits)) => return (accepted, waits),
            (Err(error), _) => pause(&error).await,
            (Ok(_), Err(_)) => {}
        }
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
