//! Those who ask what takes work to answer.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use cavra::grpc::wire::DecideRequest;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use futures::{StreamExt as _, stream};
use tokio::time::sleep;
use tonic::transport::{Channel, Endpoint};

use crate::honest::command;

/// Bytes of a plan: as many as are read.
const PLAN_BYTES: usize = 4 * 1024 * 1024 - 1024;
/// Plans of one stream.
const PLANS: usize = 100;
/// Streams of one connection: as many as it may have.
const STREAMS: usize = 100;

/// `terraform apply` with a plan that destroys a lot.
static PLAN: LazyLock<DecideRequest> = LazyLock::new(|| {
    let change = |index| {
        format!(
            r#"{{"address":"aws_instance.a{index}","mode":"managed","type":"aws_instance","name":"a{index}","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["delete"],"before":{{}},"after":null,"after_unknown":{{}},"before_sensitive":{{}},"after_sensitive":false}}}}"#
        )
    };
    let count = PLAN_BYTES / change(99_999).len() - 1;
    let changes: Vec<_> = (0..count).map(change).collect();
    let plan = format!(
        r#"{{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[{}],"complete":true,"errored":false,"applyable":true}}"#,
        changes.join(",")
    );
    let mut request = command("terraform apply plan.out");
    request.action.as_mut().unwrap().terraform_plan = Some(plan.into_bytes());
    request
});

async fn client(address: SocketAddr) -> Option<DecisionServiceClient<Channel>> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    Some(DecisionServiceClient::new(endpoint.connect().await.ok()?))
}

/// Sends plan after plan by one stream, whether or not those before are answered.
pub(crate) async fn stream_of_plans(address: SocketAddr) {
    let Some(mut client) = client(address).await else {
        return;
    };
    let plans = stream::iter((0..PLANS).map(|_| PLAN.clone()));
    if let Ok(answers) = client.decide_stream(plans).await {
        let mut answers = answers.into_inner();
        while let Some(Ok(_)) = answers.next().await {}
    }
}

/// Asks about one plan.
pub(crate) async fn single_plans(address: SocketAddr) {
    if let Some(mut client) = client(address).await {
        // Being refused is one of the answers that an attacker may get.
        let _ = client.decide(PLAN.clone()).await;
    }
}

/// Asks one quick question after the other by many streams, and reads the answers.
pub(crate) async fn streams_of_questions(address: SocketAddr) {
    let Some(client) = client(address).await else {
        return;
    };
    let streams = (0..STREAMS).map(|_| {
        let mut client = client.clone();
        async move {
            let questions = stream::repeat_with(|| command("cat .env; terraform apply; ls"));
            if let Ok(answers) = client.decide_stream(questions).await {
                let mut answers = answers.into_inner();
                while let Some(Ok(_)) = answers.next().await {}
            }
        }
    });
    futures::future::join_all(streams).await;
}

/// Keeps its place by a quick question now and then.
pub(crate) async fn connection_at_work(address: SocketAddr) {
    let Some(mut client) = client(address).await else {
        return;
    };
    let questions = stream::repeat_with(|| command("ls"));
    let questions = questions.enumerate().then(async |(index, question)| {
        sleep(Duration::from_secs(u64::from(index > 0))).await;
        question
    });
    if let Ok(answers) = client.decide_stream(Box::pin(questions)).await {
        let mut answers = answers.into_inner();
        while let Some(Ok(_)) = answers.next().await {}
    }
}

/// Asks one long question, and comes again as another client.
pub(crate) async fn new_each_time(address: SocketAddr) {
    if let Some(mut client) = client(address).await {
        let line = "find . -exec rm {} \\; ; ".repeat(2_000);
        // Being refused is one of the answers that an attacker may get.
        let _ = client.decide(command(&line)).await;
    }
}

/// Short lines that take long, in turn.
pub(crate) async fn costly_lines(address: SocketAddr) {
    let Some(mut client) = client(address).await else {
        return;
    };
    let roots: Vec<_> = (0..200).map(|index| format!("r{index}")).collect();
    let find = format!(
        "find {} -name x -exec a {} \\;",
        roots.join(" "),
        "{}".repeat(1000)
    );
    let lines = [
        find,
        "find . -exec rm {} \\; ;".repeat(150),
        "PASSWORD=a{} ".repeat(300),
        "{a,b}".repeat(500),
        "$(".repeat(1000),
        "ls;".repeat(1200),
    ];
    for line in lines {
        if client.decide(command(&line)).await.is_err() {
            return;
        }
    }
}
