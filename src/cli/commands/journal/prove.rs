//! `cavra journal prove`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{ArgGroup, Args};
use uuid::Uuid;

use super::source::{Source, SourceArgs, read_checkpoint};
use crate::causes::in_line;
use crate::cli::commands::journal::error::JournalError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::named_files;
use crate::cli::output::Output;
use crate::journal::prove::ProveError;

const AFTER_HELP: &str = "\
A proof is made against the last checkpoint. A decision that was made after it can be proved
once the next is signed: a running authority signs one within 10 s of a decision or after
10,000 records, and when it stops.

Examples:
  cavra journal prove --data-dir d --decision 0198c7a1-… --out proof.json
  cavra journal prove --data-dir d \\
      --from kept-elsewhere.note | cavra journal check-proof - --journal-key journal.pub
  cavra journal prove --data-dir d --from 10000

Exit codes:
  0  the proof was made
  1  there is no such decision, no checkpoint counts it yet, or the journal can't be read
  2  there can be no proof: the journal does not hold what its checkpoint was signed for, or
     does not continue the older one";

/// What to prove.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("what").args(["decision", "from"]).required(true)))]
pub(crate) struct ProveArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// That this decision or event is in the journal
    #[arg(long, value_name = "ID", value_parser = decision_id)]
    decision: Option<Uuid>,
    /// That the journal continues the one of this older checkpoint: its file, or how many
    /// records it counts
    #[arg(long, value_name = "FILE|SIZE")]
    from: Option<Older>,
    /// Where to write the proof [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn decision_id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| {
        format!(
            "`{text}` is not the id of a decision; `cavra journal query --output json` prints them"
        )
    })
}

/// An older checkpoint.
#[derive(Debug, Clone)]
enum Older {
    Size(u64),
    File(PathBuf),
}

impl FromStr for Older {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text
            .parse()
            .map_or_else(|_| Self::File(Path::new(text).to_owned()), Self::Size))
    }
}

pub(crate) fn run(args: &ProveArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let source = args.source.open()?;
    let proof = match args.proof(&source) {
        Err(CliError::Journal(JournalError::Prove(error))) if error.is_contradiction() => {
            return refuse(&error, out);
        }
        proof => proof?,
    };
    match &args.out {
        Some(path) => named_files::write(path, &proof)?,
        None => write!(out, "{proof}")?,
    }
    Ok(ExitStatus::Success)
}

impl ProveArgs {
    fn proof(&self, source: &Source) -> Result<String, CliError> {
        let bytes = match (self.decision, &self.from) {
            (Some(id), _) => source.inclusion(id)?.to_json()?,
            (None, Some(Older::Size(size))) => {
                let from = source.checkpoint_of(*size)?;
                source.consistency(&from)?.to_json()?
            }
            (None, Some(Older::File(path))) => {
                source.consistency(&read_checkpoint(path)?)?.to_json()?
            }
            // clap has refused this command line.
            (None, None) => Vec::new(),
        };
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        text.push('\n');
        Ok(text)
    }
}

/// A proof that would not hold is not made.
fn refuse(error: &ProveError, out: &mut Output) -> Result<ExitStatus, CliError> {
    out.finish()?;
    tracing::error!("{}", in_line(error));
    Ok(ExitStatus::NotPassed)
}
