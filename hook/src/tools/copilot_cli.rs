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
    (
        "read_bash",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    (
        "stop_bash",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    (
        "list_bash",
        Tool::NotJudged("it lists commands that were judged"),
    ),
    (
        "fetch_copilot_cli_documentation",
        Tool::NotJudged("it shows the host's own documentation"),
    ),
    (
        "skill",
        Tool::NotJudged("it adds instructions; each tool call that follows is judged by itself"),
    ),
    (
        "read_agent",
        Tool::NotJudged("it shows the output of a subagent whose calls were judged"),
    ),
    (
        "list_agents",
        Tool::NotJudged("it lists subagents whose calls are judged"),
    ),
    (
        "write_agent",
        Tool::NotJudged("it goes to another agent of this session, whose calls are judged"),
    ),
    ("sql", Tool::Denied("what its statements open is not seen")),
    (
        "session_store_sql",
        Tool::Denied("what its statements open is not seen"),
    ),
];
