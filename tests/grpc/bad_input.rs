//! An invalid request is refused with the field's name; the service goes on.

use cavra::grpc::limits::{MAX_FRAME_BYTES, MAX_HELD_BYTES};
use cavra::grpc::wire::action::Request;
use cavra::grpc::wire::decide_stream_response::Result as ItemResult;
use cavra::grpc::wire::{
    Action, Caller, DecideRequest, ExecuteCommand, GitOperation, GitVerb, McpToolCall, Place,
    ReadFile, Verdict, WriteFile,
};
use futures::stream::{self, FuturesUnordered, StreamExt as _};
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::raw;
use crate::support::{BASELINE, Service, read_request, request};

fn field(status: &Status) -> String {
    let details = status.get_details_bad_request();
    let violations = details.map(|it| it.field_violations).unwrap_or_default();
    violations.into_iter().map(|it| it.field).collect()
}

fn git(verb: i32, operation: &str, target: &str) -> DecideRequest {
    request(Request::GitOperation(GitOperation {
        verb,
        operation: operation.to_owned(),
        target: target.to_owned(),
    }))
}

fn command(line: &str) -> DecideRequest {
    request(Request::ExecuteCommand(ExecuteCommand {
        command_line: line.to_owned(),
    }))
}

fn with(change: impl FnOnce(&mut Action)) -> DecideRequest {
    let mut request = read_request("README.md");
    change(request.action.as_mut().unwrap());
    request
}

/// A request, the path of its field at fault, and a part of what is said about it.
fn bad_requests() -> Vec<(DecideRequest, &'static str, &'static str)> {
    let push = GitVerb::Push.into();
    let plan = |bytes: &[u8]| {
        let bytes = bytes.to_vec();
        with(|action| action.terraform_plan = Some(bytes))
    };
    let call = |call: McpToolCall| request(Request::McpToolCall(call));
    vec![
        (DecideRequest::default(), "action", "is required"),
        (
            DecideRequest {
                action: Some(Action::default()),
                compare: false,
                nonce: None,
                keep_approvals: false,
            },
            "action.request",
            "is required",
        ),
        (read_request(""), "action.read_file.path", "is required"),
        (read_request("a\0b"), "action.read_file.path", "NUL"),
        (
            read_request(&"a".repeat(4097)),
            "action.read_file.path",
            "4097 bytes",
        ),
        (
            request(Request::WriteFile(WriteFile::default())),
            "action.write_file.path",
            "is required",
        ),
        (
            command(""),
            "action.execute_command.command_line",
            "is required",
        ),
        (
            command("ls\0"),
            "action.execute_command.command_line",
            "NUL",
        ),
        (
            command(&"a".repeat(64 * 1024 + 1)),
            "action.execute_command.command_line",
            "the limit is 65536",
        ),
        (
            git(0, "", "origin/main"),
            "action.git_operation.verb",
            "is required",
        ),
        (
            git(77, "", "origin/main"),
            "action.git_operation.verb",
            "`77`",
        ),
        (
            git(-1, "", "origin/main"),
            "action.git_operation.verb",
            "`-1`",
        ),
        (
            git(push, "", ""),
            "action.git_operation.target",
            "is required",
        ),
        (
            git(push, "push", "origin/main"),
            "action.git_operation.operation",
            "GIT_VERB_OTHER",
        ),
        (
            git(GitVerb::Other.into(), "", "origin/main"),
            "action.git_operation.operation",
            "is required",
        ),
        (
            call(McpToolCall::default()),
            "action.mcp_tool_call.target",
            "is required",
        ),
        (
            call(McpToolCall {
                target: "s:t".to_owned(),
                definition: Some(vec![0xff]),
                ..Default::default()
            }),
            "action.mcp_tool_call.definition",
            "UTF-8 at byte 0",
        ),
        (
            call(McpToolCall {
                target: "s:t".to_owned(),
                definition: Some(b"{".to_vec()),
                ..Default::default()
            }),
            "action.mcp_tool_call.definition",
            "",
        ),
        (plan(b"\xff"), "action.terraform_plan", "UTF-8 at byte 0"),
        (plan(b""), "action.terraform_plan", ""),
        (
            plan(b"{\"a\": 1, \"a\": 2}"),
            "action.terraform_plan",
            "duplicate key",
        ),
        (
            plan(&vec![b' '; 4 * 1024 * 1024 + 1]),
            "action.terraform_plan",
            "the limit is 4194304",
        ),
        (
            with(|action| {
                let session_id = Some("s\0".to_owned());
                action.caller = Some(Caller {
                    session_id,
                    ..Default::default()
                });
            }),
            "action.caller.session_id",
            "NUL",
        ),
        (
            with(|action| {
                let cwd = Some("a".repeat(4097));
                action.place = Some(Place {
                    cwd,
                    ..Default::default()
                });
            }),
            "action.place.cwd",
            "4097 bytes",
        ),
        (
            roots(vec!["/w".to_owned(); 17]),
            "action.place.workspace_roots",
            "has 17 entries; the limit is 16",
        ),
        (
            roots(vec!["/w".to_owned(), String::new()]),
            "action.place.workspace_roots[1]",
            "is required",
        ),
        (
            roots(vec!["/w".to_owned(), "b".to_owned()]),
            "action.place.workspace_roots[1]",
            "is relative",
        ),
    ]
}

/// A request with these further roots.
fn roots(workspace_roots: Vec<String>) -> DecideRequest {
    with(|action| {
        action.place = Some(Place {
            workspace_root: Some("/w".to_owned()),
            workspace_roots,
            ..Default::default()
        });
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_field_is_named_by_its_path() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.decisions().await;
    for (request, expected, problem) in bad_requests() {
        let status = client.decide(request).await.expect_err(expected);
        assert_eq!(status.code(), Code::InvalidArgument, "{expected}: {status}");
        assert_eq!(field(&status), expected, "{status}");
        assert!(status.message().contains(problem), "{expected}: {status}");
        assert!(status.message().contains(expected), "{expected}: {status}");
    }
    assert!(client.decide(read_request("README.md")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_item_of_a_stream_is_answered_in_its_place() {
    let service = Service::start(BASELINE, None).await;
    let bad = bad_requests();
    let good = || read_request(".env");
    let requests: Vec<_> = bad
        .iter()
        .flat_map(|(bad, ..)| [good(), bad.clone()])
        .collect();
    let stream = service
        .decisions()
        .await
        .decide_stream(stream::iter(requests))
        .await;
    let mut answers = stream.unwrap().into_inner();
    for (place, (_, expected, _)) in bad.iter().enumerate() {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.index, 2 * place as u64);
        let Some(ItemResult::Answer(answer)) = answer.result else {
            panic!("no decision before {expected}");
        };
        assert_eq!(answer.decision.unwrap().decision(), Verdict::Block);
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.index, 2 * place as u64 + 1);
        let Some(ItemResult::Error(error)) = answer.result else {
            panic!("a decision instead of an error about {expected}");
        };
        assert_eq!(error.field, *expected);
        assert_eq!(Code::from(error.code), Code::InvalidArgument);
    }
    assert!(answers.message().await.unwrap().is_none());
}

/// Bytes that are no request: cut short, a wrong wire type, invalid UTF-8, a group that
/// doesn't end, an over-long varint, far too large.
fn malformed() -> Vec<Vec<u8>> {
    let mut cut = read_request("README.md").encode_to_vec();
    cut.pop();
    let marker = "@@@@";
    let mut text = read_request(marker).encode_to_vec();
    let at = text
        .windows(4)
        .position(|window| window == marker.as_bytes())
        .unwrap();
    text[at] = 0xff;
    vec![
        cut,
        text,
        vec![0x08, 0x01],
        vec![0x0b],
        vec![0xff; 16],
        vec![0x00],
        DecideRequest {
            action: Some(Action {
                request: Some(Request::ReadFile(ReadFile {
                    path: "a".repeat(10_000_000),
                    search: None,
                })),
                ..Default::default()
            }),
            nonce: None,
            keep_approvals: false,
            compare: false,
        }
        .encode_to_vec(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undecodable_message_is_the_callers_error() {
    let service = Service::start(BASELINE, None).await;
    let channel = service.channel().await;
    for bytes in malformed() {
        let status = raw::decide(channel.clone(), bytes).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status}");
        assert!(status.message().starts_with("the message "), "{status}");
    }
    let good = read_request("README.md").encode_to_vec();
    assert!(raw::decide(channel, good).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undecodable_message_of_a_stream_is_answered_in_its_place() {
    let service = Service::start(BASELINE, None).await;
    let good = read_request(".env").encode_to_vec();
    let malformed = malformed();
    let messages: Vec<_> = malformed
        .iter()
        .flat_map(|bad| [bad.clone(), good.clone()])
        .collect();
    let count = messages.len();
    let answers = raw::decide_stream(service.channel().await, stream::iter(messages)).await;
    assert_eq!(answers.len(), count);
    for (index, answer) in answers.into_iter().enumerate() {
        let answer = answer.unwrap();
        assert_eq!(answer.index, index as u64);
        match answer.result.unwrap() {
            ItemResult::Error(error) => {
                assert_eq!(index % 2, 0, "{error:?}");
                assert_eq!(Code::from(error.code), Code::InvalidArgument);
            }
            ItemResult::Answer(answer) => {
                assert_eq!(index % 2, 1);
                assert_eq!(answer.decision.unwrap().decision(), Verdict::Block);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_reading_ends_its_call_only() {
    let service = Service::start(BASELINE, None).await;
    let channel = service.channel().await;
    let huge = vec![0; 17 * 1024 * 1024];
    let status = raw::decide(channel.clone(), huge.clone())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status}");

    let good = read_request(".env").encode_to_vec();
    let messages = vec![good.clone(), huge, good.clone()];
    let answers = raw::decide_stream(channel.clone(), stream::iter(messages)).await;
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().unwrap_err().code(), Code::OutOfRange);
    assert!(raw::decide(channel, good).await.is_ok());
}

/// Calls that begin a message and don't end it hold so many bytes together, and no more.
#[tokio::test(flavor = "multi_thread")]
async fn unfinished_messages_are_bounded_together() {
    let service = Service::start(BASELINE, None).await;
    let size = MAX_FRAME_BYTES - 1024;
    let calls = MAX_HELD_BYTES / size + 4;
    let mut open = FuturesUnordered::new();
    for _ in 0..calls {
        open.push(raw::unfinished(service.channel().await, size));
    }
    let refused = open.next().await.unwrap();
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused}");
    // What is small is whole at once, and goes on being decided.
    let good = read_request(".env").encode_to_vec();
    assert!(raw::decide(service.channel().await, good).await.is_ok());
}
