//! `cavra journal stats --friction`

use std::io::Write as _;
use std::ops::ControlFlow;

use super::source::Source;
use super::stats::{SHOWN_NAMES, show_counts};
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::journal::query::{Filter, Friction, Query};

/// Counts how often a person was asked, and why.
pub(super) fn run(source: &mut Source, filter: Filter, out: &mut Output) -> Result<(), CliError> {
    let query = Query {
        filter,
        ..Query::default()
    };
    let mut friction = Friction::default();
    source.query(query, &mut |entries| {
        entries.iter().for_each(|entry| friction.add_entry(entry));
        Ok(ControlFlow::Continue(()))
    })?;
    match out.format() {
        OutputFormat::Json => Ok(out.json(&friction)?),
        OutputFormat::Table => show(&friction, out),
    }
}

fn show(friction: &Friction, out: &mut Output) -> Result<(), CliError> {
    let Friction {
        actions,
        asked,
        blocked,
        commands,
        commands_allowed,
        asks_per_100_actions,
        commands_allowed_per_100,
        ..
    } = friction;
    writeln!(
        out,
        "actions   {actions}: {asked} asked, {blocked} blocked; {asks_per_100_actions:.2} asks per 100 actions"
    )?;
    writeln!(
        out,
        "commands  {commands}: {commands_allowed} went ahead, {commands_allowed_per_100:.2} of 100"
    )?;
    show_counts("asks by rule", &friction.by_rule, out)?;
    show_counts("asks by what was in the way", &friction.by_hindrance, out)?;
    show_counts("asks by severity", &friction.by_severity, out)?;
    show_programs(friction, out)
}

/// The programs that people are asked about most.
fn show_programs(friction: &Friction, out: &mut Output) -> Result<(), CliError> {
    let programs = friction.by_program.iter();
    let mut programs: Vec<_> = programs.filter(|(_, counts)| counts.asked > 0).collect();
    if programs.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{}",
        style::paint(style::HEADING, "asks by program, of its commands")
    )?;
    programs.sort_by(|one, other| other.1.asked.cmp(&one.1.asked).then(one.0.cmp(other.0)));
    for (name, counts) in programs.into_iter().take(SHOWN_NAMES) {
        let (asked, commands) = (counts.asked, counts.commands);
        writeln!(out, "  {asked:>10}  of {commands:<8}  {}", printable(name))?;
    }
    Ok(())
}
