//! Action documents: what is read, what is refused and which field is named.

use std::fs;

use cavra::action::limits::{
    MAX_COMMAND_BYTES, MAX_PATH_BYTES, MAX_PLAN_BYTES, MAX_TOOL_BYTES, MAX_WORKSPACE_ROOTS,
};
use cavra::action::{Action, ActionError, Caller, McpToolCall, Place, Request, WorkspaceRoot};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(document: &Value) -> Result<Action, ActionError> {
    Action::from_json(document.to_string().as_bytes())
}

/// Each line: the field at fault (`-` for none), then the document.
#[test]
fn bad_documents_name_the_field() {
    let text = fs::read_to_string("tests/data/documents/bad.txt").unwrap();
    let mut count = 0;
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (field, document) = line.split_once(' ').unwrap();
        let error = Action::from_json(document.as_bytes()).expect_err(document);
        assert_eq!(error.field().unwrap_or("-"), field, "{document}: {error}");
        count += 1;
    }
    assert!(count > 30);
}

#[test]
fn what_is_too_large_names_the_field() {
    let cases = [
        (
            "target",
            json!({"action_type": "read_file", "target": "x".repeat(MAX_PATH_BYTES + 1)}),
        ),
        (
            "target",
            json!({"action_type": "execute_command", "target": "x".repeat(MAX_COMMAND_BYTES + 1)}),
        ),
        (
            "session_id",
            json!({"action_type": "read_file", "target": "x", "requested_operation": "read", "session_id": "x".repeat(5000)}),
        ),
        (
            "terraform_plan",
            json!({"action_type": "execute_command", "target": "x", "requested_operation": "x",
                   "terraform_plan": {"x": "x".repeat(MAX_PLAN_BYTES)}}),
        ),
        (
            "mcp_tool",
            json!({"action_type": "mcp_tool_call", "target": "a:b",
                   "mcp_tool": {"name": "x".repeat(MAX_TOOL_BYTES)}}),
        ),
    ];
    for (field, document) in cases {
        let error = read(&document).unwrap_err();
        assert!(matches!(error, ActionError::TooLarge { .. }), "{error}");
        assert_eq!(error.field(), Some(field));
    }
    let huge = format!("{{\"target\": \"{}\"}}", "x".repeat(6 << 20));
    assert!(Action::from_json(huge.as_bytes()).is_err());
}

#[test]
fn the_least_document_is_enough() {
    let action =
        read(&json!({"action_type": "write_file", "target": "a", "requested_operation": "write"}))
            .unwrap();
    assert_eq!(action.request, Request::WriteFile { path: "a".into() });
    assert_eq!(action.requested_operation(), "write");
    let action = read(
        &json!({"action_type": "execute_command", "target": "ls", "requested_operation": "ls"}),
    )
    .unwrap();
    assert_eq!(action.requested_operation(), "ls");
}

#[test]
fn other_peoples_json_is_kept_as_it_came() {
    let text = br#"{"action_type": "mcp_tool_call", "target": "a:b",
        "mcp_tool": {"name" : "b",  "x": 1.50}}"#;
    let Request::McpToolCall(call) = Action::from_json(text).unwrap().request else {
        panic!("not a call");
    };
    assert_eq!(
        call.definition.as_deref(),
        Some(r#"{"name" : "b",  "x": 1.50}"#)
    );
}

fn word() -> impl Strategy<Value = String> {
    "[^\\x00]{1,12}"
}

fn json_text() -> impl Strategy<Value = Option<Box<str>>> {
    option::of(any::<u32>().prop_map(|n| json!({"name": "b", "n": n}).to_string().into()))
}

fn request() -> impl Strategy<Value = Request> {
    let call = (
        word(),
        option::of(word()),
        option::of(word()),
        option::of(word()),
        option::of(word()),
        json_text(),
        json_text(),
    );
    prop_oneof![
        word().prop_map(|path| Request::ReadFile { path }),
        word().prop_map(|path| Request::WriteFile { path }),
        word().prop_map(|command_line| Request::ExecuteCommand { command_line }),
        (word(), word())
            .prop_map(|(operation, target)| Request::GitOperation { operation, target }),
        call.prop_map(
            |(target, server, tool, capability, operation, definition, arguments)| {
                Request::McpToolCall(McpToolCall {
                    target,
                    server,
                    tool,
                    capability,
                    operation,
                    definition,
                    arguments,
                })
            }
        ),
    ]
}

prop_compose! {
    fn action()(
        request in request(),
        ids in (option::of(word()), option::of(word()), option::of(word()), option::of(word())),
        place in (option::of(word()), option::of(word()), option::of(word())),
        roots in prop::collection::vec(word(), 0..=MAX_WORKSPACE_ROOTS),
        terraform_plan in json_text(),
    ) -> Action {
        Action {
            request,
            caller: Caller {
                session_id: ids.0,
                agent_id: ids.1,
                actor: ids.2,
                correlation_id: ids.3,
            },
            place: Place {
                cwd: place.0,
                workspace_root: place.1,
                root_named: false,
                workspace_roots: roots.into_iter().map(WorkspaceRoot::claimed).collect(),
                current_branch: place.2,
            },
            terraform_plan,
        }
    }
}

proptest! {
    #[test]
    fn documents_come_back_as_they_went(action in action()) {
        let text = action.to_json().to_string();
        prop_assert_eq!(&Action::from_json(text.as_bytes()).unwrap(), &action);
        let serialized = serde_json::to_string(&action.as_document()).unwrap();
        prop_assert_eq!(Action::from_json(serialized.as_bytes()).unwrap(), action);
    }

    #[test]
    fn what_is_not_json_is_text_in_both_forms(mut action in action(), plan in word()) {
        action.terraform_plan = Some(plan.into());
        let serialized = serde_json::to_string(&action.as_document()).unwrap();
        let serialized: Value = serde_json::from_str(&serialized).unwrap();
        prop_assert_eq!(serialized, action.to_json());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(Action::from_json(&bytes).is_err());
    }
}
