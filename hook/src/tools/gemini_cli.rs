//! The tools of Gemini CLI.

use super::{Table, Tool, judged, plain};

/// Every tool by its name.
pub(super) const TOOLS: Table = &[
    judged(
        "run_shell_command",
        Tool::RunsIn("command", "dir_path"),
        "description is_background delay_ms",
    ),
    judged("read_file", Tool::Reads("file_path"), "start_line end_line"),
    judged(
        "read_many_files",
        Tool::ReadsEach("include"),
        "exclude recursive useDefaultExcludes file_filtering_options",
    ),
    judged("write_file", Tool::Writes("file_path"), "content"),
    judged(
        "replace",
        Tool::Edits("file_path"),
        "instruction old_string new_string allow_multiple",
    ),
    judged(
        "list_directory",
        Tool::Lists("dir_path"),
        "ignore file_filtering_options",
    ),
    judged(
        "glob",
        Tool::Lists("dir_path"),
        "pattern case_sensitive respect_git_ignore respect_gemini_ignore",
    ),
    judged(
        "grep_search",
        Tool::SearchesNamed("dir_path", "include_pattern"),
        "pattern exclude_pattern names_only max_matches_per_file total_max_matches case_sensitive fixed_strings context after before no_ignore",
    ),
    judged(
        "search_file_content",
        Tool::SearchesNamed("dir_path", "include"),
        "pattern",
    ),
    judged("web_fetch", Tool::FetchesFromText("prompt"), ""),
    plain(
        "google_web_search",
        Tool::NotJudged(
            "the query goes to the model's provider, which has the whole conversation anyway",
        ),
    ),
    plain(
        "write_todos",
        Tool::NotJudged("it changes only the list that the host shows"),
    ),
    plain(
        "update_topic",
        Tool::NotJudged("it changes only the title that the host shows"),
    ),
    plain(
        "list_background_processes",
        Tool::NotJudged("it lists commands that were judged"),
    ),
    plain(
        "read_background_output",
        Tool::NotJudged("it shows the output of a command that was judged"),
    ),
    plain(
        "enter_plan_mode",
        Tool::NotJudged("it asks the person at the terminal"),
    ),
    plain(
        "invoke_agent",
        Tool::NotJudged("each tool call of the subagent is judged by itself"),
    ),
    plain(
        "activate_skill",
        Tool::NotJudged("it adds instructions; each tool call that follows is judged by itself"),
    ),
];
