//! Which tasks of a project a command runs: its tests, its build, its linters.
//!
//! A task counts by its whole name in a table, a prefix is no licence (`build:deploy` is no build),
//! and every further target has to count too. What else the command may do is said elsewhere: by the
//! reasons that lift an allow, and by the words that no table vouches for.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::shell::ShellWord;
use super::call::Call;
use super::launchers::is_own;
use super::test_runners::operands_at;
use super::{Inner, Leaf};

/// What kind of work a task of a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// Runs tests.
    Test,
    /// Compiles, bundles or packs.
    Build,
    /// Checks sources without changing them.
    Lint,
    /// Lays sources out.
    Format,
    /// Anything else that the project or a tool does.
    Other,
}

/// Where the code that a task runs comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeFrom {
    /// The project: its sources, its recipes and the tools that are installed for it.
    Project,
    /// A registry, unless it is installed already: `npx`, `uvx`, `pnpm dlx`.
    Downloaded,
}

/// The tasks of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The tool that runs them, without a launcher in front of it: `pytest` of `uv run pytest`.
    pub tool: String,
    /// The kinds of all of its tasks, each once, in the order of [`TaskKind`]. Never empty.
    pub kinds: Vec<TaskKind>,
    /// Where the code comes from.
    pub code: CodeFrom,
}

use TaskKind::{Build, Format, Lint, Other, Test};

/// Tools of one kind, whatever their operands.
const TOOLS: &[(&str, TaskKind)] = &[
    (
        "pytest py.test unittest jest vitest mocha ava rspec phpunit pest tox nox ctest bats minitest",
        Test,
    ),
    ("tsc webpack rollup esbuild cmake", Build),
    (
        "eslint flake8 mypy pyright pylint pycodestyle pydocstyle pyflakes bandit vulture rubocop shellcheck \
         hadolint actionlint stylelint oxlint",
        Lint,
    ),
    (
        "prettier black gofmt gofumpt isort yapf autopep8 rustfmt",
        Format,
    ),
];

/// Subcommands of tools of several kinds.
const SUBCOMMANDS: &[(&str, &[(&str, TaskKind)])] = &[
    (
        "go",
        &[
            ("test", Test),
            ("build", Build),
            ("vet", Lint),
            ("fmt", Format),
        ],
    ),
    (
        "cargo",
        &[
            ("test nextest t", Test),
            ("build check b c doc", Build),
            ("clippy", Lint),
            ("fmt", Format),
        ],
    ),
    ("ruff", &[("check", Lint), ("format", Format)]),
    ("biome", &[("check lint ci", Lint), ("format", Format)]),
    ("golangci-lint", &[("run", Lint), ("fmt", Format)]),
    ("playwright cypress", &[("test run", Test)]),
    ("vite next", &[("build", Build)]),
    (
        "dotnet swift zig mix dart flutter",
        &[
            ("test", Test),
            ("build compile", Build),
            ("format fmt", Format),
            ("analyze", Lint),
        ],
    ),
    ("bun", &[("test", Test)]),
    (
        "deno",
        &[
            ("test bench", Test),
            ("check", Build),
            ("lint", Lint),
            ("fmt", Format),
        ],
    ),
];

/// Names of recipes and scripts, of whatever runner.
const NAMES: &[(&str, TaskKind)] = &[
    (
        "test tests t unit unit-test unit-tests test-unit test:unit test-all test:all check-test spec verify \
         integrationTest coverage test:coverage test-coverage test:ci",
        Test,
    ),
    (
        "build compile assemble classes testClasses compileJava compileTestJava compileKotlin compileTestKotlin jar \
         package typecheck type-check check-types check:types types tsc test-compile validate",
        Build,
    ),
    (
        "lint check lint:check lint-check format:check format-check fmt-check fmt:check vet ktlintCheck detekt \
         spotlessCheck",
        Lint,
    ),
    ("format fmt prettier", Format),
];

/// Runners of recipes. Each operand is one.
const RECIPES: &[&str] = &[
    "make", "gmake", "just", "rake", "task", "go-task", "gradle", "gradlew", "mvn", "mvnd", "mvnw",
];

/// Launchers that fetch what isn't installed, and the options by which they don't.
const DOWNLOADS: &[(&str, &str)] = &[
    ("npx", "--no-install --no --offline"),
    ("npm exec", "--no-install --no --offline"),
    ("npm x", "--no-install --no --offline"),
    ("pnpx", ""),
    ("pnpm dlx", "--offline"),
    ("yarn dlx", ""),
    ("bunx", "--no-install"),
    ("bun x", "--no-install"),
    ("uvx", "--offline"),
    ("uv tool run", "--offline"),
    ("uv x", "--offline"),
    ("pipx run", ""),
    ("gem exec", ""),
];

/// Other programs that run scripts and tests of a project.
const RUNNERS: &str = "npm pnpm yarn mise rtx node nodejs";

/// Every program that may run a task.
static PROGRAMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let tools = TOOLS.iter().map(|(names, _)| *names);
    let others = SUBCOMMANDS.iter().map(|(names, _)| *names);
    let names = tools.chain(others).chain([RUNNERS]);
    let names = names.flat_map(str::split_ascii_whitespace);
    names.chain(RECIPES.iter().copied()).collect()
});

/// The tasks of the project that a command runs. [`TaskKind::Other`] is among the kinds where one
/// is not known by its name.
///
/// A launcher's command counts through one launcher, and through no second one.
pub(super) fn of(call: &Call<'_>, leaf: &Leaf) -> Option<Task> {
    let carried = leaf.starts.iter().find_map(|start| match start {
        Inner::Carried(words) => Some(words),
        _ => None,
    });
    let Some(words) = carried else {
        return own(call);
    };
    let inner = Call::new(words)?;
    let mut task = own(&inner).unwrap_or_else(|| task(&inner.name, vec![Other]));
    if downloads(call, words) {
        task.code = CodeFrom::Downloaded;
    }
    Some(task)
}

/// Whether a launcher fetches the program of `words`, if it isn't there.
fn downloads(call: &Call<'_>, words: &[ShellWord]) -> bool {
    let own = call.args().len().saturating_sub(words.len());
    let own = call.args().get(..own).unwrap_or_default();
    let operands = own.iter().filter(|word| !word.text.starts_with('-'));
    let mut name = call.name.to_string();
    for word in operands {
        name.push(' ');
        name.push_str(&word.text);
    }
    let found = DOWNLOADS.iter().find(|(launcher, _)| {
        name == *launcher
            || name
                .strip_prefix(launcher)
                .is_some_and(|rest| rest.starts_with(' '))
    });
    found.is_some_and(|(_, options)| {
        let is_given = |option: &str| own.iter().any(|word| word.text == option);
        !options.split_ascii_whitespace().any(is_given)
    })
}

/// The tasks of a command that is no launcher.
fn own(call: &Call<'_>) -> Option<Task> {
    let name = &*call.name;
    if !PROGRAMS.contains(name) {
        return None;
    }
    if let Some(kind) = kind_of(TOOLS, name) {
        return Some(task(name, vec![kind]));
    }
    let text = |at: usize| call.args().get(at).and_then(ShellWord::known);
    let words: Vec<Option<&str>> = operands_at(call.args()).into_iter().map(text).collect();
    if RECIPES.contains(&name) {
        let kinds: Vec<TaskKind> = words.iter().map(|word| recipe(*word)).collect();
        // Which recipe runs where none is named, only the file says.
        let kinds = if kinds.is_empty() { vec![Other] } else { kinds };
        return Some(task(name, kinds));
    }
    if matches!(name, "node" | "nodejs") {
        let is_test = call.args().iter().any(|word| word.text == "--test");
        return is_test.then(|| task(name, vec![Test]));
    }
    let first = words.first().copied().flatten()?;
    let second = || words.get(1).copied().flatten();
    let of_tool = SUBCOMMANDS
        .iter()
        .find(|(names, _)| names.split(' ').any(|known| known == name))
        .and_then(|(_, subcommands)| kind_of(subcommands, first));
    if let Some(kind) = of_tool {
        return Some(task(name, vec![kind]));
    }
    let script = match (name, first) {
        ("npm" | "pnpm" | "yarn", "test" | "t") => Some("test"),
        ("npm" | "pnpm" | "yarn" | "bun", "run" | "run-script") => second(),
        ("mise" | "rtx", "run" | "r") | ("deno", "task") => second(),
        ("pnpm" | "yarn" | "bun", script) => Some(script),
        _ => return None,
    };
    // Not a script, but what the manager does itself (`yarn add`), or a file.
    let is_script = |name: &str| !name.contains(['.', '/']) && !is_own(name);
    if script == Some(first) && recipe(script) == Other && !is_script(first) {
        return None;
    }
    // Behind `:::` mise runs another task.
    let several = call.args().iter().any(|word| word.text == ":::");
    let kind = if several { Other } else { recipe(script) };
    Some(task(name, vec![kind]))
}

fn task(tool: &str, mut kinds: Vec<TaskKind>) -> Task {
    kinds.sort_unstable();
    kinds.dedup();
    Task {
        tool: tool.to_owned(),
        kinds,
        code: CodeFrom::Project,
    }
}

/// The kind of a recipe by its whole name, `:app:test` of Gradle by its last part.
fn recipe(name: Option<&str>) -> TaskKind {
    let last = name.map(|name| match name.strip_prefix(':') {
        Some(path) => path.rsplit(':').next().unwrap_or(path),
        None => name,
    });
    last.and_then(|name| kind_of(NAMES, name)).unwrap_or(Other)
}

fn kind_of(table: &[(&str, TaskKind)], name: &str) -> Option<TaskKind> {
    let is_it = |names: &str| names.split_ascii_whitespace().any(|known| known == name);
    table
        .iter()
        .find(|(names, _)| is_it(names))
        .map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::program::{Meaning, interpret};

    /// `LINE => KINDS TOOL CODE`, or `none`.
    const TABLE: &str = include_str!("../../../tests/data/tasks.txt");

    fn described(line: &str) -> String {
        let words = shlex::split(line).unwrap_or_default();
        let words: Vec<ShellWord> = words.into_iter().map(ShellWord::constant).collect();
        let Meaning::Runs(leaf) = interpret(&words) else {
            return "none".to_owned();
        };
        let Some(task) = leaf.task else {
            return "none".to_owned();
        };
        let kinds: Vec<String> = task.kinds.iter().map(|kind| format!("{kind:?}")).collect();
        let text = format!("{} {} {:?}", kinds.join("+"), task.tool, task.code);
        text.to_lowercase()
    }

    #[test]
    fn every_line_of_the_table_holds() {
        let rows = TABLE
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut count = 0;
        for row in rows {
            let (line, want) = row.split_once(" => ").unwrap_or((row, ""));
            assert_eq!(described(line), want, "{line}");
            count += 1;
        }
        assert!(count >= 60, "only {count} rows");
    }
}
