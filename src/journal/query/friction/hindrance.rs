//! What keeps an action from being allowed, in one word.

use std::borrow::Cow;

use crate::action::facts::{Command, Deed, Extent, Facts, PathAccess};

/// The mark that a cut text ends with.
const CUT: char = '…';

/// What a person is asked about, from the most that can be known to the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    /// A list of the pack names it: `commands.require_approval`.
    Listed,
    /// What the command does is known, and the pack does not allow this.
    Effect(Deed),
    /// What the command does is known, and only the place is in the way: a path.
    Path,
    /// What the command does is known and harmless, and the pack allows no such commands.
    NotAllowed,
    /// A ref or a remote of git.
    Git,
    /// A host.
    Network,
    /// A call over MCP.
    Mcp,
    /// A Terraform plan.
    Plan,
    /// CAVRA itself would be changed or stopped.
    Guard,
    /// A variable is set that may change what the program does.
    Variable,
    /// Nothing can allow the command: an option that no table knows, a wrapper.
    Lifted,
    /// A word of a program that a table knows.
    UnaccountedWord,
    /// A table knows the program, and something around the command keeps its effects from being
    /// known: its working directory, a wrapper.
    Surroundings,
    /// No table knows the program.
    UnknownProgram,
    /// What it does is known only at run time: a variable, a script.
    RunTime,
    /// The line can't be understood.
    Unparsed,
    /// Something that the action should have brought is missing.
    Evidence,
    /// A rule of a pack's own Rego.
    OwnRule,
    /// A rule could not be evaluated.
    NotEvaluated,
    /// The facts are not recorded.
    NotRecorded,
}

impl Hindrance {
    /// The name in documents, such as `unknown_program` or `effect:deletes`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Effect(deed) => return format!("effect:{}", deed.name()).into(),
            Self::Listed => "listed",
            Self::Path => "path",
            Self::NotAllowed => "not_allowed",
            Self::Git => "git",
            Self::Network => "network",
            Self::Mcp => "mcp",
            Self::Plan => "plan",
            Self::Guard => "guard",
            Self::Variable => "variable",
            Self::Lifted => "lifted",
            Self::UnaccountedWord => "unaccounted_word",
            Self::Surroundings => "surroundings",
            Self::UnknownProgram => "unknown_program",
            Self::RunTime => "run_time",
            Self::Unparsed => "unparsed",
            Self::Evidence => "evidence",
            Self::OwnRule => "own_rule",
            Self::NotEvaluated => "not_evaluated",
            Self::NotRecorded => "not_recorded",
        })
    }

    /// What is in the way by the rule that decided, and by the command that it is about.
    pub(super) fn of(rule_id: &str, facts: &Facts, command: Option<&Command>) -> Self {
        match rule_id {
            "commands.require_approval" => Self::Listed,
            "commands.dynamic.require_approval" => Self::RunTime,
            "commands.unparsed.require_approval" => Self::Unparsed,
            "commands.network.require_approval" => Self::Network,
            "commands.default.require_approval" => {
                command.map_or(Self::Surroundings, |command| of_command(facts, command))
            }
            _ => Self::of_family(rule_id),
        }
    }

    fn of_family(rule_id: &str) -> Self {
        let (family, rest) = rule_id.split_once('.').unwrap_or((rule_id, ""));
        match family {
            "filesystem" => Self::Path,
            "git" => Self::Git,
            "network" => Self::Network,
            "mcp" => Self::Mcp,
            "terraform" => Self::Plan,
            "guard" => Self::Guard,
            "evidence" => Self::Evidence,
            "runtime" if rest.starts_with("evaluation") => Self::NotEvaluated,
            "runtime" | "commands" => Self::Surroundings,
            _ => Self::OwnRule,
        }
    }
}

fn of_command(facts: &Facts, command: &Command) -> Hindrance {
    let effects = &command.effects;
    if !command.assignments.is_empty() {
        return Hindrance::Variable;
    }
    if command.words.iter().any(|word| word.dynamic) {
        return Hindrance::RunTime;
    }
    if !command.allow_lifted.is_empty() {
        return Hindrance::Lifted;
    }
    match effects.extent {
        Extent::Unknown => return Hindrance::UnknownProgram,
        Extent::Partly if effects.unaccounted.is_empty() => return Hindrance::Surroundings,
        Extent::Partly => return Hindrance::UnaccountedWord,
        Extent::Known => {}
    }
    if command.allow_form.is_none() {
        return Hindrance::Surroundings;
    }
    let harmless = [Deed::VcsReads, Deed::VcsLocal];
    let deed = effects.does.iter().find(|deed| !harmless.contains(deed));
    let is_elsewhere = |access: &PathAccess| access.outside_workspace || access.device;
    match deed {
        Some(deed) => Hindrance::Effect(deed),
        None if accesses(facts).any(is_elsewhere) => Hindrance::Path,
        None => Hindrance::NotAllowed,
    }
}

fn accesses(facts: &Facts) -> impl Iterator<Item = &PathAccess> {
    let all = facts.reads.iter().chain(&facts.lists).chain(&facts.writes);
    all.chain(&facts.presumed_reads)
        .chain(&facts.presumed_writes)
}

/// The command that a finding is about: by what it matched on, which is the command, a path or
/// a push of it; if not that, the first command that takes part in the verdict.
pub(super) fn command_of<'f>(facts: &'f Facts, matched_on: Option<&str>) -> Option<&'f Command> {
    let by_text = matched_on.and_then(|on| {
        let own = facts.commands.iter().find(|command| is_text(command, on));
        own.or_else(|| {
            let access = accesses(facts).find(|access| access.written == on)?;
            facts.commands.get(access.command?)
        })
    });
    let by_push = || {
        let push = facts.pushes.first()?;
        facts.commands.get(push.command?)
    };
    let first = || {
        let mut commands = facts.commands.iter();
        commands.find(|command| !command.neutral && !command.tried)
    };
    by_text.or_else(by_push).or_else(first)
}

/// Whether `on` is the command, or the beginning of it.
fn is_text(command: &Command, on: &str) -> bool {
    let words: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
    let whole = words.join(" ");
    match on.rsplit_once(CUT) {
        Some((beginning, _)) if whole != on => {
            !beginning.is_empty() && whole.starts_with(beginning)
        }
        _ => whole == on,
    }
}
