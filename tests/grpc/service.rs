//! Health, reflection, the admin socket's life and the end of the service.

use std::collections::BTreeSet;
use std::time::Duration;

use cavra::authority::Ask;
use cavra::authority::conditions::Aspect;
use cavra::decision::Verdict;
use cavra::grpc::client::{Client, ClientError};
use cavra::grpc::server::Drained;
use cavra::grpc::unix_socket::{SocketAccess, UnixSocket};
use futures::stream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::support::{BASELINE, PATIENCE, Service, read, read_request};

const DECISIONS: &str = "cavra.authority.v1.DecisionService";

async fn ask(service: &Service, message_request: MessageRequest) -> MessageResponse {
    let mut client = ServerReflectionClient::new(service.channel().await);
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(message_request),
    };
    let asked = client.server_reflection_info(stream::iter([request])).await;
    let answer = asked
        .unwrap()
        .into_inner()
        .message()
        .await
        .unwrap()
        .unwrap();
    answer.message_response.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_lists_every_service() {
    let service = Service::start(BASELINE, None).await;
    let answer = ask(&service, MessageRequest::ListServices(String::new())).await;
    let MessageResponse::ListServicesResponse(list) = answer else {
        panic!("{answer:?}");
    };
    let names: BTreeSet<String> = list.service.into_iter().map(|it| it.name).collect();
    for name in [
        DECISIONS,
        "cavra.authority.v1.JournalService",
        "cavra.authority.v1.PolicyService",
        "cavra.authority.v1.ShadowService",
        "grpc.health.v1.Health",
    ] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    let symbol = MessageRequest::FileContainingSymbol(DECISIONS.to_owned());
    let answer = ask(&service, symbol).await;
    let MessageResponse::FileDescriptorResponse(files) = answer else {
        panic!("{answer:?}");
    };
    assert!(!files.file_descriptor_proto.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_serving() {
    let service = Service::start(BASELINE, None).await;
    let mut client = HealthClient::new(service.channel().await);
    let services = [
        "",
        DECISIONS,
        "cavra.authority.v1.JournalService",
        "cavra.authority.v1.ShadowService",
    ];
    for service in services {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let health = client.check(request).await.unwrap().into_inner();
        assert_eq!(health.status(), ServingStatus::Serving);
    }
    let request = HealthCheckRequest {
        service: "nobody".to_owned(),
    };
    assert_eq!(
        client.check(request).await.unwrap_err().code(),
        Code::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_socket_also_decides() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    let service = Service::start_with(BASELINE, None, Some(socket.clone())).await;
    let mut client = Client::connect(&format!("unix:{}", socket.display()), PATIENCE)
        .await
        .unwrap();
    let answer = client.decide(read(".env"), Ask::default()).await.unwrap();
    assert_eq!(answer.decision.verdict(), Verdict::Block);
    drop(client);
    assert_eq!(service.stop().await.unwrap(), Drained::All);
}

/// What lies where the socket should be: a dead service's socket is replaced, a living one's
/// and anything else is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_admin_socket_takes_the_place_of_a_dead_one_only() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("dead.sock");
    drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
    let _service = Service::start_with(BASELINE, None, Some(dead.clone())).await;
    assert!(
        Client::connect(&format!("unix:{}", dead.display()), PATIENCE)
            .await
            .is_ok()
    );

    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let long = folder.path().join("s".repeat(108));
    for (path, problem) in [
        (&dead, "is served already"),
        (&file, "is not a socket"),
        (&link, "is not a socket"),
        (&long, "SUN_LEN"),
    ] {
        let error = refused(path);
        assert!(error.contains(problem), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert!(
        Client::connect(&format!("unix:{}", dead.display()), PATIENCE)
            .await
            .is_ok()
    );
}

/// A service that drains must not take away the socket of the one that comes next.
#[tokio::test(flavor = "multi_thread")]
async fn the_admin_socket_of_the_next_service_stays() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    let service = Service::start_with(BASELINE, None, Some(socket.clone())).await;
    std::fs::remove_file(&socket).unwrap();
    let next = Service::start_with(BASELINE, None, Some(socket.clone())).await;
    assert_eq!(service.stop().await.unwrap(), Drained::All);
    let url = format!("unix:{}", socket.display());
    assert!(Client::connect(&url, PATIENCE).await.is_ok());
    assert_eq!(next.stop().await.unwrap(), Drained::All);
    assert!(!socket.exists());
}

fn refused(path: &std::path::Path) -> String {
    UnixSocket::bind(path, SocketAccess::Owner)
        .unwrap_err()
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_flight_are_answered_before_the_end() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.decisions().await;
    let (requests, receiver) = tokio::sync::mpsc::channel(8);
    let receiver = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let mut answers = client.decide_stream(receiver).await.unwrap().into_inner();
    requests.send(read_request("a")).await.unwrap();
    assert_eq!(answers.message().await.unwrap().unwrap().index, 0);

    let url = service.url.clone();
    let ended = service.stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        Client::connect(&url, PATIENCE).await.is_err(),
        "a new connection was accepted"
    );
    requests.send(read_request("b")).await.unwrap();
    assert_eq!(answers.message().await.unwrap().unwrap().index, 1);
    drop(requests);
    assert!(answers.message().await.unwrap().is_none());
    assert_eq!(ended.await.unwrap(), Drained::All);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_stream_does_not_hold_up_the_end() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.decisions().await;
    let mut answers = client
        .decide_stream(stream::pending())
        .await
        .unwrap()
        .into_inner();
    let ended = service.stop();
    let status = answers.message().await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    // Not `TimedOut`, which would say that the call was open until the limit.
    assert_eq!(ended.await.unwrap(), Drained::All);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_says_what_is_wrong() {
    for endpoint in [
        "",
        "127.0.0.1:1",
        "https://127.0.0.1:1",
        "ftp://x",
        "http://",
    ] {
        let error = Client::connect(endpoint, PATIENCE).await.unwrap_err();
        assert!(
            matches!(error, ClientError::Endpoint { .. }),
            "{endpoint}: {error}"
        );
    }
    let error = Client::connect("http://127.0.0.1:1", PATIENCE)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("onnection refused"), "{error}");

    let service = Service::start(BASELINE, None).await;
    let error = service
        .client()
        .await
        .decide(read(""), Ask::default())
        .await
        .unwrap_err();
    let ClientError::Refused { code, field, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*code, Code::InvalidArgument);
    assert_eq!(field.as_deref(), Some("action.read_file.path"));
    assert!(error.to_string().ends_with("(INVALID_ARGUMENT)"), "{error}");
}

/// What one name answers, and the reasons that come with it.
async fn health_of(service: &Service, name: &str) -> (ServingStatus, Vec<String>) {
    let mut client = HealthClient::new(service.channel().await);
    let request = HealthCheckRequest {
        service: name.to_owned(),
    };
    let answer = client.check(request).await.unwrap();
    let reasons = answer.metadata().get_all("cavra-reason").iter();
    let reasons = reasons.map(|reason| reason.to_str().unwrap().to_owned());
    let reasons = reasons.collect();
    (answer.into_inner().status(), reasons)
}

/// Waits until `name` answers `wanted`: health follows what happened, it doesn't wait for it.
async fn until(service: &Service, name: &str, wanted: ServingStatus) -> Vec<String> {
    for _ in 0..200 {
        let (status, reasons) = health_of(service, name).await;
        if status == wanted {
            return reasons;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("`{name}` never became {wanted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_what_is_wrong_and_whether_that_hinders_decisions() {
    use ServingStatus::{NotServing, Serving};
    let service = Service::start(BASELINE, None).await;
    let conditions = service.authority.conditions();
    let packs = "cavra.condition.packs";
    assert_eq!(health_of(&service, packs).await, (Serving, Vec::new()));

    conditions.set(Aspect::Packs, Some("pack `é` is 100% broken\n".to_owned()));
    let reasons = until(&service, packs, NotServing).await;
    assert_eq!(reasons, ["packs: pack `%C3%A9` is 100%25 broken%0A"]);
    assert_eq!(health_of(&service, "").await.0, Serving);

    conditions.set(Aspect::Journal, Some("the disk is full".to_owned()));
    let reasons = until(&service, "", NotServing).await;
    assert_eq!(reasons[0], "journal: the disk is full");
    assert_eq!(reasons.len(), 2);

    conditions.set(Aspect::Journal, None);
    conditions.set(Aspect::Packs, None);
    assert!(until(&service, "", Serving).await.is_empty());
    assert!(until(&service, packs, Serving).await.is_empty());
    service.stop().await.unwrap();
}
