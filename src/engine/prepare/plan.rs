//! Terraform plans: what they do to the state is matched with the lists for the commands that
//! do the same.

use super::{Prepare, count};
use crate::action::facts::{ChangeAction, ResourceChange, TerraformPlan};
use crate::action::patterns::CommandPatterns;
use crate::engine::section::{Gathered, Section, SignalKind};

/// How the pack's lists match a command that would do what the plan does.
enum Answer {
    Blocked(u32),
    /// By which pattern; none if it is on no list.
    Asked(Option<u32>),
    Allowed,
}

impl Prepare<'_> {
    pub(super) fn plan(&mut self, plan: &TerraformPlan) -> Gathered {
        let mut section = Gathered::new(Section::Terraform);
        if !plan.usable {
            section.push(SignalKind::Unusable, 0, None);
        }
        for (subject, change) in plan.changes.iter().enumerate() {
            if change.importing {
                let kinds = [SignalKind::ImportBlocked, SignalKind::ImportUnlisted];
                self.stands_for(&mut section, subject, change, &["import"], kinds);
            }
            if matches!(
                change.action,
                ChangeAction::Forget | ChangeAction::ForgetReplace
            ) {
                let kinds = [SignalKind::RemovalBlocked, SignalKind::RemovalUnlisted];
                self.stands_for(&mut section, subject, change, &["state", "rm"], kinds);
            }
            if change.previous_address.is_some() {
                once(&mut section, SignalKind::Moved, subject, None);
            }
        }
        section
    }

    fn stands_for(
        &mut self,
        section: &mut Gathered,
        subject: usize,
        change: &ResourceChange,
        subcommand: &[&str],
        [blocked, asked]: [SignalKind; 2],
    ) {
        let words = std::iter::once("terraform")
            .chain(subcommand.iter().copied())
            .chain(std::iter::once(change.address.as_str()));
        let form: Vec<String> = words.map(str::to_owned).collect();
        match self.answer(&form) {
            Answer::Blocked(pattern) => once(section, blocked, subject, Some(pattern)),
            Answer::Asked(pattern) => once(section, asked, subject, pattern),
            Answer::Allowed => {}
        }
    }

    fn answer(&mut self, form: &[String]) -> Answer {
        let matchers = &self.policy.matchers;
        let blocks = count(self.policy.pack.content.commands.block.len());
        let mut first = |patterns: &CommandPatterns| {
            self.hits.clear();
            patterns.matches(form, &mut self.hits);
            self.hits.first().copied()
        };
        if let Some(hit) = first(&matchers.block_command) {
            return Answer::Blocked(hit);
        }
        if let Some(hit) = first(&matchers.approve_command) {
            return Answer::Asked(Some(hit.saturating_add(blocks)));
        }
        match first(&matchers.allow_command) {
            Some(_) => Answer::Allowed,
            None => Answer::Asked(None),
        }
    }
}

/// Plans hold thousands of changes: one finding speaks for all of a kind and a pattern.
fn once(section: &mut Gathered, kind: SignalKind, subject: usize, pattern: Option<u32>) {
    if !section.holds(kind, pattern) {
        section.push(kind, subject, pattern);
    }
}
