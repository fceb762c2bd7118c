//! Launchers that give a command a terminal, a display, a session or a record of its output.
//!
//! Sources: xterm(1), gnome-terminal(1), `wezterm start --help`, dtach(1), abduco(1), rlwrap(1), xvfb-run(1),
//! dbus-run-session(1), ssh-agent(1), asciinema(1), ttyrec(1), ttyd(1).

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, Directory, None, Query, Rest, Script};
use super::table::Takes::{Dashes, Nothing, Words};
use super::table::{Launch, launch, start};

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
static XDOTOOL: &[Opt<Role>] = &[flag("--sync", None), value("--args --terminator", None)];
static PTY: &[Opt<Role>] = &[flag("-p -q -n -e -v", None)];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
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
    ("rlwrap rlfe", launch(&[start("", RLWRAP, 0, Words)])),
    ("xvfb-run", launch(&[start("", XVFB, 0, Words)])),
    (
        "dbus-run-session dbus-launch",
        launch(&[start("", DBUS, 0, Words)]),
    ),
    ("ssh-agent", launch(&[start("", SSH_AGENT, 0, Words)])),
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
        "sshpass",
        launch(&[start(
            "",
            &[value("-p -f -d -P", None), flag("-e -v -h -V", None)],
            0,
            Words,
        )]),
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
];
