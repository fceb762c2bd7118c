//! Runners of a project's recipes and tasks: `make`, `just`, `rake`, `ninja`, `task`, `mise`.
//!
//! What a recipe does is the project's own, and a pattern that names it vouches for it. No recipe is
//! known by its name, so each further one has to be spelled, and each option that chooses another
//! file, directory, shell or interpreter lifts the allow. What variables on the command line choose
//! is judged where the programs are read (`super::super::editors`).
//!
//! Sources: make(1) of GNU make 4.4, just 1.40, rake 13, ninja 1.12, Task 3.42, `mise run --help` of
//! 2025.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role};

/// `-n` runs the lines that begin with `+`, which the recipe without it runs too.
static MAKE: &[Opt<Role>] = &[
    flag(
        "-k --keep-going -s --silent --quiet -B --always-make -w --print-directory --no-print-directory -n --just-print \
         --dry-run --recon -q --question -i --ignore-errors -S --no-keep-going --stop -L --check-symlink-times -R \
         --no-builtin-variables -r --no-builtin-rules -v --version -h --help --warn-undefined-variables --trace",
        Role::Plain,
    ),
    attached(
        "-j --jobs -l --load-average --max-load -O --output-sync -d --debug",
        Role::Plain,
    ),
    value(
        "-f --file --makefile -C --directory -I --include-dir -E --eval -W --what-if --new-file --assume-new -o --old-file \
         --assume-old --shuffle --jobserver-style",
        Role::Code,
    ),
    // `-p` prints variables of the environment.
    flag(
        "-e --environment-overrides -t --touch -p --print-data-base",
        Role::Code,
    ),
];
/// `make -j 4`: a number behind `-j`, which a pattern need not spell.
const JOBS: &str = "1 2 3 4 5 6 7 8 9 10 12 14 16 20 24 32 48 64";

static JUST: &[Opt<Role>] = &[
    flag(
        "-q --quiet -v --verbose -n --dry-run --yes --no-deps --one -l --list --summary -u --unsorted --no-highlight \
         --highlight --timestamp --explain --variables --groups -V --version -h --help",
        Role::Plain,
    ),
    value(
        "--color --command-color --list-heading --list-prefix",
        Role::Plain,
    ),
    value(
        "-f --justfile -d --working-directory --set --shell --shell-arg --dotenv-path -E --dotenv-filename --chooser \
         --tempdir --dump-format --completions -s --show",
        Role::Code,
    ),
    flag(
        "-c --command --clear-shell-args --shell-command -e --edit --choose --init --fmt -g --global-justfile --unstable",
        Role::Code,
    ),
];

static RAKE: &[Opt<Role>] = &[
    flag(
        "-n --dry-run -q --quiet -s --silent --trace -T --tasks -P --prereqs -A --all -m --multitask -v --verbose -V \
         --version -h -H --help -N --no-search --nosearch --comments --no-comments --rules --suppress-backtrace -D --describe",
        Role::Plain,
    ),
    attached("-j --jobs -t", Role::Plain),
    value(
        "-f --rakefile -r --require -R --rakelibdir --rakelib -I --libdir -e --execute -E --execute-continue -p \
         --execute-print -C --directory",
        Role::Code,
    ),
    flag(
        "-g --system -G --no-system -X --no-deprecation-warnings -W --where",
        Role::Code,
    ),
];

static NINJA: &[Opt<Role>] = &[
    flag("-v --verbose -n --quiet --version -h --help", Role::Plain),
    value("-k -j -l -d", Role::Plain),
    value("-f -t -w", Role::Code),
    value("-C", Role::Spelled),
];

static TASK: &[Opt<Role>] = &[
    flag(
        "-s --silent -v --verbose -n --dry -p --parallel -f --force -l --list -a --list-all --summary --status --offline -x \
         --exit-code -F --failfast --version -h --help",
        Role::Plain,
    ),
    value("-C --concurrency -o --output --sort", Role::Plain),
    attached("-c --color", Role::Plain),
    value(
        "-t --taskfile -d --dir -I --interval --expiry --timeout",
        Role::Code,
    ),
    flag(
        "-g --global -w --watch -i --init -y --yes --download --insecure --experiments --clear-cache --completion",
        Role::Code,
    ),
];

static MISE_GLOBAL: &[Opt<Role>] = &[
    flag(
        "-q --quiet -v --verbose -y --yes --silent --raw -h --help --version",
        Role::Plain,
    ),
    value("-j --jobs", Role::Plain),
    value("-C --cd -E --env -P --profile --log-level", Role::Code),
    flag(
        "--no-config --no-env --no-hooks --trace --debug",
        Role::Code,
    ),
];
static MISE_RUN: &[Opt<Role>] = &[
    flag(
        "-c --continue-on-error -f --force -n --dry-run -p --prefix -i --interleave --timings --no-timings -S --silent \
         --force --no-cache --skip-deps",
        Role::Plain,
    ),
    value("-o --output --timeout", Role::Plain),
    value("-t --tool -s --shell --tag", Role::Code),
    flag("--fresh-env --no-prepare --no-deps", Role::Code),
];

/// A command without subcommands whose operands are recipes.
const fn recipes(opts: &'static [Opt<Role>], known: &'static str) -> Command {
    Command {
        path: "",
        opts,
        operands: Operands::Tasks(known),
        behind: Behind::Operands,
    }
}

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "make gmake",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[recipes(MAKE, JOBS)],
    },
    Program {
        names: "just",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[recipes(JUST, "")],
    },
    Program {
        names: "rake",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[recipes(RAKE, "")],
    },
    Program {
        names: "ninja",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[recipes(NINJA, "")],
    },
    Program {
        names: "task go-task",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[recipes(TASK, "")],
    },
    Program {
        names: "mise rtx",
        grammar: Grammar::OperandsEnd,
        global: MISE_GLOBAL,
        commands: &[Command {
            path: "run|r|task run|tasks run|tasks r",
            opts: MISE_RUN,
            operands: Operands::Script,
            behind: Behind::Operands,
        }],
    },
];
