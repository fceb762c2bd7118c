//! A candidate with five planted changes: exactly these are found, each in its class.

use cavra::decision::Change;
use cavra::shadow::compare::group::PackSection;
use cavra::shadow::compare::observation::FailureKind;
use cavra::shadow::report::Status;

use super::support::{Maker, planted, tally};

#[test]
fn each_change_is_found_in_its_class_and_nothing_else_is() {
    let maker = Maker::new();
    let day = planted(&maker.pair);
    for judged in &day {
        let found = judged.observation().change();
        assert_eq!(found, judged.want, "{:?}", judged.action);
    }
    let report = maker.report(&tally(&day));
    let counts = Change::ALL.map(|change| report.counts.of(change));
    assert_eq!(counts, [4, 3, 2, 7, 29]);
    let groups: Vec<(Change, PackSection, &str, Vec<&str>, u64)> = report
        .groups
        .iter()
        .map(|group| {
            let key = &group.key;
            let agents = group.agents.iter();
            let agents = agents.map(|it| it.agent_id.as_deref().unwrap()).collect();
            (
                key.change,
                key.section,
                key.subject.as_ref(),
                agents,
                group.count,
            )
        })
        .collect();
    let (builder, releaser) = (|| vec!["builder"], || vec!["releaser"]);
    assert_eq!(
        groups,
        [
            (
                Change::Loosened,
                PackSection::Git,
                "push main",
                builder(),
                3
            ),
            (
                Change::Loosened,
                PackSection::Git,
                "push master",
                releaser(),
                1
            ),
            (
                Change::CandidateError,
                PackSection::Rules,
                "helm upgrade",
                releaser(),
                3
            ),
            (
                Change::Tightened,
                PackSection::Filesystem,
                ".tfvars",
                builder(),
                2
            ),
            (
                Change::ReasonChanged,
                PackSection::Approvals,
                "cargo build",
                builder(),
                5
            ),
            (
                Change::ReasonChanged,
                PackSection::Approvals,
                "curl",
                releaser(),
                2
            ),
        ]
    );
    for group in &report.groups {
        let example = group.examples.first().unwrap();
        let judged = &day[usize::try_from(example.position.number).unwrap() - 1];
        assert_eq!(judged.want, group.key.change, "{example:?}");
        assert_eq!(example.at, judged.at);
        assert!(!example.text.contains("hunter"), "{}", example.text);
    }
    let failure = report.groups[2].examples[0].failure.as_ref().unwrap();
    assert_eq!(failure.kind, FailureKind::Error);
    assert!(
        failure.reason.contains("replicas.rego"),
        "{}",
        failure.reason
    );
    let swapped = &report.groups[4].examples[0];
    let groups = |side: &Option<cavra::shadow::compare::group::Side>| {
        side.as_ref().unwrap().approver_groups[0].to_string()
    };
    assert_eq!(groups(&swapped.active), "Repository Owners");
    assert_eq!(groups(&swapped.candidate), "Developer Experience");
}

#[test]
fn the_dead_rule_is_named_and_masked_ones_say_by_which() {
    let maker = Maker::new();
    let report = maker.report(&tally(&planted(&maker.pair)));
    let new: Vec<(&str, Option<&str>)> = report
        .never_exercised
        .new_candidate_rules
        .iter()
        .map(|rule| (rule.rule_id.as_ref(), rule.pattern.as_deref()))
        .collect();
    assert_eq!(
        new,
        [
            ("filesystem.write.block", Some("infra/prodcution/**")),
            // Its evaluation ends in an error whenever it would have something to say.
            ("planted.helm.too_many_replicas", None),
        ]
    );
    assert!(report.never_exercised.required_classes.is_empty());
    let rules = &report.ledger.candidate.rules;
    let tfvars = rules
        .iter()
        .find(|it| it.rule.pattern.as_deref() == Some("*.tfvars"))
        .unwrap();
    assert_eq!(
        (tfvars.fired, tfvars.decisive, tfvars.only_here),
        (2, 2, true)
    );
    assert!(tfvars.first.as_ref().unwrap().text.ends_with(".tfvars"));
    let masked = rules
        .iter()
        .find(|it| it.rule.rule_id.as_ref() == "git.protected_branch.allow_with_attestation")
        .unwrap();
    assert_eq!((masked.fired, masked.decisive, masked.masked), (3, 0, 3));
    let by = &masked.masked_by[0];
    assert_eq!(
        by.rule.rule_id.as_ref(),
        "git.protected_branch.require_approval"
    );
    assert_eq!(by.count, 3);
    let ledger = &report.ledger.candidate;
    assert_eq!(ledger.always_masked, 4);
    let silent = rules.iter().filter(|it| it.fired == 0).count() as u64;
    assert_eq!(ledger.never_fired, silent);
    for it in rules {
        assert_eq!(it.fired, it.decisive + it.masked, "{:?}", it.rule);
    }
}

#[test]
fn the_criteria_say_not_met_and_why() {
    let maker = Maker::new();
    let report = maker.report(&tally(&planted(&maker.pair)));
    assert_eq!(report.status, Status::NotReady);
    let found: Vec<(&str, bool)> = report
        .criteria
        .iter()
        .map(|it| (it.name.as_str(), it.met))
        .collect();
    assert_eq!(
        found,
        [
            ("traffic", true),
            ("unexplained_loosening", false),
            ("dry_run_failures", true),
            ("observation_hours", false),
            ("required_class_samples", false),
            ("candidate_error_rate", false),
            ("drop_rate", true),
            ("wall_clock", true),
            ("whole_traffic", true),
        ]
    );
    assert!(report.criteria.iter().all(|it| !it.message.is_empty()));
    let errors = &report.criteria[5];
    assert_eq!((errors.actual, errors.threshold), (Some(66_667), 100));
    // 45 actions, each in a minute of its own.
    assert_eq!(report.observation.seconds, 45 * 60);
}
