//! `cavra journal check-proof`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::canonical::Digest;
use crate::causes::in_line;
use crate::cli::commands::journal::error::JournalError;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::named_files;
use crate::cli::output::{Output, printable, style};
use crate::journal::merkle_log::{
    CheckedInclusion, Checkpoint, MAX_PROOF_BYTES, Proof, ProofError,
};
use crate::keys::VerifyingKey;

const AFTER_HELP: &str = "\
A proof holds all that is needed but the key: the record's text, where it is in the log, the
hashes from it to the root of the log (RFC 6962), and the checkpoint that the log signed (C2SP
signed note). A proof of consistency holds two checkpoints, and the hashes that show that the
later log only added to the earlier one.

Examples:
  cavra journal check-proof proof.json --journal-key journal.pub
  cavra journal check-proof - --journal-key 'example.org/cavra+1c5e9a0f+AZ…' < proof.json

Exit codes:
  0  the proof holds
  1  the proof or the key can't be read, or the command was called wrongly
  2  the proof does not hold: it or its record was changed, or another key signed";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CheckProofArgs {
    /// The proof, of inclusion or of consistency; `-` reads standard input
    #[arg(value_name = "PROOF")]
    proof: PathBuf,
    /// The public key of the journal (`journal.pub` in the service's data directory), or the file that
    /// holds it
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: KeyArgument,
}

/// What came out, whichever the kind.
#[derive(Serialize)]
struct Report {
    valid: bool,
    kind: &'static str,
    key: String,
    #[serde(flatten)]
    finding: Finding,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Finding {
    Included {
        position: u64,
        leaf_hash: Digest,
        /// The record, as its JSON.
        record: Value,
        checkpoint: State,
    },
    Consistent {
        from: State,
        to: State,
    },
    Invalid {
        problem: String,
    },
}

/// What a checkpoint says.
#[derive(Serialize)]
struct State {
    origin: String,
    size: u64,
    root: Digest,
    time: Option<String>,
}

pub(crate) fn run(args: &CheckProofArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let key = args.journal_key.public("--journal-key")?;
    let bytes = named_files::read(&args.proof, MAX_PROOF_BYTES)?;
    let proof = Proof::parse(&bytes).map_err(|cause| JournalError::Proof {
        path: args.proof.clone(),
        cause,
    })?;
    let report = Report::of(&proof, &key);
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => show(out, &report)?,
    }
    Ok(ExitStatus::of_check(report.valid))
}

impl Report {
    fn of(proof: &Proof, key: &VerifyingKey) -> Self {
        let (kind, finding) = match proof {
            Proof::Inclusion(proof) => {
                let included = |checked| Finding::included(proof.record(), checked);
                ("inclusion", proof.check(key).map(included))
            }
            Proof::Consistency(proof) => ("consistency", proof.check(key).map(Finding::from)),
        };
        Self {
            valid: finding.is_ok(),
            kind,
            key: key.to_string(),
            finding: finding.unwrap_or_else(Finding::from),
        }
    }
}

impl Finding {
    fn included(record: &str, checked: CheckedInclusion) -> Self {
        Self::Included {
            position: checked.position,
            leaf_hash: checked.leaf,
            record: serde_json::from_str(record).unwrap_or_else(|_| Value::from(record)),
            checkpoint: State::from(&checked.checkpoint),
        }
    }
}

impl From<crate::journal::merkle_log::CheckedConsistency> for Finding {
    fn from(checked: crate::journal::merkle_log::CheckedConsistency) -> Self {
        Self::Consistent {
            from: State::from(&checked.from),
            to: State::from(&checked.to),
        }
    }
}

impl From<ProofError> for Finding {
    fn from(error: ProofError) -> Self {
        Self::Invalid {
            problem: in_line(&error),
        }
    }
}

impl From<&Checkpoint> for State {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self {
            origin: checkpoint.origin().to_string(),
            size: checkpoint.size(),
            root: checkpoint.root(),
            time: checkpoint.time().map(|time| time.to_string()),
        }
    }
}

fn show(out: &mut Output, report: &Report) -> Result<(), CliError> {
    let verdict = if report.valid {
        "holds"
    } else {
        "does not hold"
    };
    writeln!(
        out,
        "the proof of {} {}",
        report.kind,
        style::paint(style::passed(report.valid), verdict)
    )?;
    match &report.finding {
        Finding::Included {
            position,
            leaf_hash,
            record,
            checkpoint,
        } => {
            writeln!(out, "  says      {}", printable(&said(record)))?;
            writeln!(
                out,
                "  record    position {position}, leaf hash {leaf_hash}"
            )?;
            show_state(out, "log", checkpoint)
        }
        Finding::Consistent { from, to } => {
            show_state(out, "from", from)?;
            show_state(out, "to", to)
        }
        Finding::Invalid { problem } => Ok(writeln!(out, "  {}", printable(problem))?),
    }
}

/// What a record says, in one line.
fn said(record: &Value) -> String {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let event = record.get("event").and_then(Value::as_object);
    let event = event.and_then(|event| event.keys().next());
    let what = match (text("kind"), event) {
        ("decision", _) => format!("`{}` by `{}`", text("decision"), text("rule_id")),
        (kind, Some(event)) => format!("{kind} `{event}`"),
        (kind, None) => kind.to_owned(),
    };
    let id = match text("decision_id") {
        "" => text("event_id"),
        id => id,
    };
    format!("{what}, {id}, {}", text("timestamp"))
}

fn show_state(out: &mut Output, name: &str, state: &State) -> Result<(), CliError> {
    let time = state.time.as_deref().unwrap_or("an unknown time");
    writeln!(
        out,
        "  {name:8}  {}, {} records at {time}, root {}",
        printable(&state.origin),
        state.size,
        state.root
    )?;
    Ok(())
}
