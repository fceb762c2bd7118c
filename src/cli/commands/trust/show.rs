//! `cavra trust show`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::canonical::Digest;
use crate::cli::commands::trust::error::TrustFileError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::cli::trust_file::{self, TrustArgs};
use crate::keys::VerifyingKey;
use crate::trust::Trust;
use crate::trust::document::TrustFile;

const AFTER_HELP: &str = "\
The digest is SHA-256 over the canonical form of the document (RFC 8785), so white space doesn't
change it. What is shown of a signed file is what its envelope holds; `cavra trust verify` says
whether enough people signed it. Without FILE, the trust file that other commands use is shown.

Examples:
  cavra trust show
  cavra trust show trust.json
  cavra trust show trust-2.dsse.json --output json

Exit codes:
  0  shown
  1  there is no trust file, or the file is none; the message names the field";

/// Which file to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    /// The trust file, signed or not; `-` is standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["trust", "trust_digest"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

#[derive(Serialize)]
struct Shown<'a> {
    digest: Digest,
    expired: bool,
    /// People of the file with the role `trust` who signed it.
    signed_by: &'a [String],
    trust: &'a TrustFile,
}

pub(crate) fn run(args: &ShowArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let Some(file) = &args.file else {
        let link = args.trust.load()?;
        print(&link.trust, &link.by_own, out)?;
        return Ok(ExitStatus::Success);
    };
    let stored = trust_file::read(file)?;
    let signers = stored.signers(stored.trust());
    let signers = signers.map_err(|cause| TrustFileError::Envelope {
        path: file.clone(),
        cause,
    })?;
    print(stored.trust(), &signers, out)?;
    Ok(ExitStatus::Success)
}

/// Prints a trust file, and who of its people signed it.
pub(super) fn print(trust: &Trust, signers: &[String], out: &mut Output) -> Result<(), CliError> {
    let shown = Shown {
        digest: trust.digest(),
        expired: trust.is_expired(Timestamp::now()),
        signed_by: signers,
        trust: trust.file(),
    };
    match out.format() {
        OutputFormat::Json => out.json(&shown),
        OutputFormat::Table => table(&shown, out),
    }
}

fn table(shown: &Shown<'_>, out: &mut Output) -> Result<(), CliError> {
    let file = shown.trust;
    let title = format!("trust file, version {}", file.version);
    writeln!(out, "{}", style::paint(style::HEADING, title))?;
    writeln!(out, "  digest       {}", shown.digest)?;
    let expired = if shown.expired { "  (expired)" } else { "" };
    writeln!(out, "  expires      {}{expired}", file.expires)?;
    writeln!(out, "  min signers  {}", file.min_signers)?;
    row(out, "signed by", shown.signed_by)?;
    for person in &file.people {
        heading(out, &person.id, "")?;
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        row(out, "roles", &roles)?;
        row(out, "groups", &person.groups)?;
        row(out, "aliases", &person.aliases)?;
        row(out, "keys", &texts(&person.keys))?;
    }
    for service in &file.services {
        heading(out, &service.id, " (service)")?;
        let roles: Vec<&str> = service.roles.iter().map(|role| role.as_str()).collect();
        row(out, "roles", &roles)?;
        row(out, "keys", &texts(&service.keys))?;
    }
    Ok(())
}

fn heading(out: &mut Output, id: &str, what: &str) -> Result<(), CliError> {
    let heading = format!("{}{what}", printable(id));
    Ok(writeln!(
        out,
        "\n{}",
        style::paint(style::HEADING, heading)
    )?)
}

fn texts(keys: &[VerifyingKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn row<T: AsRef<str>>(out: &mut Output, name: &str, values: &[T]) -> Result<(), CliError> {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    let values = match values.as_slice() {
        [] => "none".to_owned(),
        values => printable(&values.join(", ")),
    };
    Ok(writeln!(out, "  {name:<11}  {values}")?)
}
