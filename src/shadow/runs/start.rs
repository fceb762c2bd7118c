//! How a run is started.

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::note::{ShadowNote, StartedNote};
use super::note_writer::{NoteWriter, WriterState};
use super::registry::Shadows;
use super::run::{Candidate, KeptIn, Run};
use super::settings::{RunSettings, StartError};
use crate::engine::Policy;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::journal::recording::Recording;
use crate::journal::writer::Mode;
use crate::policy::promotion::required::required;
use crate::shadow::live::{Batch, End, Judge, Observer, Settings, Sink};

impl Shadows {
    /// Starts to compare the decisions of the active policy with what `judge` says for
    /// `candidate`. `enforced` gives the policy that is active when it is called.
    pub(crate) async fn start(
        self: &Arc<Self>,
        enforced: impl Fn() -> Arc<Policy>,
        recording: Option<&Arc<Recording>>,
        judge: Judge,
        candidate: Candidate,
        settings: RunSettings,
    ) -> Result<Arc<Run>, StartError> {
        settings.check()?;
        self.check_room()?;
        let active = enforced();
        // A run can find that something is loosened, so its criteria are those for that.
        let criteria = required(active.pack(), candidate.policy.pack()).criteria;
        let started_at = Timestamp::now();
        let longest = SignedDuration::try_from(settings.duration).unwrap_or(SignedDuration::MAX);
        let until = started_at.checked_add(longest).unwrap_or(Timestamp::MAX);
        let sampler = self.sampler(settings.rate)?;
        let id = Uuid::now_v7();
        let writer = recording.map(|recording| NoteWriter {
            recording: Arc::clone(recording),
            run_id: id,
            active: active.identity().effective_digest,
            candidate: candidate.policy.identity().effective_digest,
            state: Arc::new(WriterState::default()),
        });
        if let Some(writer) = &writer {
            let note = StartedNote {
                active: writer.active,
                sampling_ppm: settings.rate,
                queue_decisions: settings.queue_decisions,
                max_compared: settings.max_compared,
                until,
                criteria: Some(criteria),
            };
            writer.record(&ShadowNote::Started(note)).await?;
        }
        let kept = writer.as_ref().map(kept_in);
        let observed = Settings {
            sampler,
            queue_decisions: settings.queue_decisions,
            examples: settings.examples,
            until: End {
                max_compared: settings.max_compared,
                until: Some(until),
            },
            stack_bytes: EVALUATION_STACK_BYTES,
        };
        let sink = self.sink(writer);
        let observer = Observer::start_noting(observed, judge, Box::new(Timestamp::now), sink)?;
        let run = Arc::new(Run {
            id,
            active,
            candidate,
            settings,
            started_at,
            until,
            criteria,
            observer,
            kept,
            stopped_by: OnceLock::new(),
        });
        self.add(&run)?;
        // Another policy may have become active meanwhile.
        self.end_others(enforced().identity().effective_digest);
        Ok(run)
    }

    /// Takes what a run compared: records it, and stops offering decisions to a run that is over.
    fn sink(self: &Arc<Self>, writer: Option<NoteWriter>) -> Sink {
        let shadows = Arc::downgrade(self);
        let mut record = writer.map_or_else(|| -> Sink { Box::new(drop) }, NoteWriter::sink);
        Box::new(move |batch: Batch| {
            if batch.ended.is_some()
                && let Some(shadows) = shadows.upgrade()
            {
                shadows.publish(&shadows.known());
            }
            record(batch);
        })
    }
}

fn kept_in(writer: &NoteWriter) -> KeptIn {
    let journal = writer.recording.journal();
    KeptIn {
        directory: journal.directory().to_owned(),
        by_id: journal.mode() != Mode::Durable,
        state: Arc::clone(&writer.state),
    }
}
