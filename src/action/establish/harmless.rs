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
    ("CARGO_INCREMENTAL", &["0", "1"]),
    ("CARGO_TERM_COLOR", &["always", "auto", "never"]),
    ("CGO_ENABLED", &["0", "1"]),
    ("CLICOLOR_FORCE", &["0", "1"]),
    ("DEBUG", &["0", "1", "false", "true"]),
    ("GO111MODULE", &["auto", "off", "on"]),
    ("GOARCH", &["386", "amd64", "arm", "arm64", "wasm"]),
    ("GOOS", &["darwin", "freebsd", "js", "linux", "windows"]),
    ("INSTA_UPDATE", &["always", "auto", "new", "no", "unseen"]),
    ("LOG_LEVEL", LEVELS),
    ("MIX_ENV", &["test"]),
    ("NEXT_TELEMETRY_DISABLED", &["1"]),
    ("NODE_ENV", &["test"]),
    ("NODE_NO_WARNINGS", &["1"]),
    ("PYTHONDONTWRITEBYTECODE", &["0", "1"]),
    ("PYTHONHASHSEED", &["0", "1", "42", "random"]),
    // A folder of the project's own sources, seen from where its tools run.
    ("PYTHONPATH", &[".", "./", "./src", "lib", "src"]),
    ("PYTHONUNBUFFERED", &["0", "1"]),
    ("RACK_ENV", &["test"]),
    ("RAILS_ENV", &["test"]),
    ("RUST_BACKTRACE", &["0", "1", "full"]),
    ("RUST_LOG", LEVELS),
    ("RUSTDOCFLAGS", &["-D warnings", "-Dwarnings"]),
    ("RUSTFLAGS", &["-D warnings", "-Dwarnings"]),
];

/// How much a program tells of what it does.
const LEVELS: &[&str] = &["debug", "error", "info", "off", "trace", "warn", "warning"];

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
