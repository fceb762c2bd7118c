//! `cavra verify`: one command for every signed document, found by its content.

pub(crate) mod kind;
mod one;
mod subject;

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::point_in_time;
use crate::cli::output::{Output, printable, style};
use crate::cli::trust_file::TrustArgs;
use kind::Kind;
use subject::Subject;
use uuid::Uuid;

const AFTER_HELP: &str = "\
The kind of a document follows from its content. What is verified:

  trust          the fields, enough signatures of its own people, and that it has not expired; an
                 unsigned one only if it is the one that counts, or `--subject` is its digest
  request        the signature of its requester, and that it has not expired
  approval, rejection
                 the signature of its approver, who has the role `approve`, and that it has not
                 expired; `cavra lifecycle show` says whether it counts for a request
  break-glass    the signature of a person with the role `break_glass`, and that it has not expired
  withdrawal     the signature of the person that it names; only the requester can withdraw a
                 request
  acknowledgement
                 the signature of a person with the role `explain`; `cavra shadow verify
                 --acknowledgement` says whether it answers for a group
  shadow-report  the signature of a service with the role `shadow_report`; `cavra shadow verify`
                 recomputes the report
  explanation    the signature of a person with the role `explain`
  packet, sample-packet
                 all that `cavra policy lifecycle-readiness` recomputes and verifies; a live packet
                 must be ready for live use. It is judged as of its own request and approvals
  verdict        the signature of a service with the role `gate`
  test-result    the same
  action-approval, action-denial, action-cancellation
                 the signature of its approver, who has the role `approve`, and that it has not
                 ended; the subject is the action's keyed hash. Whether the approver is in a group
                 that must approve is in the journal, and the service checks it

Examples:
  cavra verify request.dsse.json bo.dsse.json --trust trust.json
  cavra verify bo.dsse.json --expect approval --subject sha256:… --output json

Exit codes:
  0  every document is valid
  1  a file or the trust file can't be read, or the command was called wrongly
  2  a document is not valid, of another kind or about something else";

/// What to verify.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct VerifyArgs {
    /// The documents; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Refuse documents of another kind
    #[arg(long, value_name = "KIND")]
    expect: Option<Kind>,
    /// Refuse documents with another subject: the effective digest of a candidate, the digest of a
    /// trust file or of the bundle of a break-glass statement, or the keyed hash of an action
    #[arg(long, value_name = "DIGEST")]
    subject: Option<Subject>,
    /// The time as of which is judged: a time or a date [default: now]
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    at: Option<Timestamp>,
    /// A proof by `cavra journal prove` that the authority's journal holds a `rehearsed` record, for
    /// packets that need one; may be repeated
    #[arg(long, value_name = "FILE")]
    rehearsal: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// What was found of one document.
#[derive(Serialize)]
struct Found {
    file: PathBuf,
    valid: bool,
    kind: Option<Kind>,
    subject: Option<Subject>,
    /// The request that an answer is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_id: Option<Uuid>,
    /// People and services whose signatures count.
    signers: Vec<String>,
    problem: Option<String>,
}

/// A trust file that a document was checked with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct TrustUsed {
    digest: Digest,
    /// It is the example packet's own, which counts for nothing else.
    is_example: bool,
}

#[derive(Serialize)]
struct Outcome {
    valid: bool,
    as_of: Timestamp,
    /// Absent if no document needed the trust file.
    trust_digest: Option<Digest>,
    /// Every trust file that was used.
    trust_files: Vec<TrustUsed>,
    documents: Vec<Found>,
}

pub(crate) fn run(
    args: &VerifyArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let at = args.at.unwrap_or_else(Timestamp::now);
    let mut verifier = one::Verifier::new(global, args, at);
    let documents = args.files.iter().map(|file| verifier.document(file, args));
    let documents = documents.collect::<Result<Vec<Found>, CliError>>()?;
    let trust_files = verifier.trust_files();
    let mut yours = trust_files.iter().filter(|used| !used.is_example);
    let outcome = Outcome {
        valid: documents.iter().all(|document| document.valid),
        as_of: at,
        trust_digest: yours.next().map(|used| used.digest),
        trust_files,
        documents,
    };
    match out.format() {
        OutputFormat::Json => out.json(&outcome)?,
        OutputFormat::Table => show(&outcome, out)?,
    }
    Ok(ExitStatus::of_check(outcome.valid))
}

fn show(outcome: &Outcome, out: &mut Output) -> Result<(), CliError> {
    for document in &outcome.documents {
        let word = if document.valid { "valid" } else { "not valid" };
        let painted = style::paint(style::passed(document.valid), word);
        let file = printable(&document.file.display().to_string());
        let kind = document.kind.map_or("unknown", Kind::as_str);
        writeln!(out, "{painted}  {kind}  {file}")?;
        if let Some(subject) = document.subject {
            writeln!(out, "  subject     {subject}")?;
        }
        if let Some(id) = document.approval_id {
            writeln!(out, "  request     {id}")?;
        }
        if !document.signers.is_empty() {
            let signers = printable(&document.signers.join(", "));
            writeln!(out, "  signed by   {signers}")?;
        }
        if let Some(problem) = &document.problem {
            writeln!(out, "  {}", printable(problem))?;
        }
    }
    for used in &outcome.trust_files {
        let whose = match used.is_example {
            true => " (the example's own, which counts for nothing else)",
            false => "",
        };
        writeln!(out, "trust file    {}{whose}", used.digest)?;
    }
    Ok(writeln!(out, "as of         {}", outcome.as_of)?)
}
