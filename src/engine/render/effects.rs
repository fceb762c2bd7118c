//! Why a command is allowed by what it does, or is not.

use super::super::Policy;
use super::super::limits::MAX_MATCHED_BYTES;
use super::super::prepare::{Kind, Obstacle, obstacle};
use super::short;
use crate::action::facts::{Command, Facts, NetworkAccess, PathAccess, ProjectTask, TaskKind};
use crate::action::path::UNSPELLED;
use crate::canonical::Cut;
use crate::policy::base_rule::BaseRule;
use crate::policy::pack::{ALLOW_EFFECTS, PROJECT_TASKS, PROJECT_TOOLS};

/// It works for a root only: another folder may be a repository with a configuration of its own.
const GIT: &str = "git";

/// Paths of each kind that a reason names.
const MAX_NAMED_PATHS: usize = 4;

/// The reason of a finding that depends on which effects the pack allows. None for every other.
pub(super) fn reason(
    policy: &Policy,
    facts: &Facts,
    rule_id: &str,
    subject: usize,
    on: Option<&str>,
) -> Option<String> {
    let command = facts.commands.get(subject)?;
    let on = on.unwrap_or_default();
    match BaseRule::from_id(rule_id)? {
        BaseRule::CommandsEffectsAllow => {
            let does = what_it_does(command, facts, subject);
            Some(format!(
                "every word of `{on}` is known: it {does}; `commands.allow_effects` allows that"
            ))
        }
        // What lifts every allow says more.
        BaseRule::CommandsDefaultRequireApproval
            if command.allow_lifted.is_empty() && command.assignments.is_empty() =>
        {
            let obstacle = obstacle(policy, facts, subject)?;
            Some(format!(
                "`{on}` is on no list, and {}",
                in_words(command, obstacle)
            ))
        }
        _ => None,
    }
}

/// What is in the way, to be read after "and".
fn in_words(command: &Command, obstacle: Obstacle<'_>) -> String {
    let program = short(&command.program);
    match obstacle {
        Obstacle::Unknown => format!("what `{program}` does is not known"),
        Obstacle::Unaccounted(words) => {
            let mut text = Cut::new(MAX_MATCHED_BYTES);
            text.join(words.iter().map(String::as_str), "`, `");
            let words = text.finish();
            format!("what `{words}` makes `{program}` do is not known")
        }
        Obstacle::Nowhere if command.effects.project.is_some() => {
            "it takes its code from a place that isn't known to be the project's own: from a temporary folder, from code of others, or from where is not known"
                .to_owned()
        }
        Obstacle::Nowhere if command.program == GIT => {
            "it isn't known to run at the top of a workspace outside temporary folders: give `--cwd DIR` (in a document: `cwd`), and run it there"
                .to_owned()
        }
        Obstacle::Nowhere => {
            "where it runs is not known: give `--cwd DIR` (in a document: `cwd`)".to_owned()
        }
        Obstacle::Does(deed) => format!(
            "it {}, which `commands.allow_effects` does not allow",
            deed.in_words()
        ),
        Obstacle::Task(task) => of_task(&program, task),
        Obstacle::Host(access) => of_host(access),
        Obstacle::Copied(access) => format!(
            "it runs code of the project, into which the line may have copied `{}` from outside the workspace: copy first, and run it by a line of its own",
            short(&access.written)
        ),
        Obstacle::Chosen(access) => format!(
            "it may run what `{}` chooses, which the line writes: write first, and run it by a line of its own",
            short(&access.written)
        ),
        Obstacle::Path(kind, access) => format!("it {}", of_path(kind, access)),
        Obstacle::Around(kind, access) => {
            format!("a redirection around it {}", of_path(kind, access))
        }
    }
}

/// What a pack would have to say to allow a task.
fn of_task(program: &str, task: &ProjectTask) -> String {
    match (&task.name, task.kind) {
        (Some(name), TaskKind::Other) => format!(
            "the task `{}` is of no kind that is known by its name; `{PROJECT_TASKS}` may name it",
            short(name)
        ),
        (None, TaskKind::Other) => {
            format!("what `{program}` runs of the project is not known by a name")
        }
        (_, kind) => format!(
            "it runs a task of the kind `{}`, which `{ALLOW_EFFECTS}.{PROJECT_TOOLS}` does not allow",
            kind.name()
        ),
    }
}

fn of_host(access: &NetworkAccess) -> String {
    let endpoint = short(&access.endpoint);
    match (&access.host, &access.remote) {
        (_, Some(_)) => {
            format!("it reads from the remote `{endpoint}`, which is not in `git.allowed_remotes`")
        }
        (Some(_), None) => {
            format!("it connects to `{endpoint}`, which is not in `network.allowed_hosts`")
        }
        (None, None) => {
            format!("which host it connects to is known only when it runs: `{endpoint}`")
        }
    }
}

fn of_path(kind: Kind, access: &PathAccess) -> String {
    let verb = match kind {
        Kind::Read => "reads",
        Kind::List => "lists",
        Kind::Write => "writes",
    };
    let place = match access.outside_workspace {
        true => ", outside the workspace",
        false => "",
    };
    let path = short(&access.written);
    format!("{verb} `{path}`{place}, which `commands.allow_effects` does not allow")
}

/// Such as "prints", or "reads `a.txt`, `b.txt` and writes `c.txt`".
fn what_it_does(command: &Command, facts: &Facts, index: usize) -> String {
    let kinds = [
        ("lists", &facts.lists),
        ("reads", &facts.reads),
        ("writes", &facts.writes),
    ];
    let deeds = command
        .effects
        .does
        .iter()
        .map(|deed| deed.in_words().to_owned());
    let paths = kinds.into_iter().filter_map(|(verb, accesses)| {
        let own = accesses.iter().filter(|it| it.command == Some(index));
        let mut written: Vec<&str> = own
            .map(|it| &*it.written)
            .filter(|it| !it.contains(UNSPELLED))
            .collect();
        written.dedup();
        let more = written.len().saturating_sub(MAX_NAMED_PATHS);
        written.truncate(MAX_NAMED_PATHS);
        let named = written.iter().map(|it| format!("`{}`", short(it)));
        let named: Vec<String> = named
            .chain((more > 0).then(|| format!("{more} more")))
            .collect();
        (!named.is_empty()).then(|| format!("{verb} {}", named.join(", ")))
    });
    let hosts = facts
        .network
        .iter()
        .filter(|it| it.command == Some(index))
        .take(MAX_NAMED_PATHS)
        .map(|it| format!("connects to `{}`", short(&it.endpoint)));
    let all: Vec<String> = deeds.chain(hosts).chain(paths).collect();
    match all.is_empty() {
        true => "only prints".to_owned(),
        false => all.join(" and "),
    }
}
