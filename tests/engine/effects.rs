//! Allowing by effect: lines with the verdict that follows from the effects that a pack allows, and
//! the laws that hold for every line.

use crate::common;

use std::fmt::Write as _;
use std::sync::Arc;

use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::{Judgement, Verdict};
use cavra::engine::Policy;
use serde_json::Value;

pub(crate) const ROOT: &str = "/home/dev/repo";
/// Every effect that a pack can allow.
pub(crate) const ALL: &str = "read_workspace write_workspace temporary_files git_local network_read \
                   project_tools=test,build,lint,format";
/// Nearly every host, where `network_read` is allowed.
const HOSTS: &str = r#"network: {allowed_hosts: [github.com, example.com, evil.com, "*.com", "*.net", "*.org", "*.io", "*.dev", "*.example", "*.test", "*.internal"]}"#;

/// A pack that inherits the baseline and allows these effects, space-separated: a key, or a key and
/// the entries of its list (`project_tools=test,lint`).
pub(crate) fn policy(effects: &str) -> Policy {
    compiled(
        "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n",
        effects,
    )
}

/// The pack with these effects besides.
pub(crate) fn compiled(pack: &str, effects: &str) -> Policy {
    let mut text = pack.to_owned();
    let effects: Vec<String> = effects
        .split_whitespace()
        .map(|effect| match effect.split_once('=') {
            Some((key, entries)) => format!("{key}: [{entries}]"),
            None => format!("{effect}: true"),
        })
        .collect();
    if !effects.is_empty() {
        let effects = effects.join(", ");
        writeln!(text, "commands: {{allow_effects: {{{effects}}}}}").unwrap();
        if effects.contains("network_read") {
            text.push_str(HOSTS);
        }
    }
    Policy::compile(common::inline(&text, &[])).unwrap()
}

fn action(line: &str, place: Place) -> Action {
    Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place,
        terraform_plan: None,
    }
}

pub(crate) fn at_the_root() -> Place {
    Place {
        cwd: Some(ROOT.to_owned()),
        workspace_root: Some(ROOT.to_owned()),
        ..Place::default()
    }
}

pub(crate) fn judge(policy: &Policy, line: &str, place: Place) -> Judgement {
    let action = action(line, place);
    policy.judge(&action, &establish(&action).unwrap())
}

/// The lines of the table: the effects, the verdict and the command line.
fn table() -> Vec<(String, Verdict, String)> {
    let text = std::fs::read_to_string(common::repository("tests/data/effects/lines.txt")).unwrap();
    let mut effects = String::new();
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            continue;
        }
        if let Some(names) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            names.clone_into(&mut effects);
            continue;
        }
        let (verdict, command) = line.split_once(' ').unwrap();
        let verdict = match verdict {
            "allow" => Verdict::Allow,
            "ask" => Verdict::RequireApproval,
            "block" => Verdict::Block,
            other => panic!("`{other}` is no verdict"),
        };
        rows.push((
            effects.clone(),
            verdict,
            command.replace("\\n", "\n").replace("\\\n", "\\n"),
        ));
    }
    assert!(rows.len() >= 350, "only {} lines", rows.len());
    rows
}

#[test]
fn lines_are_decided_as_the_table_says() {
    let mut failures = Vec::new();
    let mut compiled: Option<(String, Policy)> = None;
    for (effects, verdict, line) in table() {
        if compiled.as_ref().is_none_or(|(known, _)| *known != effects) {
            compiled = Some((effects.clone(), policy(&effects)));
        }
        let policy = &compiled.as_ref().unwrap().1;
        let judgement = judge(policy, &line, at_the_root());
        if judgement.decision != verdict {
            let found = judgement.decision;
            let why = judgement
                .findings
                .first()
                .map_or("", |finding| &finding.reason);
            failures.push(format!(
                "[{effects}] {line:?} wants {verdict:?}, got {found:?}: {why}"
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// More effects allow more, and never make a verdict stricter; what is blocked stays blocked.
#[test]
fn an_effect_only_adds_allows() {
    let (none, all) = (policy(""), policy(ALL));
    for (_, _, line) in table() {
        let without = judge(&none, &line, at_the_root()).decision;
        let with = judge(&all, &line, at_the_root()).decision;
        let adds = without == Verdict::RequireApproval && with == Verdict::Allow;
        assert!(
            with == without || adds,
            "{line:?}: {without:?}, then {with:?}"
        );
    }
}

/// Nothing is allowed by its effects where nobody says which directory it runs in, or in one that
/// is no workspace.
#[test]
fn an_unknown_place_allows_nothing() {
    let all = policy(ALL);
    let at = |cwd: Option<&str>, root: Option<&str>| Place {
        cwd: cwd.map(str::to_owned),
        workspace_root: root.map(str::to_owned),
        ..Place::default()
    };
    let places = [
        at(None, None),
        at(Some("src"), None),
        at(Some("/etc"), None),
        at(Some("/etc"), Some("/etc")),
        at(Some("/etc"), Some(ROOT)),
        at(Some("/"), Some("/")),
        at(Some("/home/dev"), None),
        at(Some("/home/dev/repo/.git"), Some("/home/dev/repo/.git")),
    ];
    for place in places {
        for line in [
            "ls",
            "cat notes.txt",
            "git status",
            "echo x > notes.txt",
            "git add notes.txt",
        ] {
            let judgement = judge(&all, line, place.clone());
            assert_ne!(judgement.decision, Verdict::Allow, "{line:?} at {place:?}");
        }
    }
}

/// Cases that may not be allowed under the baseline, and that an effect rightly allows.
const RIGHTLY: &[(&str, &str)] = &[
    (
        "not-carried-through-s217",
        "`pytest > /tmp/x`: the list allows the command, and `temporary_files` its redirection",
    ),
    (
        "not-carried-through-s219",
        "`pytest --junitxml=/tmp/x.xml`: `project_tools` allows the tests, and `temporary_files` the \
         report, which is no code",
    ),
];

/// The development corpus with every effect allowed: whatever may not be allowed is not.
#[test]
fn no_case_of_the_corpus_passes_by_its_effects() {
    let all = policy(ALL);
    let (mut cases, mut failures) = (0_usize, Vec::new());
    let mut folders = vec![common::repository("tests/data/corpus")];
    // Another corpus, for a run by hand.
    folders.extend(std::env::var_os("CAVRA_CORPUS").map(Into::into));
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = files.map(|file| file.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl")) {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let want = case["want"].as_str().unwrap();
            if !matches!(want, "block" | "not_allow") {
                continue;
            }
            cases += 1;
            let Ok(action) = Action::from_json(case["input"].to_string().as_bytes()) else {
                continue;
            };
            let Ok(facts) = establish(&action) else {
                continue;
            };
            let decision = all.judge(&action, &facts).decision;
            let is_rightly = RIGHTLY.iter().any(|(id, _)| case["case_id"] == *id);
            if is_rightly {
                assert_eq!(decision, Verdict::Allow, "{}", case["case_id"]);
                continue;
            }
            if decision == Verdict::Allow {
                let (id, target) = (&case["case_id"], &case["input"]["target"]);
                failures.push(format!("{id} wants {want}, got {decision:?}: {target}"));
            }
        }
    }
    assert!(cases >= 1_000, "only {cases} cases");
    assert!(
        failures.is_empty(),
        "{}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The reason says what a line does that is allowed, and what is in the way of one that is not.
#[test]
fn reasons_name_the_word_in_the_way() {
    let all = policy(ALL);
    let read = policy("read_workspace");
    let rows: [(&Policy, &str, &str); 8] = [
        (
            &all,
            "cat a.txt",
            "every word of `cat a.txt` is known: it reads `a.txt`; `commands.allow_effects` allows that",
        ),
        (
            &all,
            "sometool x",
            "`sometool x` is on no list, and what `sometool` does is not known",
        ),
        (&all, "rg --pre=./x y a.txt", "can't be allowed"),
        (
            &all,
            "sort -T x a.txt",
            "what `-T` makes `sort` do is not known",
        ),
        (
            &all,
            "rm a.txt",
            "it deletes or moves files, which `commands.allow_effects` does not allow",
        ),
        (
            &all,
            "cat /etc/hosts",
            "it reads `/etc/hosts`, outside the workspace",
        ),
        (
            &read,
            "touch a.txt",
            "it writes `a.txt`, which `commands.allow_effects` does not allow",
        ),
        (
            &read,
            "{ ls; } > a.txt",
            "a redirection around it writes `a.txt`",
        ),
    ];
    for (policy, line, expected) in rows {
        let judgement = judge(policy, line, at_the_root());
        let reasons: Vec<&str> = judgement
            .findings
            .iter()
            .map(|it| it.reason.as_str())
            .collect();
        let found = reasons.iter().any(|reason| reason.contains(expected));
        assert!(found, "{line:?}: {reasons:#?}");
    }
}

/// The effective document of a pack that allows no effect has no field for them.
#[test]
fn a_pack_without_effects_does_not_name_them() {
    let document = |text: &str| {
        let pack = common::inline(text, &[]);
        String::from_utf8(cavra::engine::effective_document(&pack)).unwrap()
    };
    let without = document("metadata: {id: own}");
    let denied = document("{metadata: {id: own}, commands: {allow_effects: {git_local: false}}}");
    let with = document("{metadata: {id: own}, commands: {allow_effects: {git_local: true}}}");
    for text in [&without, &denied] {
        assert!(!text.contains("allow_effects"), "{text}");
    }
    assert!(with.contains("allow_effects"));
}

/// Facts without effects are those of older versions, so that written journals are still read.
#[test]
fn facts_of_unknown_programs_have_no_effects() {
    let facts = establish(&action("sometool x; ls", at_the_root())).unwrap();
    let json = serde_json::to_value(&facts).unwrap();
    assert_eq!(json["commands"][0].get("effects"), None);
    assert_eq!(json["commands"][1]["effects"]["extent"], "known");
    assert_eq!(json["lists"][0]["written"], ".");
    let read: cavra::action::facts::Facts = serde_json::from_value(json).unwrap();
    assert_eq!(read, facts);
}

/// Judging twice, from memory, is judging once.
#[test]
fn a_judgement_is_the_same_from_memory() {
    let shared = Arc::new(policy(ALL));
    for (_, _, line) in table() {
        let once = judge(&shared, &line, at_the_root());
        assert_eq!(once, judge(&shared, &line, at_the_root()), "{line:?}");
    }
}
