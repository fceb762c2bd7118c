//! The built-in lists of harmless variables and subcommands.

/// Variables that change nothing about what a command does. `docs/formats.md`, "Command
/// patterns", says how a pack adds to them.
const VARIABLES: &[&str] = &[
    "TF_IN_AUTOMATION",
    "TF_INPUT",
    "TF_LOG",
    "CI",
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
    "LANG",
    "TZ",
    "DEBIAN_FRONTEND",
];

/// Programs whose first operand says what they do.
pub(super) const SUBCOMMANDS: &[&str] = &[
    "terraform",
    "tofu",
    "terragrunt",
    "git",
    "kubectl",
    "helm",
    "aws",
    "gcloud",
    "az",
    "docker",
    "podman",
    "npm",
    "pnpm",
    "yarn",
    "gh",
    "cargo",
    "systemctl",
    "vault",
    "oc",
];

/// Whether a name is one that scripts give their own variables, which no program takes from
/// the environment: in lower case, or a single letter.
pub(in crate::action) fn is_local(name: &str) -> bool {
    let lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let configures = name.starts_with("npm_") || name.ends_with("_proxy");
    name.len() == 1 || (lower && !configures)
}

/// Whether a variable's assignment lifts no allow.
pub(super) fn variable(name: &str) -> bool {
    VARIABLES.contains(&name)
        || ["TF_VAR_", "LC_"].iter().any(|prefix| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty())
        })
}
