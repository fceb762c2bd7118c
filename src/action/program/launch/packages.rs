//! Launchers of languages' package managers, and of the task runners that come with them.
//!
//! Sources: npm-exec(1), `pnpm help exec`, `yarn exec`, `bunx`, `uv run --help`, `uvx --help`, poetry, pdm,
//! hatch, pipenv, pipx, conda, bundle-exec(1), composer, tox, lerna, turbo, nx, concurrently, cross-env.

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, Directory, None, Plain, Query, Read, Script, Shell, Spelled};
use super::table::Takes::{Dashes, Each, Nothing, OneForShell, Package, Words};
use super::table::{Launch, held, launch, start, with_globals};

static NPM_GLOBALS: &[Opt<Role>] = &[
    value(
        "--prefix --registry --loglevel --userconfig --globalconfig --cache --tag --script-shell --otp --access --omit --include --node-options --init-module --before",
        None,
    ),
    value("-C --dir --cwd", Directory),
    value("--reporter", None),
    value(
        "-w --workspace -F --filter --filter-prod --workspace-concurrency",
        Spelled,
    ),
    flag(
        "-r --recursive -s --silent -q --quiet --workspaces -ws --include-workspace-root -y --yes --no --parallel --stream --offline --prefer-offline",
        Plain,
    ),
];
static NPM_EXEC: &[Opt<Role>] = &[
    value("-c --call", Script),
    value(
        "-p --package --prefix --registry --loglevel --userconfig --cache --node-options --script-shell --shell --node-arg -n",
        None,
    ),
    value("-w --workspace", Spelled),
    flag(
        "-y --yes --no --no-install -q --quiet --workspaces --include-workspace-root --offline --prefer-offline --prefer-online --verbose --silent -s",
        Plain,
    ),
    flag("--ignore-existing --bun --no-verify", None),
    flag("-h --help -v --version", Query),
];
static PNPM_EXEC: &[Opt<Role>] = &[
    flag("-c --shell-mode", Shell),
    value("-p --package --resume-from --reporter", None),
    value("-F --filter --workspace-concurrency", Spelled),
    value("-C --dir", Directory),
    flag(
        "-r --recursive --parallel --no-reporter-hide-prefix -s --silent -w --workspace-root",
        Plain,
    ),
    flag("--report-summary --allow-build", None),
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
        "-w --with --with-editable --with-requirements -p --python --python-platform --index --default-index -i --index-url --extra-index-url -f --find-links --index-strategy --keyring-provider --resolution --prerelease --fork-strategy --exclude-newer --link-mode -C --config-setting --no-build-package --no-binary-package --refresh-package --reinstall-package -P --upgrade-package --cache-dir --config-file --project --allow-insecure-host --from --isolated-from -c --constraints --overrides --torch-backend -m --module",
        None,
    ),
    value(
        "--extra --no-extra --group --no-group --only-group --color",
        Plain,
    ),
    value("--package", Spelled),
    value("--directory", Directory),
    value("--env-file", Read),
    flag(
        "-v --verbose -q --quiet --no-sync --locked --frozen --exact --all-extras --no-dev --only-dev --dev --all-groups --no-default-groups --no-editable --no-env-file --offline -n --no-cache --no-progress --all-packages",
        Plain,
    ),
    flag(
        "-s --script --isolated --active --refresh --reinstall --upgrade -U --no-project --managed-python --no-managed-python --native-tls --no-config --no-index --gui-script",
        None,
    ),
    flag("-h --help -V --version", Query),
];
static CONDA: &[Opt<Role>] = &[
    value("-p --prefix -e --env -r --root-prefix", None),
    value("-n --name", Spelled),
    value("--cwd", Directory),
    flag("-v --verbose --no-capture-output --live-stream", Plain),
    flag(
        "--dev --debug-wrapper-scripts -d --detach --clean-env -a --attach",
        None,
    ),
    flag("-h --help", Query),
];
static BUNDLE: &[Opt<Role>] = &[
    value("--gemfile", Read),
    flag("--keep-file-descriptors --no-color -V --verbose", Plain),
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
static CROSS_ENV: &[Opt<Role>] = &[flag("--help --version", Query)];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    ("npx bunx pnpx", launch(&[held("", NPM_EXEC, 0, Package)])),
    (
        "npm",
        with_globals(
            NPM_GLOBALS,
            &[
                held("exec", NPM_EXEC, 0, Package),
                held("x", NPM_EXEC, 0, Package),
            ],
        ),
    ),
    (
        "pnpm",
        with_globals(
            NPM_GLOBALS,
            &[
                held("exec", PNPM_EXEC, 0, Words),
                held("dlx", PNPM_EXEC, 0, Package),
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
                held("exec", NPM_EXEC, 0, OneForShell),
                held("dlx", NPM_EXEC, 0, Package),
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
            &[held("x", NPM_EXEC, 0, Package)],
        ),
    ),
    ("uvx", launch(&[held("", UV, 0, Package)])),
    (
        "uv",
        with_globals(
            UV,
            &[
                held("tool run", UV, 0, Package),
                held("run", UV, 0, Words),
                held("x", UV, 0, Package),
            ],
        ),
    ),
    (
        "pipx",
        with_globals(
            &[
                flag("-q --quiet -v --verbose", Plain),
                flag("--global", None),
            ],
            &[held(
                "run",
                &[
                    value(
                        "--spec --python --index-url -i --editable --pip-args --with --backend --fetch-missing-python",
                        None,
                    ),
                    flag("--no-cache -q --quiet -v --verbose", Plain),
                    flag("--pypackages --system-site-packages --path", None),
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
            &[
                value("-C --directory -P --project", Directory),
                flag(
                    "-q --quiet -v --verbose --no-ansi --ansi -n --no-interaction",
                    Plain,
                ),
            ],
            &[held("run", &[], 0, Words), start("self run", &[], 0, Words)],
        ),
    ),
    (
        "pdm",
        with_globals(
            &[value("-c --config", None)],
            &[held(
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
        launch(&[held(
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
            &[held("run", &[flag("--system", None)], 0, Words)],
        ),
    ),
    ("conda mamba", launch(&[held("run", CONDA, 0, Words)])),
    (
        "micromamba",
        with_globals(CONDA, &[held("run", CONDA, 0, Words)]),
    ),
    ("bundle bundler", launch(&[held("exec", BUNDLE, 0, Words)])),
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
                Dashes,
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
            &[start("run", TURBO, 1, Dashes), start("", TURBO, 0, Dashes)],
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
    ("corepack", launch(&[start("", &[], 0, Package)])),
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
];
