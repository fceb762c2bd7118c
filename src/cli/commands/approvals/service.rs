//! The service whose requests are looked at or answered.

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::remote::Remote;
use crate::cli::service::TimeoutArgs;
use crate::grpc::client::SocketOwners;

/// The service that is asked.
#[derive(Debug, Clone, Args)]
pub(super) struct ServiceArgs {
    /// The service: `unix:PATH` or `http://HOST:PORT`
    #[arg(long, value_name = "URL")]
    endpoint: String,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

impl ServiceArgs {
    /// Connects. A Unix socket must be served by this user or root.
    pub(super) fn connect(&self) -> Result<Remote, CliError> {
        let owners = SocketOwners::trusted_here();
        Remote::connect_trusting(&self.endpoint, self.timeout.patience(), owners, None)
    }
}
