//! Launchers that put secrets, credentials or variables in a command's environment.
//!
//! Sources: `aws-vault exec --help`, `op run --help`, `doppler run --help`, `dotenv`, `dotenvx run`, chamber, vault
//! agent, envconsul, consul-lock(1), sops, summon, teller, infisical, saml2aws, granted, direnv(1), envdir(8).

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, None, Query, Read, Script};
use super::table::Takes::{Dashes, Nothing, Shell, Words};
use super::table::{Launch, launch, start, with_globals};

static AWS_VAULT: &[Opt<Role>] = &[
    value(
        "-d --duration --region -t --mfa-token --prompt --backend --keychain --stdout",
        None,
    ),
    flag(
        "-n --no-session -s --server --ec2-server --ecs-server -j --json --lazy --debug",
        None,
    ),
    flag("--help --version", Query),
];
static OP: &[Opt<Role>] = &[
    value("--env-file", Read),
    value(
        "--account --cache --config --encoding --format --session --environment",
        None,
    ),
    flag("--no-masking --debug --iso-timestamps --no-color", None),
    flag("-h --help", Query),
];
static DOPPLER: &[Opt<Role>] = &[
    value("--command", Script),
    value(
        "-p --project -c --config -t --token --scope --fallback --fallback-passphrase --mount --mount-format --mount-template --name-transformer --only-secrets --preserve-env --api-host --dashboard-host --configuration --timeout",
        None,
    ),
    flag(
        "--no-fallback --fallback-only --fallback-readonly --forward-signals --no-exit-on-write-failure --watch --json --silent --debug --no-check-version",
        None,
    ),
    flag("-h --help", Query),
];
static INFISICAL: &[Opt<Role>] = &[
    value("--command", Script),
    value(
        "-e --env --path --projectId --token -t --tags --project-config-dir --domain",
        None,
    ),
    flag(
        "--expand --include-imports --watch --secret-overriding --recursive --silent",
        None,
    ),
    flag("-h --help", Query),
];
static DOTENV: &[Opt<Role>] = &[
    value("-e -f --file --env-file -fk --env-keys-file", Read),
    value(
        "-c -v -p --env --variable --convention --vault -i --ignore",
        None,
    ),
    flag(
        "-o --overload --override --quiet -q --strict --debug --verbose --no-override",
        None,
    ),
    flag("--help --version", Query),
];
static SOPS: &[Opt<Role>] = &[
    value("--user --input-type --output-type --age --filename", None),
    flag("--background --no-fifo --pristine --same-process", None),
];
static VAULT: &[Opt<Role>] = &[
    value("-config -log-level -address -namespace -format", None),
    flag("-help", Query),
];
static CONSUL: &[Opt<Role>] = &[
    value(
        "-prefix -name -timeout -try -monitor-retry -n -token -http-addr -datacenter -node -service -tag -wait -repl",
        None,
    ),
    flag("-pass-stdin -child-exit-code -verbose", None),
    flag("-help", Query),
];
static ENVCONSUL: &[Opt<Role>] = &[
    value(
        "-config -prefix -secret -consul-addr -vault-addr -log-level -wait -exec -service",
        None,
    ),
    flag("-once -upcase -pristine -sanitize -vault-renew-token", None),
];
static TELLER: &[Opt<Role>] = &[
    value("-c --config", Read),
    flag("-r --reset -s --shell --redact", None),
];
static SUMMON: &[Opt<Role>] = &[
    value("-f", Read),
    value("-p --provider -e --environment -D --yaml -i --ignore", None),
    flag("-I --ignore-all --up", None),
    flag("-h --help -v --version", Query),
];
static PROFILE: &[Opt<Role>] = &[
    value(
        "-p --profile -a --idp-account --region -r --role --exec-profile --mfa --duration -d --session-duration --chain -c --cluster --namespace -n --context --env -e",
        None,
    ),
    flag(
        "--no-cache --skip-prompt -s --server --verbose --debug",
        None,
    ),
    flag("-h --help", Query),
];
static CHPST: &[Opt<Role>] = &[
    value("-u -U -b -/ -C -m -d -o -p -f -c -r -t -l -L -e -n", None),
    flag("-v -P -0 -1 -2", None),
];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "aws-vault",
        with_globals(AWS_VAULT, &[start("exec", AWS_VAULT, 1, Words)]),
    ),
    (
        "op",
        with_globals(
            OP,
            &[
                start("run", OP, 0, Words),
                start("plugin run", OP, 0, Words),
            ],
        ),
    ),
    (
        "doppler",
        with_globals(DOPPLER, &[start("run", DOPPLER, 0, Words)]),
    ),
    (
        "infisical",
        with_globals(INFISICAL, &[start("run", INFISICAL, 0, Words)]),
    ),
    (
        "dotenv",
        launch(&[
            start("run", DOTENV, 0, Words),
            start("get", DOTENV, usize::MAX, Nothing),
            start("set", DOTENV, usize::MAX, Nothing),
            start("list", DOTENV, usize::MAX, Nothing),
            start("unset", DOTENV, usize::MAX, Nothing),
            start("", DOTENV, 0, Words),
        ]),
    ),
    (
        "dotenvx",
        with_globals(
            DOTENV,
            &[
                start("run", DOTENV, 0, Words),
                start("get", DOTENV, usize::MAX, Nothing),
                start("ext prebuild", DOTENV, usize::MAX, Nothing),
            ],
        ),
    ),
    ("dotenv-cli", launch(&[start("", DOTENV, 0, Words)])),
    (
        "env-cmd",
        launch(&[start(
            "",
            &[
                value("-f --file", Read),
                value("-r --rc-file -e --environments", None),
                flag(
                    "--fallback --no-override -x --expand-envs --silent --use-shell --verbose",
                    None,
                ),
            ],
            0,
            Words,
        )]),
    ),
    ("direnv", launch(&[start("exec", &[], 1, Words)])),
    (
        "chamber",
        with_globals(
            &[value(
                "-b --backend --backend-s3-bucket --kms-key-alias -r --retries --retry-mode --throttle-delay --min-throttle-delay",
                None,
            )],
            &[start(
                "exec",
                &[
                    flag("--pristine --strict", None),
                    value("--strict-value", None),
                ],
                1,
                Words,
            )],
        ),
    ),
    (
        "vault",
        with_globals(
            VAULT,
            &[
                start("agent exec", VAULT, 0, Words),
                start("agent", VAULT, 0, Dashes),
                start("proxy", VAULT, 0, Dashes),
                start(
                    "ssh",
                    &[value(
                        "-mode -role -mount-point -host-key-mount-point -private-key-path -public-key-path -strict-host-key-checking -user-known-hosts-file -valid-principals",
                        None,
                    )],
                    1,
                    super::table::Takes::Nothing,
                ),
            ],
        ),
    ),
    (
        "consul",
        with_globals(
            CONSUL,
            &[
                start("exec", CONSUL, 0, Shell),
                start("lock", CONSUL, 1, Shell),
                start("watch", CONSUL, 0, Words),
            ],
        ),
    ),
    ("envconsul", launch(&[start("", ENVCONSUL, 0, Words)])),
    (
        "consul-template",
        launch(&[start(
            "",
            &[
                value("-exec", Script),
                value(
                    "-template -config -consul-addr -vault-addr -log-level -wait",
                    None,
                ),
            ],
            usize::MAX,
            Nothing,
        )]),
    ),
    (
        "sops",
        launch(&[
            start("exec-env", SOPS, 1, Shell),
            start("exec-file", SOPS, 1, Shell),
        ]),
    ),
    ("summon", launch(&[start("", SUMMON, 0, Words)])),
    (
        "teller",
        with_globals(
            TELLER,
            &[
                start("run", TELLER, 0, Words),
                start("sh", TELLER, usize::MAX, Nothing),
            ],
        ),
    ),
    (
        "saml2aws",
        with_globals(PROFILE, &[start("exec", PROFILE, 0, Words)]),
    ),
    (
        "granted",
        launch(&[
            start("exec", PROFILE, 0, Words),
            start("credential-process", &[], usize::MAX, Nothing),
        ]),
    ),
    (
        "assume assumego",
        launch(&[start(
            "",
            &[
                value("--exec", Script),
                value("-r --region -d --duration -s --service -a --arn", None),
                flag("-c --console -t --terminal -un --unset", None),
            ],
            usize::MAX,
            Nothing,
        )]),
    ),
    ("awsume", launch(&[start("", PROFILE, 1, Words)])),
    (
        "aws-okta",
        launch(&[
            start("exec", PROFILE, 1, Words),
            start("", PROFILE, 1, Words),
        ]),
    ),
    (
        "leapp",
        launch(&[
            start("session run", PROFILE, 0, Words),
            start("run", PROFILE, 0, Words),
        ]),
    ),
    (
        "envchain",
        launch(&[start(
            "",
            &[
                flag("--set -s --list -l --unset", Query),
                flag("--noecho -n --require-passphrase", None),
            ],
            1,
            Words,
        )]),
    ),
    ("envdir", launch(&[start("", &[], 1, Words)])),
    (
        "envuidgid setuidgid s6-setuidgid s6-envuidgid",
        launch(&[start("", &[], 1, Words)]),
    ),
    (
        "s6-envdir s6-softlimit s6-applyuidgid s6-setlock softlimit setlock pgrphack fghack",
        launch(&[start("", CHPST, 0, Words), start("", CHPST, 1, Words)]),
    ),
    ("chpst", launch(&[start("", CHPST, 0, Words)])),
    (
        "phase",
        launch(&[start(
            "run",
            &[value("--env --app --path --tags", None)],
            0,
            Shell,
        )]),
    ),
    (
        "berglas",
        launch(&[start("exec", &[flag("--local", None)], 0, Words)]),
    ),
    ("akeyless", launch(&[start("exec", PROFILE, 0, Words)])),
    (
        "bws",
        launch(&[start(
            "run",
            &[
                value("--project-id --shell --access-token -t", None),
                flag("--no-inherit-env --uuids-as-keynames", None),
            ],
            0,
            Shell,
        )]),
    ),
    (
        "ksm",
        launch(&[
            start("exec", &[flag("--inline --capture-output", None)], 0, Words),
            start("run", &[], 0, Words),
        ]),
    ),
    (
        "secretspec",
        launch(&[start(
            "run",
            &[value("-p --profile --provider", None)],
            0,
            Words,
        )]),
    ),
];
