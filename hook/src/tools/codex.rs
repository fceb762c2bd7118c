//! The tools of Codex.

use super::{Table, Tool, judged, plain};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    judged("Bash", Tool::Runs("command"), "description"),
    judged("apply_patch", Tool::Patches("command"), ""),
    judged("Edit", Tool::Patches("command"), ""),
    judged("Write", Tool::Patches("command"), ""),
    plain(
        "update_plan",
        Tool::NotJudged("it changes only the plan that the host shows"),
    ),
];
