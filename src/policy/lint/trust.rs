//! MCP servers and tools.

use super::Subject;
use crate::policy::issue::Issue;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let mcp = &subject.pack.mcp;
    let mut issues: Vec<Issue> = Vec::new();
    for server in &mcp.allowed_servers {
        issues.extend(blocked_too(subject, server));
        issues.extend(asked_anyway(subject, server));
        issues.extend(with_colon(subject, "allowed_servers", server));
    }
    for server in &mcp.approval_servers {
        issues.extend(stricter_too(subject, server));
        issues.extend(with_colon(subject, "approval_servers", server));
    }
    for server in &mcp.blocked_servers {
        issues.extend(with_colon(subject, "blocked_servers", server));
    }
    let pins = mcp.tool_pins.keys();
    let pins = pins.map(|tool| ("tool_pins", "bad-tool-pin", tool));
    let mapped = mcp.arguments.keys();
    let mapped = mapped.map(|tool| ("arguments", "bad-argument-tool", tool));
    for (field, code, tool) in pins.chain(mapped) {
        let named = tool.split_once(':');
        if named.is_none_or(|(server, tool)| server.is_empty() || tool.is_empty()) {
            let message = format!("`{tool}` is not a tool: it must be `server:tool`");
            let at = subject.places.key(&["mcp", field], tool);
            issues.push(Issue::blocker(code, message, at));
        }
    }
    for (field, flag) in [
        ("allowlist_enabled", mcp.allowlist_enabled),
        ("block_unknown_servers", mcp.block_unknown_servers),
    ] {
        if flag == Some(false) {
            let message = format!(
                "`mcp.{field}: false` lets servers through that nobody listed; the required case `block_unknown_mcp_server` won't pass"
            );
            let at = subject.places.field(&["mcp", field]);
            issues.push(Issue::warning("unknown-servers-pass", message, at));
        }
    }
    issues
}

fn blocked_too(subject: &Subject<'_>, server: &str) -> Option<Issue> {
    let at = subject.places.entry(&["mcp", "allowed_servers"], server);
    if subject
        .pack
        .mcp
        .blocked_servers
        .iter()
        .any(|blocked| blocked == server)
    {
        let message = format!("`{server}` is both allowed and blocked");
        return Some(Issue::blocker("server-allowed-and-blocked", message, at));
    }
    let blocked = &subject.effective?.content.mcp.blocked_servers;
    let by = blocked.iter().find(|listed| &*listed.text == server)?;
    let message = format!("`{server}` stays blocked: `{}` blocks it", by.origin);
    Some(Issue::warning("unreachable-server", message, at))
}

/// A server whose calls need approval by an entry of a parent. An entry of the same pack is
/// reported at that entry.
fn asked_anyway(subject: &Subject<'_>, server: &str) -> Option<Issue> {
    let asked = &subject.effective?.content.mcp.approval_servers;
    let own = &subject.pack.mcp.approval_servers;
    if own.iter().any(|it| it == server) {
        return None;
    }
    let by = asked.iter().find(|listed| &*listed.text == server)?;
    let message = format!(
        "calls of `{server}` still need approval: `{}` has it in `mcp.approval_servers`",
        by.origin
    );
    let at = subject.places.entry(&["mcp", "allowed_servers"], server);
    Some(Issue::warning("unreachable-server", message, at))
}

/// A server whose calls need approval, and that a list of the same pack allows, or a list of the
/// lineage blocks.
fn stricter_too(subject: &Subject<'_>, server: &str) -> Option<Issue> {
    let at = subject.places.entry(&["mcp", "approval_servers"], server);
    let mcp = &subject.pack.mcp;
    if mcp.allowed_servers.iter().any(|it| it == server) {
        let message = format!("`{server}` is both allowed and in `mcp.approval_servers`");
        return Some(Issue::blocker("server-allowed-and-asked", message, at));
    }
    let folded = server.to_lowercase();
    let blocked = &subject.effective?.content.mcp.blocked_servers;
    let by = blocked
        .iter()
        .find(|listed| listed.text.to_lowercase() == folded)?;
    let message = format!("`{server}` stays blocked: `{}` blocks it", by.origin);
    Some(Issue::warning("unreachable-server", message, at))
}

/// A server's name is the text before the first `:` of a target, so no name has a `:`.
fn with_colon(subject: &Subject<'_>, list: &str, server: &str) -> Option<Issue> {
    server.contains(':').then(|| {
        let message = format!("`{server}` never matches: the name of a server has no `:`");
        let at = subject.places.entry(&["mcp", list], server);
        Issue::blocker("bad-server", message, at)
    })
}
