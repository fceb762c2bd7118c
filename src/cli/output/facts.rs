//! Facts, for a person.

use std::io::Write as _;

use super::{Output, printable, style};
use crate::action::facts::{
    Anchor, Certainty, ChangeAction, Command, Deed, Effect, Effects, Extent, Facts,
    GuardTamperingKind, McpArgument, McpArgumentKind, McpCall, PathAccess, Push, RefUpdate,
    ResourceChange, TerraformPlan, Traffic, UnknownKind,
};
use crate::cli::error::CliError;

pub(crate) fn show(out: &mut Output, facts: &Facts, left_out: usize) -> Result<(), CliError> {
    for (index, command) in facts.commands.iter().enumerate() {
        writeln!(out, "  command {}: {}", index + 1, words(command))?;
        for note in command_notes(command) {
            writeln!(out, "    {}", printable(&note))?;
        }
    }
    for (verb, paths) in [
        ("lists", &facts.lists),
        ("reads", &facts.reads),
        ("may read", &facts.presumed_reads),
        ("writes", &facts.writes),
        ("may write", &facts.presumed_writes),
    ] {
        for path in paths {
            writeln!(out, "  {verb} {}", printable(&path_text(path)))?;
        }
    }
    for push in &facts.pushes {
        writeln!(out, "  {}", printable(&push_text(push)))?;
    }
    for tampering in &facts.guard {
        let verb = match tampering.kind {
            GuardTamperingKind::Environment => "sets or removes",
            GuardTamperingKind::Service => "stops or changes CAVRA by",
        };
        writeln!(out, "  {verb} {}", printable(&tampering.what))?;
    }
    for network in &facts.network {
        let does = match network.traffic {
            Traffic::Opened => "connects to",
            Traffic::Reads => "reads from",
            Traffic::Sends => "may send to",
        };
        let endpoint = printable(&network.endpoint);
        let whose = match (&network.host, network.traffic) {
            (None, Traffic::Reads | Traffic::Sends) => ", whose host is known only when it runs",
            _ => "",
        };
        writeln!(out, "  {does} {endpoint}{whose}")?;
    }
    if let Some(call) = &facts.mcp {
        writeln!(out, "  {}", printable(&call_text(call)))?;
        let arguments = call.arguments.iter().flat_map(|it| &it.values);
        for argument in arguments {
            writeln!(out, "    {}", printable(&argument_text(argument)))?;
        }
    }
    if let Some(plan) = &facts.terraform_plan {
        show_plan(out, plan)?;
    }
    for unknown in &facts.unknowns {
        let kind = match unknown.kind {
            UnknownKind::Dynamic => "known only when it runs",
            UnknownKind::Unparsed => "not understood",
        };
        let at = unknown
            .command
            .map(|index| format!(" (command {})", index + 1))
            .unwrap_or_default();
        let kind = style::paint(style::ERROR, kind);
        writeln!(out, "  {kind}{at}: {}", printable(&unknown.reason))?;
    }
    if left_out > 0 {
        writeln!(out, "  … and {left_out} more, which are left out")?;
    }
    writeln!(out)?;
    Ok(())
}

/// The words as they would be quoted again, with what is dynamic left as it was written.
fn words(command: &Command) -> String {
    let words: Vec<String> = command
        .words
        .iter()
        .map(|word| {
            // What is dynamic is as it was written, with its quotes.
            match word.dynamic {
                true => printable(&word.text),
                false => quoted(&word.text),
            }
        })
        .collect();
    words.join(" ")
}

/// A word as a person would type it for bash, so that the line that is shown is the line that is judged:
/// in single quotes, if the shell gives one of its characters a meaning.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    let text = printable(word);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

fn command_notes(command: &Command) -> Vec<String> {
    let mut notes = Vec::new();
    if !command.via.is_empty() {
        notes.push(format!("reached through {}", command.via.join(" > ")));
    }
    let dynamic: Vec<&str> = command
        .words
        .iter()
        .filter(|word| word.dynamic)
        .map(|word| word.text.as_str())
        .collect();
    if !dynamic.is_empty() {
        notes.push(format!("known only when it runs: {}", dynamic.join(" ")));
    }
    if !command.assignments.is_empty() {
        notes.push(format!("sets {}", command.assignments.join(", ")));
    }
    match command.effect {
        Effect::None => {}
        Effect::Change => notes.push("changes something outside the workspace".to_owned()),
        Effect::Destructive => notes.push("applies, destroys or deletes".to_owned()),
    }
    notes.extend(effects_note(&command.effects));
    if command.effects.is_unknown() && command.effect == Effect::None && !command.neutral {
        notes.extend(program_note(&command.program));
    }
    let written: Vec<&str> = command
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    for form in command.block_forms.iter().filter(|form| **form != written) {
        let form: Vec<String> = form.iter().map(|word| quoted(word)).collect();
        notes.push(format!("also judged as: {}", form.join(" ")));
    }
    if command.neutral && command.assignments.is_empty() {
        notes.push("takes no part in the verdict".to_owned());
    }
    if command.tried {
        notes.push(
            "may be run, or is run by a command that is judged itself: only what blocks it or asks counts"
                .to_owned(),
        );
    }
    if command.inert {
        notes.push("asks for help, a version or a dry run only".to_owned());
    }
    notes.extend(
        command
            .allow_lifted
            .iter()
            .map(|why| format!("can't be allowed: {why}")),
    );
    if !command.unvouched.is_empty() {
        let words = command.unvouched.join("`, `");
        notes.push(format!(
            "an entry of `commands.allow` would have to name `{words}`"
        ));
    }
    notes
}

/// What is said of a program whose effects no table knows.
fn program_note(program: &str) -> Option<String> {
    (!program.is_empty()).then(|| format!("what `{program}` does is not known"))
}

/// How much is known of what the command does besides touching paths.
fn effects_note(effects: &Effects) -> Option<String> {
    let does: Vec<&str> = effects.does.iter().map(Deed::in_words).collect();
    let does = match does.is_empty() {
        true => String::new(),
        false => format!("; it {}", does.join(", it ")),
    };
    match effects.extent {
        Extent::Unknown => None,
        Extent::Known => Some(format!("what each word does is known{does}")),
        Extent::Partly if effects.unaccounted.is_empty() => Some(format!(
            "where it runs is not known, so its effects are known only in part{does}"
        )),
        Extent::Partly => {
            let words = effects.unaccounted.join("`, `");
            Some(format!("what `{words}` makes it do is not known{does}"))
        }
    }
}

fn path_text(access: &PathAccess) -> String {
    let mut text = access.written.clone();
    // The root of the workspace has no path below itself.
    let path = match access.path.as_str() {
        "" => "the root of the workspace",
        path => path,
    };
    if path != access.written {
        text.push_str(&format!(" = {path}"));
    }
    if !matches!(access.via.as_str(), "read_file" | "write_file") {
        text.push_str(&format!(", by {}", access.via));
    }
    if access.certainty == Certainty::Possible {
        text.push_str(", possibly");
    }
    if access.device {
        text.push_str(", no file");
    }
    if access.outside_workspace {
        text.push_str(", outside the workspace");
    } else if access.anchor == Anchor::AnyDirectory {
        text.push_str(", in an unknown workspace");
    }
    text
}

fn push_text(push: &Push) -> String {
    let readings: Vec<String> = push
        .readings
        .iter()
        .map(|refs| refs.iter().map(ref_text).collect::<Vec<_>>().join(", "))
        .collect();
    let is_open = readings.iter().all(String::is_empty);
    let mut text = match (push.writes, is_open) {
        (_, true) => push.operation.clone(),
        (true, false) => format!("{} moves {}", push.operation, readings.join(", or ")),
        (false, false) => format!("{} reads {}", push.operation, readings.join(", or ")),
    };
    if let Some(remote) = &push.remote {
        text.push_str(&format!(", at {remote}"));
    }
    if !push.known {
        text.push_str(", an unknown operation");
    }
    if push.dry_run {
        text.push_str(", as a dry run");
    }
    if let Some(why) = &push.unknown_target {
        text.push_str(&format!("; which refs is not known: {why}"));
    }
    text
}

fn ref_text(update: &RefUpdate) -> String {
    let mut text = update.name.clone();
    for (holds, note) in [
        (update.glob, " (a pattern)"),
        (update.delete, " (deleted)"),
        (update.force, " (forced)"),
    ] {
        if holds {
            text.push_str(note);
        }
    }
    text
}

fn argument_text(argument: &McpArgument) -> String {
    let value = match (&argument.text, argument.kind) {
        (Some(text), McpArgumentKind::Number | McpArgumentKind::Boolean) => text.clone(),
        // As JSON, so that nothing in it looks like the end of it.
        (Some(text), _) => serde_json::Value::from(text.as_str()).to_string(),
        (None, McpArgumentKind::Text | McpArgumentKind::LongText) => "a long text".to_owned(),
        (None, McpArgumentKind::Number) => "a number".to_owned(),
        (None, McpArgumentKind::Boolean) => "true or false".to_owned(),
        (None, McpArgumentKind::Null) => "null".to_owned(),
        (None, McpArgumentKind::EmptyList) => "an empty list".to_owned(),
        (None, McpArgumentKind::EmptyObject) => "an empty object".to_owned(),
    };
    format!("argument {}: {value}", argument.at)
}

fn call_text(call: &McpCall) -> String {
    let mut text = format!(
        "calls the tool `{}` of the MCP server `{}`",
        call.tool, call.server
    );
    if let Some(capability) = &call.capability {
        text.push_str(&format!(", capability {capability}"));
    }
    if let Some(fingerprint) = &call.fingerprint {
        text.push_str(&format!(", definition {fingerprint}"));
    }
    if !call.consistent {
        text.push_str("; server, tool and target don't name the same call");
    }
    text
}

/// What a change does beside its action: import, move, a deposed object.
fn in_state(change: &ResourceChange) -> String {
    let mut text = String::new();
    if let Some(key) = &change.deposed {
        text.push_str(&format!(", deposed object {key}"));
    }
    if change.importing {
        text.push_str(", imports it");
    }
    if let Some(previous) = &change.previous_address {
        text.push_str(&format!(", moved from {previous}"));
    }
    text
}

fn show_plan(out: &mut Output, plan: &TerraformPlan) -> Result<(), CliError> {
    writeln!(out, "  Terraform plan {}", plan.fingerprint)?;
    if let Some(problem) = &plan.problem {
        writeln!(out, "    can't be relied on: {}", printable(problem))?;
    }
    for change in &plan.changes {
        let action = match change.action {
            ChangeAction::Create => "creates",
            ChangeAction::Update => "updates",
            ChangeAction::Delete => "deletes",
            ChangeAction::Replace => "replaces",
            ChangeAction::Forget => "forgets",
            ChangeAction::ForgetReplace => "creates a new one and forgets the old",
            ChangeAction::NoOp => "leaves as it is",
            ChangeAction::Unknown => "does something unknown to",
        };
        let address = printable(&change.address);
        writeln!(
            out,
            "    {action} {address}{}",
            printable(&in_state(change))
        )?;
    }
    Ok(())
}
