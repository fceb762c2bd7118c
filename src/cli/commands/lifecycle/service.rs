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

/// The service that is asked.
#[derive(Debug, Clone, Args)]
pub(super) struct ServiceArgs {
    /// The service: `unix:PATH` of its admin socket; a command that only looks also takes
    /// `http://HOST:PORT`
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

/// The service that is asked, where a command may do without.
#[derive(Debug, Clone, Args)]
pub(super) struct MaybeServiceArgs {
    /// The service: `unix:PATH` of its admin socket; a command that only looks also takes
    /// `http://HOST:PORT`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

impl MaybeServiceArgs {
    /// The service, if one is named.
    pub(super) fn named(&self) -> Option<ServiceArgs> {
        Some(ServiceArgs {
            endpoint: self.endpoint.clone()?,
            timeout: self.timeout,
        })
    }
}

/// A pack as it is sent: with its files if it is named by a path, else by its id.
pub(super) fn given(name: &str) -> Result<Given, CliError> {
    let path = Path::new(name);
    if !name.contains('/') && !path.exists() {
        return Ok(Given::Pack(name.to_owned()));
    }
    Ok(Given::Bundle(load_file(path).map_err(PackError::File)?))
}
