//! Somebody writes into the data directory: the service doesn't start by what they wrote.

use std::fs;

use cavra::authority::gate::store::this_engine;
use cavra::canonical::Digest;
use cavra::journal::merkle_log::leaf_hash;
use cavra::journal::record::lifecycle::{
    BrokeGlass, EngineChanged, LifecycleEvent, Promoted, RollbackCover, RolledBack, Seeded,
    TrustChanged, TrustRef,
};

use super::desk::verdicts;
use super::undone::{Undone, records};

#[test]
fn without_the_key_no_record_can_be_added_changed_or_left_out() {
    let undone = Undone::new();
    let saved = tempfile::tempdir().unwrap();
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    copy(&undone.data(), saved.path());
    let again = || {
        fs::remove_dir_all(undone.data()).unwrap();
        let mut folder = fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(undone.data()).unwrap();
        copy(saved.path(), &undone.data());
    };

    // A record is added.
    let added = undone.append(&undone.promoted_again());
    let refused = undone.refuses();
    refused.complains(&format!(
        "no checkpoint counts the lifecycle record at position {added}"
    ));

    // The last one is left out: with all that follows it, or with nothing.
    for sql in [
        "DELETE FROM record WHERE position >= ?1",
        "DELETE FROM record WHERE position = ?1",
    ] {
        again();
        let row = [undone.rolled_back.cast_signed()];
        assert!(undone.database().execute(sql, row).unwrap() > 0);
        undone.refuses().complains("the journal is damaged");
    }

    // So are the checkpoints that count it; one that was kept elsewhere still does.
    again();
    let database = undone.database();
    for sql in [
        "DELETE FROM record WHERE position >= ?1",
        "DELETE FROM checkpoint WHERE size > ?1",
    ] {
        database
            .execute(sql, [undone.rolled_back.cast_signed()])
            .unwrap();
    }
    drop(database);
    undone.refuses().complains("the journal was cut off");

    // It is changed, and its hash with it.
    again();
    let database = undone.database();
    let body = undone.promoted_again().to_bytes().unwrap();
    let sql = "UPDATE record SET body = ?2, leaf = ?3 WHERE position = ?1";
    let text = std::str::from_utf8(&body).unwrap();
    let row = (
        undone.rolled_back.cast_signed(),
        text,
        leaf_hash(&body).as_bytes().to_vec(),
    );
    assert_eq!(database.execute(sql, row).unwrap(), 1);
    drop(database);
    undone.refuses();

    // The checkpoint says that another record is the last one.
    again();
    let database = undone.database();
    let sql = "UPDATE checkpoint SET note = replace(note, ?1, ?2)";
    let lines = [undone.rolled_back, undone.promoted.0].map(|at| format!("lifecycle {at}\n"));
    assert!(database.execute(sql, lines).unwrap() > 0);
    drop(database);
    undone.refuses().complains("can't be believed");

    // Nothing of that was in the copy: with it, the policy that returned is in force.
    again();
    assert_eq!(verdicts(&undone.desk.start()), ["block", "allow"]);
}

/// An approved request that somebody rejected is used by a record that the journal's key signed.
#[test]
fn with_the_journals_key_nobody_uses_a_rejected_request() {
    let mut undone = Undone::new();
    let desk = &undone.desk;
    let mut service = desk.start();
    let packs = ["next", "mine"];
    let request = desk.request("second", packs, &[]);
    let approval = desk.sign("bo", &request, packs);
    let rejection = desk.answer("reject", "cy", &request, packs);
    let rejection = rejection.unwrap_or_else(|run| panic!("{}", run.stderr));
    for document in [&request, &approval, &rejection] {
        desk.lifecycle(&["submit", document]).exits(0);
    }
    assert_eq!(service.stop("-KILL"), None);
    let records = records(&undone.data());
    let asked = records.iter().rev().find_map(|(_, it)| match &it.event {
        LifecycleEvent::Requested(given) => Some(given.request_digest),
        _ => None,
    });
    undone.last = records.last().unwrap().0;
    let promoted = Promoted {
        replaced: undone.in_force(),
        request_digest: asked.unwrap(),
        report: None,
        ..undone.promotion()
    };
    undone.record(LifecycleEvent::Promoted(promoted), None);
    let refused = undone.refuses();
    refused.complains("have not signed for it: `cy` rejected the request");
}

/// The journal's key is often kept beside the journal. It signs no approval.
#[test]
fn with_the_journals_key_nobody_approves_a_change() {
    let promoted_again = |undone: &Undone| undone.record(undone.promoted.1.event.clone(), None);
    let request_used_again = |undone: &Undone| {
        let mut promoted = undone.promotion();
        promoted.replaced = undone.in_force();
        undone.record(LifecycleEvent::Promoted(promoted), None);
    };
    let nobody_asked = |undone: &Undone| {
        let mut promoted = undone.promotion();
        promoted.replaced = undone.in_force();
        promoted.request_digest = Digest::of(b"nobody asked");
        undone.record(LifecycleEvent::Promoted(promoted), None);
    };
    let returned_unasked = |undone: &Undone| {
        let cover = RollbackCover::Promotion {
            promotion_index: undone.rolled_back,
        };
        let event = LifecycleEvent::RolledBack(RolledBack {
            active: undone.active(),
            cover,
            replaced: undone.in_force(),
        });
        undone.record(event, None);
    };
    let glass_broken_by_nobody = |undone: &Undone| {
        let event = LifecycleEvent::BrokeGlass(BrokeGlass {
            active: undone.active(),
            expires_at: jiff::Timestamp::MAX,
            incident: "none".to_owned(),
            replaced: undone.in_force(),
            statement_digest: Digest::of(b"nobody signed"),
            trust: undone.promotion().trust,
        });
        let path = undone.desk.path("request.dsse.json");
        let document: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let document = serde_json_canonicalizer::to_vec(&document).unwrap();
        undone.record(event, Some(document));
    };
    let return_from_no_glass = |undone: &Undone| {
        let event = LifecycleEvent::RolledBack(RolledBack {
            active: undone.active(),
            cover: RollbackCover::BreakGlass {
                activation_index: undone.rolled_back,
            },
            replaced: undone.in_force(),
        });
        undone.record(event, None);
    };
    let seeded_again = |undone: &Undone| {
        let event = LifecycleEvent::Seeded(Seeded {
            active: undone.active(),
            adopted: false,
            from_record: None,
        });
        undone.record(event, None);
    };
    let another_engine = |undone: &Undone| {
        let mut from = this_engine();
        from.cavra_version = "0.0.1".to_owned();
        let event = LifecycleEvent::EngineChanged(EngineChanged {
            active: undone.active(),
            failed: Vec::new(),
            from,
        });
        undone.record(event, None);
    };
    let another_trust_file = |undone: &Undone| {
        let text = fs::read_to_string(undone.desk.path("trust.json")).unwrap();
        let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
        file["version"] = 2.into();
        let bytes = serde_json_canonicalizer::to_vec(&file).unwrap();
        let trust = TrustRef {
            digest: Digest::of(&bytes),
            version: 2,
        };
        let event = LifecycleEvent::TrustChanged(TrustChanged { trust });
        undone.record(event, Some(bytes));
    };
    type Forgery<'a> = (&'a dyn Fn(&Undone), &'a str);
    let forgeries: [Forgery<'_>; 9] = [
        (
            &promoted_again,
            "replaces another policy than the one that was in force",
        ),
        (&request_used_again, "was allowed once, and was made before"),
        (
            &nobody_asked,
            "have not signed for it: its request is missing",
        ),
        (
            &returned_unasked,
            "have not signed for it: it names no promotion that covers it",
        ),
        (&glass_broken_by_nobody, "have not signed for it"),
        (
            &return_from_no_glass,
            "was allowed once, and was made before",
        ),
        (&seeded_again, "seeds a store that has a policy in force"),
        (&another_engine, "another bundle in force as another engine"),
        (&another_trust_file, "the trust file is not signed"),
    ];
    for (forge, why) in forgeries {
        let undone = Undone::new();
        forge(&undone);
        undone.refuses().complains(why);
    }
}
