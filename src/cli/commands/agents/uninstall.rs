//! `cavra agents uninstall`

use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::error::AgentsError;
use super::list::installations;
use super::plan::{AgreeArgs, Plan, Planned};
use super::scope::{ScopeArgs, Target, host_parser};
use super::{guarded_files, state};
use crate::agents::host::{Host, Scope};
use crate::agents::installed::{Installation, Installed};
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::{Output, document};

const AFTER_HELP: &str = "\
Only what the record of the installation names is taken out, and only as far as it is still the
same. A file that was edited since stays.

Examples:
  sudo cavra agents uninstall claude-code
  cavra agents uninstall gemini-cli --user --dry-run

Exit codes:
  0  taken out
  1  not installed, or could not be taken out; nothing was written";

/// What to take out.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct UninstallArgs {
    /// The host: claude-code, codex, copilot-cli or gemini-cli
    #[arg(value_name = "HOST", value_parser = host_parser(), hide_possible_values = true)]
    host: Host,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    agree: AgreeArgs,
}

pub(crate) fn run(args: &UninstallArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let target = args.scope.target()?;
    plan(args.host, &target)?.carry_out(args.agree, out)?;
    Ok(ExitStatus::Success)
}

fn plan(host: Host, target: &Target) -> Result<Plan, CliError> {
    let record = target.places.record(target.scope);
    let record = state::look(target, &record, state::RECORD_MODE)?;
    let mut installed = guarded_files::installed(&record.path)?;
    let position = installed.position(host, target.scope, target.project().as_deref());
    let Some(position) = position else {
        return Err(AgentsError::NotInstalled {
            host: host.as_str(),
            scope: target.scope.as_str(),
            others: others(host, target)?,
        }
        .into());
    };
    let mut plan = Plan::default();
    let Some(installation) = installed.installations.get(position).cloned() else {
        return Ok(plan);
    };
    plan.files.push(settings(&installation, target)?);
    for own in &installation.files {
        let is_config = own.path == installation.config;
        if is_config && installed.is_config_shared(position, &own.path) {
            continue;
        }
        let file = state::look(target, Path::new(&own.path), state::SETTINGS_MODE)?;
        let found = file.before.as_ref().map(|text| Digest::of(text.as_bytes()));
        match found {
            Some(digest) if digest == own.digest => plan.files.push(Planned {
                after: None,
                ..file
            }),
            Some(_) => plan
                .notes
                .push(format!("`{}` was edited, so it stays", own.path)),
            None => {}
        }
    }
    plan.files.push(without(record, &mut installed, position)?);
    Ok(plan)
}

/// The options by which the other installations of a host are named.
fn others(host: Host, target: &Target) -> Result<Vec<String>, CliError> {
    let all = installations(&target.places, &|path| target.here(path))?;
    let of_host = all.into_iter().filter(|it| it.host == host);
    let options = of_host.map(|it| match (it.scope, it.project) {
        (Scope::Project, Some(project)) => format!("--project {project}"),
        (scope, _) => format!("--{}", scope.as_str()),
    });
    Ok(options.collect())
}

/// The settings without what was put into them.
fn settings(installation: &Installation, target: &Target) -> Result<Planned, CliError> {
    let format = state::format_of(installation.host, installation.scope);
    let path = Path::new(&installation.settings);
    let file = state::look(target, path, state::SETTINGS_MODE)?;
    let Some(before) = &file.before else {
        return Ok(file);
    };
    let failed = |cause| AgentsError::Settings {
        path: file.path.clone(),
        cause,
    };
    let text = format
        .withdraw(before, &installation.inserted)
        .map_err(failed)?;
    let left = format.value(&text).map_err(failed)?;
    let is_empty = left.as_object().is_some_and(serde_json::Map::is_empty);
    let goes = is_empty && installation.made_settings;
    Ok(Planned {
        after: (!goes).then_some(text),
        ..file
    })
}

/// The record without an installation.
fn without(
    record: Planned,
    installed: &mut Installed,
    position: usize,
) -> Result<Planned, CliError> {
    installed.installations.remove(position);
    let text = document::<Value>(&serde_json::to_value(&*installed)?)?;
    Ok(Planned {
        after: (!installed.installations.is_empty()).then_some(text),
        is_record: true,
        ..record
    })
}
