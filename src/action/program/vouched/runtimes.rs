//! `node --test`, `bun`, `deno` and `python -m unittest`.
//!
//! Sources: "Command-line API" of Node.js 24, `bun test --help` and `bun run --help` of 1.2,
//! `deno test --help` and others like it of 2, "unittest: Command-Line Interface" of Python 3.13.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role, loads, one};

/// `--require`, `--import`, `--loader`, `--env-file` and every other option choose code.
static NODE_TEST: &[Opt<Role>] = &[
    flag(
        "--test --test-only --test-force-exit --test-update-snapshots --watch --watch-preserve-output \
         --experimental-test-coverage --experimental-test-snapshots --experimental-test-module-mocks \
         --experimental-strip-types --experimental-transform-types --no-experimental-strip-types \
         --enable-source-maps --no-warnings --no-deprecation --trace-warnings --trace-deprecation \
         --throw-deprecation --trace-uncaught --pending-deprecation --expose-gc --experimental-vm-modules",
        Role::Plain,
    ),
    value(
        "--test-name-pattern --test-skip-pattern --test-concurrency --test-timeout --test-shard --test-isolation \
         --experimental-test-isolation --test-coverage-include --test-coverage-exclude --test-coverage-branches \
         --test-coverage-functions --test-coverage-lines --unhandled-rejections --max-old-space-size \
         --stack-trace-limit",
        Role::Plain,
    ),
    value("--test-reporter", Role::OneOf("spec tap dot junit lcov")),
    value("--test-reporter-destination", Role::Write),
];

static BUN_GLOBAL: &[Opt<Role>] = &[
    flag(
        "--silent -b --bun --if-present --no-clear-screen --no-install --smol --hot --watch -v --version -h --help \
         --revision",
        Role::Plain,
    ),
    value("-F --filter", Role::Filter),
    value("--elide-lines", Role::Plain),
    value(
        "--cwd --env-file -c --config -r --preload --require --import -d --define -l --loader --conditions \
         --tsconfig-override --port -e --eval -p --print --shell --install",
        Role::Code,
    ),
];
static BUN_TEST: &[Opt<Role>] = &[
    flag(
        "--only --todo --pass-with-no-tests --coverage -u --update-snapshots --concurrent --randomize --dots --only-failures",
        Role::Plain,
    ),
    value(
        "-t --test-name-pattern --timeout --rerun-each --seed --max-concurrency",
        Role::Plain,
    ),
    attached("--bail", Role::Plain),
    value("--coverage-reporter", Role::OneOf("text lcov")),
    value("--coverage-dir", Role::WriteTree),
    value("--reporter", Role::OneOf("junit dots")),
    value("--reporter-outfile", Role::Write),
];

/// Permissions are what the tests of every other runtime have anyway. An import map or a
/// configuration file is code.
static DENO_GLOBAL: &[Opt<Role>] = &[
    flag(
        "-q --quiet --no-check --no-remote --no-npm --no-lock --cached-only --frozen --unstable -h --help -V --version",
        Role::Plain,
    ),
    attached("--check --log-level -L", Role::Plain),
    value(
        "-c --config --import-map --lock --node-modules-dir --cert --location --seed --v8-flags --env-file --preload \
         --import --cwd",
        Role::Code,
    ),
    attached(
        "-r --reload --inspect --inspect-brk --inspect-wait",
        Role::Code,
    ),
];
static DENO_TEST: &[Opt<Role>] = &[
    flag(
        "-A --allow-all --allow-sys --allow-hrtime --no-prompt --parallel --watch --doc --trace-leaks --no-run \
         --permit-no-files --clean --hide-stacktraces",
        Role::Plain,
    ),
    attached(
        "-R --allow-read -W --allow-write -N --allow-net -E --allow-env -S --allow-run --allow-ffi --allow-import \
         --deny-read --deny-write --deny-net --deny-env --deny-run --deny-ffi --fail-fast --shuffle --watch-exclude",
        Role::Plain,
    ),
    value("--filter --ignore --ext", Role::Plain),
    value("--reporter", Role::OneOf("pretty dot junit tap")),
    value("--junit-path", Role::Write),
    attached("--coverage", Role::WriteTree),
];
static DENO_FILES: &[Opt<Role>] = &[
    flag(
        "--check --fix --json --compact --doc --doc-only --all --watch --permit-no-files --unstable-component --rules",
        Role::Plain,
    ),
    value(
        "--ignore --ext --rules-tags --rules-include --rules-exclude",
        Role::Plain,
    ),
    value(
        "--indent-width --line-width --prose-wrap --single-quote --use-tabs --no-semicolons",
        Role::Plain,
    ),
];

static UNITTEST: &[Opt<Role>] = &[
    flag(
        "-v --verbose -q --quiet -f --failfast -b --buffer -c --catch --locals -h --help",
        Role::Plain,
    ),
    value("-k --durations -p --pattern", Role::Plain),
    value("-s --start-directory -t --top-level-directory", Role::Load),
];

pub(super) static PROGRAMS: &[Program] = &[
    one("node--test", &[loads("", NODE_TEST)]),
    Program {
        names: "bun",
        grammar: Grammar::Exact,
        global: BUN_GLOBAL,
        commands: &[
            loads("test", BUN_TEST),
            Command {
                path: "run",
                opts: &[],
                operands: Operands::Script,
                behind: Behind::Operands,
            },
        ],
    },
    Program {
        names: "deno",
        grammar: Grammar::Exact,
        global: DENO_GLOBAL,
        commands: &[
            loads("test|bench", DENO_TEST),
            loads("fmt|lint|check", DENO_FILES),
            Command {
                path: "task",
                opts: &[
                    flag("-r --recursive", Role::Plain),
                    value("-f --filter", Role::Plain),
                    flag("--eval", Role::Code),
                ],
                operands: Operands::Script,
                behind: Behind::Operands,
            },
        ],
    },
    one("unittest", &[loads("", UNITTEST)]),
];
