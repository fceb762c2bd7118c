//! The service whose policies are changed or looked at.

use std::path::Path;

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::packs::error::PackError;
use crate::cli::remote::Remote;
use crate::cli::service::TimeoutArgs;
use crate::grpc::client::SocketOwners;
use crate::grpc::policy::Given;
use crate::library::load_file;

/// The service that is changed.
#[derive(Debug, Clone, Args)]
pub(super) struct ServiceArgs {
    /// The service, by its admin socket: `unix:PATH`
    #[arg(long, value_name = "URL")]
    endpoint: String,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

impl ServiceArgs {
    /// The service as it was named.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Connects. A Unix socket must be served by this user or root.
    pub(super) fn connect(&self) -> Result<Remote, CliError> {
        let owners = SocketOwners::trusted_here();
        Remote::connect_trusting(&self.endpoint, self.timeout.patience(), owners, None)
    }
}

/// The service that is changed, where a command may do without.
#[derive(Debug, Clone, Args)]
pub(super) struct MaybeServiceArgs {
    /// The service, by its admin socket: `unix:PATH`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

/// The service that is looked at.
#[derive(Debug, Clone, Args)]
pub(super) struct ReadArgs {
    /// The service: `http://HOST:PORT`, or `unix:PATH` of a socket
    #[arg(long, value_name = "URL")]
    endpoint: String,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

/// The service that is looked at, where a command may do without.
#[derive(Debug, Clone, Args)]
pub(super) struct MaybeReadArgs {
    /// The service: `http://HOST:PORT`, or `unix:PATH` of a socket
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

impl MaybeServiceArgs {
    /// The service, if one is named.
    pub(super) fn named(&self) -> Option<ServiceArgs> {
        named(self.endpoint.as_ref(), self.timeout)
    }
}

impl ReadArgs {
    /// The service as it was named.
    pub(super) fn service(&self) -> ServiceArgs {
        ServiceArgs {
            endpoint: self.endpoint.clone(),
            timeout: self.timeout,
        }
    }
}

impl MaybeReadArgs {
    /// The service, if one is named.
    pub(super) fn named(&self) -> Option<ServiceArgs> {
        named(self.endpoint.as_ref(), self.timeout)
    }
}

fn named(endpoint: Option<&String>, timeout: TimeoutArgs) -> Option<ServiceArgs> {
    Some(ServiceArgs {
        endpoint: endpoint?.clone(),
        timeout,
    })
}

/// A pack as it is sent: with its files if it is named by a path, else by its id.
pub(super) fn given(name: &str) -> Result<Given, CliError> {
    let path = Path::new(name);
    if !name.contains('/') && !path.exists() {
        return Ok(Given::Pack(name.to_owned()));
    }
    Ok(Given::Bundle(load_file(path).map_err(PackError::File)?))
}
