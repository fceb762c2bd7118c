//! Programs whose first operand says what they do.

use Subcommand::{Judged, Shown};

/// What is made of a program's subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subcommand {
    /// One that only the run will show makes it unknown what the command does.
    Judged,
    /// It is no value, so a report may show it; what the command does is judged by its table.
    Shown,
}

const PROGRAMS: &[(&str, Subcommand)] = &[
    ("apt-get", Shown),
    ("aws", Judged),
    ("az", Judged),
    ("brew", Shown),
    ("bun", Shown),
    ("cargo", Judged),
    ("dnf", Shown),
    ("docker", Judged),
    ("dotnet", Shown),
    ("gcloud", Judged),
    ("gh", Judged),
    ("git", Judged),
    ("glab", Shown),
    ("go", Shown),
    ("helm", Judged),
    ("kubectl", Judged),
    ("npm", Judged),
    ("oc", Judged),
    ("pip", Shown),
    ("pip3", Shown),
    ("pnpm", Judged),
    ("podman", Judged),
    ("poetry", Shown),
    ("pulumi", Shown),
    ("rustup", Shown),
    ("systemctl", Judged),
    ("terraform", Judged),
    ("terragrunt", Judged),
    ("tofu", Judged),
    ("uv", Shown),
    ("vault", Judged),
    ("yarn", Judged),
];

/// Whether the words after the program's name say what it does.
#[must_use]
pub fn has_subcommands(program: &str) -> bool {
    PROGRAMS.iter().any(|(name, _)| *name == program)
}

/// Whether nothing is known of the program's command without its subcommand.
#[must_use]
pub fn needs_subcommand(program: &str) -> bool {
    PROGRAMS.contains(&(program, Judged))
}
