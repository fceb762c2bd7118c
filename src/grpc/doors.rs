//! The doors of a service: how each is served, and how all are closed.

use std::io;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::sync::Arc;

use futures::future::{BoxFuture, Shared};
use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tonic::service::Routes;

use super::connections::{Listener, Places, Roster, accept};
use super::lifetime::{Drained, ServeError};
use super::limits::{
    DRAIN_TIME_LIMIT, MAX_ADMIN_CONNECTIONS, MAX_CONNECTIONS, MAX_PEER_CONNECTIONS,
    RESERVED_DESCRIPTORS, STREAM_DRAIN_TIME,
};
use super::unix_socket::{SocketFile, UnixSocket};

/// What the public door and the agents' door listen on.
pub(super) struct PublicListeners {
    pub(super) tcp: Option<TcpListener>,
    pub(super) socket: Option<UnixSocket>,
    pub(super) agents: Option<UnixSocket>,
}

/// What the public door and the agents' door serve.
pub(super) struct PublicRoutes {
    pub(super) public: Routes,
    pub(super) agents: Routes,
}

/// A listener that can be taken to another runtime, and the file of its socket.
fn portable(
    socket: Option<UnixSocket>,
) -> io::Result<(Option<StdUnixListener>, Option<SocketFile>)> {
    let (listener, file) = socket.map(UnixSocket::into_parts).unzip();
    Ok((
        listener.map(UnixListener::into_std).transpose()?,
        file.flatten(),
    ))
}

/// Serves the public door and the agents' door, on `runtime` if one is given.
pub(super) async fn serve_public(
    routes: PublicRoutes,
    listeners: PublicListeners,
    roster: &Arc<Roster>,
    shutdown: Shared<BoxFuture<'static, ()>>,
    runtime: Option<Handle>,
) -> Result<(), ServeError> {
    let tcp = listeners.tcp.map(TcpListener::into_std).transpose();
    let tcp = tcp.map_err(ServeError::Listener)?;
    let (socket, _file) = portable(listeners.socket).map_err(ServeError::Listener)?;
    let (agents, _agents_file) = portable(listeners.agents).map_err(ServeError::Listener)?;
    let roster = Arc::clone(roster);
    // Listeners belong to the runtime that they are made on.
    let serving = async move {
        let tcp = tcp.map(TcpListener::from_std).transpose()?;
        let socket = socket.map(UnixListener::from_std).transpose()?;
        let agents = agents.map(UnixListener::from_std).transpose()?;
        let by_tcp = maybe(tcp, routes.public.clone(), &roster, shutdown.clone());
        let by_socket = maybe(socket, routes.public.clone(), &roster, shutdown.clone());
        let by_agents = maybe(agents, routes.agents, &roster, shutdown.clone());
        tokio::join!(by_tcp, by_socket, by_agents);
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

/// Serves a listener, if there is one.
async fn maybe<L: Listener>(
    listener: Option<L>,
    routes: Routes,
    roster: &Arc<Roster>,
    shutdown: Shared<BoxFuture<'static, ()>>,
) {
    if let Some(listener) = listener {
        accept(listener, routes, Arc::clone(roster), shutdown).await;
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

/// The connections of all doors.
pub(super) struct Rosters {
    /// Those of the public door and of the agents' door, which share its places.
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
