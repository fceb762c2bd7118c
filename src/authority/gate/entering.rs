//! How an event becomes a lifecycle record: it is verified first, as a start will verify it.

use jiff::Timestamp;

use super::error::GateError;
use super::history::{History, HistoryError};
use super::limits::{MAX_LIFECYCLE_RECORDS, RESERVED_LIFECYCLE_RECORDS};
use super::signed_for::Verifier;
use super::store::{PolicyStore, Unsettled};
use crate::authority::recording::Recording;
use crate::journal::record::lifecycle::{Happened, LifecycleEvent, Withdrawn};

impl PolicyStore {
    /// Records an event. When this returns, it is on disk. The caller holds the lock for changes:
    /// each record names the one before it.
    pub(in crate::authority) async fn record(
        &self,
        recording: &Recording,
        happened: Happened<'_>,
    ) -> Result<u64, GateError> {
        let history = self.settled(recording).await?;
        has_place(&history, &happened.event)?;
        let previous = history.last_index();
        let doubt = match happened.event.activation() {
            Some(_) => Unsettled::Activation,
            None => Unsettled::Event,
        };
        let (record, entry) = recording.lifecycle_record(happened, previous, Timestamp::now())?;
        // What no start would take is not written.
        history.may_be_followed_by(u64::MAX, &record.event)?;
        if record.event.is_change() {
            let document = entry.candidate_policy.as_ref().map(|it| &*it.bytes);
            Verifier::of(self, &history, recording)?.next(&record, document)?;
        }
        let written = recording.lifecycle(entry).await;
        let index = written.inspect_err(|_| self.leave_unsettled(doubt))?;
        self.entered(index, record)?;
        Ok(index)
    }
}

/// Whether one more record can be read at the next start. Nobody can fill the places that a change
/// needs by proposing, trying or asking.
fn has_place(history: &History, event: &LifecycleEvent) -> Result<(), HistoryError> {
    let reserved = match event {
        LifecycleEvent::EngineChanged(_) | LifecycleEvent::TrustChanged(_) => 0,
        event if event.is_change() => 0,
        // Who fills a store must not let approvals pass and keep rejections out.
        LifecycleEvent::Requested(_)
        | LifecycleEvent::Approved(_)
        | LifecycleEvent::Acknowledged(_)
        | LifecycleEvent::Rejected(_)
        | LifecycleEvent::Withdrawn(Withdrawn::Request(_)) => RESERVED_LIFECYCLE_RECORDS / 2,
        _ => RESERVED_LIFECYCLE_RECORDS,
    };
    let limit = MAX_LIFECYCLE_RECORDS - reserved;
    match history.events().len() < limit {
        true => Ok(()),
        false => Err(HistoryError::TooMany),
    }
}
