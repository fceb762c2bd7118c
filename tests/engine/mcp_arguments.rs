//! What the arguments of MCP calls do: `tests/data/mcp/arguments.jsonl`.
//!
//! One case a line: how a pack maps the arguments of a tool, the arguments of a call of a trusted
//! server as they are written, and the decision that must follow.

use std::collections::BTreeMap;
use std::sync::Arc;

use cavra::action::facts::{Facts, McpArgumentKind, McpArguments};
use cavra::action::limits::{
    MAX_ARGUMENT_DEPTH, MAX_ARGUMENT_KEY_BYTES, MAX_ARGUMENT_TEXT_BYTES, MAX_ARGUMENT_VALUES,
    MAX_ARGUMENTS_BYTES,
};
use cavra::action::{Action, ActionError, Request, establish};
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common;

const ASKS: &str = "mcp.arguments.require_approval";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    note: String,
    mapping: Value,
    /// The pack that the mapping is added to.
    #[serde(default = "baseline")]
    inherits: String,
    #[serde(default = "mapped_tool")]
    tool: String,
    arguments: Option<String>,
    want: String,
    rule_id: Option<String>,
    says: Option<String>,
}

fn baseline() -> String {
    "cavra-ai-agent-baseline".to_owned()
}

fn mapped_tool() -> String {
    "run".to_owned()
}

fn policy(mapping: &Value, inherits: &str) -> Arc<Policy> {
    let pack = json!({
        "metadata": { "id": "own", "inherits": inherits },
        "mcp": { "allowed_servers": ["files"], "arguments": { "files:run": mapping } },
    });
    Arc::new(Policy::compile(common::inline(&pack.to_string(), &[])).unwrap())
}

/// A call, with its arguments as they are written.
fn read(tool: &str, arguments: Option<&str>) -> Result<Action, ActionError> {
    let document = json!({
        "action_type": "mcp_tool_call",
        "target": format!("files:{tool}"),
        "cwd": "/srv/a",
        "workspace_root": "/srv/a",
        "workspace_roots": ["/srv/b"],
    });
    let mut text = document.to_string();
    if let Some(arguments) = arguments {
        text.pop();
        text.push_str(&format!(",\"mcp_arguments\":{arguments}}}"));
    }
    Action::from_json(text.as_bytes())
}

fn facts(arguments: &str) -> Result<Facts, ActionError> {
    establish(&read("run", Some(arguments))?)
}

fn cases() -> Vec<Case> {
    let text =
        std::fs::read_to_string(common::repository("tests/data/mcp/arguments.jsonl")).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let cases: Vec<Case> = cases.collect();
    assert!(cases.len() >= 80, "only {} cases", cases.len());
    cases
}

#[test]
fn every_mapping_decides_as_it_says() {
    let mut failures = Vec::new();
    for case in cases() {
        let authority = Authority::new(policy(&case.mapping, &case.inherits), None);
        let action = read(&case.tool, case.arguments.as_deref()).unwrap();
        let decision = authority.decide(Arc::new(action), Ask::default());
        let decision = decision.unwrap().decision;
        let deciding = decision.judgement.deciding().unwrap();
        let (verdict, rule, reason) = (decision.verdict(), &*deciding.rule_id, &deciding.reason);
        let is_right = verdict.as_str() == case.want
            && case.rule_id.is_none_or(|want| want == rule)
            && case.says.is_none_or(|says| reason.contains(&says));
        if !is_right {
            let verdict = verdict.as_str();
            failures.push(format!("{}: {verdict} by {rule}: {reason}", case.note));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A replay has the facts as they were written, and no arguments.
#[test]
fn recorded_facts_are_judged_as_the_call_was() {
    for case in cases() {
        let policy = policy(&case.mapping, &case.inherits);
        let action = read(&case.tool, case.arguments.as_deref()).unwrap();
        let facts = establish(&action).unwrap();
        let recorded: Facts =
            serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        let mut without = action.clone();
        if let Request::McpToolCall(call) = &mut without.request {
            call.arguments = None;
        }
        let (first, again) = (
            policy.judge(&action, &facts),
            policy.judge(&without, &recorded),
        );
        assert_eq!(first, again, "{}", case.note);
        // The facts themselves know no pack.
        assert_eq!(
            facts.reads.len() + facts.writes.len() + facts.commands.len(),
            0
        );
    }
}

#[test]
fn what_is_no_object_of_strict_json_is_refused_by_name() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_ARGUMENTS_BYTES));
    for (arguments, says) in [
        (r#"{"path":"a","path":".env"}"#, "is not strict JSON"),
        (r#"{"a":{"b":1,"b":2}}"#, "is not strict JSON"),
        (r#"{"a":9007199254740993}"#, "is not strict JSON"),
        ("[]", "is not an object"),
        ("\"path\"", "is not an object"),
        (&*long, "the limit is 262144"),
    ] {
        let error = facts(arguments).unwrap_err();
        assert_eq!(error.field(), Some("mcp_arguments"), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let other = r#"{"action_type":"read_file","target":"a","requested_operation":"read","mcp_arguments":{}}"#;
    let error = Action::from_json(other.as_bytes()).unwrap_err();
    assert_eq!(error.field(), Some("mcp_arguments"));
}

fn arguments(text: &str) -> McpArguments {
    facts(text).unwrap().mcp.unwrap().arguments.unwrap()
}

#[test]
fn each_limit_is_where_it_says() {
    let sized = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    assert!(facts(&sized(MAX_ARGUMENTS_BYTES)).is_ok());
    assert!(facts(&sized(MAX_ARGUMENTS_BYTES + 1)).is_err());

    let deep = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(facts(&deep(MAX_ARGUMENT_DEPTH - 1)).is_ok());
    let error = facts(&deep(MAX_ARGUMENT_DEPTH)).unwrap_err();
    assert!(error.to_string().contains("deeper than 32"), "{error}");

    let text = |bytes: usize| arguments(&format!("{{\"a\":\"{}\"}}", "x".repeat(bytes)));
    let (most, more) = (
        text(MAX_ARGUMENT_TEXT_BYTES),
        text(MAX_ARGUMENT_TEXT_BYTES + 1),
    );
    assert_eq!(most.values[0].kind, McpArgumentKind::Text);
    assert_eq!(more.values[0].kind, McpArgumentKind::LongText);
    assert!(more.values[0].text.is_none() && more.values[0].digest.is_some());

    let many = |count: usize| arguments(&json!({ "a": vec![0; count] }).to_string());
    let (most, more) = (many(MAX_ARGUMENT_VALUES), many(MAX_ARGUMENT_VALUES + 1));
    assert_eq!(
        (most.values.len(), most.incomplete),
        (MAX_ARGUMENT_VALUES, false)
    );
    assert_eq!(
        (more.values.len(), more.incomplete),
        (MAX_ARGUMENT_VALUES, true)
    );

    let named = |bytes: usize| arguments(&json!({ "a".repeat(bytes): 1 }).to_string());
    assert!(!named(MAX_ARGUMENT_KEY_BYTES).incomplete);
    let more = named(MAX_ARGUMENT_KEY_BYTES + 1);
    assert!(more.incomplete && more.values.is_empty());
}

#[test]
fn what_is_too_large_needs_approval() {
    let mapping = json!({ "path": "read", "root": "workspace" });
    let long = "x".repeat(MAX_ARGUMENT_TEXT_BYTES + 1);
    let many = vec![0; MAX_ARGUMENT_VALUES];
    for (arguments, says) in [
        (json!({ "path": long }), "is too long to be judged"),
        (json!({ "path": "a", "b": many }), "more values"),
    ] {
        let action = read("run", Some(&arguments.to_string())).unwrap();
        let judgement = policy(&mapping, &baseline()).judge(&action, &establish(&action).unwrap());
        assert_eq!(judgement.decision, Verdict::RequireApproval);
        let deciding = judgement.deciding().unwrap();
        assert_eq!(&*deciding.rule_id, ASKS);
        assert!(deciding.reason.contains(says), "{}", deciding.reason);
    }
    // What is long may be a path, unless the mapping says that it is text.
    let action = json!({ "path": "a", "content": long });
    let action = read("run", Some(&action.to_string())).unwrap();
    let facts = establish(&action).unwrap();
    let judgement = policy(&mapping, &baseline()).judge(&action, &facts);
    assert_eq!(judgement.decision, Verdict::RequireApproval);
    let mapping = json!({ "path": "read", "content": "text", "root": "workspace" });
    let judgement = policy(&mapping, &baseline()).judge(&action, &facts);
    assert_eq!(judgement.decision, Verdict::Allow);
}

#[test]
fn the_digest_names_the_arguments_whatever_their_spelling() {
    let one = arguments(r#"{"b": 1.0, "a": "\u0078"}"#);
    let other = arguments(r#"{"a":"x","b":1}"#);
    assert_eq!(one.digest, other.digest);
    assert_ne!(one.digest, arguments(r#"{"a":"y","b":1}"#).digest);
}

#[test]
fn a_bad_mapping_is_a_blocker() {
    let long: BTreeMap<String, &str> = (0..65).map(|n| (format!("a{n}"), "read")).collect();
    for (mapping, says) in [
        (json!({ "path": "reed" }), "`reed`"),
        (json!({ "path": [] }), "says nothing"),
        (json!({ "path": ["read", "text"] }), "something else too"),
        (json!({ "a b": "read" }), "`a b`"),
        (json!({ "a[0]": "read" }), "`a[0]`"),
        (json!({ "a..b": "read" }), "`a..b`"),
        (json!({ "a": "read", "a?": "write" }), "`a` twice"),
        (json!({ "path": "read", "root": "src" }), "`root`"),
        (json!({ "path": "read", "root": "read" }), "`root`"),
        (json!({ "path": 3 }), "`path`"),
        (json!("read"), "must be a mapping"),
        (json!(long), "65 entries; the limit is 64"),
    ] {
        let pack = json!({
            "metadata": { "id": "own" },
            "mcp": { "arguments": { "files:run": mapping } },
        });
        let file = cavra::policy::source::SourceFile {
            path: "policy.yaml".to_owned(),
            text: pack.to_string(),
        };
        let (read, issues) = cavra::policy::pack::Pack::read(&file);
        assert!(read.is_none(), "{pack}");
        let said = issues
            .iter()
            .any(|it| it.is_blocker() && it.to_string().contains(says));
        assert!(said, "{pack}: {issues:?}");
    }
}
