//! Candidates come into the store and leave it.

use std::sync::Arc;

use super::error::GateError;
use super::store::{Packed, PolicyStore};
use crate::authority::Authority;
use crate::authority::recording::Recording;
use crate::canonical::Digest;
use crate::journal::record::refusal::Author;

impl Authority {
    /// The store and the journal that it is in.
    pub(super) fn kept(&self) -> Result<(&PolicyStore, &Arc<Recording>), GateError> {
        let store = self.store().zip(self.recording());
        store.ok_or(GateError::NoStore)
    }

    /// Keeps a bundle as a candidate. False if the store keeps it already. As
    /// [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If there is no store or no room in it, or the journal can't record it.
    pub async fn propose(
        &self,
        packed: Packed,
        by: Author,
        reason: Option<String>,
    ) -> Result<bool, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        store.keep(recording, packed, by.into(), reason).await
    }

    /// Takes a candidate back, which makes room for another. As [`Authority::stage`], it must come
    /// to its end.
    ///
    /// # Errors
    /// If there is no store, the bundle is no candidate, or the journal can't record it.
    pub async fn withdraw(
        &self,
        bundle_digest: Digest,
        by: Author,
        reason: Option<String>,
    ) -> Result<(), GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        store
            .withdraw(recording, bundle_digest, by.into(), reason)
            .await
    }
}
