//! Command lines compared with their facts. The tables in `tests/data/shell` hold one
//! line each: what must be so, a tab, and the command line (with `\n`, `\r` and `\t`).

use cavra::action::establish;
use cavra::action::facts::{Command, Facts, UnknownKind};
use cavra::action::{Action, Caller, Place, Request};

fn action(line: &str) -> Action {
    Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    }
}

fn facts(line: &str) -> Facts {
    establish(&action(line)).expect("facts")
}

/// Whether the facts say that `form` would run.
fn runs(facts: &Facts, form: &str) -> bool {
    let want: Vec<&str> = form.split(' ').collect();
    facts.commands.iter().any(|command| {
        !command.inert
            && command.block_forms.iter().any(|form| {
                form.len() >= want.len() && form.iter().zip(&want).all(|(have, want)| have == want)
            })
    })
}

/// Whether nothing in the facts keeps the line from being allowed.
fn allowable(facts: &Facts) -> bool {
    let needs_none = |command: &Command| command.neutral && command.assignments.is_empty();
    facts.unknowns.is_empty()
        && facts.network.is_empty()
        && facts.commands.iter().any(|command| !command.neutral)
        && facts
            .commands
            .iter()
            .filter(|command| !needs_none(command))
            .all(|command| command.allow_form.is_some() && command.assignments.is_empty())
}

fn has_unknown(facts: &Facts, kind: UnknownKind) -> bool {
    facts.unknowns.iter().any(|unknown| unknown.kind == kind)
}

fn holds(claim: &str, facts: &Facts) -> bool {
    let (verb, rest) = claim.split_once(' ').unwrap_or((claim, ""));
    let touches =
        |all: &[cavra::action::facts::PathAccess]| all.iter().any(|access| access.path == rest);
    match verb {
        "runs" => runs(facts, rest),
        "spares" => !runs(facts, rest),
        "allowable" => allowable(facts),
        "doubtful" => !allowable(facts),
        "dynamic" => has_unknown(facts, UnknownKind::Dynamic),
        "unparsed" => has_unknown(facts, UnknownKind::Unparsed),
        "reads" => touches(&facts.reads),
        "writes" => touches(&facts.writes),
        "leaves" => !touches(&facts.reads) && !touches(&facts.writes),
        "network" => !facts.network.is_empty(),
        "pushes" => facts
            .pushes
            .iter()
            .flat_map(|push| &push.readings)
            .flatten()
            .any(|update| update.name == rest),
        "untargeted" => facts
            .pushes
            .iter()
            .any(|push| push.unknown_target.is_some()),
        "known" => facts.unknowns.is_empty(),
        _ => panic!("unknown claim `{claim}`"),
    }
}

/// `least` is how many rows the table has at least.
fn check(table: &str, least: usize) {
    let mut failures = Vec::new();
    let rows: Vec<&str> = table
        .lines()
        .filter(|row| !row.is_empty() && !row.starts_with('#'))
        .collect();
    assert!(rows.len() >= least, "only {} rows", rows.len());
    for row in rows {
        let (claims, line) = row
            .split_once('\t')
            .unwrap_or_else(|| panic!("no tab in `{row}`"));
        let line = line
            .replace("\\n", "\n")
            .replace("\\r", "\r")
            .replace("\\t", "\t");
        let facts = facts(&line);
        for claim in claims.split(',').map(str::trim) {
            if !holds(claim, &facts) {
                failures.push(format!("{claim}: {line:?}\n    {facts:?}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn what_the_line_would_run_is_found() {
    check(include_str!("../data/shell/evasions.tsv"), 290);
}

#[test]
fn what_the_line_only_mentions_is_spared() {
    check(include_str!("../data/shell/harmless.tsv"), 55);
}

#[test]
fn paths_are_found() {
    check(include_str!("../data/shell/paths.tsv"), 60);
}
