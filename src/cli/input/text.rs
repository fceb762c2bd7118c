//! Texts of an action as people give them.

use crate::action::path::root_path;

/// A text that is not empty.
pub(crate) fn filled(text: &str) -> Result<String, String> {
    match text.is_empty() {
        true => Err("it is empty".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// An absolute path, as the directories of an action are.
pub(crate) fn absolute(text: &str) -> Result<String, String> {
    // With a backslash it is another directory on Windows than elsewhere, and judged as that.
    match root_path(text).is_some() || text.contains('\\') {
        true => Ok(text.to_owned()),
        false => Err("it is relative; give the whole path, such as `/home/dev/project`".to_owned()),
    }
}

/// A server and one of its tools.
pub(crate) fn tool(text: &str) -> Result<String, String> {
    let parts = text.split_once(':');
    match parts.is_some_and(|(server, tool)| !server.is_empty() && !tool.is_empty()) {
        true => Ok(text.to_owned()),
        false => Err("give SERVER:TOOL, such as `github:create_issue`".to_owned()),
    }
}
