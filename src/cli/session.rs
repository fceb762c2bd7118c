//! The session of an agent, as its host names it in the environment of what the agent starts.

use std::env;

/// Variables in which hosts name the session that their hooks report: Claude Code (2.1.197).
const OF_HOSTS: [&str; 1] = ["CLAUDE_CODE_SESSION_ID"];

/// The first of these variables that names a session, else one of a known host's.
pub(crate) fn named_by(variables: &[String]) -> Option<String> {
    let variables = variables.iter().map(String::as_str).chain(OF_HOSTS);
    let values = variables.filter_map(env::var_os);
    let mut texts = values.map(|value| value.to_string_lossy().into_owned());
    texts.find(|text| !text.is_empty())
}
