//! Launchers, task runners and test runners: a pattern that names the whole line holds for it, and
//! what the line runs counts for the lists that block and ask.
//!
//! `tests/data/tools/*.tsv` are lines `WANT<TAB>COMMAND`, or `WANT<TAB>COMMAND<TAB>CWD`, judged
//! under [`PACK`]. `CWD` is relative to the workspace's root unless it begins with a slash.

use std::sync::{Arc, LazyLock};

use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;
use serde_json::json;

use crate::common;

/// Patterns as teams write them.
const PACK: &str = r#"
metadata: {id: tools}
filesystem:
  block_read: [.env, terraform.tfstate, "**/*.pem"]
  block_write: [.github/workflows/**, main.tf]
commands:
  block:
    - "terraform apply*"
    - "kubectl delete*"
  allow:
    - "npx tsc*"
    - "npx jest*"
    - "npx --no-install eslint*"
    - "npx @biomejs/biome check*"
    - "npx pkg@1.2.3*"
    - "npx frob*"
    - "npm exec tsc*"
    - "npm test*"
    - "npm run lint*"
    - "npm -w api test*"
    - "pnpm --filter api test*"
    - "pnpm -r build*"
    - "pnpm exec vitest*"
    - "pnpm dlx frob*"
    - "pnpm -C packages/a exec tsc*"
    - "yarn dlx frob*"
    - "bunx tsc*"
    - "bun test*"
    - "bun run lint*"
    - "bun x.ts*"
    - "uv run pytest*"
    - "uv run --frozen pytest*"
    - "uv run mypy*"
    - "uv run frob*"
    - "uv run x.py*"
    - "uv run uv run pytest*"
    - "uvx ruff check*"
    - "poetry run pytest*"
    - "pipx run black*"
    - "bundle exec rspec*"
    - "conda run -n dev pytest*"
    - "conda run pytest*"
    - "python -m pytest*"
    - "python3 -m unittest*"
    - "python -m frob*"
    - ".venv/bin/python -m pytest*"
    - "node --test*"
    - "deno test*"
    - "deno task lint*"
    - "deno run x.ts*"
    - "make test*"
    - "make build V=1*"
    - "just test*"
    - "rake test*"
    - "task lint*"
    - "ninja -C out test*"
    - "mise run lint*"
    - "mise run test*"
    - "mise exec -- pytest*"
    - "mise exec node@20 -- npm test*"
    - "gradle test*"
    - "./gradlew test*"
    - "./scripts/check.sh*"
    - "/opt/tools/check*"
    - "../check*"
    - "./terraform plan*"
    - "sub/frob run*"
    - "go test*"
    - "cargo test*"
    - "git status*"
    - "git -C sub status*"
    - "git branch*"
    - "git branch -D*"
    - "git remote -v*"
    - "git commit*"
    - "git restore*"
    - "git mv*"
    - "echo*"
    - "cat*"
    - "wc*"
    - "rg*"
    - "mv*"
    - "awk*"
    - "jq*"
    - "sed*"
    - "ps*"
    - "npm run env*"
"#;

/// Each tool by itself and behind launchers.
const TOOLS: &str = r#"
metadata: {id: tools-alone}
filesystem:
  block_read: [.env]
  block_write: [main.tf]
commands:
  allow:
    - "pytest*"
    - "uv run pytest*"
    - "poetry run pytest*"
    - "conda run -n dev pytest*"
    - "mise exec -- pytest*"
    - "uv run poetry run pytest*"
    - "tsc*"
    - "npx tsc*"
    - "bunx tsc*"
    - "pnpm exec tsc*"
    - "rspec*"
    - "bundle exec rspec*"
    - "frob*"
    - "npx frob*"
    - "uvx frob*"
"#;

fn authority(pack: &str) -> Authority {
    let pack = common::inline(pack, &[]);
    Authority::new(Arc::new(Policy::compile(pack).unwrap()), None)
}

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| authority(PACK));
static ALONE: LazyLock<Authority> = LazyLock::new(|| authority(TOOLS));

fn verdict(command: &str, directory: &str) -> &'static str {
    verdict_by(&AUTHORITY, command, directory)
}

fn verdict_by(authority: &Authority, command: &str, directory: &str) -> &'static str {
    let cwd = match directory {
        "" => "/w/project".to_owned(),
        absolute if absolute.starts_with('/') => absolute.to_owned(),
        below => format!("/w/project/{below}"),
    };
    let action = common::action(&json!({
        "schema_version": "cavra.opa-rego-policy.input.v1",
        "action_type": "execute_command",
        "target": command,
        "requested_operation": command,
        "current_branch": "topic",
        "workspace_root": "/w/project",
        "cwd": cwd,
    }));
    let answer = authority.decide(action, Ask::default()).unwrap();
    match answer.decision.verdict() {
        Verdict::Allow => "allow",
        Verdict::RequireApproval => "ask",
        Verdict::Block => "block",
        other => panic!("{command}: {other:?}"),
    }
}

/// The lines of one table.
fn table(name: &str) -> String {
    std::fs::read_to_string(common::repository("tests/data/tools").join(name)).unwrap()
}

#[test]
fn every_line_of_the_tables_holds() {
    let mut names: Vec<String> = std::fs::read_dir(common::repository("tests/data/tools"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let (mut lines, mut wrong) = (0_usize, Vec::new());
    for name in &names {
        for line in table(name).lines().filter(|line| !line.starts_with('#')) {
            let (want, command) = line.split_once('\t').unwrap_or_else(|| panic!("{line}"));
            let (command, directory) = command.split_once('\t').unwrap_or((command, ""));
            lines += 1;
            let got = verdict(&command.replace("\\n", "\n"), directory);
            if got != want {
                wrong.push(format!("wants {want}, got {got}: {command} ({name})"));
            }
        }
    }
    assert!(lines >= 250, "only {lines} lines");
    assert!(
        wrong.is_empty(),
        "{} of {lines} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Lines that are allowed, of each launcher and runner.
const ALLOWED: &[&str] = &[
    "npx tsc --noEmit",
    "npm exec tsc -- --noEmit",
    "pnpm --filter api test",
    "pnpm exec vitest --run",
    "bunx tsc",
    "bun test src",
    "uv run pytest -q",
    "uv run --frozen pytest tests",
    "uvx ruff check .",
    "poetry run pytest",
    "pipx run black --check src",
    "bundle exec rspec spec",
    "conda run -n dev pytest",
    "python -m pytest -x",
    "python3 -m unittest",
    "node --test",
    "deno test src",
    "make test",
    "just test",
    "rake test",
    "task lint",
    "mise run lint",
    "mise exec -- pytest",
    "./gradlew test",
    "./scripts/check.sh src",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The law: an option that no table has is never carried through, in any place.
    #[test]
    fn an_unknown_option_never_stays_allowed(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        option in "(--zq[a-z]{0,8}|--no-zq[a-z]{0,3}|-Y[a-z]{0,4}|--zq=[a-z./]{0,6})",
    ) {
        let base = ALLOWED[which.index(ALLOWED.len())];
        prop_assert_eq!(verdict(base, ""), "allow", "{}", base);
        let mut words = shlex::split(base).unwrap();
        let at = 1 + at.index(words.len());
        words.insert(at, option);
        let line = shlex::try_join(words.iter().map(String::as_str)).unwrap();
        prop_assert_ne!(verdict(&line, ""), "allow", "{}", line);
    }

    /// The law: what a launcher runs is blocked, with whatever options in front of it.
    #[test]
    fn what_is_blocked_stays_blocked_behind_each_launcher(
        launcher in prop::sample::select(vec![
            "npx", "npx --yes", "npm exec --", "npm x --", "pnpm exec", "pnpm dlx", "pnpm --filter api exec",
            "yarn dlx", "yarn exec", "bunx", "bun x", "uv run", "uv run --frozen", "uv run --with x",
            "uv --directory sub run", "uvx", "poetry run", "pipx run", "bundle exec", "conda run -n dev",
            "mise exec --", "mise x node@20 --", "pdm run", "rye run", "pipenv run", "uv run poetry run",
        ]),
        blocked in prop::sample::select(vec!["terraform apply", "kubectl delete pod x", "cat .env"]),
    ) {
        let line = format!("{launcher} {blocked}");
        prop_assert_eq!(verdict(&line, ""), "block", "{}", line);
    }

    /// The law: behind a launcher a tool is allowed with just the words with which it is allowed by
    /// itself.
    #[test]
    fn a_launcher_makes_nothing_laxer_nor_stricter(
        (tool, launcher) in prop::sample::select(vec![
            ("pytest", "uv run"), ("pytest", "poetry run"), ("pytest", "conda run -n dev"),
            ("pytest", "mise exec --"), ("pytest", "uv run poetry run"), ("tsc", "npx"), ("tsc", "bunx"),
            ("tsc", "pnpm exec"), ("rspec", "bundle exec"), ("frob", "npx"), ("frob", "uvx"),
        ]),
        words in prop::collection::vec(prop::sample::select(vec![
            "-q", "-x", "-k", "-p", "-c", "-r", "-f", "d", "a", "tests/test_a.py", "spec", "src", "/tmp/x", "../x",
            "--noEmit", "--config", "--rootdir=/tmp", "--outFile", "x.js", "main.tf", ".env", "$X", "'*.py'", "*.py",
            "@args", "A=1", "> out", "> main.tf", "--require", "./x", "--junitxml=x", "2>&1",
        ]), 0..5),
    ) {
        let alone = format!("{tool} {}", words.join(" "));
        let behind = format!("{launcher} {alone}");
        let (alone, behind) = (verdict_by(&ALONE, &alone, ""), verdict_by(&ALONE, &behind, ""));
        prop_assert_eq!(alone, behind, "{} {} {}", launcher, tool, words.join(" "));
    }

    /// The law: outside the workspace's root nothing that a project chooses is allowed.
    #[test]
    fn nothing_is_allowed_outside_the_workspace(which in any::<prop::sample::Index>()) {
        let base = ALLOWED[which.index(ALLOWED.len())];
        prop_assert_ne!(verdict(base, "/tmp/elsewhere"), "allow", "{}", base);
        let line = format!("cd /tmp && {base}");
        prop_assert_ne!(verdict(&line, ""), "allow", "{}", line);
    }
}
