//! What a run found, and the checkpoint that covers it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Run;
use super::run::KeptIn;
use crate::canonical::{CanonicalError, Digest};
use crate::causes::in_line;
use crate::journal::recording::Recording;
use crate::journal::store::{Reader, StoreError};
use crate::policy::promotion::section::ThresholdsSection;
use crate::shadow::EndReason;
use crate::shadow::compare::rule_counts::rules_of;
use crate::shadow::live::Snapshot;
use crate::shadow::positions::fill_in;
use crate::shadow::report::criteria::CriterionName;
use crate::shadow::report::unclear::UnclearReport;
use crate::shadow::report::{Compared, Report, ReportInput, RunRef, Source, SourceKind};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum RunReportError {
    /// The journal, whose checkpoint the report names, can't be read.
    #[error("the journal can't be read")]
    Journal(#[from] StoreError),
    /// The report has no canonical form.
    #[error("the report can't be made")]
    Report(#[from] CanonicalError),
}

/// By what the criteria of a report are judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// What the criteria ask for. What is absent is as the run's criteria say.
    pub thresholds: ThresholdsSection,
    /// The ids of groups that have a signed explanation. The caller checks the signatures; a
    /// verifier needs the explanations too.
    pub explained: BTreeSet<Digest>,
}

/// What a run had compared at one moment.
pub struct Moment {
    snapshot: Snapshot,
    /// Why the run ended. None until all of it is recorded.
    ended: Option<EndReason>,
    /// The least and the greatest position that was compared.
    positions: Option<(u64, u64)>,
    /// The position of the last record that the report is based on.
    last_record: Option<u64>,
    is_covered: bool,
}

impl Run {
    /// What is compared until now. Copies it, and looks into the journal: not for a reactor
    /// thread.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn moment(&self) -> Result<Moment, RunReportError> {
        // This is read first, because nothing is added to a run that is settled.
        let is_settled = self.is_settled();
        let snapshot = self.observer.snapshot();
        let by_id = self.kept.as_ref().filter(|kept| kept.by_id);
        let positions = match by_id {
            None => snapshot.positions,
            Some(kept) => kept.state.ends().filter(|_| is_settled),
        };
        let last_record = self.kept.as_ref().and_then(|kept| {
            let compared = positions.map(|(_, last)| last);
            compared.max(kept.state.last_note())
        });
        let checkpoint = self.checkpoint_over(last_record)?;
        // A checkpoint also waits until what was decided before is written.
        let is_written = by_id.is_none() || is_settled;
        Ok(Moment {
            ended: snapshot.ended.filter(|_| is_settled),
            snapshot,
            positions,
            last_record,
            is_covered: checkpoint.is_some() && is_written,
        })
    }

    /// How many decisions were compared, and whether traffic was observed for as long as the run's
    /// criteria ask. Takes milliseconds: not for a reactor thread.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn observed(&self) -> Result<(u64, bool), RunReportError> {
        let report = self.report(&self.moment()?, &Asked::default(), None)?;
        let mut criteria = report.criteria.iter();
        let hours = criteria.find(|it| it.name == CriterionName::ObservationHours);
        Ok((report.counts.total(), hours.is_some_and(|it| it.met)))
    }

    fn is_by_id(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.by_id)
    }

    fn checkpoint_over(&self, record: Option<u64>) -> Result<Option<String>, StoreError> {
        let Some((kept, record)) = self.kept.as_ref().zip(record) else {
            return Ok(None);
        };
        let found = Reader::open(&kept.directory)?.first_checkpoint_over(record)?;
        Ok(found.map(|note| note.as_str().to_owned()))
    }

    /// The report on what was compared until `moment`. `generated_at` is its time, if it gets one.
    /// Takes milliseconds: not for a reactor thread.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn report(
        &self,
        moment: &Moment,
        asked: &Asked,
        generated_at: Option<Timestamp>,
    ) -> Result<Report, RunReportError> {
        let snapshot = &moment.snapshot;
        let candidate = &self.candidate.policy;
        let active_rules = rules_of(self.active.pack());
        let candidate_rules = rules_of(candidate.pack());
        let open = |kept: &KeptIn| Reader::open(&kept.directory);
        let reader = self.kept.as_ref().map(open).transpose()?;
        let log = reader.as_ref().map(Reader::log).transpose()?;
        let mut report = Report::of(ReportInput {
            tally: &snapshot.tally,
            intake: snapshot.intake,
            source: Source {
                kind: SourceKind::Live,
                name: log.map(|log| log.origin),
                run: Some(RunRef {
                    id: self.id,
                    ended: moment.ended,
                    criteria: Some(self.criteria),
                }),
                first_position: moment.positions.map(|(first, _)| first),
                last_position: moment.positions.map(|(_, last)| last),
                checkpoint: self.checkpoint_over(moment.last_record)?,
            },
            simulated_clock: false,
            generated_at,
            active: Compared {
                identity: self.active.identity(),
                rules: &active_rules,
            },
            candidate: Compared {
                identity: candidate.identity(),
                rules: &candidate_rules,
            },
            dry_run: Some(self.candidate.dry_run),
            thresholds: asked.thresholds.over(self.criteria.thresholds),
            explained: &asked.explained,
        })?;
        let (active, candidate) = (self.active.identity(), candidate.identity());
        let unclear = UnclearReport::of(
            &snapshot.unclear,
            active.effective_digest,
            candidate.effective_digest,
            &asked.explained,
        )?;
        report = report.with_unclear(unclear);
        if let Some(reader) = reader.filter(|_| self.is_by_id()) {
            fill_in(&mut report, &reader)?;
        }
        Ok(report)
    }
}

/// Has the journal sign a checkpoint that covers `moment`, where none does yet. Where that fails,
/// the report of the moment names none.
pub(crate) async fn cover(recording: &Recording, moment: &Moment) {
    if moment.is_covered || moment.last_record.is_none() {
        return;
    }
    if let Err(error) = recording.journal().checkpoint_in_time().await {
        tracing::warn!(
            error = in_line(&error),
            "a shadow report names no checkpoint, because none could be signed"
        );
    }
}
