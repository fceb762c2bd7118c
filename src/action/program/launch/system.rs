//! Launchers of the system: limits, daemons, loggers, clocks, and those that only run a command.
//!
//! Sources: the manual page of each program (util-linux, moreutils, s6, runit, systemd).

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, Directory, None, Program, Query, Rest, Script};
use super::table::Takes::{Nothing, Words};
use super::table::{Launch, launch, start};

static HELP: &[Opt<Role>] = &[flag("--help --version", Query)];
static SYSTEMD: &[Opt<Role>] = &[
    value(
        "--what --who --why --mode --unit --slice -p --property --description --background",
        None,
    ),
    flag(
        "--no-ask-password --no-pager --no-legend --user --system",
        None,
    ),
    flag("--list -h --help --version", Query),
];
static CHOOM: &[Opt<Role>] = &[
    value("-n --adjust", None),
    value("-p --pid", Query),
    flag("-h --help -V --version", Query),
];
static CPULIMIT: &[Opt<Role>] = &[
    value("-l --limit", None),
    value("-p --pid -e --exe -P --path", Query),
    flag("-z --lazy -i --include-children -v -b -f -m -k -q", None),
];
static START_STOP: &[Opt<Role>] = &[
    value("-x --exec -a --startas", Program),
    value(
        "-p --pidfile -n --name -u --user -c --chuid -g --group -s --signal -R --retry -r --chroot -N --nicelevel -P --procsched -I --iosched -k --umask --ppid --pid -O --output",
        None,
    ),
    value("-d --chdir", Directory),
    flag(
        "-S --start -K --stop -T --status -b --background -m --make-pidfile -q --quiet -v --verbose -o --oknodo -C --no-close --remove-pidfile -t --test -D --daemonize",
        None,
    ),
    flag("-H --help -V --version", Query),
];
static LOGGING: &[Opt<Role>] = &[value("-t -p -u -n -o", None), flag("-a -q -v", None)];
static FD: &[Opt<Role>] = &[value("-g -u -C -E -p -N -m -l", None)];
static PROXY: &[Opt<Role>] = &[value("-f -u -p -P -a", None), flag("-q -d -i", None)];
static NUMA: &[Opt<Role>] = &[
    value(
        "-i --interleave -p --preferred -m --membind -N --cpunodebind -C --physcpubind -w --weighted-interleave",
        None,
    ),
    flag("-l --localalloc -b --balancing -a --all", None),
    flag("-s --show -H --hardware", Query),
];
static SCHEDTOOL: &[Opt<Role>] = &[
    value("-a -p -n", None),
    value("-e", Rest),
    flag("-B -D -F -I -N -R -r -v", None),
];
static MAN: &[Opt<Role>] = &[
    value("-P --pager -H --html", Script),
    value(
        "-C --config-file -L --locale -m --systems -M --manpath -S -s --sections -e --extension -E --encoding -p --preprocessor -r --prompt -R --recode --nh",
        None,
    ),
];
static ZIP_LIKE: &[Opt<Role>] = &[value("-e --editor", Script)];
static TIMEOUTS: &[Opt<Role>] = &[
    value("-t -s -k -m -h --timeout --signal", None),
    flag("-c -p -q", None),
];
static TERRAGRUNT_EXEC: &[Opt<Role>] = &[
    value(
        "--working-dir --config --download-dir --log-level --iam-assume-role --auth-provider-cmd",
        None,
    ),
    flag(
        "--in-download-dir --non-interactive --tf-forward-stdout",
        None,
    ),
];
static UNLIMITED: &[Opt<Role>] = &[];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "terragrunt",
        launch(&[start("exec", TERRAGRUNT_EXEC, 0, Words)]),
    ),
    ("microk8s k3s", launch(&[start("", HELP, 0, Words)])),
    (
        "systemd-inhibit gnome-session-inhibit kde-inhibit gnome-inhibit",
        launch(&[start(
            "",
            &[
                value(
                    "--what --who --why --mode --reason --inhibit --app-id",
                    None,
                ),
                flag("--inhibit-only -l --list --no-ask-password", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "systemd-cat",
        launch(&[start(
            "",
            &[
                value(
                    "-t --identifier -p --priority --stderr-priority --level-prefix --namespace",
                    None,
                ),
                flag("-h --help --version", Query),
            ],
            0,
            Words,
        )]),
    ),
    (
        "systemd-socket-activate",
        launch(&[start("", SYSTEMD, 0, Words)]),
    ),
    (
        "noglob nocorrect catchsegv eatmydata caffeinate run-one run-this-one keep-one-running run-one-constantly run-one-until-success run-one-until-failure linux32 linux64 i386 x86_64 uname26 fakeroot fakeroot-ng winpty unbuffer please pls calife super really tini dumb-init catatonit gtime prime-run optirun primusrun gamemoderun mangohud rusage",
        launch(&[start(
            "",
            &[
                flag("--help --version -h", Query),
                flag("-i -s -d -m -u -p -l -v -g -q -b", None),
                value("-t -w -e", None),
            ],
            0,
            Words,
        )]),
    ),
    ("cgexec", launch(&[start("", FD, 0, Words)])),
    ("numactl", launch(&[start("", NUMA, 0, Words)])),
    (
        "schedtool",
        launch(&[start("", SCHEDTOOL, usize::MAX, Nothing)]),
    ),
    (
        "proxychains proxychains4 proxychains-ng torsocks torify tsocks usewithtor graftcp",
        launch(&[start("", PROXY, 0, Words)]),
    ),
    (
        "faketime",
        launch(&[start(
            "",
            &[
                flag("-m -f --help", None),
                value("-p --exclude-monotonic --date-prog", None),
            ],
            1,
            Words,
        )]),
    ),
    (
        "datefudge",
        launch(&[start("", &[flag("-s --static", None)], 1, Words)]),
    ),
    ("choom", launch(&[start("", CHOOM, 0, Words)])),
    ("cpulimit", launch(&[start("", CPULIMIT, 0, Words)])),
    (
        "logsave",
        launch(&[start("", &[flag("-a -s -v", None)], 1, Words)]),
    ),
    (
        "terramate",
        launch(&[
            start(
                "run",
                &[
                    value("-C --chdir", Directory),
                    value(
                        "-B --git-change-base --tags --no-tags -j --parallel --status --target --log-level",
                        None,
                    ),
                    flag(
                        "-c --changed -X --disable-safeguards --continue-on-error --dry-run --reverse --no-recursive --terragrunt --enable-sharing --eval",
                        None,
                    ),
                ],
                0,
                Words,
            ),
            start("experimental run", &[], 0, Words),
            start("script run", &[], usize::MAX, Nothing),
        ]),
    ),
    (
        "start-stop-daemon",
        launch(&[start("", START_STOP, 0, Words)]),
    ),
    (
        "daemonize",
        launch(&[start(
            "",
            &[value("-c -E -o -e -p -l -u", None), flag("-a -v", None)],
            0,
            Words,
        )]),
    ),
    (
        "daemon",
        launch(&[start(
            "",
            &[value(
                "-n --name -u --user -D --chdir -F --pidfile -o --output -l --errlog",
                None,
            )],
            0,
            Words,
        )]),
    ),
    ("man", launch(&[start("", MAN, usize::MAX, Nothing)])),
    ("cmd", launch(&[start("", UNLIMITED, usize::MAX, Nothing)])),
    ("timelimit", launch(&[start("", TIMEOUTS, 0, Words)])),
    (
        "vipe vidir",
        launch(&[start("", ZIP_LIKE, usize::MAX, Nothing)]),
    ),
    (
        "logrun cronlock cronitor",
        launch(&[
            start("exec", LOGGING, 1, Words),
            start("", LOGGING, 0, Words),
        ]),
    ),
];
