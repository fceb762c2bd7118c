//! What shadow tests share: two policies, actions, and reports over them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::action::Action;
use cavra::action::establish;
use cavra::action::facts::Facts;
use cavra::decision::{Change, Judgement};
use cavra::engine::Policy;
use cavra::library::{Library, load_file};
use cavra::shadow::compare::observation::{CandidateAnswer, Observation, Position};
use cavra::shadow::compare::rule_counts::{Rule, rules_of};
use cavra::shadow::compare::sampling::PartsPerMillion;
use cavra::shadow::compare::tally::Tally;
use cavra::shadow::pair::Pair;
use cavra::shadow::report::criteria::{DryRunSummary, Thresholds};
use cavra::shadow::report::{Compared, Intake, Report, ReportInput, Source, SourceKind};
use jiff::Timestamp;
use serde_json::Value;

pub(crate) const BASELINE: &str = "cavra-ai-agent-baseline";
pub(crate) const PLANTED: &str = "tests/data/shadow/planted";
pub(crate) const PLANTED_ACTIONS: &str = include_str!("../data/shadow/planted.jsonl");

/// The baseline, and the candidate with five planted changes.
pub(crate) fn pair() -> Pair {
    let library = Library::open(&[PathBuf::from("policy-packs")]).unwrap();
    let planted = load_file(Path::new(PLANTED)).unwrap();
    let candidate = library.effective_of(planted).unwrap();
    Pair {
        active: Arc::new(Policy::compile(library.effective(BASELINE).unwrap()).unwrap()),
        candidate: Arc::new(Policy::compile(candidate).unwrap()),
    }
}

/// One action under both policies.
pub(crate) struct Judged {
    pub(crate) position: Position,
    pub(crate) at: Option<Timestamp>,
    pub(crate) action: Action,
    pub(crate) facts: Facts,
    pub(crate) active: Judgement,
    pub(crate) candidate: CandidateAnswer,
    /// What was planted.
    pub(crate) want: Change,
}

impl Judged {
    pub(crate) fn observation(&self) -> Observation<'_> {
        Observation {
            position: self.position,
            at: self.at,
            agent_id: self.action.caller.agent_id.as_deref(),
            action: &self.action,
            facts: &self.facts,
            active: &self.active,
            candidate: &self.candidate,
        }
    }
}

/// The planted day: an action every 17 minutes, from midnight.
pub(crate) fn planted(pair: &Pair) -> Vec<Judged> {
    let lines = (1..).zip(PLANTED_ACTIONS.lines());
    lines
        .map(|(number, line)| {
            let document: Value = serde_json::from_str(line).unwrap();
            let input = document["input"].to_string();
            let action = Action::from_json(input.as_bytes()).unwrap();
            let facts = establish(&action).unwrap();
            let (active, candidate) = pair.judge(&action, &facts);
            let name = document["want"].as_str().unwrap();
            let mut changes = Change::ALL.into_iter();
            Judged {
                position: Position {
                    number,
                    decision_id: None,
                },
                at: Some(minute(17 * i64::try_from(number).unwrap())),
                action,
                facts,
                active,
                candidate,
                want: changes.find(|it| it.as_str() == name).unwrap(),
            }
        })
        .collect()
}

/// So many minutes after midnight of a day.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    let midnight: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    Timestamp::from_second(midnight.as_second() + 60 * minutes).unwrap()
}

pub(crate) fn tally<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Tally {
    let mut tally = Tally::new(3);
    for it in judged {
        tally.record(&it.observation());
    }
    tally
}

/// Everything that was compared was seen.
pub(crate) fn all_of(tally: &Tally) -> Intake {
    Intake {
        seen: tally.compared(),
        rate: PartsPerMillion::ALL,
        sampled: tally.compared(),
        dropped: 0,
        pending: 0,
        not_replayable: 0,
    }
}

/// What a report is made with, where a test doesn't say otherwise.
pub(crate) struct Maker {
    pub(crate) pair: Pair,
    active_rules: Vec<Rule>,
    candidate_rules: Vec<Rule>,
    pub(crate) dry_run: Option<DryRunSummary>,
    pub(crate) thresholds: Thresholds,
    pub(crate) explained: BTreeSet<cavra::canonical::Digest>,
    pub(crate) simulated_clock: bool,
}

impl Maker {
    pub(crate) fn new() -> Self {
        let pair = pair();
        Self {
            active_rules: rules_of(pair.active.pack()),
            candidate_rules: rules_of(pair.candidate.pack()),
            dry_run: Some(DryRunSummary {
                effective_digest: pair.candidate.identity().effective_digest,
                case_count: 6,
                failed_count: 0,
            }),
            pair,
            thresholds: Thresholds::STANDARD,
            explained: BTreeSet::new(),
            simulated_clock: false,
        }
    }

    pub(crate) fn report(&self, tally: &Tally) -> Report {
        self.report_with(tally, all_of(tally))
    }

    pub(crate) fn report_with(&self, tally: &Tally, intake: Intake) -> Report {
        Report::of(ReportInput {
            tally,
            intake,
            source: Source {
                kind: SourceKind::Journal,
                name: None,
                run: None,
                first_position: Some(1),
                last_position: Some(45),
                checkpoint: None,
            },
            simulated_clock: self.simulated_clock,
            generated_at: None,
            active: Compared {
                identity: self.pair.active.identity(),
                rules: &self.active_rules,
            },
            candidate: Compared {
                identity: self.pair.candidate.identity(),
                rules: &self.candidate_rules,
            },
            dry_run: self.dry_run,
            thresholds: self.thresholds,
            explained: &self.explained,
        })
        .unwrap()
    }
}
