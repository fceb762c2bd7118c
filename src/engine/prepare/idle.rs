//! Commands that do nothing themselves.

use super::Prepare;
use super::effects::REDIRECTION;
use crate::action::facts::{Command, Facts};

/// Commands of a shell that change nothing but where it is, or that it ends.
const IDLE: [&str; 12] = [
    ":", "break", "cd", "continue", "exit", "false", "popd", "pushd", "return", "shift", "true",
    "wait",
];
/// The program whose only form that takes no part in a verdict is `cavra approvals wait ID`
/// (`src/action/program/own.rs`). The hook tells an agent to run it.
const OWN: &str = "cavra";

/// Whether a line only moves the shell inside the workspace, ends it (`cd src`, `true`), or waits for the
/// answer to a request: no command of it takes part in a verdict, and nothing else of it does.
pub(super) fn is_idle(facts: &Facts) -> bool {
    let is_idle = |command: &Command| {
        let is_plain = command.neutral && !command.tried && command.via.is_empty();
        let keeps = command.allow_form.is_some() && command.assignments.is_empty();
        let program = &*command.program;
        is_plain && keeps && (program == OWN || IDLE.contains(&program))
    };
    facts.commands.iter().all(is_idle) && concerns_commands_alone(facts)
}

/// Whether facts are about commands, and about nothing that commands touch.
fn concerns_commands_alone(facts: &Facts) -> bool {
    let Facts {
        commands: _,
        guard,
        lists,
        presumed_reads,
        presumed_writes,
        reads,
        writes,
        pushes,
        network,
        terraform_plan,
        mcp,
        unknowns,
    } = facts;
    let paths = [lists, presumed_reads, presumed_writes, reads, writes];
    paths.iter().all(|paths| paths.is_empty())
        && guard.is_empty()
        && pushes.is_empty()
        && network.is_empty()
        && unknowns.is_empty()
        && terraform_plan.is_none()
        && mcp.is_none()
}

impl Prepare<'_> {
    /// For each command whether it, or a redirection around it, writes a file that may not be read: `: > .env`,
    /// `pytest --junitxml=.env`. Neither a pattern nor being idle allows such a command, unless its program makes
    /// files of that kind itself (`terraform plan -out=tfplan`). Empty if nothing is written, or nothing but
    /// effects could allow a command. What a launcher runs, the launcher writes. Each write is looked at once, however many commands there are.
    pub(super) fn secret_writers(&mut self, facts: &Facts) -> Vec<bool> {
        let may_be_allowed = |command: &Command| command.neutral || command.allow_form.is_some();
        let writes = || facts.writes.iter().chain(&facts.presumed_writes);
        if writes().next().is_none() || !facts.commands.iter().any(may_be_allowed) {
            return Vec::new();
        }
        let matchers = &self.policy.matchers;
        let mut writers = vec![false; facts.commands.len()];
        for write in writes() {
            let sight = self.sight(write);
            let mut meets = |list| !self.paths(list, &sight).is_empty();
            let is_secret = meets(&matchers.block_read) || meets(&matchers.approve_read);
            if !is_secret || write.own_kind {
                continue;
            }
            match write.command {
                Some(subject) => {
                    let launcher = launcher(&facts.commands, subject);
                    for index in [Some(subject), launcher].into_iter().flatten() {
                        if let Some(writer) = writers.get_mut(index) {
                            *writer = true;
                        }
                    }
                }
                None if write.via == REDIRECTION => writers.fill(true),
                None => {}
            }
        }
        writers
    }
}

/// The command by whose line a command is judged: `npx tsc` for `tsc`.
fn launcher(commands: &[Command], index: usize) -> Option<usize> {
    let is_tried = commands.get(index)?.tried;
    let before = commands.get(..index).filter(|_| is_tried)?;
    before.iter().rposition(|command| !command.tried)
}
