//! Actions that the journal can't replay: they neither hide a loosening nor stop a promotion.

use std::fs;

use cavra::canonical::{Digest, to_canonical_bytes};
use cavra::change::request::EvidenceDigest;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::shadow::report;
use serde_json::{Value, json};

use super::desk::{Desk, quick, resigned};
use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

/// The text is withheld from the journal, because a secret is put together in it.
const HARMLESS: &str = "A=q7Zk; B=9wXv; tool --password $A$B";
/// Its text is withheld too, and it reads what only the active policy blocks.
const LOOSENED: &str = "A=q7Zk; B=9wXv; cat one.txt; tool --password $A$B";
/// Only a secret is replaced. What is recorded shows the same.
const MARKED: &str = "cat one.txt; PASSWORD=hunter22 ls";
/// What is replaced is what is blocked.
const MARKED_AWAY: &str = "cat --token one.txt";

const PACKS: [&str; 2] = ["loose", "mine"];

/// A service that enforces `mine`, with a run of `loose`, which doesn't block `one.txt`.
fn running() -> (Desk, Service) {
    let desk = Desk::new();
    fs::write(desk.path("mine/policy.yaml"), quick("'one.txt'")).unwrap();
    fs::create_dir_all(desk.path("loose")).unwrap();
    fs::write(desk.path("loose/policy.yaml"), quick("")).unwrap();
    let service = desk.start();
    desk.propose("loose");
    shadow(&desk, &["start", "--candidate", &desk.path("loose")]).exits(0);
    (desk, service)
}

fn shadow(desk: &Desk, args: &[&str]) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    cavra(&[&["shadow"][..], args, &["--endpoint", &endpoint]].concat())
}

fn decide(service: &Service, lines: &[&str]) {
    let document = |line: &&str| {
        let action = json!({"action_type": "execute_command", "target": line});
        format!("{action}\n")
    };
    let documents: String = lines.iter().map(document).collect();
    let args = ["decide", "--endpoint", service.endpoint()];
    let answers = cavra_with(&[&args[..], &["--output", "json"]].concat(), documents);
    assert_eq!(answers.json_lines().len(), lines.len());
}

/// The report of the run, as a file.
fn report(desk: &Desk, more: &[&str]) -> (Value, String) {
    let out = desk.path("report.json");
    let args = ["report", "--output", "json", "--out", &out];
    shadow(desk, &[&args[..], more].concat()).exits(0);
    let report = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    (report, out)
}

/// Signs a report, whatever it says.
fn signed(desk: &Desk, report: &str) -> String {
    let key: KeySource = desk.path("evidence.key").parse().unwrap();
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let bytes = to_canonical_bytes(&report).unwrap();
    let key = key.signing_key().unwrap();
    let envelope = Envelope::sign(report::MEDIA_TYPE, &bytes, &key).unwrap();
    let out = desk.path("report.dsse.json");
    fs::write(&out, serde_json::to_vec(&envelope).unwrap()).unwrap();
    out
}

/// Asks for the promotion on the evidence of a report, with an approval. The request is made without
/// looking at the report.
fn promote(desk: &Desk, report: &str, more: &[&str]) -> Run {
    let envelope = signed(desk, report);
    let plain: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let digest = Digest::of(&to_canonical_bytes(&plain).unwrap());
    let request = desk.request("request", PACKS, &[]);
    let request = resigned(desk, &request, "ada", |request| {
        request.evidence = vec![EvidenceDigest {
            name: "shadow_report".to_owned(),
            digest,
        }];
    });
    let bo = desk.sign("bo", &request, PACKS);
    let documents = [request.as_str(), &bo, "--report", &envelope];
    desk.promote(&[&documents[..], more].concat())
}

fn criterion<'a>(report: &'a Value, name: &str) -> &'a Value {
    let criteria = report["criteria"].as_array().unwrap();
    criteria.iter().find(|it| it["name"] == name).unwrap()
}

#[test]
fn nobody_stops_a_promotion_by_actions_that_cant_be_replayed() {
    let (desk, mut service) = running();
    let mut lines = vec!["cat two.txt"; 2];
    lines.extend([HARMLESS; 40]);
    decide(&service, &lines);
    shadow(&desk, &["stop"]).exits(0);
    let (found, path) = report(&desk, &[]);
    assert_eq!(found["denominators"]["compared"], 2);
    assert_eq!(found["denominators"]["sampled"], 42);
    assert_eq!(found["denominators"]["not_replayable"], 0);
    assert_eq!(found["unclear"]["counts"]["same"], 40);
    assert_eq!(found["unclear"]["groups"], json!([]));
    assert_eq!(criterion(&found, "drop_rate")["met"], true);
    assert_eq!(found["status"], "ready");
    // Nor after the run.
    decide(&service, &[HARMLESS; 40]);
    promote(&desk, &path, &[]).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn nobody_hides_a_loosening_in_an_action_that_cant_be_replayed() {
    for (hidden, count) in [(LOOSENED, 3), (MARKED_AWAY, 1)] {
        let (desk, mut service) = running();
        let mut lines = vec!["cat two.txt"];
        lines.extend(vec![hidden; count]);
        decide(&service, &lines);
        shadow(&desk, &["stop"]).exits(0);
        let (found, path) = report(&desk, &[]);
        let unclear = &found["unclear"];
        assert_eq!(unclear["counts"]["loosened"], count, "{unclear}");
        let group = &unclear["groups"][0];
        assert_eq!(group["count"], count);
        assert_eq!(group["key"]["active_pattern"], "one.txt");
        assert_eq!(group["explained"], false);
        assert_eq!(found["counts"]["loosened"], 0);
        assert_eq!(criterion(&found, "unexplained_loosening")["actual"], 1);
        promote(&desk, &path, &[])
            .exits(1)
            .complains("the criterion `unexplained_loosening`");
        shadow(&desk, &["report"])
            .exits(0)
            .prints("Can't be replayed from the journal: ")
            .prints("one.txt");

        // Somebody answers for it.
        let [trust, key, answer] =
            ["trust.json", "dee.key", "dee.dsse.json"].map(|name| desk.path(name));
        let [candidate, replaced] = PACKS.map(|pack| desk.path(pack));
        let line = "filesystem.block_read[one.txt]";
        let acknowledge = ["lifecycle", "acknowledge", &path, "--line", line];
        let packs = ["--candidate", &candidate, "--replaces", &replaced];
        let how = ["--trust", &trust, "--signing-key", &key, "--reason", "seen"];
        cavra(&[&acknowledge[..], &packs, &how, &["--out", &answer]].concat())
            .exits(0)
            .prints("1 group");
        let by = ["--acknowledgement", answer.as_str(), "--trust", &trust];
        let (found, path) = report(&desk, &by);
        assert_eq!(found["unclear"]["groups"][0]["explained"], true);
        assert_eq!(found["status"], "ready");
        promote(&desk, &path, &["--acknowledgement", &answer]).exits(0);
        assert_eq!(service.stop("-TERM"), Some(0));
    }
}

/// What the journal keeps of an action is compared, if it is of the same group as the action.
#[test]
fn a_mark_that_changes_nothing_is_compared_as_it_is_recorded() {
    let (desk, mut service) = running();
    decide(&service, &["cat two.txt", MARKED, "cat one.txt"]);
    shadow(&desk, &["stop"]).exits(0);
    let (found, path) = report(&desk, &[]);
    assert_eq!(found["counts"]["loosened"], 2);
    assert!(found["unclear"].is_null(), "{found}");
    verified(&desk, &path).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
}

fn verified(desk: &Desk, report: &str) -> Run {
    let envelope = signed(desk, report);
    let [data, candidate, active, key] =
        ["data", "loose", "mine", "evidence.pub"].map(|name| desk.path(name));
    let verify = ["shadow", "verify", &envelope, "--data-dir", &data];
    let by = ["--candidate", &candidate, "--active", &active];
    cavra(&[&verify[..], &by, &["--key", &key]].concat())
}

/// The report doesn't contradict itself.
fn nothing_to_explain(report: &mut Value) {
    let criteria = report["criteria"].as_array_mut().unwrap();
    let mut criteria = criteria.iter_mut();
    let criterion = criteria.find(|it| it["name"] == "unexplained_loosening");
    let criterion = criterion.unwrap();
    criterion["actual"] = 0.into();
    criterion["met"] = true.into();
    report["status"] = "ready".into();
}

#[test]
fn what_a_run_saw_is_compared_with_its_records() {
    let (desk, mut service) = running();
    decide(&service, &["cat two.txt", LOOSENED, LOOSENED, HARMLESS]);
    shadow(&desk, &["stop"]).exits(0);
    let (found, path) = report(&desk, &[]);
    verified(&desk, &path).exits(0);
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 5] = [
        ("left out", |it| {
            it.as_object_mut().unwrap().remove("unclear");
            it["denominators"]["sampled"] = 1.into();
            nothing_to_explain(it);
        }),
        ("a group less", |it| {
            it["unclear"]["groups"] = json!([]);
            nothing_to_explain(it);
        }),
        ("fewer of a group", |it| {
            it["unclear"]["groups"][0]["count"] = 1.into();
        }),
        ("called same", |it| {
            it["unclear"]["counts"]["same"] = 3.into();
            it["unclear"]["counts"]["loosened"] = 0.into();
            it["unclear"]["groups"] = json!([]);
            nothing_to_explain(it);
        }),
        ("explained", |it| {
            it["unclear"]["groups"][0]["explained"] = true.into();
            nothing_to_explain(it);
        }),
    ];
    for (what, change) in changes {
        let mut edited = found.clone();
        change(&mut edited);
        let path = desk.path("edited.json");
        fs::write(&path, edited.to_string()).unwrap();
        assert_ne!(edited, found, "{what}");
        let refused = verified(&desk, &path).exits(2);
        let what = format!("{what}: {}", refused.stdout);
        assert!(!refused.stdout.contains("add up"), "{what}");
        assert!(!refused.stdout.contains("follow"), "{what}");
    }
    assert_eq!(service.stop("-TERM"), Some(0));
}
