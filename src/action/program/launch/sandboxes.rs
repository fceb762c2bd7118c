//! Launchers that run a command as another user, in another namespace or on another machine's architecture.
//!
//! Sources: firejail(1), bwrap(1), proot(1), systemd-nspawn(1), run0(1), ip-netns(8), pkexec(1), sg(1), capsh(1),
//! runcon(1), aa-exec(1), setarch(8), qemu-user.

use super::super::options::{Opt, attached, flag, value};
use super::table::Role::{self, Directory, None, Query, Script, Two};
use super::table::Takes::{Nothing, OneForShell, Shell as Joined, Words};
use super::table::{Launch, elsewhere, launch, start, with_globals};

static HELP: &[Opt<Role>] = &[flag("--help --version", Query)];
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
static IP: &[Opt<Role>] = &[
    value("-n -netns -b -batch -f -family -rc -rcvbuf", None),
    flag(
        "-4 -6 -d -details -s -stats -j -json -p -pretty -br -brief -o -oneline -c -color -N -r -a -all",
        None,
    ),
];
static ARCH: &[Opt<Role>] = &[
    flag(
        "-x86_64 -arm64 -arm64e -i386 -32 -64 -c -h -B --32bit --3gb --4gb -F -I -L -R -S -T -X -Z -v --uname-2.6 --addr-no-randomize --fdpic-funcptrs --mmap-page-zero --addr-compat-layout --read-implies-exec --short-inode --whole-seconds --sticky-timeouts",
        None,
    ),
    value("-arch -e -d", None),
    flag("--help --version --list", Query),
];
static SG: &[Opt<Role>] = &[value("-c", Script)];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    ("firejail", launch(&[start("", FIREJAIL, 0, Words)])),
    ("bwrap bubblewrap", launch(&[start("", BWRAP, 0, Words)])),
    (
        "proot fakechroot prootwrap",
        launch(&[start("", PROOT, 0, Words)]),
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
        "gosu su-exec suexec userv",
        launch(&[start("", HELP, 1, Words)]),
    ),
    ("arch setarch", launch(&[start("", ARCH, 0, Words)])),
    ("sg", launch(&[start("", SG, 1, Joined)])),
    ("newgrp", launch(&[start("", SG, usize::MAX, Nothing)])),
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
