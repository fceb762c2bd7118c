//! The tools of Claude Code 2.1.

use super::{Table, Tool, judged, plain};

const OWN: &str = "it changes only what the host shows or remembers in this session";
const ASKS: &str = "it asks the person at the terminal";
const EACH_CALL: &str = "each tool call of the subagent is judged by itself";
const SEARCH_ENGINE: &str =
    "the query goes to the model's provider, which has the whole conversation anyway";

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    judged(
        "Bash",
        Tool::Runs("command"),
        "description timeout run_in_background dangerouslyDisableSandbox",
    ),
    judged("Read", Tool::Reads("file_path"), "offset limit pages"),
    judged("NotebookRead", Tool::Reads("notebook_path"), "cell_id"),
    judged("Write", Tool::Writes("file_path"), "content"),
    judged(
        "Edit",
        Tool::Edits("file_path"),
        "old_string new_string replace_all",
    ),
    judged("MultiEdit", Tool::Edits("file_path"), "edits"),
    judged(
        "NotebookEdit",
        Tool::Edits("notebook_path"),
        "cell_id new_source cell_type edit_mode",
    ),
    judged(
        "Grep",
        Tool::SearchesByMode("path"),
        "pattern -A -B -C -i -n -o context head_limit offset multiline",
    ),
    judged("Glob", Tool::Lists("path"), "pattern"),
    judged("LS", Tool::Lists("path"), "ignore"),
    judged("WebFetch", Tool::Fetches("url"), "prompt"),
    plain("WebSearch", Tool::NotJudged(SEARCH_ENGINE)),
    plain("Agent", Tool::NotJudged(EACH_CALL)),
    plain("Task", Tool::NotJudged(EACH_CALL)),
    plain(
        "Skill",
        Tool::NotJudged(
            "it adds instructions; each tool call that follows is judged by itself, and the installation switches \
             off the commands in its text",
        ),
    ),
    plain(
        "SendMessage",
        Tool::NotJudged("it goes to another agent of this session, whose calls are judged"),
    ),
    plain(
        "CronCreate",
        Tool::NotJudged("it schedules a prompt; each tool call that follows is judged by itself"),
    ),
    plain("CronDelete", Tool::NotJudged(OWN)),
    plain("CronList", Tool::NotJudged(OWN)),
    plain("ScheduleWakeup", Tool::NotJudged(OWN)),
    plain("ReportFindings", Tool::NotJudged(OWN)),
    plain("Workflow", Tool::Denied("what its script does is not seen")),
    judged(
        "EnterWorktree",
        Tool::ActsAs("git worktree add .claude/worktrees/session"),
        "name path",
    ),
    judged(
        "ExitWorktree",
        Tool::ActsAs("git worktree remove .claude/worktrees/session"),
        "action discard_changes",
    ),
    plain("AskUserQuestion", Tool::NotJudged(ASKS)),
    plain("EnterPlanMode", Tool::NotJudged(ASKS)),
    plain("ExitPlanMode", Tool::NotJudged(ASKS)),
    plain(
        "BashOutput",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    plain(
        "TaskOutput",
        Tool::NotJudged("it shows the output of a task whose calls were judged"),
    ),
    plain(
        "KillShell",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    plain(
        "KillBash",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    plain(
        "TaskStop",
        Tool::NotJudged("it ends a task that this session started"),
    ),
    plain("TodoWrite", Tool::NotJudged(OWN)),
    plain("TaskCreate", Tool::NotJudged(OWN)),
    plain("TaskGet", Tool::NotJudged(OWN)),
    plain("TaskList", Tool::NotJudged(OWN)),
    plain("TaskUpdate", Tool::NotJudged(OWN)),
    plain("ToolSearch", Tool::NotJudged(OWN)),
    plain(
        "ListMcpResourcesTool",
        Tool::NotJudged("it lists names that the servers offer"),
    ),
];
