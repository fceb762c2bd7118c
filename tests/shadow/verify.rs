//! What a verifier accepts, and what it refuses.

use std::collections::BTreeSet;
use std::sync::Arc;

use cavra::authority::rehearsal::rehearse;
use cavra::canonical::Digest;
use cavra::engine::engine_digest;
use cavra::journal::record::event::{ShadowKind, ShadowRecord};
use cavra::journal::record::{EventRecord, SchemaVersion};
use cavra::journal::store::Reader;
use cavra::shadow::EndReason;
use cavra::shadow::compare::sampling::PartsPerMillion;
use cavra::shadow::replay::{Claims, Replay, report};
use cavra::shadow::report::Counts;
use cavra::shadow::report::criteria::Thresholds;
use cavra::shadow::report::{Basis, Intake, RunRef, Source, SourceKind};
use cavra::shadow::report::{Report, Selection};
use cavra::shadow::verify::{Finding, is_accepted};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::day::Day;
use super::day::run;
use super::support::Maker;

#[test]
fn a_verifier_accepts_what_the_journal_says_and_only_with_the_right_packs_key_and_journal() {
    let day = Day::new(1);
    let all = Selection::default();
    let said = day.report(&day.replay(&all));
    let checks = day.verify(&said);
    assert!(is_accepted(&checks), "{checks:#?}");
    let said_only: Vec<&str> = checks
        .iter()
        .filter(|check| check.finding == Finding::Said)
        .map(|check| check.field.as_str())
        .collect();
    assert_eq!(
        said_only,
        [
            "candidate_failures.panicked",
            "candidate_failures.timed_out",
            "denominators.dropped",
            "denominators.pending",
            "simulated_clock",
        ]
    );
    // The journal goes on: what was reported stays what it was.
    day.decide(&[Arc::clone(&day.pair.active)], 1);
    assert!(is_accepted(&day.verify(&said)));

    let weaker = Thresholds {
        min_observation_hours: 0,
        ..Thresholds::STANDARD
    };
    assert!(!is_accepted(&day.verify_with(
        &said,
        &BTreeSet::new(),
        weaker
    )));
    let explained = BTreeSet::from([said.groups[0].id]);
    assert!(!is_accepted(&day.verify_with(
        &said,
        &explained,
        Thresholds::STANDARD
    )));

    let other = Day::new(1);
    let checks = other.verify(&said);
    let refused: Vec<&str> = checks
        .iter()
        .filter(|check| check.finding == Finding::Differs)
        .map(|check| check.field.as_str())
        .collect();
    assert_eq!(refused, ["source.checkpoint"]);
    let mut swapped = Day::new(1);
    swapped.pair.candidate = Arc::clone(&swapped.pair.active);
    assert!(!is_accepted(&swapped.verify(&said)));
}

const RUN_ID: &str = "018f0000-0000-7000-8000-000000000001";

/// A report as a live run makes it of the decisions at `positions`, which the journal then says
/// that it compared.
fn live(day: &Day, positions: &[(u64, u64)]) -> Report {
    let run_id = RUN_ID;
    let all = Selection::default();
    let only: Vec<_> = positions.iter().map(|(a, b)| *a..b + 1).collect();
    let replayed = run(&Replay {
        only: Some(&only),
        ..day.replay(&all)
    });
    let compared = replayed.tally.compared();
    let maker = Maker::new();
    let mut made = maker.report_with(
        &replayed.tally,
        Intake {
            seen: compared + 9,
            rate: PartsPerMillion::ALL,
            sampled: compared + 2,
            dropped: 2,
            pending: 0,
            not_replayable: 0,
        },
    );
    made.source = Source {
        kind: SourceKind::Live,
        name: Some("example.org/journal".to_owned()),
        run: Some(RunRef {
            id: run_id.parse().unwrap(),
            ended: Some(EndReason::Stopped),
            criteria: None,
        }),
        first_position: positions.first().map(|it| it.0),
        last_position: positions.last().map(|it| it.1),
        checkpoint: None,
    };
    for label in &mut made.labels {
        if ["denominators.seen", "denominators.sampled"].contains(&label.field.as_str()) {
            label.basis = Basis::Attested;
        }
    }
    let claims = Claims {
        thresholds: Thresholds::STANDARD,
        explained: &BTreeSet::new(),
        dry_run: rehearse(&day.pair.candidate),
        simulated_clock: false,
    };
    let dry_run = report(
        &day.replay(&all),
        &run(&day.replay(&all)),
        &day.pair.active,
        claims,
    );
    // The maker knows nothing of the candidate's real dry run.
    made.criteria[2] = dry_run.unwrap().criteria[2].clone();

    let active = day.pair.active.identity().effective_digest;
    let halves = [&positions[..1], &positions[1..]];
    let [first, last] = halves;
    let first = serde_json::json!({
        "event": "compared", "batch": 0, "compared": {"positions": first},
        "active": active, "counts": Counts::default(), "divergences": {},
        "seen": 9, "sampled": 1, "dropped": 1,
    });
    let last = serde_json::json!({
        "event": "compared", "batch": 1, "compared": {"positions": last},
        "active": active, "counts": Counts::default(), "divergences": {}, "ended": "stopped",
        "seen": compared + 8, "sampled": compared + 2, "dropped": 2,
    });
    let started = serde_json::json!({
        "event": "started", "active": active, "queue_decisions": 8, "max_compared": null,
        "until": "2026-03-03T00:00:00Z", "sampling_ppm": 1_000_000,
    });
    let others = serde_json::json!({
        "event": "compared", "batch": 0, "compared": {"positions": [[1, 45]]},
        "active": active, "counts": Counts::default(), "divergences": {},
        "seen": 99, "sampled": 99, "dropped": 9,
    });
    let details = [(run_id, started), ("other", others)];
    let details = details.into_iter().chain([(run_id, first), (run_id, last)]);
    day.append(details.map(|(run_id, detail)| {
        EventRecord::Shadow(ShadowRecord {
            candidate: day.pair.candidate.identity().effective_digest,
            detail,
            event_id: uuid::Uuid::now_v7(),
            kind: ShadowKind::Shadow,
            run_id: run_id.to_owned(),
            schema_version: SchemaVersion::V1,
            timestamp: Timestamp::now(),
        })
    }));
    let reader = Reader::open(day.path()).unwrap();
    let end = reader.size().unwrap();
    let note = reader.first_checkpoint_over(end - 1).unwrap();
    made.source.checkpoint = note.map(|note| note.as_str().to_owned());
    made
}

#[test]
fn a_live_report_is_made_again_from_what_the_journal_says_it_compared() {
    let day = Day::new(1);
    let said = live(&day, &[(1, 20), (22, 22), (30, 45)]);
    let checks = day.verify(&said);
    assert!(is_accepted(&checks), "{checks:#?}");
    let attested = checks.iter().filter(|check| check.finding == Finding::Said);
    let attested: Vec<&str> = attested.map(|check| check.field.as_str()).collect();
    for field in [
        "denominators.seen",
        "denominators.sampled",
        "denominators.dropped",
    ] {
        assert!(attested.contains(&field), "{field}");
    }
    let note = said.source.checkpoint.clone().unwrap();
    let earlier = Reader::open(day.path()).unwrap();
    let earlier = earlier.first_checkpoint_over(45).unwrap().unwrap();
    assert_ne!(
        earlier.as_str(),
        note,
        "it covers the decisions, but not the run's own records"
    );
    let earlier = Value::from(earlier.as_str());
    let edited = Value::from(note.replacen("50\n", "49\n", 1));
    assert_ne!(edited, Value::from(note));
    let foreign = live(&Day::new(1), &[(1, 20), (22, 22), (30, 45)]);
    let foreign = Value::from(foreign.source.checkpoint.unwrap());
    let compared = said.denominators.compared;
    let said = serde_json::to_value(said).unwrap();
    let hidden_drops = |mut said: Value| {
        said["denominators"]["sampled"] = Value::from(compared);
        said["denominators"]["dropped"] = Value::from(0);
        said
    };
    assert!(is_refused(&day, hidden_drops(said.clone())));
    for (place, value) in [
        ("/groups/0/count", Value::from(1)),
        ("/counts/same", Value::from(0)),
        ("/timeline/points/0/compared", Value::from(1)),
        ("/ledger/active/rules/0/fired", Value::from(77)),
        ("/required_classes/0/samples", Value::from(77)),
        ("/source/name", Value::from("example.org/other")),
        ("/source/run", Value::Null),
        (
            "/source/run/id",
            Value::from(uuid::Uuid::now_v7().to_string()),
        ),
        ("/source/run/ended", Value::from("time_reached")),
        ("/source/run/ended", Value::Null),
        ("/source/first_position", Value::from(2)),
        ("/source/last_position", Value::from(44)),
        ("/source/checkpoint", Value::Null),
        ("/source/checkpoint", foreign),
        ("/source/checkpoint", edited),
        ("/source/checkpoint", earlier),
        ("/labels/0/basis", Value::from("attested")),
        // The run's own records say how little these can be.
        ("/denominators/sampling_ppm", Value::from(500_000)),
        ("/denominators/seen", Value::from(compared + 7)),
    ] {
        let mut edited = said.clone();
        *edited.pointer_mut(place).unwrap() = value;
        assert!(is_refused(&day, edited), "{place}");
    }
}

/// Every number in `value`, by its JSON pointer.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                numbers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                numbers(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Whether a report with these bytes is refused, even if it is signed.
fn is_refused(day: &Day, edited: Value) -> bool {
    match serde_json::from_value(edited) {
        Ok(report) => !is_accepted(&day.verify(&report)),
        Err(_) => true,
    }
}

#[test]
fn no_number_of_a_report_can_be_changed() {
    let day = Day::new(1);
    let all = Selection::default();
    let said = serde_json::to_value(day.report(&day.replay(&all))).unwrap();
    let mut places = Vec::new();
    numbers(&said, "", &mut places);
    assert!(places.len() > 500, "{}", places.len());
    let config = ProptestConfig::with_cases(96);
    proptest!(config, |(place in any::<prop::sample::Index>(), step in 1_u64..9, up: bool)| {
        let place = place.get(&places);
        let mut edited = said.clone();
        let leaf = edited.pointer_mut(place).unwrap();
        let was = leaf.as_f64().unwrap();
        *leaf = match leaf.as_u64() {
            Some(number) if up || number < step => Value::from(number + step),
            Some(number) => Value::from(number - step),
            None => Value::from(was / 2.0),
        };
        prop_assert!(is_refused(&day, edited), "{place}: {was}");
    });
}

#[test]
fn a_report_names_the_engine_that_judged() {
    let day = Day::new(1);
    let all = Selection::default();
    let said = day.report(&day.replay(&all));
    assert_eq!(said.engine_digest, Some(engine_digest()));
    let earlier = Report {
        engine_digest: None,
        ..said.clone()
    };
    let checks = day.verify(&earlier);
    assert!(is_accepted(&checks), "{checks:#?}");
    let other = Report {
        engine_digest: Some(Digest::of(b"other base rules")),
        ..said
    };
    let checks = day.verify(&other);
    assert!(!is_accepted(&checks));
    let open: Vec<_> = checks
        .iter()
        .filter(|check| check.finding != Finding::Holds)
        .map(|check| (check.field.as_str(), check.finding))
        .collect();
    assert_eq!(open, [("every other field", Finding::NotChecked)]);
    let message = checks.last().unwrap().message.as_deref().unwrap();
    assert!(
        message.starts_with("not recomputed, another engine"),
        "{message}"
    );
}

/// Better English refuses no report that was signed before.
#[test]
fn other_words_for_a_person_are_no_other_report() {
    let day = Day::new(1);
    let all = Selection::default();
    let said = serde_json::to_value(day.report(&day.replay(&all))).unwrap();
    let groups = said["groups"].as_array().unwrap();
    let failed = |group: &Value| group["examples"][0]["failure"].is_object();
    let failed = groups.iter().position(failed).unwrap();
    let sentences = [
        "/criteria/0/message".to_owned(),
        "/criteria/2/message".to_owned(),
        format!("/groups/{failed}/examples/0/failure/reason"),
    ];
    for place in sentences {
        let mut reworded = said.clone();
        let at = reworded.pointer_mut(&place).unwrap();
        *at = Value::from(format!("In other words: {}", at.as_str().unwrap()));
        assert!(!is_refused(&day, reworded), "{place}");
    }
}

#[test]
fn no_label_count_or_verdict_of_a_report_can_be_changed() {
    let day = Day::new(1);
    let all = Selection::default();
    let said = serde_json::to_value(day.report(&day.replay(&all))).unwrap();
    let labels = said["labels"].as_array().unwrap().len();
    assert_eq!(labels, 20);
    for index in 0..labels {
        let mut edited = said.clone();
        let basis = &mut edited["labels"][index]["basis"];
        *basis = Value::from(if basis == "attested" {
            "recomputed"
        } else {
            "attested"
        });
        assert!(is_refused(&day, edited), "label {index}");
        let mut edited = said.clone();
        edited["labels"].as_array_mut().unwrap().remove(index);
        assert!(is_refused(&day, edited), "label {index}");
    }
    for (place, value) in [
        ("/status", Value::from("ready")),
        ("/criteria/1/met", Value::from(true)),
        ("/groups/0/explained", Value::from(true)),
        ("/groups/0/examples/0/text", Value::from("read README.md")),
        ("/active/version", Value::from("9")),
        (
            "/candidate/policy_digest",
            said["active"]["policy_digest"].clone(),
        ),
        ("/source/name", Value::from("example.org/other")),
        ("/source/checkpoint", Value::Null),
        ("/source/kind", Value::from("live")),
        ("/source/kind", Value::from("actions")),
        ("/replay/facts", Value::from("text")),
        ("/replay", Value::Null),
    ] {
        let mut edited = said.clone();
        *edited.pointer_mut(place).unwrap() = value;
        assert!(is_refused(&day, edited), "{place}");
    }
}
