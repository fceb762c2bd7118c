//! The two doors of a service: how each is served, and how both are closed.

use std::io;
use std::sync::Arc;

use futures::future::{BoxFuture, Shared};
use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tonic::service::Routes;

use super::connections::{Places, Roster, accept};
use super::lifetime::{Drained, ServeError};
use super::limits::{
    DRAIN_TIME_LIMIT, MAX_ADMIN_CONNECTIONS, MAX_CONNECTIONS, MAX_PEER_CONNECTIONS,
    RESERVED_DESCRIPTORS, STREAM_DRAIN_TIME,
};
use super::unix_socket::UnixSocket;

/// What the public door listens on.
pub(super) struct PublicListeners {
    pub(super) tcp: TcpListener,
    pub(super) socket: Option<UnixSocket>,
}

/// Serves the public door, on `runtime` if one is given.
pub(super) async fn serve_public(
    routes: Routes,
    listeners: PublicListeners,
    roster: &Arc<Roster>,
    shutdown: Shared<BoxFuture<'static, ()>>,
    runtime: Option<Handle>,
) -> Result<(), ServeError> {
    let tcp = listeners.tcp.into_std().map_err(ServeError::Listener)?;
    let (socket, _file) = listeners.socket.map(UnixSocket::into_parts).unzip();
    let socket = socket.map(UnixListener::into_std).transpose();
    let socket = socket.map_err(ServeError::Listener)?;
    let roster = Arc::clone(roster);
    // Listeners belong to the runtime that they are made on.
    let serving = async move {
        let tcp = TcpListener::from_std(tcp)?;
        let socket = socket.map(UnixListener::from_std).transpose()?;
        let by_socket = async {
            if let Some(socket) = socket {
                let (routes, roster) = (routes.clone(), Arc::clone(&roster));
                accept(socket, routes, roster, shutdown.clone()).await;
            }
        };
        let by_tcp = accept(tcp, routes.clone(), Arc::clone(&roster), shutdown.clone());
        tokio::join!(by_tcp, by_socket);
        Ok(())
    };
    let Some(runtime) = runtime else {
        return serving.await.map_err(ServeError::Listener);
    };
    // A set, because that ends its tasks when it is dropped.
    let mut tasks = JoinSet::new();
    tasks.spawn_on(serving, &runtime);
    match tasks.join_next().await {
        Some(Ok(served)) => served.map_err(ServeError::Listener),
        Some(Err(error)) => Err(ServeError::Listener(io::Error::other(error))),
        None => Ok(()),
    }
}

pub(super) async fn serve_admin(
    routes: Routes,
    socket: Option<UnixSocket>,
    roster: &Arc<Roster>,
    shutdown: Shared<BoxFuture<'static, ()>>,
) {
    // Without an admin socket, the service ends when the public side does.
    if let Some(socket) = socket {
        let (listener, _file) = socket.into_parts();
        accept(listener, routes, Arc::clone(roster), shutdown).await;
    }
}

/// From shutdown to the end of patience.
pub(super) async fn drain(
    shutdown: Shared<BoxFuture<'static, ()>>,
    close: watch::Sender<bool>,
    rosters: &Rosters,
) {
    shutdown.await;
    sleep(STREAM_DRAIN_TIME).await;
    close.send_replace(true);
    rosters.cut_off();
    sleep(DRAIN_TIME_LIMIT.saturating_sub(STREAM_DRAIN_TIME)).await;
}

/// The connections of both doors.
pub(super) struct Rosters {
    pub(super) public: Arc<Roster>,
    pub(super) admin: Arc<Roster>,
}

impl Rosters {
    /// For a process that may have so many descriptors open.
    pub(super) fn new(descriptors: Option<u64>) -> Self {
        let roster = |all, of_peer| Arc::new(Roster::new(Places { all, of_peer }));
        let public = public_places(descriptors);
        Self {
            public: roster(public, MAX_PEER_CONNECTIONS.min(public)),
            admin: roster(MAX_ADMIN_CONNECTIONS, MAX_ADMIN_CONNECTIONS),
        }
    }

    fn cut_off(&self) {
        self.public.cut_off();
        self.admin.cut_off();
    }

    /// How the service ended, if it ends now.
    pub(super) fn drained(&self) -> Drained {
        match self.public.unanswered() + self.admin.unanswered() {
            0 => Drained::All,
            _ => Drained::TimedOut,
        }
    }
}

/// What `descriptors` leave for public connections. With few of them, connections and the rest
/// share them.
fn public_places(descriptors: Option<u64>) -> usize {
    let Some(descriptors) = descriptors else {
        return MAX_CONNECTIONS;
    };
    let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
    descriptors
        .saturating_sub(RESERVED_DESCRIPTORS)
        .max(descriptors / 4)
        .min(MAX_CONNECTIONS)
}
