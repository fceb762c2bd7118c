//! The typed content of one `policy.yaml`.
//!
//! Absent and empty are the same for lists, except for `git.protected_branches`. It and
//! scalars that may be inherited are `Option`s; [`super::effective`] says what an absent
//! one comes to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read::schema;
use super::verdict::Severity;
use crate::canonical::Digest;

/// One `policy.yaml`, before inheritance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["metadata"]))]
pub struct Pack {
    /// Names the pack, and says which packs it inherits from.
    pub metadata: Metadata,
    /// Which files agents may not read or write, and which writes need approval.
    pub filesystem: Filesystem,
    /// Which commands agents may run, may not run, or may run with approval.
    pub commands: Commands,
    /// What agents may push, and where to.
    pub git: Git,
    /// Which MCP servers and tools agents may call.
    pub mcp: Mcp,
    /// Who approves. A key is a rule's id, or `default` for every rule without a key of its own.
    /// A child's key replaces the parent's value. If no pack sets `default`, it is
    /// `Repository Owners`, and `Platform Security` approves `filesystem.write.require_approval`
    /// and `guard.tamper.require_approval`.
    pub approvals: BTreeMap<String, Approval>,
    /// What an action must state about itself.
    pub evidence: Evidence,
    /// Which external controls the pack implements.
    pub compliance: Compliance,
}

/// Names the pack, and says which packs it inherits from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["id"]))]
pub struct Metadata {
    /// Identifies the pack: lower-case letters, digits and single `-`, beginning with a letter.
    /// No two packs that a command can find may have the same id. Not inherited.
    #[schemars(schema_with = "schema::id")]
    pub id: String,
    /// A title for people, one line. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::text")]
    pub title: String,
    /// What the pack is for. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::text")]
    pub description: String,
    /// A semantic version such as `1.0.0`. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::version")]
    pub version: String,
    /// The ids of the packs that this one inherits from, in order: one id, or a list of them.
    /// A chain of parents may be 16 packs long, and all ancestors together may be 64 packs, this
    /// pack included.
    #[schemars(schema_with = "schema::ids")]
    pub inherits: Vec<String>,
    /// Whether verdicts are enforced. If absent, the pack enforces, unless it has parents and
    /// all of them audit.
    pub mode: Option<Mode>,
}

/// Whether a pack's verdicts are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Verdicts are enforced.
    #[default]
    Enforce,
    /// Every verdict is returned as `audit_only`, with the real verdict in `would_be`. An action
    /// that could not be evaluated still needs approval.
    Audit,
}

impl Mode {
    /// The name in documents, such as `enforce`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Audit => "audit",
        }
    }
}

/// Path patterns: `docs/formats.md`, "Path patterns". A child's entries are added to the
/// parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Filesystem {
    /// Path patterns of files that agents may not read, by any means.
    #[schemars(schema_with = "schema::entries")]
    pub block_read: Vec<String>,
    /// Path patterns of files that agents may not create, change or delete.
    #[schemars(schema_with = "schema::entries")]
    pub block_write: Vec<String>,
    /// Path patterns of files that agents may create, change or delete with approval.
    #[schemars(schema_with = "schema::entries")]
    pub require_approval_write: Vec<String>,
    /// Globs over whole paths that name workspace roots, such as `/home/*/src/*`. Below such a
    /// root, patterns are not matched against the directories above it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::entries")]
    pub roots: Vec<String>,
}

/// Command patterns: `docs/formats.md`, "Command patterns". A child's entries are added to the
/// parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Commands {
    /// Command patterns of commands that agents may not run.
    #[schemars(schema_with = "schema::entries")]
    pub block: Vec<String>,
    /// Command patterns of commands that agents may run without approval, if everything about
    /// the command is known and harmless.
    #[schemars(schema_with = "schema::entries")]
    pub allow: Vec<String>,
    /// Command patterns of commands that agents may run with approval. A command that no pattern
    /// matches needs approval too.
    #[schemars(schema_with = "schema::entries")]
    pub require_approval: Vec<String>,
    /// Names of environment variables, or beginnings of names such as `ACME_*`. Assigning such a
    /// variable does not keep a command from being allowed.
    #[schemars(schema_with = "schema::entries")]
    pub harmless_variables: Vec<String>,
}

/// Rules for operations on git remotes. A child's entries are added to the parents'; a child's
/// `true` or `false` replaces the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Git {
    /// Names or URLs of remotes that agents may push to, compared exactly. If no pack lists one:
    /// `origin` and `upstream`.
    #[schemars(schema_with = "schema::entries")]
    pub allowed_remotes: Vec<String>,
    /// Branch patterns: `docs/formats.md`, "Branch patterns". If no pack has the field: `main`
    /// and `master`. An empty list protects no branch, unless a parent lists one.
    #[schemars(schema_with = "schema::entries")]
    pub protected_branches: Option<Vec<String>>,
    /// Whether a push to a protected branch needs approval, if direct pushes are not blocked.
    /// Default: `false`.
    pub require_pull_request: Option<bool>,
    /// Whether a push to a protected branch is blocked. Default: `true`.
    pub block_direct_push_to_protected_branch: Option<bool>,
    /// Has the same effect as `require_pull_request`. Default: `false`.
    pub require_human_reviewer: Option<bool>,
    /// Whether a push to a protected branch is allowed only with an attestation
    /// (`allow_with_attestation`), if direct pushes are not blocked. Default: `false`.
    pub require_ai_attestation: Option<bool>,
}

/// Rules for MCP servers and tools. A child's entries are added to the parents'; a child's key,
/// `true` or `false` replaces the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Mcp {
    /// Whether `allowed_servers` is the complete list of servers that agents may call. If
    /// `false`, a call to an unlisted server needs approval instead of being blocked. Default:
    /// `true`.
    pub allowlist_enabled: Option<bool>,
    /// Whether a call to an unlisted server is blocked. If `false`, such a call needs approval.
    /// Default: `true`.
    pub block_unknown_servers: Option<bool>,
    /// Names of servers that agents may call, compared exactly.
    #[schemars(schema_with = "schema::entries")]
    pub allowed_servers: Vec<String>,
    /// Names of servers that agents may not call. Letter case is ignored.
    #[schemars(schema_with = "schema::entries")]
    pub blocked_servers: Vec<String>,
    /// The least severity of a finding about a call. A key is a capability, a server, or
    /// `server:tool`.
    pub risk_scoring: BTreeMap<String, Severity>,
    /// The approved fingerprint of a tool's definition. A key is `server:tool`. A fingerprint is
    /// SHA-256 over the canonical JSON (RFC 8785) of the definition that `tools/list` returns.
    pub tool_pins: BTreeMap<String, Digest>,
}

/// Who approves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["approvers"]))]
pub struct Approval {
    /// Names of the groups that approve, in order.
    #[schemars(schema_with = "schema::some_entries")]
    pub approvers: Vec<String>,
}

/// What an action must state about itself. A child's entries are added to the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Evidence {
    /// Fields that an action document must have, such as `session_id`. An action without one of
    /// them needs approval.
    #[schemars(schema_with = "schema::entries")]
    pub required_fields: Vec<String>,
}

/// Which external controls the pack implements. A child's entries are added to the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct Compliance {
    /// Names of controls, such as `NIST SP 800-53 AC-6`. They change no verdict.
    #[schemars(schema_with = "schema::entries")]
    pub maps_to: Vec<String>,
}
