//! A denial or a cancellation that is recorded stops every use, and nobody is led to sign another request.

use std::time::Duration;

use cavra::authority::Authority;
use cavra::decision::Verdict;
use cavra::journal::writer::Mode;
use uuid::Uuid;

use super::approvals_desk::{Asked, COMMAND, Given, authority, block_on, desk, uses};
use super::desk::Desk;
use super::support::cavra;

/// Long enough for a retry while a denial is being recorded.
const SLOW: Duration = Duration::from_secs(2);

fn given(answer: &str) -> Given {
    match answer {
        "denial" => Given {
            denies: true,
            ..Given::by("cy")
        },
        "signed cancellation" => Given {
            cancels: true,
            ..Given::by("cy")
        },
        _ => Given::by("cancel"),
    }
}

async fn approved(desk: &Desk, authority: &Authority, asked: &Asked) -> Uuid {
    let id = asked.decide(authority).await.approval_id().unwrap();
    Given::by("bo").give(desk, authority, id).await.unwrap();
    id
}

#[test]
fn nothing_is_used_while_it_is_denied_or_taken_back() {
    for answer in ["denial", "signed cancellation", "cancellation"] {
        let desk = desk();
        let asked = Asked::default();
        let id = block_on(async {
            let authority = authority(&desk, Mode::WrittenWithin(SLOW)).await;
            let id = approved(&desk, &authority, &asked).await;
            let given = given(answer);
            let ends = given.give(&desk, &authority, id);
            let retries = async {
                // The denial is given, and not recorded yet.
                tokio::time::sleep(SLOW / 10).await;
                for _ in 0..20 {
                    let decision = asked.decide(&authority).await;
                    assert!(!decision.uses_approval(), "{answer}");
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let (ended, ()) = tokio::join!(ends, retries);
            ended.unwrap();
            id
        });
        assert!(!uses(&desk).contains(&id), "{answer}");
        block_on(async {
            let authority = authority(&desk, Mode::Durable).await;
            let decision = asked.decide(&authority).await;
            assert_eq!(decision.verdict(), Verdict::RequireApproval, "{answer}");
            assert!(!decision.uses_approval(), "{answer}");
        });
    }
}

#[test]
fn what_was_used_is_neither_denied_nor_taken_back() {
    for answer in ["denial", "signed cancellation", "cancellation"] {
        let desk = desk();
        block_on(async {
            let authority = authority(&desk, Mode::Durable).await;
            let asked = Asked::default();
            let id = approved(&desk, &authority, &asked).await;
            assert!(asked.decide(&authority).await.uses_approval());
            let refused = given(answer).give(&desk, &authority, id).await.unwrap_err();
            assert!(
                refused.to_string().contains("is used"),
                "{answer}: {refused}"
            );
        });
    }
}

/// A denial was verified before it was recorded. That its signer has another key now gives nobody leave.
#[test]
fn a_denial_outlives_its_signers_key() {
    let desk = desk();
    let asked = Asked::default();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let id = approved(&desk, &authority, &asked).await;
        given("denial").give(&desk, &authority, id).await.unwrap();
    });
    desk.renew_key("cy");
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let decision = asked.decide(&authority).await;
        assert_eq!(decision.verdict(), Verdict::RequireApproval);
        assert!(
            decision.reason().contains("denied by cy"),
            "{}",
            decision.reason()
        );
    });
}

/// By TCP another process could show one request and have another one signed.
#[test]
fn people_sign_only_what_a_unix_socket_shows() {
    let desk = desk();
    let [key, trust] = ["bo.key", "trust.json"].map(|name| desk.path(name));
    let id = Uuid::nil().to_string();
    for command in ["approve", "deny", "cancel"] {
        let by = ["--signing-key", &key, "--trust", &trust];
        let at = [
            "approvals",
            command,
            &id,
            "--endpoint",
            "http://127.0.0.1:9",
        ];
        let run = cavra(&[&at[..], &by].concat()).exits(1);
        assert!(run.stderr.contains("nothing is signed"), "{}", run.stderr);
    }
}

/// An agent that opens sessions before it asks for attention gets no other answer in them.
#[test]
fn a_denial_ends_what_waits_or_was_approved_in_other_sessions() {
    let desk = desk();
    let sessions = ["denied", "waiting", "approved", "later"];
    let [denied, waiting, other, later] = sessions.map(|session| Asked {
        session: session.to_owned(),
        ..Asked::default()
    });
    let another = Asked {
        command: format!("{COMMAND} --dry-run"),
        ..waiting.clone()
    };
    let id = block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let id = denied.decide(&authority).await.approval_id().unwrap();
        let open = waiting.decide(&authority).await.approval_id().unwrap();
        approved(&desk, &authority, &other).await;
        let untouched = approved(&desk, &authority, &another).await;
        given("denial").give(&desk, &authority, id).await.unwrap();
        let late = Given::by("bo").give(&desk, &authority, open).await;
        assert!(late.unwrap_err().to_string().contains("it is ended"));
        let used = another.decide(&authority).await;
        assert_eq!(used.approval_id(), Some(untouched));
        assert!(used.uses_approval());
        id
    });
    for _ in 0..2 {
        block_on(async {
            let authority = authority(&desk, Mode::Durable).await;
            for asked in [&denied, &waiting, &other, &later] {
                let decision = asked.decide(&authority).await;
                assert_eq!(decision.approval_id(), Some(id));
                let note = decision.approval_note().unwrap();
                assert!(note.starts_with("denied by cy"), "{note}");
            }
        });
    }
}
