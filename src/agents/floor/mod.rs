//! A pack's block lists as rules of the host itself: the floor while the hook is dead.
//!
//! A host's rules are simpler than a pack's patterns. No rule is wider than its pattern, except that Claude
//! Code also refuses to write what a rule keeps from being read. What no rule can say is listed.

mod claude_code;
mod codex;
mod command;
mod gemini_cli;
mod path;

use serde::Serialize;
use serde_json::Value;

use super::host::{Host, Scope};
use super::settings::Insertion;
use crate::policy::effective::{EffectivePack, Listed};

/// What is put at the top of a file of rules.
const HEADER: &str = "Written by `cavra agents install`, which replaces the whole file";

/// The rules that a pack's block lists become.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Floor {
    /// Rules in the settings.
    pub insertions: Vec<Insertion>,
    /// The file of rules that is the installation's own.
    pub file: Option<String>,
    /// How many rules there are.
    pub rules: usize,
    /// What the host does not hold.
    pub left_out: Vec<LeftOut>,
}

/// An entry of a block list that no rule of the host can say, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The list of the pack.
    pub list: &'static str,
    /// The entry.
    pub entry: String,
    /// Why there is no rule for it, or what the rule leaves out.
    pub why: &'static str,
}

/// What a host's rules are made from: the lists of a pack that block.
struct Blocks<'p> {
    reads: &'p [Listed],
    writes: &'p [Listed],
    commands: &'p [Listed],
    hosts: &'p [Listed],
    servers: &'p [Listed],
}

const READS: &str = "filesystem.block_read";
const WRITES: &str = "filesystem.block_write";
const COMMANDS: &str = "commands.block";
const HOSTS: &str = "network.block";
const SERVERS: &str = "mcp.blocked_servers";

/// The floor of a pack in a host.
#[must_use]
pub fn of(pack: &EffectivePack, host: Host, scope: Scope) -> Floor {
    let content = &pack.content;
    let blocks = Blocks {
        reads: &content.filesystem.block_read,
        writes: &content.filesystem.block_write,
        commands: &content.commands.block,
        hosts: &content.network.block,
        servers: &content.mcp.blocked_servers,
    };
    let mut floor = match host {
        Host::ClaudeCode => claude_code::floor(&blocks),
        Host::Codex => codex::floor(&blocks, scope),
        Host::GeminiCli => gemini_cli::floor(&blocks),
        Host::CopilotCli => {
            let mut floor = Floor::default();
            floor.leave_out_all(&blocks, "Copilot CLI reads no rules from its settings");
            floor
        }
    };
    floor.leave_out_conditions(pack);
    floor
}

impl Floor {
    fn leave_out(&mut self, list: &'static str, entry: &str, why: &'static str) {
        let entry = entry.to_owned();
        self.left_out.push(LeftOut { list, entry, why });
    }

    fn leave_out_list(&mut self, list: &'static str, entries: &[Listed], why: &'static str) {
        for entry in entries {
            self.leave_out(list, &entry.text, why);
        }
    }

    fn leave_out_all(&mut self, blocks: &Blocks<'_>, why: &'static str) {
        self.leave_out_list(READS, blocks.reads, why);
        self.leave_out_list(WRITES, blocks.writes, why);
        self.leave_out_list(COMMANDS, blocks.commands, why);
        self.leave_out_list(HOSTS, blocks.hosts, why);
        self.leave_out_list(SERVERS, blocks.servers, why);
    }

    /// What blocks by another way than by a list.
    fn leave_out_conditions(&mut self, pack: &EffectivePack) {
        let content = &pack.content;
        if content.git.block_direct_push_to_protected_branch {
            for branch in &content.git.protected_branches {
                let why = "a rule can't know which branch a push moves";
                self.leave_out("git.protected_branches", &branch.text, why);
            }
        }
        if content.mcp.allowlist_enabled && content.mcp.block_unknown_servers {
            let why = "a rule can't deny servers that have no name yet";
            self.leave_out("mcp.block_unknown_servers", "true", why);
        }
        for rule in &pack.rules {
            let why = "a pack's own Rego is no list";
            self.leave_out("rules", &rule.file.path, why);
        }
    }

    /// Puts a rule into the settings.
    fn insert(&mut self, at: &[&str], value: Value) {
        let at = at.iter().map(|key| (*key).to_owned()).collect();
        let insertion = Insertion::Element { at, value };
        if !self.insertions.contains(&insertion) {
            self.insertions.push(insertion);
            self.rules += 1;
        }
    }
}
