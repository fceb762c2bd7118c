//! The record of what was installed: what `uninstall` takes out, and what the doctor compares with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::host::{Host, Scope};
use super::settings::Insertion;
use crate::canonical::{Digest, parse_strict};

/// Bytes of a record.
pub const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// [`Installed::schema_version`], as a type with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SchemaVersion {
    /// The first.
    #[default]
    #[serde(rename = "cavra.agents.installed.v1")]
    V1,
}

/// Everything that is installed, in one file for the machine and one for each user.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// The version of this document.
    pub schema_version: SchemaVersion,
    /// Each installation. A host has at most one in a scope, and in a project.
    pub installations: Vec<Installation>,
}

/// One installation of the hook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// The host.
    pub host: Host,
    /// How far it reaches.
    pub scope: Scope,
    /// The top of the project, where the scope is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// When it was made or last changed.
    pub installed_at: Timestamp,
    /// The settings that register the hook.
    pub settings: String,
    /// The entry that registers it, as it was written.
    pub entry: Value,
    /// The hook's program.
    pub program: String,
    /// SHA-256 of the program.
    pub program_digest: Digest,
    /// The arguments of the program.
    pub arguments: Vec<String>,
    /// The configuration of the hook.
    pub config: String,
    /// SHA-256 of the configuration.
    pub config_digest: Digest,
    /// The pack whose block lists became rules of the host. Absent if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<FloorOf>,
    /// Whether the settings were made, and are to go if nothing is left in them.
    pub made_settings: bool,
    /// What was put into the settings.
    pub inserted: Vec<Insertion>,
    /// The files that are the installation's own.
    pub files: Vec<OwnFile>,
}

/// The pack of a floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorOf {
    /// Its id.
    pub pack: String,
    /// Over its own `policy.yaml`.
    pub policy_digest: Digest,
}

/// A file that an installation wrote whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnFile {
    /// The file.
    pub path: String,
    /// SHA-256 of what was written.
    pub digest: Digest,
}

impl Installed {
    /// Reads a record.
    ///
    /// # Errors
    /// If it is none of this version.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_value(parse_strict(text.as_bytes())?)
    }

    /// The place of an installation among the others.
    #[must_use]
    pub fn position(&self, host: Host, scope: Scope, project: Option<&str>) -> Option<usize> {
        self.installations.iter().position(|it| {
            it.host == host
                && it.scope == scope
                && (scope != Scope::Project || it.project.as_deref() == project)
        })
    }

    /// Whether another installation than the one at `position` uses a configuration.
    #[must_use]
    pub fn is_config_shared(&self, position: usize, config: &str) -> bool {
        let others = self.installations.iter().enumerate();
        { others }.any(|(at, it)| at != position && it.config == config)
    }
}
