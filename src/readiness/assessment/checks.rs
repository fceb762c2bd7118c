//! Collects checks and draws the conclusion.

use super::{Check, CheckBasis, CheckStatus, Judged, ReadinessResult, SCHEMA_VERSION, Status};
use crate::readiness::packet::{EvidenceMode, PRODUCT};
use crate::readiness::pointer::Differences;

/// What a message starts with where nothing could be recomputed.
pub(super) const CLAIMED_ONLY: &str = "claimed only: ";

#[derive(Default)]
pub(super) struct Checks {
    list: Vec<Check>,
    /// Blockers that only prevent live use.
    live_only: usize,
    /// Something is missing for live use, whether that blocks or not.
    lacks_for_live: bool,
    /// What the packet was judged by.
    pub(super) judged: Judged,
}

impl Checks {
    /// A check that blocks if there are faults.
    pub(super) fn faults(&mut self, name: &str, faults: &[String], sound: impl Into<String>) {
        if faults.is_empty() {
            self.pass(name, sound);
        } else {
            self.blocker(name, faults.join("; "));
        }
    }

    /// A check that blocks if two values differ in anything but the words of sentences.
    pub(super) fn compared(&mut self, name: &str, found: &Differences, sound: &str) {
        let sound = match found.reworded {
            0 => sound.to_owned(),
            1 => format!("{sound}; 1 sentence has other words"),
            count => format!("{sound}; {count} sentences have other words"),
        };
        self.faults(name, &found.faults, sound);
    }

    pub(super) fn pass(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.push(name, CheckStatus::Pass, CheckBasis::Recomputed, message);
    }

    /// Passes because nothing could be recomputed.
    pub(super) fn claimed(&mut self, name: impl Into<String>, why: &str) {
        let message = format!("{CLAIMED_ONLY}{why}");
        self.push(name, CheckStatus::Pass, CheckBasis::ClaimedOnly, message);
    }

    /// Passes because signatures that count say so.
    pub(super) fn signed(&mut self, name: &str, message: impl Into<String>) {
        let basis = CheckBasis::VerifiedBySignature;
        self.push(name, CheckStatus::Pass, basis, message);
    }

    pub(super) fn warn(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.push(name, CheckStatus::Warn, CheckBasis::Recomputed, message);
    }

    pub(super) fn blocker(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.push(name, CheckStatus::Blocker, CheckBasis::Recomputed, message);
    }

    /// Blocks because of what a packet only claims.
    pub(super) fn unproved(&mut self, name: &str, message: impl Into<String>) {
        self.push(name, CheckStatus::Blocker, CheckBasis::ClaimedOnly, message);
    }

    /// Blocks because of what signatures that count say.
    pub(super) fn signed_faults(&mut self, name: &str, faults: &[String], sound: String) {
        match faults.is_empty() {
            true => self.signed(name, sound),
            false => {
                let basis = CheckBasis::VerifiedBySignature;
                self.push(name, CheckStatus::Blocker, basis, faults.join("; "));
            }
        }
    }

    /// Blocks live use; the contract is none the worse.
    pub(super) fn live_blocker(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.live_only += 1;
        self.blocker(name, message);
    }

    /// Says what live use lacks. It blocks only if `blocks`.
    pub(super) fn lacks_for_live(&mut self, name: &str, message: String, blocks: bool) {
        self.lacks_for_live = true;
        let status = match blocks {
            true => CheckStatus::Blocker,
            false => CheckStatus::Warn,
        };
        self.live_only += usize::from(blocks);
        self.push(name, status, CheckBasis::ClaimedOnly, message);
    }

    fn push(
        &mut self,
        name: impl Into<String>,
        status: CheckStatus,
        basis: CheckBasis,
        message: impl Into<String>,
    ) {
        self.list.push(Check {
            name: name.into(),
            status,
            basis,
            message: message.into(),
        });
    }

    fn count(&self, status: CheckStatus) -> usize {
        self.list
            .iter()
            .filter(|check| check.status == status)
            .count()
    }

    /// `recomputed`: every verdict was recomputed from the pack, by the engine that made the packet.
    pub(super) fn result(self, mode: Option<EvidenceMode>, recomputed: bool) -> ReadinessResult {
        let blocker_count = self.count(CheckStatus::Blocker);
        let warning_count = self.count(CheckStatus::Warn);
        let live = mode == Some(EvidenceMode::Live);
        ReadinessResult {
            schema_version: SCHEMA_VERSION,
            product: PRODUCT,
            evidence_mode: mode,
            ready_for_policy_lifecycle_contract: blocker_count == self.live_only,
            ready_for_live_policy_lifecycle: live
                && recomputed
                && blocker_count == 0
                && !self.lacks_for_live,
            status: match (blocker_count, warning_count) {
                (0, 0) => Status::Ready,
                (0, _) => Status::ReadyWithWarnings,
                _ => Status::Blocked,
            },
            blocker_count,
            warning_count,
            as_of: self.judged.as_of,
            criteria: self.judged.criteria,
            trust_digest: self.judged.trust_digest,
            trust_is_example: self.judged.trust_is_example,
            signers: self.judged.signers.into_iter().collect(),
            checks: self.list,
        }
    }
}
