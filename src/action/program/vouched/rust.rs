//! `cargo`.
//!
//! Source: `cargo help SUBCOMMAND` of 1.95, and "CLI arguments" of the test harness (The rustc book).

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role, command};

/// `--config` names programs and a `-Z` may do as much; `-C` is another package.
static GLOBAL: &[Opt<Role>] = &[
    flag(
        "-v --verbose -q --quiet --locked --offline --frozen -h --help -V --version --list",
        Role::Plain,
    ),
    value("--color", Role::Plain),
    value("--config -Z -C", Role::Code),
    value("--explain", Role::Plain),
];

static BUILD: &[Opt<Role>] = &[
    flag(
        "--no-run --no-fail-fast --future-incompat-report --workspace --all --lib --bins --examples --tests \
         --benches --all-targets --doc --all-features --no-default-features -r --release --unit-graph --timings \
         --ignore-rust-version --keep-going --no-deps --build-plan",
        Role::Plain,
    ),
    value(
        "--message-format -F --features -j --jobs --profile --exclude --bin --example --test --bench -p --package",
        Role::Plain,
    ),
    attached("--timings", Role::Plain),
    // A target selects the linker and the runner that the configuration names.
    value("--target", Role::Platform),
    value("--manifest-path", Role::Place),
    value("--lockfile-path", Role::Code),
    value("--target-dir --artifact-dir --out-dir", Role::WriteTree),
];

/// What the test harness takes behind `--`. `--logfile` writes; `-Z` is unstable.
static HARNESS: &[Opt<Role>] = &[
    flag(
        "--include-ignored --ignored --force-run-in-process --exclude-should-panic --test --bench --list \
         -h --help --nocapture --no-capture -q --quiet --exact --show-output --report-time --ensure-time --shuffle",
        Role::Plain,
    ),
    value(
        "--test-threads --skip --color --format --shuffle-seed",
        Role::Plain,
    ),
    value("--logfile", Role::Write),
];

/// Lints: the only options for the compiler behind `cargo clippy --`.
static LINTS: &[Opt<Role>] = &[value(
    "-D -W -A -F --deny --warn --allow --forbid --cap-lints",
    Role::Plain,
)];

static CLIPPY: &[Opt<Role>] = &[
    flag(
        "--no-deps --workspace --all --lib --bins --examples --tests --benches --all-targets --all-features \
         --no-default-features -r --release --keep-going --ignore-rust-version",
        Role::Plain,
    ),
    value(
        "--message-format -F --features -j --jobs --profile --exclude --bin --example --test --bench -p --package",
        Role::Plain,
    ),
    value("--target", Role::Platform),
    value("--manifest-path", Role::Place),
    value("--target-dir", Role::WriteTree),
    // It writes to the sources.
    flag(
        "--fix --allow-dirty --allow-staged --allow-no-vcs",
        Role::Spelled,
    ),
];

static FMT: &[Opt<Role>] = &[
    flag("--all --check", Role::Plain),
    value("-p --package --message-format", Role::Plain),
    value("--manifest-path", Role::Place),
];

static RUSTFMT: &[Opt<Role>] = &[
    flag(
        "--check -l --files-with-diff -v --verbose -q --quiet",
        Role::Plain,
    ),
    value("--color --edition", Role::Plain),
];

static TREE: &[Opt<Role>] = &[
    flag(
        "--workspace --no-dedupe -d --duplicates --all-features --no-default-features",
        Role::Plain,
    ),
    value(
        "-p --package --exclude --depth -e --edges -i --invert --prune --prefix --charset -f --format -F --features --target",
        Role::Plain,
    ),
    value("--manifest-path", Role::Place),
];

static METADATA: &[Opt<Role>] = &[
    flag(
        "--no-deps --all-features --no-default-features",
        Role::Plain,
    ),
    value(
        "--format-version -F --features --filter-platform",
        Role::Plain,
    ),
    value("--manifest-path", Role::Place),
];

pub(super) static PROGRAMS: &[Program] = &[Program {
    names: "cargo",
    grammar: Grammar::Exact,
    global: GLOBAL,
    commands: &[
        Command {
            path: "test|t|bench",
            opts: BUILD,
            operands: Operands::Plain,
            behind: Behind::Options(HARNESS, Operands::Plain),
        },
        command("build|b|check|c|doc|d", BUILD),
        Command {
            path: "clippy",
            opts: CLIPPY,
            operands: Operands::Plain,
            behind: Behind::Options(LINTS, Operands::Plain),
        },
        Command {
            path: "fmt",
            opts: FMT,
            operands: Operands::Plain,
            behind: Behind::Options(RUSTFMT, Operands::Plain),
        },
        command("tree", TREE),
        command("metadata", METADATA),
        command("version|pkgid|locate-project|verify-project", &[]),
    ],
}];
