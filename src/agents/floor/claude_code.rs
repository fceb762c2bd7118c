//! `permissions.deny` of Claude Code: gitignore patterns over paths, and texts with `*` over command lines
//! (Claude Code's reference, "Configure permissions").

use serde_json::Value;

use super::command::CommandShape;
use super::path::{Anchor, FAMILY, PathShape, UNSPELLABLE};
use super::{Blocks, COMMANDS, Floor, HOSTS, READS, SERVERS, WRITES};
use crate::policy::effective::Listed;

const DENY: &[&str] = &["permissions", "deny"];

pub(super) fn floor(blocks: &Blocks<'_>) -> Floor {
    let mut floor = Floor::default();
    paths(&mut floor, READS, "Read", blocks.reads);
    // A rule of `Edit` counts for every tool that writes.
    paths(&mut floor, WRITES, "Edit", blocks.writes);
    for entry in blocks.commands {
        match CommandShape::of(&entry.text) {
            None => floor.leave_out(COMMANDS, &entry.text, UNSPELLABLE),
            Some(shape) => command(&mut floor, &shape),
        }
    }
    for entry in blocks.hosts {
        let host = entry.text.as_ref();
        match host.contains([':', '/', '(', ')']) {
            true => floor.leave_out(
                HOSTS,
                host,
                "a rule of the host knows no scheme and no port",
            ),
            false => {
                deny(&mut floor, format!("WebFetch(domain:{host})"));
                floor.leave_out(
                    HOSTS,
                    host,
                    "the rule holds for `WebFetch`, not for commands",
                );
            }
        }
    }
    for entry in blocks.servers {
        let server = entry.text.as_ref();
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
        match server.chars().all(plain) {
            true => deny(&mut floor, format!("mcp__{server}")),
            false => floor.leave_out(SERVERS, server, UNSPELLABLE),
        }
    }
    floor
}

fn paths(floor: &mut Floor, list: &'static str, tool: &str, entries: &[Listed]) {
    for entry in entries {
        let Some(shape) = PathShape::of(&entry.text) else {
            floor.leave_out(list, &entry.text, UNSPELLABLE);
            continue;
        };
        let glob = &shape.glob;
        let path = match shape.anchor {
            Anchor::Anywhere => format!("//**/{glob}"),
            Anchor::Workspace => format!("./{glob}"),
            Anchor::Home => format!("~/{glob}"),
        };
        deny(floor, format!("{tool}({path})"));
        if shape.is_family {
            floor.leave_out(list, &entry.text, FAMILY);
        }
    }
}

fn command(floor: &mut Floor, shape: &CommandShape) {
    let text = shape.text();
    // ` *` at the end matches no further word too, where it is the only `*`.
    let is_exact = !shape.is_open || shape.has_gap();
    if is_exact {
        deny(floor, format!("Bash({text})"));
    }
    if shape.is_open {
        deny(floor, format!("Bash({text} *)"));
    }
}

fn deny(floor: &mut Floor, rule: String) {
    floor.insert(DENY, Value::String(rule));
}
