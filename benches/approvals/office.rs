//! An authority with a journal and a trust file, and a person who approves.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::{thread, time};

use cavra::action::Action;
use cavra::approval::answer::{ActionApproval, Answer, MEDIA_TYPE, SCHEMA_VERSION};
use cavra::approval::asker::Asker;
use cavra::approval::mac::MacKey;
use cavra::authority::approvals::Approvals;
use cavra::authority::approvals::request::RequestState;
use cavra::authority::gate::PolicyStore;
use cavra::authority::recording::Recording;
use cavra::authority::{Ask, Authority};
use cavra::decision::Decision;
use cavra::engine::Policy;
use cavra::journal::record::Recorder;
use cavra::journal::record::refusal::Author;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::redaction::{Redaction, RedactionKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tempfile::TempDir;

/// How long a filled journal is left alone.
const SETTLING: time::Duration = time::Duration::from_secs(5);

/// The pack: one program needs approval.
const POLICY: &str = "
metadata: { id: mine, inherits: cavra-ai-agent-baseline }
commands: { require_approval: [{ pattern: deployctl *, approvers: [Owners] }] }
";

/// A folder with a journal that a real service began, under a trust file in which Bo approves.
pub(crate) struct Office(TempDir);

/// An authority of this process over that journal.
pub(crate) struct Desk {
    authority: Authority,
    bo: SigningKey,
}

fn cavra(folder: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(args)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

impl Office {
    pub(crate) fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        let folder = office.0.path();
        fs::write(folder.join("policy.yaml"), POLICY).unwrap();
        let key = ["--out", "bo.key", "--public", "bo.pub"];
        let generate = ["keys", "generate", "--name", "example.org/bo"];
        office.runs(&[&generate[..], &key].concat());
        let new = [
            "trust",
            "new",
            "--out",
            "trust.json",
            "--expires",
            "2100-01-01",
        ];
        let people = ["--person", "bo=bo.pub", "--group", "Owners=bo"];
        let roles = ["--role", "approve=bo", "--role", "trust=bo"];
        office.runs(&[&new[..], &people, &roles].concat());
        office.begin();
        office
    }

    fn runs(&self, args: &[&str]) {
        let status = cavra(self.0.path(), args).wait().unwrap();
        assert!(status.success(), "{args:?}");
    }

    /// Lets a service put the policy in force.
    fn begin(&self) {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"];
        let more = ["--policy", "policy.yaml", "--trust", "trust.json"];
        let socket = ["--socket", "agents.sock"];
        let mut service = cavra(self.0.path(), &[&serve[..], &more, &socket].concat());
        while !self.0.path().join("agents.sock").exists() {
            assert!(service.try_wait().unwrap().is_none(), "the service ended");
            thread::sleep(time::Duration::from_millis(20));
        }
        let mut stop = Command::new("kill");
        let stopped = stop.args(["-TERM", &service.id().to_string()]).status();
        assert!(stopped.unwrap().success());
        assert!(service.wait().unwrap().success());
    }

    fn key(&self, name: &str) -> SigningKey {
        let path = self.0.path().join(name);
        let source: KeySource = path.to_str().unwrap().parse().unwrap();
        source.signing_key().unwrap()
    }

    pub(crate) async fn open(&self, mode: Mode) -> Desk {
        let directory = self.0.path().join("data");
        let key = self.key("data/journal.key");
        let store = PolicyStore::open(&directory, key.verifying_key().clone()).unwrap();
        let origin: Arc<str> = key.verifying_key().name().as_str().into();
        let journal = Journal::open(Options {
            directory,
            mode,
            key,
            checkpoint_directory: None,
            own_key: None,
        });
        let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
        let in_force = store.in_force().unwrap().activation.bundle.bundle_digest;
        let (_, bundle) = store.bundle(in_force).unwrap();
        let policy = Policy::compile(bundle.effective().unwrap()).unwrap();
        let now = Timestamp::now();
        let approvals = Approvals::restore(MacKey::new([1; 32]), origin, &store, now).unwrap();
        let authority = Authority::new(policy.into(), None)
            .with_store(store)
            .recorded_in(Recording::new(journal.unwrap(), recorder))
            .await
            .unwrap()
            .with_approvals(Arc::new(approvals));
        Desk {
            authority,
            bo: self.key("bo.key"),
        }
    }
}

impl Desk {
    /// Decides about the program that needs approval.
    pub(crate) async fn decide(&self, uid: Option<u32>, session: &str) -> Decision {
        let document = json!({
            "action_type": "execute_command", "target": "deployctl push web", "session_id": session,
        });
        let action = Action::from_json(document.to_string().as_bytes()).unwrap();
        self.judged(Arc::new(action), uid).await
    }

    pub(crate) async fn judged(&self, action: Arc<Action>, uid: Option<u32>) -> Decision {
        let ask = Ask::default().by(uid.map(Asker::User));
        let unrecorded = self.authority.decide_to_record(action, ask).unwrap();
        unrecorded.record().await.unwrap().decision
    }

    /// Asks for the program, and lets Bo approve it.
    pub(crate) async fn approved(&self, uid: u32, session: &str) {
        let id = self.decide(Some(uid), session).await.approval_id().unwrap();
        let shown = self.authority.approvals().unwrap().get(id).unwrap();
        let now = Timestamp::now();
        let answer = ActionApproval {
            schema_version: SCHEMA_VERSION.to_owned(),
            binding: shown.request.binding.clone(),
            decision: Answer::Approve,
            approver: "bo".to_owned(),
            reason: String::new(),
            decided_at: now,
            expires_at: now + SignedDuration::from_hours(24),
        };
        let bytes = answer.to_signed_bytes().unwrap();
        let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &self.bo).unwrap();
        let envelope = serde_json::to_vec(&envelope).unwrap();
        let answered =
            { &self.authority }.answer_request(&envelope, Answer::Approve, Author::Unknown);
        answered.await.unwrap();
    }

    /// Waits until what was recorded is written, and threads that go through it have had time to.
    pub(crate) async fn settle(&self) {
        let recording = self.authority.recording().unwrap();
        drop(recording.journal().checkpoint().await.unwrap());
        tokio::time::sleep(SETTLING).await;
    }

    /// How many requests wait for answers, as far as `most`.
    pub(crate) fn count(&self, most: usize) -> usize {
        let approvals = self.authority.approvals().unwrap();
        let (mut count, mut before) = (0, None);
        while count < most {
            let (page, next) = approvals.page(before, |state| state == RequestState::Pending);
            count += page.len();
            match next {
                Some(_) => before = next,
                None => break,
            }
        }
        count
    }
}
