//! `cavra lifecycle break-glass sign` and `send`: a policy comes into force in an emergency.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::error::ChangeError;
use super::next;
use crate::canonical::Digest;
use crate::change::break_glass::{BreakGlass, MEDIA_TYPE, SCHEMA_VERSION, VerifiedBreakGlass};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::signed::SignedDocument;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::{future, reason};
use crate::cli::named_files;
use crate::cli::output::{Output, document, printable, style};
use crate::cli::person_key::PersonKeyArgs;
use crate::cli::service::EndpointArgs;
use crate::decision::PolicyIdentity;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;

/// Hours until a statement ends whose end is not named.
const HOURS: i64 = 4;

const SIGN_HELP: &str = "\
It works offline. The statement is for one journal and one activation in it, and counts once.
`cavra lifecycle status` names the journal, the activation and the bundles of the store. A person
with the role `break_glass` signs it; no approvals are needed, and `--expires` is at most 24 hours
ahead. Until then others should ratify the change.

Examples:
  cavra lifecycle break-glass sign --bundle sha256:… --journal-key journal.pub \\
      --activation-index 12 --incident INC-2041 --reason 'all deployments are blocked' \\
      --signing-key ada.key --out glass.dsse.json

Exit codes:
  0  signed
  1  the statement can't be made, or the key can't be used";

const SEND_HELP: &str = "\
The policy comes into force if its bundle is in the store, it decides its cases, and lint finds no
blocker. From then on each decision says `policy_state: break_glass`, and `cavra lifecycle status`
exits with 2. Only `cavra lifecycle ratify` and `cavra lifecycle rollback` to what was replaced are
taken; the rollback needs no documents. Nothing returns by itself: after the statement has expired,
the health service `cavra.policy` is NOT_SERVING.

Examples:
  cavra lifecycle break-glass send glass.dsse.json --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the policy is in force
  1  the service refused, or can't be asked";

/// What to do with a break-glass statement.
#[derive(Debug, Subcommand)]
pub(crate) enum BreakGlassCommand {
    /// Sign a statement that a policy comes into force at once
    Sign(SignArgs),
    /// Put the policy in force that a signed statement names
    Send(SendArgs),
}

/// What comes into force, and why.
#[derive(Debug, Args)]
#[command(after_help = SIGN_HELP)]
pub(crate) struct SignArgs {
    /// The digest of the bundle that is to come into force
    #[arg(long, value_name = "DIGEST")]
    bundle: Digest,
    /// The public key of the journal (`journal.pub` in the service's data directory), or the file that
    /// holds it
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: KeyArgument,
    /// The position in the journal of the record that put the policy in force that is replaced
    #[arg(long, value_name = "N")]
    activation_index: u64,
    /// What happened, as others can look it up, such as the id of a ticket
    #[arg(long, value_name = "TEXT")]
    incident: String,
    /// Why the policy must come into force at once, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Until when the statement counts, and the change should be ratified: a time or a date, at most
    /// 24 hours ahead [default: in 4 hours]
    #[arg(long, value_name = "TIME", value_parser = future)]
    expires: Option<Timestamp>,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Which statement, and for which service.
#[derive(Debug, Args)]
#[command(after_help = SEND_HELP)]
pub(crate) struct SendArgs {
    /// The signed statement
    #[arg(value_name = "STATEMENT")]
    statement: PathBuf,
    #[command(flatten)]
    service: EndpointArgs,
}

#[derive(Serialize)]
struct Broke<'a> {
    active: &'a PolicyIdentity,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'a PolicyIdentity>,
    activation_index: u64,
}

#[derive(Serialize)]
struct Shown<'a> {
    valid: bool,
    statement: &'a BreakGlass,
    statement_digest: Digest,
    signed_by: &'a str,
    trust_digest: Digest,
    as_of: Timestamp,
}

pub(crate) fn run(command: &BreakGlassCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        BreakGlassCommand::Sign(args) => sign(args, out),
        BreakGlassCommand::Send(args) => send(args, out),
    }
}

fn sign(args: &SignArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let (log, now) = (args.journal_key.public("--journal-key")?, Timestamp::now());
    let later = now.checked_add(SignedDuration::from_hours(HOURS));
    let statement = BreakGlass {
        schema_version: SCHEMA_VERSION.to_owned(),
        journal_origin: log.name().to_string(),
        log_key_id: format!("{:08x}", log.id()),
        activation_index: args.activation_index,
        bundle_digest: args.bundle,
        incident: args.incident.clone(),
        reason: args.reason.clone(),
        issued_at: now,
        expires_at: args.expires.unwrap_or(later.unwrap_or(Timestamp::MAX)),
    };
    let bytes = statement
        .to_signed_bytes()
        .map_err(ChangeError::NewBreakGlass)?;
    let key = args.key.signing_key()?;
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ChangeError::Sign)?;
    named_files::write(&args.out, &document(&envelope)?)?;
    match out.format() {
        OutputFormat::Json => out.json(&statement)?,
        OutputFormat::Table => {
            writeln!(out, "break-glass statement {}", Digest::of(&bytes))?;
            fields(&statement, out)?;
        }
    }
    Ok(ExitStatus::Success)
}

fn send(args: &SendArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let statement = named_files::read(&args.statement, MAX_CHANGE_FILE_BYTES)?;
    let mut remote = args.service.connect()?;
    let changed = remote.call(async move |client| client.break_glass(statement).await)?;
    let (active, previous) = (&changed.active, changed.previous.as_ref());
    let activation_index = changed.activation_index;
    match out.format() {
        OutputFormat::Json => out.json(&Broke {
            active,
            previous,
            activation_index,
        })?,
        OutputFormat::Table => {
            writeln!(out, "in force by break-glass  {}", named(active))?;
            if let Some(previous) = previous {
                writeln!(out, "  replaced  {}", named(previous))?;
            }
            writeln!(out, "  record    {activation_index}")?;
            for next in next::of_break_glass(activation_index) {
                writeln!(out, "  next      {next}")?;
            }
        }
    }
    Ok(ExitStatus::Success)
}

fn named(policy: &PolicyIdentity) -> String {
    let (id, version) = (printable(&policy.id), printable(&policy.version));
    format!("{id} {version} ({})", policy.effective_digest)
}

/// The statement in an envelope, if it counts as of the time `at`.
pub(super) fn statement(
    path: &Path,
    envelope: &Envelope,
    trust: &Trust,
    at: Timestamp,
) -> Result<VerifiedBreakGlass, CliError> {
    let verified = VerifiedBreakGlass::verify(envelope, trust, at);
    Ok(verified.map_err(|cause| ChangeError::BreakGlass {
        path: path.to_owned(),
        cause,
    })?)
}

/// Shows a statement that counts.
pub(super) fn show(
    broken: &VerifiedBreakGlass,
    trust: &Trust,
    at: Timestamp,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match out.format() {
        OutputFormat::Json => out.json(&Shown {
            valid: true,
            statement: &broken.statement,
            statement_digest: broken.digest,
            signed_by: &broken.person,
            trust_digest: trust.digest(),
            as_of: at,
        })?,
        OutputFormat::Table => {
            fields(&broken.statement, out)?;
            writeln!(out, "  signed by    {}", printable(&broken.person))?;
            writeln!(out, "  trust file   {}", trust.digest())?;
            writeln!(out, "  as of        {at}")?;
            writeln!(out, "{}", style::paint(style::passed(true), "valid"))?;
        }
    }
    Ok(ExitStatus::Success)
}

fn fields(statement: &BreakGlass, out: &mut Output) -> Result<(), CliError> {
    let place = format!(
        "{}+{}, record {}",
        statement.journal_origin, statement.log_key_id, statement.activation_index
    );
    let rows = [
        ("bundle", statement.bundle_digest.to_string()),
        ("journal", place),
        ("incident", statement.incident.clone()),
        ("reason", statement.reason.clone()),
        ("issued", statement.issued_at.to_string()),
        ("expires", statement.expires_at.to_string()),
    ];
    for (name, value) in rows {
        writeln!(out, "  {name:<11}  {}", printable(&value))?;
    }
    Ok(())
}
