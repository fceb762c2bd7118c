//! Commands that run the command among their operands.

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::{Access, Inner, Meaning, Operand, Wrapper};

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
    /// What stands for the input (`xargs -I`).
    Replace,
}

/// A wrapper's table.
#[derive(Debug)]
pub(super) struct Spec {
    opts: &'static [Opt<Role>],
    /// Operands in front of the command (`timeout DURATION`).
    skip: usize,
    /// Operands like `A=1` set variables.
    assigns: bool,
    /// Why it lifts an allow, if it does.
    lifts: Option<&'static str>,
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
            "-l --list -v --validate -V --version -k -K --remove-timestamp --help",
            Role::Query,
        ),
        flag("-s --shell -i --login", Role::Shell),
        flag("-e --edit", Role::Edit),
        attached("--preserve-env", Role::None),
        flag(
            "-A --askpass -b --background -B --bell -E -H --set-home -n --non-interactive -N --no-update -P --preserve-groups -S --stdin --reset-timestamp",
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
            "-b --batch -f --fifo -o --other -r --rr -d --deadline -i --idle -R --reset-on-fork -v --verbose",
            Role::None,
        ),
        flag(
            "-m --max -p --pid -a --all-tasks -h --help -V --version",
            Role::Query,
        ),
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
/// strace(1), ltrace(1)
pub(super) static STRACE: Spec = spec(
    &[
        value("-o --output", Role::Write),
        value("-E --env -u --user", Role::Lift),
        value(
            "-a -b -e -I -O -p -P -s -S -U -X -A -l -n -x -F --trace --attach --trace-path --string-limit --columns --summary-sort-by --summary-columns --const-print-style --interruptible --argv0",
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
        flag("--help --version --show-limits", Role::Query),
    ],
    0,
    Some("words are added at run time"),
);

/// What a wrapper of this table does with these words.
pub(super) fn wrap(call: &Call<'_>, spec: &'static Spec) -> Meaning {
    let mut wrapper = call.wrapper();
    if let Some(reason) = spec.lifts {
        wrapper.lift(format!("`{}`: {reason}", call.name));
    }
    let found = options(call, spec, &mut wrapper);
    if !found.split.is_empty() {
        return resplit(call, wrapper, found);
    }
    let rest = skip_operands(spec, &found, call, &mut wrapper);
    if found.query {
        let mut leaf = call.leaf();
        leaf.inert = true;
        return Meaning::Runs(leaf);
    }
    if found.shell && !rest.is_empty() {
        join(&mut wrapper, rest);
    } else {
        wrapper.runs(rest);
    }
    if wrapper.inner.is_empty() {
        return without_command(call, wrapper, found.shell);
    }
    Meaning::Wraps(wrapper)
}

/// `env -S TEXT WORD…` is `env` with the words of the text in front of the others.
fn resplit(call: &Call<'_>, mut wrapper: Wrapper, found: Found) -> Meaning {
    let mut words = vec![ShellWord::constant("env")];
    words.extend(found.split);
    words.extend(call.args_from(found.rest).iter().cloned());
    wrapper.inner.push(Inner::Words(words));
    Meaning::Wraps(wrapper)
}

/// What the options in front of the command said.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Index in the arguments of the first operand.
    pub(super) rest: usize,
    pub(super) query: bool,
    pub(super) shell: bool,
    pub(super) edit: bool,
    pub(super) split: Vec<ShellWord>,
    pub(super) replace: Option<String>,
}

/// Reads a wrapper's own options.
pub(super) fn options(call: &Call<'_>, spec: &'static Spec, wrapper: &mut Wrapper) -> Found {
    let mut found = Found {
        rest: call.args().len(),
        ..Found::default()
    };
    let permutes = spec.skip == usize::MAX;
    let grammar = if permutes {
        Grammar::Permute
    } else {
        Grammar::OperandsEnd
    };
    let mut scan = Scan::new(call.args(), spec.opts, grammar);
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => {
                option(opt.role, value, &mut found, wrapper, call);
                if !found.split.is_empty() {
                    found.rest = scan.next_index();
                    break;
                }
            }
            Item::Unknown(word) => wrapper.lift(format!(
                "`{}` has an unknown option `{}`",
                call.name, word.text
            )),
            Item::Operand(_) if permutes => {}
            Item::Operand(_) => {
                found.rest = scan.at();
                break;
            }
        }
    }
    found
}

fn option(
    role: Role,
    value: Option<Value<'_>>,
    found: &mut Found,
    wrapper: &mut Wrapper,
    call: &Call<'_>,
) {
    match (role, value) {
        (Role::Query, _) => found.query = true,
        (Role::Shell, _) => found.shell = true,
        (Role::Edit, _) => found.edit = true,
        (Role::Lift, _) => wrapper.lift(format!(
            "`{}` changes what the command runs with",
            call.name
        )),
        (Role::Directory, Some(value)) => {
            wrapper.directory = Some(value.word());
            wrapper.lift(format!("`{}` changes the directory", call.name));
        }
        (Role::Script, Some(value)) => wrapper.script(&value.word()),
        (Role::Split, Some(value)) => split(value, found, wrapper),
        (Role::Replace, value) => {
            found.replace =
                Some(value.map_or_else(|| "{}".to_owned(), |value| value.text.to_owned()));
        }
        (Role::Read | Role::Write, Some(value)) => wrapper.operands.push(Operand {
            word: value.word(),
            access: if role == Role::Read {
                Access::Read
            } else {
                Access::Write
            },
            recursive: false,
        }),
        _ => {}
    }
}

/// `env -S`: words by quotes and blanks, with `${NAME}` left to the run.
fn split(value: Value<'_>, found: &mut Found, wrapper: &mut Wrapper) {
    wrapper.lift("`env -S` makes words of its own");
    let words = shlex::split(value.text);
    let Some(words) = words else {
        wrapper
            .inner
            .push(Inner::Dynamic("the words of `env -S` can't be told".into()));
        return;
    };
    found.split.extend(words.into_iter().map(|text| ShellWord {
        dynamic: value.dynamic || text.contains("${") || text.contains('\\'),
        glob: false,
        text,
    }));
}

fn skip_operands<'a>(
    spec: &Spec,
    found: &Found,
    call: &Call<'a>,
    wrapper: &mut Wrapper,
) -> &'a [ShellWord] {
    let skip = if spec.skip == usize::MAX {
        call.args().len()
    } else {
        spec.skip
    };
    let mut rest = call.args_from(found.rest.saturating_add(skip));
    while spec.assigns {
        let Some((word, tail)) = rest.split_first() else {
            break;
        };
        let Some((name, _)) = word.text.split_once('=') else {
            break;
        };
        wrapper.assignments.push(name.to_owned());
        rest = tail;
    }
    rest
}

/// Joins words by blanks, as `watch`, `eval` and `ssh` do, for a shell to parse.
pub(super) fn join(wrapper: &mut Wrapper, words: &[ShellWord]) {
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    wrapper.script(&ShellWord {
        text: text.join(" "),
        dynamic: words.iter().any(|word| word.dynamic || word.glob),
        glob: false,
    });
}

/// A wrapper with nothing to run: it does whatever the program does then.
pub(super) fn without_command(call: &Call<'_>, wrapper: Wrapper, shell: bool) -> Meaning {
    let mut leaf = call.leaf();
    leaf.operands = wrapper.operands;
    if shell
        || matches!(
            &*call.name,
            "su" | "runuser" | "script" | "chroot" | "unshare" | "nsenter"
        )
    {
        leaf.lift("it starts a shell");
        leaf.unknown("it starts a shell, which reads its commands from standard input");
    }
    Meaning::Runs(leaf)
}
