//! Launchers that watch what a command does: profilers, tracers, debuggers of memory, recorders of packets.
//!
//! Sources: perf(1), valgrind(1), dtrace(1), xctrace(1), tcpdump(8).

use super::super::options::{Opt, attached, flag, value};
use super::table::Role::{self, None, Query, Read, Script, Write};
use super::table::Takes::{Dashes, Nothing, Words};
use super::table::{Launch, launch, start};

static PERF: &[Opt<Role>] = &[
    value(
        "-e --event -F --freq -c --count -p --pid -t --tid -C --cpu -r --repeat -D --delay -x --field-separator -m --mmap-pages --call-graph -I --interval-print -G --cgroup -u --uid --filter -M --metrics -j --branch-filter --timeout --pre --post",
        None,
    ),
    value("-o --output", Write),
    flag(
        "-a --all-cpus -g -d --detailed -v --verbose -q --quiet -n --no-samples -i --no-inherit -s --stat -T --timestamp -B --big-num --no-big-num --null -A --no-aggr --per-core --per-thread --per-socket --append",
        None,
    ),
];
static VALGRIND: &[Opt<Role>] = &[
    attached(
        "--tool --leak-check --log-file --suppressions --track-origins --error-exitcode --xml-file --num-callers --trace-children --show-leak-kinds --callgrind-out-file --massif-out-file",
        None,
    ),
    flag("-v --verbose -q --quiet -d", None),
    flag("-h --help --version", Query),
];
static TCPDUMP: &[Opt<Role>] = &[
    value("-z --postrotate-command", Script),
    value("-w", Write),
    value("-r -F -V", Read),
    value(
        "-i --interface -c -C -G -W -s --snapshot-length -y --linktype -B --buffer-size -Z --relinquish-privileges -Q --direction -T -E -M -D -j --time-stamp-type",
        None,
    ),
];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "perf",
        launch(&[
            start("stat", PERF, 0, Words),
            start("record", PERF, 0, Words),
            start("trace", PERF, 0, Words),
            start("mem record", PERF, 0, Words),
            start("sched record", PERF, 0, Words),
            start("c2c record", PERF, 0, Words),
            start("lock record", PERF, 0, Words),
        ]),
    ),
    ("valgrind", launch(&[start("", VALGRIND, 0, Words)])),
    (
        "tcpdump dumpcap",
        launch(&[start("", TCPDUMP, usize::MAX, Nothing)]),
    ),
    (
        "uftrace heaptrack rr samply py-spy austin record callgrind scalene memray coz apitrace bpftrace sysdig",
        launch(&[
            start(
                "record",
                &[value(
                    "-o --output -r --rate -d --duration -F --freq -e -p --pid -f --format",
                    None,
                )],
                0,
                Words,
            ),
            start("replay", &[], usize::MAX, Nothing),
            start("", &[value("-o --output -c", None)], 0, Dashes),
        ]),
    ),
    (
        "dtruss dtrace",
        launch(&[start(
            "",
            &[value("-c", Script), value("-n -p -t -b -s -o", None)],
            0,
            Words,
        )]),
    ),
    (
        "instruments xctrace",
        launch(&[start(
            "record",
            &[value(
                "--template --output --device --time-limit --instrument",
                None,
            )],
            0,
            Dashes,
        )]),
    ),
];
