//! `cavra lifecycle promote` and `rollback`: what is enforced changes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::error::ChangeError;
use crate::authority::gate::documents::Given;
use crate::authority::gate::limits::{MAX_PROMOTION_PACKET_BYTES, MAX_REPORT_FILE_BYTES};
use crate::authority::gate::rollback::Return;
use crate::canonical::{Digest, parse_strict};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::reason;
use crate::cli::named_files;
use crate::cli::output::{Output, printable};
use crate::cli::service::EndpointArgs;
use crate::decision::PolicyIdentity;
use crate::grpc::lifecycle::Changed;
use crate::keys::dsse::Envelope;
use crate::shadow::report;

const PROMOTE_HELP: &str = "\
The service verifies the request and the approvals by its trust file (`serve --trust`) and the
clock, and compiles the candidate from its store, decides its cases and lints it. Unless the
candidate only tightens, it needs a shadow report that a service of the trust file signed: the
report is recomputed from the journal, and what was decided since is judged again. One record in
the journal uses the request up. A refusal lists everything that is missing.

Examples:
  cavra lifecycle promote request.dsse.json bo.dsse.json --report report.dsse.json \\
      --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the candidate is in force
  1  the service refused, or can't be asked";

const ROLLBACK_HELP: &str = "\
Without a bundle, the policy returns that the last change replaced. The dry run comes first. The
approvals of the promotion cover one return until its request's `rollback_until`; any other return
needs a request for a rollback and its approvals. What came into force by break-glass and isn't
ratified is undone without either.

Examples:
  cavra lifecycle rollback --reason 'agents are blocked' --endpoint unix:/run/cavra/admin.sock
  cavra lifecycle rollback --rehearse --endpoint unix:/run/cavra/admin.sock
  cavra lifecycle rollback --bundle sha256:… --request back.dsse.json --answer bo.dsse.json \\
      --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the policy is in force again, or the rehearsal succeeded
  1  the service refused, or can't be asked";

/// What to put in force.
#[derive(Debug, Args)]
#[command(after_help = PROMOTE_HELP)]
pub(crate) struct PromoteArgs {
    /// The signed request
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// Approvals and rejections; those that were submitted count too
    #[arg(value_name = "ANSWER")]
    answers: Vec<PathBuf>,
    /// The signed shadow report
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// A signed acknowledgement of what the candidate loosens; may be repeated; those that were
    /// submitted count too
    #[arg(long, value_name = "FILE")]
    acknowledgement: Vec<PathBuf>,
    /// The readiness packet that people looked at; the record names its digest
    #[arg(long, value_name = "FILE")]
    packet: Option<PathBuf>,
    #[command(flatten)]
    service: EndpointArgs,
}

/// What to return to.
#[derive(Debug, Args)]
#[command(after_help = ROLLBACK_HELP)]
pub(crate) struct RollbackArgs {
    /// The digest of the bundle to return to [default: what the last change replaced]
    #[arg(long, value_name = "DIGEST")]
    bundle: Option<Digest>,
    /// A signed request for the return
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// An approval or a rejection of the request; may be repeated
    #[arg(long, value_name = "FILE", requires = "request")]
    answer: Vec<PathBuf>,
    /// Why the policy returns, 1 to 4,096 bytes; a request and a rehearsal need none
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = reason,
        required_unless_present_any = ["request", "rehearse"],
    )]
    reason: Option<String>,
    /// Do everything but the change, and record that it was tried
    #[arg(long)]
    rehearse: bool,
    #[command(flatten)]
    service: EndpointArgs,
}

#[derive(Serialize)]
struct Made<'a> {
    active: &'a PolicyIdentity,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'a PolicyIdentity>,
    activation_index: u64,
    rehearsal: bool,
}

pub(crate) fn promote(args: &PromoteArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let (report, packet) = (args.report.as_deref(), args.packet.as_deref());
    let documents = Given {
        request: change_file(&args.request)?,
        answers: change_files(&args.answers)?,
        report: report.map(signed_report).transpose()?,
        acknowledgements: change_files(&args.acknowledgement)?,
        packet: packet
            .map(|path| named_files::read(path, MAX_PROMOTION_PACKET_BYTES))
            .transpose()?,
    };
    let mut remote = args.service.connect()?;
    let changed = remote.call(async move |client| client.promote(documents).await)?;
    print(&changed, false, out)
}

pub(crate) fn rollback(args: &RollbackArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let documents = match &args.request {
        None => None,
        Some(request) => Some(Given {
            request: change_file(request)?,
            answers: change_files(&args.answer)?,
            ..Given::default()
        }),
    };
    let wanted = Return {
        bundle_digest: args.bundle,
        documents,
        reason: args.reason.clone(),
        rehearse: args.rehearse,
    };
    let mut remote = args.service.connect()?;
    let changed = remote.call(async move |client| client.roll_back(wanted).await)?;
    print(&changed, args.rehearse, out)
}

/// The envelope of a shadow report. A report without a signature is refused here, by its name.
fn signed_report(path: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = named_files::read(path, MAX_REPORT_FILE_BYTES)?;
    let is_bare = Envelope::read(&bytes).is_err()
        && parse_strict(&bytes).is_ok_and(|value| {
            value.get("schema_version").and_then(Value::as_str) == Some(report::SCHEMA_VERSION)
        });
    match is_bare {
        true => Err(ChangeError::BareReport(path.to_owned()).into()),
        false => Ok(bytes),
    }
}

pub(super) fn change_file(path: &Path) -> Result<Vec<u8>, CliError> {
    named_files::read(path, MAX_CHANGE_FILE_BYTES)
}

pub(super) fn change_files(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, CliError> {
    paths.iter().map(|path| change_file(path)).collect()
}

fn print(changed: &Changed, rehearsal: bool, out: &mut Output) -> Result<ExitStatus, CliError> {
    let Changed {
        active,
        previous,
        activation_index,
    } = changed;
    match out.format() {
        OutputFormat::Json => out.json(&Made {
            active,
            previous: previous.as_ref(),
            activation_index: *activation_index,
            rehearsal,
        })?,
        OutputFormat::Table => {
            match rehearsal {
                true => writeln!(out, "the rollback would be made; nothing was changed")?,
                false => writeln!(out, "in force    {}", named(active))?,
            }
            if let Some(previous) = previous {
                writeln!(out, "  replaced  {}", named(previous))?;
            }
            writeln!(out, "  record    {activation_index}")?;
        }
    }
    Ok(ExitStatus::Success)
}

fn named(policy: &PolicyIdentity) -> String {
    let (id, version) = (printable(&policy.id), printable(&policy.version));
    format!("{id} {version} ({})", policy.effective_digest)
}
