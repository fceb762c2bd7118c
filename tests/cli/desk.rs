//! A service's desk: packs, journal, socket, and the people of its trust file.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use cavra::change::request::{ChangeRequest, MEDIA_TYPE};
use cavra::change::signed::SignedDocument;
use cavra::decision::PolicyIdentity;
use cavra::engine::identity;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::Record;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::library::{Library, load_file};
use cavra::policy::bundle::Bundle;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::people;
use super::serve::Service;
use super::support::{Run, cavra};

/// The key of another authority's journal.
pub(crate) const OTHER_LOG: &str =
    "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

/// A service's packs, journal and socket, and the keys of five people of its trust file
/// ([`people::FIVE`]).
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let folder = desk.0.path();
        people::trust(folder, &people::FIVE, people::RIGHTS_OF_FIVE);
        people::trust_service(folder, "evidence", &["shadow_report"]);
        desk.pack("mine", &["one.txt"]);
        desk.pack("next", &["one.txt", "two.txt"]);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Puts a successor of the trust file in its place, in which the person has another key.
    pub(crate) fn renew_key(&self, who: &str) {
        let folder = self.0.path();
        let new = people::key(folder, &format!("{who}-new"));
        people::edit_trust(folder, |file| {
            let mut people = file["people"].as_array_mut().unwrap().iter_mut();
            people.find(|person| person["id"] == who).unwrap()["keys"] = json!([new]);
            file["version"] = 2.into();
        });
        let [trust, key, signed] =
            ["trust.json", "ada.key", "trust-2.dsse.json"].map(|name| self.path(name));
        let sign = ["trust", "sign", &trust, "--signing-key", &key];
        cavra(&[&sign[..], &["--out", &signed]].concat()).exits(0);
        fs::copy(&signed, &trust).unwrap();
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
        self.start_with(&[])
    }

    /// With more settings.
    pub(crate) fn start_with(&self, more: &[&str]) -> Service {
        let [data, pack, socket, trust] =
            ["data", "mine", "admin.sock", "trust.json"].map(|name| self.path(name));
        let usual = [
            "--data-dir",
            &data,
            "--policy",
            &pack,
            "--admin-socket",
            &socket,
            "--trust",
            &trust,
        ];
        Service::start(&[&usual[..], more].concat())
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

/// Starts a command that asks the service, and doesn't wait for it.
pub(crate) fn spawned(desk: &Desk, args: &[&str]) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(desk.words(args))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
