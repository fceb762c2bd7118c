//! `command line NUL cwd NUL workspace root NUL current branch`: the facts of a command line.

#![no_main]

use std::collections::BTreeSet;

use cavra_fuzz::action::establish;
use cavra_fuzz::action::facts::{Facts, PathAccess};
use cavra_fuzz::action::{Action, Caller, Place, Request};
use cavra_fuzz::{place, texts};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &str| -> Corpus {
    let [line, cwd, root, branch] = texts(input);
    let place = place(cwd, root, branch);
    let Some(facts) = facts_of(line, &place) else {
        return Corpus::Reject;
    };
    assert_eq!(
        facts_of(line, &place).as_ref(),
        Some(&facts),
        "twice the same"
    );
    is_whole(&facts);
    // A backslash at the end would join the line to what is put around it.
    if facts.unknowns.is_empty() && !line.is_empty() && !line.ends_with('\\') {
        hides_nothing(&facts, &format!("(\n{line}\n)"), &place);
        let quoted = line.replace('\'', r"'\''");
        // The space keeps a line that begins with a dash from being an option.
        hides_nothing(&facts, &format!("bash -c ' {quoted}'"), &place);
    }
    Corpus::Keep
});

fn facts_of(line: &str, place: &Place) -> Option<Facts> {
    let action = Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: place.clone(),
        terraform_plan: None,
    };
    establish(&action).ok()
}

/// Every index leads somewhere, and nothing is lifted without a reason.
fn is_whole(facts: &Facts) {
    let commands = facts.commands.len();
    let in_range = |command: Option<usize>| command.is_none_or(|index| index < commands);
    assert!(
        facts
            .reads
            .iter()
            .chain(&facts.writes)
            .all(|it| in_range(it.command))
    );
    assert!(facts.pushes.iter().all(|it| in_range(it.command)));
    assert!(facts.network.iter().all(|it| in_range(it.command)));
    assert!(facts.unknowns.iter().all(|it| in_range(it.command)));
    for command in &facts.commands {
        assert!(command.push.is_none_or(|index| index < facts.pushes.len()));
        let lifted = !command.allow_lifted.is_empty();
        assert!(
            command.neutral || command.allow_form.is_none() == lifted,
            "{command:?}"
        );
    }
}

/// Around a line whose facts are all known, a subshell or another shell changes nothing that
/// a rule could block: what the line runs, touches and pushes is still there, or something is
/// said to be unknown.
fn hides_nothing(facts: &Facts, wrapped: &str, place: &Place) {
    let Some(found) = facts_of(wrapped, place) else {
        return;
    };
    if found.unknowns.is_empty() {
        let (inside, outside) = (blockable(facts), blockable(&found));
        let missing: Vec<_> = inside.difference(&outside).collect();
        assert!(missing.is_empty(), "{wrapped:?} hides {missing:?}");
    }
}

/// What rules block on, as text.
fn blockable(facts: &Facts) -> BTreeSet<String> {
    let commands = facts.commands.iter().flat_map(|it| {
        let kind = (it.inert, it.effect);
        it.block_forms
            .iter()
            .map(move |form| format!("{kind:?} {form:?}"))
    });
    let touched = |what: &'static str, list: &[PathAccess]| -> Vec<String> {
        let each =
            |it: &PathAccess| format!("{what} {} {:?} {:?}", it.path, it.anchor, it.certainty);
        list.iter().map(each).collect()
    };
    let reads = touched("read", &facts.reads);
    let writes = touched("write", &facts.writes);
    let pushes = facts
        .pushes
        .iter()
        .map(|it| format!("push {:?}", it.readings));
    let network = facts
        .network
        .iter()
        .map(|it| format!("network {}", it.endpoint));
    commands
        .chain(reads)
        .chain(writes)
        .chain(pushes)
        .chain(network)
        .collect()
}
