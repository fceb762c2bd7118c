//! Hosts that an action connects to: what the lists say of them, and whether a command may read from
//! them without approval.

use super::{Obstacle, Prepare, count};
use crate::action::facts::{Command, Deed, Facts, NetworkAccess, Traffic};
use crate::engine::section::{Gathered, Section, SignalKind};

impl Prepare<'_> {
    /// What the lists that restrict say of each host. One that is known only at run time may be in
    /// any of them.
    pub(super) fn network(&mut self, facts: &Facts) -> Gathered {
        let mut section = Gathered::new(Section::Network);
        let matchers = &self.policy.matchers;
        if matchers.block_host.is_empty() && matchers.approve_host.is_empty() {
            return section;
        }
        let blocks = count(self.policy.pack.content.network.block.len());
        for (subject, access) in facts.network.iter().enumerate() {
            if access.host.is_none() {
                section.push(SignalKind::Dynamic, subject, None);
                continue;
            }
            matchers.block_host.hits(access, &mut self.hits);
            for hit in &self.hits {
                section.push(SignalKind::Block, subject, Some(*hit));
            }
            matchers.approve_host.hits(access, &mut self.hits);
            for hit in &self.hits {
                let pattern = hit.saturating_add(blocks);
                section.push(SignalKind::RequireApproval, subject, Some(pattern));
            }
        }
        section
    }

    /// What is in the way of letting a command read from the hosts that it connects to. The effect
    /// itself is judged elsewhere.
    pub(super) fn unreachable<'f>(
        &self,
        facts: &'f Facts,
        index: usize,
        command: &Command,
    ) -> Option<Obstacle<'f>> {
        if !command.effects.does.contains(Deed::NetworkRead) {
            return None;
        }
        let mut is_any = false;
        for access in &facts.network {
            // One without a command represents hosts that are not listed.
            if access.command.is_some_and(|command| command != index) {
                continue;
            }
            if !self.may_be_read(access) {
                return Some(Obstacle::Host(access));
            }
            is_any |= access.command.is_some();
        }
        (!is_any).then_some(Obstacle::Nowhere)
    }

    /// Whether the pack lets commands read from the host, or from the git remote.
    fn may_be_read(&self, access: &NetworkAccess) -> bool {
        let matchers = &self.policy.matchers;
        access.traffic == Traffic::Reads
            && match &access.remote {
                Some(remote) => matchers.allowed_remotes.contains(remote.as_str()),
                None => matchers.allowed_hosts.permit(access),
            }
    }
}
