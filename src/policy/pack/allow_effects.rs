//! `commands.allow_effects`: commands that are allowed by what they do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolKinds;
use crate::policy::read::schema;

/// Allows commands by what they do, where every word of them is known: `docs/formats.md`,
/// "Allowed effects". A child's key replaces the parents'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::mapping(&[]))]
pub struct AllowEffects {
    /// Whether commands may print and list ordinary files of the workspace. Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_workspace: Option<bool>,
    /// Whether commands may create and change ordinary files of the workspace, and delete those that
    /// a redirection of the same line surely made or emptied before. Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_workspace: Option<bool>,
    /// Whether commands may read, list, create, change and delete files below the temporary folders
    /// `/tmp`, `/private/tmp` and `/var/folders`. Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_files: Option<bool>,
    /// Whether commands may read the workspace's git repository, and change it where nothing is
    /// lost: `git log`, `git add`, `git switch -c`. Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_local: Option<bool>,
    /// Kinds of tasks of the project that commands may run: its tests, its build, its linters and
    /// its formatters, by the tools and the names of tasks that are known: `docs/formats.md`,
    /// "Project tools". Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_tools: Option<ToolKinds>,
    /// Whether commands may read from the hosts of `network.allowed_hosts` and send nothing: `curl`
    /// with a constant URL, `gh pr view`, `npm view`; and from the remotes of
    /// `git.allowed_remotes`, where `git_local` is allowed too. Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_read: Option<bool>,
}

/// One key of [`AllowEffects`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AllowedEffect {
    /// `read_workspace`
    ReadWorkspace,
    /// `write_workspace`
    WriteWorkspace,
    /// `temporary_files`
    TemporaryFiles,
    /// `git_local`
    GitLocal,
    /// `network_read`
    NetworkRead,
}

impl AllowedEffect {
    /// Every effect, in the order of the documents.
    pub const ALL: [Self; 5] = [
        Self::ReadWorkspace,
        Self::WriteWorkspace,
        Self::TemporaryFiles,
        Self::GitLocal,
        Self::NetworkRead,
    ];

    /// The key, such as `read_workspace`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadWorkspace => "read_workspace",
            Self::WriteWorkspace => "write_workspace",
            Self::TemporaryFiles => "temporary_files",
            Self::GitLocal => "git_local",
            Self::NetworkRead => "network_read",
        }
    }

    /// The dotted path, such as `commands.allow_effects.read_workspace`.
    #[must_use]
    pub fn path(self) -> String {
        format!("{ALLOW_EFFECTS}.{}", self.name())
    }
}

/// The key of the kinds of tasks that are allowed.
pub const PROJECT_TOOLS: &str = "project_tools";

/// The dotted path of the mapping.
pub const ALLOW_EFFECTS: &str = "commands.allow_effects";

impl AllowEffects {
    /// Each effect with the value that `value` gives.
    pub fn of(mut value: impl FnMut(AllowedEffect) -> Option<bool>) -> Self {
        Self {
            read_workspace: value(AllowedEffect::ReadWorkspace),
            write_workspace: value(AllowedEffect::WriteWorkspace),
            temporary_files: value(AllowedEffect::TemporaryFiles),
            git_local: value(AllowedEffect::GitLocal),
            project_tools: None,
            network_read: value(AllowedEffect::NetworkRead),
        }
    }

    /// Allows these kinds of tasks instead of those that it allowed.
    #[must_use]
    pub const fn with_tools(self, project_tools: Option<ToolKinds>) -> Self {
        Self {
            project_tools,
            ..self
        }
    }

    /// The kinds of tasks of the project that are allowed.
    #[must_use]
    pub fn tools(&self) -> ToolKinds {
        self.project_tools.unwrap_or_default()
    }

    /// Whether anything is allowed by its effects.
    #[must_use]
    pub fn allows_any(self) -> bool {
        self.allowed().next().is_some() || !self.tools().is_empty()
    }

    /// The value of an effect. None if the pack does not set it.
    #[must_use]
    pub const fn get(&self, effect: AllowedEffect) -> Option<bool> {
        match effect {
            AllowedEffect::ReadWorkspace => self.read_workspace,
            AllowedEffect::WriteWorkspace => self.write_workspace,
            AllowedEffect::TemporaryFiles => self.temporary_files,
            AllowedEffect::GitLocal => self.git_local,
            AllowedEffect::NetworkRead => self.network_read,
        }
    }

    /// Whether commands are allowed by this effect.
    #[must_use]
    pub fn allows(&self, effect: AllowedEffect) -> bool {
        self.get(effect) == Some(true)
    }

    /// The effects by which commands are allowed.
    pub fn allowed(self) -> impl Iterator<Item = AllowedEffect> {
        let all = AllowedEffect::ALL.into_iter();
        all.filter(move |effect| self.allows(*effect))
    }
}
