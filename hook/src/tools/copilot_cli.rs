//! The tools of Copilot CLI, by their names in the event `preToolUse`.

use super::{Table, Tool};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    ("bash", Tool::Runs("command")),
    ("view", Tool::Reads("path")),
    ("create", Tool::Writes("path")),
    ("edit", Tool::Writes("path")),
    ("str_replace_editor", Tool::Writes("path")),
    ("apply_patch", Tool::Patches("patch")),
    ("grep", Tool::Searches("path")),
    ("rg", Tool::Searches("path")),
    ("glob", Tool::Lists("path")),
    ("web_fetch", Tool::Fetches("url")),
    (
        "task",
        Tool::NotJudged("each tool call of the subagent is judged by itself"),
    ),
    (
        "report_intent",
        Tool::NotJudged("it changes only what the host shows"),
    ),
    (
        "update_todo",
        Tool::NotJudged("it changes only the list that the host shows"),
    ),
];
