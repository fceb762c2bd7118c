//! An approval counts once: for many retries at once, over starts, and by the trust file in force.

use std::collections::BTreeSet;
use std::time::Duration;

use cavra::authority::approvals::limits::MAX_PENDING_OF_ASKER;
use cavra::decision::{Decision, Verdict};
use cavra::journal::writer::Mode;
use futures::future::join_all;

use super::approvals_desk::{Asked, COMMAND, Given, authority, block_on, desk, replace, uses};

#[test]
fn of_many_retries_at_once_one_uses_it() {
    let desk = desk();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        for round in 0..8 {
            let asked = Asked {
                session: format!("round {round}"),
                ..Asked::default()
            };
            let id = asked.decide(&authority).await.approval_id().unwrap();
            Given::by("bo").give(&desk, &authority, id).await.unwrap();
            let retries = (0..16).map(|_| asked.decide(&authority));
            let answers = join_all(retries).await;
            let used = answers.iter().filter(|it| it.uses_approval());
            assert_eq!(used.count(), 1, "round {round}");
            // The others ask again, and all for the same.
            let waiting = answers.iter().filter(|it| !it.uses_approval());
            let ids: BTreeSet<_> = waiting.filter_map(Decision::approval_id).collect();
            assert_eq!(
                ids.iter().filter(|other| **other != id).count(),
                1,
                "{ids:?}"
            );
        }
    });
}

#[test]
fn a_loop_that_asks_the_same_makes_one_request() {
    let desk = desk();
    block_on(async {
        let mode = Mode::WrittenWithin(Duration::from_millis(100));
        let authority = authority(&desk, mode).await;
        let asked = Asked::default();
        let mut ids = BTreeSet::new();
        for _ in 0..10_000 {
            ids.extend(asked.decide(&authority).await.approval_id());
        }
        assert_eq!(ids.len(), 1);
        let (page, next) = authority.approvals().unwrap().page(None, |_| true);
        assert_eq!((page.len(), next), (1, None));
    });
}

#[test]
fn over_the_limit_there_is_no_id_and_the_decision_stays() {
    let desk = desk();
    block_on(async {
        let mode = Mode::WrittenWithin(Duration::from_millis(100));
        let authority = authority(&desk, mode).await;
        let number = |number: usize| Asked {
            session: number.to_string(),
            ..Asked::default()
        };
        let most = MAX_PENDING_OF_ASKER;
        for index in 0..most {
            let decision = number(index).decide(&authority).await;
            assert!(decision.approval_id().is_some(), "{index}");
        }
        let over = number(most).decide(&authority).await;
        assert_eq!(over.verdict(), Verdict::RequireApproval);
        assert_eq!(over.approval_id(), None);
        assert!(
            over.reason().contains("wait for answers already"),
            "{}",
            over.reason()
        );
        // Another user has places of their own, and who is answered gives one back.
        let other = Asked {
            uid: Some(6),
            ..number(most)
        };
        assert!(other.decide(&authority).await.approval_id().is_some());
        let first = number(0).decide(&authority).await.approval_id().unwrap();
        Given::by("bo")
            .give(&desk, &authority, first)
            .await
            .unwrap();
        assert!(number(0).decide(&authority).await.uses_approval());
        assert!(
            number(most)
                .decide(&authority)
                .await
                .approval_id()
                .is_some()
        );
    });
}

/// What was asked for, answered and used before a start is so after it.
#[test]
fn a_start_loses_nothing() {
    let desk = desk();
    let [pending, approved, used, denied] = ["p", "a", "u", "d"].map(|session| Asked {
        session: session.to_owned(),
        command: match session {
            // A denial holds in every session.
            "d" => "deployctl push other".to_owned(),
            _ => COMMAND.to_owned(),
        },
        ..Asked::default()
    });
    let ids = block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let mut ids = Vec::new();
        for asked in [&pending, &approved, &used, &denied] {
            ids.push(asked.decide(&authority).await.approval_id().unwrap());
        }
        for id in [ids[1], ids[2]] {
            Given::by("bo").give(&desk, &authority, id).await.unwrap();
        }
        assert!(used.decide(&authority).await.uses_approval());
        let denial = Given {
            denies: true,
            ..Given::by("cy")
        };
        denial.give(&desk, &authority, ids[3]).await.unwrap();
        ids
    });
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let same = pending.decide(&authority).await;
        assert_eq!(same.approval_id(), Some(ids[0]));
        let summary = &authority
            .approvals()
            .unwrap()
            .get(ids[0])
            .unwrap()
            .request
            .summary;
        assert_eq!(summary, COMMAND);
        let again = used.decide(&authority).await;
        assert_ne!(again.approval_id(), Some(ids[2]));
        assert!(again.reason().contains("counts once"), "{}", again.reason());
        let denied = denied.decide(&authority).await;
        assert!(
            denied.reason().contains("denied by cy"),
            "{}",
            denied.reason()
        );
        assert!(approved.decide(&authority).await.uses_approval());
        assert!(!approved.decide(&authority).await.uses_approval());
    });
    assert_eq!(uses(&desk), [ids[1], ids[2]].into());
}

/// What was approved or waited under a policy doesn't count again when that policy returns.
#[test]
fn an_approval_does_not_return_with_its_policy() {
    let desk = desk();
    let [approved, pending] = ["a", "p"].map(|session| Asked {
        session: session.to_owned(),
        ..Asked::default()
    });
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let id = approved.decide(&authority).await.approval_id().unwrap();
        let waiting = pending.decide(&authority).await.approval_id().unwrap();
        Given::by("bo").give(&desk, &authority, id).await.unwrap();
        replace(&desk, &authority, "other").await;
        replace(&desk, &authority, "mine").await;
        for (asked, before) in [(&approved, id), (&pending, waiting)] {
            let again = asked.decide(&authority).await;
            assert_eq!(again.verdict(), Verdict::RequireApproval);
            assert_ne!(again.approval_id().unwrap(), before);
            let note = again.approval_note().unwrap();
            assert!(
                note.starts_with(&format!("the request {before} ended at")),
                "{note}"
            );
        }
        let refused = Given::by("bo").give(&desk, &authority, waiting).await;
        assert!(refused.unwrap_err().to_string().contains("it is ended"));
    });
    assert_eq!(uses(&desk), BTreeSet::new());
}

/// A new session is no new question to the people who said no.
#[test]
fn a_denial_holds_in_every_session() {
    let desk = desk();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let first = Asked::default();
        let id = first.decide(&authority).await.approval_id().unwrap();
        let denial = Given {
            denies: true,
            ..Given::by("cy")
        };
        denial.give(&desk, &authority, id).await.unwrap();
        let elsewhere = Asked {
            session: "another".to_owned(),
            ..Asked::default()
        };
        let again = elsewhere.decide(&authority).await;
        assert_eq!(again.approval_id(), Some(id));
        assert!(
            again.reason().contains("denied by cy"),
            "{}",
            again.reason()
        );
        let other = Asked {
            uid: Some(7),
            ..elsewhere
        };
        assert_ne!(other.decide(&authority).await.approval_id(), Some(id));
    });
}

/// An approval counts by the trust file that is in force when it is used.
#[test]
fn an_approval_by_a_key_of_an_older_trust_file_is_refused() {
    let desk = desk();
    let asked = Asked::default();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let id = asked.decide(&authority).await.approval_id().unwrap();
        Given::by("bo").give(&desk, &authority, id).await.unwrap();
    });
    desk.renew_key("bo");
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let decision = asked.decide(&authority).await;
        assert_eq!(decision.verdict(), Verdict::RequireApproval);
        let reason = decision.reason();
        assert!(
            reason.contains("no key of the trust file in force signed"),
            "{reason}"
        );
    });
}
