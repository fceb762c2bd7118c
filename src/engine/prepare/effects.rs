//! Which commands are allowed by what they do, and what is in the way of the others.

use super::Prepare;
use super::deletes::is_own_temporary;
use crate::action::facts::{
    Anchor, Certainty, Command, Deed, Does, Effects, Extent, Facts, NetworkAccess, PathAccess,
    ProjectTask, TaskKind,
};
use crate::engine::Policy;
use crate::policy::pack::{AllowEffects, AllowedEffect};

/// The temporary folders, as paths in facts are written (hier(7); macOS).
const TEMPORARY: &[&str] = &["tmp/", "private/tmp/", "var/folders/"];
/// What a path that is given to `git` is part of, in whatever letters.
const REPOSITORY: &str = ".git";
/// See [`PathAccess::via`].
pub(super) const REDIRECTION: &str = "redirection";

/// What is in the way of allowing a command by its effects.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) enum Obstacle<'a> {
    /// No table knows the program.
    Unknown,
    /// Words that no table accounts for.
    Unaccounted(&'a [String]),
    /// Where the command works is not known, or something around it keeps it from being known.
    Nowhere,
    /// An effect that the pack does not allow.
    Does(Deed),
    /// A task of the project that the pack does not allow.
    Task(&'a ProjectTask),
    /// A host that the pack does not let commands read from.
    Host(&'a NetworkAccess),
    /// It runs the project's code, into which the line may have copied this from outside the workspace.
    Copied(&'a PathAccess),
    /// It may run what this file chooses, which the line writes.
    Chosen(&'a PathAccess),
    /// A path that it touches.
    Path(Kind, &'a PathAccess),
    /// A path that a redirection of the whole line, or of a part of it, touches.
    Around(Kind, &'a PathAccess),
}

/// How a path is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Kind {
    Read,
    List,
    Write,
}

/// The accesses that effects are about.
fn accesses(facts: &Facts) -> impl Iterator<Item = (Kind, &PathAccess)> {
    let reads = facts.reads.iter().map(|it| (Kind::Read, it));
    let lists = facts.lists.iter().map(|it| (Kind::List, it));
    let writes = facts.writes.iter().map(|it| (Kind::Write, it));
    reads.chain(lists).chain(writes)
}

/// The command that an access belongs to. A command that takes no part in the verdict has a
/// redirection only, which may be that of a loop or a group.
fn owner<'f>(facts: &'f Facts, access: &PathAccess) -> Option<(usize, &'f Command)> {
    let index = access.command?;
    let command = facts.commands.get(index)?;
    (!command.neutral).then_some((index, command))
}

/// The launcher of a command that is judged by its launcher's whole line (`pytest` in `uv run
/// pytest`): what the command touches is in the launcher's way too.
fn runner(facts: &Facts, index: usize) -> Option<usize> {
    let before = facts.commands.get(..index)?;
    let is_tried = facts.commands.get(index)?.tried;
    let at = before.iter().rposition(|command| !command.tried)?;
    let runs_tasks = before.get(at)?.effects.project.is_some();
    (is_tried && runs_tasks).then_some(at)
}

/// Whether a file below a temporary folder is meant.
pub(super) fn is_temporary(access: &PathAccess) -> bool {
    is_elsewhere(access)
        && TEMPORARY
            .iter()
            .any(|folder| access.path.starts_with(folder))
}

/// Whether a temporary folder itself is meant, and not a file below it.
fn is_temporary_folder(access: &PathAccess) -> bool {
    let path = access.path.trim_end_matches('/');
    is_elsewhere(access)
        && TEMPORARY
            .iter()
            .any(|folder| folder.trim_end_matches('/') == path)
}

/// Whether the access is certainly one outside the workspace, by a path from the root.
fn is_elsewhere(access: &PathAccess) -> bool {
    access.outside_workspace
        && !access.device
        && access.anchor == Anchor::AnyDirectory
        && access.written.starts_with('/')
}

/// Whether one file is meant, and not what a glob or a walk finds.
pub(super) fn is_one(access: &PathAccess) -> bool {
    access.certainty == Certainty::Certain || !access.path.contains(['*', '?', '[', '{'])
}

/// Whether the command's tool lays sources out, so that the files it is given are written.
fn is_formatter(command: &Command) -> bool {
    let tasks = command.effects.project.iter().flat_map(|it| &it.tasks);
    let mut kinds = tasks.map(|task| task.kind);
    kinds.next() == Some(TaskKind::Format)
}

fn is_of_repository(path: &str) -> bool {
    path.split('/')
        .any(|name| name.eq_ignore_ascii_case(REPOSITORY))
}

/// What a command may do that shows of the paths that it lists their names alone.
const LISTS_NAMES: Does = Does::only(Deed::VcsReads)
    .and(Does::only(Deed::NetworkRead))
    .and(Does::only(Deed::Deletes));

/// The deeds that the pack allows.
fn allowed_deeds(allowed: AllowEffects) -> Does {
    let git = match allowed.allows(AllowedEffect::GitLocal) {
        true => Does::only(Deed::VcsReads).and(Does::only(Deed::VcsLocal)),
        false => Does::NOTHING,
    };
    match allowed.allows(AllowedEffect::NetworkRead) {
        true => git.and(Does::only(Deed::NetworkRead)),
        false => git,
    }
}

impl<'a> Prepare<'a> {
    /// For each command whether its effects allow it. Empty if the pack allows none.
    pub(super) fn allowed_by_effects(&mut self, facts: &Facts) -> Vec<bool> {
        let allowed = self.policy.pack.content.commands.allow_effects;
        if !allowed.allows_any() {
            return Vec::new();
        }
        let commands = facts.commands.iter();
        let mut by_effects: Vec<bool> = commands
            .enumerate()
            .map(|(index, command)| {
                self.of_command(index, command).is_none()
                    && self.unreachable(facts, index, command).is_none()
                    && self.unlike_before(facts, index, command).is_none()
            })
            .collect();
        for (kind, access) in accesses(facts) {
            let owner = owner(facts, access);
            if !self.is_in_the_way(kind, access, owner.map(|(_, command)| command)) {
                continue;
            }
            let runner = owner.and_then(|(index, _)| runner(facts, index));
            if let Some(allowed) = runner.and_then(|index| by_effects.get_mut(index)) {
                *allowed = false;
            }
            match owner.and_then(|(index, _)| by_effects.get_mut(index)) {
                Some(allowed) => *allowed = false,
                None => by_effects.fill(false),
            }
        }
        by_effects
    }

    /// What about the command itself is in the way.
    fn of_command<'c>(&self, index: usize, command: &'c Command) -> Option<Obstacle<'c>> {
        let Effects {
            does,
            extent,
            project,
            unaccounted,
        } = &command.effects;
        match extent {
            Extent::Unknown => return Some(Obstacle::Unknown),
            Extent::Partly if unaccounted.is_empty() => return Some(Obstacle::Nowhere),
            Extent::Partly => return Some(Obstacle::Unaccounted(unaccounted)),
            Extent::Known => {}
        }
        // What is assigned for a tool of the project was judged with its effects.
        let assigns = !command.assignments.is_empty() && project.is_none();
        if command.allow_form.is_none() || assigns {
            return Some(Obstacle::Nowhere);
        }
        let mut deeds = allowed_deeds(self.policy.pack.content.commands.allow_effects);
        if self.deletes.get(index) == Some(&true) {
            deeds = deeds.and(Does::only(Deed::Deletes));
        }
        let tasks = &self.policy.matchers.tasks;
        // What git runs, and what activates an environment, is code of the project for any kind of work.
        let is_of_kind = (project.iter()).any(|project| !project.tasks.is_empty());
        let is_git = does.contains(Deed::VcsLocal) || does.contains(Deed::VcsReads);
        let is_of_any = project.is_some() || is_git;
        let runs_code = is_of_kind || (is_of_any && !tasks.is_empty());
        let is_allowed =
            |deed: Deed| deeds.contains(deed) || (deed == Deed::RunsProjectCode && runs_code);
        let other = does.iter().find(|deed| !is_allowed(*deed));
        let mut named = project.iter().flat_map(|project| &project.tasks);
        other
            .map(Obstacle::Does)
            .or_else(|| named.find(|task| !tasks.allows(task)).map(Obstacle::Task))
    }

    /// What is in the way of a command that may run other code than the project had before the line.
    fn unlike_before<'f>(
        &self,
        facts: &'f Facts,
        index: usize,
        command: &Command,
    ) -> Option<Obstacle<'f>> {
        if self.runs_what_is_downloaded(facts, index, command) {
            return Some(Obstacle::Does(Deed::RunsDownloadedCode));
        }
        let copied = self.runs_what_is_copied(facts, index, command);
        let chosen = || self.runs_what_is_chosen(facts, index, command);
        copied
            .map(Obstacle::Copied)
            .or_else(|| chosen().map(Obstacle::Chosen))
    }

    /// Whether a path keeps the command that touches it from being allowed by its effects.
    fn is_in_the_way(
        &mut self,
        kind: Kind,
        access: &PathAccess,
        command: Option<&Command>,
    ) -> bool {
        let allowed = self.policy.pack.content.commands.allow_effects;
        if access.device {
            return true;
        }
        let sight = self.sight(access);
        let does = command.map_or(Does::NOTHING, |command| command.effects.does);
        let is_git = does.contains(Deed::VcsReads) || does.contains(Deed::VcsLocal);
        let place = match (sight.outside, kind) {
            (true, _) if is_temporary(access) => AllowedEffect::TemporaryFiles,
            (true, Kind::List) if is_temporary_folder(access) => AllowedEffect::TemporaryFiles,
            (true, _) if is_git => return true,
            (true, Kind::Write) if self.may_be_written_outside(access) => {
                AllowedEffect::WriteWorkspace
            }
            (true, Kind::Read | Kind::List) if self.may_be_read_outside(access) => {
                AllowedEffect::ReadWorkspace
            }
            (true, _) => return true,
            (false, Kind::Write) => AllowedEffect::WriteWorkspace,
            (false, _) if is_git => AllowedEffect::GitLocal,
            (false, _) => AllowedEffect::ReadWorkspace,
        };
        // What a formatter lays out is named, not made; and the project's code reads what it likes.
        let lays_out = place == AllowedEffect::WriteWorkspace && command.is_some_and(is_formatter);
        let is_own = kind != Kind::Write && !sight.outside && access.via != "redirection";
        let is_code = is_own && does.contains(Deed::RunsProjectCode);
        if !allowed.allows(place) && !lays_out && !is_code {
            return true;
        }
        // Whatever a temporary folder holds, nothing of it is shown or kept by deleting it.
        let is_emptied = does.contains(Deed::Deletes) && is_own_temporary(access);
        // What may not be read is no ordinary file; and what is added to the repository is shown by
        // the next `git diff`.
        let is_secret = match kind {
            Kind::Read => false,
            Kind::Write if is_emptied => false,
            Kind::List if does.is_within(LISTS_NAMES) => false,
            Kind::List | Kind::Write => {
                let matchers = &self.policy.matchers;
                !self.paths(&matchers.block_read, &sight).is_empty()
                    || !self.paths(&matchers.approve_read, &sight).is_empty()
            }
        };
        let is_many = !is_one(access) && !is_emptied;
        let is_odd = kind == Kind::Write && (is_many || is_of_repository(&access.path));
        is_secret || is_odd
    }

    /// Whether the access is one below a temporary folder, and the pack allows those.
    pub(super) fn is_temporary_and_allowed(&self, access: &PathAccess) -> bool {
        let allowed = self.policy.pack.content.commands.allow_effects;
        allowed.allows(AllowedEffect::TemporaryFiles) && is_temporary(access)
    }

    /// Whether the pack allows a write outside the workspace: of a file that it names, or of one
    /// below a temporary folder by a command. Commands write by a redirection, or their effects are
    /// known and delete nothing, or only temporary files.
    pub(super) fn is_allowed_outside(&mut self, write: &PathAccess, facts: &Facts) -> bool {
        if self.is_allowed_delete(write) {
            return self.is_temporary_and_allowed(write);
        }
        if !is_one(write) {
            return false;
        }
        if write.command.is_none() && write.via != REDIRECTION {
            return self.may_be_written_outside(write);
        }
        let command = write.command.and_then(|index| facts.commands.get(index));
        let is_known = command.is_some_and(|command| {
            let effects = &command.effects;
            effects.extent == Extent::Known && !effects.does.contains(Deed::Deletes)
        });
        (write.via == REDIRECTION || is_known)
            && (self.is_temporary_and_allowed(write) || self.may_be_written_outside(write))
    }

    /// What is in the way of allowing a command by its effects.
    fn obstacle<'f>(&mut self, facts: &'f Facts, index: usize) -> Option<Obstacle<'f>> {
        let command = facts.commands.get(index)?;
        if let Some(obstacle) = self.of_command(index, command) {
            return Some(obstacle);
        }
        if let Some(obstacle) = self.unreachable(facts, index, command) {
            return Some(obstacle);
        }
        if let Some(obstacle) = self.unlike_before(facts, index, command) {
            return Some(obstacle);
        }
        let mut around = None;
        for (kind, access) in accesses(facts) {
            let owner = owner(facts, access);
            let is_other = |owner: usize| owner != index && runner(facts, owner) != Some(index);
            if owner.is_some_and(|(owner, _)| is_other(owner)) {
                continue;
            }
            if !self.is_in_the_way(kind, access, owner.map(|(_, command)| command)) {
                continue;
            }
            match owner {
                Some(_) => return Some(Obstacle::Path(kind, access)),
                None => around = around.or(Some(Obstacle::Around(kind, access))),
            }
        }
        around
    }
}

/// What is in the way of allowing a command by its effects. None if nothing is, or if the policy
/// allows no effects.
pub(in crate::engine) fn obstacle<'f>(
    policy: &Policy,
    facts: &'f Facts,
    index: usize,
) -> Option<Obstacle<'f>> {
    if !policy.pack.content.commands.allow_effects.allows_any() {
        return None;
    }
    Prepare::of(policy, facts).obstacle(facts, index)
}
