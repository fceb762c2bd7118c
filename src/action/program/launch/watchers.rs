//! Launchers that run a command again: when a file changes, to measure it, or until it succeeds.
//!
//! Sources: hyperfine(1), entr(1), watchexec(1), `nodemon --help`, chokidar-cli, parallel(1), moreutils.

use super::super::options::{Opt, attached, flag, value};
use super::table::Role::{self, Directory, None, Query, Script, Shell, Write};
use super::table::Takes::{Dashes, Each, Nothing, OneForShell, Shell as Joined, Words};
use super::table::{Launch, launch, start};

static HYPERFINE: &[Opt<Role>] = &[
    value(
        "-s --setup -p --prepare -c --cleanup -C --conclude --reference",
        Script,
    ),
    value(
        "-w --warmup -m --min-runs -M --max-runs -r --runs -P --parameter-scan -D --parameter-step-size -L --parameter-list --style --sort -u --time-unit --input --output -n --command-name",
        None,
    ),
    value("-S --shell", None),
    value(
        "--export-asciidoc --export-csv --export-json --export-markdown --export-orgmode",
        Write,
    ),
    attached("-i --ignore-failure", None),
    flag("-N --show-output", None),
    flag("-h --help -V --version", Query),
];
static ENTR: &[Opt<Role>] = &[flag("-s", Shell), flag("-a -c -d -n -p -r -x -z", None)];
static WATCHEXEC: &[Opt<Role>] = &[
    value(
        "-w --watch -W --watch-non-recursive -e --exts -f --filter -i --ignore --ignore-file --filter-file -j --filter-prog -d --debounce --delay-run --poll --shell -s --signal --stop-signal --stop-timeout --map-signal --emit-events-to -E --env --project-origin --fs-events --color --wrap-process --log-file -o --on-busy-update --completions -F --watch-file",
        None,
    ),
    value("--workdir", Directory),
    flag(
        "-r --restart -c --clear -p --postpone -n --no-shell -q --quiet -v --verbose -N --notify --stdin-quit --no-vcs-ignore --no-project-ignore --no-global-ignore --no-default-ignore --no-meta --print-events --timings --bell --once --only-emit-events",
        None,
    ),
    flag("-h --help -V --version --manual", Query),
];
static NODEMON: &[Opt<Role>] = &[
    value("-x --exec", Script),
    value(
        "-e --ext -w --watch -i --ignore -d --delay -s --signal --cwd -C --config --nodeArgs -r --require",
        None,
    ),
    flag(
        "-q --quiet -V --verbose -L --legacy-watch -I --no-stdin --on-change-only --dump --exitcrash",
        None,
    ),
    flag("-h --help -v --version", Query),
];
static PARALLEL_LIKE: &[Opt<Role>] = &[
    value(
        "-j --jobs -P --id --semaphore-name --semaphorename --st --semaphoretimeout --timeout",
        None,
    ),
    flag("--fg --bg --wait -u --ungroup --pipe", None),
    flag("--help --version", Query),
];
static MOREUTILS: &[Opt<Role>] = &[flag("-n -v -e -c -V", None), value("-t", None)];
static RETRY: &[Opt<Role>] = &[
    value(
        "-t --times --tries -d --delay -s --sleep -m --max --until --while -u -b --backoff -n -a --attempts --timeout --max-attempts --interval",
        None,
    ),
    flag("-v --verbose -q --quiet", None),
    flag("-h --help -V --version", Query),
];
static CHOKIDAR: &[Opt<Role>] = &[
    value("-c --command", Script),
    value(
        "-d --debounce -t --throttle -i --ignore --poll-interval --polling",
        None,
    ),
    flag(
        "-s --silent --initial --follow-symlinks -p --polling --verbose",
        None,
    ),
];
static CRUN: &[Opt<Role>] = &[
    value(
        "-n --name -d --dir -c --cores -w --wait -l --label -L --log -O -i -N",
        None,
    ),
    flag("-f -m -B -E -g -G", None),
];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    ("hyperfine", launch(&[start("", HYPERFINE, 0, Each)])),
    ("entr", launch(&[start("", ENTR, 0, Words)])),
    ("watchexec", launch(&[start("", WATCHEXEC, 0, Joined)])),
    (
        "nodemon",
        launch(&[start("", NODEMON, usize::MAX, Nothing)]),
    ),
    (
        "cargo-watch",
        launch(&[start(
            "",
            &[value("-s --shell -x --exec", Script)],
            0,
            Joined,
        )]),
    ),
    (
        "chokidar chokidar-cli onchange",
        launch(&[start("", CHOKIDAR, usize::MAX, Dashes)]),
    ),
    (
        "reflex modd gow air",
        launch(&[start(
            "",
            &[
                value("-r --regex -R -g --glob -G -d --decoration", None),
                flag("-s -v --start-service --verbose -e", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "when-changed ifne",
        launch(&[start("", MOREUTILS, 0, Words)]),
    ),
    ("chronic cronic", launch(&[start("", MOREUTILS, 0, Words)])),
    ("sem", launch(&[start("", PARALLEL_LIKE, 0, Joined)])),
    ("retry again", launch(&[start("", RETRY, 0, OneForShell)])),
    ("ts tsp", launch(&[start("", CRUN, 0, Words)])),
    (
        "pueue",
        launch(&[start(
            "add",
            &[
                value("-w --working-directory", Directory),
                value(
                    "-d --delay -g --group -a --after -o --priority -l --label",
                    None,
                ),
                flag(
                    "-e --escape -i --immediate -f --follow -s --stashed -p --print-task-id",
                    None,
                ),
            ],
            0,
            Joined,
        )]),
    ),
    (
        "nq",
        launch(&[start("", &[flag("-c -q -w -t", None)], 0, Words)]),
    ),
];
