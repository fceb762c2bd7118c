//! `terraform`, `tofu` and `terragrunt`.
//!
//! Sources: <https://developer.hashicorp.com/terraform/cli/commands>, `terraform -help SUBCOMMAND`
//! (1.11), <https://terragrunt.gruntwork.io/docs/reference/cli/>.

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, Value, flag, value};
use super::{Leaf, Meaning};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Read,
    Write,
    Destroy,
}

/// Options behind a subcommand that take a value or matter here; the rest are plain flags.
static OPTIONS: &[Opt<Role>] = &[
    value(
        "-out -state-out -backup -backup-out -generate-config-out -junit-xml",
        Role::Write,
    ),
    value("-state", Role::Read),
    value(
        "-var -var-file -target -replace -exclude -parallelism -lock-timeout -backend-config \
         -from-module -plugin-dir -lockfile -test-directory -filter -cloud-run -config \
         -type -plan -fs-mirror -net-mirror -platform",
        Role::None,
    ),
    flag("-destroy", Role::Destroy),
];

/// Terragrunt's own options with a value, which may stand before and behind the subcommand.
const TERRAGRUNT_VALUES: &[&str] = &[
    "config",
    "working-dir",
    "download-dir",
    "source",
    "source-map",
    "iam-assume-role",
    "iam-assume-role-duration",
    "iam-assume-role-session-name",
    "iam-assume-role-web-identity-token",
    "parallelism",
    "queue-include-dir",
    "queue-exclude-dir",
    "queue-excludes-file",
    "queue-include-units-reading",
    "units-that-include",
    "log-level",
    "log-format",
    "log-custom-format",
    "tf-path",
    "out-dir",
    "json-out-dir",
    "feature",
    "provider-cache-dir",
    "provider-cache-hostname",
    "provider-cache-port",
    "provider-cache-token",
    "provider-cache-registry-names",
    "auth-provider-cmd",
    "filter",
    "filters-file",
    "inputs-debug-file",
    "report-file",
    "report-format",
    "report-schema-file",
    "experiment",
    "strict-control",
    "engine-cache-path",
    "root-file-name",
    "version-manager-file-name",
    "backend-config",
    "include-dir",
    "exclude-dir",
    "tfpath",
    "hclfmt-file",
    "modules-that-include",
    "strict-include",
    "excludes-file",
    "override-attr",
];

/// What `terraform` and `tofu` do with these words.
pub(super) fn terraform(call: &Call<'_>) -> Meaning {
    let args = call.args();
    let start = args
        .iter()
        .position(|word| !word.text.starts_with('-'))
        .unwrap_or(args.len());
    let (globals, rest) = args.split_at(start);
    let mut leaf = call.leaf();
    let as_written = std::mem::take(&mut leaf.block_forms);
    let mut others = Vec::new();
    for global in globals {
        match global.text.strip_prefix("-chdir=") {
            Some(dir) if others.is_empty() && leaf.base.is_empty() => {
                leaf.base.push(Value::part(global, dir).word());
            }
            _ => others.push(global),
        }
    }
    if !leaf.base.is_empty() && leaf.allow_form.is_some() {
        leaf.allow_form = Some(form("terraform", rest));
    }
    if call.name != "terraform" {
        leaf.lift(format!("`{}` is not `terraform`", call.name));
    }
    let inert = wants_help(args);
    finish(&mut leaf, rest, inert);
    push_forms(&mut leaf, rest);
    // The words as written add nothing where they are the canonical ones.
    if !globals.is_empty() {
        leaf.block_forms.extend(as_written);
    }
    Meaning::Runs(leaf)
}

/// What `terragrunt` does with these words: what each subcommand would do in `terraform`.
pub(super) fn terragrunt(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.lift("`terragrunt` is not `terraform`");
    let words = without_terragrunt(call.args());
    let inert = words
        .iter()
        .take_while(|word| word.text != "--")
        .any(|word| matches!(word.text.as_str(), "--help" | "-help" | "--version"));
    finish(&mut leaf, &words, inert);
    push_forms(&mut leaf, &words);
    // An option that isn't known may have left its value in front.
    let start = words
        .iter()
        .position(|word| matches!(word.text.as_str(), "apply" | "destroy"));
    if let Some(later) = start.filter(|at| *at > 0 && !is_subcommand(&words)) {
        push_forms(&mut leaf, words.get(later..).unwrap_or_default());
        leaf.effect = Effect::Destructive;
    }
    Meaning::Runs(leaf)
}

fn is_subcommand(words: &[ShellWord]) -> bool {
    words.first().is_some_and(|word| {
        matches!(
            word.text.as_str(),
            "plan"
                | "validate"
                | "fmt"
                | "show"
                | "output"
                | "init"
                | "import"
                | "state"
                | "workspace"
                | "graph"
                | "providers"
                | "refresh"
                | "taint"
                | "untaint"
                | "console"
                | "test"
                | "get"
                | "hcl"
                | "find"
                | "list"
                | "dag"
                | "catalog"
                | "scaffold"
                | "info"
                | "render"
                | "backend"
                | "exec"
                | "version"
        )
    })
}

/// Without terragrunt's own options, and without `run-all`, `run --all --`, `stack run`.
fn without_terragrunt(args: &[ShellWord]) -> Vec<ShellWord> {
    let mut kept: Vec<ShellWord> = Vec::new();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let long = text
            .strip_prefix("--")
            .map(|name| name.strip_prefix("terragrunt-").unwrap_or(name));
        match long {
            Some("") if kept.is_empty() => {}
            Some("help" | "version") => kept.push(word.clone()),
            Some(name) if TERRAGRUNT_VALUES.contains(&name) => {
                words.next();
            }
            Some(_) if kept.is_empty() => {}
            _ if kept.is_empty() && text.starts_with('-') && text != "-help" => {}
            _ if kept.is_empty() && matches!(text, "run-all" | "run" | "stack" | "plan-all") => {}
            // `terragrunt graph apply` runs it in a unit and what depends on it; terraform's own has no operands.
            _ if kept.is_empty()
                && text == "graph"
                && words
                    .as_slice()
                    .iter()
                    .any(|word| !word.text.starts_with('-')) => {}
            _ if kept.is_empty() && text == "apply-all" => kept.push(ShellWord::constant("apply")),
            _ if kept.is_empty() && text == "destroy-all" => {
                kept.push(ShellWord::constant("destroy"))
            }
            _ => kept.push(word.clone()),
        }
    }
    kept
}

/// terraform looks for these words anywhere before `--`, even where they are an option's value,
/// and for the version behind it too (measured with 1.11).
fn wants_help(args: &[ShellWord]) -> bool {
    let options = args
        .iter()
        .position(|word| word.text == "--")
        .unwrap_or(args.len());
    args.iter()
        .enumerate()
        .any(|(at, word)| match word.text.as_str() {
            "-v" | "-version" | "--version" => !word.dynamic,
            "-h" | "-help" | "--help" => !word.dynamic && at < options,
            _ => false,
        })
}

fn form(program: &str, words: &[ShellWord]) -> Vec<String> {
    let mut form = Vec::with_capacity(words.len() + 1);
    form.push(program.to_owned());
    form.extend(words.iter().map(|word| word.text.clone()));
    form
}

fn push_forms(leaf: &mut Leaf, words: &[ShellWord]) {
    let canonical = form("terraform", words);
    let subcommand = words.first().map_or("", |word| word.text.as_str());
    if subcommand == "destroy" {
        let mut apply = canonical.clone();
        if let Some(word) = apply.get_mut(1) {
            "apply".clone_into(word);
        }
        leaf.block_forms.push(apply);
    } else if subcommand == "apply" && leaf.effect == Effect::Destructive && destroys(words) {
        let mut destroy = canonical.clone();
        if let Some(word) = destroy.get_mut(1) {
            "destroy".clone_into(word);
        }
        leaf.block_forms.push(destroy);
    }
    leaf.block_forms.insert(0, canonical);
}

fn destroys(words: &[ShellWord]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-destroy"
                | "--destroy"
                | "-destroy=true"
                | "--destroy=true"
                | "-destroy=1"
                | "--destroy=1"
        )
    })
}

fn effect(subcommand: &str, second: &str) -> Effect {
    match (subcommand, second) {
        ("apply" | "destroy" | "import" | "refresh" | "test" | "taint" | "untaint", _)
        | ("force-unlock", _)
        | ("state", "rm" | "mv" | "push" | "replace-provider")
        | ("workspace", "delete") => Effect::Destructive,
        ("console" | "login" | "logout" | "init" | "get", _)
        | ("workspace", "new" | "select")
        | ("providers", "lock" | "mirror") => Effect::Change,
        _ => Effect::None,
    }
}

fn finish(leaf: &mut Leaf, words: &[ShellWord], inert: bool) {
    leaf.inert = inert;
    let Some(subcommand) = words.first() else {
        return;
    };
    if subcommand.known().is_none() {
        leaf.lift("the subcommand is known only at run time");
        leaf.unknown("the subcommand is known only at run time");
    }
    let second = words.get(1).map_or("", |word| word.text.as_str());
    leaf.effect = effect(&subcommand.text, second);
    if !inert {
        operands(leaf, &subcommand.text, words.get(1..).unwrap_or_default());
    }
}

fn operands(leaf: &mut Leaf, subcommand: &str, args: &[ShellWord]) {
    let nested = matches!(subcommand, "state" | "workspace" | "providers" | "metadata");
    let args = if nested {
        args.get(1..).unwrap_or_default()
    } else {
        args
    };
    for item in Scan::new(args, OPTIONS, Grammar::Go) {
        match item {
            Item::Option {
                opt,
                value: Some(value),
            } => match opt.role {
                Role::Write if value.text != "-" => leaf.writes(value.word()),
                Role::Read if matches!(subcommand, "show" | "output" | "state") => {
                    leaf.reads(value.word());
                }
                _ => {}
            },
            Item::Operand(word) => operand(leaf, subcommand, word),
            _ => {}
        }
    }
}

fn operand(leaf: &mut Leaf, subcommand: &str, word: &ShellWord) {
    match subcommand {
        "show" => leaf.reads(word.clone()),
        // `fmt` only rewrites the layout, so inside the workspace it is no write to judge.
        "fmt" if word.text.starts_with(['/', '~']) || word.text.contains("..") => {
            leaf.loads.push(word.clone());
            leaf.writes(word.clone());
        }
        // `fmt -diff` prints the lines around a change.
        "fmt" if word.text.ends_with(".tfvars") => leaf.reads(word.clone()),
        _ => {}
    }
}
