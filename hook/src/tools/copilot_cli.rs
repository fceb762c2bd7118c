//! The tools of Copilot CLI, by their names in the event `preToolUse`.

use super::{Table, Tool, judged, plain};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    judged(
        "bash",
        Tool::Runs("command"),
        "description shellId mode detach initial_wait",
    ),
    judged(
        "view",
        Tool::Reads("path"),
        "view_range forceReadLargeFiles",
    ),
    judged("create", Tool::Writes("path"), "file_text"),
    judged("edit", Tool::Edits("path"), "old_str new_str"),
    judged(
        "str_replace_editor",
        Tool::Edits("path"),
        "command view_range file_text old_str new_str insert_line",
    ),
    judged("apply_patch", Tool::Patches("patch"), ""),
    judged(
        "grep",
        Tool::SearchesByMode("paths"),
        "pattern -A -B -C -i -n head_limit multiline",
    ),
    judged(
        "rg",
        Tool::SearchesByMode("paths"),
        "pattern -A -B -C -i -n head_limit multiline",
    ),
    judged("glob", Tool::Lists("paths"), "pattern"),
    judged(
        "web_fetch",
        Tool::Fetches("url"),
        "max_length start_index raw",
    ),
    plain(
        "task",
        Tool::NotJudged("each tool call of the subagent is judged by itself"),
    ),
    plain(
        "report_intent",
        Tool::NotJudged("it changes only what the host shows"),
    ),
    plain(
        "update_todo",
        Tool::NotJudged("it changes only the list that the host shows"),
    ),
    plain(
        "read_bash",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    plain(
        "stop_bash",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    plain(
        "list_bash",
        Tool::NotJudged("it lists commands that were judged"),
    ),
    plain(
        "fetch_copilot_cli_documentation",
        Tool::NotJudged("it shows the host's own documentation"),
    ),
    plain(
        "skill",
        Tool::NotJudged("it adds instructions; each tool call that follows is judged by itself"),
    ),
    plain(
        "read_agent",
        Tool::NotJudged("it shows the output of a subagent whose calls were judged"),
    ),
    plain(
        "list_agents",
        Tool::NotJudged("it lists subagents whose calls are judged"),
    ),
    plain(
        "write_agent",
        Tool::NotJudged("it goes to another agent of this session, whose calls are judged"),
    ),
    plain("sql", Tool::Denied("what its statements open is not seen")),
    plain(
        "session_store_sql",
        Tool::Denied("what its statements open is not seen"),
    ),
];
