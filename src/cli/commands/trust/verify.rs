//! `cavra trust verify`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::canonical::Digest;
use crate::causes::in_line;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::point_in_time;
use crate::cli::named_files;
use crate::cli::output::{Output, printable, style};
use crate::trust::chain::{Link, Stored};
use crate::trust::limits::MAX_TRUST_FILE_BYTES;

const AFTER_HELP: &str = "\
The first file is taken by its digest, which you have from somebody you trust. Each later file must
have the next version, and must be signed by `min_signers` people with the role `trust` of the
version before it and by `min_signers` of its own. A person counts once, however many of the
person's keys sign. The last file must not have expired; an earlier one may have.

Without --trust-digest the chain is verified from the first file on, which is believed as it is.

Examples:
  cavra trust verify trust.json trust-2.dsse.json --trust-digest sha256:…
  cavra trust verify trust.json --at 2027-06-01 --output json

Exit codes:
  0  every file has its place in the chain, and the last one has not expired
  1  a file can't be read, or the command was called wrongly
  2  a file is refused; the message names the field or what is missing";

/// What to verify.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct VerifyArgs {
    /// The trust files, the first version first
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The digest that the first file must have
    #[arg(long, value_name = "DIGEST")]
    trust_digest: Option<Digest>,
    /// The time at which the last file must not have expired [default: now]
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Outcome {
    valid: bool,
    /// Whether the first file was compared with a given digest.
    first_digest_given: bool,
    at: Timestamp,
    files: Vec<Accepted>,
    refused: Option<Refused>,
}

/// A file that has its place in the chain.
#[derive(Serialize)]
struct Accepted {
    file: PathBuf,
    version: u32,
    digest: Digest,
    expires: Timestamp,
    signed_by_version_before: Vec<String>,
    signed_by_own: Vec<String>,
}

#[derive(Serialize)]
struct Refused {
    file: PathBuf,
    problem: String,
}

pub(crate) fn run(args: &VerifyArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let at = args.at.unwrap_or_else(Timestamp::now);
    let mut outcome = Outcome {
        valid: false,
        first_digest_given: args.trust_digest.is_some(),
        at,
        files: Vec::new(),
        refused: None,
    };
    let mut last: Option<Link> = None;
    for path in &args.files {
        let bytes = named_files::read(path, MAX_TRUST_FILE_BYTES)?;
        let before = last.as_ref().map(|link| &link.trust);
        let next = Stored::read(&bytes).and_then(|file| file.next(before, args.trust_digest));
        match next {
            Ok(link) => {
                outcome.files.push(accepted(path.clone(), &link));
                last = Some(link);
            }
            Err(error) => {
                outcome.refused = Some(Refused {
                    file: path.clone(),
                    problem: in_line(&error),
                });
                break;
            }
        }
    }
    outcome.refused = outcome.refused.or_else(|| expired(args, last.as_ref(), at));
    outcome.valid = outcome.refused.is_none();
    match out.format() {
        OutputFormat::Json => out.json(&outcome)?,
        OutputFormat::Table => show(&outcome, out)?,
    }
    Ok(ExitStatus::of_check(outcome.valid))
}

fn accepted(file: PathBuf, link: &Link) -> Accepted {
    Accepted {
        file,
        version: link.trust.file().version,
        digest: link.trust.digest(),
        expires: link.trust.file().expires,
        signed_by_version_before: link.by_current.clone(),
        signed_by_own: link.by_own.clone(),
    }
}

fn expired(args: &VerifyArgs, last: Option<&Link>, at: Timestamp) -> Option<Refused> {
    let last = last.filter(|last| last.trust.is_expired(at))?;
    Some(Refused {
        file: args.files.last()?.clone(),
        problem: format!(
            "`/expires` is {}; the file approves nothing at {at}",
            last.trust.file().expires
        ),
    })
}

fn show(outcome: &Outcome, out: &mut Output) -> Result<(), CliError> {
    for file in &outcome.files {
        writeln!(
            out,
            "version {}  {}  {}",
            file.version,
            file.digest,
            printable(&file.file.display().to_string())
        )?;
        writeln!(out, "  expires                       {}", file.expires)?;
        let signers = [
            (
                "signed by the version before",
                &file.signed_by_version_before,
            ),
            ("signed by its own people", &file.signed_by_own),
        ];
        for (name, signers) in signers {
            let signers = match signers.as_slice() {
                [] => "nobody".to_owned(),
                signers => printable(&signers.join(", ")),
            };
            writeln!(out, "  {name:<28}  {signers}")?;
        }
    }
    if !outcome.first_digest_given {
        let note = "the first file is believed as it is; `--trust-digest` compares it";
        writeln!(out, "{}", style::paint(style::QUIET, note))?;
    }
    let verdict = match &outcome.refused {
        None => "the chain holds".to_owned(),
        Some(refused) => format!(
            "`{}` is refused: {}",
            printable(&refused.file.display().to_string()),
            printable(&refused.problem)
        ),
    };
    let painted = style::paint(style::passed(outcome.valid), verdict);
    Ok(writeln!(out, "{painted}")?)
}
