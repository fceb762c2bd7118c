//! Command lines of clouds and clusters: options may stand between the subcommand's words.
//!
//! Sources: `kubectl options`, helm(1) "helm help", the AWS CLI's "Command line options",
//! `gcloud topic command-conventions`, az "Global arguments", docker(1), gh(1).

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::call::Call;
use super::files::below;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::{Leaf, Meaning};

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
    /// The operation does not happen, unless the value says it does.
    DryRun,
    Help,
}

/// One program's table.
#[derive(Debug)]
pub(super) struct Cli {
    opts: &'static [Opt<Role>],
    /// First words that name a release track, not a group.
    tracks: &'static [&'static str],
    effect: fn(&[&str]) -> Effect,
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
        value("--env-file --iidfile --cidfile", Role::Read),
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

/// What the options and words of such a command said.
#[derive(Debug, Default)]
struct Found<'a> {
    words: Vec<&'a str>,
    /// `words` if each unknown option takes the word behind it.
    words_if_values: Vec<&'a str>,
    /// Which arguments belong to global options.
    global: Vec<bool>,
    dry_run: bool,
    help: bool,
}

/// What a program of this table does with these words.
pub(super) fn run(call: &Call<'_>, cli: &'static Cli) -> Meaning {
    let mut leaf = call.leaf();
    let found = scan(call, cli, &mut leaf);
    leaf.effect = (cli.effect)(&found.words);
    leaf.inert = found.dry_run || found.help;
    if call
        .args()
        .iter()
        .take(3)
        .any(|word| word.known().is_none() && !word.text.starts_with('-'))
    {
        leaf.lift("a subcommand may be known only at run time");
    }
    forms(call, cli, &found, &mut leaf);
    special(call, &found, &mut leaf);
    Meaning::Runs(leaf)
}

fn scan<'a>(call: &Call<'a>, cli: &'static Cli, leaf: &mut Leaf) -> Found<'a> {
    let mut found = Found {
        global: vec![false; call.args().len()],
        ..Found::default()
    };
    let mut scan = Scan::new(call.args(), cli.opts, Grammar::Permute);
    let mut after_unknown = None;
    while let Some(item) = scan.next() {
        let doubtful = after_unknown == Some(scan.at());
        match item {
            Item::Option { opt, value } => {
                if matches!(opt.role, Role::Global | Role::Lift) {
                    let words = found.global.get_mut(scan.at()..scan.next_index());
                    words.unwrap_or_default().fill(true);
                }
                option(opt.role, value, doubtful, &mut found, leaf);
            }
            Item::Unknown(word) if !word.text.contains('=') => {
                after_unknown = Some(scan.next_index())
            }
            Item::Unknown(_) => {}
            Item::Operand(word) => {
                found.words.push(&word.text);
                if !doubtful {
                    found.words_if_values.push(&word.text);
                }
            }
        }
    }
    found
}

/// `doubtful`: the option may be the value of the unknown option in front of it.
fn option(
    role: Role,
    value: Option<Value<'_>>,
    doubtful: bool,
    found: &mut Found<'_>,
    leaf: &mut Leaf,
) {
    match (role, value) {
        (Role::Lift, _) => {
            leaf.lift("an option selects configuration, an identity or another place")
        }
        (Role::Read, Some(value)) if value.text != "-" && !value.text.contains("://") => {
            leaf.reads(value.word());
        }
        (Role::Write, Some(value)) if value.text != "-" => leaf.writes(value.word()),
        (Role::ReadField, Some(value)) => field(value, leaf),
        (Role::DryRun, value) => found.dry_run = !doubtful && is_on(value),
        (Role::Help, value) => found.help = !doubtful && is_on(value),
        _ => {}
    }
}

fn is_on(value: Option<Value<'_>>) -> bool {
    value.is_none_or(|value| {
        !value.dynamic
            && !matches!(
                value.text,
                "none" | "false" | "0" | "f" | "F" | "FALSE" | "False"
            )
    })
}

fn field(value: Value<'_>, leaf: &mut Leaf) {
    let path = value
        .text
        .split_once('=')
        .map_or(value.text, |(_, path)| path);
    let path = path.strip_prefix('@').unwrap_or(path);
    if !path.is_empty() && path != "-" {
        leaf.reads(
            Value {
                text: path,
                ..value
            }
            .word(),
        );
    }
}

/// The ways to read the command: without any option, without the global ones, as written.
fn forms(call: &Call<'_>, cli: &Cli, found: &Found<'_>, leaf: &mut Leaf) {
    let bare = |words: &[&str]| -> Vec<String> {
        std::iter::once(&*call.name)
            .chain(words.iter().copied())
            .map(str::to_owned)
            .collect()
    };
    let without_globals = call.form(
        call.args()
            .iter()
            .zip(&found.global)
            .filter_map(|(word, global)| (!global).then_some(word)),
    );
    let mut add = |form: Vec<String>| {
        if !leaf.block_forms.contains(&form) {
            leaf.block_forms.push(form);
        }
    };
    add(without_globals);
    add(bare(&found.words));
    add(bare(&found.words_if_values));
    if let Some((track, rest)) = found.words.split_first()
        && cli.tracks.contains(track)
    {
        add(bare(rest));
    }
}

/// What can't be told by options alone.
fn special(call: &Call<'_>, found: &Found<'_>, leaf: &mut Leaf) {
    match (&*call.name, found.words.as_slice()) {
        ("aws", [_, "help"] | [_, _, "help"] | ["help"]) => {
            leaf.inert = found.words == found.words_if_values;
        }
        ("gcloud" | "gh" | "helm" | "kubectl" | "docker", ["help", ..]) => leaf.inert = true,
        (
            "gh",
            ["api" | "alias" | "extension", ..]
            | ["pr", "merge", ..]
            | ["repo", "sync" | "delete" | "edit", ..],
        ) => {
            leaf.lift("it may change a branch, a repository or what `gh` means");
        }
        ("aws", ["s3", "cp" | "mv" | "sync", from, to, ..]) => transfer(leaf, from, to),
        ("gcloud", ["storage", "cp" | "mv" | "rsync", from, to, ..]) => transfer(leaf, from, to),
        ("kubectl" | "docker" | "podman" | "oc", ["cp", from, to, ..])
        | ("docker" | "podman", ["container", "cp", from, to, ..]) => transfer(leaf, from, to),
        _ => {}
    }
}

/// A copy between here and there: what isn't `s3://…` or `name:path` is local.
fn transfer(leaf: &mut Leaf, from: &str, to: &str) {
    let local = |text: &str| !text.contains(':') && text != "-";
    if local(from) {
        leaf.operands.push(super::Operand {
            word: ShellWord::constant(from),
            access: super::Access::Read,
            recursive: true,
        });
    }
    if local(to) {
        let target = ShellWord::constant(to);
        leaf.writes(below(&target, &ShellWord::constant(from)));
        leaf.writes(target);
    }
}
