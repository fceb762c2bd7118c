//! The real `terraform`, without what the environment or a configuration of the user would add.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use super::error::TerraformError;
use super::plan_file::SealedPlan;
use crate::action::limits::MAX_PLAN_BYTES;
use crate::cli::error::CliError;

/// Where the program is looked for. Not in `PATH`, which the agent can set.
const PLACES: [&str; 3] = [
    "/usr/local/bin/terraform",
    "/usr/bin/terraform",
    "/bin/terraform",
];
/// How long `terraform show` may take: it starts providers for their schemas.
const SHOW_TIME: Duration = Duration::from_mins(3);
/// Bytes of what Terraform complains about that are shown.
const MAX_COMPLAINT_BYTES: u64 = 4 * 1024;
/// Who else than the owner may write: nobody (chmod(2)).
const OTHERS_MAY_WRITE: u32 = 0o022;
const ROOT: u32 = 0;

/// Words that Terraform adds to its command line (Terraform, "Environment Variables").
const ADDED_WORDS: &str = "TF_CLI_ARGS";
/// How the names of Terraform's own variables begin.
const OWN: [&str; 2] = ["TF_", "TERRAFORM_"];
/// Those of them that change nothing about what is applied: where the providers are that `init`
/// fetched, which the plan's lock pins, and who logs in.
const KEPT: [&str; 3] = ["TF_DATA_DIR", "TF_HTTP_PASSWORD", "TF_HTTP_USERNAME"];
const KEPT_TOKENS: &str = "TF_TOKEN_";

/// Which `terraform` runs.
#[derive(Debug, Clone, Args)]
pub(crate) struct TerraformArgs {
    /// The program, by its absolute path [default: `terraform` in /usr/local/bin, /usr/bin or /bin]
    #[arg(long, value_name = "PATH")]
    terraform: Option<PathBuf>,
}

/// A `terraform` that others than root and this user can't have changed.
pub(crate) struct Terraform(PathBuf);

impl TerraformArgs {
    pub(crate) fn find(&self) -> Result<Terraform, TerraformError> {
        if let Some((name, _)) = env::vars_os().find(|(name, value)| adds_words(name, value)) {
            let name = name.to_string_lossy().into_owned();
            return Err(TerraformError::Variable(name));
        }
        let path = match &self.terraform {
            Some(path) if path.is_absolute() => path.clone(),
            Some(path) => return Err(TerraformError::Relative(path.clone())),
            None => {
                let mut places = PLACES.iter().map(PathBuf::from);
                let found = places.find(|path| path.is_file());
                found.ok_or_else(|| TerraformError::NoTerraform {
                    places: PLACES.join(", "),
                })?
            }
        };
        match is_reliable(&path) {
            true => Ok(Terraform(path)),
            false => Err(TerraformError::Unreliable(path)),
        }
    }
}

fn adds_words(name: &OsStr, value: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(ADDED_WORDS.as_bytes()) && !value.is_empty()
}

/// Whether only root and this user can write the program.
fn is_reliable(path: &Path) -> bool {
    let users = [ROOT, rustix::process::geteuid().as_raw()];
    fs::metadata(path).is_ok_and(|found| {
        found.is_file() && users.contains(&found.uid()) && found.mode() & OTHERS_MAY_WRITE == 0
    })
}

impl Terraform {
    /// What `terraform show -json` prints of a plan. One that may start a program which is not in that
    /// is refused.
    pub(crate) fn show(&self, plan: &SealedPlan) -> Result<String, CliError> {
        plan.starts_nothing_unseen()?;
        let mut command = self.command(&["show", "-json", "-no-color"], plan);
        command.stdin(Stdio::null());
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().map_err(CliError::Thread)?;
        let bytes = runtime.block_on(async {
            let printed = timeout(SHOW_TIME, printed(command.into(), &self.0));
            printed
                .await
                .unwrap_or(Err(TerraformError::Slow(SHOW_TIME)))
        })?;
        Ok(String::from_utf8(bytes).map_err(|_| TerraformError::NotText)?)
    }

    /// Applies a plan, in the place of this process. Returns only if that can't begin.
    pub(crate) fn apply(&self, plan: &SealedPlan, stdout: Stdio) -> TerraformError {
        let mut words = vec!["apply", "-input=false"];
        if !io::stdout().is_terminal() {
            words.push("-no-color");
        }
        let mut command = self.command(&words, plan);
        command.stdin(Stdio::null()).stdout(stdout);
        self.unstarted(command.exec())
    }

    fn command(&self, words: &[&str], plan: &SealedPlan) -> Command {
        let mut command = Command::new(&self.0);
        command.args(words).arg(plan.path());
        for (name, _) in env::vars_os().filter(|(name, _)| !is_kept(name)) {
            command.env_remove(name);
        }
        // The file could name another program for a provider (`dev_overrides`).
        command.env("TF_CLI_CONFIG_FILE", "/dev/null");
        command.env("TF_IN_AUTOMATION", "1");
        command.env("CHECKPOINT_DISABLE", "1");
        command
    }

    fn unstarted(&self, cause: io::Error) -> TerraformError {
        TerraformError::Start {
            path: self.0.clone(),
            cause,
        }
    }
}

fn is_kept(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let is_own = OWN.iter().any(|own| name.starts_with(own.as_bytes()));
    let is_kept = KEPT.iter().any(|kept| name == kept.as_bytes());
    !is_own || is_kept || name.starts_with(KEPT_TOKENS.as_bytes())
}

/// Standard output of a command that succeeds.
async fn printed(
    mut command: tokio::process::Command,
    path: &Path,
) -> Result<Vec<u8>, TerraformError> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    let unstarted = |cause| TerraformError::Start {
        path: path.to_owned(),
        cause,
    };
    let mut child = command.spawn().map_err(unstarted)?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (text, complaint) = tokio::try_join!(whole(out), complaint(err))?;
    let status = child.wait().await.map_err(unstarted)?;
    match status.success() {
        true => Ok(text),
        false => Err(TerraformError::Show(complaint)),
    }
}

async fn whole(out: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, TerraformError> {
    let mut bytes = Vec::new();
    let Some(out) = out else { return Ok(bytes) };
    let limit = u64::try_from(MAX_PLAN_BYTES).unwrap_or(u64::MAX);
    let mut limited = out.take(limit.saturating_add(1));
    let read = limited.read_to_end(&mut bytes).await;
    read.map_err(|error| TerraformError::Show(error.to_string()))?;
    // The line feed behind the document is not part of it.
    match bytes.trim_ascii_end().len() > MAX_PLAN_BYTES {
        true => Err(TerraformError::LongPlan(MAX_PLAN_BYTES)),
        false => Ok(bytes.trim_ascii_end().to_vec()),
    }
}

async fn complaint(err: Option<impl AsyncRead + Unpin>) -> Result<String, TerraformError> {
    let mut bytes = Vec::new();
    let Some(mut err) = err else {
        return Ok(String::new());
    };
    let mut limited = (&mut err).take(MAX_COMPLAINT_BYTES);
    let read = limited.read_to_end(&mut bytes).await;
    read.map_err(|error| TerraformError::Show(error.to_string()))?;
    // The rest is read too, so that the program is not stopped by a full pipe.
    let rest = tokio::io::copy(&mut err, &mut tokio::io::sink()).await;
    rest.map_err(|error| TerraformError::Show(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
