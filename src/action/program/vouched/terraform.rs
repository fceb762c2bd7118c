//! Terraform's options, for each subcommand.
//!
//! Source: `terraform SUBCOMMAND -help` of 1.11.4, and the flags that its parser takes beside
//! them (`terraform plan -state-out`, `-backup`, which the help of `apply` names).

use super::super::options::{Opt, flag, value};

/// What an option means to Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Role {
    /// Changes nothing about what is run, read or written.
    Plain,
    /// Selects code, configuration or a place, or answers a question that protects the state.
    Code,
    /// A state, or a saved plan: its content is printed.
    Read,
    /// A state that a plan starts from: what differs from the code is printed.
    State,
    /// A file of variables.
    Variables,
    /// A directory of code.
    Load,
    Write,
    /// A plan is saved.
    Plan,
    /// Prints the lines around each change.
    Diff,
    /// Goes through subdirectories.
    Recursive,
}

type Options = &'static [Opt<Role>];

/// Terraform looks for these itself, whatever the subcommand.
pub(in super::super) static HELP: Options = &[flag("-h -help -v -version", Role::Plain)];

/// What `plan`, `apply`, `refresh` and others like them share.
static PLAN: Options = &[
    value(
        "-target -replace -exclude -var -parallelism -lock-timeout",
        Role::Plain,
    ),
    flag(
        "-destroy -refresh -refresh-only -compact-warnings -detailed-exitcode -input -lock -no-color -json -concise",
        Role::Plain,
    ),
    value("-var-file", Role::Variables),
    value("-state", Role::State),
    value("-out", Role::Plan),
    value("-generate-config-out -state-out -backup", Role::Write),
];

static APPLY: Options = &[
    value(
        "-target -replace -exclude -var -parallelism -lock-timeout -config",
        Role::Plain,
    ),
    flag(
        "-auto-approve -destroy -refresh-only -refresh -compact-warnings -input -lock -no-color -json \
         -allow-missing -ignore-remote-version -force",
        Role::Plain,
    ),
    value("-var-file", Role::Variables),
    value("-state", Role::State),
    value("-state-out -backup -backup-out -out", Role::Write),
];

static VALIDATE: Options = &[
    flag("-json -no-color -no-tests", Role::Plain),
    value("-test-directory", Role::Load),
];

static FMT: Options = &[
    flag("-list -write -check -no-color", Role::Plain),
    flag("-diff", Role::Diff),
    flag("-recursive", Role::Recursive),
];

static SHOW: Options = &[flag("-json -no-color", Role::Plain)];

static OUTPUT: Options = &[
    flag("-json -raw -no-color", Role::Plain),
    value("-state", Role::Read),
];

static INIT: Options = &[
    flag(
        "-backend -get -input -lock -no-color -json -reconfigure",
        Role::Plain,
    ),
    value("-lock-timeout -lockfile", Role::Plain),
    value("-test-directory", Role::Load),
    value("-backend-config -from-module -plugin-dir", Role::Code),
    flag(
        "-force-copy -migrate-state -upgrade -ignore-remote-version",
        Role::Code,
    ),
];

static GET: Options = &[
    flag("-no-color", Role::Plain),
    flag("-update", Role::Code),
    value("-test-directory", Role::Load),
];

static PROVIDERS: Options = &[
    flag("-json", Role::Plain),
    value("-platform", Role::Plain),
    value("-test-directory", Role::Load),
    value("-fs-mirror -net-mirror", Role::Code),
    flag("-enable-plugin-cache", Role::Code),
];

static GRAPH: Options = &[
    value("-plan", Role::Read),
    value("-type -module-depth", Role::Plain),
    flag("-draw-cycles", Role::Plain),
];

static JSON: Options = &[flag("-json", Role::Plain)];

static STATE: Options = &[
    value("-state", Role::Read),
    value("-id -lock-timeout", Role::Plain),
    value("-state-out -backup -backup-out", Role::Write),
    flag("-dry-run -lock -ignore-remote-version -force", Role::Plain),
];

static WORKSPACE: Options = &[
    flag("-lock -force -or-create", Role::Plain),
    value("-lock-timeout", Role::Plain),
    value("-state", Role::Read),
];

static TEST: Options = &[
    value("-filter -var -cloud-run -parallelism", Role::Plain),
    flag("-json -no-color -verbose", Role::Plain),
    value("-var-file", Role::Variables),
    value("-test-directory", Role::Load),
    value("-junit-xml", Role::Write),
];

/// The options of a subcommand. One that has no table here has no options that are known.
pub(in super::super) fn options(subcommand: &str) -> Options {
    match subcommand {
        "plan" | "refresh" => PLAN,
        "apply" | "destroy" | "import" | "taint" | "untaint" => APPLY,
        "validate" => VALIDATE,
        "fmt" => FMT,
        "show" => SHOW,
        "output" => OUTPUT,
        "init" => INIT,
        "get" => GET,
        "providers" => PROVIDERS,
        "graph" => GRAPH,
        "version" | "modules" | "metadata" => JSON,
        "state" => STATE,
        "workspace" => WORKSPACE,
        "test" => TEST,
        _ => &[],
    }
}
