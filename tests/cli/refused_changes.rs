//! Refusals of changes that only a forged, replayed or overtaken document meets.

use std::fs;
use std::path::Path;

use cavra::authority::Authority;
use cavra::authority::admission::Admission;
use cavra::authority::gate::documents::Given;
use cavra::authority::gate::{GateError, PolicyStore};
use cavra::authority::recording::Recording;
use cavra::canonical::Digest;
use cavra::change::approval::{self, Answer, Approval, ApprovalStatement};
use cavra::change::request::{self, ChangeRequest};
use cavra::change::signed::SignedDocument;
use cavra::engine::Policy;
use cavra::journal::record::Recorder;
use cavra::journal::record::refusal::Author;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::redaction::{Redaction, RedactionKey};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::desk::{Desk, resigned, verdicts};

/// The request in a file, without looking at its signature.
pub(crate) fn request_in(path: &str) -> (ChangeRequest, Digest) {
    let envelope = Envelope::read(&fs::read(path).unwrap()).unwrap();
    let payload = envelope.unverified(request::MEDIA_TYPE).unwrap();
    let digest = Digest::of(&payload);
    (ChangeRequest::read(&payload).unwrap(), digest)
}

/// The approval of a request by `who`, made without the checks of `cavra lifecycle sign`.
pub(crate) fn approved(desk: &Desk, who: &str, path: &str) -> String {
    let (request, request_digest) = request_in(path);
    let statement = ApprovalStatement::of(Approval {
        request_digest,
        from_effective_digest: request.replaces.effective_digest,
        to_effective_digest: request.candidate.effective_digest,
        decision: Answer::Approve,
        reason: "whatever".to_owned(),
        approver: who.to_owned(),
        decided_at: Timestamp::now(),
        expires_at: request.expires_at,
    });
    let key: KeySource = desk.path(&format!("{who}.key")).parse().unwrap();
    let bytes = statement.to_signed_bytes().unwrap();
    let key = key.signing_key().unwrap();
    let envelope = Envelope::sign(approval::MEDIA_TYPE, &bytes, &key).unwrap();
    let out = desk.path(&format!("{who}-lax.dsse.json"));
    fs::write(&out, serde_json::to_vec(&envelope).unwrap()).unwrap();
    out
}

/// `mine` and `next`, whose changes need two approvals if they loosen something.
fn strict(desk: &Desk) {
    for (folder, files) in [("mine", "'one.txt'"), ("next", "'one.txt', 'two.txt'")] {
        let text = format!(
            "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\n\
             filesystem: {{block_read: [{files}]}}\n\
             promotion: {{approvals_required: 2}}\n"
        );
        fs::write(desk.path(&format!("{folder}/policy.yaml")), text).unwrap();
    }
}

#[test]
fn a_return_by_a_request_needs_criteria_as_strict_as_both_policies() {
    type Lower = fn(&mut ChangeRequest);
    let lower: [(&str, Lower); 3] = [
        (
            "`criteria.approvals_required` of the request is 1, and the policies ask for 2",
            |request| request.criteria.approvals_required = 1,
        ),
        (
            "`criteria.thresholds.min_observation_hours` of the request is 0",
            |request| request.criteria.thresholds.min_observation_hours = 0,
        ),
        (
            "`criteria.thresholds.max_unexplained_loosened_groups` of the request is 7",
            |request| request.criteria.thresholds.max_unexplained_loosened_groups = 7,
        ),
    ];
    let desk = Desk::new();
    strict(&desk);
    let mut service = desk.start();
    desk.propose("next");
    let forward = ["next", "mine"];
    let request = desk.request("request", forward, &[]);
    let bo = desk.sign("bo", &request, forward);
    desk.promote(&[&request, &bo]).exits(0);
    let back = ["mine", "next"];
    let sound = desk.request("back", back, &["--rollback"]);
    for (message, lower) in lower {
        let low = resigned(&desk, &sound, "ada", lower);
        let answers = ["bo", "cy"].map(|who| approved(&desk, who, &low));
        let words = ["rollback", "--request", &low];
        let words = [
            &words[..],
            &["--answer", &answers[0], "--answer", &answers[1]],
        ]
        .concat();
        let refused = desk.lifecycle(&words).exits(1).complains(message);
        assert!(
            !refused.stderr.contains("approve the request"),
            "only the criteria are too low: {}",
            refused.stderr
        );
        desk.lifecycle(&[&words[..], &["--rehearse"]].concat())
            .exits(1)
            .complains(message);
        assert_eq!(verdicts(&service), ["block", "block"]);
    }
    let answers = ["bo", "cy"].map(|who| desk.sign(who, &sound, back));
    let words = ["rollback", "--request", &sound];
    desk.lifecycle(
        &[
            &words[..],
            &["--answer", &answers[0], "--answer", &answers[1]],
        ]
        .concat(),
    )
    .exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// The envelope in other clothes: what is signed is the same.
fn disguises(envelope: &Value) -> Vec<(&'static str, Value)> {
    let alter = |change: &dyn Fn(&mut Value)| {
        let mut other = envelope.clone();
        change(&mut other);
        other
    };
    let payload = envelope["payload"].as_str().unwrap();
    let url_safe = payload.replace('+', "-").replace('/', "_");
    vec![
        (
            "another key id",
            alter(&|it| it["signatures"][0]["keyid"] = json!("example.org/cy+00000000")),
        ),
        (
            "no key id",
            alter(&|it| {
                it["signatures"][0].as_object_mut().unwrap().remove("keyid");
            }),
        ),
        (
            "the other base64",
            alter(&|it| it["payload"] = json!(url_safe)),
        ),
        ("a field of its own", alter(&|it| it["note"] = json!("new"))),
    ]
}

#[test]
fn an_approval_in_another_envelope_is_the_same_approval() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    let request = desk.request("request", packs, &["--approvals", "2"]);
    let bo = desk.sign("bo", &request, packs);
    desk.lifecycle(&["submit", &request, &bo]).exits(0);
    let envelope: Value = serde_json::from_slice(&fs::read(&bo).unwrap()).unwrap();
    let mut paths = Vec::new();
    for (number, (what, disguise)) in disguises(&envelope).into_iter().enumerate() {
        let path = desk.path(&format!("disguise-{number}.dsse.json"));
        fs::write(&path, disguise.to_string()).unwrap();
        let submitted = desk.lifecycle(&["submit", &path]).exits(0).json();
        assert_eq!(submitted["is_new"], false, "{what}");
        desk.promote(&[&request, &path])
            .exits(1)
            .complains("1 more must approve the request");
        paths.push(path);
    }
    let all: Vec<&str> = paths.iter().map(String::as_str).collect();
    desk.promote(&[&[request.as_str()], &all[..]].concat())
        .exits(1)
        .complains("1 more must approve the request");
    let cy = desk.sign("cy", &request, packs);
    desk.promote(&[&[request.as_str(), &cy], &all[..]].concat())
        .exits(0);
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let approved = history.as_array().unwrap().iter().filter(|event| {
        let event = event["record"]["event"].as_object().unwrap();
        event.contains_key("approved")
    });
    assert_eq!(approved.count(), 2, "{history}");
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// An authority of this process over the store that a desk's service left.
async fn authority(desk: &Desk) -> Authority {
    let directory = desk.0.path().join("data");
    let key: KeySource = desk.path("data/journal.key").parse().unwrap();
    let key = key.signing_key().unwrap();
    let store = PolicyStore::open(&directory, key.verifying_key().clone()).unwrap();
    let journal = Journal::open(Options {
        directory,
        mode: Mode::Durable,
        key,
        checkpoint_directory: None,
        own_key: None,
    });
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let in_force = store.in_force().unwrap().activation.bundle.bundle_digest;
    let (_, bundle) = store.bundle(in_force).unwrap();
    let policy = Policy::compile(bundle.effective().unwrap()).unwrap();
    Authority::new(policy.into(), None)
        .with_store(store)
        .recorded_in(Recording::new(journal.unwrap(), recorder))
        .await
        .unwrap()
}

/// What happens while the evidence of a promotion is judged, which takes long and holds no lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    CandidateWithdrawn,
    CandidateWithdrawnAndProposed,
    Rejected,
}

#[test]
fn what_happens_while_the_evidence_is_judged_counts() {
    let admission = Admission::by(env!("CARGO_BIN_EXE_cavra").into());
    for (meanwhile, refusal) in [
        (Meanwhile::Nothing, None),
        (
            Meanwhile::CandidateWithdrawn,
            Some("the candidate was withdrawn"),
        ),
        (Meanwhile::CandidateWithdrawnAndProposed, None),
        (
            Meanwhile::Rejected,
            Some("`cy` rejected the request, as the record at 6 says; make another one"),
        ),
    ] {
        let desk = Desk::new();
        let mut service = desk.start();
        desk.propose("next");
        let packs = ["next", "mine"];
        let request = desk.request("request", packs, &[]);
        let bo = desk.sign("bo", &request, packs);
        desk.lifecycle(&["submit", &request]).exits(0);
        let no = desk.answer("reject", "cy", &request, packs);
        let no = no.unwrap_or_else(|run| panic!("{}", run.stderr));
        assert_eq!(service.stop("-TERM"), Some(0));
        let given = Given {
            request: fs::read(&request).unwrap(),
            answers: vec![fs::read(&bo).unwrap()],
            ..Given::default()
        };
        let candidate = request_in(&request).0.candidate.bundle_digest;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let promoted = runtime.block_on(async {
            let authority = authority(&desk).await;
            let prepared = authority.prepare_promotion(&admission, &given).unwrap();
            let by = Author::Unknown;
            match meanwhile {
                Meanwhile::Nothing => {}
                Meanwhile::CandidateWithdrawn => {
                    authority.withdraw(candidate, by, None).await.unwrap();
                }
                Meanwhile::CandidateWithdrawnAndProposed => {
                    authority.withdraw(candidate, by, None).await.unwrap();
                    let store = authority.store().unwrap();
                    let (_, bundle) = store.bundle(candidate).unwrap();
                    let policy = Policy::compile(bundle.effective().unwrap()).unwrap();
                    let packed =
                        cavra::authority::gate::store::Packed::of(bundle, policy.identity());
                    authority.propose(packed.unwrap(), by, None).await.unwrap();
                }
                Meanwhile::Rejected => {
                    let no = fs::read(&no).unwrap();
                    authority.submit(&no, by).await.unwrap();
                }
            }
            authority.promote(prepared, by).await.map(drop)
        });
        match (promoted, refusal) {
            (Ok(()), None) => {}
            (Err(GateError::Missing { missing, .. }), Some(refusal)) => {
                assert_eq!(missing, [refusal], "{meanwhile:?}");
            }
            (other, _) => panic!("{meanwhile:?}: {other:?}"),
        }
        let (_, in_force) = desk.last_in_force();
        let wanted = match refusal {
            None => request_in(&request).0.candidate.effective_digest,
            Some(_) => request_in(&request).0.replaces.effective_digest,
        };
        assert_eq!(in_force, wanted.to_string(), "{meanwhile:?}");
        desk.verify();
    }
}

/// A rejection was verified before it was recorded: that its signer has another key now changes nothing.
#[test]
fn a_rejection_outlives_its_signers_key() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    let request = desk.request("request", packs, &[]);
    let bo = desk.sign("bo", &request, packs);
    let no = desk.answer("reject", "cy", &request, packs);
    let no = no.unwrap_or_else(|run| panic!("{}", run.stderr));
    for document in [&request, &no] {
        desk.lifecycle(&["submit", document]).exits(0);
    }
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.renew_key("cy");
    let mut service = desk.start();
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("`cy` rejected the request");
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// Copies the files of a folder, and those of its folders.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &place),
            false => drop(fs::copy(entry.path(), place).unwrap()),
        }
    }
}

/// Cases are not inherited. A pack that inherits from the policy in force decides its cases as before,
/// and loses none. One whose lists lack an entry loses the cases of that entry.
#[test]
fn a_case_is_lost_if_it_is_decided_otherwise() {
    let desk = Desk::new();
    let baseline = Path::new("policy-packs/cavra-ai-agent-baseline");
    copy(baseline, &desk.0.path().join("mine"));
    let child = "metadata: {id: child, inherits: cavra-ai-agent-baseline}\n\
                 filesystem: {block_read: ['two.txt']}\n";
    fs::write(desk.path("next/policy.yaml"), child).unwrap();
    let entry = "    - \"kubectl delete*\"\n";
    let text = fs::read_to_string(baseline.join("policy.yaml")).unwrap();
    assert!(text.contains(entry));
    fs::create_dir(desk.path("loose")).unwrap();
    fs::write(desk.path("loose/policy.yaml"), text.replacen(entry, "", 1)).unwrap();
    let mut service = desk.start();
    for pack in ["next", "loose"] {
        desk.propose(pack);
    }
    let inherits = desk.request("next", ["next", "mine"], &[]);
    assert_eq!(request_in(&inherits).0.removed_cases, [""; 0]);
    let refused = desk.promote(&[&inherits]).exits(1);
    let refused = refused.complains("a shadow report is needed");
    assert!(!refused.stderr.contains("the case"), "{}", refused.stderr);

    let loose = desk.request("loose", ["loose", "mine"], &[]);
    let lost = request_in(&loose).0.removed_cases;
    assert!((1..10).contains(&lost.len()), "{lost:?}");
    let silent = resigned(&desk, &loose, "ada", |request| {
        request.removed_cases.clear()
    });
    let refused = desk.promote(&[&silent]).exits(1);
    let mut refused = refused.complains("a shadow report is needed");
    for case in &lost {
        refused = refused.complains(&format!(
            "the candidate lacks the case `{case}` and decides otherwise, and the request doesn't say so"
        ));
    }
    assert_eq!(service.stop("-TERM"), Some(0));
}
