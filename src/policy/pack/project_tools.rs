//! `commands.allow_effects.project_tools` and `commands.project_tasks`: which tasks of the project
//! agents may run.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::action::facts::TaskKind;
use crate::policy::read::schema;

/// A set of kinds of tasks. In documents it is a list of names, in the order of
/// [`TaskKind::ALLOWABLE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ToolKinds(u8);

impl ToolKinds {
    /// The set of these kinds. [`TaskKind::Other`] can't be allowed, and is left out.
    pub fn of(kinds: impl IntoIterator<Item = TaskKind>) -> Self {
        let allowable = kinds
            .into_iter()
            .filter(|kind| TaskKind::ALLOWABLE.contains(kind));
        Self(allowable.fold(0, |set, kind| set | 1 << kind as u8))
    }

    /// Whether the kind is in the set.
    #[must_use]
    pub const fn contains(self, kind: TaskKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether no kind is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the sets have a kind in common.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The kinds, in the order of the documents.
    pub fn iter(self) -> impl Iterator<Item = TaskKind> {
        let all = TaskKind::ALLOWABLE.into_iter();
        all.filter(move |kind| self.contains(*kind))
    }
}

/// Such as `test, lint`; `none` for no kind.
impl fmt::Display for ToolKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let names: Vec<&str> = self.iter().map(TaskKind::name).collect();
        f.write_str(&names.join(", "))
    }
}

impl Serialize for ToolKinds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(TaskKind::name))
    }
}

impl<'de> Deserialize<'de> for ToolKinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<Cow<'de, str>>::deserialize(deserializer)?;
        let kinds = names.iter().map(|name| {
            kind_named(name).ok_or_else(|| D::Error::custom(format!("`{name}` is no kind of task")))
        });
        Ok(Self::of(kinds.collect::<Result<Vec<_>, _>>()?))
    }
}

impl JsonSchema for ToolKinds {
    fn schema_name() -> Cow<'static, str> {
        "ToolKinds".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = TaskKind::ALLOWABLE.map(TaskKind::name);
        json_schema!({ "type": "array", "items": { "type": "string", "enum": names } })
    }
}

/// The kind of task of that name, if a pack can allow it.
pub(in crate::policy) fn kind_named(name: &str) -> Option<TaskKind> {
    let mut kinds = TaskKind::ALLOWABLE.into_iter();
    kinds.find(|kind| kind.name() == name)
}

/// Names of recipes and scripts of the project that count as tasks of a kind, besides those that
/// are known by their name: `docs/formats.md`, "Project tools". A name is compared exactly. A
/// child's key replaces the parents'.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::mapping(&[]))]
pub struct TaskNames {
    /// Tasks that run tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::EntryList")]
    pub test: Option<Vec<Arc<str>>>,
    /// Tasks that compile, bundle or pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::EntryList")]
    pub build: Option<Vec<Arc<str>>>,
    /// Tasks that check sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::EntryList")]
    pub lint: Option<Vec<Arc<str>>>,
    /// Tasks that lay sources out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::EntryList")]
    pub format: Option<Vec<Arc<str>>>,
}

/// The dotted path of the mapping.
pub const PROJECT_TASKS: &str = "commands.project_tasks";

impl TaskNames {
    /// The names that `names` gives for each kind.
    pub fn of(mut names: impl FnMut(TaskKind) -> Option<Vec<Arc<str>>>) -> Self {
        Self {
            test: names(TaskKind::Test),
            build: names(TaskKind::Build),
            lint: names(TaskKind::Lint),
            format: names(TaskKind::Format),
        }
    }

    /// The names of a kind. None if the pack has no list of them.
    #[must_use]
    pub fn get(&self, kind: TaskKind) -> Option<&[Arc<str>]> {
        let names = match kind {
            TaskKind::Test => &self.test,
            TaskKind::Build => &self.build,
            TaskKind::Lint => &self.lint,
            TaskKind::Format => &self.format,
            TaskKind::Other => &None,
        };
        names.as_deref()
    }

    /// Each kind with each of its names.
    pub fn iter(&self) -> impl Iterator<Item = (TaskKind, &Arc<str>)> {
        TaskKind::ALLOWABLE.into_iter().flat_map(|kind| {
            let names = self.get(kind).unwrap_or_default().iter();
            names.map(move |name| (kind, name))
        })
    }
}
