//! Patterns of `commands.allow` that can never allow a command, whatever follows them.

use crate::action::facts::{Command, Facts};
use crate::action::patterns::{CommandPatterns, ProgramCase};
use crate::action::{Action, Caller, Place, Request, establish};

/// The workspace that the samples are judged in.
const ROOT: &str = "/srv/project";

/// What may follow a pattern with a `*` at its end: nothing, a word, files, a module, a subcommand.
/// If none of them is allowed, nothing that a person would write is.
const CONTINUATIONS: &[&str] = &[
    "",
    " x",
    " a.txt b.txt",
    " test",
    " status",
    " exec -- x",
    " -m pytest",
    " --test",
];

/// Why nothing is ever allowed by `pattern`, if that is so. Not judged here: a pattern with a `*`
/// before its end, or with characters that mean something to a shell.
pub(super) fn reason(pattern: &str) -> Option<String> {
    let body = pattern.trim_end_matches('*');
    if body.trim().is_empty() || body.contains(['*', '?', '[']) {
        return None;
    }
    // A shell reads these words as the pattern is read.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ./_@:=+,-~%".contains(c);
    if !body.chars().all(is_plain) {
        return None;
    }
    let compiled = CommandPatterns::new(&[pattern], ProgramCase::Exact).ok()?;
    let most = match body.len() < pattern.len() {
        true => CONTINUATIONS.len(),
        false => 1,
    };
    let mut first = None;
    for continuation in CONTINUATIONS.iter().take(most) {
        let facts = facts(format!("{body}{continuation}"))?;
        let reason = against(&facts, &compiled)?;
        first.get_or_insert(reason);
    }
    first
}

fn facts(command_line: String) -> Option<Facts> {
    let place = Place {
        cwd: Some(ROOT.to_owned()),
        workspace_root: Some(ROOT.to_owned()),
        ..Place::default()
    };
    let action = Action {
        request: Request::ExecuteCommand { command_line },
        caller: Caller::default(),
        place,
        terraform_plan: None,
    };
    establish(&action).ok()
}

/// Why the pattern doesn't allow a line with these facts; none if it does.
fn against(facts: &Facts, pattern: &CommandPatterns) -> Option<String> {
    if let Some(unknown) = facts.unknowns.first() {
        return Some(unknown.reason.clone());
    }
    let judged = facts.commands.iter();
    let mut judged = judged.filter(|command| !command.tried && !command.neutral);
    let Some(command) = judged.next() else {
        return Some("such a command takes no part in the verdict".to_owned());
    };
    let Some(form) = &command.allow_form else {
        let reason = command.allow_lifted.first();
        return Some(reason.map_or_else(
            || "such a command can't be allowed".to_owned(),
            Clone::clone,
        ));
    };
    let mut hits = Vec::new();
    pattern.allows(form, &command.unvouched, &mut hits);
    if hits.is_empty() || command.inert || !command.assignments.is_empty() {
        return Some(compared(command, form));
    }
    None
}

fn compared(command: &Command, form: &[String]) -> String {
    let form = form.join(" ");
    match command.via.first() {
        Some(by) => format!("`{by}` is looked through, and what it runs is compared: `{form}`"),
        None if command.inert => "it only shows help or a version".to_owned(),
        None => format!("what is compared with it is `{form}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn a_dead_pattern_is_told_from_one_that_allows() {
        for alive in [
            "make test*",
            "make*",
            "npx tsc*",
            "npx *",
            "uv run pytest*",
            "mise run lint*",
            "pnpm --filter api test*",
            "./gradlew test*",
            "python*",
            "python -m pytest*",
            "node --test*",
            "bun test*",
            "git status*",
            "git -C sub status*",
            "git branch -D*",
            "terraform plan*",
            "frob",
            "frob --config x*",
            "git push * main*",
        ] {
            assert_eq!(reason(alive), None, "{alive}");
        }
        for dead in [
            "sudo ls*",
            "timeout 5 pytest*",
            "bash scripts/x.sh*",
            "bash*",
            "python x.py*",
            "python -m frob*",
            "xargs rm*",
            "make -f other.mk*",
            "make test SHELL=/bin/x*",
            "npx --package evil tsc*",
            "uv run --with x pytest*",
            "cd src",
            "A=1 pytest*",
            "/opt/tool*",
            "../tool*",
            "git -c a=b status*",
        ] {
            assert!(reason(dead).is_some(), "{dead}");
        }
    }
}
