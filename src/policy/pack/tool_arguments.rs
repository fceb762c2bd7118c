//! `mcp.arguments`: what the arguments of MCP tools do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::action::mcp::mapping::{ArgumentUse, MAX_MAPPED_ARGUMENTS, MappingError, ToolMapping};

/// The dotted path of the mapping.
pub const TOOL_ARGUMENTS: &str = "mcp.arguments";

/// What the arguments of one MCP tool do: for each argument the words for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ToolArguments(BTreeMap<String, Vec<String>>);

impl ToolArguments {
    /// The arguments of a tool, as a pack has them.
    #[must_use]
    pub fn new(arguments: BTreeMap<String, Vec<String>>) -> Self {
        Self(arguments)
    }

    /// What they mean.
    ///
    /// # Errors
    /// With what is wrong, to be read after the tool's name.
    pub fn mapping(&self) -> Result<ToolMapping, MappingError> {
        ToolMapping::read(&self.0)
    }

    /// The arguments with their words, for a person.
    #[must_use]
    pub fn to_text(&self) -> String {
        let one = |(name, words): (&String, &Vec<String>)| format!("{name}: {}", words.join("+"));
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

impl JsonSchema for ToolArguments {
    fn schema_name() -> Cow<'static, str> {
        "ToolArguments".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    { "type": "string", "minLength": 1 },
                    {
                        "type": "array",
                        "items": { "type": "string", "minLength": 1 },
                        "minItems": 1,
                        "maxItems": ArgumentUse::ALL.len(),
                    },
                ],
            },
            "maxProperties": MAX_MAPPED_ARGUMENTS,
        })
    }
}
