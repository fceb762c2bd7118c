//! `cavra verify` on the documents by which people answer agents' requests.

use std::fs;

use cavra::journal::writer::Mode;
use serde_json::json;

use super::approvals_desk::{Asked, Given, authority, block_on, desk};
use super::desk::Desk;
use super::support::{Run, cavra};

fn verify(desk: &Desk, file: &str, more: &[&str]) -> Run {
    let [file, trust] = [file, "trust.json"].map(|name| desk.path(name));
    let args = ["verify", &file, "--trust", &trust, "--output", "json"];
    cavra(&[&args[..], more].concat())
}

/// Signs an answer to a new request, into `FILE`: the request's id, and its action.
fn signed(desk: &Desk, file: &str, given: &Given) -> [String; 2] {
    block_on(async {
        let authority = authority(desk, Mode::Durable).await;
        let asked = Asked {
            session: file.to_owned(),
            ..Asked::default()
        };
        let id = asked.decide(&authority).await.approval_id().unwrap();
        let envelope = given.sign(desk, &authority, id);
        fs::write(desk.path(file), envelope).unwrap();
        let shown = authority.approvals().unwrap().get(id).unwrap();
        [id.to_string(), shown.request.binding.action.to_string()]
    })
}

#[test]
fn signed_answers_are_verified() {
    let desk = desk();
    let trust = cavra(&[
        "trust",
        "show",
        &desk.path("trust.json"),
        "--output",
        "json",
    ]);
    let digest = trust.exits(0).json()["digest"].clone();
    let kinds = [
        ("action-approval", Given::by("bo")),
        (
            "action-denial",
            Given {
                denies: true,
                ..Given::by("bo")
            },
        ),
        (
            "action-cancellation",
            Given {
                cancels: true,
                ..Given::by("bo")
            },
        ),
    ];
    for (kind, given) in kinds {
        let [id, action] = signed(&desk, kind, &given);
        let expected = ["--expect", kind, "--subject", &action];
        let found = verify(&desk, kind, &expected).exits(0).json();
        assert_eq!(found["trust_digest"], digest, "{found}");
        let document = &found["documents"][0];
        assert_eq!(document["kind"], kind);
        assert_eq!(document["subject"], json!(action));
        assert_eq!(document["approval_id"], json!(id));
        assert_eq!(document["signers"], json!(["bo"]));
        // It is neither an approval of a policy nor about anything else.
        let other = verify(&desk, kind, &["--expect", "approval"]);
        assert_eq!(other.exits(2).json()["valid"], false);
        let about = format!("hmac-sha256:{}", "0".repeat(64));
        for subject in [&about, digest.as_str().unwrap()] {
            let other = verify(&desk, kind, &["--subject", subject]).exits(2).json();
            let problem = other["documents"][0]["problem"].as_str().unwrap();
            assert!(problem.contains(&format!("not {subject}")), "{problem}");
        }
    }
    verify(&desk, "action-denial", &["--subject", "sha256:7"]).exits(1);
}

#[test]
fn answers_that_do_not_count_are_refused() {
    let desk = desk();
    let rows = [
        ("dee", 3600, "`dee` does not have the role `approve`"),
        ("evidence", 3600, "the service `evidence` signed the answer"),
        ("bo", 1, "the answer ended at"),
    ];
    for (who, seconds, says) in rows {
        let given = Given {
            seconds,
            ..Given::by(who)
        };
        signed(&desk, who, &given);
        let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(5)).to_string();
        let found = verify(&desk, who, &["--at", &later]).exits(2).json();
        let problem = found["documents"][0]["problem"].as_str().unwrap();
        assert!(problem.contains(says), "{problem}");
    }
    // Somebody changed it after it was signed.
    signed(&desk, "changed", &Given::by("bo"));
    let text = fs::read_to_string(desk.path("changed")).unwrap();
    let mut envelope: serde_json::Value = serde_json::from_str(&text).unwrap();
    let payload = envelope["payload"].as_str().unwrap().to_owned();
    let other = fs::read_to_string(desk.path("bo")).unwrap();
    let other: serde_json::Value = serde_json::from_str(&other).unwrap();
    assert_ne!(other["payload"], payload.as_str());
    envelope["payload"] = other["payload"].clone();
    fs::write(desk.path("changed"), envelope.to_string()).unwrap();
    let found = verify(&desk, "changed", &[]).exits(2).json();
    let problem = found["documents"][0]["problem"].as_str().unwrap();
    assert!(
        problem.contains("no key of the trust file in force signed"),
        "{problem}"
    );
}
