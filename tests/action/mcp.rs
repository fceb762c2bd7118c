//! Which server and tool definition a call is about.

use cavra::action::McpToolCall;
use cavra::action::facts::McpCall;
use cavra::action::mcp::call;
use cavra::canonical::Digest;
use serde_json::{Value, json};

fn of(target: &str, server: Option<&str>, tool: Option<&str>) -> McpCall {
    call(&McpToolCall {
        target: target.to_owned(),
        server: server.map(str::to_owned),
        tool: tool.map(str::to_owned),
        ..McpToolCall::default()
    })
    .unwrap()
}

fn defined(tool: &str, definition: &str) -> McpToolCall {
    McpToolCall {
        target: format!("fs:{tool}"),
        definition: Some(definition.into()),
        ..McpToolCall::default()
    }
}

#[test]
fn the_server_is_named_exactly() {
    // target, server, tool; then server, tool, consistent.
    let cases = [
        ("fs:read", None, None, "fs", "read", true),
        ("fs:read", Some("fs"), Some("read"), "fs", "read", true),
        ("fs:a:b", None, None, "fs", "a:b", true),
        ("a:b:read", Some("a:b"), None, "a:b", "read", true),
        (" fs:read", None, None, " fs", "read", true),
        (
            "ɢithub:read",
            Some("ɢithub"),
            Some("read"),
            "ɢithub",
            "read",
            true,
        ),
        ("fs:read", Some("FS"), Some("read"), "FS", "read", false),
        ("fs:read", Some("fs "), Some("read"), "fs ", "read", false),
        (
            "fs:read",
            Some("other"),
            Some("read"),
            "other",
            "read",
            false,
        ),
        ("fs:read", Some("fs"), Some("write"), "fs", "write", false),
        ("fs:read", None, Some("write"), "fs", "write", false),
        ("fs:read", Some(""), Some("read"), "", "read", false),
        (":read", None, None, "", "read", false),
        ("fs:", None, None, "fs", "", false),
        ("read", None, None, "", "", false),
        ("read", Some("fs"), Some("read"), "fs", "read", false),
        ("fsx:read", Some("fs"), Some("read"), "fs", "read", false),
    ];
    for (target, server, tool, want_server, want_tool, consistent) in cases {
        let found = of(target, server, tool);
        let got = (found.server.as_str(), found.tool.as_str(), found.consistent);
        assert_eq!(
            got,
            (want_server, want_tool, consistent),
            "{target} {server:?} {tool:?}"
        );
        assert_eq!(found.fingerprint, None);
    }
}

#[test]
fn the_fingerprint_is_of_the_canonical_form() {
    let text = r#"{ "name": "read", "description": "\u0041 tool", "n": 1.0e0 }"#;
    let found = call(&defined("read", text)).unwrap();
    let canonical = r#"{"description":"A tool","n":1,"name":"read"}"#;
    assert_eq!(found.fingerprint, Some(Digest::of(canonical.as_bytes())));
    assert!(found.consistent);
}

#[test]
fn any_change_of_the_definition_changes_the_fingerprint() {
    let original = json!({
        "name": "read", "title": "Read", "description": "Reads a file",
        "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}},
        "outputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true},
    });
    let fingerprint = |definition: &Value| {
        call(&defined("read", &definition.to_string()))
            .unwrap()
            .fingerprint
            .unwrap()
    };
    let changes = [
        ("/title", json!("read")),
        ("/description", json!("Reads a file ")),
        ("/inputSchema/properties/path/type", json!("number")),
        ("/outputSchema", json!({})),
        ("/annotations/readOnlyHint", json!(false)),
    ];
    for (pointer, value) in changes {
        let mut changed = original.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert_ne!(fingerprint(&changed), fingerprint(&original), "{pointer}");
    }
    let mut extended = original.clone();
    extended["_meta"] = json!({});
    assert_ne!(fingerprint(&extended), fingerprint(&original));
    assert_eq!(fingerprint(&original.clone()), fingerprint(&original));
}

#[test]
fn another_tools_definition_is_not_consistent() {
    let found = call(&defined("read", r#"{"name": "write"}"#)).unwrap();
    assert!(!found.consistent);
}

#[test]
fn bad_definitions_name_the_field() {
    let cases = [
        "",
        "[]",
        "{}",
        r#"{"name": 1}"#,
        r#"{"name": "read", "name": "read"}"#,
        r#"{"name": "read", "n": 9007199254740993}"#,
        r#"{"name": "read", "n": 1e400}"#,
        &"[".repeat(1000),
        &format!(r#"{{"name": "{}"}}"#, "x".repeat(300_000)),
    ];
    for definition in cases {
        let error = call(&defined("read", definition)).unwrap_err();
        assert_eq!(error.field(), Some("mcp_tool"), "{error}");
    }
}
