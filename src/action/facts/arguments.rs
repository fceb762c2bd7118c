//! The arguments of an MCP call, as they were given: no table and no pack has a part in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_false;
use crate::canonical::Digest;

/// The arguments of an MCP call. A pack says in `mcp.arguments` what they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct McpArguments {
    /// SHA-256 over the canonical JSON of all arguments.
    pub digest: Digest,
    /// There are more values, or longer names, than facts hold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub incomplete: bool,
    /// What the pack's `mcp.arguments` could not establish, for a person. Always empty before a
    /// pack judges the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<String>,
    /// The values, from the first to the last.
    pub values: Vec<McpArgument>,
}

/// One value among the arguments of an MCP call that is no list and no object, or an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct McpArgument {
    /// Where it is, such as `path` or `edits[0].oldText`. A name that has other characters than
    /// ASCII letters, digits, `_`, `-` and `$` is written as a JSON string.
    pub at: String,
    /// SHA-256 of a text that is too long to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// What it is.
    pub kind: McpArgumentKind,
    /// The text, or a number or a boolean as JSON writes it (RFC 8785).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What a value among the arguments of an MCP call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum McpArgumentKind {
    /// A text of at most 4 KiB.
    Text,
    /// A longer text.
    LongText,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
    /// A list without entries.
    EmptyList,
    /// An object without members.
    EmptyObject,
}
