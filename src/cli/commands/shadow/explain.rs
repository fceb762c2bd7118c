//! `cavra shadow explain`

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::evidence;
use crate::canonical::Digest;
use crate::cli::commands::shadow::error::ShadowError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::input::reason;
use crate::cli::named_files;
use crate::cli::output::document;
use crate::cli::person_key::PersonKeyArgs;
use crate::keys::dsse::Envelope;
use crate::shadow::compare::explanation::{Explanation, MEDIA_TYPE};

const AFTER_HELP: &str = "\
An explanation is a signed, named answer for one group of divergences: why the candidate should
decide otherwise. It is bound to the group's id, and by that to the effective digests of both
policies: when one of them changes, it answers for nothing. The ids are in the report's JSON,
at `groups[].id`.

It counts where it is given with the key of somebody who may explain:
`--explanation FILE --explainer-key KEY` of `cavra shadow replay`, `report --endpoint` and `verify`.

Examples:
  cavra shadow explain report.json --group sha256:… --by 'Ada Lovelace' \\
      --reason 'releases are pushed by their bot' --signing-key ada.key --out ada.dsse.json

Exit codes:
  0  explained
  1  the report contradicts itself or has no such group, the key can't be used, or the file
     not be written";

/// What to answer for.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExplainArgs {
    /// The report that has the group, signed or not; `-` is standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// The group's id
    #[arg(long, value_name = "DIGEST")]
    group: Digest,
    /// Who answers
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why the candidate is right, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Where to write the signed explanation
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitStatus, CliError> {
    let report = evidence::read_unverified(&args.report)?;
    // Else the group that is read could be another than the one that is answered for.
    let report = evidence::sound(&args.report, report)?;
    let now = Timestamp::now();
    let explanation = Explanation::of(&report, args.group, &args.by, &args.reason, now)?;
    let key = args.key.signing_key()?;
    let bytes = explanation.to_canonical_bytes()?;
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ShadowError::Sign)?;
    named_files::write(&args.out, &document(&envelope)?)?;
    Ok(ExitStatus::Success)
}
