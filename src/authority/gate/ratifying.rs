//! What a ratification is judged by: the policy that break-glass replaced, and who broke the glass.

use std::collections::BTreeSet;

use super::documents::Signed;
use super::error::GateError;
use super::history::History;
use super::judging::replaces;
use super::store::PolicyStore;
use crate::change::break_glass::signer;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::Replaced;
use crate::engine::effective_digest;
use crate::policy::effective::EffectivePack;
use crate::trust::Trust;

/// What is to be ratified.
#[derive(Debug, Clone)]
pub(super) struct Ratifying {
    /// What a request for the ratification names as replaced: the policy that break-glass replaced,
    /// as this engine compiles it, and the record of the break-glass.
    pub(super) replaces: Replaced,
    /// The policy that was replaced.
    pub(super) replaced: EffectivePack,
    /// The person who broke the glass, by every id that the trust file has for them.
    pub(super) broke_glass: BTreeSet<String>,
}

impl Ratifying {
    /// What is to be ratified, if anything is. Reads the bundle of the policy that was replaced.
    pub(super) fn of(
        store: &PolicyStore,
        history: &History,
        trust: &Trust,
    ) -> Result<Option<Self>, GateError> {
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        let Some(break_glass) = in_force.unratified() else {
            return Ok(None);
        };
        let bundle_digest = history
            .replaced_by_break_glass(in_force)
            .ok_or(GateError::NoStore)?;
        let (_, bundle) = store.bundle(bundle_digest)?;
        let replaced = bundle.effective()?;
        let person = break_glass.person.as_deref();
        let broke_glass = who_broke_glass(store, in_force.index, person, trust)?;
        Ok(Some(Self {
            replaces: Replaced {
                effective_digest: effective_digest(&replaced),
                ..replaces(store, in_force)
            },
            replaced,
            broke_glass,
        }))
    }
}

/// Who broke the glass by the record at `index`, which names `person`: by every id that the trust file has
/// for them. It may have named the person otherwise then; the key is the same.
pub(super) fn who_broke_glass(
    store: &PolicyStore,
    index: u64,
    person: Option<&str>,
    trust: &Trust,
) -> Result<BTreeSet<String>, GateError> {
    let recorded = person.map(|id| match trust.person(id) {
        Some(person) => person.id.clone(),
        None => id.to_owned(),
    });
    let bytes = store.document(index)?;
    let statement = Signed::read("break-glass statement", &bytes, MAX_CHANGE_FILE_BYTES)?;
    let signed = signer(&statement.envelope, trust).map(|it| it.id.clone());
    Ok(recorded.into_iter().chain(signed).collect())
}
