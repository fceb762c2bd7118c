//! The stages that a pack's content passes through, from its file to the engine.

use std::collections::BTreeMap;
use std::fmt::Debug;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::choice::Choice;
use super::entry::{ListEntry, ListOfEntries};
use super::field::{Flag, List};
use super::{AllowEffects, Approval, Metadata, Permission, TaskNames, ToolArguments};
use crate::canonical::Digest;
use crate::decision::Severity;
use crate::policy::promotion::section::PromotionSection;
use crate::policy::read::schema;

/// What the value of any field can do.
pub trait Field: Debug + Clone + PartialEq + Eq + Default + Serialize {}

impl<T: Debug + Clone + PartialEq + Eq + Default + Serialize> Field for T {}

/// What the fields of a [`Pack`](super::Pack) hold at one stage: as they are written in the
/// file, joined with those of the parents, with the defaults filled in, or as Rego sees them.
pub trait Stage {
    /// The value of `metadata`.
    type Metadata: Field;
    /// One entry of a list.
    type Entry: Field + AsRef<str>;
    /// A list that has a default if no pack has the field.
    type DefaultedList: Field + Entries<Self::Entry>;
    /// A field that is `true` or `false`.
    type Flag: Field;
    /// A field that is one of a few words.
    type Choice: Field;
    /// The value of `commands.allow_effects`.
    type AllowEffects: Field;
    /// The value of `commands.project_tasks`.
    type TaskNames: Field;
    /// The value of `mcp.arguments`.
    type ToolArguments: Field;
    /// The value of `mcp.risk_scoring`.
    type RiskScoring: Field;
    /// The value of `mcp.tool_pins`.
    type ToolPins: Field;
    /// The value of `approvals`.
    type Approvals: Field;
    /// The value of `promotion`.
    type Promotion: Field;
}

/// A stage whose sections can be read back by the types that wrote them.
pub trait Stored:
    Stage<
        Entry: DeserializeOwned,
        DefaultedList: DeserializeOwned,
        Flag: DeserializeOwned,
        Choice: DeserializeOwned,
        AllowEffects: DeserializeOwned,
        TaskNames: DeserializeOwned,
        ToolArguments: DeserializeOwned,
        RiskScoring: DeserializeOwned,
        ToolPins: DeserializeOwned,
    >
{
}

/// A stage whose content has a JSON Schema.
pub trait Described:
    Stage<
        Metadata: JsonSchema,
        Flag: JsonSchema,
        AllowEffects: JsonSchema,
        TaskNames: JsonSchema,
        ToolArguments: JsonSchema,
        RiskScoring: JsonSchema,
        ToolPins: JsonSchema,
        Approvals: JsonSchema,
        Promotion: JsonSchema,
    >
{
    /// The type whose schema is that of a list.
    type ListSchema: JsonSchema;

    /// Finishes the schema of a section or of the whole pack. `required` names the fields that
    /// a file must have.
    fn finish(schema: &mut Schema, required: &'static [&'static str]);
}

/// A list, or a list that may be absent.
pub trait Entries<E> {
    /// The entries; none if the list is absent.
    fn entries(&self) -> &[E];
    /// Whether the field is there, even if it holds an empty list.
    fn is_given(&self) -> bool;
}

impl<E> Entries<E> for Vec<E> {
    fn entries(&self) -> &[E] {
        self
    }

    fn is_given(&self) -> bool {
        true
    }
}

impl<E> Entries<E> for Option<Vec<E>> {
    fn entries(&self) -> &[E] {
        self.as_deref().unwrap_or_default()
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }
}

/// Gives each field of a section its value. The sections call it once for each of their fields,
/// in order.
pub trait FieldValues<S: Stage> {
    /// The value of a list.
    fn list(&mut self, list: List) -> Vec<S::Entry>;
    /// The value of a list that has a default if no pack has the field.
    fn defaulted_list(&mut self, list: List) -> S::DefaultedList;
    /// The value of a field that is `true` or `false`.
    fn flag(&mut self, flag: Flag) -> S::Flag;
    /// The value of a field that is one of a few words.
    fn choice(&mut self, choice: Choice) -> S::Choice;
    /// The value of `commands.allow_effects`.
    fn allow_effects(&mut self) -> S::AllowEffects;
    /// The value of `commands.project_tasks`.
    fn project_tasks(&mut self) -> S::TaskNames;
    /// The value of `mcp.arguments`.
    fn tool_arguments(&mut self) -> S::ToolArguments;
    /// The value of `mcp.risk_scoring`.
    fn risk_scoring(&mut self) -> S::RiskScoring;
    /// The value of `mcp.tool_pins`.
    fn tool_pins(&mut self) -> S::ToolPins;
}

/// The stage of a `policy.yaml` as it is written, before inheritance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written;

impl Stage for Written {
    type Metadata = Metadata;
    type Entry = ListEntry;
    type DefaultedList = Option<Vec<ListEntry>>;
    type Flag = Option<bool>;
    type Choice = Option<Permission>;
    type AllowEffects = AllowEffects;
    type TaskNames = TaskNames;
    type ToolArguments = BTreeMap<String, ToolArguments>;
    type RiskScoring = BTreeMap<String, Severity>;
    type ToolPins = BTreeMap<String, Digest>;
    type Approvals = BTreeMap<String, Approval>;
    type Promotion = PromotionSection;
}

impl Described for Written {
    type ListSchema = ListOfEntries;

    fn finish(schema: &mut Schema, required: &'static [&'static str]) {
        schema::mapping(required)(schema);
    }
}
