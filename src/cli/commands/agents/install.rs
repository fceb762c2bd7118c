//! `cavra agents install`

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::error::AgentsError;
use super::plan::{AgreeArgs, Plan, Planned};
use super::scope::{ScopeArgs, Target, host_parser};
use super::{guarded_files, hook_config, state};
use crate::agents::floor::{self, Floor};
use crate::agents::host::{Host, Scope};
use crate::agents::installed::{FloorOf, Installation, Installed, OwnFile};
use crate::agents::registration::{PROGRAM_NAME, Registration};
use crate::agents::settings::{Insertion, MAX_SETTINGS_BYTES};
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::output::{Output, document};
use crate::cli::packs::{Packs, PolicyArgs};

const AFTER_HELP: &str = "\
The settings are shown as a diff before they are written. What is in them stays; a file that is no
valid JSON or TOML is refused. The block lists of the pack become rules of the host itself, which
hold while the hook is dead; what no rule can say is counted, and `--output json` lists it. Give the
pack that your service enforces. Installing again brings the entry, the rules and the digest of the
program up to date. With --root the program of --hook must be below DIR already.

Examples:
  sudo cavra agents install claude-code
  sudo cavra agents install codex --policy-pack cavra-coding-agent --yes
  cavra agents install gemini-cli --user --endpoint unix:/run/user/1000/cavra/agents.sock
  cavra agents install claude-code --root image --hook /usr/bin/cavra-hook --yes

Exit codes:
  0  installed, or nothing to change
  1  could not be installed; nothing was written";

/// What to install.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct InstallArgs {
    /// The host: claude-code, codex, copilot-cli or gemini-cli
    #[arg(value_name = "HOST", value_parser = host_parser(), hide_possible_values = true)]
    host: Host,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The program of the hook [default: `cavra-hook` beside this program]
    #[arg(long, value_name = "FILE")]
    hook: Option<PathBuf>,
    /// The service that the hook asks, as `unix:PATH` [default: what the hook's configuration
    /// says, else /run/cavra/agents.sock, or for a user $XDG_RUNTIME_DIR/cavra/agents.sock]
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// The id of a user who may serve the socket; may be repeated [default: root and the agent's
    /// own user]
    #[arg(long, value_name = "UID")]
    pub(super) socket_owner: Vec<u32>,
    /// The name of an MCP server that the agents use; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) mcp_server: Vec<String>,
    /// Write no rules of the host: nothing holds then while the hook is dead
    #[arg(long, conflicts_with_all = ["policy", "policy_pack"])]
    no_rules: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    agree: AgreeArgs,
}

pub(crate) fn run(
    args: &InstallArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let target = args.scope.target()?;
    let (floor, floor_of) = args.floor(global, target.scope)?;
    let plan = Install {
        args,
        target: &target,
        floor: &floor,
    }
    .plan(floor_of)?;
    plan.carry_out(args.agree, out)?;
    Ok(ExitStatus::Success)
}

impl InstallArgs {
    fn floor(
        &self,
        global: &GlobalArgs,
        scope: Scope,
    ) -> Result<(Floor, Option<FloorOf>), CliError> {
        if self.no_rules {
            return Ok((Floor::default(), None));
        }
        let pack = Packs::to_judge(global)?.effective(&self.policy.pack_ref())?;
        let of = FloorOf {
            pack: pack.content.metadata.id.to_string(),
            policy_digest: pack.policy_digest,
        };
        Ok((floor::of(&pack, self.host, scope), Some(of)))
    }

    /// The hook's program, as settings name it.
    fn program(&self) -> Result<PathBuf, CliError> {
        let program = match &self.hook {
            Some(path) => path.clone(),
            None => {
                let own = env::current_exe().map_err(CliError::ThisProgram)?;
                own.with_file_name(PROGRAM_NAME)
            }
        };
        Ok(
            std::path::absolute(&program).map_err(|cause| AgentsError::Unreadable {
                path: program,
                cause,
            })?,
        )
    }
}

/// One installation that is planned.
struct Install<'a> {
    args: &'a InstallArgs,
    target: &'a Target,
    floor: &'a Floor,
}

impl Install<'_> {
    fn plan(&self, floor_of: Option<FloorOf>) -> Result<Plan, CliError> {
        let Target { scope, places, .. } = self.target;
        let host = self.args.host;
        let record = self.look(&places.record(*scope), state::RECORD_MODE)?;
        let mut installed = guarded_files::installed(&record.path)?;
        let project = self.target.project();
        let position = installed.position(host, *scope, project.as_deref());
        let previous = position.and_then(|at| installed.installations.get(at).cloned());

        let config = self.config_file()?;
        let program = self.args.program()?;
        let registration = Registration {
            host,
            program: guarded_files::text_of(&program)?,
            config: guarded_files::text_of(&places.hook_config(*scope))?,
        };
        let (settings, made, kept) = self.settings(&registration, previous.as_ref())?;
        let rules = self.rules_file(previous.as_ref())?;
        let mut own = self.own_files(&installed, &config, rules.as_ref())?;
        own.dedup();
        let installation = Installation {
            host,
            scope: *scope,
            project,
            installed_at: Timestamp::now(),
            settings: guarded_files::text_of(&places.settings(host, *scope).path)?,
            entry: registration.entry().map_err(AgentsError::from)?,
            program: registration.program.clone(),
            program_digest: self.program_digest(&program)?,
            arguments: registration.arguments(),
            config: registration.config.clone(),
            config_digest: Digest::of(config.after.clone().unwrap_or_default().as_bytes()),
            floor: floor_of,
            made_settings: match &previous {
                Some(previous) => previous.made_settings,
                None => settings.before.is_none(),
            },
            inserted: made,
            files: own,
        };
        let notes = self.notes(&program, &config);
        keep(&mut installed, position, previous, installation);
        let record = Planned {
            after: Some(document(&installed)?),
            is_record: true,
            ..record
        };
        Ok(Plan {
            // A host that reads the settings finds the rest.
            files: [Some(config), rules, Some(record), Some(settings)]
                .into_iter()
                .flatten()
                .collect(),
            kept,
            rules: self.floor.rules,
            left_out: self.floor.left_out.clone(),
            notes,
        })
    }

    /// The digest of the program, which is below the root if there is one.
    fn program_digest(&self, program: &Path) -> Result<Digest, AgentsError> {
        guarded_files::program_digest(&self.target.here(program)).map_err(|error| match error {
            AgentsError::Program { path, problem } if self.target.is_below_root() => {
                AgentsError::ProgramBelowRoot { path, problem }
            }
            error => error,
        })
    }

    /// A file as it is.
    fn look(&self, path: &Path, mode: u32) -> Result<Planned, CliError> {
        state::look(self.target, path, mode)
    }

    fn config_file(&self) -> Result<Planned, CliError> {
        let path = self.target.places.hook_config(self.target.scope);
        let file = self.look(&path, state::RECORD_MODE)?;
        let after = self.args.config(self.target, file.before.as_deref())?;
        Ok(Planned {
            after: Some(after),
            ..file
        })
    }

    /// The settings, what the installation has in them, and the keys that stay as they are.
    fn settings(
        &self,
        registration: &Registration,
        previous: Option<&Installation>,
    ) -> Result<(Planned, Vec<Insertion>, Vec<crate::agents::settings::Kept>), CliError> {
        let Target { scope, places, .. } = self.target;
        let settings = places.settings(self.args.host, *scope);
        let file = self.look(&settings.path, state::SETTINGS_MODE)?;
        let mut wanted = registration.insertions(*scope).map_err(AgentsError::from)?;
        wanted.extend(self.floor.insertions.iter().cloned());
        let before = previous.map_or(&[][..], |it| &it.inserted);
        let (still, stale): (Vec<_>, Vec<_>) =
            before.iter().cloned().partition(|it| wanted.contains(it));
        let failed = |cause| AgentsError::Settings {
            path: file.path.clone(),
            cause,
        };
        let text = file.before.clone().unwrap_or_default();
        let text = match stale.is_empty() {
            true => text,
            false => settings.format.withdraw(&text, &stale).map_err(failed)?,
        };
        let inserted = settings.format.insert(&text, &wanted).map_err(failed)?;
        let mut made = inserted.made;
        made.extend(
            still
                .into_iter()
                .filter(|it| !made.contains(it))
                .collect::<Vec<_>>(),
        );
        let planned = Planned {
            after: Some(inserted.text),
            ..file
        };
        if planned
            .after
            .as_ref()
            .is_some_and(|it| it.len() > MAX_SETTINGS_BYTES)
        {
            return Err(CliError::TooLarge {
                path: planned.path,
                limit: MAX_SETTINGS_BYTES,
            });
        }
        Ok((planned, made, inserted.kept))
    }

    /// The host's file of rules, which is the installation's own.
    fn rules_file(&self, previous: Option<&Installation>) -> Result<Option<Planned>, CliError> {
        let Target { scope, places, .. } = self.target;
        let Some(path) = places.rules(self.args.host, *scope) else {
            return Ok(None);
        };
        let file = self.look(&path, state::SETTINGS_MODE)?;
        let name = guarded_files::text_of(&path)?;
        let mut ours = previous.into_iter().flat_map(|it| &it.files);
        let is_ours = ours.any(|it| it.path == name);
        match (&file.before, &self.floor.file) {
            (None, None) => Ok(None),
            (Some(before), after) if !is_ours && after.as_ref() != Some(before) => match after {
                Some(_) => Err(AgentsError::NotOurs(file.path).into()),
                None => Ok(None),
            },
            (_, after) => Ok(Some(Planned {
                after: after.clone(),
                ..file
            })),
        }
    }

    /// The files that go with the installation.
    fn own_files(
        &self,
        installed: &Installed,
        config: &Planned,
        rules: Option<&Planned>,
    ) -> Result<Vec<OwnFile>, CliError> {
        let Target { scope, places, .. } = self.target;
        let name = guarded_files::text_of(&places.hook_config(*scope))?;
        let mut known = installed.installations.iter().flat_map(|it| &it.files);
        let is_ours = config.before.is_none() || known.any(|it| it.path == name);
        let mut own = Vec::new();
        if let Some(text) = config.after.as_ref().filter(|_| is_ours) {
            let digest = Digest::of(text.as_bytes());
            own.push(OwnFile { path: name, digest });
        }
        let path = places.rules(self.args.host, *scope);
        if let (Some(path), Some(text)) = (path, rules.and_then(|it| it.after.as_ref())) {
            let digest = Digest::of(text.as_bytes());
            let path = guarded_files::text_of(&path)?;
            own.push(OwnFile { path, digest });
        }
        Ok(own)
    }

    fn notes(&self, program: &Path, config: &Planned) -> Vec<String> {
        let mut notes = Vec::new();
        let (host, scope) = (self.args.host, self.target.scope);
        if !self.target.is_below_root()
            && let Some(endpoint) = config.after.as_deref().and_then(hook_config::unanswered)
        {
            notes.push(format!(
                "no service answers at `{endpoint}` yet: until one does, every tool is denied"
            ));
        }
        if scope == Scope::Project {
            notes.push(
                "the settings name paths of this machine: don't commit them. Claude Code and Codex \
                 run a tool where the hook's program is missing"
                    .to_owned(),
            );
        }
        let here = self.target.here(program);
        if guarded_files::is_writable_by_others(&here) {
            let program = program.display();
            notes.push(format!(
                "others than root and you can write `{program}` or its folder, and so replace the hook"
            ));
        }
        if scope != Scope::Managed {
            notes.push(
                "your agent has your user id: it can take this hook out again. It is a record and a \
                 reminder; `--managed` resists"
                    .to_owned(),
            );
        }
        if host == Host::Codex && scope != Scope::Managed {
            notes.push(
                "Codex starts this hook only after you have trusted it in `/hooks`, and again after \
                 each change of it"
                    .to_owned(),
            );
        }
        notes
    }
}

/// Puts an installation into the record. One that says the same keeps its time.
fn keep(
    installed: &mut Installed,
    position: Option<usize>,
    previous: Option<Installation>,
    mut installation: Installation,
) {
    if let Some(previous) = previous {
        let time = installation.installed_at;
        installation.installed_at = previous.installed_at;
        if installation != previous {
            installation.installed_at = time;
        }
    }
    match position.and_then(|at| installed.installations.get_mut(at)) {
        Some(place) => *place = installation,
        None => installed.installations.push(installation),
    }
}
