//! `kubectl`, `helm`, `docker`, `aws`, `gcloud` and `az`: what shows, and changes nothing.
//!
//! Sources: `kubectl SUBCOMMAND --help` of 1.32, `helm help SUBCOMMAND` of 3.17, docker(1) of 28,
//! "Command line options" of the AWS CLI 2, `gcloud topic flags-file` and `gcloud help` of 5xx, az's
//! "Global Arguments". What selects a cluster, an account or an identity lifts an allow.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Program, Role, command, loads};

static KUBECTL_GLOBAL: &[Opt<Role>] = &[
    value(
        "-n --namespace --request-timeout -v --v --log-flush-frequency",
        Role::Plain,
    ),
    flag(
        "--match-server-version --warnings-as-errors --disable-compression -h --help",
        Role::Plain,
    ),
    value(
        "--context --cluster --user --kubeconfig -s --server --token --as --as-group --as-uid --certificate-authority \
         --client-certificate --client-key --tls-server-name --password --username --kuberc --cache-dir --profile \
         --profile-output --vmodule",
        Role::Code,
    ),
    flag("--insecure-skip-tls-verify", Role::Code),
];

static GET: &[Opt<Role>] = &[
    flag(
        "-A --all-namespaces --allow-missing-template-keys --ignore-not-found --no-headers --output-watch-events -R \
         --recursive --server-print --show-kind --show-labels --show-managed-fields -w --watch --watch-only \
         --namespaced --cached --client --short",
        Role::Plain,
    ),
    value(
        "--chunk-size --field-selector -L --label-columns -l --selector --sort-by --subresource --for --types \
         --api-group --categories --verbs",
        Role::Plain,
    ),
    value("-o --output", Role::Format),
    // With `-o go-template-file`, the value is a file.
    value("--template --raw", Role::Code),
    value("-f --filename -k --kustomize", Role::Read),
];

static DESCRIBE: &[Opt<Role>] = &[
    flag(
        "-A --all-namespaces -R --recursive --show-events",
        Role::Plain,
    ),
    value("--chunk-size -l --selector", Role::Plain),
    value("-f --filename -k --kustomize", Role::Read),
];

static LOGS: &[Opt<Role>] = &[
    flag(
        "--all-containers --all-pods -f --follow --ignore-errors --prefix -p --previous --timestamps",
        Role::Plain,
    ),
    value(
        "-c --container --limit-bytes --max-log-requests --pod-running-timeout -l --selector --since --since-time --tail",
        Role::Plain,
    ),
    flag("--insecure-skip-tls-verify-backend", Role::Code),
];

static TOP: &[Opt<Role>] = &[
    flag(
        "-A --all-namespaces --containers --no-headers --sum --use-protocol-buffers --show-capacity",
        Role::Plain,
    ),
    value("--field-selector -l --selector --sort-by", Role::Plain),
];

static ROLLOUT: &[Opt<Role>] = &[
    flag("-R --recursive -w --watch", Role::Plain),
    value("--revision -l --selector --timeout", Role::Plain),
    value("-o --output", Role::Format),
    value("-f --filename -k --kustomize", Role::Read),
];

static EXPLAIN: &[Opt<Role>] = &[
    flag("--recursive", Role::Plain),
    value("--api-version -o --output", Role::Plain),
];

static HELM_GLOBAL: &[Opt<Role>] = &[
    value("-n --namespace --burst-limit --qps", Role::Plain),
    flag("--debug -h --help", Role::Plain),
    value(
        "--kube-context --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-tls-server-name --kube-token \
         --kubeconfig --registry-config --repository-cache --repository-config",
        Role::Code,
    ),
    flag("--kube-insecure-skip-tls-verify", Role::Code),
];

/// `--post-renderer` is a program; `--repo` and others like it fetch charts from elsewhere.
static TEMPLATE: &[Opt<Role>] = &[
    flag(
        "--include-crds --skip-crds --no-hooks --skip-tests --is-upgrade -g --generate-name --release-name --atomic \
         --create-namespace --devel --disable-openapi-validation --enable-dns --render-subchart-notes --strict --quiet \
         --with-subcharts --skip-schema-validation --validate",
        Role::Plain,
    ),
    attached("--dry-run", Role::Plain),
    value(
        "--set --set-string --set-json --set-literal -a --api-versions --kube-version -s --show-only --version \
         --name-template --description --timeout -l --labels",
        Role::Plain,
    ),
    value("-f --values", Role::Read),
    value("--output-dir", Role::WriteTree),
    value(
        "--post-renderer --post-renderer-args --set-file --repo --username --password --ca-file --cert-file --key-file \
         --keyring",
        Role::Code,
    ),
    flag(
        "--dependency-update --insecure-skip-tls-verify --pass-credentials --plain-http --verify",
        Role::Code,
    ),
];

static HELM_LIST: &[Opt<Role>] = &[
    flag(
        "-a --all -A --all-namespaces -d --date --deployed --failed --pending --superseded --uninstalled --uninstalling \
         -r --reverse -q --short --no-headers --show-desc --show-resources",
        Role::Plain,
    ),
    value(
        "-f --filter -m --max --offset -o --output -l --selector --time-format --revision --template",
        Role::Plain,
    ),
];

static DOCKER_GLOBAL: &[Opt<Role>] = &[
    value("-l --log-level", Role::Plain),
    flag("-D --debug --help -v --version", Role::Plain),
    value(
        "-H --host -c --context --config --tlscacert --tlscert --tlskey --url --connection --identity",
        Role::Code,
    ),
    flag("--tls --tlsverify", Role::Code),
];

static DOCKER_LIST: &[Opt<Role>] = &[
    flag(
        "-a --all -q --quiet --no-trunc -s --size -n --last --latest --digests --tree --size -H --human",
        Role::Plain,
    ),
    value("-f --filter --format", Role::Plain),
];

static DOCKER_LOGS: &[Opt<Role>] = &[
    flag("--details -f --follow -t --timestamps", Role::Plain),
    value("--since --until -n --tail", Role::Plain),
];

static AWS_GLOBAL: &[Opt<Role>] = &[
    value(
        "--region --output --query --color --cli-read-timeout --cli-connect-timeout --max-items --page-size --starting-token",
        Role::Plain,
    ),
    flag(
        "--no-paginate --no-cli-pager --no-cli-auto-prompt --help --version",
        Role::Plain,
    ),
    value(
        "--profile --endpoint-url --ca-bundle --cli-input-json --cli-input-yaml --cli-binary-format",
        Role::Code,
    ),
    flag(
        "--no-verify-ssl --no-sign-request --cli-auto-prompt --debug",
        Role::Code,
    ),
];

static GCLOUD_GLOBAL: &[Opt<Role>] = &[
    value(
        "--project --verbosity --format --filter --limit --page-size --sort-by --flatten --region --zone --zones --regions \
         --location",
        Role::Plain,
    ),
    flag(
        "-q --quiet --user-output-enabled --no-user-output-enabled --uri -h --help -v --version",
        Role::Plain,
    ),
    value(
        "--account --configuration --impersonate-service-account --access-token-file --flags-file \
         --credential-file-override --billing-project --trace-token",
        Role::Code,
    ),
    flag("--log-http --no-log-http", Role::Code),
];

static AZ_GLOBAL: &[Opt<Role>] = &[
    value("-o --output --query -g --resource-group", Role::Plain),
    flag("--only-show-errors --verbose -h --help", Role::Plain),
    value("--subscription", Role::Code),
    flag("--debug", Role::Code),
];

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "kubectl oc",
        grammar: Grammar::Exact,
        global: KUBECTL_GLOBAL,
        commands: &[
            command(
                "get|events|api-resources|api-versions|version|cluster-info",
                GET,
            ),
            command("describe", DESCRIBE),
            command("logs", LOGS),
            command("top pod|top pods|top node|top nodes|top", TOP),
            command("rollout status|rollout history", ROLLOUT),
            command("explain", EXPLAIN),
            command("config current-context|config get-contexts", GET),
        ],
    },
    Program {
        names: "helm",
        grammar: Grammar::Exact,
        global: HELM_GLOBAL,
        commands: &[
            loads("template|lint", TEMPLATE),
            command("list|ls|status|history|search repo|repo list", HELM_LIST),
            command(
                "version",
                &[
                    flag("--short", Role::Plain),
                    value("--template", Role::Plain),
                ],
            ),
        ],
    },
    Program {
        names: "docker podman nerdctl",
        grammar: Grammar::Exact,
        global: DOCKER_GLOBAL,
        commands: &[
            command(
                "ps|images|container ls|container list|image ls|image list|volume ls|network ls|version|info|stats|top|port|history",
                DOCKER_LIST,
            ),
            command("logs|container logs", DOCKER_LOGS),
            command("inspect|container inspect|image inspect", DOCKER_LIST),
        ],
    },
    Program {
        names: "aws",
        grammar: Grammar::Exact,
        global: AWS_GLOBAL,
        commands: &[
            command(
                "s3 ls",
                &[
                    flag("--recursive --human-readable --summarize", Role::Plain),
                    value(
                        "--request-payer --bucket-region --bucket-name-prefix",
                        Role::Plain,
                    ),
                ],
            ),
            command("sts get-caller-identity|configure list", &[]),
        ],
    },
    Program {
        names: "gcloud",
        grammar: Grammar::Exact,
        global: GCLOUD_GLOBAL,
        commands: &[command(
            "config list|auth list|projects list|version|info",
            &[],
        )],
    },
    Program {
        names: "az",
        grammar: Grammar::Exact,
        global: AZ_GLOBAL,
        commands: &[command("account show|account list|version|group list", &[])],
    },
];
