//! One entry of a list: a pattern, and what its author says beside it.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::decision::Severity;
use crate::policy::limits::{
    MAX_ENTRY_BYTES, MAX_ENTRY_ID_BYTES, MAX_ENTRY_NAMES, MAX_ENTRY_REASON_BYTES, MAX_LIST_ENTRIES,
};
use crate::policy::read::schema;

/// An entry of a list as it is written: a string, or a mapping with the key `pattern`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ListEntry {
    /// The pattern or the name: all of an entry that is a string.
    pub pattern: String,
    /// What the entry says beside it. An entry that is a string says nothing.
    pub terms: Terms,
}

/// What an entry of a list says beside its pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The groups, of which one must approve what the entry sends to approval. Empty: those of the
    /// rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<Arc<str>>,
    /// Why the entry is there, or what to do instead. It is shown with each finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// The least severity of what the entry finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Names of the external controls that the entry implements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Arc<str>>,
    /// Identifies the entry in its pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
}

impl Terms {
    /// Whether the entry says nothing beside its pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ListEntry {
    /// An entry that is a string.
    #[must_use]
    pub fn plain(pattern: String) -> Self {
        Self {
            pattern,
            terms: Terms::default(),
        }
    }
}

impl AsRef<str> for ListEntry {
    fn as_ref(&self) -> &str {
        &self.pattern
    }
}

impl PartialEq<str> for ListEntry {
    fn eq(&self, pattern: &str) -> bool {
        self.pattern == pattern
    }
}

impl PartialEq<&str> for ListEntry {
    fn eq(&self, pattern: &&str) -> bool {
        self.pattern == *pattern
    }
}

impl Deref for ListEntry {
    type Target = str;

    fn deref(&self) -> &str {
        &self.pattern
    }
}

/// As it was written.
impl Serialize for ListEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Terms {
            approvers,
            reason,
            severity,
            controls,
            id,
        } = &self.terms;
        if self.terms.is_empty() {
            return serializer.serialize_str(&self.pattern);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pattern", &self.pattern)?;
        if !approvers.is_empty() {
            map.serialize_entry("approvers", approvers)?;
        }
        if let Some(reason) = reason {
            map.serialize_entry("reason", reason)?;
        }
        if let Some(severity) = severity {
            map.serialize_entry("severity", severity)?;
        }
        if !controls.is_empty() {
            map.serialize_entry("controls", controls)?;
        }
        if let Some(id) = id {
            map.serialize_entry("id", id)?;
        }
        map.end()
    }
}

/// The schema of a list whose entries are strings or mappings.
pub struct ListOfEntries;

impl JsonSchema for ListOfEntries {
    fn schema_name() -> Cow<'static, str> {
        "ListOfEntries".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<ListEntry>();
        json_schema!({ "type": "array", "items": entry, "maxItems": MAX_LIST_ENTRIES })
    }
}

/// The fields of an entry that is a mapping.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["pattern"]))]
#[expect(dead_code, reason = "only its schema is used")]
struct EntryMapping {
    /// The pattern or the name, as an entry that is a string has it.
    #[schemars(schema_with = "schema::entry")]
    pattern: String,
    /// Names of groups: one of them must approve what the entry sends to approval, instead of those
    /// that `approvals` names for the rule. At most 16.
    #[schemars(schema_with = "names")]
    approvers: Option<Vec<String>>,
    /// Why the entry is there, or what to do instead. The agent is shown it. At most 1,024 bytes.
    #[schemars(schema_with = "reason")]
    reason: Option<String>,
    /// The least severity of what the entry finds: it raises the severity of the rule, and never
    /// lowers it.
    severity: Option<Severity>,
    /// Names of the external controls that the entry implements. They change no verdict. At most 16.
    #[schemars(schema_with = "names")]
    controls: Option<Vec<String>>,
    /// Identifies the entry in the pack: lower-case letters, digits, `_` and `-`, at most 128.
    #[schemars(schema_with = "id")]
    id: Option<String>,
}

impl JsonSchema for ListEntry {
    fn schema_name() -> Cow<'static, str> {
        "ListEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mapping = generator.subschema_for::<EntryMapping>();
        json_schema!({
            "description": "An entry of a list: a string, or an `EntryMapping` that says more about it. Two \
                entries of one pattern, such as a parent's and its child's, both hold.",
            "anyOf": [
                { "type": "string", "pattern": schema::ENTRY, "maxLength": MAX_ENTRY_BYTES },
                mapping,
            ],
        })
    }
}

fn names(generator: &mut SchemaGenerator) -> Schema {
    let name = schema::entry(generator);
    json_schema!({ "type": "array", "items": name, "minItems": 1, "maxItems": MAX_ENTRY_NAMES })
}

fn reason(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": schema::ENTRY, "maxLength": MAX_ENTRY_REASON_BYTES })
}

fn id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": schema::CASE_ID, "maxLength": MAX_ENTRY_ID_BYTES })
}
