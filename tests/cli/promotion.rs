//! A policy comes into force by proof, stays there, and goes back by one command.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use cavra::change::request::{ChangeRequest, MEDIA_TYPE};
use cavra::decision::PolicyIdentity;
use cavra::engine::identity;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::Record;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::library::{Library, load_file};
use cavra::policy::bundle::Bundle;
use cavra::shadow::report;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::kills::Kills;
use super::serve::Service;
use super::support::{Run, cavra};

/// The key of another authority's journal.
pub(crate) const OTHER_LOG: &str =
    "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

/// A service's packs, journal and socket, and the keys of the people of its trust file: Ada asks,
/// Bo and Cy approve for the repository's owners. Dee may not approve, and Eve approves for another
/// group.
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let mut people = Vec::new();
        for name in ["ada", "bo", "cy", "dee", "eve"] {
            let (private, public) = (
                desk.path(&format!("{name}.key")),
                desk.path(&format!("{name}.pub")),
            );
            let key = format!("example.org/{name}");
            let generate = ["keys", "generate", "--name", &key, "--out", &private];
            cavra(&[&generate[..], &["--public", &public]].concat()).exits(0);
            people.extend(["--person".to_owned(), format!("{name}={public}")]);
        }
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        let trust = desk.path("trust.json");
        let new = ["trust", "new", "--out", &trust, "--expires", "2100-01-01"];
        let rights = [
            "--alias",
            "ada=uid:1000",
            "--group",
            "Repository Owners=ada,bo,cy",
            "--group",
            "Platform Security=eve",
            "--role",
            "approve=ada,bo,cy,eve",
            "--role",
            "explain=dee",
            "--role",
            "trust=ada",
        ];
        cavra(&[&new[..], &people, &rights].concat()).exits(0);
        desk.trust_the_evidence(&trust);
        desk.pack("mine", &["one.txt"]);
        desk.pack("next", &["one.txt", "two.txt"]);
        desk
    }

    /// Gives the trust file a service whose reports count.
    fn trust_the_evidence(&self, trust: &str) {
        let (private, public) = (self.path("evidence.key"), self.path("evidence.pub"));
        let name = "example.org/evidence";
        let generate = ["keys", "generate", "--name", name, "--out", &private];
        cavra(&[&generate[..], &["--public", &public]].concat()).exits(0);
        let mut file: Value = serde_json::from_str(&fs::read_to_string(trust).unwrap()).unwrap();
        let key = fs::read_to_string(&public).unwrap();
        let roles = ["shadow_report"];
        file["services"] = json!([{"id": "evidence", "keys": [key.trim()], "roles": roles}]);
        fs::write(trust, serde_json::to_string_pretty(&file).unwrap()).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// A pack that blocks reading these files.
    pub(crate) fn pack(&self, folder: &str, files: &[&str]) {
        let files: Vec<String> = files.iter().map(|file| format!("'{file}'")).collect();
        let text = format!(
            "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\nfilesystem: {{block_read: [{}]}}\n",
            files.join(", ")
        );
        fs::create_dir_all(self.0.path().join(folder)).unwrap();
        fs::write(self.0.path().join(folder).join("policy.yaml"), text).unwrap();
    }

    pub(crate) fn start(&self) -> Service {
        let [data, pack, socket, trust] =
            ["data", "mine", "admin.sock", "trust.json"].map(|name| self.path(name));
        Service::start(&[
            "--data-dir",
            &data,
            "--policy",
            &pack,
            "--admin-socket",
            &socket,
            "--trust",
            &trust,
        ])
    }

    pub(crate) fn words(&self, args: &[&str]) -> Vec<String> {
        let endpoint = format!("unix:{}", self.path("admin.sock"));
        let more = [
            "--timeout",
            "20s",
            "--endpoint",
            &endpoint,
            "--output",
            "json",
        ];
        let words = [&["lifecycle"][..], args, &more].concat();
        words.into_iter().map(str::to_owned).collect()
    }

    /// A command that asks the service.
    pub(crate) fn lifecycle(&self, args: &[&str]) -> Run {
        let words = self.words(args);
        cavra(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub(crate) fn propose(&self, pack: &str) {
        self.lifecycle(&["propose", &self.path(pack), "--reason", "a try"])
            .exits(0);
    }

    pub(crate) fn activation_index(&self) -> String {
        let status = self.lifecycle(&["status"]).json();
        status["activation_index"].to_string()
    }

    /// Ada's request that `candidate` replaces `replaces`, into `NAME.dsse.json`.
    pub(crate) fn request(
        &self,
        name: &str,
        [candidate, replaces]: [&str; 2],
        more: &[&str],
    ) -> String {
        let out = self.path(&format!("{name}.dsse.json"));
        let [candidate, replaces, key, log] =
            [candidate, replaces, "ada.key", "data/journal.pub"].map(|name| self.path(name));
        let index = self.activation_index();
        let mut request = vec![
            "lifecycle",
            "request",
            "--candidate",
            &candidate,
            "--replaces",
            &replaces,
            "--requested-by",
            "uid:1000",
            "--reason",
            "nobody reads that file",
            "--signing-key",
            &key,
            "--out",
            &out,
        ];
        let defaults = [
            ("--journal-key", log.as_str()),
            ("--activation-index", index.as_str()),
            ("--expires", "2099-01-01"),
        ];
        for (flag, value) in defaults {
            if !more.contains(&flag) {
                request.extend([flag, value]);
            }
        }
        cavra(&[&request[..], more].concat()).exits(0);
        out
    }

    /// `who` answers the request: `sign` or `reject`.
    pub(crate) fn answer(
        &self,
        verb: &str,
        who: &str,
        request: &str,
        packs: [&str; 2],
    ) -> Result<String, Run> {
        let [candidate, replaces, key, trust, out] = [
            packs[0],
            packs[1],
            format!("{who}.key").as_str(),
            "trust.json",
            format!(
                "{who}-{}.dsse.json",
                fs::read_dir(self.0.path()).unwrap().count()
            )
            .as_str(),
        ]
        .map(|name| self.path(name));
        let mut args = vec![
            "lifecycle",
            verb,
            request,
            "--signing-key",
            &key,
            "--reason",
            "looked at it",
            "--out",
            &out,
            "--trust",
            &trust,
        ];
        if verb == "sign" {
            args.extend(["--candidate", &candidate, "--replaces", &replaces]);
        }
        let run = cavra(&args);
        match run.code {
            0 => Ok(out),
            _ => Err(run),
        }
    }

    pub(crate) fn sign(&self, who: &str, request: &str, packs: [&str; 2]) -> String {
        let signed = self.answer("sign", who, request, packs);
        signed.unwrap_or_else(|run| panic!("{}", run.stderr))
    }

    pub(crate) fn promote(&self, documents: &[&str]) -> Run {
        self.lifecycle(&[&["promote"][..], documents].concat())
    }

    /// What the last record says that puts a policy in force.
    pub(crate) fn last_in_force(&self) -> (u64, String) {
        let data = self.0.path().join("data");
        let filter = Filter {
            kind: Some(EntryKind::Lifecycle),
            ..Filter::default()
        };
        let query = Query {
            filter,
            ..Query::default()
        };
        let mut scan = Scan::open(&data, query).unwrap();
        let mut last = None;
        while let Some(records) = scan.next_records().unwrap() {
            for (position, record) in records {
                if let Record::Lifecycle(record) = record
                    && let Some(policy) = record.policy
                {
                    last = Some((position, policy.effective_digest.to_string()));
                }
            }
        }
        last.unwrap()
    }

    /// The policy of a pack of this desk.
    pub(crate) fn identity(&self, pack: &str) -> PolicyIdentity {
        let library = Library::built_in();
        let source = load_file(Path::new(&self.path(pack))).unwrap();
        let bundle = Bundle::of(source, &mut |id| library.source(id)).unwrap();
        identity(&bundle.effective().unwrap())
    }

    pub(crate) fn verify(&self) {
        let data = self.path("data");
        cavra(&["journal", "verify", "--data-dir", &data]).exits(0);
    }
}

pub(crate) fn reads(service: &Service, file: &str) -> Value {
    let args = ["decide", "--endpoint", service.endpoint(), "--read", file];
    cavra(&[&args[..], &["--output", "json"]].concat()).json()
}

pub(crate) fn verdicts(service: &Service) -> [String; 2] {
    ["one.txt", "two.txt"].map(|file| {
        reads(service, file)["decision"]
            .as_str()
            .unwrap()
            .to_owned()
    })
}

#[test]
fn a_candidate_comes_into_force_stays_over_a_kill_and_goes_back_once() {
    let desk = Desk::new();
    let mut service = desk.start();
    let packs = ["next", "mine"];
    desk.propose("next");
    let until = ["--rollback-until", "2098-01-01"];
    let request = desk.request("request", packs, &until);
    let bo = desk.sign("bo", &request, packs);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    let promoted = desk.promote(&[&request, &bo]).exits(0).json();
    assert_eq!(promoted["activation_index"], desk.last_in_force().0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    let used = desk.promote(&[&request, &bo]).exits(1);
    used.complains("the request was used by the record at");

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(reads(&service, "one.txt")["policy_source"], "store");
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert_eq!(verdicts(&service), ["block", "block"]);

    // A rehearsal changes nothing.
    desk.lifecycle(&["rollback", "--rehearse"]).exits(0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    desk.lifecycle(&["rollback", "--reason", "agents are blocked"])
        .exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(verdicts(&service), ["block", "allow"]);

    // The way back was covered once, and nothing covers another change.
    let again = desk.lifecycle(&["rollback", "--reason", "why"]).exits(1);
    again.complains("no promotion put the policy in force");
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("was used");
    let second = desk.request("second", packs, &[]);
    let old = desk.promote(&[&second, &bo]).exits(1);
    old.complains("nobody in `Repository Owners` has approved the request")
        .complains("`/predicate/requestDigest`");

    // A return by a request of its own.
    let bo = desk.sign("bo", &second, packs);
    desk.promote(&[&second, &bo]).exits(0);
    desk.lifecycle(&["rollback", "--reason", "why"])
        .exits(1)
        .complains("covers no return");
    let back = ["mine", "next"];
    let wrong = desk
        .promote(&[&desk.request("wrong", back, &["--rollback"])])
        .exits(1);
    wrong.complains("the request is for a rollback, not for a promotion");
    let request = desk.request("back", back, &["--rollback"]);
    let cy = desk.sign("cy", &request, back);
    desk.lifecycle(&["rollback", "--request", &request, "--answer", &cy])
        .exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);

    let history = desk.lifecycle(&["history"]).exits(0).json();
    let names = history.as_array().unwrap().iter().map(|event| {
        let names = event["record"]["event"].as_object().unwrap();
        names.keys().next().unwrap().clone()
    });
    let names: Vec<String> = names.collect();
    let expected = [
        "seeded",
        "trust_changed",
        "proposed",
        "requested",
        "approved",
        "promoted",
        "rehearsed",
        "rolled_back",
        "requested",
        "approved",
        "promoted",
        "requested",
        "approved",
        "rolled_back",
    ];
    assert_eq!(names, expected);
    let promoted = &history[5]["record"];
    assert_eq!(promoted["by"]["person"], "ada");
    assert_eq!(promoted["reason"], "nobody reads that file");
    let changes = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    assert_eq!(changes.as_array().unwrap().len(), 5);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn each_refusal_says_what_is_missing() {
    let desk = Desk::new();
    let mut service = desk.start();
    let packs = ["next", "mine"];
    let unknown = desk.request("unknown", packs, &[]);
    desk.promote(&[&unknown])
        .exits(1)
        .complains("the store has no bundle");
    desk.propose("next");
    let request = desk.request("request", packs, &[]);
    desk.promote(&[&request])
        .exits(1)
        .complains("nobody in `Repository Owners` has approved the request")
        .complains("1 more must approve the request");

    // People whose answer doesn't count; the signer's own check is not asked.
    let lax = |who: &str, text: &str| {
        let signed = desk.answer("sign", who, &request, packs);
        match signed {
            Ok(path) => desk.promote(&[&request, &path]).exits(1).complains(text),
            Err(run) => run.complains(text),
        };
    };
    lax("ada", "is the requester");
    lax("dee", "role `approve`");
    lax("eve", "in none of the groups that must approve");

    // Twice the same person.
    let two = desk.request("two", packs, &["--approvals", "2"]);
    let (first, second) = (desk.sign("bo", &two, packs), desk.sign("bo", &two, packs));
    desk.promote(&[&two, &first, &second])
        .exits(1)
        .complains("1 more must approve the request")
        .complains("has approved already");

    // Another authority, another activation, an end in the past, another engine, another signer.
    let other = desk.request("other", packs, &["--journal-key", OTHER_LOG]);
    desk.promote(&[&other])
        .exits(1)
        .complains("the request is for the authority");
    let index = desk.request("index", packs, &["--activation-index", "99"]);
    desk.promote(&[&index])
        .exits(1)
        .complains("of record 99, but");
    let late = desk.request("late", packs, &["--expires", "2020-01-01"]);
    desk.promote(&[&late])
        .exits(1)
        .complains("the request expired at");
    let foreign = resigned(&desk, &request, "ada", |request| {
        request.engine.cavra_version = "0.0.1".to_owned();
    });
    desk.promote(&[&foreign])
        .exits(1)
        .complains("the request was made by another engine: `cavra_version`");
    let forged = resigned(&desk, &request, "bo", |_| {});
    desk.promote(&[&forged])
        .exits(1)
        .complains("not signed by a key of its requester");
    let lower = resigned(&desk, &request, "ada", |request| {
        request.candidate.cases_digest = cavra::canonical::Digest::of(b"other");
    });
    desk.promote(&[&lower])
        .exits(1)
        .complains("`/candidate/cases_digest`");

    // What loosens needs evidence, and the criteria of the request can't be lower.
    desk.pack("loose", &[]);
    desk.propose("loose");
    let loose = ["loose", "mine"];
    let wanted = desk.request("loose", loose, &[]);
    let bo = desk.sign("bo", &wanted, loose);
    desk.promote(&[&wanted, &bo])
        .exits(1)
        .complains("a shadow report is needed");
    let lower = resigned(&desk, &wanted, "ada", |request| {
        request.criteria.thresholds.min_observation_hours = 0;
    });
    desk.promote(&[&lower])
        .exits(1)
        .complains("`criteria.thresholds.min_observation_hours` of the request is 0")
        .complains("a shadow report is needed");

    // A document that is none.
    let trust = desk.path("trust.json");
    desk.promote(&[&trust])
        .exits(1)
        .complains("the request can't be read");
    desk.lifecycle(&["submit", &bo])
        .exits(1)
        .complains("was not submitted");

    // One rejection ends the request, also if nobody shows it.
    desk.lifecycle(&["submit", &request])
        .exits(0)
        .prints("\"request\"");
    let no = desk.answer("reject", "cy", &request, packs);
    let no = no.unwrap_or_else(|run| panic!("{}", run.stderr));
    desk.lifecycle(&["submit", &no])
        .exits(0)
        .prints("rejection");
    let bo = desk.sign("bo", &request, packs);
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("`cy` rejected the request");

    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// The request with a change, signed by `who`.
pub(crate) fn resigned(
    desk: &Desk,
    request: &str,
    who: &str,
    change: impl FnOnce(&mut ChangeRequest),
) -> String {
    let envelope = Envelope::read(&fs::read(request).unwrap()).unwrap();
    let payload = envelope.unverified(MEDIA_TYPE).unwrap();
    let mut request = ChangeRequest::read(&payload).unwrap();
    change(&mut request);
    let key: KeySource = desk.path(&format!("{who}.key")).parse().unwrap();
    let bytes = request.to_signed_bytes().unwrap();
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key.signing_key().unwrap()).unwrap();
    let out = desk.path("resigned.dsse.json");
    fs::write(&out, serde_json::to_vec(&envelope).unwrap()).unwrap();
    out
}

/// Files that a pack blocks, under criteria that a test can meet: the hours are zero.
pub(crate) fn quick(files: &str) -> String {
    format!(
        "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\n\
         filesystem: {{block_read: [{files}]}}\n\
         promotion: {{thresholds: {{min_observation_hours: 0, min_samples_per_required_class: 0}}}}\n"
    )
}

/// A service whose policy blocks `one.txt`, a candidate that doesn't, the signed report of what was
/// decided, the request that names it, and an approval.
pub(crate) fn reported() -> (Desk, Service, [String; 3]) {
    let desk = Desk::new();
    fs::write(desk.path("mine/policy.yaml"), quick("'one.txt'")).unwrap();
    fs::create_dir_all(desk.path("loose")).unwrap();
    fs::write(desk.path("loose/policy.yaml"), quick("")).unwrap();
    let mut service = desk.start();
    desk.propose("loose");
    for file in ["two.txt", "src/main.rs", ".env"] {
        reads(&service, file);
    }
    // At its end, it signs a checkpoint over all of them.
    assert_eq!(service.stop("-TERM"), Some(0));
    let [mine, loose, data, key, report, signed] = [
        "mine",
        "loose",
        "data",
        "evidence.key",
        "report.json",
        "report.dsse.json",
    ]
    .map(|name| desk.path(name));
    let replay = [
        "shadow",
        "replay",
        "--active",
        &mine,
        "--candidate",
        &loose,
        "--data-dir",
        &data,
    ];
    let criteria = [
        "--min-observation-hours",
        "0",
        "--min-samples",
        "0",
        "--check",
    ];
    let out = [
        "--output",
        "json",
        "--out",
        &report,
        "--sign",
        &key,
        "--evidence",
        &signed,
    ];
    cavra(&[&replay[..], &criteria, &out].concat()).exits(0);
    let service = desk.start();
    let packs = ["loose", "mine"];
    let named = format!("shadow_report={report}");
    let request = desk.request("request", packs, &["--evidence", &named]);
    let bo = desk.sign("bo", &request, packs);
    (desk, service, [request, bo, signed])
}

#[test]
fn what_loosens_needs_a_report_of_what_was_decided() {
    let (desk, mut service, [request, bo, report]) = reported();
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("a shadow report is needed");
    // The same report, signed by a person.
    let envelope = Envelope::read(&fs::read(&report).unwrap()).unwrap();
    let payload = envelope.unverified(report::MEDIA_TYPE).unwrap();
    let key: KeySource = desk.path("bo.key").parse().unwrap();
    let signed = |payload: &[u8], key: &KeySource| {
        let key = key.signing_key().unwrap();
        let forged = Envelope::sign(report::MEDIA_TYPE, payload, &key).unwrap();
        let out = desk.path("forged.dsse.json");
        fs::write(&out, serde_json::to_vec(&forged).unwrap()).unwrap();
        out
    };
    let forged = signed(&payload, &key);
    desk.promote(&[&request, &bo, "--report", &forged])
        .exits(1)
        .complains("not signed by a service with the role `shadow_report`");
    // Another report by the same service: the request doesn't name it.
    let key: KeySource = desk.path("evidence.key").parse().unwrap();
    let mut other: Value = serde_json::from_slice(&payload).unwrap();
    other["denominators"]["seen"] = 7.into();
    let bytes = cavra::canonical::to_canonical_bytes(&other).unwrap();
    let forged = signed(&bytes, &key);
    desk.promote(&[&request, &bo, "--report", &forged])
        .exits(1)
        .complains("the request names no evidence with the digest");
    assert_eq!(reads(&service, "two.txt")["decision"], "allow");
    let promoted = desk.promote(&[&request, &bo, "--report", &report]);
    promoted.exits(0);
    assert_eq!(reads(&service, "one.txt")["decision"], "allow");
    let history = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    let promoted = &history[1]["record"]["event"]["promoted"];
    let digest = cavra::canonical::Digest::of(&payload).to_string();
    assert_eq!(promoted["report"], digest);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn a_loosening_after_the_report_refuses_the_promotion() {
    let (desk, mut service, [request, bo, report]) = reported();
    assert_eq!(reads(&service, "one.txt")["decision"], "block");
    desk.promote(&[&request, &bo, "--report", &report])
        .exits(1)
        .complains("the candidate loosened the group sha256:");
    assert_eq!(reads(&service, "one.txt")["decision"], "block");
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn the_trust_file_only_goes_forward() {
    let desk = Desk::new();
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    let trust = desk.path("trust.json");
    let first = fs::read_to_string(&trust).unwrap();
    let refused = |text: &str, message: &str| {
        fs::write(&trust, text).unwrap();
        let [data, pack] = ["data", "mine"].map(|name| desk.path(name));
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", &data];
        let more = ["--policy", &pack, "--trust", &trust];
        cavra(&[&serve[..], &more].concat())
            .exits(1)
            .complains(message);
    };
    let edited = |from: &str, to: &str| {
        assert!(first.contains(from), "{first}");
        first.replacen(from, to, 1)
    };
    refused(&edited("\"ada\",", "\"ada2\","), "has the digest");
    // A successor must be signed by people of the one before.
    let mut next: Value = serde_json::from_str(&first).unwrap();
    next["version"] = 2.into();
    fs::write(&trust, next.to_string()).unwrap();
    refused(&next.to_string(), "can't follow version 1");
    let (key, signed) = (desk.path("ada.key"), desk.path("trust-2.dsse.json"));
    cavra(&[
        "trust",
        "sign",
        &trust,
        "--signing-key",
        &key,
        "--out",
        &signed,
    ])
    .exits(0);
    fs::copy(&signed, &trust).unwrap();
    let mut service = desk.start();
    let status = desk.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status["trust"]["version"], 2);
    assert_eq!(service.stop("-TERM"), Some(0));
    refused(&first, "the journal keeps version 2");
}

#[test]
fn of_two_promotions_at_once_one_wins() {
    let desk = Desk::new();
    desk.pack("third", &["one.txt", "three.txt"]);
    let mut service = desk.start();
    let mut asked = Vec::new();
    for name in ["next", "third"] {
        desk.propose(name);
        let packs = [name, "mine"];
        let request = desk.request(&format!("to-{name}"), packs, &[]);
        let bo = desk.sign("bo", &request, packs);
        asked.push([request, bo]);
    }
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let threads: Vec<_> = asked
            .iter()
            .map(|[request, bo]| scope.spawn(|| desk.promote(&[request, bo])))
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let won = runs.iter().filter(|run| run.code == 0).count();
    assert_eq!(
        won,
        1,
        "{:?}",
        runs.iter().map(|it| &it.stderr).collect::<Vec<_>>()
    );
    let lost = runs.into_iter().find(|run| run.code != 0).unwrap();
    lost.complains("is in force");
    let decided = reads(&service, "one.txt")["effective_digest"].clone();
    assert_eq!(decided, desk.last_in_force().1);
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// Starts a command that asks the service, and doesn't wait for it.
pub(crate) fn spawned(desk: &Desk, args: &[&str]) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(desk.words(args))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn after_a_kill_exactly_the_policy_of_the_last_record_decides() {
    let mut kills = Kills::of(20);
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    for round in 0..kills.count {
        let before = desk.last_in_force();
        let is_back = verdicts(&service)[1] == "allow";
        let answered = match is_back {
            true => {
                let until = ["--rollback-until", "2098-01-01"];
                let request = desk.request("request", packs, &until);
                let bo = desk.sign("bo", &request, packs);
                kills.during(&desk, &mut service, &["promote", &request, &bo])
            }
            false => kills.during(&desk, &mut service, &["rollback", "--reason", "why"]),
        };
        let last = desk.last_in_force();
        service = desk.start();
        let decided = reads(&service, "one.txt")["effective_digest"].clone();
        assert_eq!(decided, last.1, "round {round}");
        assert_eq!(desk.activation_index(), last.0.to_string(), "round {round}");
        kills.took(last != before, answered, &format!("round {round}"));
    }
    kills.end();
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
