//! Rules of Codex about commands: prefixes of words, `forbidden`. In `requirements.toml` they are
//! `rules.prefix_rules`, elsewhere a file of Starlark (Codex's reference, "Managed configuration" and "Rules").

use serde_json::{Value, json};

use super::command::CommandShape;
use super::path::UNSPELLABLE;
use super::{Blocks, COMMANDS, Floor, HEADER, HOSTS, READS, SERVERS, WRITES};
use crate::agents::host::Scope;

const FILES: &str = "Codex has no rule about files that leaves its other modes as they are";
const WHY: &str = "blocked by the policy of this machine";

pub(super) fn floor(blocks: &Blocks<'_>, scope: Scope) -> Floor {
    let mut floor = Floor::default();
    let mut prefixes: Vec<Vec<String>> = Vec::new();
    for entry in blocks.commands {
        let Some(shape) = CommandShape::of(&entry.text) else {
            floor.leave_out(COMMANDS, &entry.text, UNSPELLABLE);
            continue;
        };
        match shape {
            _ if shape.has_gap() => {
                let why = "a rule of Codex can't have a `*` before the end";
                floor.leave_out(COMMANDS, &entry.text, why);
            }
            CommandShape { is_open: false, .. } => {
                let why = "a rule of Codex would deny further words too";
                floor.leave_out(COMMANDS, &entry.text, why);
            }
            CommandShape { words, .. } if !prefixes.contains(&words) => prefixes.push(words),
            _ => {}
        }
    }
    floor.leave_out_list(READS, blocks.reads, FILES);
    floor.leave_out_list(WRITES, blocks.writes, FILES);
    floor.leave_out_list(
        HOSTS,
        blocks.hosts,
        "Codex has no rule about hosts outside its sandbox",
    );
    floor.leave_out_list(
        SERVERS,
        blocks.servers,
        "Codex has a list of allowed servers only",
    );
    match scope {
        Scope::Managed => {
            for words in prefixes {
                let tokens: Vec<Value> = words.iter().map(|it| json!({ "token": it })).collect();
                let rule =
                    json!({"pattern": tokens, "decision": "forbidden", "justification": WHY});
                floor.insert(&["rules", "prefix_rules"], rule);
            }
        }
        Scope::User | Scope::Project => {
            floor.rules = prefixes.len();
            floor.file = Some(starlark(&prefixes));
        }
    }
    floor
}

fn starlark(prefixes: &[Vec<String>]) -> String {
    let mut text = format!("# {HEADER}.\n");
    for words in prefixes {
        // The texts have no character that JSON and Starlark write differently.
        let pattern = Value::from(words.clone());
        text.push_str(&format!(
            "prefix_rule(pattern = {pattern}, decision = \"forbidden\", justification = \"{WHY}\")\n"
        ));
    }
    text
}
