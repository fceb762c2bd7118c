//! Variables that are known to change nothing about a command.

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

/// Whether a variable's assignment lifts no allow.
pub(super) fn variable(name: &str) -> bool {
    VARIABLES.contains(&name)
        || ["TF_VAR_", "LC_"].iter().any(|prefix| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty())
        })
}
