//! `cavra exec`: judges a command that it can bind to what it does, and runs it in its own place.

use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::Stdio;

use clap::Args;

use crate::cli::asking::{ServiceArgs, status_of};
use crate::cli::commands::decide::show_one;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;
use crate::cli::terraform::error::TerraformError;
use crate::cli::terraform::{Purpose, Question, SealedPlan, SessionArgs, TerraformArgs};

const AFTER_HELP: &str = "\
The plan file is copied once into memory that nobody can change, `terraform show -json` prints the
copy, the service judges it, and the same copy is applied. So an agent may be allowed
`cavra exec -- terraform apply*` while its own `terraform apply` stays blocked. An approval is bound
to the bytes of the plan file and counts once: run the command again after it.

Nothing else is run. Options of `terraform apply` are refused, as are `TF_CLI_ARGS` and its
relatives. Other variables of Terraform's are not passed on, but for TF_DATA_DIR, TF_TOKEN_*,
TF_HTTP_USERNAME and TF_HTTP_PASSWORD, and no CLI configuration is read.

What is not judged: the credentials that providers find, what a provider does, and the backend, to
which Terraform writes the new state.

Examples:
  cavra exec -- terraform apply tfplan
  cavra exec --endpoint unix:/run/cavra/cavra.sock -- terraform apply tfplan

Exit codes:
  0  the plan was applied
  1  the plan can't be judged, Terraform failed, or the command was called wrongly
  3  the plan needs approval; nothing was applied
  4  the plan is blocked; nothing was applied";

/// What to run, and who judges it.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExecArgs {
    #[command(flatten)]
    session: SessionArgs,
    #[command(flatten)]
    terraform: TerraformArgs,
    #[command(flatten)]
    service: ServiceArgs,
    /// The command: `terraform apply PLANFILE`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

pub(crate) fn run(args: &ExecArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let file = plan_file(&args.command)?;
    let terraform = args.terraform.find()?;
    let sealed = SealedPlan::copy(Path::new(file))?;
    let plan = terraform.show(&sealed)?;
    let question = Question::about(&plan, Some(&sealed), Purpose::Apply(file), &args.session)?;
    let answered = args.service.connect()?.one(question.action)?;
    show_one(out, &answered)?;
    out.finish()?;
    let status = status_of(answered.decision.verdict());
    if status != ExitStatus::Success {
        return Ok(status);
    }
    let stdout = match out.format() {
        OutputFormat::Table => Stdio::inherit(),
        // Standard output holds the decision and nothing else.
        OutputFormat::Json => Stdio::from(io::stderr().as_fd().try_clone_to_owned()?),
    };
    Err(terraform.apply(&sealed, stdout).into())
}

/// The plan file of `terraform apply PLANFILE`.
fn plan_file(command: &[OsString]) -> Result<&str, TerraformError> {
    let words: Vec<&str> = command.iter().filter_map(|word| word.to_str()).collect();
    match words.as_slice() {
        ["terraform", "apply", file]
            if words.len() == command.len() && !file.is_empty() && !file.starts_with('-') =>
        {
            Ok(file)
        }
        _ => {
            let shown = command.iter().map(|word| word.to_string_lossy());
            Err(TerraformError::Command(shown.collect::<Vec<_>>().join(" ")))
        }
    }
}
