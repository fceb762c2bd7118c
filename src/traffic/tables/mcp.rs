//! Calls of MCP tools.

use crate::traffic::random::Weighted;
use crate::traffic::template::Tool;

const fn tool(server: &'static str, name: &'static str, capability: &'static str) -> Tool {
    Tool {
        server,
        name,
        capability,
        definition: None,
    }
}

const SEARCH_ISSUES: Tool = Tool {
    definition: Some(
        r#"{"name":"search_issues","description":"Search issues with a query","inputSchema":{"type":"object","properties":{"query":{"type":"string"},"limit":{"type":"integer"}},"required":["query"]}}"#,
    ),
    ..tool("jira", "search_issues", "read")
};

const GET_PULL_REQUEST: Tool = Tool {
    definition: Some(
        r#"{"name":"get_pull_request","description":"Get one pull request","inputSchema":{"type":"object","properties":{"owner":{"type":"string"},"repo":{"type":"string"},"number":{"type":"integer"}},"required":["owner","repo","number"]}}"#,
    ),
    ..tool("github", "get_pull_request", "read")
};

/// Servers that a company knows, and what agents do there all day.
pub(in crate::traffic) const KNOWN: Weighted<Tool> = Weighted::new(&[
    (20, tool("github", "get_issue", "read")),
    (16, GET_PULL_REQUEST),
    (14, SEARCH_ISSUES),
    (12, tool("jira", "get_issue", "read")),
    (10, tool("confluence", "get_page", "read")),
    (8, tool("github", "add_issue_comment", "write")),
    (8, tool("sentry", "get_issue_details", "read")),
    (6, tool("github", "list_workflow_runs", "read")),
    (4, tool("terraform-registry", "get_module", "read")),
    (2, tool("github", "create_pull_request", "write")),
]);

pub(in crate::traffic) const UNKNOWN_FILES: Tool =
    tool("unknown-filesystem", "read_file", "filesystem");
pub(in crate::traffic) const UNKNOWN_SHELL: Tool = tool("dev-shell-helper", "run", "shell");
pub(in crate::traffic) const UNKNOWN_SECRETS: Tool = tool("vault-bridge", "get_secret", "secrets");
pub(in crate::traffic) const UNKNOWN_FETCH: Tool = tool("webfetch-pro", "fetch_url", "network");
/// The first letter is U+0261, which looks like a `g`.
pub(in crate::traffic) const LOOKALIKE: Tool =
    tool("\u{261}ithub", "get_file_contents", "filesystem");
pub(in crate::traffic) const COMMIT: Tool = tool("github", "create_or_update_file", "write");
pub(in crate::traffic) const MERGE: Tool = tool("github", "merge_pull_request", "write");
