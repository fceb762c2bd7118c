//! The service whose requests are looked at or answered.

use clap::Args;
use uuid::Uuid;

use super::error::ApprovalsError;
use crate::cli::error::CliError;
use crate::cli::remote::Remote;
use crate::cli::service::TimeoutArgs;
use crate::grpc::approval::ShownApproval;
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

    /// Connects, and gets a request that is to be signed. What a person reads there is all that they
    /// know of it, since what they sign names the action by a keyed hash: the service must be who it
    /// seems, and the request the one that they asked for.
    pub(super) fn to_sign(&self, id: Uuid) -> Result<(Remote, ShownApproval), CliError> {
        if !self.endpoint.starts_with("unix:") {
            return Err(ApprovalsError::UnprovedService(self.endpoint.clone()).into());
        }
        let mut remote = self.connect()?;
        let approval = remote.call(async |client| client.approval(id).await)?;
        let shown = approval.binding.approval_id;
        match shown == id {
            true => Ok((remote, approval)),
            false => Err(ApprovalsError::OtherRequest { asked: id, shown }.into()),
        }
    }
}
