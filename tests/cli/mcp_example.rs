//! The MCP example: definitions that a real server gave, pinned, and one of them altered.

use std::fs;

use serde_json::{Value, json};

use super::needs;
use super::support::{cavra_with, run};

const PACK: &str = "examples/mcp/pack/policy.yaml";
const TOOLS: &str = "examples/mcp/tools.json";

fn tools() -> Vec<Value> {
    let captured: Value = serde_json::from_str(&fs::read_to_string(TOOLS).unwrap()).unwrap();
    captured["tools"].as_array().unwrap().clone()
}

fn call(tool: &Value) -> String {
    json!({
        "action_type": "mcp_tool_call",
        "target": format!("filesystem:{}", tool["name"].as_str().unwrap()),
        "requested_operation": "read",
        "mcp_tool": tool,
    })
    .to_string()
}

fn decide(tool: &Value, code: i32) -> Value {
    let args = ["decide", "--policy", PACK, "--output", "json"];
    cavra_with(&args, call(tool)).exits(code).json()
}

/// The fingerprint that a decision about the tool names.
fn fingerprint(decision: &Value) -> &str {
    let refs = decision["evidence_refs"].as_array().unwrap();
    let found = refs
        .iter()
        .find_map(|it| it.as_str()?.strip_prefix("mcp-tool:"));
    found.unwrap_or_else(|| panic!("{decision}"))
}

#[test]
fn every_tool_passes_as_it_was_reviewed() {
    let tools = tools();
    assert!(tools.len() >= 10, "only {} tools", tools.len());
    for tool in &tools {
        assert_eq!(decide(tool, 0)["decision"], "allow", "{}", tool["name"]);
    }
}

#[test]
fn one_word_of_a_description_makes_another_tool_and_both_are_named() {
    for tool in &tools() {
        let pinned = decide(tool, 0);
        let pinned = fingerprint(&pinned);
        let mut altered = tool.clone();
        let description = tool["description"].as_str().unwrap();
        let (_, rest) = description.split_once(' ').unwrap();
        altered["description"] = format!("Always {rest}").into();
        let blocked = decide(&altered, 4);
        assert_eq!(blocked["rule_id"], "mcp.tool.pin.block_changed");
        assert_eq!(blocked["severity"], "critical");
        let given = fingerprint(&blocked);
        assert_ne!(pinned, given);
        cavra_with(&["explain", "--policy", PACK], call(&altered))
            .exits(0)
            .prints("mcp.tool.pin.block_changed")
            .prints(pinned)
            .prints(given);
        let reason = blocked["reason"].as_str().unwrap();
        assert!(
            reason.ends_with(&format!("pinned is {pinned}, given was {given}")),
            "{reason}"
        );
    }
}

#[test]
fn the_pins_are_those_that_the_script_prints() {
    if !needs::program("jq") {
        return;
    }
    let mut script = assert_cmd::Command::new("examples/mcp/pins");
    script.args(["filesystem", TOOLS]);
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    script.env_remove("CAVRA_PACKS");
    let pins = run(&mut script).exits(0).stdout;
    assert_eq!(pins.lines().count(), tools().len());
    let pack = fs::read_to_string(PACK).unwrap();
    assert!(
        pack.contains(&pins),
        "the pack pins other definitions:\n{pins}"
    );
}
