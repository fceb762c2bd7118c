//! The worst actions that are known. `tests/data/worst/*.jsonl` describes them, one a line: a `head`,
//! a `block` so often that its `#`, the number, goes from 0 up to `repeat` or the text is as long as
//! it may be, and a `tail`. `cargo bench --bench worst` searches for others.

use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    kind: Kind,
    #[serde(default)]
    head: String,
    block: String,
    repeat: usize,
    #[serde(default)]
    tail: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Command,
    Read,
    Write,
    Git,
    /// The block is a value in a tool's definition.
    Definition,
    /// The block is one of the resource changes.
    Plan,
}

impl Case {
    pub(crate) fn document(&self) -> Vec<u8> {
        let (limit, between) = match self.kind {
            Kind::Command => (64 * 1024, ""),
            Kind::Read | Kind::Write | Kind::Git => (4096, ""),
            Kind::Definition => (255 * 1024, ","),
            Kind::Plan => (4 * 1024 * 1024 - 1024, ","),
        };
        let mut text = self.head.clone();
        for number in 0..self.repeat {
            let block = self.block.replace('#', &number.to_string());
            if text.len() + block.len() + between.len() + self.tail.len() > limit {
                break;
            }
            if number > 0 {
                text.push_str(between);
            }
            text.push_str(&block);
        }
        text.push_str(&self.tail);
        let of_text = |action: &str, operation: &str| {
            json!({"action_type": action, "target": text, "requested_operation": operation})
                .to_string()
        };
        let document = match self.kind {
            Kind::Command => of_text("execute_command", &text),
            Kind::Read => of_text("read_file", "read"),
            Kind::Write => of_text("write_file", "write"),
            Kind::Git => of_text("git_operation", "push"),
            Kind::Definition => format!(
                r#"{{"action_type":"mcp_tool_call","target":"s:t","mcp_tool":{{"name":"t","x":[{text}]}}}}"#
            ),
            Kind::Plan => format!(
                r#"{{"action_type":"execute_command","target":"terraform apply p","terraform_plan":{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{text}]}}}}"#
            ),
        };
        document.into_bytes()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/worst");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    let cases: Vec<Case> = texts
        .flat_map(|text| {
            let lines = text.lines().filter(|line| !line.is_empty());
            lines
                .map(|line| serde_json::from_str(line).expect(line))
                .collect::<Vec<Case>>()
        })
        .collect();
    assert!(cases.len() >= 120, "only {} cases", cases.len());
    cases
}
