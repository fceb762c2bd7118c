//! From facts to section inputs: every fact is matched with the pack's compiled lists.

mod brought;
mod deletes;
mod effects;
mod idle;
mod mcp;
mod network;
mod plan;
mod reads;

use brought::Brought;
pub(super) use effects::{Kind, Obstacle, obstacle};

use super::Policy;
use super::section::{Gathered, Section, SectionInput, SignalKind};
use crate::action::Action;
use crate::action::facts::{Certainty, Command, Effect, Facts, PathAccess, Push, UnknownKind};
use crate::action::patterns::{CommandPatterns, MAX_MATCHING_STEPS, PathPatterns, Sight};

/// The inputs of the sections that have something to judge, in the order of [`Section::ALL`];
/// one section may come in several parts.
pub(super) fn section_inputs(policy: &Policy, action: &Action, facts: &Facts) -> Vec<SectionInput> {
    let mut prepare = Prepare::of(policy, facts);
    let mut inputs = Vec::with_capacity(2);
    let mut add = |section: Gathered| section.add_to(&mut inputs);
    let lists_by_call = facts.mcp.is_some() && !facts.lists.is_empty();
    if !facts.reads.is_empty() || !facts.presumed_reads.is_empty() || lists_by_call {
        add(prepare.reads(facts));
    }
    let presumed = facts.presumed_writes.len() + facts.presumed_reads.len();
    if !facts.writes.is_empty() || presumed > 0 {
        add(prepare.writes(facts));
    }
    if !facts.commands.is_empty() {
        prepare.commands(facts).into_iter().for_each(&mut add);
    }
    if !facts.unknowns.is_empty() || !facts.network.is_empty() {
        add(unknowns(facts));
    }
    if !facts.network.is_empty() {
        add(prepare.network(facts));
    }
    if !facts.guard.is_empty() {
        let mut section = Gathered::new(Section::Guard);
        (0..facts.guard.len()).for_each(|subject| section.push(SignalKind::Tamper, subject, None));
        add(section);
    }
    if !facts.pushes.is_empty() {
        prepare.pushes(&facts.pushes).into_iter().for_each(&mut add);
    }
    if let Some(plan) = &facts.terraform_plan {
        add(prepare.plan(plan));
    }
    if let Some(call) = &facts.mcp {
        prepare.mcp(call).into_iter().for_each(&mut add);
        add(mcp::unclear(call));
    }
    if !policy.pack.content.evidence.required_fields.is_empty() {
        add(missing_fields(policy, action));
    }
    inputs
}

struct Prepare<'a> {
    policy: &'a Policy,
    /// Reused for every match.
    hits: Vec<u32>,
    /// See [`Prepare::allowed_deletes`].
    deletes: Vec<bool>,
    /// See [`Prepare::secret_writers`].
    secret_writers: Vec<bool>,
    /// See [`Prepare::brought`].
    brought: Brought,
    /// The work that is left for matching globs with patterns.
    steps: usize,
}

impl<'a> Prepare<'a> {
    fn of(policy: &'a Policy, facts: &Facts) -> Self {
        let mut prepare = Self {
            policy,
            hits: Vec::new(),
            deletes: Vec::new(),
            secret_writers: Vec::new(),
            brought: Brought::default(),
            steps: MAX_MATCHING_STEPS,
        };
        prepare.deletes = prepare.allowed_deletes(facts);
        prepare.secret_writers = prepare.secret_writers(facts);
        prepare.brought = prepare.brought(facts);
        prepare
    }
}

impl Prepare<'_> {
    fn writes(&mut self, facts: &Facts) -> Gathered {
        let mut section = Gathered::new(Section::FilesystemWrite);
        let matchers = &self.policy.matchers;
        let blocks = count(self.policy.pack.content.filesystem.block_write.len());
        let presumed = facts.writes.len() + facts.presumed_writes.len();
        for (subject, write) in facts.all_writes().enumerate() {
            if subject >= presumed {
                self.mentioned(&mut section, subject, write, facts);
                continue;
            }
            let before = section.signal_count();
            let sight = self.sight(write);
            let kind = certain_or_possible(write, SignalKind::Block);
            // Whatever a temporary folder holds may be deleted with it.
            let spared = write.certainty == Certainty::Possible
                && sight.outside
                && self.is_allowed_delete(write);
            for hit in self.paths(&matchers.block_write, &sight) {
                if !spared {
                    section.push(kind, subject, Some(*hit));
                }
            }
            if write.whole
                && let Some(hit) = matchers.block_write.first_below(&sight)
            {
                section.push(SignalKind::Block, subject, Some(hit));
            }
            for hit in self.paths(&matchers.approve_write, &sight) {
                if !spared {
                    let pattern = hit.saturating_add(blocks);
                    section.push(SignalKind::RequireApproval, subject, Some(pattern));
                }
            }
            let mut excepted =
                || subject < facts.writes.len() && self.is_allowed_outside(write, facts);
            if write.device || (sight.outside && !excepted()) {
                section.push(SignalKind::Outside, subject, None);
            }
            if section.signal_count() == before && subject < facts.writes.len() {
                section.push(SignalKind::Clear, subject, None);
            }
        }
        section
    }

    /// The access as this policy sees it: below the root, if the pack names that.
    fn sight<'a>(&self, access: &'a PathAccess) -> Sight<'a> {
        Sight::of(access, |root| self.policy.matchers.roots.name(root))
    }

    /// A path that must not be written, among the words of a command that would be allowed:
    /// nothing says that the program only reads it.
    fn mentioned(
        &mut self,
        section: &mut Gathered,
        subject: usize,
        word: &PathAccess,
        facts: &Facts,
    ) {
        let matchers = &self.policy.matchers;
        let command = word.command.and_then(|index| facts.commands.get(index));
        let form = command.and_then(|it| Some((it, it.allow_form.as_ref()?)));
        let Some((command, form)) = form else {
            return;
        };
        let sight = self.sight(word);
        let hit = self.paths(&matchers.block_write, &sight).first().copied();
        let Some(hit) = hit else {
            return;
        };
        self.hits.clear();
        matchers.allow_command.matches(form, &mut self.hits);
        if !self.hits.is_empty() && self.may_be_allowed(command) {
            section.push(SignalKind::Possible, subject, Some(hit));
        }
    }

    fn paths(&mut self, patterns: &PathPatterns, sight: &Sight<'_>) -> &[u32] {
        patterns.look_at(sight, &mut self.steps, &mut self.hits);
        &self.hits
    }

    /// What the lists say of commands, and which are allowed by their effects, for two sections.
    fn commands(&mut self, facts: &Facts) -> [Gathered; 2] {
        let mut section = Gathered::new(Section::Commands);
        let mut effects = Gathered::new(Section::Effects);
        let by_effects = self.allowed_by_effects(facts);
        if !by_effects.is_empty() && idle::is_idle(facts) {
            effects.push(SignalKind::Allow, 0, None);
        }
        for (subject, command) in facts.commands.iter().enumerate() {
            if self.command(&mut section, subject, command, facts) {
                continue;
            }
            match by_effects.get(subject) {
                Some(true) => effects.push(SignalKind::Allow, subject, None),
                _ => section.push(SignalKind::Unlisted, subject, None),
            }
        }
        [section, effects]
    }

    /// Whether a list speaks about the command, or something else than lists judges it.
    fn command(
        &mut self,
        section: &mut Gathered,
        subject: usize,
        command: &Command,
        facts: &Facts,
    ) -> bool {
        let before = section.signal_count();
        let pack = &self.policy.pack.content.commands;
        let blocks = count(pack.block.len());
        let approvals = count(pack.require_approval.len());
        if !command.inert {
            let kind = match command.effect {
                Effect::Destructive => SignalKind::BlockDestructive,
                Effect::Change | Effect::None => SignalKind::Block,
            };
            for hit in self.forms(command, |m| &m.block_command) {
                section.push(kind, subject, Some(*hit));
            }
            for hit in self.forms(command, |m| &m.approve_command) {
                section.push(
                    SignalKind::RequireApproval,
                    subject,
                    Some(hit.saturating_add(blocks)),
                );
            }
        }
        let may_be_allowed = self.may_be_allowed(command);
        let writes_secret = self.secret_writers.get(subject) == Some(&true);
        if command.tried || (command.neutral && may_be_allowed && !writes_secret) {
            return true;
        }
        if may_be_allowed
            && !writes_secret
            && !self.runs_what_is_brought(facts, subject, command)
            && let Some(form) = &command.allow_form
        {
            self.hits.clear();
            self.policy
                .matchers
                .allow_command
                .allows(form, &command.unvouched, &mut self.hits);
            for hit in &self.hits {
                let pattern = hit.saturating_add(blocks).saturating_add(approvals);
                section.push(SignalKind::Allow, subject, Some(pattern));
            }
        }
        section.signal_count() > before || self.is_judged_as_push(command, facts)
    }

    fn forms(
        &mut self,
        command: &Command,
        list: impl Fn(&super::matching::Matchers) -> &CommandPatterns,
    ) -> &[u32] {
        self.hits.clear();
        for form in &command.block_forms {
            list(&self.policy.matchers).matches(form, &mut self.hits);
        }
        self.hits.sort_unstable();
        self.hits.dedup();
        &self.hits
    }

    fn may_be_allowed(&self, command: &Command) -> bool {
        let harmless = &self.policy.matchers.harmless_variables;
        command
            .assignments
            .iter()
            .all(|name| harmless.contains(name))
    }

    /// A push gets the verdict of its refs, as a document about the same push would, if
    /// nothing else about the command could do harm.
    fn is_judged_as_push(&self, command: &Command, facts: &Facts) -> bool {
        let push = command.push.and_then(|index| facts.pushes.get(index));
        push.is_some_and(|push| push.writes && push.known && !push.dry_run)
            && command.allow_form.is_some()
            && command.unvouched.is_empty()
            && self.may_be_allowed(command)
    }

    /// Protected refs, and everything else about pushes, for two sections.
    fn pushes(&mut self, pushes: &[Push]) -> [Gathered; 2] {
        let settings = &self.policy.matchers.git_settings;
        let mut protected = Gathered::new(Section::GitProtected).with_settings(settings);
        let mut others = Gathered::new(Section::Git);
        for (subject, push) in pushes.iter().enumerate() {
            let moves = push.writes && !push.dry_run;
            let spoken = moves && self.refs(&mut protected, subject, push);
            let elsewhere = push.writes && self.goes_elsewhere(push);
            let other_ref = moves && moves_other_refs(push);
            if elsewhere {
                others.push(SignalKind::UnlistedRemote, subject, None);
            }
            if other_ref {
                others.push(SignalKind::OtherRef, subject, None);
            }
            let spoken = spoken || elsewhere || other_ref;
            if push.unknown_target.is_some() {
                others.push(SignalKind::UnknownTarget, subject, None);
            } else if !push.known {
                others.push(SignalKind::UnknownOperation, subject, None);
            } else if !spoken && (moves || push.command.is_none()) {
                // A `git fetch` typed as a command is judged by the command lists alone.
                others.push(SignalKind::Clear, subject, None);
            }
        }
        [protected, others]
    }

    /// It names a remote that isn't in `git.allowed_remotes`. Without a name it goes where
    /// the repository's configuration says.
    fn goes_elsewhere(&self, push: &Push) -> bool {
        let allowed = &self.policy.matchers.allowed_remotes;
        let remote = push.remote.as_deref();
        remote.is_some_and(|remote| !allowed.contains(remote))
    }

    /// Answers whether a protected ref moves, or could.
    fn refs(&mut self, section: &mut Gathered, subject: usize, push: &Push) -> bool {
        let branches = &self.policy.matchers.protected_branches;
        let mut protected_readings = 0;
        let mut all = Vec::new();
        for reading in &push.readings {
            let mut certain = false;
            for update in reading {
                // Who spares one protected branch by a negative refspec may have no other.
                let spares = branches.matches(update, &mut self.hits);
                certain |= !self.hits.is_empty() && !spares;
                all.append(&mut self.hits);
            }
            protected_readings += usize::from(certain);
        }
        all.sort_unstable();
        all.dedup();
        let every = protected_readings == push.readings.len();
        let kind = if every {
            SignalKind::Protected
        } else {
            SignalKind::Possible
        };
        for hit in &all {
            section.push(kind, subject, Some(*hit));
        }
        !all.is_empty()
    }
}

/// Whether a ref moves, or could, that is neither a branch nor a tag.
fn moves_other_refs(push: &Push) -> bool {
    let ordinary = |name: &str| {
        ["refs/heads/", "refs/tags/"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    let mut updates = push.readings.iter().flatten();
    updates.any(|update| update.name.starts_with("refs/") && !ordinary(&update.name))
}

fn certain_or_possible(access: &PathAccess, certain: SignalKind) -> SignalKind {
    match access.certainty {
        Certainty::Certain => certain,
        Certainty::Possible => SignalKind::Possible,
    }
}

fn unknowns(facts: &Facts) -> Gathered {
    let mut section = Gathered::new(Section::Unknowns);
    for (subject, unknown) in facts.unknowns.iter().enumerate() {
        let kind = match unknown.kind {
            UnknownKind::Dynamic => SignalKind::Dynamic,
            UnknownKind::Unparsed => SignalKind::Unparsed,
        };
        section.push(kind, subject, None);
    }
    for (subject, access) in facts.network.iter().enumerate() {
        if access.traffic.is_opened() {
            section.push(SignalKind::Network, subject, None);
        }
    }
    section
}

fn missing_fields(policy: &Policy, action: &Action) -> Gathered {
    let mut section = Gathered::new(Section::Evidence);
    for (index, field) in (0..).zip(&policy.pack.content.evidence.required_fields) {
        if action.field(&field.text).is_none_or(str::is_empty) {
            section.push(SignalKind::Missing, 0, Some(index));
        }
    }
    section
}

/// Lists are bounded far below 2^32 by `policy::pattern_count`.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
