//! What a pack's own rules see as `data.policy`: the effective pack, its lists as plain strings.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::canonical::Digest;
use crate::policy::effective::{EffectivePack, Listed};
use crate::policy::pack::Mode;
use crate::policy::verdict::Severity;

type Texts<'a> = Vec<&'a str>;

/// The effective pack: joined with everything it inherits.
#[derive(Serialize, JsonSchema)]
pub(in crate::engine) struct PolicyDocument<'a> {
    /// Which pack it is.
    metadata: Metadata<'a>,
    /// Path patterns.
    filesystem: Filesystem<'a>,
    /// Command patterns.
    commands: Commands<'a>,
    /// Rules for git remotes.
    git: Git<'a>,
    /// Rules for MCP.
    mcp: Mcp<'a>,
    /// By rule id, or `default`: the groups that approve.
    approvals: &'a BTreeMap<String, Vec<Arc<str>>>,
    /// What an action must bring along.
    evidence: Evidence<'a>,
    /// What the pack answers to.
    compliance: Compliance<'a>,
}

/// Which pack it is.
#[derive(Serialize, JsonSchema)]
struct Metadata<'a> {
    /// The pack's id: the one that decides, not the parent that brings the rule.
    id: &'a str,
    /// Its version.
    version: &'a str,
    /// Whether verdicts are enforced.
    mode: Mode,
}

/// Path patterns.
#[derive(Serialize, JsonSchema)]
struct Filesystem<'a> {
    /// Reads of these are blocked.
    block_read: Texts<'a>,
    /// Writes of these are blocked.
    block_write: Texts<'a>,
    /// Writes of these need approval.
    require_approval_write: Texts<'a>,
    /// Workspace roots that the pack names.
    roots: Texts<'a>,
}

/// Command patterns.
#[derive(Serialize, JsonSchema)]
struct Commands<'a> {
    /// Commands that are blocked.
    block: Texts<'a>,
    /// Commands that may run.
    allow: Texts<'a>,
    /// Commands that need approval.
    require_approval: Texts<'a>,
    /// Environment variables whose assignment doesn't lift an allow.
    harmless_variables: Texts<'a>,
}

/// Rules for git remotes.
#[derive(Serialize, JsonSchema)]
struct Git<'a> {
    /// Names or URLs of remotes that may be pushed to without approval.
    allowed_remotes: Texts<'a>,
    /// Branch names, or globs over them.
    protected_branches: Texts<'a>,
    /// Whether protected branches move by pull request only.
    require_pull_request: bool,
    /// Whether a direct push to a protected branch is blocked.
    block_direct_push_to_protected_branch: bool,
    /// Whether a person must have reviewed.
    require_human_reviewer: bool,
    /// Whether what an agent wrote must be attested.
    require_ai_attestation: bool,
}

/// Rules for MCP.
#[derive(Serialize, JsonSchema)]
struct Mcp<'a> {
    /// Whether only `allowed_servers` are trusted.
    allowlist_enabled: bool,
    /// Whether calls on other servers are blocked.
    block_unknown_servers: bool,
    /// Exact names of trusted servers.
    allowed_servers: Texts<'a>,
    /// Names of servers that are blocked.
    blocked_servers: Texts<'a>,
    /// By capability, server or `server:tool`: the risk.
    risk_scoring: &'a BTreeMap<String, Severity>,
    /// By `server:tool`: the fingerprint of the definition that was reviewed.
    tool_pins: &'a BTreeMap<String, Digest>,
}

/// What an action must bring along.
#[derive(Serialize, JsonSchema)]
struct Evidence<'a> {
    /// Fields of the action document without which an action needs approval.
    required_fields: Texts<'a>,
}

/// What the pack answers to.
#[derive(Serialize, JsonSchema)]
struct Compliance<'a> {
    /// Controls.
    maps_to: Texts<'a>,
}

impl<'a> PolicyDocument<'a> {
    /// The sections of `policy.yaml` after inheritance.
    pub(super) fn of(pack: &'a EffectivePack) -> Self {
        let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
        Self {
            metadata: Metadata {
                id: pack.id(),
                version: &pack.pack.metadata.version,
                mode: pack.mode,
            },
            filesystem: Filesystem {
                block_read: texts(&files.block_read),
                block_write: texts(&files.block_write),
                require_approval_write: texts(&files.require_approval_write),
                roots: texts(&files.roots),
            },
            commands: Commands {
                block: texts(&commands.block),
                allow: texts(&commands.allow),
                require_approval: texts(&commands.require_approval),
                harmless_variables: texts(&commands.harmless_variables),
            },
            git: Git {
                allowed_remotes: texts(&git.allowed_remotes),
                protected_branches: texts(&git.protected_branches),
                require_pull_request: git.require_pull_request,
                block_direct_push_to_protected_branch: git.block_direct_push_to_protected_branch,
                require_human_reviewer: git.require_human_reviewer,
                require_ai_attestation: git.require_ai_attestation,
            },
            mcp: Mcp {
                allowlist_enabled: mcp.allowlist_enabled,
                block_unknown_servers: mcp.block_unknown_servers,
                allowed_servers: texts(&mcp.allowed_servers),
                blocked_servers: texts(&mcp.blocked_servers),
                risk_scoring: &mcp.risk_scoring,
                tool_pins: &mcp.tool_pins,
            },
            approvals: &pack.approvals,
            evidence: Evidence {
                required_fields: texts(&pack.required_fields),
            },
            compliance: Compliance {
                maps_to: texts(&pack.maps_to),
            },
        }
    }
}

fn texts(list: &[Listed]) -> Texts<'_> {
    list.iter().map(|entry| entry.text.as_ref()).collect()
}
