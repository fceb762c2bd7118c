//! Signed answers, through somebody in the middle who changes them.

use std::sync::{Arc, Mutex};

use cavra::authority::Ask;
use cavra::authority::signing::AnswerVerifier;
use cavra::grpc::client::{Client, ClientError};
use cavra::grpc::codec::Received;
use cavra::grpc::server::JournalReads;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use cavra::grpc::wire::decision_service_server::{DecisionService, DecisionServiceServer};
use cavra::grpc::wire::{
    DecideRequest, DecideResponse, DecideStreamResponse, Decision, MatchedRule, Verdict,
};
use cavra::keys::SigningKey;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, Streaming};

use super::support::{PATIENCE, Service, action, journal_key, read, read_request};

/// What the one in the middle does to an answer.
type Change = fn(&mut DecideResponse, &DecideResponse);

/// Passes questions on, and changes the answers. Each change also gets the answer before.
struct Middle {
    service: DecisionServiceClient<Channel>,
    before: Mutex<Option<DecideResponse>>,
    change: Change,
}

#[tonic::async_trait]
impl DecisionService for Middle {
    async fn decide(
        &self,
        request: Request<DecideRequest>,
    ) -> Result<Response<DecideResponse>, Status> {
        let mut answer = self.service.clone().decide(request.into_inner()).await?;
        let genuine = answer.get_ref().clone();
        let before = self.before.lock().unwrap().replace(genuine);
        if let Some(before) = before {
            (self.change)(answer.get_mut(), &before);
        }
        Ok(answer)
    }

    type DecideStreamStream = BoxStream<'static, Result<DecideStreamResponse, Status>>;

    async fn decide_stream(
        &self,
        _: Request<Streaming<Received<DecideRequest>>>,
    ) -> Result<Response<Self::DecideStreamStream>, Status> {
        Err(Status::unimplemented("only single questions are passed on"))
    }
}

async fn in_the_middle(service: &Service, change: Change) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let middle = Middle {
        service: service.decisions().await,
        before: Mutex::default(),
        change,
    };
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(DecisionServiceServer::new(middle))
            .serve_with_incoming(TcpListenerStream::new(listener)),
    );
    url
}

async fn trusting(url: &str, key: &SigningKey) -> Client {
    let client = Client::connect(url, PATIENCE).await.unwrap();
    client.verifying(AnswerVerifier::new(key.verifying_key().clone()))
}

fn decision(answer: &mut DecideResponse) -> &mut Decision {
    answer.decision.as_mut().unwrap()
}

fn deciding(answer: &mut DecideResponse) -> &mut MatchedRule {
    &mut decision(answer).matched_rules[0]
}

/// What is done to the second of two answers, and what the client says of it.
const CHANGES: &[(&str, Change, Option<&str>)] = &[
    ("nothing", |_, _| {}, None),
    (
        "unsigned",
        |answer, _| answer.signed = None,
        Some("not signed"),
    ),
    (
        "replayed",
        |answer, before| *answer = before.clone(),
        Some("another `nonce`"),
    ),
    (
        "the signature of another answer",
        |answer, before| answer.signed.clone_from(&before.signed),
        Some("another `nonce`"),
    ),
    (
        "another verdict",
        |answer, _| decision(answer).decision = Verdict::Allow.into(),
        Some("another `decision`"),
    ),
    (
        "another rule",
        |answer, _| deciding(answer).rule_id = "filesystem.read.allow".to_owned(),
        Some("another `rule_id`"),
    ),
    (
        "another decision's id",
        |answer, before| {
            let before = before.decision.clone().unwrap();
            decision(answer).decision_id = before.decision_id;
        },
        Some("another `decision_id`"),
    ),
    (
        "another policy",
        |answer, _| decision(answer).effective_digest = format!("sha256:{}", "0".repeat(64)),
        Some("another `effective_digest`"),
    ),
    (
        "no place in the journal",
        |answer, _| decision(answer).journal_position = None,
        Some("another `journal_position`"),
    ),
    (
        "no certificate",
        |answer, _| answer.signed.as_mut().unwrap().certificate.clear(),
        Some("the certificate of the service's key can't be believed"),
    ),
    (
        "a byte of the signature",
        |answer, _| {
            let bytes = &mut answer.signed.as_mut().unwrap().answer;
            let at = bytes.len() - 10;
            bytes[at] ^= 1;
        },
        Some("signature can't be believed"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_on_its_way_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start_recorded(data.path(), None, JournalReads::Everybody).await;
    for (name, change, refused) in CHANGES {
        let url = in_the_middle(&service, *change).await;
        let mut client = trusting(&url, &journal_key()).await;
        client.decide(read(".env"), Ask::default()).await.unwrap();
        let answered = client.decide(read(".env"), Ask::default()).await;
        match (answered, refused) {
            (Ok(answered), None) => assert_eq!(answered.decision.verdict().as_str(), "block"),
            (Err(error), Some(why)) => {
                let forged = matches!(error, ClientError::Forged(_));
                assert!(forged && error.to_string().contains(why), "{name}: {error}");
            }
            (answered, _) => panic!("{name}: {answered:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_action_than_was_asked_for_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start_recorded(data.path(), None, JournalReads::Everybody).await;
    let mut asked = service.decisions().await;
    let nonce = Some(vec![7; 32]);
    let harmless = DecideRequest {
        nonce,
        ..read_request("README.md")
    };
    let answer = asked.decide(harmless).await.unwrap().into_inner();
    let signed = answer.signed.clone().unwrap().into();
    let verifier = AnswerVerifier::new(journal_key().verifying_key().clone());
    let nonce = cavra::authority::signing::Nonce::from_bytes(&[7; 32]).unwrap();
    for (path, believed) in [("README.md", true), (".env", false)] {
        let told: cavra::grpc::decision::Answered =
            (answer.clone(), read(path)).try_into().unwrap();
        let checked = verifier.check(&told.decision, &nonce, &signed, jiff::Timestamp::now());
        assert_eq!(checked.is_ok(), believed, "{path}: {checked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_of_a_stream_is_checked_and_every_kind_of_action_can_be() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start_recorded(data.path(), None, JournalReads::Everybody).await;
    let documents = [
        r#"{"action_type":"read_file","target":".env","requested_operation":"read","cwd":"/src"}"#,
        r#"{"action_type":"write_file","target":"a","requested_operation":"write","agent_id":"x"}"#,
        r#"{"action_type":"execute_command","target":"ls","requested_operation":"ls",
            "terraform_plan":{"format_version":"1.2","resource_changes":[]}}"#,
        r#"{"action_type":"git_operation","target":"origin/main","requested_operation":"push"}"#,
        r#"{"action_type":"git_operation","target":"origin/main","requested_operation":"odd"}"#,
        r#"{"action_type":"mcp_tool_call","target":"s:t","requested_operation":"x",
            "server":"s","tool":"t","capability":"c","mcp_tool":{"name":"t","inputSchema":{}}}"#,
        r#"{"action_type":"mcp_tool_call","target":"s:t","capability":"c",
            "requested_operation":"c"}"#,
    ];
    let actions: Vec<_> = documents
        .iter()
        .map(|text| Arc::new(cavra::action::Action::from_json(text.as_bytes()).unwrap()))
        .collect();
    let mut client = trusting(&service.url, &journal_key()).await;
    let asked = client.decide_stream(stream::iter(actions.clone()), Ask::default());
    let answers: Vec<_> = asked.await.unwrap().collect().await;
    assert_eq!(answers.len(), actions.len());
    for (answer, document) in answers.iter().zip(documents) {
        assert!(answer.is_ok(), "{document}: {answer:?}");
    }
    let other = SigningKey::generate("example.org/other".parse().unwrap()).unwrap();
    let mut client = trusting(&service.url, &other).await;
    let asked = client.decide_stream(stream::iter(actions), Ask::default());
    let answers: Vec<_> = asked.await.unwrap().collect().await;
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_journal_signs_nothing_and_a_short_nonce_is_refused() {
    let service = Service::start(super::support::BASELINE, None).await;
    let mut client = trusting(&service.url, &journal_key()).await;
    let ls = action(cavra::action::Request::ExecuteCommand {
        command_line: "ls".to_owned(),
    });
    let refused = client.decide(ls, Ask::default()).await.unwrap_err();
    let code = match &refused {
        ClientError::Refused { code, .. } => *code,
        other => panic!("{other}"),
    };
    assert_eq!(code, Code::FailedPrecondition, "{refused}");
    for bytes in [0, 31, 33] {
        let request = DecideRequest {
            nonce: Some(vec![1; bytes]),
            keep_approvals: false,
            ..read_request("README.md")
        };
        let refused = service.decisions().await.decide(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains("a nonce has 32"), "{refused}");
    }
}
