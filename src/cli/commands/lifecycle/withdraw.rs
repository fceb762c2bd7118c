//! `cavra lifecycle withdraw`: a candidate or a request is taken back.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::error::ChangeError;
use super::reading;
use crate::canonical::Digest;
use crate::change::approval::MEDIA_TYPE;
use crate::change::requested::Expected;
use crate::change::signed::SignedDocument;
use crate::change::withdrawal::{Withdrawal, WithdrawalStatement};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::reason;
use crate::cli::named_files;
use crate::cli::output::{Output, document, printable};
use crate::cli::person_key::MaybePersonKeyArgs;
use crate::cli::service::{EndpointArgs, MaybeEndpointArgs};
use crate::cli::trust_file::TrustArgs;
use crate::keys::dsse::Envelope;
use crate::trust::Holder;

const AFTER_HELP: &str = "\
A candidate is taken back from the store of a service, which makes room for another. A request is
taken back by its requester, who signs that; `cavra lifecycle submit` gives it to the service, and
from then on nobody can promote by that request.

Examples:
  cavra lifecycle withdraw sha256:… --reason 'another one is better' \\
      --endpoint unix:/run/cavra/admin.sock
  cavra lifecycle withdraw --request request.dsse.json --reason 'the tests write to /etc' \\
      --signing-key ada.key --out withdrawal.dsse.json

Exit codes:
  0  the candidate was taken back, or the withdrawal is signed
  1  the service refused, or can't be asked; the request doesn't count, or somebody else asked";

/// What to take back.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct WithdrawArgs {
    /// The digest of the candidate's bundle
    #[arg(value_name = "DIGEST", required_unless_present = "request")]
    bundle: Option<Digest>,
    /// Take this signed request back instead
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["bundle", "endpoint"],
        requires_all = ["signing_key", "out"],
    )]
    request: Option<PathBuf>,
    /// Why it is taken back, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    #[command(flatten)]
    key: MaybePersonKeyArgs,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE", requires = "request")]
    out: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    service: MaybeEndpointArgs,
}

pub(crate) fn run(args: &WithdrawArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    match (&args.request, &args.out, args.bundle, args.service.named()) {
        (Some(request), Some(envelope), _, _) => args.request(request, envelope, out)?,
        (None, _, Some(bundle), Some(service)) => args.candidate(bundle, &service, out)?,
        _ => return Err(ChangeError::NothingToWithdraw.into()),
    }
    Ok(ExitStatus::Success)
}

impl WithdrawArgs {
    fn candidate(
        &self,
        bundle: Digest,
        service: &EndpointArgs,
        out: &mut Output,
    ) -> Result<(), CliError> {
        let reason = self.reason.clone();
        let mut remote = service.connect()?;
        remote.call(async move |client| client.withdraw(bundle, reason).await)?;
        match out.format() {
            OutputFormat::Json => out.json(&serde_json::json!({ "withdrawn": bundle })),
            OutputFormat::Table => Ok(writeln!(out, "withdrawn: bundle {bundle}")?),
        }
    }

    fn request(&self, request: &Path, envelope: &Path, out: &mut Output) -> Result<(), CliError> {
        let now = Timestamp::now();
        let trust = self.trust.load()?.trust;
        let requested = reading::requested(request, &trust, Expected::default(), now)?;
        let key = self.key.signing_key()?;
        let Some(Holder::Person(person)) = trust.holder(key.verifying_key()) else {
            return Err(ChangeError::NobodysKey(key.verifying_key().to_string()).into());
        };
        let statement = WithdrawalStatement::of(Withdrawal {
            request_digest: requested.digest,
            to_effective_digest: requested.request.candidate.effective_digest,
            reason: self.reason.clone(),
            withdrawn_by: person.id.clone(),
            withdrawn_at: now,
        });
        let about = statement.check_about(&requested, person);
        about.map_err(ChangeError::Withdrawal)?;
        let bytes = statement.to_signed_bytes()?;
        let signed = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ChangeError::Sign)?;
        named_files::write(envelope, &document(&signed)?)?;
        match out.format() {
            OutputFormat::Json => out.json(&statement),
            OutputFormat::Table => {
                let person = printable(&person.id);
                Ok(writeln!(
                    out,
                    "withdrawn by {person}: {}",
                    requested.digest
                )?)
            }
        }
    }
}
