//! The tools of Claude Code 2.1.

use super::{Table, Tool};

const OWN: &str = "it changes only what the host shows or remembers in this session";
const ASKS: &str = "it asks the person at the terminal";
const EACH_CALL: &str = "each tool call of the subagent is judged by itself";
const SEARCH_ENGINE: &str =
    "the query goes to the model's provider, which has the whole conversation anyway";

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    ("Bash", Tool::Runs("command")),
    ("Read", Tool::Reads("file_path")),
    ("NotebookRead", Tool::Reads("notebook_path")),
    ("Write", Tool::Writes("file_path")),
    ("Edit", Tool::Writes("file_path")),
    ("MultiEdit", Tool::Writes("file_path")),
    ("NotebookEdit", Tool::Writes("notebook_path")),
    ("Grep", Tool::SearchesAsClaude("path")),
    ("Glob", Tool::Lists("path")),
    ("LS", Tool::Lists("path")),
    ("WebFetch", Tool::Fetches("url")),
    ("WebSearch", Tool::NotJudged(SEARCH_ENGINE)),
    ("Agent", Tool::NotJudged(EACH_CALL)),
    ("Task", Tool::NotJudged(EACH_CALL)),
    (
        "Skill",
        Tool::NotJudged("it adds instructions; each tool call that follows is judged by itself"),
    ),
    (
        "SendMessage",
        Tool::NotJudged("it goes to another agent of this session, whose calls are judged"),
    ),
    (
        "CronCreate",
        Tool::NotJudged("it schedules a prompt; each tool call that follows is judged by itself"),
    ),
    ("CronDelete", Tool::NotJudged(OWN)),
    ("CronList", Tool::NotJudged(OWN)),
    ("ScheduleWakeup", Tool::NotJudged(OWN)),
    ("ReportFindings", Tool::NotJudged(OWN)),
    ("Workflow", Tool::Denied("what its script does is not seen")),
    (
        "EnterWorktree",
        Tool::ActsAs("git worktree add .claude/worktrees/session"),
    ),
    (
        "ExitWorktree",
        Tool::ActsAs("git worktree remove .claude/worktrees/session"),
    ),
    ("AskUserQuestion", Tool::NotJudged(ASKS)),
    ("EnterPlanMode", Tool::NotJudged(ASKS)),
    ("ExitPlanMode", Tool::NotJudged(ASKS)),
    (
        "BashOutput",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    (
        "TaskOutput",
        Tool::NotJudged("it shows the output of a task whose calls were judged"),
    ),
    (
        "KillShell",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    (
        "KillBash",
        Tool::NotJudged("it ends a command that this session started"),
    ),
    (
        "TaskStop",
        Tool::NotJudged("it ends a task that this session started"),
    ),
    ("TodoWrite", Tool::NotJudged(OWN)),
    ("TaskCreate", Tool::NotJudged(OWN)),
    ("TaskGet", Tool::NotJudged(OWN)),
    ("TaskList", Tool::NotJudged(OWN)),
    ("TaskUpdate", Tool::NotJudged(OWN)),
    ("ToolSearch", Tool::NotJudged(OWN)),
    (
        "ListMcpResourcesTool",
        Tool::NotJudged("it lists names that the servers offer"),
    ),
];
