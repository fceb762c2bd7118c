//! Which names say which kind of task: tools, subcommands of tools, recipes and scripts.

use std::sync::LazyLock;

use foldhash::HashMap;

use super::super::super::facts::TaskKind::{self, Build, Format, Lint, Other, Test};
use super::super::call::Call;
use super::super::test_runners::operands_at;
use super::super::word_list::lists;

/// Tools of one kind, whatever their operands.
pub(super) const TOOLS: &[(&str, TaskKind)] = &[
    (
        "pytest py.test unittest jest vitest mocha ava rspec phpunit pest ctest bats minitest manage.py--test \
         artisan--test",
        Test,
    ),
    (
        "tsc webpack rollup esbuild cmake py_compile compileall",
        Build,
    ),
    (
        "eslint flake8 mypy pyright pylint pycodestyle pydocstyle pyflakes bandit vulture rubocop shellcheck \
         hadolint actionlint stylelint oxlint basedpyright staticcheck yamllint standardrb erblint phpstan phpcs psalm \
         clang-tidy tflint markdownlint",
        Lint,
    ),
    (
        "prettier black gofmt gofumpt goimports isort yapf autopep8 rustfmt shfmt clang-format pint php-cs-fixer",
        Format,
    ),
];

/// Subcommands of tools of several kinds.
pub(super) const SUBCOMMANDS: &[(&str, &[(&str, TaskKind)])] = &[
    (
        "go",
        &[
            ("test", Test),
            ("build list env tool", Build),
            ("vet", Lint),
            ("fmt", Format),
            ("run generate", Other),
        ],
    ),
    (
        "cargo",
        &[
            ("test nextest t", Test),
            ("build check b c doc tree metadata", Build),
            ("clippy", Lint),
            ("fmt", Format),
        ],
    ),
    ("ruff", &[("check", Lint), ("format", Format)]),
    ("biome", &[("check lint ci", Lint), ("format", Format)]),
    ("golangci-lint", &[("run", Lint), ("fmt", Format)]),
    ("playwright cypress", &[("test run", Test)]),
    ("vite next", &[("build", Build), ("lint", Lint)]),
    (
        "dotnet swift zig mix dart flutter",
        &[
            ("test", Test),
            ("build compile", Build),
            ("format fmt", Format),
            ("analyze credo", Lint),
        ],
    ),
    ("bazel bazelisk", &[("test", Test), ("build", Build)]),
    ("coverage", &[("report html xml json combine", Test)]),
    (
        "stack cabal dune lein sbt",
        &[("test", Test), ("build compile", Build)],
    ),
    ("rails", &[("test", Test)]),
    ("meson", &[("test", Test), ("compile", Build)]),
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
pub(super) const NAMES: &[(&str, TaskKind)] = &[
    (
        "test tests t unit unit-test unit-tests test-unit test:unit test-all test:all check-test spec verify \
         integrationTest coverage test:coverage test-coverage test:cov test:ci test-ci test:run test:once \
         test:integration test-integration integration integration-test integration-tests test:int test:e2e \
         test-e2e e2e test:browser test:node test:types test:race test-race test-short test:update pytest jest vitest \
         mocha rspec",
        Test,
    ),
    (
        "build all compile assemble classes testClasses compileJava compileTestJava compileKotlin compileTestKotlin jar \
         package typecheck type-check check-types check:types types tsc test-compile validate build:dev build:prod \
         build:production build:all build-all build:types build:lib build:esm build:cjs build:client build:server \
         build:packages build-release typecheck:all type:check check:type check:ts tsc:check ts:check ts-check",
        Build,
    ),
    (
        "lint check lint:check lint-check lint:all lint-all lint:ci lint:js lint:ts lint:css lint:md lint:py lint:types \
         lint:eslint eslint:check prettier:check check:lint check:format check-format check:all check:ci \
         format:check format-check fmt-check fmt:check vet ktlintCheck detekt spotlessCheck eslint stylelint mypy \
         pyright clippy ruff",
        Lint,
    ),
    (
        "format fmt prettier lint:fix lint-fix fix:lint format:fix format:write format:all fmt:fix prettier:fix \
         prettier:write eslint:fix",
        Format,
    ),
];

/// Runners of recipes. Each operand is one.
pub(super) const RECIPES: &[&str] = &[
    "make", "gmake", "just", "rake", "task", "go-task", "gradle", "gradlew", "mvn", "mvnd", "mvnw",
    "ninja",
];

/// Runners of environments that their options name. Without one they run those that the project
/// lists, which are its tests.
pub(super) const SESSIONS: &[&str] = &["tox", "nox"];

/// Launchers that fetch what isn't installed, and the options by which they don't.
pub(super) const DOWNLOADS: &[(&str, &str)] = &[
    ("npx", "--no-install --no --offline"),
    ("npm exec", "--no --offline"),
    ("npm x", "--no --offline"),
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
pub(super) const RUNNERS: &str =
    "npm pnpm yarn mise rtx node nodejs tox nox turbo nx composer pre-commit";

/// The kind of each name of a table.
type Kinds = LazyLock<HashMap<&'static str, TaskKind>>;

fn kinds(table: &'static [(&str, TaskKind)]) -> HashMap<&'static str, TaskKind> {
    let rows = table.iter();
    rows.flat_map(|(names, kind)| names.split(' ').map(move |name| (name, *kind)))
        .collect()
}

/// The kind of a tool that has one kind.
pub(super) fn tool(name: &str) -> Option<TaskKind> {
    static KINDS: Kinds = LazyLock::new(|| kinds(TOOLS));
    KINDS.get(name).copied()
}

/// The kind of a tool's subcommand.
pub(super) fn subcommand(tool: &str, name: &str) -> Option<TaskKind> {
    let mut tools = SUBCOMMANDS.iter();
    let (_, subcommands) = tools.find(|(names, _)| lists(names, tool))?;
    let mut rows = subcommands.iter();
    let row = rows.find(|(names, _)| lists(names, name));
    row.map(|(_, kind)| *kind)
}

/// The kind of a recipe by its whole name, `:app:test` of Gradle by its last part.
pub(super) fn recipe(name: Option<&str>) -> TaskKind {
    let last = name.map(|name| match name.strip_prefix(':') {
        Some(path) => path.rsplit(':').next().unwrap_or(path),
        None => name,
    });
    static KINDS: Kinds = LazyLock::new(|| kinds(NAMES));
    last.and_then(|name| KINDS.get(name).copied())
        .unwrap_or(Other)
}

/// The kind of an environment of tox or nox: `py312` runs the tests.
pub(super) fn session(name: &str) -> TaskKind {
    let version = ["pypy", "python", "py"].iter().find_map(|interpreter| {
        let rest = name.strip_prefix(interpreter)?;
        Some(rest.strip_prefix('-').unwrap_or(rest))
    });
    let is_version = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    match version.is_some_and(is_version) {
        true => Test,
        false => recipe(Some(name)),
    }
}

/// Options that may be given in front of a tool's subcommand or script: flags, then options with a value.
const IN_FRONT: &[(&str, &str, &str)] = &[
    (
        "pnpm",
        "-r --recursive -s --silent -w --workspace-root --if-present --stream --parallel --no-color --color",
        "--filter -F -C --dir",
    ),
    (
        "npm",
        "-s --silent --if-present -ws --workspaces",
        "-w --workspace -C --prefix",
    ),
    ("yarn", "-s --silent", ""),
    ("bun", "--silent --bun", "--filter"),
    (
        "cargo",
        "-q --quiet -v --verbose --locked --offline --frozen",
        "",
    ),
    ("mise rtx", "-q --quiet -v --verbose", ""),
    ("deno", "-q --quiet", ""),
    ("composer", "-q --quiet -n --no-interaction -v", ""),
    ("ruff", "-q --quiet -v --verbose --isolated", ""),
    ("golangci-lint", "-v --verbose", ""),
    ("dotnet swift zig mix dart flutter", "-v --verbose", ""),
];

/// Tools of a project's packages, which `pnpm NAME` and `yarn NAME` run where no script has the name.
const OF_PACKAGES: &str = "tsc jest vitest mocha ava eslint prettier stylelint biome oxlint playwright cypress \
     webpack rollup vite next turbo nx";

/// The index of the tool's name, if pnpm or yarn runs a tool of the project's packages.
pub(in super::super) fn package_tool(call: &Call<'_>) -> Option<usize> {
    if !matches!(&*call.name, "pnpm" | "yarn") {
        return None;
    }
    let at = *operands_at(call.args()).first()?;
    let name = call.args().get(at)?.known()?;
    let mut front = call.args().get(..at)?.iter();
    let is_elsewhere =
        front.any(|word| word.text.starts_with("-C") || word.text.starts_with("--dir"));
    let is_tool = lists(OF_PACKAGES, name) && !is_elsewhere;
    (is_tool && are_first(call, &[Some(name)])).then_some(at)
}

/// Whether the first operands of a command are these words, by the options of [`IN_FRONT`]. Of another option
/// it is not known whether it takes the next word.
pub(super) fn are_first(call: &Call<'_>, words: &[Option<&str>]) -> bool {
    let row = IN_FRONT.iter().find(|(names, ..)| lists(names, &call.name));
    let (flags, values) = row.map_or(("", ""), |(_, flags, values)| (*flags, *values));
    let mut wanted = words.iter();
    let mut next = wanted.next();
    let mut rest = call.args().iter().map(|word| word.text.as_str());
    while let Some(want) = next {
        let Some(text) = rest.next() else {
            return false;
        };
        let option = text.split_once('=').map_or(text, |(option, _)| option);
        if !text.starts_with('-') {
            if *want != Some(text) {
                return false;
            }
            next = wanted.next();
        } else if lists(values, text) {
            rest.next();
        } else if !lists(flags, text) && (option == text || !lists(values, option)) {
            return false;
        }
    }
    true
}
