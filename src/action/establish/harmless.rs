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

/// Variables that change nothing about which code of the project a tool runs, with the values for
/// which that holds.
const FOR_TOOLS: &[(&str, &[&str])] = &[
    ("APP_ENV", &["test", "testing"]),
    ("CARGO_TERM_COLOR", &["always", "auto", "never"]),
    ("CGO_ENABLED", &["0", "1"]),
    ("CLICOLOR_FORCE", &["0", "1"]),
    ("MIX_ENV", &["test"]),
    ("NODE_ENV", &["test"]),
    ("PYTHONDONTWRITEBYTECODE", &["0", "1"]),
    ("PYTHONUNBUFFERED", &["0", "1"]),
    ("RACK_ENV", &["test"]),
    ("RAILS_ENV", &["test"]),
    ("RUST_BACKTRACE", &["0", "1", "full"]),
];

/// Whether a variable with this value, where that is known, changes nothing about which code of the
/// project a tool runs.
pub(super) fn for_tools(name: &str, value: Option<&str>) -> bool {
    let known = FOR_TOOLS.iter().find(|(known, _)| *known == name);
    known.is_some_and(|(_, values)| value.is_some_and(|value| values.contains(&value)))
}

/// Whether a variable's assignment lifts no allow.
pub(super) fn variable(name: &str) -> bool {
    VARIABLES.contains(&name)
        || ["TF_VAR_", "LC_"].iter().any(|prefix| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty())
        })
}
