//! The tools of Codex.

use super::{Table, Tool};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    ("Bash", Tool::Runs("command")),
    ("apply_patch", Tool::Patches("command")),
    ("Edit", Tool::Patches("command")),
    ("Write", Tool::Patches("command")),
    (
        "update_plan",
        Tool::NotJudged("it changes only the plan that the host shows"),
    ),
];
