//! Tables of tools that run a project's tasks, for effects alone.
//!
//! In no table: what chooses another configuration, plugin, formatter of one's own, interpreter or
//! directory. [`Role::Spelled`] are options by which a tool changes sources. Sources: `--help` of
//! Pyright 1.1.40x, Pylint 3.3, isort 6, Biome 2, Stylelint 16, ShellCheck 0.10, cargo-nextest 0.9,
//! the .NET CLI 9, Mix 1.18, PHPUnit 12, SwiftPM 6, CTest and CMake 4.0,
//! Bats 1.11, pre-commit 4, Turborepo 2, Nx 21, Playwright 1.5x, Cypress 14, Next.js 15, Vite 6,
//! Bazel 8, Rails 8, Nox 2025, Composer 2.8, Coverage.py 7, yamllint 1.37, hadolint 2.12, Stack 3, Cabal 3.

use super::super::options::{Opt, attached, flag, value};
use super::dart;
use super::table::{Behind, Command, Operands, Program, Role, command, loads, of_letters, one};

/// A command whose operands are the names of its tasks.
const fn names(path: &'static str, opts: &'static [Opt<Role>]) -> Command {
    Command {
        path,
        opts,
        operands: Operands::Tasks(""),
        behind: Behind::Operands,
    }
}

static PYRIGHT: &[Opt<Role>] = &[
    flag(
        "--outputjson --stats --warnings --skipunannotated --verbose --dependencies",
        Role::Plain,
    ),
    value(
        "--level --pythonversion --pythonplatform --threads",
        Role::Plain,
    ),
    value("-p --project", Role::Load),
];
static PYLINT: &[Opt<Role>] = &[
    flag(
        "-E --errors-only -v --verbose --recursive --persistent --from-stdin",
        Role::Plain,
    ),
    value(
        "-d --disable -e --enable -j --jobs --fail-under --fail-on --max-line-length --ignore --recursive --score -s -r \
         --reports --ignore-patterns --py-version --min-similarity-lines --max-args",
        Role::Plain,
    ),
    value(
        "-f --output-format",
        Role::OneOf("text json json2 colorized parseable github"),
    ),
];
static ISORT: &[Opt<Role>] = &[
    flag(
        "-c --check --check-only --diff -q --quiet -v --verbose --color --only-modified --gitignore",
        Role::Plain,
    ),
    value(
        "--profile",
        Role::OneOf("black django pycharm google open_stack plone attrs hug wemake appnexus"),
    ),
    value(
        "-l --line-length -s --skip --skip-glob --sg -p --project -j --jobs",
        Role::Plain,
    ),
];
static YAMLLINT: &[Opt<Role>] = &[
    flag("-s --strict --no-warnings", Role::Plain),
    value(
        "-f --format",
        Role::OneOf("parsable standard colored github auto"),
    ),
];
static HADOLINT: &[Opt<Role>] = &[
    flag("--no-color --no-fail --verbose", Role::Plain),
    value("-t --failure-threshold", Role::Plain),
];
static COVERAGE: &[Opt<Role>] = &[
    flag(
        "-m --show-missing -i --ignore-errors --skip-covered --no-skip-covered --skip-empty -q --quiet --pretty-print",
        Role::Plain,
    ),
    value(
        "--include --omit --fail-under --sort --precision --contexts --title",
        Role::Plain,
    ),
];
static NOX: &[Opt<Role>] = &[
    flag(
        "-r --reuse-existing-virtualenvs -R -x --stop-on-first-error -v --verbose --error-on-missing-interpreters \
         --no-color --nocolor --forcecolor -N",
        Role::Plain,
    ),
    value("-s --session --sessions -e", Role::Plain),
];

static BIOME: &[Opt<Role>] = &[
    flag(
        "--verbose --no-errors-on-unmatched --changed --staged --error-on-warnings --skip-parse-errors",
        Role::Plain,
    ),
    value(
        "--max-diagnostics --diagnostic-level --colors --only --skip --files-max-size",
        Role::Plain,
    ),
    value("--since", Role::Name),
    flag("--write --fix --unsafe", Role::Spelled),
];
static STYLELINT: &[Opt<Role>] = &[
    flag(
        "-q --quiet --color --no-color --allow-empty-input --aei --cache",
        Role::Plain,
    ),
    value("--max-warnings --mw", Role::Plain),
    value(
        "-f --formatter",
        Role::OneOf("compact github json string tap unix verbose"),
    ),
    flag("--fix", Role::Spelled),
];
static OXLINT: &[Opt<Role>] = &[
    flag(
        "--quiet --deny-warnings --silent --disable-nested-config",
        Role::Plain,
    ),
    value(
        "-A --allow -W --warn -D --deny --max-warnings --threads",
        Role::Plain,
    ),
    value(
        "-f --format",
        Role::OneOf("checkstyle default github json stylish unix"),
    ),
    flag("--fix", Role::Spelled),
];
static PLAYWRIGHT: &[Opt<Role>] = &[
    flag(
        "--headed --list --last-failed --fully-parallel --pass-with-no-tests -x --forbid-only --quiet \
         --ignore-snapshots --no-deps",
        Role::Plain,
    ),
    value(
        "-g --grep -G --grep-invert --project -j --workers --retries --timeout --global-timeout --repeat-each --shard \
         --max-failures",
        Role::Plain,
    ),
    attached("--only-changed", Role::Name),
    value(
        "--reporter",
        Role::OneOf("list line dot json junit html blob github null"),
    ),
    attached("-u --update-snapshots", Role::Plain),
];
static CYPRESS: &[Opt<Role>] = &[
    flag(
        "--headless --headed --quiet -q --e2e --component --no-runner-ui",
        Role::Plain,
    ),
    value("-s --spec", Role::Load),
    value(
        "-b --browser",
        Role::OneOf("chrome chromium electron edge firefox"),
    ),
];
static NEXT: &[Opt<Role>] = &[flag(
    "--no-lint --debug --profile --turbo --turbopack --no-mangling --quiet --strict -d",
    Role::Plain,
)];
static VITE: &[Opt<Role>] = &[
    flag("--sourcemap --manifest --emptyOutDir", Role::Plain),
    value("-l --logLevel", Role::OneOf("info warn error silent")),
];
static WEBPACK: &[Opt<Role>] = &[
    flag("--progress --color --no-color --stats", Role::Plain),
    value("--mode", Role::OneOf("development production none")),
];
static TURBO: &[Opt<Role>] = &[
    flag(
        "--continue --force --no-cache --affected --no-daemon --daemon --only --parallel --no-color --color",
        Role::Plain,
    ),
    attached("--continue --dry --dry-run", Role::Plain),
    value("-F --filter", Role::Filter),
    value(
        "--concurrency --output-logs --log-order --log-prefix --verbosity --ui",
        Role::Plain,
    ),
];
static NX: &[Opt<Role>] = &[
    flag(
        "--skip-nx-cache --skipNxCache --all --verbose --no-dte --nx-bail --nxBail --skip-sync",
        Role::Plain,
    ),
    attached("--parallel --output-style --outputStyle", Role::Plain),
    value("-t --target --targets -p --projects --exclude", Role::Plain),
    value("--base --head", Role::Name),
];

static NEXTEST: &[Opt<Role>] = &[
    flag(
        "--workspace --all --lib --bins --examples --tests --benches --all-targets --all-features --no-default-features \
         --no-fail-fast --fail-fast --no-capture --nocapture --release -r --locked --offline --frozen -v --verbose \
         --no-run --hide-progress-bar",
        Role::Plain,
    ),
    value(
        "-p --package --exclude --bin --example --test --bench -F --features -j --test-threads --build-jobs --retries \
         -E --filterset --filter-expr --run-ignored --cargo-profile --status-level --final-status-level --color \
         --failure-output --success-output --max-fail -P --profile",
        Role::Plain,
    ),
];
static DOTNET: &[Opt<Role>] = &[
    flag(
        "--no-build --no-restore --nologo --no-incremental --no-dependencies --verify-no-changes --list-tests -t --blame \
         --no-logo",
        Role::Plain,
    ),
    value("--filter --severity", Role::Plain),
    // Any other logger may be an assembly.
    value(
        "--logger",
        Role::OneOf(
            "console console;verbosity=quiet console;verbosity=minimal console;verbosity=normal \
             console;verbosity=detailed",
        ),
    ),
    value(
        "-c --configuration -v --verbosity -f --framework",
        Role::Name,
    ),
];
static MIX: &[Opt<Role>] = &[
    flag(
        "--trace --stale --failed --cover --force --warnings-as-errors --all-warnings --no-start --no-deps-check --strict \
         --check-formatted --dry-run --no-compile --raise --slowest-modules",
        Role::Plain,
    ),
    value(
        "--only --exclude --include --seed --max-failures --timeout --partitions --max-cases --slowest",
        Role::Plain,
    ),
];
static PHPUNIT: &[Opt<Role>] = &[
    flag(
        "--testdox --stop-on-failure --stop-on-error --stop-on-defect --no-coverage --verbose -v --debug --parallel \
         --compact --no-progress --display-warnings --display-deprecations --fail-on-warning --fail-on-risky --no-output",
        Role::Plain,
    ),
    attached("--colors", Role::OneOf("always auto never")),
    value(
        "--filter --group --exclude-group --testsuite --order-by --random-order-seed",
        Role::Plain,
    ),
];
static SWIFT: &[Opt<Role>] = &[
    flag(
        "--parallel -v --verbose -q --quiet --skip-build --enable-code-coverage --build-tests",
        Role::Plain,
    ),
    value(
        "--filter --skip -c --configuration --target --product -j --jobs --num-workers",
        Role::Plain,
    ),
];
static CTEST: &[Opt<Role>] = &[
    flag(
        "--output-on-failure -V --verbose -VV -Q --quiet -N --show-only --stop-on-failure --rerun-failed --progress -F",
        Role::Plain,
    ),
    value(
        "-R --tests-regex -E --exclude-regex -L --label-regex -LE -C --build-config --timeout --repeat",
        Role::Plain,
    ),
    attached("-j --parallel", Role::Plain),
    value("--test-dir", Role::Load),
];
/// `-P` runs a script, `-E` does anything, and any other `-D` may choose a compiler.
static CMAKE: &[Opt<Role>] = &[
    flag("-v --verbose --clean-first --fresh -Wno-dev", Role::Plain),
    value("--config", Role::Plain),
    attached("-j --parallel", Role::Plain),
    value("--build -S -B", Role::Load),
    value("--target -t", Role::Task),
    value("--preset", Role::Name),
    value("-G", Role::OneOf("Ninja")),
    value(
        "-D",
        Role::OneOf(
            "CMAKE_BUILD_TYPE=Debug CMAKE_BUILD_TYPE=Release CMAKE_BUILD_TYPE=RelWithDebInfo \
             CMAKE_EXPORT_COMPILE_COMMANDS=ON BUILD_TESTING=ON BUILD_TESTING=OFF",
        ),
    ),
];
static BATS: &[Opt<Role>] = &[
    flag(
        "-r --recursive -t --tap -p --pretty -x --trace --verbose-run --print-output-on-failure -T --timing --no-parallelize-across-files -c --count",
        Role::Plain,
    ),
    value("-f --filter -j --jobs --filter-tags", Role::Plain),
];
static SHELLCHECK: &[Opt<Role>] = &[
    flag("-a --check-sourced -C --norc -V --version", Role::Plain),
    value(
        "-s --shell -e --exclude -i --include -S --severity -o --enable -W --wiki-link-count",
        Role::Plain,
    ),
    attached("--color", Role::Plain),
    value(
        "-f --format",
        Role::OneOf("checkstyle diff gcc json json1 quiet tty"),
    ),
];
static PRE_COMMIT: &[Opt<Role>] = &[
    flag(
        "-a --all-files -v --verbose --show-diff-on-failure --fail-fast",
        Role::Plain,
    ),
    value("--hook-stage --color -j --jobs", Role::Plain),
    value("--from-ref --to-ref -s --source -o --origin", Role::Name),
    value("--files", Role::Load),
];
static BAZEL: &[Opt<Role>] = &[
    flag(
        "-k --keep_going --nocache_test_results --verbose_failures --build_tests_only",
        Role::Plain,
    ),
    value(
        "--test_output --test_filter --test_tag_filters --test_timeout --runs_per_test --jobs -j",
        Role::Plain,
    ),
];
static RAILS: &[Opt<Role>] = &[
    flag(
        "-v --verbose -b --backtrace -f --fail-fast -d --defer-output -c --color -p --pride",
        Role::Plain,
    ),
    value("-n --name --seed -s", Role::Plain),
];
static COMPOSER: &[Opt<Role>] = &[flag(
    "-q --quiet -v -vv -vvv --verbose -n --no-interaction --ansi --no-ansi --no-dev --dev",
    Role::Plain,
)];

pub(super) static PROGRAMS: &[Program] = &[
    one("pyright basedpyright", &[loads("", PYRIGHT)]),
    one("staticcheck actionlint", &[loads("", &[])]),
    one("yamllint", &[loads("", YAMLLINT)]),
    one("hadolint", &[loads("", HADOLINT)]),
    one(
        "py_compile compileall",
        &[loads("", &[flag("-q --quiet", Role::Plain)])],
    ),
    one(
        "coverage",
        &[names("report|html|xml|json|combine", COVERAGE)],
    ),
    one(
        "stack cabal dune lein sbt",
        &[names("test|build|compile", &[])],
    ),
    one("pylint", &[loads("", PYLINT)]),
    one("isort", &[loads("", ISORT)]),
    one("nox", &[names("", NOX)]),
    one("biome", &[loads("check|lint|format|ci", BIOME)]),
    of_letters("stylelint", &[loads("", STYLELINT)]),
    one("oxlint", &[loads("", OXLINT)]),
    one("playwright", &[loads("test", PLAYWRIGHT)]),
    one("cypress", &[names("run", CYPRESS)]),
    one("next", &[loads("build|lint", NEXT)]),
    of_letters("vite", &[loads("build", VITE)]),
    one("webpack", &[names("", WEBPACK), names("build", WEBPACK)]),
    one("turbo", &[names("run", TURBO), names("", TURBO)]),
    of_letters("nx", &[names("run-many|affected", NX), command("", NX)]),
    one("cargo", &[command("nextest run|nextest list", NEXTEST)]),
    one(
        "golangci-lint",
        &[loads("fmt", &[flag("-d --diff -v", Role::Plain)])],
    ),
    one("dotnet", &[loads("test|build|format", DOTNET)]),
    one("mix", &[loads("test|format|compile|credo", MIX)]),
    one("phpunit pest", &[loads("", PHPUNIT)]),
    one("swift", &[names("test|build", SWIFT)]),
    dart::DART,
    dart::FLUTTER,
    one("ctest", &[names("", CTEST)]),
    one("cmake", &[loads("", CMAKE)]),
    one("bats", &[loads("", BATS)]),
    one("shellcheck", &[loads("", SHELLCHECK)]),
    one("pre-commit", &[loads("run", PRE_COMMIT)]),
    one("bazel bazelisk", &[command("test|build", BAZEL)]),
    one("rails", &[loads("test", RAILS)]),
    one(
        "composer",
        &[names("run|run-script", COMPOSER), names("", COMPOSER)],
    ),
];
