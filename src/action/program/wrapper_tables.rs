//! The options of commands that run the command among their operands.

use super::options::{Opt, attached, flag, value};

/// What an option means to a wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    None,
    /// Changes what the inner command is or sees.
    Lift,
    /// The inner command's directory.
    Directory,
    Read,
    Write,
    /// Only asks; runs nothing.
    Query,
    /// The value is a script for a shell.
    Script,
    /// The operands are handed to a shell (`sudo -s`).
    Shell,
    /// The operands are files to edit (`sudo -e`).
    Edit,
    /// Words to be split and put in front (`env -S`).
    Split,
    /// The mark that the input replaces (`xargs -I`).
    Replace,
}

/// A wrapper's table.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) opts: &'static [Opt<Role>],
    /// Operands in front of the command (`timeout DURATION`).
    pub(super) skip: usize,
    /// Operands like `A=1` set variables.
    pub(super) assigns: bool,
    /// Why it lifts an allow, if it does.
    pub(super) lifts: Option<&'static str>,
}

const fn spec(opts: &'static [Opt<Role>], skip: usize, lifts: Option<&'static str>) -> Spec {
    Spec {
        opts,
        skip,
        assigns: false,
        lifts,
    }
}

const PRIVILEGE: Option<&str> = Some("it changes privilege");
const ENVIRONMENT: Option<&str> = Some("it changes the environment");
const TRACES: Option<&str> = Some("it observes or changes the command");

/// sudo(8)
pub(super) static SUDO: Spec = Spec {
    opts: &[
        value("-D --chdir", Role::Directory),
        value("-R --chroot", Role::Lift),
        value(
            "-u --user -g --group -h --host -p --prompt -C --close-from -T --command-timeout -U \
             --other-user -r --role -t --type -c --class -a --auth-type",
            Role::None,
        ),
        flag(
            "-l --list -v --validate -V --version -K --remove-timestamp --help",
            Role::Query,
        ),
        flag("-s --shell -i --login", Role::Shell),
        flag("-e --edit", Role::Edit),
        attached("--preserve-env", Role::None),
        flag(
            "-k -A --askpass -b --background -B --bell -E -H --set-home -n --non-interactive -N --no-update -P --preserve-groups -S --stdin --reset-timestamp",
            Role::None,
        ),
    ],
    skip: 0,
    assigns: true,
    lifts: PRIVILEGE,
};
/// doas(1)
pub(super) static DOAS: Spec = spec(
    &[
        value("-u -a", Role::None),
        value("-C", Role::Query),
        flag("-s", Role::Shell),
        flag("-L", Role::Query),
        flag("-n", Role::None),
    ],
    0,
    PRIVILEGE,
);
/// zshmisc(1), "Precommand Modifiers"; fish: `not`
pub(super) static PRECOMMAND: Spec = spec(&[], 0, Some("it is a word of another shell"));
/// zshmisc(1): `repeat COUNT COMMAND`
pub(super) static REPEAT: Spec = spec(&[], 1, Some("it is a word of another shell"));
/// env(1), GNU coreutils and BSD
pub(super) static ENV: Spec = Spec {
    opts: &[
        value("-C --chdir", Role::Directory),
        value("-S --split-string", Role::Split),
        value("-u --unset -P -a --argv0 -L -U", Role::Lift),
        flag("-i --ignore-environment -v --debug -0 --null", Role::Lift),
        attached(
            "--block-signal --default-signal --ignore-signal",
            Role::None,
        ),
        flag("--list-signal-handling", Role::None),
        flag("--help --version", Role::Query),
    ],
    skip: 0,
    assigns: true,
    lifts: None,
};
/// bash(1): `command`, `exec`, `builtin`
pub(super) static COMMAND: Spec = spec(
    &[flag("-p", Role::Lift), flag("-v -V", Role::Query)],
    0,
    None,
);
pub(super) static EXEC: Spec = spec(
    &[value("-a", Role::Lift), flag("-c -l", Role::Lift)],
    0,
    None,
);
pub(super) static PLAIN: Spec = spec(&[flag("--help --version", Role::Query)], 0, None);
/// time(1)
pub(super) static TIME: Spec = spec(
    &[
        value("-o --output", Role::Write),
        value("-f --format", Role::None),
        flag(
            "-a --append -p --portability -v --verbose -q --quiet -l -h",
            Role::None,
        ),
        flag("-V --version --help", Role::Query),
    ],
    0,
    None,
);
/// timeout(1)
pub(super) static TIMEOUT: Spec = spec(
    &[
        value("-s --signal -k --kill-after", Role::None),
        flag(
            "-v --verbose --foreground --preserve-status -p -f",
            Role::None,
        ),
        flag("--help --version", Role::Query),
    ],
    1,
    None,
);
/// nice(1)
pub(super) static NICE: Spec = spec(
    &[
        value("-n --adjustment", Role::None),
        flag("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9", Role::None),
        flag("--help --version", Role::Query),
    ],
    0,
    None,
);
/// ionice(1)
pub(super) static IONICE: Spec = spec(
    &[
        value("-c --class -n --classdata", Role::None),
        flag("-t --ignore", Role::None),
        value("-p --pid -P --pgid -u --uid", Role::Query),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    None,
);
/// chrt(1)
pub(super) static CHRT: Spec = spec(
    &[
        value(
            "-T --sched-runtime -P --sched-period -D --sched-deadline",
            Role::None,
        ),
        flag(
            "-b --batch -f --fifo -o --other -r --rr -d --deadline -i --idle -R --reset-on-fork -v --verbose -a --all-tasks",
            Role::None,
        ),
        flag("-m --max -p --pid -h --help -V --version", Role::Query),
    ],
    1,
    None,
);
/// taskset(1)
pub(super) static TASKSET: Spec = spec(
    &[
        flag("-c --cpu-list -a --all-tasks", Role::None),
        flag("-p --pid -h --help -V --version", Role::Query),
    ],
    1,
    None,
);
/// stdbuf(1)
pub(super) static STDBUF: Spec = spec(
    &[
        value("-i --input -o --output -e --error", Role::None),
        flag("--help --version", Role::Query),
    ],
    0,
    None,
);
/// setsid(1)
pub(super) static SETSID: Spec = spec(
    &[
        flag("-c --ctty -f --fork -w --wait", Role::None),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    None,
);
/// strace(1)
pub(super) static STRACE: Spec = spec(
    &[
        value("-o --output", Role::Write),
        value("-E --env -u --user", Role::Lift),
        value(
            "-a --columns -b --detach-on -e --trace -I --interruptible -O --summary-syscall-overhead -p --attach \
             -P --trace-path -s --string-limit -S --summary-sort-by -U --summary-columns -X --const-print-style \
             --argv0 --fault --inject --status --signals --read --write --kvm --raw --abbrev --verbose",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    TRACES,
);
/// ltrace(1)
pub(super) static LTRACE: Spec = spec(
    &[
        value("-o --output", Role::Write),
        value("-u", Role::Lift),
        value(
            "-a --align -A -D --debug -e -F --config -l --library -n --indent -p -s -w --where -x",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    TRACES,
);
/// unshare(1)
pub(super) static UNSHARE: Spec = spec(
    &[
        value("-R --root", Role::Lift),
        value("-w --wd", Role::Directory),
        value(
            "-S --setuid -G --setgid --map-user --map-group --map-users --map-groups --propagation --setgroups --monotonic --boottime",
            Role::None,
        ),
        attached(
            "-m --mount -u --uts -i --ipc -n --net -p --pid -U --user -C --cgroup -T --time --mount-proc --kill-child",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    PRIVILEGE,
);
/// nsenter(1)
pub(super) static NSENTER: Spec = spec(
    &[
        value("-t --target -S --setuid -G --setgid -W --wdns", Role::None),
        attached(
            "-m --mount -u --uts -i --ipc -n --net -p --pid -U --user -C --cgroup -T --time -r --root -w --wd",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    PRIVILEGE,
);
/// chroot(1)
pub(super) static CHROOT: Spec = spec(
    &[
        value("--groups --userspec -u -g -G", Role::None),
        flag("--help --version", Role::Query),
    ],
    1,
    PRIVILEGE,
);
/// setpriv(1), prlimit(1), systemd-run(1), dbus-run-session(1), faketime(1), firejail(1), bwrap(1)
pub(super) static SETPRIV: Spec = spec(
    &[
        value(
            "--ambient-caps --inh-caps --bounding-set --ruid --euid --rgid --egid --reuid --regid --groups --securebits --pdeathsig --selinux-label --apparmor-profile",
            Role::None,
        ),
        flag("-h --help -V --version -d --dump", Role::Query),
    ],
    0,
    PRIVILEGE,
);
pub(super) static PRLIMIT: Spec = spec(
    &[
        value("-p --pid", Role::Query),
        value("-o --output", Role::None),
        flag("-h --help -V --version", Role::Query),
    ],
    0,
    None,
);
pub(super) static SYSTEMD_RUN: Spec = spec(
    &[
        value("--working-directory", Role::Directory),
        value(
            "-E --setenv -u --unit -p --property --description --slice --uid --gid --nice -H --host -M --machine --on-active --on-boot --on-startup --on-unit-active --on-unit-inactive --on-calendar --service-type",
            Role::None,
        ),
        flag("-h --help --version", Role::Query),
    ],
    0,
    PRIVILEGE,
);
/// flock(1)
pub(super) static FLOCK: Spec = spec(
    &[
        value("-c --command", Role::Script),
        value(
            "-w --timeout -E --conflict-exit-code --start --length",
            Role::None,
        ),
        flag(
            "-s --shared -x -e --exclusive -n --nb --nonblock -u --unlock -o --close -F --no-fork --verbose --fcntl",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    1,
    None,
);
/// script(1)
pub(super) static SCRIPT: Spec = spec(
    &[
        value("-c --command", Role::Script),
        value(
            "-I --log-in -O --log-out -B --log-io -T --log-timing",
            Role::Write,
        ),
        value(
            "-E --echo -m --logging-format -o --output-limit",
            Role::None,
        ),
        flag("-h --help -V --version", Role::Query),
    ],
    usize::MAX,
    ENVIRONMENT,
);
/// su(1), runuser(1)
pub(super) static SU: Spec = spec(
    &[
        value("-c --command --session-command", Role::Script),
        value(
            "-g --group -G --supp-group -s --shell -w --whitelist-environment -C",
            Role::None,
        ),
        value("-u --user", Role::Edit),
        flag("-h --help -V --version", Role::Query),
    ],
    usize::MAX,
    PRIVILEGE,
);
/// watch(1): its operands are joined and handed to `sh -c`
pub(super) static WATCH: Spec = spec(
    &[
        value("-n --interval -q --equexit -s --shotsdir", Role::None),
        attached("-d --differences", Role::None),
        flag("-x --exec", Role::Edit),
        flag("-h --help -v --version", Role::Query),
    ],
    0,
    None,
);
/// xargs(1)
pub(super) static XARGS: Spec = spec(
    &[
        value("-a --arg-file", Role::Read),
        value("-I", Role::Replace),
        attached("-i --replace", Role::Replace),
        value(
            "-d --delimiter -E -L -n --max-args -P --max-procs -s --max-chars --process-slot-var -J -R -S",
            Role::None,
        ),
        attached("-e --eof -l --max-lines", Role::None),
        flag(
            "-0 --null -r --no-run-if-empty -t --verbose -x --exit",
            Role::None,
        ),
        flag("--help --version --show-limits", Role::Query),
    ],
    0,
    Some("words are added at run time"),
);
