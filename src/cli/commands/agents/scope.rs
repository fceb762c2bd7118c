//! Which installation is meant.

use std::env;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};

use super::error::AgentsError;
use crate::agents::host::{Host, Scope};
use crate::agents::places::Places;
use crate::cli::error::CliError;

/// How far the installation reaches.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("scope").multiple(false))]
pub(super) struct ScopeArgs {
    /// Every user of this machine, by settings that only root can change [default]
    #[arg(long, group = "scope")]
    managed: bool,
    /// You alone. Your agent can write these settings too, and so take the hook out
    #[arg(long, group = "scope")]
    user: bool,
    /// The project in DIR [default: the working directory], on this machine: the settings name its
    /// paths, so don't commit them
    #[arg(long, group = "scope", value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    project: Option<PathBuf>,
    /// With --managed: write below DIR, to make an image or a package; the settings name paths
    /// without DIR
    #[arg(long, value_name = "DIR", conflicts_with_all = ["user", "project"])]
    root: Option<PathBuf>,
}

/// An installation's places, and the folder that they are below.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) scope: Scope,
    pub(super) places: Places,
    root: Option<PathBuf>,
}

impl ScopeArgs {
    pub(super) fn target(&self) -> Result<Target, CliError> {
        let scope = match (self.user, &self.project) {
            (true, _) => Scope::User,
            (_, Some(_)) => Scope::Project,
            (false, None) => Scope::Managed,
        };
        let project = self.project.as_deref().unwrap_or(Path::new("."));
        Ok(Target {
            scope,
            places: places(project)?,
            root: self.root.clone(),
        })
    }
}

impl Target {
    /// Whether files are written below a folder, for another machine.
    pub(super) const fn is_below_root(&self) -> bool {
        self.root.is_some()
    }

    /// Where the file with this name is found by the one who installs.
    pub(super) fn here(&self, path: &Path) -> PathBuf {
        match &self.root {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_owned(),
        }
    }

    /// The folder below which no link is followed.
    pub(super) fn base(&self) -> PathBuf {
        match (self.scope, &self.root) {
            (Scope::Managed, Some(root)) => root.clone(),
            (Scope::Managed, None) => PathBuf::from("/"),
            (Scope::User, _) => self.places.home.clone(),
            (Scope::Project, _) => self.places.project.clone(),
        }
    }

    /// The top of the project, if the installation is one of a project.
    pub(super) fn project(&self) -> Option<String> {
        let project = self.places.project.to_str().map(str::to_owned);
        project.filter(|_| self.scope == Scope::Project)
    }
}

/// The places of this user, and of the project in a folder.
pub(super) fn places(project: &Path) -> Result<Places, CliError> {
    let home = etcetera::home_dir().ok().filter(|home| home.is_absolute());
    let named = |host: Host| {
        let folder = PathBuf::from(env::var_os(Places::home_variable(host)?)?);
        folder.is_absolute().then_some((host, folder))
    };
    Ok(Places {
        home: home.ok_or(AgentsError::NoHome)?,
        project: std::fs::canonicalize(project).map_err(|cause| AgentsError::Unreadable {
            path: project.to_owned(),
            cause,
        })?,
        host_homes: Host::ALL.into_iter().filter_map(named).collect(),
    })
}

/// Takes the names of hosts.
pub(super) fn host_parser() -> impl TypedValueParser<Value = Host> {
    PossibleValuesParser::new(Host::ALL.map(Host::as_str)).try_map(|text| {
        let mut hosts = Host::ALL.into_iter();
        hosts
            .find(|host| host.as_str() == text)
            .ok_or("not a known host")
    })
}
