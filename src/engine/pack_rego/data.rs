//! What a pack's own rules see as `data.policy`: the effective pack, its lists as plain strings.

use serde_json::{Value, json};

use crate::policy::effective::{EffectivePack, Listed};

/// The sections of `formats.md` after inheritance.
pub(in crate::engine) fn policy_document(pack: &EffectivePack) -> Value {
    let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
    json!({
        "metadata": {"id": pack.id(), "version": pack.pack.metadata.version, "mode": pack.mode},
        "filesystem": {
            "block_read": texts(&files.block_read),
            "block_write": texts(&files.block_write),
            "require_approval_write": texts(&files.require_approval_write),
        },
        "commands": {
            "block": texts(&commands.block),
            "allow": texts(&commands.allow),
            "require_approval": texts(&commands.require_approval),
            "harmless_variables": texts(&commands.harmless_variables),
        },
        "git": {
            "protected_branches": texts(&git.protected_branches),
            "require_pull_request": git.require_pull_request,
            "block_direct_push_to_protected_branch": git.block_direct_push_to_protected_branch,
            "require_human_reviewer": git.require_human_reviewer,
            "require_ai_attestation": git.require_ai_attestation,
        },
        "mcp": {
            "allowlist_enabled": mcp.allowlist_enabled,
            "block_unknown_servers": mcp.block_unknown_servers,
            "allowed_servers": texts(&mcp.allowed_servers),
            "blocked_servers": texts(&mcp.blocked_servers),
            "risk_scoring": mcp.risk_scoring,
            "tool_pins": mcp.tool_pins,
        },
        "approvals": pack.approvals,
        "evidence": {"required_fields": texts(&pack.required_fields)},
        "compliance": {"maps_to": texts(&pack.maps_to)},
    })
}

fn texts(list: &[Listed]) -> Vec<&str> {
    list.iter().map(|entry| entry.text.as_ref()).collect()
}
