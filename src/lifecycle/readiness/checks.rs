//! Collects checks and draws the conclusion.

use super::{Check, CheckStatus, ReadinessResult, SCHEMA_VERSION, Status};
use crate::lifecycle::packet::{EvidenceMode, PRODUCT};
use crate::lifecycle::pointer::Differences;

/// What a message starts with where nothing could be recomputed.
pub(super) const CLAIMED_ONLY: &str = "claimed only: ";

#[derive(Default)]
pub(super) struct Checks {
    list: Vec<Check>,
    /// Blockers that only prevent live use.
    live_only: usize,
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
        self.push(name.into(), CheckStatus::Pass, message.into());
    }

    /// Passes because nothing could be recomputed.
    pub(super) fn claimed(&mut self, name: impl Into<String>, why: &str) {
        self.push(
            name.into(),
            CheckStatus::Pass,
            format!("{CLAIMED_ONLY}{why}"),
        );
    }

    pub(super) fn warn(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.push(name.into(), CheckStatus::Warn, message.into());
    }

    pub(super) fn blocker(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.push(name.into(), CheckStatus::Blocker, message.into());
    }

    /// Blocks live use; the contract is none the worse.
    pub(super) fn live_blocker(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.live_only += 1;
        self.blocker(name, message);
    }

    fn push(&mut self, name: String, status: CheckStatus, message: String) {
        self.list.push(Check {
            name,
            status,
            message,
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
            ready_for_live_policy_lifecycle: live && recomputed && blocker_count == 0,
            status: match (blocker_count, warning_count) {
                (0, 0) => Status::Ready,
                (0, _) => Status::ReadyWithWarnings,
                _ => Status::Blocked,
            },
            blocker_count,
            warning_count,
            checks: self.list,
        }
    }
}
