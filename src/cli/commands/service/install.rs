//! `cavra service install`

use std::env;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::{launchd, systemd};
use crate::cli::commands::agents::error::AgentsError;
use crate::cli::commands::agents::guarded_files;
use crate::cli::commands::agents::plan::{AgreeArgs, Plan, Planned};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// Bytes of a unit that is there already.
const MAX_UNIT_BYTES: usize = 1024 * 1024;
const UNIT_MODE: u32 = 0o644;

const AFTER_HELP: &str = "\
The units are shown as a diff before they are written; nothing is started. With --system the service
has a user of its own, and systemd makes its sockets and starts it when somebody asks:
  /run/cavra/agents.sock  for agents' hooks: decisions, and waiting for approvals
  /run/cavra/cavra.sock   for people of the group `cavra`: reading, and answering requests
  /run/cavra/admin.sock   for root: what changes the authority
With --user the service has your user id, and so has your agent: it records what is asked, but it
doesn't resist an agent that ends it or takes its files.

Options behind `--` are given to `cavra serve`.

Examples:
  sudo cavra service install
  cavra service install --dry-run -- --policy-pack cavra-coding-agent --trust /etc/cavra/trust.json
  cavra service install --user --yes
  sudo cavra service install --launchd

Exit codes:
  0  written, or nothing to change
  1  could not be written; nothing was";

/// What to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("manager").multiple(false))]
pub(crate) struct InstallArgs {
    /// Units of the machine, for a user of its own [default]
    #[arg(long, group = "manager")]
    system: bool,
    /// Units of your own systemd: a service that records and doesn't resist
    #[arg(long, group = "manager")]
    user: bool,
    /// A file for launchd, which was not tried on a real one
    #[arg(long, group = "manager")]
    launchd: bool,
    /// The program `cavra`, an absolute path [default: this program]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The group whose users may ask on the agents' socket [default: every user]
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["user", "launchd"])]
    socket_group: Option<String>,
    /// Write below DIR, to make an image or a package
    #[arg(long, value_name = "DIR", conflicts_with = "user")]
    root: Option<PathBuf>,
    #[command(flatten)]
    agree: AgreeArgs,
    /// Options of `cavra serve`
    #[arg(last = true, value_name = "OPTION")]
    options: Vec<String>,
}

/// A file that starts the service, and its text.
pub(super) struct Unit {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// What the service is started with.
pub(super) struct Start<'a> {
    pub(super) program: &'a str,
    pub(super) options: &'a [String],
    pub(super) socket_group: Option<&'a str>,
}

pub(crate) fn run(args: &InstallArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let program = args.program()?;
    let start = Start {
        program: &program,
        options: &args.options,
        socket_group: args.socket_group.as_deref(),
    };
    refuse_line_breaks(&start)?;
    let (units, notes) = match (args.user, args.launchd) {
        (true, _) => {
            let home = etcetera::home_dir().ok().filter(|home| home.is_absolute());
            systemd::of_user(&start, &home.ok_or(AgentsError::NoHome)?)
        }
        (_, true) => launchd::daemon(&start),
        (false, false) => systemd::of_system(&start),
    };
    let mut plan = Plan {
        notes: notes.into_iter().chain(args.absent_trust()).collect(),
        ..Plan::default()
    };
    for unit in units {
        plan.files.push(args.planned(unit)?);
    }
    plan.carry_out(args.agree, out)?;
    Ok(ExitStatus::Success)
}

impl InstallArgs {
    fn program(&self) -> Result<String, CliError> {
        let program = match &self.program {
            Some(program) => program.clone(),
            None => env::current_exe().map_err(CliError::ThisProgram)?,
        };
        match program.is_absolute() {
            true => Ok(guarded_files::text_of(&program)?),
            false => Err(AgentsError::Relative(program).into()),
        }
    }

    /// A file with this absolute path as it is found here.
    fn here(&self, path: PathBuf) -> PathBuf {
        match &self.root {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(&path)),
            None => path,
        }
    }

    /// What to do about a trust file that the options name and that is not there.
    fn absent_trust(&self) -> Option<String> {
        let mut options = self.options.iter();
        let named = options.find_map(|option| match option.strip_prefix("--trust") {
            Some("") => Some(None),
            Some(rest) => rest.strip_prefix('=').map(Some),
            None => None,
        })?;
        let named = Path::new(named.or_else(|| options.next().map(String::as_str))?);
        let is_absent = named.is_absolute() && !self.here(named.to_owned()).exists();
        is_absent.then(|| {
            format!(
                "`{}` is not there, and the service doesn't start without it: `cavra trust new` makes \
                 a trust file",
                named.display()
            )
        })
    }

    fn planned(&self, unit: Unit) -> Result<Planned, CliError> {
        let path = self.here(unit.path);
        let base = self.root.as_deref().unwrap_or(Path::new("/"));
        if !self.user {
            guarded_files::refuse_links(base, &path)?;
        }
        Ok(Planned {
            before: guarded_files::read(&path, MAX_UNIT_BYTES)?,
            path,
            after: Some(unit.text),
            mode: UNIT_MODE,
            is_record: false,
        })
    }
}

/// A line break would begin another setting of a unit.
fn refuse_line_breaks(start: &Start<'_>) -> Result<(), AgentsError> {
    let mut words = [start.program, start.socket_group.unwrap_or_default()]
        .into_iter()
        .chain(start.options.iter().map(String::as_str));
    match words.find(|word| word.chars().any(char::is_control)) {
        Some(word) => Err(AgentsError::Control(word.escape_default().to_string())),
        None => Ok(()),
    }
}
