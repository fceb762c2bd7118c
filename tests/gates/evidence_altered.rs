//! Bundles that somebody altered.

use std::cell::Cell;
use std::fs;

use cavra::evidence::bundle::EvidenceBundle;
use cavra::evidence::limits::{MAX_BUNDLE_BYTES, MAX_BUNDLE_RECORDS};
use cavra::keys::file::KeySource;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::altered::{alterations, altered};
use super::evidence::{check, recorded, repository};

#[test]
fn an_altered_bundle_is_refused() {
    let desk = recorded();
    let repository = repository(&desk);
    let [one, two] = ["s1.json", "s2.json"].map(|name| desk.path(name));
    let read =
        |path: &str| -> Value { serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() };
    let (sound, other) = (read(&one), read(&two));
    let range = ["--range", "main~4..main~2"];
    let changed = |name: &str, code: i32, says: &str, change: &dyn Fn(&mut Value)| {
        let mut bundle = sound.clone();
        change(&mut bundle);
        let path = desk.path("altered.json");
        fs::write(&path, bundle.to_string()).unwrap();
        let run = check(&desk, &repository, &[&path], &range);
        assert_eq!(run.code, code, "{name}: {}{}", run.stdout, run.stderr);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(says), "{name}: {said}");
    };
    changed("as it is", 0, "complete", &|_| {});
    let isn_t = "isn't proved";
    changed("another verdict", 2, isn_t, &|bundle| {
        let last = bundle["records"]
            .as_array_mut()
            .unwrap()
            .last_mut()
            .unwrap();
        let text = last["record"].as_str().unwrap();
        assert!(text.contains("\"decision\":\"block\""));
        last["record"] = text
            .replace("\"decision\":\"block\"", "\"decision\":\"allow\"")
            .into();
    });
    changed("another position", 2, isn_t, &|bundle| {
        let last = bundle["records"]
            .as_array_mut()
            .unwrap()
            .last_mut()
            .unwrap();
        last["position"] = (last["position"].as_u64().unwrap() + 1).into();
    });
    changed("another path", 2, isn_t, &|bundle| {
        bundle["records"][0]["hashes"] = bundle["records"][1]["hashes"].clone();
    });
    changed("no path", 2, isn_t, &|bundle| {
        bundle["records"][0]["hashes"] = json!([]);
    });
    changed("a long path", 2, "at most 53 hashes", &|bundle| {
        let hash = bundle["records"][0]["hashes"][0].clone();
        bundle["records"][0]["hashes"] = vec![hash; 54].into();
    });
    changed(
        "a record of the other session",
        2,
        "is not of the session `s1`",
        &|bundle| {
            bundle["records"] = other["records"].clone();
        },
    );
    changed(
        "another session",
        2,
        "is not of the session `s9`",
        &|bundle| {
            bundle["session_id"] = "s9".into();
        },
    );
    changed("twice", 2, "is not after the one before it", &|bundle| {
        let records = bundle["records"].as_array_mut().unwrap();
        records.insert(0, records[0].clone());
    });
    changed("no records", 2, "it has no decision", &|bundle| {
        bundle["records"] = json!([]);
    });
    changed(
        "another checkpoint",
        2,
        "its checkpoint doesn't hold",
        &|bundle| {
            let text = bundle["checkpoint"].as_str().unwrap();
            bundle["checkpoint"] = text.replacen("time 2", "time 1", 1).into();
        },
    );
    changed("a session of many words", 1, "visible ASCII", &|bundle| {
        bundle["session_id"] = "a b".into();
    });
    changed("another version", 1, "is `v9`", &|bundle| {
        bundle["schema_version"] = "v9".into();
    });
    changed("another field", 1, "is not a bundle", &|bundle| {
        bundle["more"] = 1.into();
    });
    changed(
        "too many records",
        1,
        "at most 100000 are read",
        &|bundle| {
            let empty = json!({"position": 0, "record": "", "hashes": []});
            bundle["records"] = vec![empty; MAX_BUNDLE_RECORDS + 1].into();
        },
    );
    let large = desk.path("large.json");
    let file = fs::File::create(&large).unwrap();
    file.set_len(MAX_BUNDLE_BYTES as u64 + 1).unwrap();
    check(&desk, &repository, &[&large], &range)
        .exits(1)
        .complains("has more than 67108864 bytes");
}

/// Whatever was altered: a bundle is refused, or every record that it shows is one that was written.
#[test]
fn no_altered_record_is_believed() {
    let desk = recorded();
    let key: KeySource = desk.path("data/journal.pub").parse().unwrap();
    let key = key.verifying_key().unwrap();
    let bytes = fs::read(desk.path("s1.json")).unwrap();
    let sound = EvidenceBundle::read(&bytes).unwrap();
    let verified = sound.verify(&key).unwrap();
    assert_eq!((verified.decisions.len(), verified.answers.len()), (4, 1));
    let refused = Cell::new(0);
    proptest!(ProptestConfig::with_cases(2000), |(changes in alterations())| {
        let bytes = altered(&bytes, &changes);
        let believed = EvidenceBundle::read(&bytes).and_then(|it| it.verify(&key));
        match believed {
            Err(_) => refused.set(refused.get() + 1),
            Ok(found) => {
                for decision in &found.decisions {
                    prop_assert!(verified.decisions.contains(decision));
                }
                for answer in &found.answers {
                    prop_assert!(verified.answers.contains(answer));
                }
                prop_assert_eq!(found.checkpoint, verified.checkpoint.clone());
                prop_assert_eq!(&found.session_id, "s1");
            }
        }
    });
    assert!(refused.get() > 1000, "{}", refused.get());
}
