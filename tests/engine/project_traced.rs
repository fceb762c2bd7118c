//! What `project_tools` and `git_local` allow, run by bash with recording tools in the place of the
//! real ones: judged is which tool, configuration and directory were started, with which variables.
//!
//! `CAVRA_TRACED_LINES` sets how many lines are made, and `PROPTEST_RNG_SEED` which.

use crate::effects::{ALL, at_the_root, compiled, judge};
use crate::ground::{Ground, lines};

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cavra::decision::Verdict;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Lines of one run without `CAVRA_TRACED_LINES`.
const LINES: u32 = 1_000;
/// Tools, each with words that may follow it.
const TOOLS: &[(&str, &str)] = &[
    (
        "make",
        "test lint build deploy -j4 -k -C ../../outside -f other.mk SHELL=./evil --eval=x: V=1 -I evil -e",
    ),
    (
        "just",
        "test fmt deploy -f other --set a --shell ./evil -d ../../outside",
    ),
    (
        "npm",
        "test run lint build deploy -- --fix --prefix ../../outside -w api --config evil.js --node-options=--require=./evil src/a.test.js",
    ),
    (
        "pnpm",
        "test run build deploy --filter api -r -C ../../outside exec vitest dlx --dir ../../outside",
    ),
    (
        "yarn",
        "test lint build deploy --fix --cwd ../../outside dlx",
    ),
    (
        "bun",
        "test run lint deploy x src/a.test.ts --preload ./evil.ts --cwd ../../outside",
    ),
    (
        "npx",
        "--no-install tsc --noEmit eslint --package=evil -c ../../outside/x.js src",
    ),
    (
        "uv",
        "run pytest -q --with evil --directory ../../outside python -m mypy src -p evil",
    ),
    ("poetry", "run pytest -q -C ../../outside"),
    (
        "bundle",
        "exec rspec rubocop -r ./evil --gemfile ../../outside/Gemfile",
    ),
    (
        "pytest",
        "-q -x tests tests/test_a.py::test_b -p evil -c other.ini --rootdir ../../outside ../../outside --junitxml=x.xml @args",
    ),
    ("python", "-m pytest unittest -q x.py -c pass evil"),
    (
        "ruff",
        "check format . src --fix --config ../../outside/x.toml ../../outside",
    ),
    (
        "mypy",
        "src --strict --config-file ../../outside/x --python-executable ./evil",
    ),
    (
        "tox",
        "-e py311 lint deploy -c ../../outside/tox.ini -x a=b",
    ),
    ("nox", "-s tests deploy -f other.py"),
    (
        "eslint",
        "src --fix . -c evil.js --plugin evil --rulesdir evil -f ./evil ../../outside",
    ),
    (
        "prettier",
        "--check --write . src --plugin ./evil --config ../../outside/x",
    ),
    (
        "tsc",
        "--noEmit -p tsconfig.json ../../outside/tsconfig.json --outDir dist",
    ),
    (
        "vitest",
        "run src/a.test.ts --config evil.ts --reporter=./evil",
    ),
    (
        "jest",
        "src/a.test.js -t name --config evil.js --reporters=./evil",
    ),
    (
        "node",
        "--test x.js tests/a.js --require ./evil --import ./evil",
    ),
    (
        "go",
        "test build vet run ./... ./cmd/x -exec ./evil -toolexec=./evil -C ../../outside -overlay x.json -o app example.com/x",
    ),
    ("golangci-lint", "run ./... --fix -c evil.yml"),
    (
        "cargo",
        "test build clippy fmt name -- --nocapture --config evil.toml --manifest-path ../../outside/Cargo.toml -C ../../outside run",
    ),
    (
        "./gradlew",
        "test check :app:test publish -p ../../outside -I evil.gradle -Pa=b",
    ),
    (
        "mvn",
        "test verify deploy -q -f ../../outside/pom.xml -Da=b",
    ),
    (
        "mise",
        "run lint test deploy ::: -C ../../outside exec -- pytest",
    ),
    (
        "dotnet",
        "test build -c Release ../../outside -p:a=b --settings x",
    ),
    ("mix", "test format --trace run x.exs --require=evil"),
    ("turbo", "run test lint deploy --cwd ../../outside -- x"),
    ("cmake", "--build build --target deploy -P evil.cmake -E"),
    ("pre-commit", "run --all-files -c evil.yaml install"),
    ("node_modules/.bin/eslint", "src -c evil.js --fix"),
    ("./vendor/bin/phpunit", "--filter x --bootstrap evil.php"),
    (
        "git",
        "commit -m x -a --amend --no-verify -C ../../outside -c core.hooksPath=./evil switch -c new checkout -b -F -",
    ),
];
const PREFIXES: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "CI=1 ",
    "NODE_ENV=test ",
    "NODE_ENV=production ",
    "NODE_OPTIONS=--require=./evil ",
    "GOFLAGS=-toolexec=./evil ",
    "PYTHONPATH=../outside ",
    "MAKEFLAGS=-fevil ",
    "PATH=. ",
    "cd sub && ",
    "cd ../../outside && ",
    "cd vendor/x && ",
    "cd node_modules/x && ",
    "export NODE_OPTIONS=--require=./evil; ",
    "! ",
    "time ",
    "./",
    "command ",
    "true && ",
];
const SUFFIXES: &[&str] = &[
    "",
    "",
    "",
    "",
    " 2>&1",
    " 2>/dev/null",
    "; true",
    " || true",
];
/// What no started tool may have at the beginning of one of its words: other code, another
/// configuration, another directory, or a target that is no test and no build.
const FORBIDDEN: &[&str] = &[
    "..",
    "/",
    "@",
    "--amend",
    "--no-verify",
    "-toolexec",
    "-exec",
    "-overlay",
    "--config",
    "--plugin",
    "--rulesdir",
    "--require",
    "--import",
    "--preload",
    "--reporter=./",
    "--reporters=./",
    "--settings",
    "--with",
    "--eval",
    "SHELL=",
    "V=1",
    "-P",
    "-D",
    "-p:",
    "example.com",
    "core.",
    "dlx",
    ":::",
    "install",
];
/// Tools to which a word is a task. To others it is a file or a part of a test's name.
const RUNNERS: &[&str] = &[
    "cargo", "go", "gradle", "gradlew", "just", "make", "mise", "mvn", "nox", "npm", "nx", "pnpm",
    "rake", "task", "tox", "turbo", "yarn",
];
/// Tasks of no kind.
const OTHER_TASKS: &[&str] = &["deploy", "publish"];
/// Options that choose code, a configuration or a directory, but for the tools to which they are
/// something else.
const FORBIDDEN_OPTIONS: &[(&str, &[&str])] = &[
    ("-C", &[]),
    ("-I", &[]),
    ("-c", &["dotnet"]),
    ("-e", &["tox"]),
    ("-f", &["eslint"]),
    ("-p", &["tsc"]),
    ("-r", &["pnpm"]),
    ("-x", &["pytest"]),
];
/// Variables that choose code. The recorder names those that are set.
const VARIABLES: &str = "NODE_OPTIONS GOFLAGS PYTHONPATH MAKEFLAGS";
/// Tools that are files of the project.
const IN_PROJECT: &[&str] = &[
    "./gradlew",
    "node_modules/.bin/eslint",
    "./vendor/bin/phpunit",
];

/// A project whose tools record how they are started.
struct Project(Ground);

impl Project {
    fn new() -> Self {
        let ground = Ground::new();
        for folder in ["repo/vendor/x", "repo/node_modules/x"] {
            fs::create_dir_all(ground.path(folder)).unwrap();
        }
        let record = ground.path("record").display().to_string();
        let mut variables = String::new();
        for name in VARIABLES.split(' ') {
            writeln!(
                variables,
                "[ -n \"${{{name}-}}\" ] && printf '%s\\0' variable:{name}"
            )
            .unwrap();
        }
        let recorder = format!(
            "#!/bin/sh\n{{\nprintf '%s\\0' \"program:$0\" \"cwd:$PWD\"\n{variables}\
             for word; do printf '%s\\0' \"word:$word\"; done\n}} >> '{record}'\n"
        );
        for (name, _) in TOOLS {
            if !name.contains('/') {
                ground.executable(&format!("bin/{name}"), &recorder);
                ground.executable(&format!("repo/{name}"), &recorder);
            }
        }
        for name in IN_PROJECT {
            ground.executable(&format!("repo/{name}"), &recorder);
        }
        ground.executable("repo/evil", &recorder);
        Self(ground)
    }

    /// What the tools recorded that a line started.
    fn run(&self, line: &str) -> Vec<String> {
        let record = self.0.path("record");
        fs::write(&record, "").unwrap();
        self.0.bash(&[], line).output().unwrap();
        let text = fs::read_to_string(record).unwrap();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// Why a recorded item is more than the line was allowed for.
    fn beyond(&self, tool: &str, item: &str) -> Option<&'static str> {
        let Some((kind, value)) = item.split_once(':') else {
            return Some("a record that no tool wrote");
        };
        match kind {
            "program" => {
                let on_path = Path::new(value).parent() == Some(&self.0.path("bin"));
                let bare = |path: &str| path.strip_prefix("./").unwrap_or(path).to_owned();
                let is_own = IN_PROJECT.iter().any(|own| bare(own) == bare(value));
                (!on_path && !is_own).then_some("another program runs")
            }
            "cwd" => {
                let below = Path::new(value).strip_prefix(self.0.path("repo"));
                let inside = below.is_ok_and(|rest| {
                    let foreign = ["vendor", "node_modules", ".git"];
                    !foreign.iter().any(|name| rest.starts_with(name))
                });
                (!inside).then_some("it runs elsewhere")
            }
            "variable" => Some("a variable chooses code"),
            "word" => {
                let is_forbidden = FORBIDDEN.iter().any(|text| value.starts_with(text));
                let option = FORBIDDEN_OPTIONS
                    .iter()
                    .find(|(option, _)| *option == value);
                let chooses = option.is_some_and(|(_, but)| !but.contains(&tool))
                    || (OTHER_TASKS.contains(&value) && RUNNERS.contains(&tool));
                (is_forbidden || chooses).then_some("a word chooses something else")
            }
            _ => Some("a record that no tool wrote"),
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let command = select(TOOLS).prop_flat_map(|(tool, words)| {
        let words: Vec<&str> = words.split(' ').collect();
        let in_order = prop::sample::subsequence(words.clone(), 0..=3);
        let any = prop::collection::vec(select(words), 0..4);
        let words = prop_oneof![in_order, any];
        words.prop_map(move |words| format!("{tool} {}", words.join(" ")))
    });
    (select(PREFIXES), command, select(SUFFIXES)).prop_map(|(prefix, command, suffix)| {
        let command = command.trim_end();
        format!("{prefix}{command}{suffix}")
    })
}

#[test]
fn only_known_tools_run_in_the_project() {
    let policy = compiled("metadata: {id: own}\n", ALL);
    let project = Project::new();
    let config = ProptestConfig {
        cases: lines(LINES),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let (allowed, records) = (Cell::new(0_usize), Cell::new(0_usize));
    // The same lines in each run: what they leave out is looked for by hand, with more of them.
    let numbers = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, numbers);
    let outcome = runner.run(&line(), |line| {
        if judge(&policy, &line, at_the_root()).decision != Verdict::Allow {
            return Ok(());
        }
        allowed.set(allowed.get() + 1);
        let mut tool = String::new();
        for item in project.run(&line) {
            records.set(records.get() + 1);
            if let Some(program) = item.strip_prefix("program:") {
                tool = program.rsplit('/').next().unwrap_or_default().to_owned();
            }
            let beyond = project.beyond(&tool, &item);
            prop_assert!(
                beyond.is_none(),
                "{line:?}: {}: {item}",
                beyond.unwrap_or_default()
            );
        }
        Ok(())
    });
    let (allowed, records) = (allowed.get(), records.get());
    println!(
        "{} lines, {allowed} allowed, {records} records",
        lines(LINES)
    );
    if let Err(problem) = outcome {
        panic!("{problem}");
    }
    assert!(
        allowed * 50 > lines(LINES) as usize,
        "only {allowed} were allowed"
    );
    assert!(records > allowed * 2, "the recorders saw nothing");
}
