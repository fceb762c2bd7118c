//! Launchers of languages' package managers and of managers of tools and versions.
//!
//! Sources: npm-exec(1), `pnpm help exec`, `yarn exec`, `bunx`, `uv run --help`, `uvx --help`, poetry, pdm,
//! hatch, pipenv, pipx, conda, bundle-exec(1), lerna, turbo, nx, tox, nix3-run(1), nix-shell(1), mise, asdf,
//! devbox, guix-shell(1), cargo, dotnet.

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, Directory, None, Query, Read, Rest, Script, Shell, Two};
use super::table::Takes::{Each, Nothing, OneForShell, Package, Shell as Joined, Tools, Words};
use super::table::{Launch, launch, start, with_globals};

static NPM_GLOBALS: &[Opt<Role>] = &[
    value(
        "-w --workspace --prefix --registry --loglevel --userconfig --globalconfig --cache --tag --script-shell --otp --access --omit --include --node-options --init-module --before",
        None,
    ),
    value("-C --dir --cwd", Directory),
    value(
        "-F --filter --filter-prod --workspace-concurrency --reporter",
        None,
    ),
    flag(
        "-r --recursive -s --silent -q --quiet --workspaces -ws --include-workspace-root -y --yes --no --parallel --stream --offline --prefer-offline",
        None,
    ),
];
static NPM_EXEC: &[Opt<Role>] = &[
    value("-c --call", Script),
    value(
        "-p --package -w --workspace --prefix --registry --loglevel --userconfig --cache --node-options --script-shell --shell --node-arg -n",
        None,
    ),
    flag(
        "-y --yes --no --no-install --ignore-existing -q --quiet --workspaces --include-workspace-root --offline --prefer-offline --prefer-online --bun --verbose --silent -s --no-verify",
        None,
    ),
    flag("-h --help -v --version", Query),
];
static PNPM_EXEC: &[Opt<Role>] = &[
    flag("-c --shell-mode", Shell),
    value(
        "-p --package --resume-from -F --filter --workspace-concurrency --reporter",
        None,
    ),
    value("-C --dir", Directory),
    flag(
        "-r --recursive --parallel --no-reporter-hide-prefix --report-summary -s --silent -w --workspace-root --allow-build",
        None,
    ),
    flag("-h --help", Query),
];
static YARN_FOREACH: &[Opt<Role>] = &[
    value("--from --include --exclude --since -j --jobs", None),
    flag(
        "-A --all -R --recursive -W --worktree -p --parallel -i --interlaced -t --topological --topological-dev --no-private -n --dry-run -v --verbose",
        None,
    ),
];
static UV: &[Opt<Role>] = &[
    value(
        "-w --with --with-editable --with-requirements --extra --no-extra --group --no-group --only-group -p --python --python-platform --package --index --default-index -i --index-url --extra-index-url -f --find-links --index-strategy --keyring-provider --resolution --prerelease --fork-strategy --exclude-newer --link-mode -C --config-setting --no-build-package --no-binary-package --refresh-package --reinstall-package -P --upgrade-package --color --cache-dir --config-file --project --allow-insecure-host --from --isolated-from -c --constraints --overrides --torch-backend -m --module",
        None,
    ),
    value("--directory", Directory),
    value("--env-file", Read),
    flag(
        "-s --script -v --verbose -q --quiet --no-sync --locked --frozen --isolated --active --exact --all-extras --no-dev --only-dev --dev --all-groups --no-default-groups --no-editable --no-env-file --offline -n --no-cache --no-progress --refresh --reinstall --upgrade -U --no-project --all-packages --managed-python --no-managed-python --native-tls --no-config --no-index --gui-script",
        None,
    ),
    flag("-h --help -V --version", Query),
];
static CONDA: &[Opt<Role>] = &[
    value("-n --name -p --prefix -e --env -r --root-prefix", None),
    value("--cwd", Directory),
    flag(
        "-v --verbose --no-capture-output --live-stream --dev --debug-wrapper-scripts -d --detach --clean-env -a --attach",
        None,
    ),
    flag("-h --help", Query),
];
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
static BUNDLE: &[Opt<Role>] = &[
    value("--gemfile", Read),
    flag("--keep-file-descriptors --no-color -V --verbose", None),
    flag("--help -h", Query),
];
static TURBO: &[Opt<Role>] = &[value(
    "-F --filter --concurrency --cwd --cache-dir --log-order --output-logs --env-mode",
    None,
)];
static LERNA: &[Opt<Role>] = &[
    value(
        "--scope --ignore --since --concurrency --loglevel --max-buffer --profile-location --exclude-dependents",
        None,
    ),
    flag(
        "--no-private --stream --parallel --no-bail --no-prefix --no-sort --include-dependencies --include-dependents --profile",
        None,
    ),
];
static VERSION: &[Opt<Role>] = &[
    value(
        "--using --node --npm --yarn --pnpm -t --tool --install-directory --log-level --arch --version-file-strategy",
        None,
    ),
    value("-c --command", Script),
    value("-C --cd --config --chdir", Directory),
    value("-j --jobs -e --env", None),
    flag(
        "-q --quiet -v --verbose -y --yes --raw --silent --no-prepare --fresh-env --lts",
        None,
    ),
    flag("-h --help", Query),
];
static CONCURRENTLY: &[Opt<Role>] = &[
    value(
        "-n --names -c --prefix-colors -p --prefix -t --timestamp-format -l --prefix-length -m --max-processes -s --success -k --kill-others-on --restart-tries --restart-after --handle-input --name-separator --hide --default-input-target --teardown -P",
        None,
    ),
    flag(
        "--kill-others-on-fail -r --raw --no-color -g --group --timings -i",
        None,
    ),
    flag("-h --help -v -V --version", Query),
];
static DEVBOX: &[Opt<Role>] = &[
    value("-c --config --environment -e --env --omit-nix-env", None),
    value("--env-file", Read),
    flag("-l --list -q --quiet --pure --all-projects", None),
    flag("-h --help", Query),
];
static CROSS_ENV: &[Opt<Role>] = &[flag("--help --version", Query)];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    ("npx bunx pnpx", launch(&[start("", NPM_EXEC, 0, Package)])),
    (
        "npm",
        with_globals(
            NPM_GLOBALS,
            &[
                start("exec", NPM_EXEC, 0, Package),
                start("x", NPM_EXEC, 0, Package),
            ],
        ),
    ),
    (
        "pnpm",
        with_globals(
            NPM_GLOBALS,
            &[
                start("exec", PNPM_EXEC, 0, Words),
                start("dlx", PNPM_EXEC, 0, Package),
                start("node", &[], usize::MAX, Nothing),
            ],
        ),
    ),
    (
        "yarn",
        with_globals(
            NPM_GLOBALS,
            &[
                start("workspaces foreach exec", YARN_FOREACH, 0, Words),
                start("workspaces foreach run exec", YARN_FOREACH, 0, Words),
                start("workspaces exec", YARN_FOREACH, 0, Words),
                start("workspace exec", YARN_FOREACH, 0, Words),
                start("exec", NPM_EXEC, 0, OneForShell),
                start("dlx", NPM_EXEC, 0, Package),
            ],
        ),
    ),
    (
        "bun",
        with_globals(
            &[
                value("--cwd", Directory),
                value("--env-file --config -c", Read),
            ],
            &[start("x", NPM_EXEC, 0, Package)],
        ),
    ),
    ("uvx", launch(&[start("", UV, 0, Package)])),
    (
        "uv",
        with_globals(
            UV,
            &[
                start("tool run", UV, 0, Package),
                start("run", UV, 0, Words),
                start("x", UV, 0, Package),
            ],
        ),
    ),
    (
        "pipx",
        with_globals(
            &[flag("-q --quiet -v --verbose --global", None)],
            &[start(
                "run",
                &[
                    value(
                        "--spec --python --index-url -i --editable --pip-args --with --backend --fetch-missing-python",
                        None,
                    ),
                    flag(
                        "--no-cache --pypackages --system-site-packages --path -q --quiet -v --verbose",
                        None,
                    ),
                    flag("-h --help", Query),
                ],
                0,
                Package,
            )],
        ),
    ),
    (
        "poetry",
        with_globals(
            &[value("-C --directory -P --project", Directory)],
            &[
                start("run", &[], 0, Words),
                start("self run", &[], 0, Words),
            ],
        ),
    ),
    (
        "pdm",
        with_globals(
            &[value("-c --config", None)],
            &[start(
                "run",
                &[
                    value("-p --project --venv --site-packages-path", None),
                    value("-w --where", Directory),
                    flag("-s --site-packages -g --global --recreate", None),
                    flag("-l --list -h --help", Query),
                ],
                0,
                Words,
            )],
        ),
    ),
    (
        "hatch",
        with_globals(
            &[value(
                "-e --env -p --project --data-dir --cache-dir --config",
                None,
            )],
            &[
                start(
                    "env run",
                    &[
                        value("-e --env -i --include -x --exclude -f --filter", None),
                        flag("--ignore-compat -a --all", None),
                    ],
                    0,
                    Words,
                ),
                start("run", &[], 0, Words),
                start("shell", &[], usize::MAX, Nothing),
            ],
        ),
    ),
    (
        "rye",
        launch(&[start(
            "run",
            &[
                value("--pyproject", Read),
                flag("-l --list -h --help", Query),
            ],
            0,
            Words,
        )]),
    ),
    (
        "pipenv",
        with_globals(
            &[value("--python --pypi-mirror", None)],
            &[start("run", &[flag("--system", None)], 0, Words)],
        ),
    ),
    ("conda mamba", launch(&[start("run", CONDA, 0, Words)])),
    (
        "micromamba",
        with_globals(CONDA, &[start("run", CONDA, 0, Words)]),
    ),
    ("bundle bundler", launch(&[start("exec", BUNDLE, 0, Words)])),
    (
        "gem",
        launch(&[start(
            "exec",
            &[
                value("-v --version -g --gem", None),
                flag("--prerelease --conservative", None),
            ],
            0,
            Package,
        )]),
    ),
    (
        "composer",
        with_globals(
            &[value("-d --working-dir", Directory)],
            &[start(
                "exec",
                &[flag("-l --list", Query), flag("-v -vv -vvv -q -n", None)],
                0,
                Words,
            )],
        ),
    ),
    (
        "tox",
        with_globals(
            &[value(
                "-c --conf --workdir --root -x --override --colored",
                None,
            )],
            &[start(
                "exec",
                &[
                    value("-e -x --override", None),
                    flag("--skip-pkg-install", None),
                ],
                0,
                super::table::Takes::Dashes,
            )],
        ),
    ),
    (
        "lerna",
        with_globals(LERNA, &[start("exec", LERNA, 0, Words)]),
    ),
    (
        "turbo",
        with_globals(
            TURBO,
            &[
                start("run", TURBO, 1, super::table::Takes::Dashes),
                start("", TURBO, 0, super::table::Takes::Dashes),
            ],
        ),
    ),
    (
        "nx",
        launch(&[start(
            "exec",
            &[value("-p --project --projects --parallel", None)],
            0,
            Words,
        )]),
    ),
    ("rush rushx", launch(&[start("exec", &[], 0, Words)])),
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
                super::table::Takes::Dashes,
            ),
            start(
                "environment",
                &[value("-m --manifest -l --load -e --expression", None)],
                0,
                super::table::Takes::Dashes,
            ),
            start("time-machine", &[], 0, super::table::Takes::Dashes),
        ]),
    ),
    (
        "mise rtx",
        with_globals(
            VERSION,
            &[
                start("exec", VERSION, 0, Tools),
                start("x", VERSION, 0, Tools),
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
            super::table::Takes::Dashes,
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
    (
        "chruby-exec",
        launch(&[start("", &[], 0, super::table::Takes::Dashes)]),
    ),
    ("corepack", launch(&[start("", &[], 0, Package)])),
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
        "concurrently conc",
        launch(&[start("", CONCURRENTLY, 0, Each)]),
    ),
    (
        "cross-env cross-env-shell",
        launch(&[start("", CROSS_ENV, 0, OneForShell)]),
    ),
    ("start-server-and-test", launch(&[start("", &[], 0, Each)])),
    (
        "run-p run-s npm-run-all",
        launch(&[start("", &[], usize::MAX, Nothing)]),
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
