use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::action::Action;
use crate::authority::admission::Admission;
use crate::authority::{Ask, Authority};
use crate::cli::commands::serve::error::ServiceError;
use crate::cli::error::CliError;
use crate::grpc::client::{Client, ClientError, Patience};
use crate::grpc::decision::Answered;
use crate::grpc::server::{Drained, ServeError, Server, runtime};
use crate::library::Library;

/// How long an answer may take that comes from this process: a busy machine is no error.
const LOOPBACK_TIMEOUT: Duration = Duration::from_secs(60);

/// A service of this process's own on a free loopback port, and a client of it.
pub(crate) struct Loopback {
    runtime: Runtime,
    client: Client,
    stop: oneshot::Sender<()>,
    service: JoinHandle<Result<Drained, ServeError>>,
}

impl Loopback {
    pub(crate) fn start(authority: Authority, library: Library) -> Result<Self, CliError> {
        let runtime = runtime().map_err(CliError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let (service, client) = runtime.block_on(async {
            let address = (Ipv4Addr::LOCALHOST, 0).into();
            let failed = |cause| ServiceError::Listen { address, cause };
            let listener = TcpListener::bind(address).await.map_err(failed)?;
            let endpoint = format!("http://{}", listener.local_addr().map_err(failed)?);
            let library = Arc::new(ArcSwap::from_pointee(library));
            let admission = Admission::by_this_program().map_err(CliError::ThisProgram)?;
            let server = Server::new(Arc::new(authority), library, admission);
            let service = tokio::spawn(async move {
                // A sender that is gone means the same as its word.
                let stopped = async { drop(stopped.await) };
                server.serve(listener, None, stopped).await
            });
            Ok::<_, CliError>((
                service,
                Client::connect(&endpoint, Patience::new(LOOPBACK_TIMEOUT)).await?,
            ))
        })?;
        Ok(Self {
            runtime,
            client,
            stop,
            service,
        })
    }

    pub(crate) fn decide(&self, action: Arc<Action>, ask: Ask) -> Result<Answered, ClientError> {
        self.runtime
            .block_on(self.client.clone().decide(action, ask))
    }

    /// Drains the service.
    pub(crate) fn stop(self) -> Result<(), CliError> {
        let Self {
            runtime,
            client,
            stop,
            service,
        } = self;
        drop(client);
        // An error means that the service has ended already; then it says why.
        let _ = stop.send(());
        match runtime.block_on(service) {
            Ok(served) => served.map(|_| ()).map_err(CliError::from),
            Err(panicked) => Err(CliError::Thread(std::io::Error::other(panicked))),
        }
    }
}
