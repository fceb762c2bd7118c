//! When a report is evidence for a change, and every reason why it is none.

use std::collections::HashSet;

use cavra::decision::Change;
use cavra::policy::promotion::{Criteria, Thresholds};
use cavra::shadow::EndReason;
use cavra::shadow::report::evidence::NoEvidence;
use cavra::shadow::report::{Report, RunRef, SourceKind};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::support::{Maker, planted, tally};

/// What the planted day meets, once its loosened groups are answered for.
const MET: Thresholds = Thresholds {
    max_dry_run_failed_count: 0,
    min_observation_hours: 0,
    min_samples_per_required_class: 1,
    max_unexplained_loosened_groups: 0,
    max_candidate_error_ppm: 100_000,
    max_drop_ppm: 0,
};

const REQUIRED: Criteria = Criteria {
    approvals_required: 2,
    thresholds: MET,
    ..Criteria::STANDARD
};

/// The report of a run that has ended, judged by `thresholds`.
fn report(thresholds: Thresholds) -> Report {
    let mut maker = Maker::new();
    let tally = tally(&planted(&maker.pair));
    let seen = maker.report(&tally);
    maker.explained = seen.groups_of(Change::Loosened).map(|it| it.id).collect();
    maker.thresholds = thresholds;
    let mut report = maker.report(&tally);
    report.source.kind = SourceKind::Live;
    report.source.checkpoint = Some("a note".to_owned());
    report.source.run = Some(RunRef {
        id: Uuid::nil(),
        ended: Some(EndReason::Stopped),
        criteria: Some(REQUIRED),
    });
    report
}

#[test]
fn a_report_that_meets_what_is_required_is_evidence() {
    assert_eq!(report(MET).check_evidence(&REQUIRED), Ok(()));
    // A replay has no start, and so nothing was recorded then.
    let mut replayed = report(MET);
    replayed.source.kind = SourceKind::Journal;
    replayed.source.run = None;
    assert_eq!(replayed.check_evidence(&REQUIRED), Ok(()));
    // A run that was started for more than is required.
    let less = Criteria {
        approvals_required: 1,
        thresholds: Thresholds::DRY_RUN,
        ..REQUIRED
    };
    let strict = Thresholds {
        min_observation_hours: 24,
        ..MET
    };
    let report = report(strict);
    assert!(report.criteria.iter().any(|it| !it.met));
    assert_eq!(report.check_evidence(&less), Ok(()));
}

#[test]
fn each_reason_has_its_own_message() {
    let run = |report: &mut Report, change: &dyn Fn(&mut RunRef)| {
        change(report.source.run.as_mut().unwrap());
    };
    let of = |change: &dyn Fn(&mut Report)| {
        let mut report = report(MET);
        change(&mut report);
        report.check_evidence(&REQUIRED).unwrap_err().to_string()
    };
    let stricter = |change: &dyn Fn(&mut Criteria)| {
        let mut required = REQUIRED;
        change(&mut required);
        let mut report = report(required.thresholds);
        run(&mut report, &|run| run.criteria = Some(required));
        report.check_evidence(&required).unwrap_err().to_string()
    };
    let looser = Criteria {
        approvals_required: 1,
        ..REQUIRED
    };
    let cases = [
        (
            of(&|it| it.counts.loosened += 1),
            "the report contradicts itself",
        ),
        (
            of(&|it| it.source.kind = SourceKind::Actions),
            "no journal vouches for",
        ),
        (of(&|it| it.source.checkpoint = None), "names no checkpoint"),
        (of(&|it| it.source.run = None), "the run was still on"),
        (
            of(&|it| run(it, &|run| run.ended = None)),
            "the run was still on",
        ),
        (
            of(&|it| run(it, &|run| run.criteria = None)),
            "recorded no criteria when it began",
        ),
        (
            of(&|it| run(it, &|run| run.criteria = Some(looser))),
            "the report's run began under other criteria: `criteria.approvals_required` was 1, and 2 is required",
        ),
        (
            report(Thresholds {
                min_samples_per_required_class: 0,
                ..MET
            })
            .check_evidence(&REQUIRED)
            .unwrap_err()
            .to_string(),
            "the report is judged by other criteria: `criteria.thresholds.min_samples_per_required_class` is 0, and 1 is required",
        ),
        (
            stricter(&|it| it.thresholds.min_observation_hours = 24),
            "the run was stopped before its criteria were met: the criterion `observation_hours` is not met",
        ),
        (
            stricter(&|it| it.thresholds.max_candidate_error_ppm = 1),
            "the run was stopped before its criteria were met: the criterion `candidate_error_rate` is not met",
        ),
    ];
    let mut messages = HashSet::new();
    for (found, says) in cases {
        assert!(found.contains(says), "{found}");
        messages.insert(found);
    }
    assert_eq!(messages.len(), 9, "a run that is missing is one that is on");
    let mut simulated = Maker::new();
    simulated.simulated_clock = true;
    let simulated = simulated.report(&tally(&planted(&Maker::new().pair)));
    let found = simulated.check_evidence(&REQUIRED);
    assert_eq!(found, Err(NoEvidence::SimulatedClock));
}

#[test]
fn the_reason_names_how_the_run_ended() {
    let mut required = REQUIRED;
    required.thresholds.min_observation_hours = 24;
    for (ended, says) in [
        (EndReason::Stopped, "the run was stopped before"),
        (
            EndReason::ActiveChanged,
            "another policy became active before",
        ),
        (EndReason::ServiceEnded, "the service ended before"),
        (EndReason::Failed, "the run failed before"),
        (EndReason::TimeReached, "the criterion `observation_hours`"),
        (EndReason::MaxCompared, "the criterion `observation_hours`"),
    ] {
        let mut report = report(required.thresholds);
        report.source.run = Some(RunRef {
            id: Uuid::nil(),
            ended: Some(ended),
            criteria: Some(required),
        });
        let found = report.check_evidence(&required).unwrap_err().to_string();
        assert!(found.starts_with(says), "{found}");
    }
}

#[test]
fn evidence_is_as_old_as_its_last_comparison_or_as_it_says() {
    let hour = SignedDuration::from_hours(1);
    let tick = SignedDuration::from_nanos(1);
    let aged = |hours: u64| Criteria {
        max_evidence_age_hours: Some(hours),
        ..REQUIRED
    };
    let mut report = report(MET);
    let last = report.observation.last_at.unwrap();
    let check = |report: &Report, hours, at| report.check_age(&aged(hours), at);
    let too_old = |of, hours, at| Err(NoEvidence::TooOld { of, hours, at });
    // The time of the report makes it no younger, and no time means that of the last comparison.
    for made in [None, Some(last), Some(last + hour), Some(Timestamp::MAX)] {
        report.generated_at = made;
        assert_eq!(check(&report, 2, last), Ok(()));
        assert_eq!(check(&report, 2, last + hour * 2), Ok(()));
        let late = last + hour * 2 + tick;
        assert_eq!(check(&report, 2, late), too_old(last, 2, late));
    }
    // It may say that it is older.
    let early = last - hour;
    report.generated_at = Some(early);
    assert_eq!(check(&report, 2, early + hour * 2), Ok(()));
    let late = early + hour * 2 + tick;
    assert_eq!(check(&report, 2, late), too_old(early, 2, late));
    // A comparison that is yet to come is of no age.
    let before = last - tick;
    let not_yet = NoEvidence::NotYet {
        of: last,
        at: before,
    };
    assert_eq!(check(&report, 2, before), Err(not_yet));
    assert_eq!(check(&report, u64::MAX, last), Ok(()));
    report.observation.last_at = None;
    assert_eq!(check(&report, 2, last), Err(NoEvidence::NoAge));
    let ageless = Criteria {
        max_evidence_age_hours: None,
        ..REQUIRED
    };
    assert_eq!(report.check_age(&ageless, last), Ok(()));
}
