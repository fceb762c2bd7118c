//! Who hears of requests for approvals.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::error::ServiceError;
use crate::authority::Authority;
use crate::authority::approvals::Approvals;
use crate::authority::approvals::notice_queue::NoticeQueue;
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::keys::SigningKey;
use crate::webhook::Webhook;
use crate::webhook::endpoint::{Roots, WebhookUrl};
use crate::webhook::limits::MAX_CERTIFICATE_BYTES;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Approvals")]
pub(super) struct WebhookArgs {
    /// Where a notice of each request for an approval is posted, such as a chat or a ticket system:
    /// an `https://` URL. It is signed by the key that signs checkpoints
    #[arg(long, value_name = "URL")]
    approval_webhook: Option<WebhookUrl>,
    /// The certificates that vouch for that receiver, and no others: a PEM file [default: those that
    /// Mozilla trusts]
    #[arg(long, value_name = "FILE", requires = "approval_webhook")]
    approval_webhook_ca: Option<PathBuf>,
}

impl WebhookArgs {
    /// The same authority, which has no requests to give notice of.
    pub(super) fn without(&self, authority: Authority) -> Result<Authority, CliError> {
        match self.approval_webhook {
            Some(_) => Err(ServiceError::NoApprovals.into()),
            None => Ok(authority),
        }
    }

    /// The same authority with these approvals, and the thread that gives notice of requests, if there
    /// is somebody to hear of them.
    pub(super) fn begin(
        &self,
        authority: Authority,
        approvals: Approvals,
        key: SigningKey,
    ) -> Result<(Authority, Option<Webhook>), CliError> {
        let Some(url) = self.approval_webhook.clone() else {
            return Ok((authority.with_approvals(Arc::new(approvals)), None));
        };
        let receiver = (url, self.roots()?);
        let queue = Arc::new(NoticeQueue::default());
        let approvals = Arc::new(approvals.queued(Arc::clone(&queue)));
        let webhook = Webhook::start(receiver, key, Arc::clone(&approvals), queue);
        let webhook = webhook.map_err(CliError::Thread)?;
        Ok((authority.with_approvals(approvals), Some(webhook)))
    }

    fn roots(&self) -> Result<Roots, CliError> {
        let Some(path) = &self.approval_webhook_ca else {
            return Ok(Roots::default());
        };
        let roots = Roots::of_pem(&named_files::read(path, MAX_CERTIFICATE_BYTES)?);
        Ok(roots.map_err(|cause| ServiceError::Certificates {
            path: path.clone(),
            cause,
        })?)
    }
}
