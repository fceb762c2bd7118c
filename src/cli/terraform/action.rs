//! The action that a plan is judged as.

use std::borrow::Cow;
use std::env;
use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;

use super::error::TerraformError;
use super::plan_file::SealedPlan;
use crate::action::terraform::{read_plan, starts_program};
use crate::action::{Action, ActionError};
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::session;

/// What `cavra gate terraform` asks about: a plan that was made, as the examples do.
const PLANNED: &str = "terraform plan -out=tfplan";
/// How the session is named if nobody names one: an approval is bound to the plan anyway.
const OWN_SESSION: &str = "terraform-plan:";

/// The member that names a plan file in the plan's JSON. An approval is bound to that JSON, and the
/// JSON of `terraform show` leaves out parts of the file that `terraform apply` reads.
const PLAN_FILE: &str = "cavra_plan_file";

/// In whose session a plan is judged.
#[derive(Debug, Clone, Args)]
pub(crate) struct SessionArgs {
    /// The agent's session, to which an approval is bound [default: the one that the agent's host
    /// names, else one of the plan's own]
    #[arg(long, value_name = "ID", env = "CAVRA_SESSION_ID")]
    session: Option<String>,
    /// The person or service that the agent works for; they can't approve it
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
}

/// Why a plan is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Somebody wants to know. Nothing depends on where that is, so that a later job can ask again.
    Gate,
    /// The plan file of this name will be applied.
    Apply(&'a str),
}

/// What is asked about a plan.
pub(crate) struct Question {
    /// The action, with the plan.
    pub(crate) action: Action,
    /// The plan's fingerprint.
    pub(crate) fingerprint: Digest,
}

#[derive(Serialize)]
struct Document<'a> {
    action_type: &'a str,
    target: &'a str,
    requested_operation: &'a str,
    terraform_plan: &'a RawValue,
    session_id: &'a str,
    agent_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_root: Option<&'a str>,
}

impl Question {
    /// The question about the plan that is `shown` in JSON, of this file if there is one. One that
    /// starts programs is refused.
    pub(crate) fn about(
        shown: &str,
        file: Option<&SealedPlan>,
        purpose: Purpose<'_>,
        args: &SessionArgs,
    ) -> Result<Self, CliError> {
        if let Some(started) = starts_program(shown)? {
            return Err(TerraformError::Starts(started).into());
        }
        let plan = match file {
            Some(file) => of_file(shown, file.digest()?),
            None => Cow::Borrowed(shown),
        };
        let fingerprint = read_plan(&plan)?.fingerprint;
        let own = format!("{OWN_SESSION}{fingerprint}");
        let session = args.session.clone().filter(|it| !it.is_empty());
        let session = session.or_else(|| session::named_by(&[])).unwrap_or(own);
        let (line, place, agent) = match purpose {
            Purpose::Gate => (PLANNED.to_owned(), (None, None), "cavra gate"),
            Purpose::Apply(file) => (applying(file)?, here()?, "cavra exec"),
        };
        let raw: &RawValue = serde_json::from_str(&plan)
            .map_err(|error| ActionError::invalid("terraform_plan", error.to_string()))?;
        let document = Document {
            action_type: "execute_command",
            target: &line,
            requested_operation: &line,
            terraform_plan: raw,
            session_id: &session,
            agent_id: agent,
            actor: args.actor.as_deref(),
            cwd: place.0.as_deref(),
            workspace_root: place.1.as_deref(),
        };
        Ok(Self {
            action: Action::from_json(&serde_json::to_vec(&document)?)?,
            fingerprint,
        })
    }
}

/// The plan's JSON, with the digest of its file as the first member.
fn of_file(shown: &str, digest: Digest) -> Cow<'_, str> {
    // Another text is refused as a plan.
    let Some(members) = shown.trim_ascii_start().strip_prefix('{') else {
        return Cow::Borrowed(shown);
    };
    let comma = match members.trim_ascii_start().starts_with('}') {
        true => "",
        false => ",",
    };
    Cow::Owned(format!("{{\"{PLAN_FILE}\":\"{digest}\"{comma}{members}"))
}

/// The command line that applies a plan, as packs name it.
fn applying(file: &str) -> Result<String, TerraformError> {
    let quoted = shlex::try_quote(file).map_err(|_| TerraformError::Word(file.to_owned()))?;
    Ok(format!("cavra exec -- terraform apply {quoted}"))
}

/// The working directory, and the top of the repository that it is in.
fn here() -> Result<(Option<String>, Option<String>), TerraformError> {
    let here = env::current_dir().map_err(TerraformError::Here)?;
    let text = |path: &Path| path.to_str().map(str::to_owned);
    let cwd = text(&here).ok_or(TerraformError::HereNotText)?;
    let top = here.ancestors().find(|above| above.join(".git").exists());
    Ok((Some(cwd), top.and_then(text)))
}
