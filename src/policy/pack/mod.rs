//! The typed content of a pack, at each of its stages.
//!
//! In a `policy.yaml` as it is [`Written`], absent and empty are the same for lists, except for
//! `git.protected_branches`. It and scalars that may be inherited are `Option`s;
//! [`super::effective`] says what an absent one comes to.

mod allow_effects;
mod choice;
mod entry;
mod field;
mod project_tools;
mod sections;
mod stage;
mod tool_arguments;

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::read::schema;

pub use allow_effects::{ALLOW_EFFECTS, AllowEffects, AllowedEffect, PROJECT_TOOLS};
pub use choice::{Choice, Permission};
pub use entry::{ListEntry, ListOfEntries, Terms};
pub use field::{Effect, Flag, List, Patterns};
pub(in crate::policy) use project_tools::kind_named;
pub use project_tools::{PROJECT_TASKS, TaskNames, ToolKinds};
pub use sections::{Commands, Compliance, Evidence, Filesystem, Git, Mcp, Network};
pub use stage::{Described, Entries, Field, FieldValues, Stage, Stored, Written};
pub use tool_arguments::{TOOL_ARGUMENTS, ToolArguments};

/// The content of a policy pack, section by section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(bound(serialize = ""))]
#[schemars(rename = "Pack", bound = "S: Described", deny_unknown_fields)]
#[schemars(transform = |schema: &mut Schema| S::finish(schema, &["metadata"]))]
pub struct Pack<S: Stage = Written> {
    /// Names the pack, and says which packs it inherits from.
    pub metadata: S::Metadata,
    /// Which files agents may not read or write, and which writes need approval.
    pub filesystem: Filesystem<S>,
    /// Which commands agents may run, may not run, or may run with approval.
    pub commands: Commands<S>,
    /// What agents may push, and where to.
    pub git: Git<S>,
    /// Which hosts commands may connect to.
    pub network: Network<S>,
    /// Which MCP servers and tools agents may call.
    pub mcp: Mcp<S>,
    /// Who approves. A key is a rule's id, or `default` for every rule without a key of its own.
    /// `policy.publish.requires_approval` names who approves a change of the policy in force.
    /// A child's key replaces the parent's value. If no pack sets `default`, it is
    /// `Repository Owners`, and `Platform Security` approves `filesystem.write.require_approval`
    /// and `guard.tamper.require_approval`.
    pub approvals: S::Approvals,
    /// What an action must state about itself.
    pub evidence: Evidence<S>,
    /// Which external controls the pack implements.
    pub compliance: Compliance<S>,
    /// What a change of the policy in force has to show. If no pack has the section: the standard
    /// thresholds of the shadow report, and one approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotion: Option<S::Promotion>,
}

/// Names the pack, and says which packs it inherits from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["id"]))]
pub struct Metadata {
    /// Identifies the pack: lower-case letters, digits and single `-`, beginning with a letter.
    /// No two packs that a command can find may have the same id. Not inherited.
    #[schemars(schema_with = "schema::id")]
    pub id: String,
    /// A title for people, one line. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::text")]
    pub title: String,
    /// What the pack is for. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::text")]
    pub description: String,
    /// A semantic version such as `1.0.0`. Lint warns if it is missing. Not inherited.
    #[schemars(schema_with = "schema::version")]
    pub version: String,
    /// The ids of the packs that this one inherits from, in order: one id, or a list of them.
    /// A chain of parents may be 16 packs long, and all ancestors together may be 64 packs, this
    /// pack included.
    #[schemars(schema_with = "schema::ids")]
    pub inherits: Vec<String>,
    /// Whether verdicts are enforced. If absent, the pack enforces, unless it has parents and
    /// all of them audit.
    pub mode: Option<Mode>,
}

/// Whether a pack's verdicts are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Verdicts are enforced.
    #[default]
    Enforce,
    /// Every verdict is returned as `audit_only`, with the real verdict in `would_be`. An action
    /// that could not be evaluated still needs approval.
    Audit,
}

impl Mode {
    /// The name in documents, such as `enforce`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Audit => "audit",
        }
    }
}

/// Who approves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["approvers"]))]
pub struct Approval {
    /// Names of the groups that approve, in order.
    #[schemars(schema_with = "schema::some_entries")]
    pub approvers: Vec<String>,
}
