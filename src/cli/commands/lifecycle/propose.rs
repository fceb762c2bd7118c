//! `cavra lifecycle propose` and `submit`: what a service keeps before a change.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::canonical::Digest;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::reason;
use crate::cli::named_files;
use crate::cli::output::{Output, printable};
use crate::cli::packs::error::PackError;
use crate::cli::service::EndpointArgs;
use crate::grpc::policy::Given;
use crate::library::load_file;

const PROPOSE_HELP: &str = "\
The service keeps the pack with its ancestors in its journal, at most 16 candidates and 64 MiB of
them. A pack with a `/` in its name, or that is a file or folder here, is sent along with its files
(its parents are the service's); any other name is a pack of the service's library.

Examples:
  cavra lifecycle propose ./next --reason 'tests may run' --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the store keeps the candidate
  1  the service refused, can't be asked, or the pack can't be read";

const SUBMIT_HELP: &str = "\
What was submitted counts for every later promotion: a rejection can't be left out. A request that
its requester withdrew is never taken again.

Examples:
  cavra lifecycle submit request.dsse.json bo.dsse.json --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  every document is recorded
  1  the service refused one, or can't be asked";

/// Which pack to propose.
#[derive(Debug, Args)]
#[command(after_help = PROPOSE_HELP)]
pub(crate) struct ProposeArgs {
    /// The pack, by its id or path
    #[arg(value_name = "ID|PATH")]
    pack: String,
    /// Why the policy should change, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    #[command(flatten)]
    service: EndpointArgs,
}

/// Which documents to submit.
#[derive(Debug, Args)]
#[command(after_help = SUBMIT_HELP)]
pub(crate) struct SubmitArgs {
    /// Signed requests, approvals, rejections, withdrawals and acknowledgements: DSSE envelopes, a
    /// request before its answers
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    service: EndpointArgs,
}

#[derive(Serialize)]
struct Proposed {
    bundle_digest: Digest,
    policy_digest: Digest,
    effective_digest: Digest,
    cases_digest: Digest,
    bytes: u64,
    is_new: bool,
}

#[derive(Serialize)]
struct Recorded<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_digest: Option<Digest>,
    person: &'a str,
    is_new: bool,
}

pub(crate) fn propose(args: &ProposeArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let (pack, reason) = (given(&args.pack)?, args.reason.clone());
    let mut remote = args.service.connect()?;
    let proposed = remote.call(async move |client| client.propose(pack, reason).await)?;
    let bundle = proposed.bundle;
    match out.format() {
        OutputFormat::Json => out.json(&Proposed {
            bundle_digest: bundle.bundle_digest,
            policy_digest: bundle.policy_digest,
            effective_digest: bundle.effective_digest,
            cases_digest: bundle.cases_digest,
            bytes: bundle.bytes,
            is_new: proposed.is_new,
        })?,
        OutputFormat::Table => {
            let what = match proposed.is_new {
                true => "proposed",
                false => "kept already",
            };
            writeln!(out, "{what}: bundle {}", bundle.bundle_digest)?;
            writeln!(out, "  effective digest  {}", bundle.effective_digest)?;
        }
    }
    Ok(ExitStatus::Success)
}

pub(crate) fn submit(args: &SubmitArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    for path in &args.files {
        let bytes = named_files::read(path, MAX_CHANGE_FILE_BYTES)?;
        let done = remote.call(async move |client| client.submit(bytes).await)?;
        match out.format() {
            OutputFormat::Json => out.json(&Recorded {
                kind: done.kind,
                request_digest: done.request_digest,
                person: &done.person,
                is_new: done.is_new,
            })?,
            OutputFormat::Table => {
                let what = match done.is_new {
                    true => "recorded",
                    false => "recorded before",
                };
                let (kind, person) = (done.kind, printable(&done.person));
                write!(out, "{what}: {kind} by {person}")?;
                if let Some(digest) = done.request_digest {
                    write!(out, ", request {digest}")?;
                }
                writeln!(out)?;
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// A pack as it is sent: with its files if it is named by a path, else by its id.
fn given(name: &str) -> Result<Given, CliError> {
    let path = Path::new(name);
    if !name.contains('/') && !path.exists() {
        return Ok(Given::Pack(name.to_owned()));
    }
    Ok(Given::Bundle(load_file(path).map_err(PackError::File)?))
}
