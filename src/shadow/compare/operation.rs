//! What a divergence is about: the operations of those parts of an action on which the two policies
//! find different things.
//!
//! A person who answers for a group reads its operation, so the text of one operation must never
//! cover another one. Every part that is judged differently is in the text, and a text that is too
//! long ends with a digest of the whole.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::excerpt;
use super::observation::{Observation, cut};
use crate::action::facts::{Command, Facts, Push};
use crate::action::program::has_subcommands;
use crate::action::{Action, Request};
use crate::canonical::Digest;
use crate::decision::{Finding, Judgement};
use crate::engine::{command_text, push_text};
use crate::shadow::limits::MAX_SUBJECT_BYTES;

/// What is between two operations of one action.
const AND: &str = " + ";
/// A program or a word that is not known, or that could be a value.
const HIDDEN: &str = "…";
/// Hex digits of the digest at the end of a text that is cut.
const DIGEST_DIGITS: usize = 32;
/// Bytes of a word that names an operation. A longer one is a value.
const MAX_WORD_BYTES: usize = 24;

/// What the two policies find differently.
pub(in crate::shadow) struct Difference<'a> {
    /// The findings that only the active policy has, the deciding one first.
    pub(in crate::shadow) active: Vec<&'a Finding>,
    /// The findings that only the candidate has, the deciding one first.
    pub(in crate::shadow) candidate: Vec<&'a Finding>,
    /// Whether these are all of them: a judgement may not list every finding.
    is_whole: bool,
}

impl<'a> Difference<'a> {
    pub(in crate::shadow) fn of(observation: &Observation<'a>) -> Self {
        let active = observation.active;
        let candidate = observation.candidate.judgement();
        let missing = |from: &'a Judgement, other: Option<&Judgement>| -> Vec<&'a Finding> {
            let known: BTreeSet<_> = other
                .iter()
                .flat_map(|it| &it.findings)
                .map(found)
                .collect();
            let findings = from.findings.iter();
            findings.filter(|it| !known.contains(&found(it))).collect()
        };
        let lists_all = |it: &Judgement| it.matched_rules_left_out == 0 && !it.findings.is_empty();
        Self {
            active: missing(active, candidate),
            candidate: candidate.map_or_else(Vec::new, |it| missing(it, Some(active))),
            is_whole: lists_all(active) && candidate.is_some_and(lists_all),
        }
    }

    /// What was matched on by what differs. None if that isn't known of every finding.
    fn matched_on(&self) -> Option<BTreeSet<&'a str>> {
        let differing = self.active.iter().chain(&self.candidate);
        let texts = differing.map(|it| it.matched_on.as_deref());
        let texts: Option<BTreeSet<&str>> = texts.collect();
        texts.filter(|texts| self.is_whole && !texts.is_empty())
    }
}

/// What makes two findings the same. A copied pack has the same entries under another id, so where
/// an entry is from is no matter.
fn found(finding: &Finding) -> impl Ord + use<'_> {
    let groups = finding.approver_groups.iter();
    let groups: Vec<&str> = groups.map(AsRef::as_ref).collect();
    (
        finding.rule_id.as_ref(),
        finding.pattern.as_deref(),
        finding.matched_on.as_deref(),
        finding.decision,
        finding.severity,
        groups,
    )
}

/// The operation of a divergence, at most [`MAX_SUBJECT_BYTES`].
pub(in crate::shadow) fn operation<'a>(
    action: &'a Action,
    facts: &'a Facts,
    difference: &Difference<'_>,
) -> Cow<'a, str> {
    match &action.request {
        Request::ReadFile { path }
        | Request::WriteFile { path }
        | Request::SearchFiles { path, .. } => short(Cow::from(extension(path))),
        Request::McpToolCall(_) => {
            let call = facts.mcp.as_ref();
            short(call.map_or(Cow::from(""), |it| {
                format!("{}:{}", it.server, it.tool).into()
            }))
        }
        Request::ExecuteCommand { .. } => of_parts(facts, difference, ""),
        Request::GitOperation { operation, .. } => of_parts(facts, difference, operation),
    }
}

/// The operations of the commands and pushes that are judged differently, or of all of them if it
/// isn't known which.
fn of_parts<'a>(facts: &Facts, difference: &Difference<'_>, otherwise: &'a str) -> Cow<'a, str> {
    let some = difference
        .matched_on()
        .and_then(|texts| parts(facts, &texts));
    let operations = some.unwrap_or_else(|| all(facts));
    if operations.is_empty() {
        return short(otherwise.into());
    }
    let operations: Vec<String> = operations.into_iter().collect();
    short(operations.join(AND).into())
}

/// The operations that `texts` name. None if one of them names no command and no push.
fn parts(facts: &Facts, texts: &BTreeSet<&str>) -> Option<BTreeSet<String>> {
    let mut operations = BTreeSet::new();
    let mut named = BTreeSet::new();
    for command in &facts.commands {
        let text = command_text(command);
        if let Some(text) = texts.get(text.as_str()) {
            operations.insert(of_command(command));
            named.insert(*text);
        }
    }
    for push in &facts.pushes {
        let text = push_text(push);
        if let Some(text) = texts.get(text.as_str()) {
            operations.insert(of_push(push));
            named.insert(*text);
        }
    }
    (named.len() == texts.len()).then_some(operations)
}

/// The operations of everything that takes part in the verdict.
fn all(facts: &Facts) -> BTreeSet<String> {
    let pushes = facts.pushes.iter().map(of_push);
    let telling = facts.commands.iter().filter(|command| !command.neutral);
    let mut operations: BTreeSet<String> = telling.map(of_command).chain(pushes).collect();
    if operations.is_empty() {
        operations.extend(facts.commands.iter().map(of_command));
    }
    operations
}

/// The operation and every ref that one of the readings moves.
fn of_push(push: &Push) -> String {
    let updates = push.readings.iter().flatten();
    let names: BTreeSet<&str> = updates.map(|it| excerpt::short(&it.name)).collect();
    let names = names.into_iter().map(|name| format!(" {name}"));
    let unknown = push.unknown_target.iter().map(|_| format!(" {HIDDEN}"));
    format!(
        "{}{}",
        push.operation,
        names.chain(unknown).collect::<String>()
    )
}

/// The program and its subcommand.
fn of_command(command: &Command) -> String {
    let form = command.block_forms.first().map_or(&[][..], Vec::as_slice);
    let written = command.program.as_str();
    let program = form.first().map_or(written, String::as_str);
    let program = if program.is_empty() { HIDDEN } else { program };
    if !has_subcommands(program) {
        return program.to_owned();
    }
    let mut text = program.to_owned();
    let operands = form.iter().skip(1).filter(|word| !word.starts_with('-'));
    let operands: Vec<&str> = operands.map(String::as_str).collect();
    let count = words(program, operands.first().copied());
    for word in operands.iter().take(count) {
        let names = is_name(word);
        text.push(' ');
        text.push_str(if names { word } else { HIDDEN });
        if !names {
            break;
        }
    }
    text
}

fn is_name(word: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_:".contains(&byte);
    let first = word.bytes().next();
    word.len() <= MAX_WORD_BYTES
        && first.is_some_and(|byte| byte.is_ascii_lowercase())
        && word.bytes().all(plain)
}

/// Which words of a program name its operation.
enum Words {
    /// So many.
    All(usize),
    /// Two if the first one is one of these, else one.
    TwoAfter(&'static [&'static str]),
}

/// Programs whose operation may be more than one word: `aws s3 rm` deletes, `aws s3 ls` doesn't.
const MORE_THAN_ONE: &[(&str, Words)] = &[
    ("aws", Words::All(2)),
    ("az", Words::All(3)),
    ("bun", Words::TwoAfter(RUNNERS)),
    ("docker", Words::TwoAfter(CONTAINERS)),
    ("gcloud", Words::All(3)),
    ("gh", Words::All(2)),
    (
        "git",
        Words::TwoAfter(&[
            "bisect",
            "bundle",
            "config",
            "lfs",
            "maintenance",
            "notes",
            "reflog",
            "remote",
            "sparse-checkout",
            "stash",
            "submodule",
            "worktree",
        ]),
    ),
    ("glab", Words::All(2)),
    ("go", Words::TwoAfter(&["mod", "tool", "work"])),
    (
        "helm",
        Words::TwoAfter(&["dependency", "get", "plugin", "registry", "repo", "show"]),
    ),
    ("kubectl", Words::TwoAfter(RESOURCES)),
    ("npm", Words::TwoAfter(RUNNERS)),
    ("oc", Words::TwoAfter(RESOURCES)),
    ("pnpm", Words::TwoAfter(RUNNERS)),
    ("podman", Words::TwoAfter(CONTAINERS)),
    (
        "poetry",
        Words::TwoAfter(&["cache", "config", "env", "run", "self", "source"]),
    ),
    (
        "pulumi",
        Words::TwoAfter(&["config", "org", "plugin", "policy", "stack"]),
    ),
    (
        "terraform",
        Words::TwoAfter(&["providers", "state", "workspace"]),
    ),
    (
        "uv",
        Words::TwoAfter(&["cache", "pip", "python", "run", "tool"]),
    ),
    ("vault", Words::All(2)),
    ("yarn", Words::TwoAfter(RUNNERS)),
];

/// What runs a script of `package.json`, or has operations of its own.
const RUNNERS: &[&str] = &[
    "access",
    "cache",
    "config",
    "dist-tag",
    "dlx",
    "exec",
    "owner",
    "pm",
    "run",
    "run-script",
    "team",
    "token",
    "x",
];
/// What containers, images and others like them are kept by.
const CONTAINERS: &[&str] = &[
    "builder",
    "buildx",
    "compose",
    "config",
    "container",
    "context",
    "image",
    "machine",
    "manifest",
    "network",
    "node",
    "plugin",
    "pod",
    "secret",
    "service",
    "stack",
    "swarm",
    "system",
    "trust",
    "volume",
];
/// What is followed by a kind of resource, or has operations of its own.
const RESOURCES: &[&str] = &[
    "adm",
    "annotate",
    "auth",
    "autoscale",
    "certificate",
    "config",
    "create",
    "delete",
    "describe",
    "edit",
    "expose",
    "get",
    "label",
    "patch",
    "replace",
    "rollout",
    "scale",
    "set",
    "top",
];

fn words(program: &str, first: Option<&str>) -> usize {
    let of_program = MORE_THAN_ONE.iter().find(|(name, _)| *name == program);
    match of_program.map(|(_, words)| words) {
        None => 1,
        Some(Words::All(count)) => *count,
        Some(Words::TwoAfter(firsts)) => {
            let has_more = first.is_some_and(|first| firsts.contains(&first));
            if has_more { 2 } else { 1 }
        }
    }
}

/// The text, or its beginning and a digest of the whole: two long operations must not become one.
fn short(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.len() <= MAX_SUBJECT_BYTES {
        return text;
    }
    let digest = Digest::of(text.as_bytes()).to_string();
    let digits = digest.trim_start_matches("sha256:");
    let digits = digits.get(..DIGEST_DIGITS).unwrap_or_default();
    let mark = format!("{HIDDEN} [{digits}]");
    let room = MAX_SUBJECT_BYTES.saturating_sub(mark.len());
    format!("{}{mark}", cut(&text, room)).into()
}

/// `.rs` of `src/main.rs`, `.env` of `a/.env`, nothing of `Makefile`.
fn extension(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rfind('.')
        .and_then(|dot| name.get(dot..))
        .unwrap_or_default()
}
