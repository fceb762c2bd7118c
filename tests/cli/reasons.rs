//! Each change has a reason that says something.

use cavra::authority::gate::rollback::Return;
use cavra::canonical::Digest;
use cavra::change::limits::MAX_REASON_BYTES;
use cavra::grpc::client::{Client, ClientError, Patience};
use cavra::grpc::policy::Given;

use super::desk::Desk;
use super::support::cavra;

/// The commands that take a reason.
const COMMANDS: [&[&str]; 10] = [
    &["lifecycle", "request", "--reason"],
    &["lifecycle", "sign", "--reason"],
    &["lifecycle", "acknowledge", "--reason"],
    &["lifecycle", "reject", "--reason"],
    &["lifecycle", "propose", "--reason"],
    &["lifecycle", "withdraw", "--reason"],
    &["lifecycle", "rollback", "--reason"],
    &["lifecycle", "break-glass", "sign", "--reason"],
    &["shadow", "explain", "--reason"],
    &["serve", "--adopt"],
];

#[test]
fn a_reason_says_something_within_its_limit() {
    let long = "x".repeat(MAX_REASON_BYTES + 1);
    for command in COMMANDS {
        for blank in ["", "  ", "\n\t"] {
            let refused = cavra(&[command, &[blank]].concat()).exits(1);
            refused.complains("the reason is empty; say in a few words why");
        }
        let refused = cavra(&[command, &[&long]].concat()).exits(1);
        refused.complains("the reason has 4097 bytes; the limit is 4096");
    }
}

#[test]
fn a_return_without_a_request_needs_a_reason() {
    let run = ["lifecycle", "rollback", "--endpoint", "unix:/nowhere"];
    cavra(&run).exits(1).complains("--reason <TEXT>");
    // Who rehearses is asked for none.
    let rehearsed = cavra(&[&run[..], &["--rehearse"]].concat()).exits(1);
    assert!(
        !rehearsed.stderr.contains("--reason"),
        "{}",
        rehearsed.stderr
    );
}

/// Who calls the service by another program meets the same.
#[test]
fn the_service_takes_no_change_without_a_reason() {
    let desk = Desk::new();
    let service = desk.start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let long = "x".repeat(MAX_REASON_BYTES + 1);
    let problems = [
        ("", "`reason` is required"),
        (" \n", "`reason` holds only white space"),
        (long.as_str(), "`reason` has 4097 bytes; the limit is 4096"),
    ];
    runtime.block_on(async {
        let mut client = Client::connect(&endpoint, Patience::default())
            .await
            .unwrap();
        for (reason, problem) in problems {
            let pack = Given::Pack("cavra-ai-agent-baseline".to_owned());
            let proposed = client.propose(pack, reason.to_owned()).await;
            refused(proposed.err(), problem);
            let withdrawn = client.withdraw(Digest::of(b"any"), reason.to_owned());
            refused(withdrawn.await.err(), problem);
            let wanted = Return {
                reason: Some(reason.to_owned()),
                ..Return::default()
            };
            refused(client.roll_back(wanted).await.err(), problem);
        }
    });
    let history = desk.lifecycle(&["history"]).json();
    // The seed and the trust file.
    assert_eq!(history.as_array().unwrap().len(), 2, "{history}");
    drop(service);
}

fn refused(error: Option<ClientError>, problem: &str) {
    match error {
        Some(ClientError::Refused { message, .. }) => {
            assert!(message.contains(problem), "{message}")
        }
        other => panic!("refused with {problem}: {other:?}"),
    }
}
