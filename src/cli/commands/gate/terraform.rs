//! `cavra gate terraform`

use std::path::PathBuf;

use clap::Args;

use super::junit;
use crate::cli::asking::{AskArgs, status_of};
use crate::cli::commands::decide::show_one;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::named_files;
use crate::cli::output::Output;
use crate::cli::terraform::{PlanInput, Purpose, Question, SessionArgs, TerraformArgs};

const AFTER_HELP: &str = "\
The plan is judged as `cavra decide` judges `terraform plan -out=tfplan` with the plan's JSON. An
approval is bound to the plan's fingerprint, of which a plan file's own digest is a part, and counts
once: run the gate again after it.
A plan file is copied once, and `terraform show -json` prints the copy. `cavra exec -- terraform
apply` judges and applies a plan file. This command applies nothing: a pipeline that applies the
plan afterwards has to take care itself that it is the same file.

A plan that would start a program when it is applied (a provisioner, or the data source `external`)
is not judged. The JSON of a plan doesn't show provisioners of `removed` blocks: give the plan file.

Examples:
  cavra gate terraform tfplan --policy-pack cavra-terraform-prod
  terraform show -json tfplan > plan.json && cavra gate terraform plan.json --junit gate.xml \\
      --endpoint unix:/run/cavra/cavra.sock

Exit codes:
  0  the plan may be applied
  1  the plan can't be judged, or the command was called wrongly
  3  the plan needs approval
  4  the plan is blocked";

/// Which plan to judge, and by whom.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TerraformGateArgs {
    /// A plan file, or what `terraform show -json` prints of one
    #[arg(value_name = "PLANFILE|PLAN.JSON")]
    plan: PathBuf,
    #[command(flatten)]
    session: SessionArgs,
    #[command(flatten)]
    terraform: TerraformArgs,
    /// Write what was found as JUnit XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    ask: AskArgs,
}

pub(crate) fn run(
    args: &TerraformGateArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let (json, file) = match PlanInput::read(&args.plan)? {
        PlanInput::Json(json) => (json, None),
        PlanInput::File(sealed) => (args.terraform.find()?.show(&sealed)?, Some(sealed)),
    };
    let question = Question::about(&json, file.as_ref(), Purpose::Gate, &args.session)?;
    let answered = args.ask.open(global)?.one(question.action)?;
    if let Some(path) = &args.junit {
        let text = junit::text(&answered.decision, &args.plan, question.fingerprint);
        named_files::write(path, &text)?;
    }
    show_one(out, &answered)?;
    Ok(status_of(answered.decision.verdict()))
}
