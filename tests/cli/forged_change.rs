//! Somebody has the journal's key and a request that enough people approved. The service doesn't start
//! by a record that uses the request for more than was approved, or later than it counted.

use std::fs;

use cavra::authority::gate::store::this_engine;
use cavra::journal::merkle_log::{Checkpoint, LastLifecycle, SignedCheckpoint, root_at};
use cavra::journal::record::LifecycleRecord;
use cavra::journal::record::lifecycle::{
    Activation, BundleRef, LifecycleEvent, Promoted, RollbackCover, RolledBack,
};
use cavra::journal::store::Reader;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::break_glass_desk::in_seconds;
use super::desk::Desk;
use super::refused_changes::{approved, request_in};
use super::support::cavra;
use super::undone::{Undone, records};

/// An hour, in seconds.
const HOUR_S: i64 = 3_600;

/// A journal whose policy `mine` is to be replaced by another one, which Ada asked for and Bo approved.
struct Approved {
    undone: Undone,
    request: String,
    candidate: &'static str,
    bundle: BundleRef,
}

impl Approved {
    /// What `candidate` blocks more or less than `mine` does. `end` is done by the service last.
    fn of(
        candidate: &'static str,
        blocks: &[&str],
        more: &[&str],
        end: impl FnOnce(&Desk, &str, &BundleRef),
    ) -> Self {
        let mut undone = Undone::new();
        let desk = &undone.desk;
        desk.pack(candidate, blocks);
        let mut service = desk.start();
        desk.propose(candidate);
        let bundle = last_bundle(&records(&undone.data()), desk, candidate);
        let request = desk.request("second", [candidate, "mine"], more);
        desk.lifecycle(&["submit", &request]).exits(0);
        desk.lifecycle(&["submit", &approved(desk, "bo", &request)])
            .exits(0);
        end(desk, &request, &bundle);
        assert_eq!(service.stop("-KILL"), None);
        undone.last = records(&undone.data()).last().unwrap().0;
        Self {
            undone,
            request,
            candidate,
            bundle,
        }
    }

    fn active(&self) -> Activation {
        Activation {
            bundle: self.bundle,
            engine: this_engine(),
        }
    }

    /// The promotion as a service would record it.
    fn promotion(&self) -> Promoted {
        let (request, request_digest) = request_in(&self.request);
        Promoted {
            active: self.active(),
            approvals: Vec::new(),
            replaced: self.undone.in_force(),
            report: None,
            request_digest,
            rollback_until: request.rollback_until,
            ..self.undone.promotion()
        }
    }

    fn record(&self, event: LifecycleEvent, at: Timestamp) {
        let undone = &self.undone;
        undone.record_of(self.candidate, "ada", event, None, at);
    }

    fn promoted(&self, promoted: Promoted) {
        self.record(LifecycleEvent::Promoted(promoted), Timestamp::now());
    }

    /// A checkpoint over all records, as the journal's own key signs one at the time `at`.
    fn checkpoint(&self, at: Timestamp) -> (u64, SignedCheckpoint) {
        let reader = Reader::open(&self.undone.data()).unwrap();
        let size = reader.size().unwrap();
        let root = root_at(&reader, size).unwrap();
        let key = self.undone.log_key();
        let origin = key.verifying_key().name().clone();
        let checkpoint = Checkpoint::new(origin, size, root, at);
        let checkpoint = checkpoint.with_lifecycle(LastLifecycle::At(self.undone.last));
        (size, checkpoint.sign(&key).unwrap())
    }
}

/// The bundle of a pack that was proposed.
fn last_bundle(records: &[(u64, LifecycleRecord)], desk: &Desk, pack: &str) -> BundleRef {
    let effective = desk.identity(pack).effective_digest;
    let bundles = records.iter().rev().filter_map(|(_, it)| match &it.event {
        LifecycleEvent::Proposed(proposed) => Some(proposed.bundle),
        _ => None,
    });
    let mut of_pack = bundles.filter(|bundle| bundle.effective_digest == effective);
    of_pack.next().unwrap()
}

fn tighter(more: &[&str]) -> Approved {
    Approved::of("third", &["one.txt", "three.txt"], more, |_, _, _| {})
}

fn looser(more: &[&str]) -> Approved {
    Approved::of("lax", &[], more, |_, _, _| {})
}

/// Else the tests below would show nothing.
#[test]
fn what_was_approved_is_believed() {
    let approved = tighter(&[]);
    approved.promoted(approved.promotion());
    drop(approved.undone.desk.start());
}

#[test]
fn with_the_journals_key_nobody_promotes_more_than_was_approved() {
    let approved = tighter(&[]);
    approved.promoted(Promoted {
        rollback_until: Some(Timestamp::MAX),
        ..approved.promotion()
    });
    let refused = approved.undone.refuses();
    refused.complains("it covers another return than its request");

    let approved = tighter(&[]);
    let mut engine = this_engine();
    engine.cavra_version = "0.0.1".to_owned();
    approved.promoted(Promoted {
        active: Activation {
            engine,
            ..approved.active()
        },
        ..approved.promotion()
    });
    let refused = approved.undone.refuses();
    refused.complains("its request is for another change");
}

#[test]
fn with_the_journals_key_nobody_loosens_without_a_report() {
    let approved = looser(&[]);
    approved.promoted(approved.promotion());
    let refused = approved.undone.refuses();
    refused.complains("it may loosen something, and rests on no shadow report");
}

/// A rollback needs no report, so only a policy that was in force may return.
#[test]
fn with_the_journals_key_nobody_returns_to_a_new_policy() {
    let approved = looser(&["--rollback"]);
    let event = LifecycleEvent::RolledBack(RolledBack {
        active: approved.active(),
        cover: RollbackCover::Request {
            approvals: Vec::new(),
            request_digest: request_in(&approved.request).1,
            trust: approved.undone.promotion().trust,
        },
        replaced: approved.undone.in_force(),
    });
    approved.record(event, Timestamp::now());
    let refused = approved.undone.refuses();
    refused.complains("returns to a bundle that was never in force");
}

#[test]
fn with_the_journals_key_nobody_uses_what_was_withdrawn() {
    let blocks = ["one.txt", "three.txt"];
    let request_withdrawn = Approved::of("third", &blocks, &[], |desk, request, _| {
        let names = ["ada.key", "trust.json", "withdrawal.dsse.json"];
        let [key, trust, out] = names.map(|name| desk.path(name));
        let withdraw = ["lifecycle", "withdraw", "--request", request];
        let signed = ["--reason", "no", "--signing-key", &key, "--out", &out];
        cavra(&[&withdraw[..], &signed, &["--trust", &trust]].concat()).exits(0);
        desk.lifecycle(&["submit", &out]).exits(0);
    });
    request_withdrawn.promoted(request_withdrawn.promotion());
    let refused = request_withdrawn.undone.refuses();
    refused.complains("uses a request that was withdrawn before");

    let candidate_withdrawn = Approved::of("third", &blocks, &[], |desk, _, bundle| {
        let digest = bundle.bundle_digest.to_string();
        desk.lifecycle(&["withdraw", &digest, "--reason", "no"])
            .exits(0);
    });
    candidate_withdrawn.promoted(candidate_withdrawn.promotion());
    let refused = candidate_withdrawn.undone.refuses();
    refused.complains("that was not proposed, or that was withdrawn");
}

/// A checkpoint that doesn't count the promotion was signed before it, so the promotion is no older,
/// whatever its record says. The checkpoint may be in the journal, or may be kept elsewhere.
#[test]
fn with_the_journals_key_nobody_dates_a_change_before_a_checkpoint() {
    let expires = in_seconds(HOUR_S);
    for is_elsewhere in [false, true] {
        let approved = tighter(&["--expires", &expires]);
        let later = Timestamp::now() + SignedDuration::from_secs(2 * HOUR_S);
        let (size, note) = approved.checkpoint(later);
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = ["--checkpoint-dir", folder.path().to_str().unwrap()];
        if is_elsewhere {
            let path = folder.path().join(format!("{size:016}.note"));
            fs::write(path, note.as_str()).unwrap();
        } else {
            let database = Connection::open(approved.undone.data().join("journal.db")).unwrap();
            let sql = "INSERT OR REPLACE INTO checkpoint (size, note) VALUES (?1, ?2)";
            let row = (size.cast_signed(), note.as_str());
            assert_eq!(database.execute(sql, row).unwrap(), 1);
        }
        approved.promoted(approved.promotion());
        let refused = match is_elsewhere {
            true => approved.undone.refuses_with(&elsewhere),
            false => approved.undone.refuses(),
        };
        refused.complains("the request expired at");
    }
    // As of its own time the promotion would be believed.
    let approved = tighter(&["--expires", &expires]);
    approved.promoted(approved.promotion());
    drop(approved.undone.desk.start());
}
