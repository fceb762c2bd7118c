//! Launchers of hosting platforms and clusters: a command with the variables of a project, or inside a cluster's
//! network.
//!
//! Sources: `vercel env run --help`, `netlify dev:exec --help`, `railway run --help`, `heroku local:run --help`,
//! `fly`, kubie, telepresence, mirrord, rez-env.

use super::super::options::{flag, value};
use super::table::Role::{None, Read, Script};
use super::table::Takes::{Dashes, Nothing, OneForShell, Shell, Words};
use super::table::{Launch, elsewhere, launch, start};

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "vercel",
        launch(&[start(
            "env run",
            &[value("-e --environment --git-branch", None)],
            0,
            Words,
        )]),
    ),
    (
        "netlify",
        launch(&[start("dev:exec", &[value("--context", None)], 0, Words)]),
    ),
    (
        "railway",
        launch(&[start(
            "run",
            &[
                value("-s --service -e --environment -p --project", None),
                flag("--no-local", None),
            ],
            0,
            Words,
        )]),
    ),
    (
        "heroku",
        launch(&[
            elsewhere(
                "run",
                &[
                    value("-a --app -r --remote -s --size -e --env --type", None),
                    flag("-x --exit-code --no-tty --no-notify", None),
                ],
                0,
                Shell,
            ),
            elsewhere("local:run", &[value("-e --env -p --port", Read)], 0, Words),
        ]),
    ),
    (
        "fly flyctl",
        launch(&[
            elsewhere(
                "ssh console",
                &[
                    value("-C --command", Script),
                    value("-a --app -s --select -r --region -u --user", None),
                ],
                usize::MAX,
                Nothing,
            ),
            elsewhere(
                "machine exec",
                &[value("-a --app --timeout", None)],
                1,
                OneForShell,
            ),
        ]),
    ),
    (
        "kubie",
        launch(&[start("exec", &[flag("-e --exit-early", None)], 2, Words)]),
    ),
    ("kubeswitch", launch(&[start("exec", &[], 1, Words)])),
    (
        "telepresence",
        launch(&[
            start(
                "intercept",
                &[value(
                    "-p --port -n --namespace -s --service --mount --env-file",
                    None,
                )],
                1,
                Dashes,
            ),
            start("connect", &[], 0, Dashes),
        ]),
    ),
    (
        "mirrord",
        launch(&[start(
            "exec",
            &[value(
                "-t --target -n --target-namespace -f --config-file -a",
                None,
            )],
            0,
            Words,
        )]),
    ),
    (
        "rez-env",
        launch(&[start(
            "",
            &[value("-c --command", Script)],
            usize::MAX,
            Nothing,
        )]),
    ),
];
