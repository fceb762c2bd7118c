//! What a report says of itself.

use std::collections::BTreeSet;

use cavra::canonical::Digest;
use cavra::decision::Change;
use cavra::shadow::compare::statistics::Method;
use cavra::shadow::compare::tally::Tally;
use cavra::shadow::report::criteria::{CriterionName, DryRunSummary, Thresholds};
use cavra::shadow::report::{Basis, Intake, Report, Status};
use serde_json::{Value, json};

use super::support::{Judged, Maker, all_of, minute, planted, tally};

fn met(report: &Report, name: CriterionName) -> bool {
    report
        .criteria
        .iter()
        .find(|it| it.name == name)
        .unwrap()
        .met
}

/// The planted day without what is planted, over and over, a minute each.
fn quiet(day: &[Judged], count: usize) -> Tally {
    let same: Vec<&Judged> = day.iter().filter(|it| it.want == Change::Same).collect();
    let mut tally = Tally::new(3);
    for number in 0..count {
        let mut observation = same[number % same.len()].observation();
        observation.position.number = number as u64;
        observation.at = Some(minute(i64::try_from(number).unwrap()));
        tally.record(&observation);
    }
    tally
}

#[test]
fn silence_is_not_ready() {
    let report = Maker::new().report(&Tally::new(3));
    assert_eq!(report.status, Status::NotReady);
    assert!(!met(&report, CriterionName::Traffic));
    assert!(!met(&report, CriterionName::CandidateErrorRate));
    assert_eq!(report.bounds.loosened.method, Method::NoTraffic);
    assert_eq!(report.bounds.loosened.upper_rate, 1.0);
    assert_eq!(report.never_exercised.required_classes.len(), 6);
}

#[test]
fn a_day_without_divergence_is_ready_unless_something_is_missing() {
    let mut maker = Maker::new();
    let day = planted(&maker.pair);
    // No plain push to a protected branch is the same under the candidate.
    maker.thresholds.min_samples_per_required_class = 0;
    let tally = quiet(&day, 24 * 60);
    let ready = maker.report(&tally);
    assert_eq!(ready.status, Status::Ready, "{:#?}", ready.criteria);
    assert_eq!(ready.bounds.loosened.upper_rate, 3.0 / 1440.0);

    maker.thresholds.min_samples_per_required_class = 1;
    assert!(!met(
        &maker.report(&tally),
        CriterionName::RequiredClassSamples
    ));
    maker.thresholds.min_samples_per_required_class = 0;

    maker.simulated_clock = true;
    let simulated = maker.report(&tally);
    assert!(simulated.simulated_clock && !met(&simulated, CriterionName::WallClock));
    assert_eq!(simulated.status, Status::NotReady);
    maker.simulated_clock = false;

    let of_candidate = maker.dry_run;
    for dry_run in [
        None,
        of_candidate.map(|it| DryRunSummary {
            failed_count: 1,
            ..it
        }),
        of_candidate.map(|it| DryRunSummary {
            effective_digest: Digest::of(b"another"),
            ..it
        }),
    ] {
        maker.dry_run = dry_run;
        assert!(
            !met(&maker.report(&tally), CriterionName::DryRunFailures),
            "{dry_run:?}"
        );
    }
    maker.dry_run = of_candidate;

    let an_hour_short = quiet(&day, 23 * 60);
    assert!(!met(
        &maker.report(&an_hour_short),
        CriterionName::ObservationHours
    ));

    let intake = Intake {
        sampled: 1_500,
        seen: 1_500,
        dropped: 60,
        ..all_of(&tally)
    };
    assert!(!met(
        &maker.report_with(&tally, intake),
        CriterionName::DropRate
    ));

    let intake = Intake {
        seen: 1_500,
        not_replayable: 60,
        ..all_of(&tally)
    };
    let unseen = maker.report_with(&tally, intake);
    assert!(!met(&unseen, CriterionName::DropRate));
    assert_eq!(unseen.contradictions(), Vec::<String>::new());
}

#[test]
fn a_loosening_must_be_explained_group_by_group() {
    let mut maker = Maker::new();
    let tally = tally(&planted(&maker.pair));
    let report = maker.report(&tally);
    let loosened: Vec<Digest> = report.groups_of(Change::Loosened).map(|it| it.id).collect();
    assert_eq!(loosened.len(), 2);
    for count in 0..=2 {
        maker.explained = loosened.iter().copied().take(count).collect();
        let report = maker.report(&tally);
        assert_eq!(
            met(&report, CriterionName::UnexplainedLoosening),
            count == 2
        );
        let explained = report.groups.iter().filter(|it| it.explained).count();
        assert_eq!(explained, count);
    }
    maker.explained = BTreeSet::from([Digest::of(b"of another candidate")]);
    assert!(!met(
        &maker.report(&tally),
        CriterionName::UnexplainedLoosening
    ));
}

#[test]
fn minutes_count_once_and_pauses_do_not() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    let mut tally = Tally::new(3);
    for (place, offset) in [0, 0, 0, 1, 90, 90, 5_000].into_iter().enumerate() {
        let mut observation = day[0].observation();
        observation.position.number = place as u64;
        observation.at = Some(minute(offset));
        tally.record(&observation);
    }
    let report = maker.report(&tally);
    assert_eq!(report.observation.seconds, 4 * 60);
    assert_eq!(report.observation.first_at, Some(minute(0)));
    assert_eq!(report.observation.last_at, Some(minute(5_000)));
    let compared: u64 = report
        .timeline
        .points
        .iter()
        .map(|point| point.compared)
        .sum();
    assert_eq!(compared, 7);
    assert!(report.timeline.points.len() <= 4);
}

#[test]
fn an_edited_number_contradicts_the_others() {
    let maker = Maker::new();
    let report = maker.report(&tally(&planted(&maker.pair)));
    assert_eq!(report.contradictions(), Vec::<String>::new());
    let whole = serde_json::to_value(&report).unwrap();
    let edits: [(&str, Value); 14] = [
        ("/counts/loosened", json!(3)),
        ("/counts/same", json!(30)),
        ("/denominators/compared", json!(46)),
        ("/denominators/dropped", json!(1)),
        ("/denominators/errored", json!(0)),
        ("/groups/0/count", json!(2)),
        ("/matrix/0/count", json!(1)),
        ("/bounds/loosened/upper_rate", json!(0.01)),
        ("/status", json!("ready")),
        ("/criteria/1/met", json!(true)),
        ("/criteria/3/threshold", json!(0)),
        ("/criteria/2/actual", json!(7)),
        ("/groups/0/id", whole["groups"][1]["id"].clone()),
        ("/groups/0/key/subject", json!("run true")),
    ];
    for (place, value) in edits {
        let mut edited = whole.clone();
        *edited.pointer_mut(place).unwrap() = value;
        let edited: Report = serde_json::from_value(edited).unwrap();
        assert!(!edited.contradictions().is_empty(), "{place}");
    }
    let mut fewer = whole.clone();
    fewer["criteria"].as_array_mut().unwrap().remove(1);
    let fewer: Report = serde_json::from_value(fewer).unwrap();
    assert!(!fewer.contradictions().is_empty());
    let mut more = whole;
    more["counts"]["hidden"] = json!(1);
    assert!(serde_json::from_value::<Report>(more).is_err());
}

#[test]
fn what_can_only_be_attested_says_so() {
    let maker = Maker::new();
    let report = maker.report(&tally(&planted(&maker.pair)));
    let basis = |field: &str| {
        let label = report.labels.iter().find(|label| label.field == field);
        label.unwrap().basis
    };
    assert_eq!(basis("counts"), Basis::Recomputed);
    assert_eq!(basis("denominators.dropped"), Basis::Attested);
    assert_eq!(basis("candidate_failures.timed_out"), Basis::Attested);
    let names: Value = serde_json::to_value(&report).unwrap();
    for label in &report.labels {
        let pointer = format!("/{}", label.field.replace('.', "/"));
        assert!(names.pointer(&pointer).is_some(), "{}", label.field);
    }
    assert_eq!(Thresholds::default(), Thresholds::STANDARD);
}
