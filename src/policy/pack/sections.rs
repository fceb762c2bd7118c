//! The sections of a pack.
//!
//! A section is declared once, for every [`Stage`]. Its `of` names each of its fields, so a
//! field that is declared can't be forgotten at any stage.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::choice::{self, Choice};
use super::field::{Flag, List};
use super::stage::{Described, FieldValues, Stage, Stored};

/// Path patterns: `docs/formats.md`, "Path patterns". A child's entries are added to the
/// parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(bound(serialize = "", deserialize = "S: Stored"))]
#[schemars(rename = "Filesystem", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Filesystem<S: Stage> {
    /// Path patterns of files that agents may not read, by any means.
    #[schemars(with = "S::ListSchema")]
    pub block_read: Vec<S::Entry>,
    /// Path patterns of files that agents may read with approval.
    #[serde(default)]
    #[schemars(with = "S::ListSchema")]
    pub require_approval_read: Vec<S::Entry>,
    /// Path patterns of files that agents may not create, change or delete.
    #[schemars(with = "S::ListSchema")]
    pub block_write: Vec<S::Entry>,
    /// Path patterns of files that agents may create, change or delete with approval.
    #[schemars(with = "S::ListSchema")]
    pub require_approval_write: Vec<S::Entry>,
    /// Whether agents may read files outside the workspace: `allow`, `require_approval` or `block`.
    /// A child's value replaces the parents'. Default: `allow`.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(schema_with = "choice::outside_reads")]
    pub outside_reads: S::Choice,
    /// Globs over whole paths of files outside the workspace that agents may read whatever
    /// `outside_reads` says, such as `/usr/include/**` or `~/.claude/plans/*.md`: `docs/formats.md`,
    /// "Paths outside the workspace".
    #[serde(default)]
    #[schemars(with = "S::ListSchema")]
    pub allow_outside_read: Vec<S::Entry>,
    /// Globs over whole paths of files outside the workspace that agents may create and change
    /// without approval: `docs/formats.md`, "Paths outside the workspace".
    #[serde(default)]
    #[schemars(with = "S::ListSchema")]
    pub allow_outside_write: Vec<S::Entry>,
    /// Whether a search that skips what must not be read is allowed, though it walks through
    /// folders: `allow` or `require_approval`, see `docs/formats.md`, "Searches". A child's value
    /// replaces the parents'. Default: `require_approval`.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(schema_with = "choice::search")]
    pub search: S::Choice,
    /// Entries of `block_read` and `require_approval_read`, spelled as they are there, which a search
    /// may meet if `search` is `allow`, and if it opens only names of sources, or skips hidden files and
    /// chooses no names: `docs/formats.md`, "Searches".
    #[serde(default)]
    #[schemars(with = "S::ListSchema")]
    pub search_may_meet: Vec<S::Entry>,
    /// Globs over whole paths that name workspace roots, such as `/home/*/src/*`. Below such a
    /// root, patterns are not matched against the directories above it.
    #[schemars(with = "S::ListSchema")]
    pub roots: Vec<S::Entry>,
}

impl<S: Stage> Filesystem<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            block_read: values.list(List::FilesystemBlockRead),
            require_approval_read: values.list(List::FilesystemRequireApprovalRead),
            block_write: values.list(List::FilesystemBlockWrite),
            require_approval_write: values.list(List::FilesystemRequireApprovalWrite),
            outside_reads: values.choice(Choice::FilesystemOutsideReads),
            allow_outside_read: values.list(List::FilesystemAllowOutsideRead),
            allow_outside_write: values.list(List::FilesystemAllowOutsideWrite),
            search: values.choice(Choice::FilesystemSearch),
            search_may_meet: values.list(List::FilesystemSearchMayMeet),
            roots: values.list(List::FilesystemRoots),
        }
    }
}

/// Command patterns: `docs/formats.md`, "Command patterns". A child's entries are added to the
/// parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(bound(serialize = "", deserialize = "S: Stored"))]
#[schemars(rename = "Commands", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Commands<S: Stage> {
    /// Command patterns of commands that agents may not run.
    #[schemars(with = "S::ListSchema")]
    pub block: Vec<S::Entry>,
    /// Command patterns of commands that agents may run without approval, if everything about
    /// the command is known and harmless.
    #[schemars(with = "S::ListSchema")]
    pub allow: Vec<S::Entry>,
    /// Command patterns of commands that agents may run with approval. A command that no pattern
    /// matches needs approval too.
    #[schemars(with = "S::ListSchema")]
    pub require_approval: Vec<S::Entry>,
    /// Names of environment variables, or beginnings of names such as `ACME_*`. Assigning such a
    /// variable does not keep a command from being allowed.
    #[schemars(with = "S::ListSchema")]
    pub harmless_variables: Vec<S::Entry>,
    /// Allows commands by what they do, where every word of them is known: `docs/formats.md`,
    /// "Allowed effects". A child's key replaces the parents'.
    #[serde(default, skip_serializing_if = "is_default")]
    pub allow_effects: S::AllowEffects,
    /// Names of recipes and scripts of the project that count as tasks of a kind, besides those
    /// that are known by their name: `docs/formats.md`, "Project tools". A child's key replaces the
    /// parents'.
    #[serde(default, skip_serializing_if = "is_default")]
    pub project_tasks: S::TaskNames,
}

impl<S: Stage> Commands<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            block: values.list(List::CommandsBlock),
            allow: values.list(List::CommandsAllow),
            require_approval: values.list(List::CommandsRequireApproval),
            harmless_variables: values.list(List::CommandsHarmlessVariables),
            allow_effects: values.allow_effects(),
            project_tasks: values.project_tasks(),
        }
    }
}

/// Left out where no pack has it: digests that people have approved must not change.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Rules for operations on git remotes. A child's entries are added to the parents'; a child's
/// `true` or `false` replaces the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(bound(serialize = "", deserialize = "S: Stored"))]
#[schemars(rename = "Git", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Git<S: Stage> {
    /// Names or URLs of remotes that agents may push to, compared exactly. If no pack lists one:
    /// `origin` and `upstream`.
    #[schemars(with = "S::ListSchema")]
    pub allowed_remotes: Vec<S::Entry>,
    /// Branch patterns: `docs/formats.md`, "Branch patterns". If no pack has the field: `main`
    /// and `master`. An empty list protects no branch, unless a parent lists one.
    #[schemars(with = "S::ListSchema")]
    pub protected_branches: S::DefaultedList,
    /// Whether a push to a protected branch needs approval, if direct pushes are not blocked.
    /// Default: `false`.
    pub require_pull_request: S::Flag,
    /// Whether a push to a protected branch is blocked. Default: `true`.
    pub block_direct_push_to_protected_branch: S::Flag,
    /// Has the same effect as `require_pull_request`. Default: `false`.
    pub require_human_reviewer: S::Flag,
    /// Whether a push to a protected branch is allowed only with an attestation
    /// (`allow_with_attestation`), if direct pushes are not blocked. Default: `false`.
    pub require_ai_attestation: S::Flag,
}

impl<S: Stage> Git<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            allowed_remotes: values.list(List::GitAllowedRemotes),
            protected_branches: values.defaulted_list(List::GitProtectedBranches),
            require_pull_request: values.flag(Flag::GitRequirePullRequest),
            block_direct_push_to_protected_branch: values.flag(Flag::GitBlockDirectPush),
            require_human_reviewer: values.flag(Flag::GitRequireHumanReviewer),
            require_ai_attestation: values.flag(Flag::GitRequireAiAttestation),
        }
    }
}

/// Host patterns: `docs/formats.md`, "Host patterns". They are compared with the hosts that commands
/// connect to, as far as their words say so. A child's entries are added to the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(bound(serialize = "", deserialize = "S: Stored"))]
#[schemars(rename = "Network", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Network<S: Stage> {
    /// Host patterns of hosts that commands may read from, where `commands.allow_effects` allows
    /// `network_read`. If absent, they may read from none.
    #[schemars(with = "S::ListSchema")]
    pub allowed_hosts: Vec<S::Entry>,
    /// Host patterns of hosts that commands may connect to with approval.
    #[schemars(with = "S::ListSchema")]
    pub require_approval: Vec<S::Entry>,
    /// Host patterns of hosts that commands may not connect to.
    #[schemars(with = "S::ListSchema")]
    pub block: Vec<S::Entry>,
}

impl<S: Stage> Network<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            allowed_hosts: values.list(List::NetworkAllowedHosts),
            require_approval: values.list(List::NetworkRequireApproval),
            block: values.list(List::NetworkBlock),
        }
    }
}

/// Rules for MCP servers and tools. A child's entries are added to the parents'; a child's key,
/// `true` or `false` replaces the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(bound(serialize = "", deserialize = "S: Stored"))]
#[schemars(rename = "Mcp", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Mcp<S: Stage> {
    /// Whether `allowed_servers` is the complete list of servers that agents may call. If
    /// `false`, a call to an unlisted server needs approval instead of being blocked. Default:
    /// `true`.
    pub allowlist_enabled: S::Flag,
    /// Whether a call to an unlisted server is blocked. If `false`, such a call needs approval.
    /// Default: `true`.
    pub block_unknown_servers: S::Flag,
    /// Names of servers that agents may call, compared exactly.
    #[schemars(with = "S::ListSchema")]
    pub allowed_servers: Vec<S::Entry>,
    /// Names of servers that agents may call with approval, compared exactly. Such a server is
    /// not unknown. A call of a server that is in `allowed_servers` too needs approval.
    #[schemars(with = "S::ListSchema")]
    pub approval_servers: Vec<S::Entry>,
    /// Names of servers that agents may not call. Letter case is ignored.
    #[schemars(with = "S::ListSchema")]
    pub blocked_servers: Vec<S::Entry>,
    /// What the arguments of tools do: `docs/formats.md`, "Arguments of MCP tools". A key is
    /// `server:tool`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arguments: S::ToolArguments,
    /// The least severity of a finding about a call. A key is a capability, a server, or
    /// `server:tool`.
    pub risk_scoring: S::RiskScoring,
    /// The approved fingerprint of a tool's definition. A key is `server:tool`. A fingerprint is
    /// SHA-256 over the canonical JSON (RFC 8785) of the definition that `tools/list` returns.
    pub tool_pins: S::ToolPins,
}

impl<S: Stage> Mcp<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            allowlist_enabled: values.flag(Flag::McpAllowlistEnabled),
            block_unknown_servers: values.flag(Flag::McpBlockUnknownServers),
            allowed_servers: values.list(List::McpAllowedServers),
            approval_servers: values.list(List::McpApprovalServers),
            blocked_servers: values.list(List::McpBlockedServers),
            arguments: values.tool_arguments(),
            risk_scoring: values.risk_scoring(),
            tool_pins: values.tool_pins(),
        }
    }
}

/// What an action must state about itself. A child's entries are added to the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(bound(serialize = ""))]
#[schemars(rename = "Evidence", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Evidence<S: Stage> {
    /// Fields that an action document must have, such as `session_id`. An action without one of
    /// them needs approval.
    #[schemars(with = "S::ListSchema")]
    pub required_fields: Vec<S::Entry>,
}

impl<S: Stage> Evidence<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            required_fields: values.list(List::EvidenceRequiredFields),
        }
    }
}

/// Which external controls the pack implements. A child's entries are added to the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(bound(serialize = ""))]
#[schemars(rename = "Compliance", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &[]))]
pub struct Compliance<S: Stage> {
    /// Names of controls, such as `NIST SP 800-53 AC-6`. They change no verdict.
    #[schemars(with = "S::ListSchema")]
    pub maps_to: Vec<S::Entry>,
}

impl<S: Stage> Compliance<S> {
    /// The section with the values that `values` gives.
    pub fn of(values: &mut impl FieldValues<S>) -> Self {
        Self {
            maps_to: values.list(List::ComplianceMapsTo),
        }
    }
}
