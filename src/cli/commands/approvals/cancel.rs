//! `cavra approvals cancel`

use std::io::Write as _;

use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;
use uuid::Uuid;

use super::answer::{Words, signed, to_sign};
use crate::approval::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, document, printable};
use crate::cli::person_key::MaybePersonKeyArgs;
use crate::cli::service::EndpointArgs;
use crate::cli::trust_file::TrustArgs;
use crate::grpc::approval::ShownApproval;

const AFTER_HELP: &str = "\
The user who asked takes a request back without a signature. Anybody else signs: a person of the
trust file with the role `approve` who is in a group that must approve, or who asked under an alias.
The action may be asked for again; `deny` keeps it from that for a while.

Examples:
  cavra approvals cancel 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --endpoint unix:/run/cavra/cavra.sock
  cavra approvals cancel 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --signing-key bo.key \\
      --reason 'the session has ended' --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  taken back
  1  somebody else asked and nobody signed, the signature doesn't count, the request is over, or the
     service can't be asked";

/// How long a signed document may be used: it is given to the service at once.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Which request to take back, and by whom.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CancelArgs {
    /// The request: the `approval_id` of a decision
    // The arguments of a key require one that is called so.
    #[arg(value_name = "ID", id = "request")]
    id: Uuid,
    #[command(flatten)]
    key: MaybePersonKeyArgs,
    /// With --signing-key: why, in your words
    #[arg(long, value_name = "TEXT", requires = "signing_key")]
    reason: Option<String>,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    service: EndpointArgs,
}

/// The answer for a program.
#[derive(Serialize)]
struct Cancelled {
    #[serde(flatten)]
    approval: ShownApproval,
    /// The person who signed. Absent if nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

pub(crate) fn run(args: &CancelArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let cancelled = args.cancel()?;
    match (out.format(), &cancelled.person) {
        (OutputFormat::Json, _) => out.json(&cancelled)?,
        (OutputFormat::Table, None) => writeln!(out, "taken back: {}", args.id)?,
        (OutputFormat::Table, Some(person)) => {
            writeln!(out, "taken back by {}: {}", printable(person), args.id)?;
        }
    }
    Ok(ExitStatus::Success)
}

impl CancelArgs {
    fn cancel(&self) -> Result<Cancelled, CliError> {
        if !self.key.is_given() {
            let mut remote = self.service.connect()?;
            let approval = remote.call(async |client| client.cancel_approval(self.id).await)?;
            return Ok(Cancelled {
                approval,
                person: None,
            });
        }
        let (mut remote, asked) = to_sign(&self.service, self.id)?;
        let words = Words {
            answer: Answer::Cancel,
            reason: self.reason.as_deref().unwrap_or_default(),
            valid_for: VALID_FOR,
        };
        let trust = self.trust.load()?.trust;
        let envelope = signed(&asked.approval, words, &trust, &self.key.signing_key()?)?;
        let envelope = document(&envelope)?.into_bytes();
        let (approval, person) =
            remote.call(async |client| client.cancel_signed(envelope).await)?;
        Ok(Cancelled {
            approval,
            person: Some(person),
        })
    }
}
