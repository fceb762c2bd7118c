//! `cavra lifecycle` and `cavra verify`: from a request to the state of its approvals, offline on files.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::people;
use super::support::{CANDIDATE, Run, cavra};

const BASELINE: &str = "cavra-ai-agent-baseline";
const LOG: &str = "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

/// A folder with a trust file and the keys of its five people ([`people::FIVE`]).
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        people::trust(desk.0.path(), &people::FIVE, people::RIGHTS_OF_FIVE);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn key(&self, name: &str) -> String {
        self.path(&format!("{name}.key"))
    }

    /// Ada's request, into `request.dsse.json`.
    fn request(&self, more: &[&str]) -> Run {
        let (out, key) = (self.path("request.dsse.json"), self.key("ada"));
        let request = [
            "lifecycle",
            "request",
            "--candidate",
            CANDIDATE,
            "--replaces",
            BASELINE,
            "--journal-key",
            LOG,
            "--activation-index",
            "3",
            "--requested-by",
            "uid:1000",
            "--reason",
            "developers may run the tests",
            "--expires",
            "2099-01-01",
            "--signing-key",
            &key,
            "--out",
            &out,
        ];
        cavra(&[&request[..], more].concat())
    }

    /// An approval by `who`, into `WHO.dsse.json`.
    fn sign(&self, who: &str, candidate: &str) -> Run {
        self.sign_with(who, candidate, &[])
    }

    fn sign_with(&self, who: &str, candidate: &str, more: &[&str]) -> Run {
        let [request, key, out, trust] = [
            self.path("request.dsse.json"),
            self.key(who),
            self.path(&format!("{who}.dsse.json")),
            self.path("trust.json"),
        ];
        let sign = [
            "lifecycle",
            "sign",
            &request,
            "--candidate",
            candidate,
            "--replaces",
            BASELINE,
            "--signing-key",
            &key,
            "--reason",
            "looked at it",
            "--out",
            &out,
            "--trust",
            &trust,
        ];
        cavra(&[&sign[..], more].concat())
    }

    fn reject(&self, who: &str) -> Run {
        let [request, key, out, trust] = [
            self.path("request.dsse.json"),
            self.key(who),
            self.path("rejection.dsse.json"),
            self.path("trust.json"),
        ];
        let reject = ["lifecycle", "reject", &request, "--signing-key", &key];
        let rest = ["--reason", "too loose", "--out", &out, "--trust", &trust];
        cavra(&[&reject[..], &rest].concat())
    }

    fn show(&self, answers: &[&str], more: &[&str]) -> Run {
        let answers: Vec<String> = answers
            .iter()
            .map(|it| self.path(&format!("{it}.dsse.json")))
            .collect();
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let (request, trust) = (self.path("request.dsse.json"), self.path("trust.json"));
        let packs = ["--candidate", CANDIDATE, "--replaces", BASELINE];
        let show = ["lifecycle", "show", &request];
        cavra(&[&show[..], &answers, &packs, &["--trust", &trust], more].concat())
    }

    fn verify(&self, files: &[&str], more: &[&str]) -> Run {
        let files: Vec<String> = files.iter().map(|name| self.path(name)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let trust = self.path("trust.json");
        cavra(&[&["verify", "--trust", &trust], &files[..], more].concat())
    }
}

#[test]
fn a_request_is_approved_by_people_of_each_group() {
    let desk = Desk::new();
    let evidence = desk.path("report.json");
    fs::write(&evidence, "{\"b\": 1, \"a\": [2.0]}").unwrap();
    let evidence = format!("review={evidence}");
    let asked = desk.request(&[
        "--approvals",
        "2",
        "--evidence",
        &evidence,
        "--output",
        "json",
    ]);
    let asked = asked.exits(0).json();
    assert_eq!(asked["replaces"]["journal_origin"], "example.org/cavra");
    assert_eq!(asked["replaces"]["log_key_id"], "1ade6455");
    // SHA-256 of `{"a":[2],"b":1}`.
    let digest = "sha256:63c9663de90ee828bbda6cd9acf02d0c653986c1ec25aa239920641edc9a1de5";
    assert_eq!(asked["evidence"][0]["digest"], digest);

    desk.sign("bo", CANDIDATE)
        .exits(0)
        .prints("loosens   commands.block[kubectl delete*]")
        .prints("developers may run the tests")
        .prints("approved by bo");
    desk.show(&[], &[])
        .exits(2)
        .prints("missing groups Repository Owners");
    desk.show(&["bo"], &[])
        .exits(2)
        .prints("missing groups none")
        .prints("not approved: 1 more must approve");
    desk.sign("cy", CANDIDATE).exits(0);
    let shown = desk
        .show(&["bo", "cy"], &["--output", "json"])
        .exits(0)
        .json();
    assert_eq!(shown["approved"], true);
    assert_eq!(shown["approved_by"], json!(["bo", "cy"]));
    assert_eq!(shown["request"], asked);

    desk.reject("cy").exits(0).prints("rejected by cy");
    desk.show(&["bo", "cy", "rejection"], &[])
        .exits(2)
        .prints("rejected by    cy");
}

#[test]
fn what_does_not_count_is_refused_with_its_reason() {
    let desk = Desk::new();
    desk.request(&[]).exits(0);
    for (who, reason) in [
        (
            "ada",
            "`ada` is the requester, and nobody approves a request of their own",
        ),
        ("dee", "`dee` does not have the role `approve`"),
        (
            "eve",
            "`eve` is in none of the groups that must approve: Repository Owners",
        ),
    ] {
        desk.sign(who, CANDIDATE)
            .exits(1)
            .complains("so it is not signed")
            .complains(reason);
        assert!(!fs::exists(desk.path(&format!("{who}.dsse.json"))).unwrap());
        desk.sign_with(who, CANDIDATE, &["--anyway"])
            .exits(0)
            .complains(reason);
        desk.show(&[who], &[]).exits(2).prints(reason);
    }
    // Another pack than the one that the request names.
    desk.sign("bo", BASELINE)
        .exits(1)
        .complains("the request is for another candidate: its `effective_digest` is");
    // The same rules with another case, by which later candidates would be judged.
    let other = desk.path("other");
    fs::create_dir_all(format!("{other}/cases")).unwrap();
    fs::copy(
        format!("{CANDIDATE}/policy.yaml"),
        format!("{other}/policy.yaml"),
    )
    .unwrap();
    let case = "
cases:
  - case_id: one
    input: {action_type: execute_command, target: cat .env}
    want: {decision: block}
";
    fs::write(format!("{other}/cases/one.yaml"), case).unwrap();
    desk.sign("bo", &other)
        .exits(1)
        .complains("the request is for another candidate: its `bundle_digest` is");
    desk.show(&[], &["--at", "2099-01-02"])
        .exits(1)
        .complains("the request expired at");
    desk.request(&["--approvals", "0"])
        .exits(1)
        .complains("give 1 to 64");
    // Somebody who is not in the trust file.
    let stranger = desk.key("stranger");
    cavra(&["keys", "generate", "--name", "x", "--out", &stranger]).exits(0);
    desk.sign("stranger", CANDIDATE)
        .exits(1)
        .complains("is the key of no person");
}

#[test]
fn verify_finds_the_kind_by_the_content() {
    let desk = Desk::new();
    let asked = desk.request(&["--output", "json"]).exits(0).json();
    desk.sign("bo", CANDIDATE).exits(0);
    let subject = asked["candidate"]["effective_digest"].as_str().unwrap();
    let files = ["request.dsse.json", "bo.dsse.json", "trust.json"];
    let found = desk.verify(&files, &["--output", "json"]).exits(0).json();
    let kinds: Vec<&Value> = (0..3).map(|at| &found["documents"][at]["kind"]).collect();
    assert_eq!(kinds, ["request", "approval", "trust"]);
    let signers: Vec<&Value> = (0..2)
        .map(|at| &found["documents"][at]["signers"])
        .collect();
    assert_eq!(signers, [&json!(["ada"]), &json!(["bo"])]);
    assert_eq!(found["documents"][0]["subject"], subject);
    assert_eq!(found["documents"][2]["subject"], found["trust_digest"]);

    let two = &files[..2];
    desk.verify(two, &["--subject", subject])
        .exits(0)
        .prints("signed by   bo");
    let other = format!("sha256:{}", "0".repeat(64));
    desk.verify(two, &["--subject", &other])
        .exits(2)
        .prints("the document is about");
    desk.verify(two, &["--expect", "approval"])
        .exits(2)
        .prints("not valid  request")
        .prints("of another kind than `--expect` says");
    desk.verify(two, &["--at", "2099-01-01"])
        .exits(2)
        .prints("the request expired at");
    desk.verify(two, &["--at", "2100-01-01"])
        .exits(2)
        .prints("the trust file expired at");
}

#[test]
fn verify_refuses_what_was_changed_or_is_unknown() {
    let desk = Desk::new();
    desk.request(&[]).exits(0);
    let text = fs::read_to_string(desk.path("request.dsse.json")).unwrap();
    let mut changed: Value = serde_json::from_str(&text).unwrap();
    changed["payload"] = json!("e30=");
    fs::write(desk.path("changed.json"), changed.to_string()).unwrap();
    desk.verify(&["changed.json"], &[])
        .exits(2)
        .prints("missing field `schema_version`");
    let unknown = [
        ("{}", "no kind that `cavra verify` knows"),
        ("{", "is not JSON: EOF"),
        ("{\"payloadType\": 1}", "is not a DSSE envelope"),
        (
            "{\"payloadType\": \"text/plain\", \"payload\": \"\", \"signatures\": []}",
            "no kind that `cavra verify` knows",
        ),
        (
            "{\"schema_version\": \"cavra.trust.v1\"}",
            "`/`: missing field `version`",
        ),
    ];
    for (text, message) in unknown {
        fs::write(desk.path("unknown.json"), text).unwrap();
        desk.verify(&["unknown.json"], &[]).exits(2).prints(message);
    }
    // One that is not valid hides no other.
    desk.verify(&["unknown.json", "request.dsse.json"], &[])
        .exits(2)
        .prints("valid  request");
    cavra(&["verify", "no/such/file"]).exits(1);
}

#[test]
fn verify_checks_packets_and_signed_reports() {
    let examples = "examples/policy-lifecycle/enterprise-policy-lifecycle";
    cavra(&["verify", &format!("{examples}.sample.json")])
        .exits(0)
        .prints("valid  sample-packet");
    let golden = "tests/data/golden/shadow-report.dsse.json";
    let desk = Desk::new();
    let trust = desk.path("trust.json");
    cavra(&["verify", golden, "--trust", &trust])
        .exits(2)
        .prints("no service with the role `shadow_report` signed the report");
    let mut file: Value = serde_json::from_str(&fs::read_to_string(&trust).unwrap()).unwrap();
    let key = fs::read_to_string("tests/data/golden/evidence.pub").unwrap();
    file["services"] = json!([
        {"id": "authority", "keys": [key.trim()], "roles": ["shadow_report"]}
    ]);
    fs::write(&trust, file.to_string()).unwrap();
    cavra(&[
        "verify",
        golden,
        "--trust",
        &trust,
        "--expect",
        "shadow-report",
    ])
    .exits(0)
    .prints("signed by   authority");
}
