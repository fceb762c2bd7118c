//! The planted day through a real journal: replayed, reported, signed for, verified.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::recording::Recording;
use cavra::authority::replay::verify::{Check, Evidence, Finding, is_accepted, verify};
use cavra::authority::replay::{Active, Claims, Replay, ReplayError, Replayed, replay, report};
use cavra::authority::{Ask, Authority};
use cavra::evidence::SigningKey;
use cavra::journal::record::event::{ShadowKind, ShadowRecord};
use cavra::journal::record::redaction::{Redaction, RedactionKey};
use cavra::journal::record::{EventRecord, Record, Recorder, SchemaVersion};
use cavra::journal::store::Reader;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::policy::comparison::Change;
use cavra::shadow::report::criteria::Thresholds;
use cavra::shadow::report::{Basis, Intake, Source, SourceKind};
use cavra::shadow::report::{Condition, FactsFrom, ReplayedActive, Report, Selection};
use cavra::shadow::sampling::PartsPerMillion;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::support::{Maker, PLANTED_ACTIONS, pair, planted, tally};
use cavra::authority::comparison::Pair;

/// A journal of the planted day, which the active policy decided.
struct Day {
    folder: TempDir,
    key: SigningKey,
    pair: Pair,
}

impl Day {
    /// Every action decided `times` times.
    fn new(times: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate("example.org/journal".parse().unwrap()).unwrap();
        let pair = pair();
        let day = Self { folder, key, pair };
        day.decide(&[Arc::clone(&day.pair.active)], times);
        day
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Goes through the planted day once for each policy, one authority for all.
    fn decide(&self, policies: &[Arc<cavra::engine::Policy>], times: usize) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let journal = Journal::open(Options {
                directory: self.path().to_owned(),
                mode: Mode::Durable,
                key: self.key.clone(),
                checkpoint_directory: None,
            });
            let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
            let recording = Recording::new(journal.unwrap(), recorder);
            let authority = Authority::new(Arc::clone(&policies[0]), None);
            let authority = authority.recorded_in(recording).await.unwrap();
            for (number, policy) in policies.iter().enumerate() {
                if number > 0 {
                    authority.replace(Arc::clone(policy), None).await.unwrap();
                }
                for line in (0..times).flat_map(|_| PLANTED_ACTIONS.lines()) {
                    let line: Value = serde_json::from_str(line).unwrap();
                    let action = Action::from_json(line["input"].to_string().as_bytes());
                    let decided =
                        authority.decide_to_record(Arc::new(action.unwrap()), Ask::default());
                    decided.unwrap().record().await.unwrap();
                }
            }
        });
    }

    /// Puts events into the journal, as an authority does.
    fn append(&self, events: impl Iterator<Item = EventRecord>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let journal = Journal::open(Options {
                directory: self.path().to_owned(),
                mode: Mode::Durable,
                key: self.key.clone(),
                checkpoint_directory: None,
            });
            let journal = journal.unwrap();
            let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
            for event in events {
                journal
                    .written(recorder.event(event).unwrap())
                    .await
                    .unwrap();
            }
        });
    }

    fn replay<'a>(&'a self, selection: &'a Selection) -> Replay<'a> {
        Replay {
            directory: self.path(),
            positions: None,
            only: None,
            selection,
            active: Active::Recorded,
            candidate: Arc::clone(&self.pair.candidate),
            facts: FactsFrom::Journal,
            examples: 3,
            workers: 2,
        }
    }

    fn report(&self, wanted: &Replay<'_>) -> Report {
        let claims = Claims {
            thresholds: Thresholds::STANDARD,
            explained: &BTreeSet::new(),
            simulated_clock: false,
        };
        report(wanted, &run(wanted), &self.pair.active, claims).unwrap()
    }

    fn verify(&self, said: &Report) -> Vec<Check> {
        self.verify_with(said, &BTreeSet::new(), Thresholds::STANDARD)
    }

    fn verify_with(
        &self,
        said: &Report,
        explained: &BTreeSet<cavra::canonical::Digest>,
        thresholds: Thresholds,
    ) -> Vec<Check> {
        let evidence = Evidence {
            directory: self.path(),
            log_key: self.key.verifying_key(),
            active: Arc::clone(&self.pair.active),
            candidate: Arc::clone(&self.pair.candidate),
            thresholds,
            explained,
            workers: 1,
        };
        verify(said, &evidence, &|_, _| {}).unwrap()
    }

    /// The times of all decisions, in order.
    fn times(&self) -> Vec<(u64, Timestamp)> {
        let reader = Reader::open(self.path()).unwrap();
        let rows = reader.rows(0..u64::MAX).unwrap();
        let decided =
            rows.iter().filter_map(
                |row| match Record::from_bytes(row.body.as_bytes()).unwrap() {
                    Record::Decision(record) => Some((row.position, record.timestamp)),
                    Record::Event(_) => None,
                },
            );
        decided.collect()
    }
}

fn run(wanted: &Replay<'_>) -> Replayed {
    replay(wanted, &|_, _| {}).unwrap()
}

fn counts(report: &Report) -> [u64; 5] {
    Change::ALL.map(|change| report.counts.of(change))
}

fn bytes(report: &Report) -> Vec<u8> {
    report.to_canonical_bytes().unwrap()
}

#[test]
fn the_journal_gives_exactly_the_planted_changes() {
    let day = Day::new(1);
    let all = Selection::default();
    let found = day.report(&day.replay(&all));
    assert_eq!(counts(&found), [4, 3, 2, 7, 29]);
    // As if the two policies had judged the actions side by side.
    let direct = Maker::new();
    let direct = direct.report(&tally(&planted(&direct.pair)));
    let of = |report: &Report| -> Vec<Value> {
        let groups = report.groups.iter().map(|group| {
            let example = &group.examples[0];
            serde_json::json!([
                group.id,
                group.key,
                group.count,
                example.text,
                example.active,
                example.candidate,
                example.failure
            ])
        });
        groups.collect()
    };
    assert_eq!(of(&found), of(&direct));
    assert_eq!(found.matrix, direct.matrix);
    assert_eq!(found.required_classes, direct.required_classes);
    let rules = |report: &Report| -> Vec<Value> {
        let ledgers = [&report.ledger.active, &report.ledger.candidate];
        let rules = ledgers.into_iter().flat_map(|ledger| &ledger.rules);
        rules
            .map(|it| {
                serde_json::json!([it.rule, it.fired, it.decisive, it.masked_by, it.only_here])
            })
            .collect()
    };
    assert_eq!(rules(&found), rules(&direct));
    assert!(!found.criteria.iter().all(|criterion| criterion.met));

    let scope = found.replay.as_ref().unwrap();
    assert_eq!(scope.active, ReplayedActive::Recorded);
    assert_eq!((scope.from_facts, scope.from_text), (45, 0));
    assert_eq!(scope.recorded_policies.len(), 1);
    // The first record says which policies are in force.
    let source = &found.source;
    assert_eq!(
        (source.first_position, source.last_position),
        (Some(1), Some(45))
    );
    let example = &found.groups[0].examples[0];
    let row = Reader::open(day.path()).unwrap();
    let row = row
        .find(example.position.decision_id.unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(row.position, example.position.number);
}

#[test]
fn facts_and_texts_and_the_same_policy_judging_again_give_the_same() {
    let day = Day::new(1);
    let all = Selection::default();
    let facts = day.report(&day.replay(&all));
    let from_text = Replay {
        facts: FactsFrom::Text,
        ..day.replay(&all)
    };
    let texts = day.report(&from_text);
    let scope = texts.replay.as_ref().unwrap();
    assert_eq!(scope.facts_differ, 0);
    assert!(scope.from_text > 0, "{scope:?}");
    let judged = Replay {
        active: Active::Judged(Arc::clone(&day.pair.active)),
        ..day.replay(&all)
    };
    let judged = day.report(&judged);
    for other in [texts, judged] {
        let same = Report {
            replay: facts.replay.clone(),
            ..other
        };
        assert_eq!(bytes(&same), bytes(&facts));
    }
}

#[test]
fn the_number_of_workers_changes_no_byte() {
    // More than a worker takes at once.
    let day = Day::new(30);
    let all = Selection::default();
    let reports = [1, 2, 3, 7].map(|workers| {
        bytes(&day.report(&Replay {
            workers,
            ..day.replay(&all)
        }))
    });
    assert!(reports.iter().all(|it| *it == reports[0]));
}

#[test]
fn since_is_within_and_until_is_not() {
    let day = Day::new(1);
    let times = day.times();
    assert_eq!(times.len(), 45);
    let (from, to) = (times[10].1, times[30].1);
    for (since, until) in [
        (Some(from), Some(to)),
        (Some(from), None),
        (None, Some(to)),
        (Some(to), Some(from)),
    ] {
        let selection = Selection {
            since,
            until,
            ..Selection::default()
        };
        let wanted: Vec<u64> = times
            .iter()
            .filter(|(_, at)| since.is_none_or(|it| *at >= it) && until.is_none_or(|it| *at < it))
            .map(|(position, _)| *position)
            .collect();
        let replayed = run(&day.replay(&selection));
        assert_eq!(replayed.seen, wanted.len() as u64);
        let ends = wanted.first().copied().zip(wanted.last().copied());
        assert_eq!(replayed.positions, ends);
    }
}

#[test]
fn conditions_narrow_down_and_a_verifier_narrows_down_alike() {
    let day = Day::new(1);
    for (condition, seen) in [
        ("agent=builder", None),
        ("action_type=git_operation", None),
        ("verdict=block", None),
        ("rule=filesystem.read.block", None),
        ("agent=nobody", Some(0)),
    ] {
        let mut selection = Selection::default();
        let condition: Condition = condition.parse().unwrap();
        selection.add(condition.clone()).unwrap();
        assert!(selection.add(condition).is_err());
        let replayed = run(&day.replay(&selection));
        assert!(replayed.seen < 45);
        match seen {
            Some(seen) => assert_eq!(replayed.seen, seen),
            None => {
                assert!(replayed.seen > 0);
                let said = day.report(&day.replay(&selection));
                let checks = day.verify(&said);
                assert!(is_accepted(&checks), "{checks:#?}");
            }
        }
    }
    for text in [
        "agent",
        "who=x",
        "verdict=maybe",
        "policy=12",
        "action_type=",
    ] {
        assert!(text.parse::<Condition>().is_err(), "{text}");
    }
}

#[test]
fn decisions_of_two_policies_are_one_report_only_where_one_policy_judges_all() {
    let day = Day::new(1);
    day.decide(&[Arc::clone(&day.pair.candidate)], 1);
    let all = Selection::default();
    let refused = replay(&day.replay(&all), &|_, _| {}).unwrap_err();
    let digests = [&day.pair.active, &day.pair.candidate].map(|it| it.identity().effective_digest);
    let text = refused.to_string();
    assert!(matches!(refused, ReplayError::SeveralPolicies(_)));
    assert!(
        digests.iter().all(|it| text.contains(&it.to_string())),
        "{text}"
    );
    let mut one = Selection::default();
    one.add(Condition::Policy(digests[0])).unwrap();
    assert_eq!(counts(&day.report(&day.replay(&one))), [4, 3, 2, 7, 29]);
    let judged = Replay {
        active: Active::Judged(Arc::clone(&day.pair.active)),
        ..day.replay(&all)
    };
    let found = day.report(&judged);
    assert_eq!(counts(&found), [8, 6, 4, 14, 58]);
    assert_eq!(found.replay.unwrap().recorded_policies.len(), 2);
}

#[test]
fn what_retention_dropped_or_nobody_can_judge_is_counted() {
    let day = Day::new(1);
    let connection = rusqlite::Connection::open(day.path().join("journal.db")).unwrap();
    let subject = "SELECT subject FROM record WHERE position = 5";
    let place: i64 = connection.query_row(subject, [], |row| row.get(0)).unwrap();
    let naming = "SELECT count(*) FROM record WHERE subject = ?1";
    let naming: i64 = connection
        .query_row(naming, [place], |row| row.get(0))
        .unwrap();
    let emptied = connection.execute("UPDATE content SET body = NULL WHERE content = ?1", [place]);
    assert_eq!(emptied.unwrap(), 1);
    let all = Selection::default();
    let replayed = run(&day.replay(&all));
    let unjudged = day.times().len() as u64 - replayed.tally.compared();
    let naming = u64::try_from(naming).unwrap();
    assert_eq!((replayed.seen, replayed.not_replayable), (45, naming));
    assert_eq!(unjudged, naming);
}

#[test]
fn a_changed_record_or_content_ends_the_replay() {
    for sql in [
        "UPDATE record SET body = replace(body, 'builder', 'Builder') WHERE position = 3",
        "UPDATE content SET body = replace(body, 'read', 'raed') WHERE body LIKE '%findings%'",
        "UPDATE record SET subject = (SELECT subject FROM record WHERE position = 44) WHERE position = 1",
        "DELETE FROM record WHERE position = 7",
        "UPDATE record SET subject = NULL WHERE position = 9",
    ] {
        let day = Day::new(1);
        let connection = rusqlite::Connection::open(day.path().join("journal.db")).unwrap();
        assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
        let all = Selection::default();
        let refused = replay(&day.replay(&all), &|_, _| {}).unwrap_err();
        assert!(
            matches!(refused, ReplayError::Damaged { .. }),
            "{sql}: {refused}"
        );
    }
}

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

/// A report as a live run makes it of the decisions at `positions`, which the journal then says
/// that it compared.
fn live(day: &Day, positions: &[(u64, u64)]) -> Report {
    let run_id = "018f0000-0000-7000-8000-000000000001";
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
        name: Some(run_id.to_owned()),
        first_position: positions.first().map(|it| it.0),
        last_position: positions.last().map(|it| it.1),
        checkpoint: None,
    };
    for label in &mut made.labels {
        if ["denominators.seen", "denominators.sampled"].contains(&label.field.as_str()) {
            label.basis = Basis::Attested;
        }
    }
    made.labels.retain(|label| label.field != "replay");
    let claims = Claims {
        thresholds: Thresholds::STANDARD,
        explained: &BTreeSet::new(),
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

    let halves = [&positions[..1], &positions[1..]];
    let notes = halves.map(|part| {
        serde_json::json!({
            "event": "compared", "batch": 0, "compared": {"positions": part},
        })
    });
    let started = serde_json::json!({"event": "started", "queue_decisions": 8});
    let others = serde_json::json!({"event": "compared", "compared": {"positions": [[1, 45]]}});
    let details = [(run_id, started), ("other", others)];
    let [first, second] = notes;
    let details = details
        .into_iter()
        .chain([(run_id, first), (run_id, second)]);
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
    let said = serde_json::to_value(said).unwrap();
    for (place, value) in [
        ("/groups/0/count", Value::from(1)),
        ("/counts/same", Value::from(0)),
        ("/timeline/points/0/compared", Value::from(1)),
        ("/ledger/active/rules/0/fired", Value::from(77)),
        ("/required_classes/0/samples", Value::from(77)),
        ("/source/name", Value::from("other")),
        ("/source/name", Value::from("nobody")),
        ("/labels/0/basis", Value::from("attested")),
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

/// Whether a report with these bytes is refused, by whoever signed it.
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
