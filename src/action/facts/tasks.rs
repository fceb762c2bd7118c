//! Tasks of a project: its tests, its build, its linters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of work a task of a project is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Runs tests.
    Test,
    /// Compiles, bundles or packs.
    Build,
    /// Checks sources without changing them.
    Lint,
    /// Lays sources out.
    Format,
    /// Anything else that the project or a tool does.
    Other,
}

impl TaskKind {
    /// The kinds that a pack can allow, in the order of the documents.
    pub const ALLOWABLE: [Self; 4] = [Self::Test, Self::Build, Self::Lint, Self::Format];

    /// The name in documents, such as `test`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Build => "build",
            Self::Lint => "lint",
            Self::Format => "format",
            Self::Other => "other",
        }
    }
}

/// The tasks of the project that a command runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectTasks {
    /// Each task. Never empty.
    pub tasks: Vec<ProjectTask>,
    /// The tool that runs them, without a launcher in front of it: `pytest` of `uv run pytest`.
    pub tool: String,
}

/// One task of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectTask {
    /// What it is, by the whole name. A pack may count it as another kind, by
    /// `commands.project_tasks`.
    pub kind: TaskKind,
    /// The name of the recipe or script. Left out where the tool itself says what it does:
    /// `pytest`, `cargo test`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
