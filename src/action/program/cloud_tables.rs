//! The options of command lines of clouds and clusters.
//!
//! Sources: `kubectl options`, helm(1) "helm help", the AWS CLI's "Command line options",
//! `gcloud topic command-conventions`, az "Global arguments", docker(1), gh(1).

use super::super::facts::Effect;
use super::options::{Opt, attached, flag, value};

/// What an option means to such a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Belongs to the subcommand.
    None,
    /// Global, and looked through.
    Global,
    /// Global, and selects code, configuration, an identity or another place.
    Lift,
    Read,
    /// `NAME=PATH` or `@PATH`, as in `--from-file` and `-F`.
    ReadField,
    Write,
    /// `OUTSIDE:INSIDE`, or `type=bind,source=OUTSIDE,target=INSIDE`.
    Mount,
    /// The operation does not happen, unless the value says it does.
    DryRun,
    Help,
}

/// One program's table.
#[derive(Debug)]
pub(super) struct Cli {
    pub(super) opts: &'static [Opt<Role>],
    /// First words that name a release track, not a group.
    pub(super) tracks: &'static [&'static str],
    pub(super) effect: fn(&[&str]) -> Effect,
}

/// kubectl(1), oc(1)
pub(super) static KUBECTL: Cli = Cli {
    opts: &[
        value(
            "-n --namespace -v --v --request-timeout --cache-dir --log-flush-frequency --vmodule --profile --profile-output",
            Role::Global,
        ),
        value(
            "--context --cluster --user --kubeconfig -s --server --token --as --as-group --as-uid --as-user-extra --certificate-authority --client-certificate --client-key --tls-server-name --password --username --kuberc",
            Role::Lift,
        ),
        flag("--insecure-skip-tls-verify", Role::Lift),
        // Else it would be taken for an abbreviation.
        flag("--client", Role::None),
        flag(
            "--match-server-version --warnings-as-errors --disable-compression",
            Role::Global,
        ),
        value(
            "-f --filename -k --kustomize --patch-file --overrides-file",
            Role::Read,
        ),
        value("--from-file --from-env-file", Role::ReadField),
        value(
            "-l --selector --field-selector -o --output -c --container --grace-period --timeout --raw -p --patch --type --replicas --image --overrides --port --template --sort-by --chunk-size --field-manager --for --revision --to-revision --since --since-time --tail --subresource -L --label-columns --from --env --restart --limits --requests --labels --command-file --cert --key --docker-server --from-literal --clusterrole --role --serviceaccount --verb --resource --resource-name --hard --pod-selector --max-log-requests --retries --applyset --prune-allowlist --whitelist --target --profile-name --custom",
            Role::None,
        ),
        attached("--dry-run", Role::DryRun),
        attached("--cascade --validate --wait", Role::None),
        flag("-h --help", Role::Help),
    ],
    tracks: &[],
    effect: by_verb,
};
/// helm(1)
pub(super) static HELM: Cli = Cli {
    opts: &[
        value("-n --namespace --burst-limit --qps", Role::Global),
        value(
            "--kube-context --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-tls-server-name --kube-token --kubeconfig --registry-config --repository-cache --repository-config --content-cache --color --colour",
            Role::Lift,
        ),
        flag("--debug", Role::Global),
        flag("--kube-insecure-skip-tls-verify", Role::Lift),
        value(
            "-f --values --ca-file --cert-file --key-file --keyring",
            Role::Read,
        ),
        value(
            "--set --set-string --set-json --set-literal --version --timeout --description --history-max --repo --username --password -o --output -l --labels --post-renderer --post-renderer-args --name-template --revision --max --cascade",
            Role::None,
        ),
        value("--set-file", Role::ReadField),
        value("-d --destination --output-dir", Role::Write),
        attached("--dry-run", Role::DryRun),
        flag("-h --help", Role::Help),
    ],
    tracks: &[],
    effect: by_verb,
};
/// aws(1)
pub(super) static AWS: Cli = Cli {
    opts: &[
        value(
            "--region --output --query --color --cli-read-timeout --cli-connect-timeout --cli-binary-format",
            Role::Global,
        ),
        value("--profile --endpoint-url --ca-bundle", Role::Lift),
        flag("--no-verify-ssl --no-sign-request", Role::Lift),
        flag(
            "--debug --no-paginate --no-cli-pager --cli-auto-prompt --no-cli-auto-prompt",
            Role::Global,
        ),
        flag("--dry-run --dryrun", Role::DryRun),
        attached("--generate-cli-skeleton", Role::DryRun),
        flag("--no-dry-run", Role::None),
        flag("--help", Role::Help),
        flag("--version", Role::Help),
    ],
    tracks: &[],
    effect: by_verb,
};
/// gcloud(1)
pub(super) static GCLOUD: Cli = Cli {
    opts: &[
        value(
            "--project --verbosity --format --billing-project --trace-token --flatten --filter --limit --page-size --sort-by --region --zone --location",
            Role::Global,
        ),
        value(
            "--account --configuration --impersonate-service-account --access-token-file --flags-file --credential-file-override",
            Role::Lift,
        ),
        flag(
            "-q --quiet --user-output-enabled --no-user-output-enabled --log-http --no-log-http",
            Role::Global,
        ),
        flag("-h --help", Role::Help),
        flag("-v --version", Role::Help),
    ],
    tracks: &["alpha", "beta", "preview"],
    effect: by_verb,
};
/// az
pub(super) static AZ: Cli = Cli {
    opts: &[
        value("-o --output --query", Role::Global),
        value("--subscription", Role::Lift),
        flag("--debug --verbose --only-show-errors", Role::Global),
        flag("-h --help --version", Role::Help),
        value(
            "-g --resource-group -n --name --assignee --role --scope -l --location --tags --assignee-object-id --assignee-principal-type --condition",
            Role::None,
        ),
    ],
    tracks: &[],
    effect: by_verb,
};
/// docker(1), podman(1), nerdctl
pub(super) static DOCKER: Cli = Cli {
    opts: &[
        value(
            "-l --log-level --tlscacert --tlscert --tlskey",
            Role::Global,
        ),
        value(
            "-H --host -c --context --config --root --runroot --connection --url --identity",
            Role::Lift,
        ),
        flag("-D --debug --tls --tlsverify", Role::Global),
        value("--env-file --label-file", Role::Read),
        value("-v --volume --mount --secret", Role::Mount),
        value(
            "-e --env --build-arg --label -t --tag -w --workdir -u --user --name --entrypoint --network",
            Role::None,
        ),
        value("--iidfile --cidfile", Role::Write),
        flag("--help", Role::Help),
        flag("--dry-run", Role::DryRun),
    ],
    tracks: &[],
    effect: by_verb,
};
/// docker-compose, `docker compose`
pub(super) static COMPOSE: Cli = Cli {
    opts: &[
        value("-f --file --env-file --project-directory", Role::Read),
        value(
            "-p --project-name --profile --ansi --parallel --progress",
            Role::Global,
        ),
        flag("--help", Role::Help),
        flag("--dry-run", Role::DryRun),
    ],
    tracks: &[],
    effect: by_verb,
};
/// gh(1), glab(1)
pub(super) static GH: Cli = Cli {
    opts: &[
        value("-R --repo", Role::Global),
        value("--hostname", Role::Lift),
        value("-F --field", Role::ReadField),
        value("--input --body-file --notes-file", Role::Read),
        value(
            "-X --method -f --raw-field -H --header -q --jq -t --template -b --body --title -p --preview --cache",
            Role::None,
        ),
        flag("--help", Role::Help),
        flag("--version", Role::Help),
    ],
    tracks: &[],
    effect: by_verb,
};

/// Whether one of the first words is a verb that deletes or applies.
fn by_verb(words: &[&str]) -> Effect {
    let destructive = words.iter().take(4).any(|word| {
        matches!(
            *word,
            "delete"
                | "destroy"
                | "apply"
                | "uninstall"
                | "rm"
                | "rmi"
                | "prune"
                | "drain"
                | "purge"
                | "replace"
                | "remove"
                | "terminate"
        ) || word.starts_with("delete-")
            || word.starts_with("terminate-")
            || word.starts_with("remove-")
    });
    let changes = words.iter().take(4).any(|word| {
        matches!(
            *word,
            "create"
                | "install"
                | "upgrade"
                | "set"
                | "update"
                | "add"
                | "put"
                | "merge"
                | "edit"
                | "patch"
                | "scale"
                | "rollout"
                | "push"
        ) || word.starts_with("create-")
            || word.starts_with("put-")
            || word.starts_with("update-")
            || word.starts_with("attach-")
            || word.starts_with("add-")
            || word.starts_with("set-")
    });
    match (destructive, changes) {
        (true, _) => Effect::Destructive,
        (false, true) => Effect::Change,
        (false, false) => Effect::None,
    }
}
