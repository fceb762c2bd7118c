//! MCP calls.

use super::{Prepare, count};
use crate::action::facts::McpCall;
use crate::engine::section::{Gathered, Section, SignalKind};

impl Prepare<'_> {
    /// The server's trust, and whether the call is what it says, for two sections.
    pub(super) fn mcp(&self, call: &McpCall) -> [Gathered; 2] {
        let matchers = &self.policy.matchers;
        let mut trust = Gathered::new(Section::Mcp).with_settings(&matchers.mcp_settings);
        let allowed = entries(matchers.allowed_servers.get(call.server.as_str()));
        let blocked = entries(matchers.blocked_servers.get(&call.server.to_lowercase()));
        let asked = entries(matchers.approval_servers.get(call.server.as_str()));
        let lists = &self.policy.pack.content.mcp;
        let blocks_from = count(lists.allowed_servers.len());
        let asks_from = blocks_from.saturating_add(count(lists.blocked_servers.len()));
        let hits = [
            (SignalKind::Blocked, blocked, blocks_from),
            (SignalKind::Asked, asked, asks_from),
            (SignalKind::Allowed, allowed, 0),
        ];
        for (kind, hits, from) in hits {
            for hit in hits {
                trust.push(kind, 0, Some(hit.saturating_add(from)));
            }
        }
        if blocked.is_empty() && asked.is_empty() && allowed.is_empty() {
            trust.push(SignalKind::Unknown, 0, None);
        }
        let mut identity = Gathered::new(Section::McpIdentity);
        if !call.consistent {
            identity.push(SignalKind::Inconsistent, 0, None);
        }
        if let Some(kind) = self.pin(call) {
            identity.push(kind, 0, None);
        }
        if !is_plain(&call.tool) {
            identity.push(SignalKind::UnusualName, 0, None);
        }
        [trust, identity]
    }

    fn pin(&self, call: &McpCall) -> Option<SignalKind> {
        let Some(pin) = self.policy.pin_of(call) else {
            let reviewed = self.policy.pins_tools_of(&call.server);
            return reviewed.then_some(SignalKind::PinAbsent);
        };
        match &call.fingerprint {
            Some(fingerprint) if fingerprint == pin => None,
            Some(_) => Some(SignalKind::PinChanged),
            None => Some(SignalKind::PinUnseen),
        }
    }
}

/// The entries that name a server; none if no entry does.
fn entries(found: Option<&Vec<u32>>) -> &[u32] {
    found.map_or(&[], Vec::as_slice)
}

/// What the pack's mapping could not establish of the arguments.
pub(super) fn unclear(call: &McpCall) -> Gathered {
    let mut section = Gathered::new(Section::McpArguments);
    let arguments = call.arguments.as_ref();
    let count = arguments.map_or(0, |arguments| arguments.unclear.len());
    (0..count).for_each(|subject| section.push(SignalKind::Unclear, subject, None));
    section
}

/// A tool's name has letters, digits, `_`, `-` and `.` (MCP 2025-11-25, "Tool Names"); some
/// servers use other visible ASCII characters. A person can't distinguish others by eye.
fn is_plain(tool: &str) -> bool {
    tool.bytes().all(|byte| byte.is_ascii_graphic())
}
