//! `commands.allow_effects`: commands that are allowed by what they do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// the same line made. Default: `false`.
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
}

impl AllowedEffect {
    /// Every effect, in the order of the documents.
    pub const ALL: [Self; 4] = [
        Self::ReadWorkspace,
        Self::WriteWorkspace,
        Self::TemporaryFiles,
        Self::GitLocal,
    ];

    /// The key, such as `read_workspace`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadWorkspace => "read_workspace",
            Self::WriteWorkspace => "write_workspace",
            Self::TemporaryFiles => "temporary_files",
            Self::GitLocal => "git_local",
        }
    }

    /// The dotted path, such as `commands.allow_effects.read_workspace`.
    #[must_use]
    pub fn path(self) -> String {
        format!("{ALLOW_EFFECTS}.{}", self.name())
    }
}

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
        }
    }

    /// The value of an effect. None if the pack does not set it.
    #[must_use]
    pub const fn get(&self, effect: AllowedEffect) -> Option<bool> {
        match effect {
            AllowedEffect::ReadWorkspace => self.read_workspace,
            AllowedEffect::WriteWorkspace => self.write_workspace,
            AllowedEffect::TemporaryFiles => self.temporary_files,
            AllowedEffect::GitLocal => self.git_local,
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
