//! Whether the evidence shows that a candidate does what people approved.
//!
//! A report counts if a service of the trust file signed it, if it is about exactly these two
//! policies, and if recomputing it from the journal gives the same numbers. What was decided since
//! is judged again: a group that loosens and that the report hasn't got refuses the promotion.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::answered::unanswered;
use super::documents::{Documents, Signed};
use super::error::GateError;
use super::limits::{JUDGING_THREADS, MAX_JUDGED_RECORDS, MAX_TIGHTENING_RECORDS};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::error::AcknowledgementRefusal;
use crate::change::request::ChangeRequest;
use crate::decision::Change;
use crate::engine::Policy;
use crate::journal::query::contents_dropped_before;
use crate::journal::store::Reader;
use crate::keys::VerifyingKey;
use crate::policy::diff::{Diff, diff};
use crate::policy::promotion::Criteria;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::replay::{self, Active, Claims, Replay, replay};
use crate::shadow::report::answer::AnswerError;
use crate::shadow::report::criteria::DryRunSummary;
use crate::shadow::report::signed::{SignedReport, SignedReportError};
use crate::shadow::report::{FactsFrom, Report, Selection, SourceKind};
use crate::shadow::verify::{Evidence, Finding, is_accepted, verify};
use crate::trust::Trust;

/// Two policies, and the journal that they are compared by.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) directory: PathBuf,
    pub(super) log_key: VerifyingKey,
    pub(super) active: Arc<Policy>,
    pub(super) candidate: Arc<Policy>,
    pub(super) dry_run: DryRunSummary,
    /// The acknowledgements that were recorded for this change.
    pub(super) acknowledged: Vec<Signed>,
    /// The cases of the active policy that the candidate lost.
    pub(super) lost: Vec<String>,
    /// The criteria of the request.
    pub(super) criteria: Criteria,
}

/// What the evidence covers.
#[derive(Debug, Clone, Default)]
pub(super) struct Covered {
    /// SHA-256 over the signed report, if one was needed.
    pub(super) report: Option<Digest>,
    /// Whether the report is of a live run, which judges what the journal can't replay.
    is_live: bool,
    /// The loosened groups that the report has.
    groups: BTreeSet<Digest>,
    explained: BTreeSet<Digest>,
    /// The first record that was not judged yet.
    pub(super) up_to: u64,
}

/// What was decided in a range that the evidence doesn't cover.
struct Since {
    /// The group, and what it is about.
    loosened: Vec<(Digest, String)>,
    not_replayable: u64,
    errors: u64,
    overflow: u64,
}

impl Pair {
    /// The records of the journal at this moment.
    pub(super) fn size(&self) -> Result<u64, GateError> {
        Ok(Reader::open(&self.directory)?.size()?)
    }

    /// The coverage of a candidate that loosens nothing by the packs alone, whose last records are
    /// judged. None if one of them is loosened: then a report is needed. Decisions of which the
    /// journal doesn't keep enough are left out: agents could make such decisions to keep a policy
    /// from being tightened.
    pub(super) fn tightening(&self) -> Result<Option<Covered>, GateError> {
        let size = self.size()?;
        let start = size.saturating_sub(MAX_TIGHTENING_RECORDS);
        let since = self.since(start..size, &BTreeSet::new())?;
        let is_clear = since.loosened.is_empty() && since.errors == 0 && since.overflow == 0;
        Ok(is_clear.then(|| Covered {
            up_to: size,
            ..Covered::default()
        }))
    }

    /// What the report covers; all that is missing, if it doesn't count.
    pub(super) fn report(
        &self,
        documents: &Documents,
        request: &ChangeRequest,
        trust: &Trust,
    ) -> Result<Result<Covered, Vec<String>>, GateError> {
        let Some(signed) = &documents.report else {
            return Ok(Err(vec![
                "a shadow report is needed, because the candidate may loosen something".to_owned(),
            ]));
        };
        let report = match opened(signed, trust) {
            Ok((report, digest)) => match is_named(request, digest) {
                true => (report, digest),
                false => {
                    let problem =
                        "the request names no evidence with the digest of the shadow report";
                    return Ok(Err(vec![problem.to_owned()]));
                }
            },
            Err(error) => {
                let problem = format!("the shadow report: {}", in_line(&error));
                return Ok(Err(vec![problem]));
            }
        };
        let (report, digest) = report;
        let answers = Answers::read(self, &documents.acknowledgements, &report, trust);
        let mut missing = answers.refused;
        missing.extend(unanswered(&self.lost, &answers.cases));
        missing.extend(self.against_journal(&report, &answers.groups)?);
        if !missing.is_empty() {
            return Ok(Err(missing));
        }
        let groups = report.loosened_groups().map(|group| group.id);
        // What a run left out, by its sampling or because it was behind, is judged now.
        let source = &report.source;
        let up_to = match saw_all(&report) {
            true => source.last_position.map(|last| last.saturating_add(1)),
            false => source.first_position,
        };
        Ok(Ok(Covered {
            report: Some(digest),
            is_live: source.kind == SourceKind::Live,
            groups: groups.collect(),
            explained: answers.groups,
            up_to: up_to.unwrap_or(0),
        }))
    }

    /// What doesn't hold of a report, recomputed from the journal and the policies.
    fn against_journal(
        &self,
        report: &Report,
        explained: &BTreeSet<Digest>,
    ) -> Result<Vec<String>, GateError> {
        let mut missing = Vec::new();
        if let Err(problem) = report.check_evidence(&self.criteria) {
            missing.push(format!("the shadow report is no evidence: {problem}"));
        }
        let age = report.check_age(&self.criteria, Timestamp::now());
        missing.extend(age.err().map(|problem| problem.to_string()));
        let evidence = Evidence {
            directory: &self.directory,
            log_key: &self.log_key,
            active: Arc::clone(&self.active),
            candidate: Arc::clone(&self.candidate),
            thresholds: self.criteria.thresholds,
            explained,
            dry_run: self.dry_run,
            workers: JUDGING_THREADS,
        };
        let checks = verify(report, &evidence, &|_, _| {})?;
        if !is_accepted(&checks) {
            missing.extend(self.dropped(report)?);
            let bad = checks
                .iter()
                .filter(|check| !matches!(check.finding, Finding::Holds | Finding::Said));
            missing.extend(bad.map(|check| {
                let why = check.message.as_deref().unwrap_or("it differs");
                format!("`{}` of the shadow report doesn't hold: {why}", check.field)
            }));
        }
        Ok(missing)
    }

    /// Says so if retention dropped contents that the report counted.
    fn dropped(&self, report: &Report) -> Result<Option<String>, GateError> {
        let source = &report.source;
        let Some((first, last)) = source.first_position.zip(source.last_position) else {
            return Ok(None);
        };
        let before = contents_dropped_before(&self.directory, last)?;
        let is_dropped = before > first;
        Ok(is_dropped.then(|| {
            format!(
                "retention dropped the contents of records before {before} since the shadow report, which \
                 counts records from {first} on, so it can't be recomputed; take a newer report"
            )
        }))
    }

    /// Judges what was recorded since, up to now. All that refuses the promotion, if anything does.
    pub(super) fn catch_up(&self, covered: &mut Covered) -> Result<Vec<String>, GateError> {
        let size = self.size()?;
        let range = covered.up_to..size;
        let records = range.end.saturating_sub(range.start);
        if records > MAX_JUDGED_RECORDS {
            return Ok(vec![format!(
                "{records} records were written since the last decision of the shadow report, and \
                 {MAX_JUDGED_RECORDS} are judged again; take a newer report"
            )]);
        }
        let since = self.since(range, &covered.explained)?;
        let mut missing = Vec::new();
        let new = since
            .loosened
            .iter()
            .filter(|(id, _)| !covered.groups.contains(id));
        missing.extend(new.map(|(id, about)| {
            format!(
                "the candidate loosened the group {id} ({about}) since the last decision of the evidence"
            )
        }));
        if since.overflow > 0 {
            missing.push("there are more groups since than are counted".to_owned());
        }
        // A live run saw what its traffic does to such actions. If they were refused since, agents could
        // keep every candidate from coming into force.
        if since.not_replayable > 0 && covered.report.is_some() && !covered.is_live {
            missing.push(format!(
                "{} decisions since can't be judged again; take the report of a live run",
                since.not_replayable
            ));
        }
        if covered.report.is_none() && since.errors > 0 {
            missing.push("the candidate could not be evaluated".to_owned());
        }
        covered.up_to = size;
        Ok(missing)
    }

    /// Judges a range by both policies.
    fn since(&self, range: Range<u64>, explained: &BTreeSet<Digest>) -> Result<Since, GateError> {
        let wanted = Replay {
            directory: &self.directory,
            positions: Some(range),
            only: None,
            selection: &Selection::default(),
            active: Active::Judged(Arc::clone(&self.active)),
            candidate: Arc::clone(&self.candidate),
            facts: FactsFrom::Journal,
            examples: 0,
            workers: JUDGING_THREADS,
        };
        let replayed = replay(&wanted, &|_, _| {})?;
        let not_replayable = replayed.not_replayable;
        let errors = replayed.tally.count(Change::CandidateError);
        if replayed.tally.count(Change::Loosened) == 0 {
            return Ok(Since {
                loosened: Vec::new(),
                not_replayable,
                errors,
                overflow: 0,
            });
        }
        let claims = Claims {
            thresholds: self.criteria.thresholds,
            explained,
            dry_run: self.dry_run,
            simulated_clock: false,
        };
        let report = replay::report(&wanted, &replayed, &self.active, claims)?;
        let loosened = report.loosened_groups().map(|group| {
            let kind = group.key.action_type.as_str();
            let (subject, step) = (&group.key.subject, group.key.step());
            (group.id, format!("{kind} `{subject}`, {step}"))
        });
        Ok(Since {
            loosened: loosened.collect(),
            not_replayable,
            errors,
            overflow: report.group_overflow.loosened,
        })
    }
}

/// The report, if a service that may sign reports did.
fn opened(signed: &Signed, trust: &Trust) -> Result<(Report, Digest), SignedReportError> {
    let opened = SignedReport::open(&signed.envelope, trust)?;
    Ok((opened.report, opened.digest))
}

fn is_named(request: &ChangeRequest, digest: Digest) -> bool {
    request.evidence.iter().any(|it| it.digest == digest)
}

/// Why an acknowledgement answers for nothing in a report.
#[derive(Debug, thiserror::Error)]
enum NotAnswered {
    /// It doesn't count for this change.
    #[error(transparent)]
    Refused(#[from] AcknowledgementRefusal),
    /// Its line doesn't cause a group that it names.
    #[error(transparent)]
    Groups(#[from] AnswerError),
}

/// What people with the role `explain` answered for.
#[derive(Default)]
struct Answers {
    groups: BTreeSet<Digest>,
    cases: BTreeSet<String>,
    /// Why an acknowledgement doesn't count, one line each.
    refused: Vec<String>,
}

impl Answers {
    /// What was recorded counts as far as the report rests on it: it may be for another report of the
    /// same change, or of a person who may not answer any more. What is given must count.
    fn read(pair: &Pair, given: &[Signed], report: &Report, trust: &Trust) -> Self {
        let mut answers = Self::default();
        let diff = diff(pair.active.pack(), pair.candidate.pack());
        for signed in &pair.acknowledged {
            // Without an answer the report isn't accepted, which says what lacks one.
            drop(answers.take(pair, signed, report, &diff, trust));
        }
        let claimed = report.loosened_groups().filter(|group| group.explained);
        let claimed: BTreeSet<Digest> = claimed.map(|group| group.id).collect();
        answers.groups.retain(|group| claimed.contains(group));
        for signed in given {
            if let Err(problem) = answers.take(pair, signed, report, &diff, trust) {
                let problem = in_line(&problem);
                let problem = format!("an acknowledgement doesn't count: {problem}");
                answers.refused.push(problem);
            }
        }
        answers
    }

    fn take(
        &mut self,
        pair: &Pair,
        signed: &Signed,
        report: &Report,
        diff: &Diff,
        trust: &Trust,
    ) -> Result<(), NotAnswered> {
        let (envelope, now) = (&signed.envelope, Timestamp::now());
        let digest = |policy: &Policy| policy.identity().effective_digest;
        let change = (digest(&pair.active), digest(&pair.candidate), diff);
        let verified = AcknowledgementStatement::verify_for(envelope, trust, now, change)?;
        let answer = verified.document.predicate;
        self.groups
            .extend(report.answered(&answer.line, diff, &answer.groups)?);
        self.cases.extend(answer.lost_case().map(str::to_owned));
        Ok(())
    }
}

/// Whether the report compared every decision between its first and its last. A selection leaves
/// holes.
fn saw_all(report: &Report) -> bool {
    let of = &report.denominators;
    let replay = report.replay.as_ref();
    let is_whole = replay.is_none_or(|replay| replay.selection == Selection::default());
    of.sampling_ppm == PartsPerMillion::ALL && of.dropped == 0 && is_whole
}
