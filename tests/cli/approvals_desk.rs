//! Who asks, who answers, and an authority between them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cavra::action::Action;
use cavra::approval::answer::{ActionApproval, Answer, MEDIA_TYPE, SCHEMA_VERSION};
use cavra::approval::asker::Asker;
use cavra::approval::mac::MacKey;
use cavra::authority::approvals::Approvals;
use cavra::authority::approvals::answering::ApprovalError;
use cavra::authority::gate::PolicyStore;
use cavra::authority::recording::Recording;
use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, Verdict};
use cavra::engine::Policy;
use cavra::journal::query::{Query, Scan};
use cavra::journal::record::approval::ApprovalStage;
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{Record, Recorder};
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::library::{Library, load_file};
use cavra::redaction::{Redaction, RedactionKey};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::desk::Desk;

pub(crate) const COMMAND: &str = "deployctl push web";

/// A desk whose policy asks the repository's owners for one program, and another group for another.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let policy = |controls: &str| {
        format!(
            "
metadata: {{ id: mine, inherits: cavra-ai-agent-baseline }}
commands:
  require_approval:
    - {{ pattern: deployctl *, approvers: [Repository Owners], id: deploy{controls} }}
    - {{ pattern: grantctl *, approvers: [Platform Security] }}
"
        )
    };
    fs::write(desk.path("mine/policy.yaml"), policy("")).unwrap();
    fs::create_dir_all(desk.path("other")).unwrap();
    fs::write(desk.path("other/policy.yaml"), policy(", controls: [C]")).unwrap();
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    desk
}

/// An authority of this process over the journal that a desk's service left.
pub(crate) async fn authority(desk: &Desk, mode: Mode) -> Authority {
    let directory = desk.0.path().join("data");
    let key: KeySource = desk.path("data/journal.key").parse().unwrap();
    let key = key.signing_key().unwrap();
    let store = PolicyStore::open(&directory, key.verifying_key().clone()).unwrap();
    let origin: Arc<str> = key.verifying_key().name().as_str().into();
    let journal = Journal::open(Options {
        directory,
        mode,
        key,
        checkpoint_directory: None,
        own_key: None,
    });
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let in_force = store.in_force().unwrap().activation.bundle.bundle_digest;
    let (_, bundle) = store.bundle(in_force).unwrap();
    let policy = Policy::compile(bundle.effective().unwrap()).unwrap();
    let mac_key = MacKey::new([1; 32]);
    let approvals = Approvals::restore(mac_key, origin, &store, Timestamp::now()).unwrap();
    Authority::new(policy.into(), None)
        .with_store(store)
        .recorded_in(Recording::new(journal.unwrap(), recorder))
        .await
        .unwrap()
        .with_approvals(Arc::new(approvals))
}

/// Who asks for what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    pub(crate) command: String,
    pub(crate) session: String,
    pub(crate) actor: Option<String>,
    /// Who is on the other end of a Unix socket; null for a call by TCP.
    pub(crate) uid: Option<u32>,
    pub(crate) plan: Option<String>,
    pub(crate) policy: Option<String>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            command: COMMAND.to_owned(),
            session: "one".to_owned(),
            actor: None,
            uid: Some(5),
            plan: None,
            policy: None,
        }
    }
}

impl Asked {
    pub(crate) async fn decide(&self, authority: &Authority) -> Decision {
        let mut document = json!({
            "action_type": "execute_command",
            "target": self.command,
            "session_id": self.session,
            "correlation_id": Uuid::now_v7().to_string(),
        });
        if let Some(actor) = &self.actor {
            document["actor"] = actor.as_str().into();
        }
        if let Some(plan) = &self.plan {
            document["terraform_plan"] = serde_json::from_str(plan).unwrap();
        }
        let action = Action::from_json(document.to_string().as_bytes()).unwrap();
        let ask = Ask::default().by(self.uid.map(Asker::User));
        let unrecorded = authority.decide_to_record(Arc::new(action), ask).unwrap();
        unrecorded.record().await.unwrap().decision
    }
}

/// An answer to a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// A key of the desk, or `cancel`: the asker takes the request back.
    pub(crate) who: String,
    /// The approver that the answer names, if it isn't who signs.
    pub(crate) names: Option<String>,
    #[serde(default)]
    pub(crate) denies: bool,
    /// It takes the request back.
    #[serde(default)]
    pub(crate) cancels: bool,
    /// How long the answer holds.
    #[serde(default = "an_hour")]
    pub(crate) seconds: i64,
    /// How long after it was signed it is given.
    #[serde(default)]
    pub(crate) late_ms: u64,
    /// A field of the binding that is another than that of the request.
    pub(crate) other: Option<String>,
    /// Who takes the request back.
    pub(crate) uid: Option<u32>,
    /// Why it is refused, if it is.
    pub(crate) refused: Option<String>,
}

pub(crate) fn an_hour() -> i64 {
    3600
}

impl Given {
    pub(crate) fn by(who: &str) -> Self {
        let text = json!({ "who": who });
        serde_json::from_value(text).unwrap()
    }

    pub(crate) async fn give(
        &self,
        desk: &Desk,
        authority: &Authority,
        id: Uuid,
    ) -> Result<(), ApprovalError> {
        if self.who == "cancel" {
            let asker = Asker::User(self.uid.unwrap_or(5));
            let cancelled = authority.cancel_request(id, Some(asker), Author::Unknown);
            return cancelled.await.map(drop);
        }
        let (decision, envelope) = (self.decision(), self.sign(desk, authority, id));
        tokio::time::sleep(Duration::from_millis(self.late_ms)).await;
        let answered = authority.answer_request(&envelope, decision, Author::Unknown);
        answered.await.map(drop)
    }

    pub(crate) fn decision(&self) -> Answer {
        match (self.denies, self.cancels) {
            (true, _) => Answer::Deny,
            (_, true) => Answer::Cancel,
            _ => Answer::Approve,
        }
    }

    pub(crate) fn sign(&self, desk: &Desk, authority: &Authority, id: Uuid) -> Vec<u8> {
        let shown = authority.approvals().unwrap().get(id).unwrap();
        let mut binding = shown.request.binding.clone();
        match self.other.as_deref() {
            Some("action") => binding.action = MacKey::new([2; 32]).session("x"),
            Some("journal_origin") => binding.journal_origin = "example.org/other".to_owned(),
            _ => {}
        }
        let key: KeySource = desk.path(&format!("{}.key", self.who)).parse().unwrap();
        let now = Timestamp::now();
        let answer = ActionApproval {
            schema_version: SCHEMA_VERSION.to_owned(),
            binding,
            decision: self.decision(),
            approver: self.names.clone().unwrap_or_else(|| self.who.clone()),
            reason: "because".to_owned(),
            decided_at: now,
            expires_at: now + SignedDuration::from_secs(self.seconds),
        };
        let bytes = answer.to_signed_bytes().unwrap();
        let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key.signing_key().unwrap()).unwrap();
        serde_json::to_vec(&envelope).unwrap()
    }
}

/// Puts another pack in force, in which the same command needs approval.
pub(crate) async fn replace(desk: &Desk, authority: &Authority, pack: &str) {
    let source = load_file(Path::new(&desk.path(pack))).unwrap();
    let library = Library::open(&[PathBuf::from("policy-packs")]).unwrap();
    let policy = Policy::compile(library.effective_of(source).unwrap()).unwrap();
    authority
        .replace(policy.into(), None, Author::Unknown)
        .await
        .unwrap();
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

/// The approvals that the records of a desk's journal say were used. Fails if one was used twice.
pub(crate) fn uses(desk: &Desk) -> BTreeSet<Uuid> {
    let mut scan = Scan::open(&desk.0.path().join("data"), Query::default()).unwrap();
    let mut used = BTreeSet::new();
    while let Some(records) = scan.next_records().unwrap() {
        for (_, record) in records {
            let Record::Decision(record) = record else {
                continue;
            };
            let Some(note) = &record.approval else {
                continue;
            };
            if note.stage == ApprovalStage::Used {
                assert!(
                    used.insert(note.approval_id),
                    "{} was used twice",
                    note.approval_id
                );
                assert_eq!(record.decision, Verdict::RequireApproval);
            }
        }
    }
    used
}
