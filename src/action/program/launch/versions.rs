//! Launchers of managers of tools, versions and environments, and of build tools.
//!
//! Sources: nix3-run(1), nix-shell(1), guix-shell(1), mise, asdf, aqua, devbox, flox, volta, fnm, nvm, rbenv, rvm,
//! rustup, opam, dune, stack, cabal, `mix help cmd`, `dotnet tool`, spack, perlbrew, vex, xcrun(1).

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, Directory, None, Plain, Query, Read, Rest, Script, Two};
use super::table::Takes::{Dashes, Nothing, OneForShell, Package, Shell as Joined, Tools, Words};
use super::table::{Launch, held, launch, start, with_globals};

static NIX: &[Opt<Role>] = &[
    value("-c --command", Rest),
    value("--run", Script),
    value(
        "-p --packages -I --include -f --file -E --expr -k --keep -u --unset --set-env-var --max-jobs -j --cores --inputs-from --override-input --profile --log-format --builders --store --substituters --extra-experimental-features --experimental-features --redirect",
        None,
    ),
    value("--arg --argstr --option", Two),
    flag(
        "-i --ignore-environment --impure --refresh --offline -L --print-build-logs -v --verbose --pure --quiet --debug --no-update-lock-file --accept-flake-config",
        None,
    ),
    flag("--help --version", Query),
];
static NIX_SHELL: &[Opt<Role>] = &[
    value("--command --run", Script),
    value(
        "-p --packages -A --attr -I -E --expr --arg --argstr --keep -i --exclude",
        None,
    ),
    flag("--pure --impure", None),
    flag("--help --version", Query),
];
static VERSION: &[Opt<Role>] = &[
    value(
        "--using --node --npm --yarn --pnpm -t --tool --install-directory --log-level --arch --version-file-strategy",
        None,
    ),
    value("-c --command", Script),
    value("-C --cd --config --chdir", Directory),
    value("-j --jobs", Plain),
    value("-e --env", None),
    flag("-q --quiet -v --verbose -y --yes --raw --silent", Plain),
    flag("--no-prepare --fresh-env --lts", None),
    flag("-h --help", Query),
];
static DEVBOX: &[Opt<Role>] = &[
    value("-c --config --environment -e --env --omit-nix-env", None),
    value("--env-file", Read),
    flag("-l --list -q --quiet --pure --all-projects", None),
    flag("-h --help", Query),
];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "nix",
        with_globals(
            NIX,
            &[
                start("run", NIX, 0, Package),
                start("shell", NIX, usize::MAX, Nothing),
                start("develop", NIX, usize::MAX, Nothing),
                start("env shell", NIX, usize::MAX, Nothing),
            ],
        ),
    ),
    (
        "nix-shell",
        launch(&[start("", NIX_SHELL, usize::MAX, Nothing)]),
    ),
    (
        "guix",
        launch(&[
            start(
                "shell",
                &[
                    value(
                        "-m --manifest -f --file -e --expression -L --load-path --expose --share --preserve -E --user",
                        None,
                    ),
                    flag("-C --container -N --network --pure -D --development", None),
                ],
                0,
                Dashes,
            ),
            start(
                "environment",
                &[value("-m --manifest -l --load -e --expression", None)],
                0,
                Dashes,
            ),
            start("time-machine", &[], 0, Dashes),
        ]),
    ),
    (
        "mise rtx",
        with_globals(
            VERSION,
            &[
                held("exec", VERSION, 0, Tools),
                held("x", VERSION, 0, Tools),
            ],
        ),
    ),
    ("asdf", launch(&[start("exec", &[], 0, Words)])),
    (
        "proto",
        launch(&[
            start("run", &[], 0, Package),
            start("exec", VERSION, 0, Tools),
            start("x", VERSION, 0, Tools),
        ]),
    ),
    (
        "aqua",
        with_globals(
            &[value("-c --config --log-level", None)],
            &[start("exec", &[], 0, Words)],
        ),
    ),
    (
        "devbox",
        with_globals(
            DEVBOX,
            &[
                start("run", DEVBOX, 0, OneForShell),
                start("services run", DEVBOX, 0, Words),
            ],
        ),
    ),
    (
        "flox",
        launch(&[start(
            "activate",
            &[
                value("-d --dir -r --remote --mode -m -g", None),
                value("-c --command", Script),
                flag("-s --start-services -t --trust", None),
            ],
            0,
            Dashes,
        )]),
    ),
    ("volta", launch(&[start("run", VERSION, 0, Words)])),
    ("fnm", launch(&[start("exec", VERSION, 0, Words)])),
    (
        "nvm",
        launch(&[
            start("exec", VERSION, 1, Words),
            start("run", VERSION, usize::MAX, Nothing),
        ]),
    ),
    ("n", launch(&[start("exec", VERSION, 1, Words)])),
    (
        "nodenv rbenv pyenv plenv jenv goenv luaenv phpenv tfenv",
        launch(&[start("exec", &[], 0, Words)]),
    ),
    (
        "rvm",
        launch(&[start("do", &[], 0, Words), start("exec", &[], 0, Words)]),
    ),
    ("chruby-exec", launch(&[start("", &[], 0, Dashes)])),
    (
        "rustup",
        launch(&[start("run", &[flag("--install", None)], 1, Words)]),
    ),
    (
        "opam",
        launch(&[start("exec", &[value("--switch --root", None)], 0, Words)]),
    ),
    (
        "dune",
        launch(&[start(
            "exec",
            &[value("--root --profile", None)],
            0,
            Package,
        )]),
    ),
    (
        "stack",
        launch(&[start(
            "exec",
            &[
                value("--package --cwd --resolver", None),
                flag("--plain", None),
            ],
            0,
            Words,
        )]),
    ),
    ("cabal", launch(&[start("exec", &[], 0, Words)])),
    (
        "mix",
        launch(&[start(
            "cmd",
            &[value("--app", None), flag("--cd", None)],
            0,
            Joined,
        )]),
    ),
    (
        "dotnet",
        launch(&[
            start("dnx", &[flag("-y --yes", None)], 0, Package),
            start("tool run", &[], 0, Package),
            start("tool exec", &[], 0, Package),
        ]),
    ),
    (
        "dnx",
        launch(&[start("", &[flag("-y --yes", None)], 0, Package)]),
    ),
    (
        "spack",
        launch(&[
            start("env", &[], 1, Words),
            start("build-env", &[], 1, Words),
        ]),
    ),
    (
        "perlbrew",
        launch(&[start("exec", &[value("--with", None)], 0, Words)]),
    ),
    (
        "vex",
        launch(&[start(
            "",
            &[value("--path", None), value("--cwd", Directory)],
            1,
            Words,
        )]),
    ),
    (
        "xcrun",
        launch(&[start(
            "",
            &[
                value("--sdk --toolchain -sdk -toolchain", None),
                value("-f --find -find", Query),
                flag("-r --run -run -v -n -k", None),
            ],
            0,
            Words,
        )]),
    ),
];
