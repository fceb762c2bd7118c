//! `terragrunt`: its options, and the `terraform` subcommand behind them.
//!
//! Source: <https://terragrunt.gruntwork.io/docs/reference/cli/>.

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::Meaning;
use super::call::Call;
use super::terraform::{finish, push_forms};

/// Terragrunt's own options with a value, which may be before and behind the subcommand.
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
