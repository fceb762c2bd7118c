//! Launchers of the system: limits, sandboxes, terminals, tracers, repeaters, loggers.
//!
//! Sources: the manual page of each program (util-linux, moreutils, s6, runit, firejail, bubblewrap, proot, perf,
//! gdb, valgrind, hyperfine, parallel, systemd, iproute2, entr, watchexec, nodemon, tcpdump).

use super::super::options::{Opt, attached, flag, value};
use super::table::Role::{
    self, Directory, None, Program, Query, Read, Rest, Script, Shell, Two, Write,
};
use super::table::Takes::{Dashes, Each, Nothing, OneForShell, Shell as Joined, Words};
use super::table::{Launch, elsewhere, launch, start, with_globals};

static HELP: &[Opt<Role>] = &[flag("--help --version", Query)];
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
static FIREJAIL: &[Opt<Role>] = &[
    attached(
        "--profile --net --private --whitelist --blacklist --read-only --env --name --hostname --output --caps.drop --caps.keep --seccomp --rlimit-as --timeout --dns --ip --bind --tmpfs --chroot --overlay-named --protocol --private-bin --private-etc --private-home --private-lib --allusers --apparmor --noprofile --quiet --noroot --nonewprivs --nosound --x11 --join",
        None,
    ),
    flag(
        "--help --version --list --tree --top --debug-check-filename",
        Query,
    ),
];
static BWRAP: &[Opt<Role>] = &[
    value(
        "--bind --ro-bind --dev-bind --bind-try --ro-bind-try --dev-bind-try --symlink --setenv --file --bind-data --ro-bind-data --chmod --bind-fd --ro-bind-fd",
        Two,
    ),
    flag(
        "--unshare-all --share-net --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --unshare-cgroup-try --clearenv --new-session --die-with-parent --as-pid-1 --disable-userns --assert-userns-disabled --level-prefix",
        None,
    ),
    value("--chdir", Directory),
    value(
        "--args --argv0 --hostname --unsetenv --lock-file --sync-fd --proc --dev --tmpfs --mqueue --dir --remount-ro --uid --gid --cap-add --cap-drop --seccomp --add-seccomp-fd --exec-label --file-label --perms --size --info-fd --json-status-fd --block-fd --userns --userns2 --pidns --userns-block-fd --overlay-src --tmp-overlay --ro-overlay",
        None,
    ),
    flag("--help --version", Query),
];
static PROOT: &[Opt<Role>] = &[
    value(
        "-r --rootfs -R -b --bind -m --mount -q --qemu -k --kernel-release -i --change-id -S -v --verbose",
        None,
    ),
    value("-w --cwd --pwd", Directory),
    flag("-0 --root-id --kill-on-exit --link2symlink -p -n", None),
    flag("-h --help -V --version --about", Query),
];
static VALGRIND: &[Opt<Role>] = &[
    attached(
        "--tool --leak-check --log-file --suppressions --track-origins --error-exitcode --xml-file --num-callers --trace-children --show-leak-kinds --callgrind-out-file --massif-out-file",
        None,
    ),
    flag("-v --verbose -q --quiet -d", None),
    flag("-h --help --version", Query),
];
static PARALLEL_LIKE: &[Opt<Role>] = &[
    value(
        "-j --jobs -P --id --semaphore-name --semaphorename --st --semaphoretimeout --timeout",
        None,
    ),
    flag("--fg --bg --wait -u --ungroup --pipe", None),
    flag("--help --version", Query),
];
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
static IP: &[Opt<Role>] = &[
    value("-n -netns -b -batch -f -family -rc -rcvbuf", None),
    flag(
        "-4 -6 -d -details -s -stats -j -json -p -pretty -br -brief -o -oneline -c -color -N -r -a -all",
        None,
    ),
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
static ARCH: &[Opt<Role>] = &[
    flag(
        "-x86_64 -arm64 -arm64e -i386 -32 -64 -c -h -B --32bit --3gb --4gb -F -I -L -R -S -T -X -Z -v --uname-2.6 --addr-no-randomize --fdpic-funcptrs --mmap-page-zero --addr-compat-layout --read-implies-exec --short-inode --whole-seconds --sticky-timeouts",
        None,
    ),
    value("-arch -e -d", None),
    flag("--help --version --list", Query),
];
static TERMINAL: &[Opt<Role>] = &[
    value("-e -x --command --execute", Rest),
    value(
        "-T -t --title -n -g -geometry --geometry -fn -fa -fs -bg -fg -name -class --profile -p --tabtitle -l -lf -sl -b --working-directory --workdir -xrm",
        None,
    ),
    flag(
        "-hold --hold -ls -sb -rv +sb --noclose --maximize --fullscreen --wait --window --tab --new-tab",
        None,
    ),
    flag("--help --version -version -help", Query),
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
static RLWRAP: &[Opt<Role>] = &[
    value(
        "-b -C -f -H -l -m -M -O -P -q -s -S -t -w -z -g -B -p",
        None,
    ),
    flag(
        "-a -A -c -D -e -i -I -n -N -o -r -R -T -u -U -v -W -X",
        None,
    ),
];
static XVFB: &[Opt<Role>] = &[
    value(
        "-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait",
        None,
    ),
    flag("-a --auto-servernum -l --listen-tcp", None),
    flag("-h --help", Query),
];
static PROXY: &[Opt<Role>] = &[value("-f -u -p -P -a", None), flag("-q -d -i", None)];
static SSH_AGENT: &[Opt<Role>] = &[
    value("-a -E -t -O -P", None),
    flag("-c -s -d -D", None),
    flag("-k", Query),
];
static DBUS: &[Opt<Role>] = &[
    value("--config-file --dbus-daemon", None),
    flag(
        "--exit-with-session --auto-syntax --sh-syntax --csh-syntax --close-stderr",
        None,
    ),
];
static SG: &[Opt<Role>] = &[value("-c", Script)];
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
static TCPDUMP: &[Opt<Role>] = &[
    value("-z --postrotate-command", Script),
    value("-w", Write),
    value("-r -F -V", Read),
    value(
        "-i --interface -c -C -G -W -s --snapshot-length -y --linktype -B --buffer-size -Z --relinquish-privileges -Q --direction -T -E -M -D -j --time-stamp-type",
        None,
    ),
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
static CRUN: &[Opt<Role>] = &[
    value(
        "-n --name -d --dir -c --cores -w --wait -l --label -L --log -O -i -N",
        None,
    ),
    flag("-f -m -B -E -g -G", None),
];
static XDOTOOL: &[Opt<Role>] = &[flag("--sync", None), value("--args --terminator", None)];
static PTY: &[Opt<Role>] = &[flag("-p -q -n -e -v", None)];
static UNLIMITED: &[Opt<Role>] = &[];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "terragrunt",
        launch(&[start("exec", TERRAGRUNT_EXEC, 0, Words)]),
    ),
    (
        "dtach",
        launch(&[start(
            "",
            &[
                value("-A -c -n -N -a -p", None),
                value("-e -r", None),
                flag("-E -z", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "abduco",
        launch(&[start(
            "",
            &[value("-c -n -A -e", None), flag("-f -p -q -r -l -v", None)],
            0,
            Words,
        )]),
    ),
    ("microk8s k3s", launch(&[start("", HELP, 0, Words)])),
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
    ("firejail", launch(&[start("", FIREJAIL, 0, Words)])),
    ("bwrap bubblewrap", launch(&[start("", BWRAP, 0, Words)])),
    (
        "proot fakechroot prootwrap",
        launch(&[start("", PROOT, 0, Words)]),
    ),
    ("valgrind", launch(&[start("", VALGRIND, 0, Words)])),
    ("sem", launch(&[start("", PARALLEL_LIKE, 0, Joined)])),
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
        "systemd-nspawn",
        launch(&[elsewhere(
            "",
            &[
                value(
                    "-D --directory -i --image -M --machine -u --user --bind --bind-ro --tmpfs --setenv -E --chdir",
                    None,
                ),
                flag("-b --boot -x --ephemeral -q --quiet -a --as-pid2", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "run0",
        launch(&[start(
            "",
            &[value(
                "-u --user -g --group -D --chdir --setenv --unit --slice --nice --background -p --property",
                None,
            )],
            0,
            Words,
        )]),
    ),
    (
        "systemd-socket-activate",
        launch(&[start("", SYSTEMD, 0, Words)]),
    ),
    (
        "ip",
        with_globals(
            IP,
            &[
                start("netns exec", IP, 1, Words),
                start("vrf exec", IP, 1, Words),
            ],
        ),
    ),
    (
        "grc",
        launch(&[start(
            "",
            &[
                value("-c --config -e --stderr", None),
                flag("-s --stdout --colour --pty", None),
                flag("-h --help", Query),
            ],
            0,
            Words,
        )]),
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
    (
        "gosu su-exec suexec userv",
        launch(&[start("", HELP, 1, Words)]),
    ),
    ("cgexec", launch(&[start("", FD, 0, Words)])),
    ("numactl", launch(&[start("", NUMA, 0, Words)])),
    (
        "schedtool",
        launch(&[start("", SCHEDTOOL, usize::MAX, Nothing)]),
    ),
    ("arch setarch", launch(&[start("", ARCH, 0, Words)])),
    (
        "proxychains proxychains4 proxychains-ng torsocks torify tsocks usewithtor graftcp",
        launch(&[start("", PROXY, 0, Words)]),
    ),
    ("rlwrap rlfe", launch(&[start("", RLWRAP, 0, Words)])),
    ("xvfb-run", launch(&[start("", XVFB, 0, Words)])),
    (
        "dbus-run-session dbus-launch",
        launch(&[start("", DBUS, 0, Words)]),
    ),
    ("ssh-agent", launch(&[start("", SSH_AGENT, 0, Words)])),
    ("sg", launch(&[start("", SG, 1, Joined)])),
    ("newgrp", launch(&[start("", SG, usize::MAX, Nothing)])),
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
    ("retry again", launch(&[start("", RETRY, 0, OneForShell)])),
    ("choom", launch(&[start("", CHOOM, 0, Words)])),
    ("cpulimit", launch(&[start("", CPULIMIT, 0, Words)])),
    (
        "logsave",
        launch(&[start("", &[flag("-a -s -v", None)], 1, Words)]),
    ),
    (
        "pkexec",
        launch(&[start(
            "",
            &[
                value("-u --user", None),
                flag("--disable-internal-agent --keep-cwd", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "gksudo gksu kdesu kdesudo beesu ssu",
        launch(&[start(
            "",
            &[value("-u --user -c -D -m", None), flag("-k -n -t -g", None)],
            0,
            OneForShell,
        )]),
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
    (
        "xterm uxterm lxterm rxvt urxvt urxvt256c st aterm eterm mlterm konsole xfce4-terminal terminator lxterminal mate-terminal tilix sakura qterminal terminology alacritty foot kitty",
        launch(&[start("", TERMINAL, 0, Words)]),
    ),
    (
        "gnome-terminal gnome-terminal.real kgx ptyxis",
        launch(&[start("", TERMINAL, 0, Dashes)]),
    ),
    (
        "wezterm",
        launch(&[
            start(
                "start",
                &[
                    value("--cwd", Directory),
                    value("--class --workspace --position --domain", None),
                    flag("--always-new-process --new-tab --attach", None),
                ],
                0,
                Words,
            ),
            start(
                "cli spawn",
                &[
                    value("--cwd", Directory),
                    value("--pane-id --window-id --workspace --domain-name", None),
                    flag("--new-window", None),
                ],
                0,
                Words,
            ),
        ]),
    ),
    (
        "tcpdump dumpcap",
        launch(&[start("", TCPDUMP, usize::MAX, Nothing)]),
    ),
    ("man", launch(&[start("", MAN, usize::MAX, Nothing)])),
    ("cmd", launch(&[start("", UNLIMITED, usize::MAX, Nothing)])),
    (
        "sshpass",
        launch(&[start(
            "",
            &[value("-p -f -d -P", None), flag("-e -v -h -V", None)],
            0,
            Words,
        )]),
    ),
    ("timelimit", launch(&[start("", TIMEOUTS, 0, Words)])),
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
    ("xdotool", launch(&[start("exec", XDOTOOL, 0, Words)])),
    ("empty", launch(&[start("", PTY, 0, Words)])),
    (
        "asciinema",
        launch(&[start(
            "rec",
            &[
                value("-c --command", Script),
                value(
                    "-t --title -i --idle-time-limit -e --env --cols --rows",
                    None,
                ),
            ],
            usize::MAX,
            Nothing,
        )]),
    ),
    (
        "ttyrec termrec",
        launch(&[start("", &[value("-e", Script)], usize::MAX, Nothing)]),
    ),
    (
        "vipe vidir",
        launch(&[start("", ZIP_LIKE, usize::MAX, Nothing)]),
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
    (
        "capsh",
        launch(&[start("", &[value("-c", Script)], 0, Nothing)]),
    ),
    (
        "aa-exec sandbox-exec",
        launch(&[start(
            "",
            &[
                value("-p --profile -n --namespace -f -D", None),
                flag("-d --debug -i --immediate -v --verbose", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "runcon",
        launch(&[
            start(
                "",
                &[
                    value("-u --user -r --role -t --type -l --range", None),
                    flag("-c --compute", None),
                ],
                1,
                Words,
            ),
            start(
                "",
                &[value("-u --user -r --role -t --type -l --range", None)],
                0,
                Words,
            ),
        ]),
    ),
    ("ghostty", launch(&[start("", TERMINAL, 0, Words)])),
    (
        "shelly gotty ttyd",
        launch(&[start(
            "",
            &[
                value(
                    "-p --port -i --interface -c --credential -t --client-option -T --terminal-type -u --uid -g --gid -s --signal -a --address --title-format --config",
                    None,
                ),
                value("-w --cwd", Directory),
                flag(
                    "-w -W --permit-write --writable -o --once -R --readonly",
                    None,
                ),
            ],
            0,
            Words,
        )]),
    ),
    (
        "logrun cronlock cronitor",
        launch(&[
            start("exec", LOGGING, 1, Words),
            start("", LOGGING, 0, Words),
        ]),
    ),
    (
        "qemu-x86_64 qemu-aarch64 qemu-arm qemu-x86_64-static qemu-aarch64-static box64 wine wine64 rosetta",
        launch(&[start(
            "",
            &[value("-L -E -cpu -s -B -g -0", None)],
            0,
            Words,
        )]),
    ),
];
