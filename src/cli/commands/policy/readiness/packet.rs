//! `cavra policy lifecycle-packet`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::commands::policy::named::NamedPack;
use crate::cli::commands::policy::workbench::{PlanArgs, Workbench};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::named_files;
use crate::cli::output::Output;
use crate::cli::packs::Packs;
use crate::keys::dsse::{Envelope, MAX_ENVELOPE_BYTES};
use crate::readiness::packet::{Evidence, EvidenceMode, OperatingEvidence, Packet};

const AFTER_HELP: &str = "\
A packet holds seven artifacts, the policies whole, and the signed documents that are given: the
change request, its approvals, the shadow report and explanations. It also says where the rest of
the evidence is. A sample packet shows the form; a live one is about a real change.

Examples:
  cavra policy lifecycle-packet --policy-pack cavra-ai-agent-baseline --output-file sample.json
  cavra policy lifecycle-packet --policy-pack cavra-ai-agent-baseline --previous ./before \\
      --evidence-mode live --ci-run-ref ci://runs/1847 \\
      --policy-review-ref review://pulls/512 --ui-validation-ref ui://sessions/77 \\
      --attestation request.dsse.json --attestation bo.dsse.json --attestation report.dsse.json

Exit codes:
  0  written; whether it holds is for lifecycle-readiness to say
  1  the tool failed, or was called wrongly";

/// What to put into the packet.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct LifecyclePacketArgs {
    #[command(flatten)]
    pack: NamedPack,
    #[command(flatten)]
    plan: PlanArgs,
    /// Whether the packet is about a real change
    #[arg(long, value_name = "MODE", default_value = "sample")]
    evidence_mode: Mode,
    /// The CI run that checked the change, as `scheme://place`
    #[arg(long, value_name = "REF", required_if_eq("evidence_mode", "live"))]
    ci_run_ref: Option<String>,
    /// The review of the change
    #[arg(long, value_name = "REF", required_if_eq("evidence_mode", "live"))]
    policy_review_ref: Option<String>,
    /// The validation of the authoring surfaces
    #[arg(long, value_name = "REF", required_if_eq("evidence_mode", "live"))]
    ui_validation_ref: Option<String>,
    /// A signed document: a DSSE envelope; may be repeated
    #[arg(long, value_name = "FILE")]
    attestation: Vec<PathBuf>,
    /// Where to write the packet [default: standard output]
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Sample,
    Live,
}

pub(crate) fn run(
    args: &LifecyclePacketArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let workbench = Workbench::open(Packs::to_author(global)?, &args.pack.pack_ref())?;
    let export = workbench.plan(&args.plan)?;
    let attestations = args.attestation.iter().map(|path| envelope(path));
    let evidence = Evidence {
        mode: args.mode(),
        operating: args.operating(),
        bundles: workbench.bundles(&args.plan)?,
        attestations: attestations.collect::<Result<_, CliError>>()?,
    };
    let packet = Packet::assemble(&export, evidence)?;
    let text = packet.text()?;
    match &args.output_file {
        Some(path) => named_files::write(path, &text)?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(ExitStatus::Success)
}

/// An envelope that is put into the packet as it is: whether it counts is for readiness to say.
fn envelope(path: &Path) -> Result<Envelope, CliError> {
    let bytes = named_files::read(path, MAX_ENVELOPE_BYTES)?;
    let envelope = Envelope::read(&bytes);
    Ok(envelope.map_err(|cause| ChangeError::Envelope {
        path: path.to_owned(),
        cause,
    })?)
}

impl LifecyclePacketArgs {
    fn mode(&self) -> EvidenceMode {
        match self.evidence_mode {
            Mode::Sample => EvidenceMode::Sample,
            Mode::Live => EvidenceMode::Live,
        }
    }

    /// Only a sample may lack references; its own then say that they are one.
    fn operating(&self) -> OperatingEvidence {
        let given = |reference: &Option<String>, sample: &str| {
            reference.clone().unwrap_or_else(|| sample.to_owned())
        };
        OperatingEvidence {
            ci_run_ref: given(&self.ci_run_ref, "ci-run://sample/policy-lifecycle"),
            policy_review_ref: given(&self.policy_review_ref, "policy-review://sample/change"),
            ui_validation_ref: given(&self.ui_validation_ref, "ui-validation://sample/surfaces"),
        }
    }
}
