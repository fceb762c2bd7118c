//! `cavra simulate`: a pack's cases through the real service, beside a candidate.

mod loopback;
mod print;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::global::GlobalArgs;
use super::super::output::Output;
use super::super::packs::{PackRef, Packs, PolicyArgs, nearest};
use super::super::roots::WorkspaceRootArgs;
use super::super::{named_files, output};
use crate::action::{Action, ActionError};
use crate::authority::{Ask, Authority};
use crate::decision::{Decision, PolicyIdentity};
use crate::engine::Policy;
use crate::grpc::client::ClientError;
use crate::grpc::decision::Answered;
use crate::readiness::dry_run::{DryRunReport, dry_run};
use loopback::Loopback;

/// The report's name in the output folder.
const REPORT: &str = "policy-dry-run-report.json";
/// Where candidates ship; the one for a pack has its id and this ending.
const CANDIDATES: &str = "examples/candidates";
const CANDIDATE_ENDING: &str = "-next";

const AFTER_HELP: &str = "\
Starts the authority on a free loopback port, sends every decision case of the pack through
gRPC (the six required ones first), and compares each answer with what the case expects and
with the candidate's. The table shows the required cases, and of the pack's own those that
failed or that the candidate decides otherwise; `--all` shows the rest.

Examples:
  cavra simulate
  cavra simulate --policy-pack cavra-banking-baseline --all
  cavra simulate --candidate ./next --output json

Exit codes:
  0  every case passed
  1  the tool failed, or was called wrongly
  2  a case failed";

/// Try a pack's cases through the real service, beside a candidate
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    /// A pack to compare with, by its id or path [default: examples/candidates/<ID>-next, if
    /// it is there]
    #[arg(long, value_name = "ID|PATH")]
    candidate: Option<String>,
    #[command(flatten)]
    roots: WorkspaceRootArgs,
    /// Where to write the dry-run report
    #[arg(long, value_name = "DIR", default_value = "dist")]
    output_dir: PathBuf,
    /// Show every case
    #[arg(long)]
    all: bool,
}

/// The result.
pub(crate) struct Simulation {
    pub(crate) report: DryRunReport,
    pub(crate) report_path: PathBuf,
    /// The service's answers, in the order of the report; none for what it refused.
    pub(crate) answers: Vec<Option<Answered>>,
    pub(crate) candidate: Option<Arc<PolicyIdentity>>,
}

pub(crate) fn run(
    args: &SimulateArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let active = packs.load_policy(&args.policy.pack_ref())?;
    let candidate = packs.load_optional(args.candidate(active.identity()).as_ref())?;
    let candidate_identity = candidate
        .as_ref()
        .map(|policy| Arc::clone(policy.identity()));
    let authority =
        Authority::new(Arc::clone(&active), candidate).with_roots(args.roots.patterns());
    let service = Loopback::start(authority, packs.into_library())?;
    let (report, answers) = rehearse(&service, &active)?;
    service.stop()?;
    let text = output::document(&report)?;
    let simulation = Simulation {
        report_path: named_files::write_in(&args.output_dir, REPORT, &text)?,
        report,
        answers,
        candidate: candidate_identity,
    };
    print::show(&simulation, args.all, out)?;
    Ok(ExitStatus::of_check(simulation.report.passed))
}

impl SimulateArgs {
    fn candidate(&self, active: &PolicyIdentity) -> Option<PackRef> {
        match &self.candidate {
            Some(name) => Some(PackRef::Either(name.clone())),
            None => {
                let name = format!("{}{CANDIDATE_ENDING}", active.id);
                let path = Path::new(CANDIDATES).join(name);
                nearest(path.to_str()?).map(PackRef::Path)
            }
        }
    }
}

/// Runs every case through the service.
fn rehearse(
    service: &Loopback,
    active: &Policy,
) -> Result<(DryRunReport, Vec<Option<Answered>>), CliError> {
    let answers = RefCell::new(Vec::new());
    let failure = RefCell::new(None);
    let decide = |action: &Arc<Action>| -> Result<Decision, ActionError> {
        match service.decide(Arc::clone(action), Ask::comparing(true)) {
            Ok(answered) => {
                let decision = answered.decision.clone();
                answers.borrow_mut().push(Some(answered));
                Ok(decision)
            }
            Err(error) => {
                answers.borrow_mut().push(None);
                let problem = ActionError::Malformed(error.to_string());
                // A refused action fails its case; a service that can't be asked fails the run.
                if !matches!(error, ClientError::Refused { .. }) {
                    failure.borrow_mut().get_or_insert(error);
                }
                Err(problem)
            }
        }
    };
    let report = dry_run(active.pack(), active.identity(), &decide);
    match failure.into_inner() {
        Some(error) => Err(error.into()),
        None => Ok((report, answers.into_inner())),
    }
}
