//! `ruff`, `mypy`, `black`, `flake8` and `tox`.
//!
//! Sources: `ruff check --help` (0.12), "The mypy command line" (1.16), `black --help` (25),
//! `flake8 --help` (7), tox's "CLI interface" (4).

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role, command, loads, one};

static RUFF_GLOBAL: &[Opt<Role>] = &[
    flag(
        "-v --verbose -q --quiet -s --silent --isolated -h --help -V --version",
        Role::Plain,
    ),
    value("--color", Role::Plain),
    value("--config", Role::Code),
];

static RUFF_CHECK: &[Opt<Role>] = &[
    flag(
        "--no-fix --show-fixes --diff -w --watch --preview --no-preview -n --no-cache --statistics -e --exit-zero \
         --exit-non-zero-on-fix --respect-gitignore --no-respect-gitignore --force-exclude --show-files \
         --show-settings --ignore-noqa",
        Role::Plain,
    ),
    value(
        "--output-format --target-version --select --ignore --extend-select --exclude --extend-exclude \
         --per-file-ignores --fixable --unfixable --stdin-filename",
        Role::Plain,
    ),
    value("-o --output-file", Role::Write),
    value("--cache-dir", Role::WriteTree),
    flag("--fix", Role::Spelled),
    flag("--unsafe-fixes --add-noqa", Role::Code),
];

static RUFF_FORMAT: &[Opt<Role>] = &[
    flag(
        "--check --diff -n --no-cache --preview --force-exclude",
        Role::Plain,
    ),
    value(
        "--line-length --target-version --exclude --extend-exclude --range",
        Role::Plain,
    ),
    value("--cache-dir", Role::WriteTree),
];

/// `--config-file` names plugins; a stub directory or another interpreter is code.
static MYPY: &[Opt<Role>] = &[
    flag(
        "-v --verbose -V --version -h --help --strict --ignore-missing-imports --no-incremental --pretty --no-pretty \
         --show-error-codes --hide-error-codes --show-error-context --show-column-numbers --show-error-end \
         --no-error-summary --check-untyped-defs --disallow-untyped-defs --disallow-any-generics --warn-unused-ignores \
         --warn-redundant-casts --warn-return-any --warn-unreachable --no-implicit-optional --namespace-packages \
         --explicit-package-bases --no-color-output --skip-cache-mtime-checks --scripts-are-modules",
        Role::Plain,
    ),
    value(
        "-p --package -m --module --python-version --platform --exclude --follow-imports --disable-error-code \
         --enable-error-code --output",
        Role::Plain,
    ),
    value("--junit-xml", Role::Write),
    value(
        "--cache-dir --html-report --txt-report --xml-report --cobertura-xml-report --linecount-report \
         --linecoverage-report --any-exprs-report",
        Role::WriteTree,
    ),
    value(
        "--config-file --custom-typeshed-dir --python-executable --custom-typing-module",
        Role::Code,
    ),
    flag("--install-types --non-interactive --pdb", Role::Code),
];

static BLACK: &[Opt<Role>] = &[
    flag(
        "--check --diff --color --no-color -q --quiet -v --verbose -S --skip-string-normalization --fast --safe --pyi \
         --preview --version -h --help -C",
        Role::Plain,
    ),
    value(
        "-l --line-length -t --target-version --exclude --extend-exclude --force-exclude -W --workers \
         --required-version --stdin-filename",
        Role::Plain,
    ),
    value("--config", Role::Load),
    value("--include", Role::Code),
];

static FLAKE8: &[Opt<Role>] = &[
    flag(
        "-v --verbose -q --quiet --count --show-source --no-show-source --statistics --benchmark --disable-noqa \
         --exit-zero --isolated --version -h --help --doctests",
        Role::Plain,
    ),
    value(
        "--color --exclude --extend-exclude --ignore --extend-ignore --select --extend-select \
         --max-line-length --max-doc-length --max-complexity --indent-size -j --jobs --per-file-ignores",
        Role::Plain,
    ),
    value(
        "--format",
        Role::OneOf("default pylint quiet-filename quiet-nothing"),
    ),
    value("--output-file", Role::Write),
    value("--filename", Role::Extensions),
    value(
        "--config --append-config --enable-extensions --require-plugins",
        Role::Code,
    ),
];

/// `-x` overrides any setting, and the words behind `--` go to the commands of `tox.ini`.
static TOX: &[Opt<Role>] = &[
    attached("-v", Role::Plain),
    flag(
        "--verbose -q --quiet -h --help --version --skip-pkg-install --notest -l --listenvs",
        Role::Plain,
    ),
    value(
        "-e -m -f -p --parallel --colored --hashseed --skip-missing-interpreters",
        Role::Plain,
    ),
    value(
        "-c --conf --workdir --root --runner -x --override --installpkg --develop --discover --provision \
         --default-runner --result-json --force-dep",
        Role::Code,
    ),
    flag("-r --recreate", Role::Plain),
];

/// What is behind `--` goes to the commands of the environments, such as pytest (tox's `posargs`).
const fn tox(path: &'static str) -> Command {
    Command {
        path,
        opts: TOX,
        // Another word is a subcommand that runs what it is given: `tox exec -- …`, `tox e`.
        operands: Operands::Tasks(""),
        behind: Behind::Options(&[], Operands::Load),
    }
}

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "ruff",
        grammar: Grammar::Exact,
        global: RUFF_GLOBAL,
        commands: &[
            loads("check", RUFF_CHECK),
            loads("format", RUFF_FORMAT),
            command(
                "version|rule|linter",
                &[
                    value("--output-format", Role::Plain),
                    flag("--all", Role::Plain),
                ],
            ),
        ],
    },
    one("mypy", &[loads("", MYPY)]),
    one("black", &[loads("", BLACK)]),
    one("flake8", &[loads("", FLAKE8)]),
    one(
        "tox",
        &[
            tox("run|r|run-parallel|p|legacy|le|list|l|config|c|depends|de"),
            tox(""),
        ],
    ),
];
