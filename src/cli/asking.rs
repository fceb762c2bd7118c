//! Who judges what a gate or a hook asks about: a service, or this process by a pack.

use std::path::PathBuf;
use std::sync::Arc;

use cavra_hook_config::{Config, ConfigError};
use clap::Args;

use super::error::CliError;
use super::global::GlobalArgs;
use super::packs::{ExpectArgs, LaxArgs, Packs, PolicyArgs};
use super::remote::Remote;
use super::service::{TimeoutArgs, TrustArgs};
use crate::action::Action;
use crate::authority::{Ask, Authority};
use crate::cli::exit::ExitStatus;
use crate::decision::Verdict;
use crate::grpc::client::SocketOwners;
use crate::grpc::decision::Answered;

/// The service that decides.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServiceArgs {
    /// The service that decides: `unix:PATH` or `http://HOST:PORT` [default: that of the managed
    /// configuration]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// The managed configuration that names the service [default: /etc/cavra/hook.json, else
    /// ~/.config/cavra/hook.json]
    #[arg(long, value_name = "FILE", conflicts_with = "endpoint")]
    config: Option<PathBuf>,
    #[command(flatten)]
    timeout: TimeoutArgs,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    expect: ExpectArgs,
}

/// A service, or a pack by which this process judges.
#[derive(Debug, Clone, Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    lax: LaxArgs,
}

/// Who judges.
pub(crate) enum Asking {
    /// This process.
    Local(Box<Authority>),
    /// A service.
    Remote(Box<Remote>, ExpectArgs),
}

impl ServiceArgs {
    /// Connects to the service.
    pub(crate) fn connect(&self) -> Result<Asking, CliError> {
        let patience = self.timeout.patience();
        let remote = match &self.endpoint {
            Some(endpoint) => self.trust.connect(endpoint, patience)?,
            None => {
                let config = match Config::read(self.config.as_deref()) {
                    Err(ConfigError::None) => return Err(CliError::NoService),
                    config => config?,
                };
                let owners = config.socket_owners.map(SocketOwners::new);
                let owners = owners.unwrap_or_else(SocketOwners::trusted_here);
                Remote::connect_trusting(&config.endpoint, patience, owners, None)?
            }
        };
        Ok(Asking::Remote(Box::new(remote), self.expect.clone()))
    }
}

impl AskArgs {
    /// The service, or the pack if one is named.
    pub(crate) fn open(&self, global: &GlobalArgs) -> Result<Asking, CliError> {
        if !self.policy.is_given() {
            return self.service.connect();
        }
        if self.service.endpoint.is_some() || self.service.config.is_some() {
            return Err(CliError::TwoJudges);
        }
        let packs = Packs::to_judge(global)?.letting(self.lax);
        let active = packs.load_to_decide(&self.policy.pack_ref())?;
        self.service.expect.check(active.identity())?;
        Ok(Asking::Local(Box::new(Authority::new(active, None))))
    }
}

impl Asking {
    /// Judges one action.
    pub(crate) fn one(&mut self, action: Action) -> Result<Answered, CliError> {
        match self {
            Self::Local(authority) => {
                let answer = authority.decide(Arc::new(action), Ask::default())?;
                Ok(Answered {
                    decision: answer.decision,
                    candidate: answer.candidate,
                })
            }
            Self::Remote(remote, expect) => {
                let answered = remote.judge(action, Ask::default())?;
                expect.check(&answered.decision.policy)?;
                Ok(answered)
            }
        }
    }
}

/// The exit code of one verdict.
pub(crate) fn status_of(verdict: Verdict) -> ExitStatus {
    match verdict {
        Verdict::Block => ExitStatus::Blocked,
        Verdict::RequireApproval => ExitStatus::ApprovalRequired,
        Verdict::AllowWithAttestation | Verdict::Warn | Verdict::AuditOnly | Verdict::Allow => {
            ExitStatus::Success
        }
    }
}
