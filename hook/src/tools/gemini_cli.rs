//! The tools of Gemini CLI.

use super::{Table, Tool};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    ("run_shell_command", Tool::Runs("command")),
    ("read_file", Tool::Reads("file_path")),
    ("read_many_files", Tool::ReadsEach("include")),
    ("write_file", Tool::Writes("file_path")),
    ("replace", Tool::Writes("file_path")),
    ("list_directory", Tool::Lists("dir_path")),
    ("glob", Tool::Lists("dir_path")),
    ("grep_search", Tool::SearchesNamed("dir_path", "include")),
    (
        "search_file_content",
        Tool::SearchesNamed("dir_path", "include"),
    ),
    ("web_fetch", Tool::FetchesFromText("prompt")),
    (
        "google_web_search",
        Tool::NotJudged(
            "the query goes to the model's provider, which has the whole conversation anyway",
        ),
    ),
    (
        "write_todos",
        Tool::NotJudged("it changes only the list that the host shows"),
    ),
    (
        "update_topic",
        Tool::NotJudged("it changes only the title that the host shows"),
    ),
    (
        "list_background_processes",
        Tool::NotJudged("it lists commands that were judged"),
    ),
    (
        "read_background_output",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    (
        "enter_plan_mode",
        Tool::NotJudged("it asks the person at the terminal"),
    ),
    (
        "invoke_agent",
        Tool::NotJudged("each tool call of the subagent is judged by itself"),
    ),
    (
        "activate_skill",
        Tool::NotJudged("it adds instructions; each tool call that follows is judged by itself"),
    ),
];
