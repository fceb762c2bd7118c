//! `cavra lifecycle ratify`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::change::{change_file, change_files};
use crate::authority::gate::documents::Given;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable};
use crate::cli::service::EndpointArgs;
use crate::decision::PolicyIdentity;

const AFTER_HELP: &str = "\
The request (`cavra lifecycle request --ratification`) names the policy in force as its candidate,
the policy that break-glass replaced, and the record of the break-glass. It takes the approvals of
a promotion from the one to the other, and an acknowledgement of each case of the replaced policy
that is lost. The person who broke the glass doesn't count, by no key and under no alias. A
refusal lists everything that is missing.

Examples:
  cavra lifecycle ratify request.dsse.json bo.dsse.json --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the policy stays in force
  1  the service refused, or can't be asked";

/// What to ratify.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RatifyArgs {
    /// The signed request for the ratification
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// Approvals and rejections; those that were submitted count too
    #[arg(value_name = "ANSWER")]
    answers: Vec<PathBuf>,
    /// A signed acknowledgement of a case that was lost; may be repeated. Those that were submitted count
    /// too
    #[arg(long, value_name = "FILE")]
    acknowledgement: Vec<PathBuf>,
    #[command(flatten)]
    service: EndpointArgs,
}

#[derive(Serialize)]
struct Shown<'a> {
    active: &'a PolicyIdentity,
    activation_index: u64,
    position: u64,
}

pub(crate) fn run(args: &RatifyArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let documents = Given {
        request: change_file(&args.request)?,
        answers: change_files(&args.answers)?,
        acknowledgements: change_files(&args.acknowledgement)?,
        ..Given::default()
    };
    let mut remote = args.service.connect()?;
    let ratified = remote.call(async move |client| client.ratify(documents).await)?;
    let active = &ratified.active;
    let (activation_index, position) = (ratified.activation_index, ratified.position);
    match out.format() {
        OutputFormat::Json => out.json(&Shown {
            active,
            activation_index,
            position,
        })?,
        OutputFormat::Table => {
            let (id, version) = (printable(&active.id), printable(&active.version));
            writeln!(
                out,
                "ratified    {id} {version} ({})",
                active.effective_digest
            )?;
            writeln!(out, "  in force  since record {activation_index}")?;
            writeln!(out, "  record    {position}")?;
        }
    }
    Ok(ExitStatus::Success)
}
