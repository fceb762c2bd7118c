//! `cavra agents doctor`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::list::installations;
use super::not_shown::{Found, NotShown};
use super::scope::{host_parser, places};
use super::{elsewhere, enforced, proofs};
use crate::agents::host::Host;
use crate::agents::installed::Installation;
use crate::cli::commands::journal::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};

const AFTER_HELP: &str = "\
Each level has its own proof, and counts only if those before it are shown:
  installed  the settings start exactly the program that was installed, by its digest, the hook's
             configuration is the same, and no other settings that the host reads here switch
             hooks off: the machine's, the user's, and those of the working directory
  answers    the hook, started as the settings say, denies an event that every policy blocks
  invoked    the journal has a decision that the hook asked for in a session of the host since the
             installation; where a host has two installations, nothing shows which one asked
  enforced   the host itself was started, wanted to read a file that was made for this, and got
             the denial; only Claude Code can be started so, and only with --run-host, which costs
             one question to its model

Examples:
  cavra agents doctor --data-dir /var/lib/cavra
  cavra agents doctor claude-code --require invoked --output json
  cavra agents doctor claude-code --run-host --require enforced

Exit codes:
  0  looked at, and every installation reaches the level that --require names
  1  could not be looked at
  2  an installation doesn't reach the level, or there is none";

/// What to look at.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DoctorArgs {
    /// The host [default: every host that has an installation]
    #[arg(value_name = "HOST", value_parser = host_parser(), hide_possible_values = true)]
    host: Option<Host>,
    /// The level that every installation has to reach
    #[arg(long, value_name = "LEVEL")]
    require: Option<Level>,
    /// Start the host itself, for the level `enforced`
    #[arg(long)]
    run_host: bool,
    /// The host's program [default: `claude` on the PATH]
    #[arg(long, value_name = "FILE", requires = "run_host")]
    host_program: Option<PathBuf>,
    #[command(flatten)]
    source: SourceArgs,
}

/// How far it is shown that the hook is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    Installed,
    Answers,
    Invoked,
    Enforced,
}

impl Level {
    const ALL: [Self; 4] = [
        Self::Installed,
        Self::Answers,
        Self::Invoked,
        Self::Enforced,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Answers => "answers",
            Self::Invoked => "invoked",
            Self::Enforced => "enforced",
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    host: &'static str,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    /// The last level that is shown with all before it.
    reached: Option<Level>,
    levels: Vec<Row>,
    /// What may undo the hook's judgement, though the levels are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    level: Level,
    shown: bool,
    /// The proof, or why there is none.
    why: String,
}

pub(crate) fn run(args: &DoctorArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let places = places(Path::new("."))?;
    let all = installations(&places, &Path::to_owned)?;
    let meant = |it: &&Installation| args.host.is_none_or(|host| host == it.host);
    let meant: Vec<&Installation> = all.iter().filter(meant).collect();
    let mut reports = Vec::new();
    for installation in &meant {
        let of_host = all.iter().filter(|it| it.host == installation.host).count();
        reports.push(args.look(installation, of_host, &places));
    }
    match out.format() {
        OutputFormat::Json => out.json(&reports)?,
        OutputFormat::Table => {
            for report in &reports {
                report.show(out)?;
            }
            if reports.is_empty() {
                writeln!(out, "nothing is installed, so nothing is in force")?;
            }
        }
    }
    let is_reached = args.require.is_none_or(|level| {
        !reports.is_empty() && reports.iter().all(|it| it.reached >= Some(level))
    });
    Ok(ExitStatus::of_check(is_reached))
}

impl DoctorArgs {
    /// Looks at one installation, of `of_host` that the host has.
    fn look<'a>(
        &self,
        installation: &'a Installation,
        of_host: usize,
        places: &crate::agents::places::Places,
    ) -> Report<'a> {
        let elsewhere = elsewhere::look(installation, places);
        let mut rows: Vec<Row> = Vec::new();
        let (mut reached, mut started) = (None, None);
        for level in Level::ALL {
            let before = rows.iter().find(|row| !row.shown).map(|row| row.level);
            let found = match (level, before) {
                (_, Some(before)) => Err(NotShown::Before(before.as_str())),
                (Level::Installed, _) => proofs::installed(installation, places, &elsewhere),
                (Level::Answers, _) => proofs::answers(installation),
                (Level::Invoked, _) => {
                    started = Some(self.started(installation));
                    self.invoked(installation, of_host)
                }
                (Level::Enforced, _) => {
                    started.take().unwrap_or_else(|| self.started(installation))
                }
            };
            if found.is_ok() {
                reached = Some(level);
            }
            let (shown, why) = match found {
                Ok(proof) => (true, proof),
                Err(why) => (false, why.in_line()),
            };
            rows.push(Row { level, shown, why });
        }
        Report {
            host: installation.host.as_str(),
            scope: installation.scope.as_str(),
            project: installation.project.as_deref(),
            reached,
            levels: rows,
            warnings: elsewhere.warnings,
        }
    }

    fn invoked(&self, installation: &Installation, of_host: usize) -> Found {
        if of_host > 1 {
            return Err(NotShown::ManyInstallations(of_host));
        }
        proofs::invoked(installation, &self.source)
    }

    /// Starts the host, if that was asked for and is possible. Done before anything is said of
    /// `invoked`, because the run leaves a decision.
    fn started(&self, installation: &Installation) -> Found {
        match (installation.host, self.run_host) {
            (Host::ClaudeCode, true) => {
                let program = self.host_program.as_deref();
                enforced::run(installation, program, &self.source)
            }
            (Host::ClaudeCode, false) => Err(NotShown::HostNotAskedFor),
            (host, _) => Err(NotShown::HostNotStartable(host.title())),
        }
    }
}

impl Report<'_> {
    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        let reached = self.reached.map_or("nothing is shown", Level::as_str);
        let title = format!("{}  {}", self.host, self.scope);
        let is_in_force = self.reached >= Some(Level::Invoked);
        let reached = style::paint(style::passed(is_in_force), reached);
        writeln!(out, "{}  {reached}", style::paint(style::HEADING, title))?;
        if let Some(project) = self.project {
            writeln!(out, "  project    {}", printable(project))?;
        }
        for row in &self.levels {
            let mark = if row.shown { "✓" } else { "✗" };
            let mark = style::paint(style::passed(row.shown), mark);
            let level = row.level.as_str();
            writeln!(out, "{mark} {level:9}  {}", printable(&row.why))?;
        }
        for warning in &self.warnings {
            writeln!(out, "! warning    {}", printable(warning))?;
        }
        Ok(())
    }
}
