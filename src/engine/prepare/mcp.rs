//! MCP calls.

use super::{Prepare, count};
use crate::action::facts::McpCall;
use crate::engine::section::{Gathered, Section, SignalKind};

impl Prepare<'_> {
    /// The server's trust, and whether the call is what it says, for two sections.
    pub(super) fn mcp(&self, call: &McpCall) -> [Gathered; 2] {
        let matchers = &self.policy.matchers;
        let mut trust = Gathered::new(Section::Mcp).with_settings(&matchers.mcp_settings);
        let allowed = matchers.allowed_servers.get(call.server.as_str());
        let blocked = matchers.blocked_servers.get(&call.server.to_lowercase());
        let asked = matchers.approval_servers.get(call.server.as_str());
        let lists = &self.policy.pack.content.mcp;
        let blocks_from = count(lists.allowed_servers.len());
        let asks_from = blocks_from.saturating_add(count(lists.blocked_servers.len()));
        if let Some(hit) = blocked {
            let pattern = hit.saturating_add(blocks_from);
            trust.push(SignalKind::Blocked, 0, Some(pattern));
        }
        if let Some(hit) = asked {
            trust.push(SignalKind::Asked, 0, Some(hit.saturating_add(asks_from)));
        }
        if let Some(hit) = allowed {
            trust.push(SignalKind::Allowed, 0, Some(*hit));
        }
        if blocked.or(asked).or(allowed).is_none() {
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
