//! `commands.allow_effects.project_tools`: which lines that run the project's own code are allowed,
//! and laws that hold for all of them.

use crate::effects::{ALL, ROOT, at_the_root, compiled, judge, policy};

use cavra::action::Place;
use cavra::decision::Verdict;
use cavra::engine::Policy;

/// A line of the table: effects, verdict and command line.
struct Row {
    effects: String,
    verdict: Verdict,
    line: String,
}

fn table() -> Vec<Row> {
    let path = crate::common::repository("tests/data/effects/project.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut effects = String::new();
    let mut rows = Vec::new();
    let lines = text.lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(names) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            names.clone_into(&mut effects);
            continue;
        }
        let (verdict, line) = line.split_once(' ').unwrap();
        let verdict = match verdict {
            "allow" => Verdict::Allow,
            "ask" => Verdict::RequireApproval,
            "block" => Verdict::Block,
            other => panic!("`{other}` is no verdict"),
        };
        rows.push(Row {
            effects: effects.clone(),
            verdict,
            line: line.replace("\\n", "\n"),
        });
    }
    assert!(rows.len() >= 500, "only {} lines", rows.len());
    rows
}

/// A pack that inherits nothing and has no list, so that only effects allow.
fn bare(effects: &str) -> Policy {
    compiled("metadata: {id: own}\n", effects)
}

#[test]
fn lines_are_decided_as_the_table_says() {
    let mut failures = Vec::new();
    let mut policies: Option<(String, [Policy; 2])> = None;
    for Row {
        effects,
        verdict,
        line,
    } in table()
    {
        if policies.as_ref().is_none_or(|(known, _)| *known != effects) {
            policies = Some((effects.clone(), [bare(&effects), policy(&effects)]));
        }
        let [bare, inheriting] = &policies.as_ref().unwrap().1;
        let judged: &[&Policy] = match verdict {
            Verdict::Allow => &[bare, inheriting],
            Verdict::Block => &[inheriting],
            _ => &[bare],
        };
        for policy in judged {
            let judgement = judge(policy, &line, at_the_root());
            if judgement.decision != verdict {
                let found = judgement.decision;
                let why = judgement.findings.first();
                let why = why.map_or("", |finding| &finding.reason);
                failures.push(format!(
                    "[{effects}] {line:?} wants {verdict:?}, got {found:?}: {why}"
                ));
            }
        }
    }
    let count = failures.len();
    assert!(failures.is_empty(), "{count}:\n{}", failures.join("\n"));
}

fn allowed_lines() -> Vec<String> {
    let allowed = table()
        .into_iter()
        .filter(|row| row.verdict == Verdict::Allow && row.effects.starts_with("project_tools"));
    allowed.map(|row| row.line).collect()
}

/// An option that no table knows never leaves a line allowed, wherever among its words it is.
#[test]
fn an_unknown_option_is_never_allowed() {
    let all = bare(ALL);
    let mut count = 0_usize;
    for line in allowed_lines() {
        if line.contains(['\'', ';', '&', '|', '>', '<']) {
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let program = words.iter().take_while(|word| word.contains('=')).count();
        for at in program + 1..=words.len() {
            for option in ["--frobnicate", "--frobnicate=/tmp/x", "-\u{1f}"] {
                let mut words = words.clone();
                words.insert(at, option);
                let line = words.join(" ");
                let decision = judge(&all, &line, at_the_root()).decision;
                assert_ne!(decision, Verdict::Allow, "{line:?}");
                count += 1;
            }
        }
    }
    assert!(count >= 1_500, "only {count} lines");
}

/// Runners whose further words are targets.
const RUNNERS: &[&str] = &[
    "make test",
    "make -j4 test",
    "just test",
    "rake test",
    "task lint",
    "gradle test",
    "./gradlew test",
    "mvn test",
    "turbo run test",
    "nox -s tests",
    "npm run build",
    "pnpm build",
    "yarn run build",
    "bun run build",
    "mise run build",
    "mise run test",
    "npm test",
    "composer test",
    "nx run-many -t test",
    "tox -e py311,lint -e",
];

#[test]
fn a_second_target_that_is_not_known_is_never_allowed() {
    let all = bare(ALL);
    let targets = [
        "deploy",
        "build:deploy",
        "test-and-push",
        "Test",
        "TEST",
        "test:",
        ":deploy",
        "X=1",
        "test=1",
        "te*t",
        "$X",
        "{test,deploy}",
        "../x",
        "/tmp/x",
        "@x",
    ];
    for runner in RUNNERS {
        for target in targets {
            let line = format!("{runner} {target}");
            let decision = judge(&all, &line, at_the_root()).decision;
            assert_ne!(decision, Verdict::Allow, "{line:?}");
        }
    }
}

/// A line that is allowed at the workspace is not where the code isn't the project's own.
#[test]
fn only_the_projects_own_code_runs() {
    let all = bare(ALL);
    let places = [
        (None, None),
        (Some("/etc"), Some(ROOT)),
        (Some("/home/dev/other"), Some(ROOT)),
        (Some("/tmp"), Some("/tmp")),
        (Some("/tmp/repo"), Some("/tmp/repo")),
        (Some("/var/folders/ab/repo"), Some("/var/folders/ab/repo")),
        (Some("/home/dev/repo/vendor/x"), Some(ROOT)),
        (Some("/home/dev/repo/node_modules/x"), Some(ROOT)),
        (Some("/home/dev/repo/.git/x"), Some(ROOT)),
        (Some("/home/dev"), None),
        (Some("src"), None),
    ];
    for line in allowed_lines() {
        for (cwd, root) in places {
            let place = Place {
                cwd: cwd.map(str::to_owned),
                workspace_root: root.map(str::to_owned),
                ..Place::default()
            };
            let decision = judge(&all, &line, place).decision;
            assert_ne!(decision, Verdict::Allow, "{line:?} at {cwd:?}");
        }
    }
}

/// What is allowed for one kind stays allowed with more, and a smaller list allows less.
#[test]
fn more_kinds_allow_more() {
    let all = bare("project_tools=test,build,lint,format");
    for kind in ["test", "build", "lint", "format"] {
        let one = bare(&format!("project_tools={kind}"));
        let mut count = 0_usize;
        for line in allowed_lines() {
            let is_allowed = judge(&one, &line, at_the_root()).decision == Verdict::Allow;
            count += usize::from(is_allowed);
            let with_all = judge(&all, &line, at_the_root()).decision;
            assert!(!is_allowed || with_all == Verdict::Allow, "{line:?}");
        }
        assert!(count >= 5, "{kind}: only {count} lines");
    }
}
