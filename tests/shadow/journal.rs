//! The planted day through a real journal: replayed and reported.

use std::sync::Arc;

use cavra::journal::store::Reader;
use cavra::shadow::replay::{Active, Replay, ReplayError, replay};
use cavra::shadow::report::criteria::CriterionName;
use cavra::shadow::report::{Condition, FactsFrom, ReplayedActive, Report, Selection};
use cavra::shadow::verify::is_accepted;
use serde_json::Value;

use super::day::{Day, bytes, counts, run};
use super::support::{Maker, planted, tally};

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
                let whole = said
                    .criteria
                    .iter()
                    .find(|it| it.name == CriterionName::WholeTraffic);
                assert!(
                    whole.is_some_and(|it| !it.met),
                    "what is left out may be laxer"
                );
                assert_eq!(said.contradictions(), Vec::<String>::new());
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
