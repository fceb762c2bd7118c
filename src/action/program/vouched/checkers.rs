//! Tables of further linters, formatters and runners of tests, for effects alone.
//!
//! In no table: what chooses another configuration, plugin or bootstrap file, or writes a report. [`Role::Spelled`] are
//! options by which a tool changes sources. Sources: `--help` of rustfmt 1.8, pyflakes 3, Bandit 1.8, clang-format and
//! clang-tidy 20, Meson 1.8, PHPStan 2, PHP_CodeSniffer 3, Laravel Pint 1, Psalm 6, PHP-CS-Fixer 3, `artisan test` of
//! Laravel 12, Django 5 (`manage.py test`), ERB Lint 0.9, shfmt 3.11, TFLint 0.58, markdownlint-cli 0.45,
//! `go tool cover` of Go 1.24.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role, command, loads, one};

/// A command whose operands are the names of its tasks.
const fn names(path: &'static str, opts: &'static [Opt<Role>]) -> Command {
    Command {
        path,
        opts,
        operands: Operands::Tasks(""),
        behind: Behind::Operands,
    }
}

static RUSTFMT: &[Opt<Role>] = &[
    flag(
        "--check -l --files-with-diff -v --verbose -q --quiet",
        Role::Plain,
    ),
    value("--edition", Role::OneOf("2015 2018 2021 2024")),
    value("--color", Role::OneOf("always auto never")),
];
static BANDIT: &[Opt<Role>] = &[
    flag(
        "-r --recursive -q --quiet -v --verbose -l -i --exit-zero --ignore-nosec",
        Role::Plain,
    ),
    value(
        "-t --tests -s --skip -x --exclude -n --number --severity-level --confidence-level",
        Role::Plain,
    ),
    value(
        "-f --format",
        Role::OneOf("csv html json screen txt xml yaml"),
    ),
];
/// A style may be a file: `--style=file:PATH`.
static CLANG_FORMAT: &[Opt<Role>] = &[
    flag("-i --dry-run -n --Werror --verbose", Role::Plain),
    value(
        "--style",
        Role::OneOf("file LLVM Google Chromium Mozilla WebKit Microsoft GNU"),
    ),
    value("--fallback-style", Role::OneOf("none LLVM Google")),
];
/// What is behind `--` goes to the compiler, which may load a plugin.
static CLANG_TIDY: &[Opt<Role>] = &[
    flag("--quiet --use-color", Role::Plain),
    value(
        "--checks --warnings-as-errors --header-filter --line-filter",
        Role::Plain,
    ),
    value("-p", Role::Load),
    flag("--fix --fix-errors --fix-notes", Role::Spelled),
];
/// `--wrapper` and `--gdb-path` are programs.
static MESON_TEST: &[Opt<Role>] = &[
    flag(
        "-v --verbose -q --quiet --no-rebuild --list --print-errorlogs --no-stdsplit",
        Role::Plain,
    ),
    value(
        "-j --num-processes -t --timeout-multiplier --suite --no-suite --repeat --maxfail",
        Role::Plain,
    ),
    value("-C", Role::Load),
];
static MESON_COMPILE: &[Opt<Role>] = &[
    flag("-v --verbose", Role::Plain),
    value("-j --jobs -l --load-average", Role::Plain),
    value("-C", Role::Load),
];
static PHPSTAN: &[Opt<Role>] = &[
    flag(
        "--no-progress --debug -v --verbose -q --quiet --ansi --no-ansi -n --no-interaction",
        Role::Plain,
    ),
    value("-l --level --memory-limit", Role::Plain),
    value(
        "--error-format",
        Role::OneOf("table raw json prettyJson junit github gitlab checkstyle teamcity"),
    ),
];
static PHPCS: &[Opt<Role>] = &[
    flag("-n -p -s -q -v --colors --no-colors", Role::Plain),
    value(
        "--standard",
        Role::OneOf("PSR1 PSR2 PSR12 PEAR Squiz Zend Generic"),
    ),
    value(
        "--report",
        Role::OneOf("full summary json checkstyle csv emacs source junit code diff"),
    ),
    value(
        "--severity --error-severity --warning-severity --parallel",
        Role::Plain,
    ),
];
static PINT: &[Opt<Role>] = &[
    flag(
        "--test --dirty -v --verbose -q --quiet --no-interaction -n --ansi --no-ansi",
        Role::Plain,
    ),
    value("--preset", Role::OneOf("laravel per psr12 symfony empty")),
];
static PSALM: &[Opt<Role>] = &[
    flag(
        "--no-cache --no-progress --stats --no-diff --no-suggestions --show-snippet",
        Role::Plain,
    ),
    attached("--show-info", Role::OneOf("true false")),
    value("--threads", Role::Plain),
    value(
        "--output-format",
        Role::OneOf("compact console text emacs json pylint checkstyle junit sonarqube github"),
    ),
];
static CS_FIXER: &[Opt<Role>] = &[
    flag(
        "--dry-run --diff --stop-on-violation --sequential -v -vv -q --quiet --no-interaction -n --ansi --no-ansi",
        Role::Plain,
    ),
    value(
        "--using-cache --show-progress",
        Role::OneOf("yes no none dots bar"),
    ),
];
static ARTISAN_TEST: &[Opt<Role>] = &[
    flag(
        "--parallel -p --stop-on-failure --coverage --compact --profile --without-tty -v --verbose -q --quiet --ansi \
         --no-ansi",
        Role::Plain,
    ),
    value(
        "--filter --testsuite --group --exclude-group --min --processes",
        Role::Plain,
    ),
];
/// `--settings`, `--pythonpath` and `--testrunner` choose code.
static DJANGO_TEST: &[Opt<Role>] = &[
    flag(
        "--failfast --keepdb --noinput --no-input --reverse --debug-mode -d --debug-sql --timing -b --buffer --force-color \
         --no-color --no-faulthandler --traceback",
        Role::Plain,
    ),
    attached("--parallel --shuffle", Role::Plain),
    value(
        "-v --verbosity --tag --exclude-tag -k --durations",
        Role::Plain,
    ),
];
static ERBLINT: &[Opt<Role>] = &[
    flag("--lint-all", Role::Plain),
    value("--enable-linters", Role::Plain),
    value(
        "--format",
        Role::OneOf("compact gitlab json junit multiline"),
    ),
    flag("-a --autocorrect", Role::Spelled),
];
static SHFMT: &[Opt<Role>] = &[
    flag(
        "-d --diff -l --list -w --write -s --simplify -bn --binary-next-line -ci --case-indent -sr --space-redirects -kp -fn \
         --func-next-line",
        Role::Plain,
    ),
    value("-i --indent -ln --language-dialect", Role::Plain),
];
/// `--init` installs plugins.
static TFLINT: &[Opt<Role>] = &[
    flag("--recursive --no-color --force --color", Role::Plain),
    value(
        "-f --format",
        Role::OneOf("default json checkstyle junit compact sarif"),
    ),
    value(
        "--minimum-failure-severity",
        Role::OneOf("error warning notice"),
    ),
    value("--only --enable-rule --disable-rule", Role::Plain),
    value("--chdir", Role::Load),
    flag("--fix", Role::Spelled),
];
/// `-r` loads rules, and `-o` writes.
static MARKDOWNLINT: &[Opt<Role>] = &[
    flag("-d --dot -j --json -q --quiet", Role::Plain),
    value("-i --ignore", Role::Plain),
    flag("-f --fix", Role::Spelled),
];
/// `-html` opens a browser, and `-o` writes.
static COVER: &[Opt<Role>] = &[value("-func", Role::Load)];

/// A program whose long options may have one dash.
const fn of_go(names: &'static str, commands: &'static [Command]) -> Program {
    Program {
        grammar: Grammar::GoPermute,
        ..one(names, commands)
    }
}

pub(super) static PROGRAMS: &[Program] = &[
    one("rustfmt", &[loads("", RUSTFMT)]),
    one("pyflakes", &[loads("", &[])]),
    one("bandit", &[loads("", BANDIT)]),
    of_go("clang-format", &[loads("", CLANG_FORMAT)]),
    of_go("clang-tidy", &[loads("", CLANG_TIDY)]),
    one(
        "meson",
        &[command("test", MESON_TEST), names("compile", MESON_COMPILE)],
    ),
    one("phpstan", &[loads("analyse|analyze", PHPSTAN)]),
    one("phpcs", &[loads("", PHPCS)]),
    one("pint", &[loads("", PINT)]),
    one("psalm", &[loads("", PSALM)]),
    one("php-cs-fixer", &[loads("fix|check", CS_FIXER)]),
    one("artisan--test", &[loads("", ARTISAN_TEST)]),
    one("manage.py--test", &[loads("", DJANGO_TEST)]),
    one("erblint", &[loads("", ERBLINT)]),
    Program {
        grammar: Grammar::Go,
        ..one("shfmt", &[loads("", SHFMT)])
    },
    one("tflint", &[names("", TFLINT)]),
    one("markdownlint", &[loads("", MARKDOWNLINT)]),
    of_go("go", &[names("tool cover", COVER)]),
];
