//! The typed content of one `policy.yaml`.
//!
//! Absent and empty are the same for lists, except for `git.protected_branches`. It and
//! scalars that may be inherited are `Option`s; [`super::effective`] says what an absent
//! one comes to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::verdict::Severity;
use crate::canonical::Digest;

/// One `policy.yaml`, before inheritance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(
    missing_docs,
    reason = "the sections of `formats.md`, under their names"
)]
pub struct Pack {
    pub metadata: Metadata,
    pub filesystem: Filesystem,
    pub commands: Commands,
    pub git: Git,
    pub mcp: Mcp,
    /// By rule id, or `default`.
    pub approvals: BTreeMap<String, Approval>,
    pub evidence: Evidence,
    pub compliance: Compliance,
}

/// What the pack is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Metadata {
    /// Lower-case letters, digits and `-`; unique in a library.
    pub id: String,
    /// For a person, one line.
    pub title: String,
    /// For a person.
    pub description: String,
    /// Semantic version.
    pub version: String,
    /// The parents' ids, in order.
    pub inherits: Vec<String>,
    /// Whether verdicts are enforced. Absent: the parents', or `enforce`.
    pub mode: Option<Mode>,
}

/// Whether a pack's verdicts are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// They are.
    #[default]
    Enforce,
    /// They come back as `audit_only`, with the real one under `would_be`.
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

/// Path patterns (`action-semantics.md`, Paths).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct Filesystem {
    pub block_read: Vec<String>,
    pub block_write: Vec<String>,
    pub require_approval_write: Vec<String>,
    /// Globs over whole paths of workspace roots, such as `/home/*/src/*`: below these, what
    /// lies above is not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
}

/// Command patterns (`action-semantics.md`, Commands).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct Commands {
    pub block: Vec<String>,
    pub allow: Vec<String>,
    pub require_approval: Vec<String>,
    /// Names (or `PREFIX_*`) of variables whose assignment doesn't lift an allow.
    pub harmless_variables: Vec<String>,
}

/// Rules for operations on git remotes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct Git {
    /// Names or URLs of remotes that may be pushed to, compared exactly.
    pub allowed_remotes: Vec<String>,
    /// Branch names or globs: `main`, `release/*`. Absent and empty differ: see
    /// [`super::effective`].
    pub protected_branches: Option<Vec<String>>,
    pub require_pull_request: Option<bool>,
    pub block_direct_push_to_protected_branch: Option<bool>,
    pub require_human_reviewer: Option<bool>,
    pub require_ai_attestation: Option<bool>,
}

/// Rules for MCP servers and tools.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct Mcp {
    pub allowlist_enabled: Option<bool>,
    pub block_unknown_servers: Option<bool>,
    pub allowed_servers: Vec<String>,
    pub blocked_servers: Vec<String>,
    /// By capability, server or `server:tool`: the least severity of findings about it.
    pub risk_scoring: BTreeMap<String, Severity>,
    /// By `server:tool`: the fingerprint that was approved.
    pub tool_pins: BTreeMap<String, Digest>,
}

/// Who approves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Approval {
    /// Group names, in order; at least one.
    pub approvers: Vec<String>,
}

/// What must come with an action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Evidence {
    /// Fields of the action document that must be there, such as `session_id`;
    /// without one of them an action needs approval.
    pub required_fields: Vec<String>,
}

/// The external controls that the pack maps to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Compliance {
    /// Such as `NIST SP 800-53 AC-6`.
    pub maps_to: Vec<String>,
}
