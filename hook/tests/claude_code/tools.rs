//! For each tool: a denial holds, and silence leaves the call to the host's own rules.

use std::path::Path;
use std::thread;

use serde::Deserialize;
use serde_json::Value;

use crate::host::{Project, program};
use crate::service::Service;
use crate::table;

const CALLS: &str = include_str!("../data/claude_code/calls.jsonl");
const POLICY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/claude_code/policy.yaml"
);
const DENIED: &str = "CAVRA: ";
/// The tested version offers neither `Grep` nor `Glob`: its agents run such programs by `Bash`.
const AT_LEAST: usize = 13;
/// Hosts that run at once: most of their time is waiting.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolCall {
    tool: String,
    input: Value,
    denied: bool,
    /// A file that is there if the tool ran.
    leaves: Option<String>,
    /// What the tool returns if it ran.
    result: Option<String>,
}

#[test]
fn a_denial_holds_and_silence_leaves_it_to_the_host() {
    let Some(host) = program() else { return };
    let service = Service::start_file(POLICY);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("hook.json");
    let endpoint = format!(r#"{{"endpoint": "unix:{}"}}"#, service.socket().display());
    std::fs::write(&config, endpoint).unwrap();
    let lines: Vec<&str> = CALLS.lines().collect();
    let share = lines.len().div_ceil(AT_ONCE);
    let counts = thread::scope(|scope| {
        let shares = lines.chunks(share);
        let threads: Vec<_> = shares
            .map(|lines| {
                scope.spawn(|| {
                    lines
                        .iter()
                        .filter(|line| holds(host, &config, line))
                        .count()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum::<usize>()
    });
    assert!(counts >= AT_LEAST, "only {counts} calls");
}

/// Checks one call. False if this version of the host doesn't offer the tool.
fn holds(host: &Path, config: &Path, line: &str) -> bool {
    let call: ToolCall = serde_json::from_str(line).unwrap();
    let project = Project::with_cavra_hook(config);
    let seen = project.call(host, &call.tool, &call.input);
    if !seen.tools.iter().any(|it| it.name == call.tool) {
        eprintln!("{} is not offered by this version", call.tool);
        return false;
    }
    let result = seen.result.unwrap_or_default();
    assert_eq!(result.contains(DENIED), call.denied, "{line}: {result}");
    if let Some(file) = &call.leaves {
        assert_ne!(project.path(file).exists(), call.denied, "{line}: {result}");
    }
    if let Some(text) = &call.result {
        assert!(result.contains(text), "{line}: {result}");
    }
    true
}

#[test]
fn every_tool_that_the_host_offers_is_in_the_table() {
    let Some(host) = program() else { return };
    let project = Project::with_hook("/bin/true", &[]);
    let seen = project.call(host, "Bash", &serde_json::json!({"command": "true"}));
    let mut own = seen.tools;
    own.retain(|it| !it.name.starts_with("mcp__"));
    let missing = table::without_row("claude-code", &own);
    assert!(missing.is_empty(), "{missing:?}");
}
