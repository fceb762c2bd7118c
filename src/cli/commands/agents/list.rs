//! `cavra agents list`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::scope::places;
use super::{guarded_files, state};
use crate::agents::host::Scope;
use crate::agents::installed::Installation;
use crate::agents::places::Places;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};

const AFTER_HELP: &str = "\
The records are those of this machine and of you. `changed` names what is no longer as it was
installed; `cavra agents doctor` goes further.

Examples:
  cavra agents list
  cavra agents list --output json

Exit codes:
  0  listed, even if something has changed
  1  a record can't be read";

/// What to list.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ListArgs {
    /// Also what was installed below DIR by `--root`
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    installation: &'a Installation,
    changed: Vec<String>,
}

pub(crate) fn run(args: &ListArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let places = places(Path::new("."))?;
    let here = |path: &Path| match &args.root {
        Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        None => path.to_owned(),
    };
    let installations = installations(&places, &here)?;
    let lines: Vec<Line<'_>> = installations
        .iter()
        .map(|installation| {
            let changed = match installation.scope {
                Scope::Managed => state::faults(installation, &places, &here),
                _ => state::faults(installation, &places, &Path::to_owned),
            };
            Line {
                installation,
                changed,
            }
        })
        .collect();
    if out.format() == OutputFormat::Json {
        out.json(&lines)?;
        return Ok(ExitStatus::Success);
    }
    for line in &lines {
        show(line, out)?;
    }
    if lines.is_empty() {
        writeln!(out, "nothing is installed")?;
    }
    Ok(ExitStatus::Success)
}

/// Every installation of this machine and of this user.
pub(super) fn installations(
    places: &Places,
    here: &dyn Fn(&Path) -> PathBuf,
) -> Result<Vec<Installation>, CliError> {
    let mut found = guarded_files::installed(&here(&places.record(Scope::Managed)))?.installations;
    found.extend(guarded_files::installed(&places.record(Scope::User))?.installations);
    Ok(found)
}

fn show(line: &Line<'_>, out: &mut Output) -> Result<(), CliError> {
    let Installation {
        host,
        scope,
        installed_at,
        settings,
        program,
        program_digest,
        config,
        ..
    } = line.installation;
    let (host, scope) = (host.as_str(), scope.as_str());
    writeln!(
        out,
        "{}",
        style::paint(style::HEADING, format_args!("{host}  {scope}"))
    )?;
    let rows = [
        ("settings", printable(settings)),
        ("hook", format!("{} {program_digest}", printable(program))),
        ("config", printable(config)),
        ("installed", installed_at.to_string()),
    ];
    for (name, value) in rows {
        writeln!(out, "  {name:9}  {value}")?;
    }
    for changed in &line.changed {
        let name = style::paint(style::passed(false), "changed  ");
        writeln!(out, "  {name}  {}", printable(changed))?;
    }
    Ok(())
}
