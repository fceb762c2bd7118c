//! What a pack's own rules see as `data.policy`: the effective pack, its lists as plain strings.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use crate::canonical::Digest;
use crate::decision::Severity;
use crate::policy::effective::EffectivePack;
use crate::policy::pack::{
    AllowEffects, Choice, Commands, Compliance, Described, Evidence, FieldValues, Filesystem, Flag,
    Git, List, Mcp, Mode, Network, Pack, Permission, Stage, TaskNames, ToolArguments,
};

/// The stage of a pack as its own rules see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::engine) struct Seen;

/// Which pack it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub(in crate::engine) struct Metadata {
    /// The pack's id: the one that decides, not the parent that brings the rule.
    id: String,
    /// Its version.
    version: String,
    /// Whether verdicts are enforced.
    mode: Mode,
}

impl Stage for Seen {
    type Metadata = Metadata;
    type Entry = Arc<str>;
    type DefaultedList = Vec<Arc<str>>;
    type Flag = bool;
    /// Absent where the default holds.
    type Choice = Option<Permission>;
    type AllowEffects = AllowEffects;
    type TaskNames = TaskNames;
    type ToolArguments = BTreeMap<String, ToolArguments>;
    type RiskScoring = BTreeMap<String, Severity>;
    type ToolPins = BTreeMap<String, Digest>;
    type Approvals = BTreeMap<String, Vec<Arc<str>>>;
    /// What a change of the policy has to show is no matter of a single action.
    type Promotion = ();
}

impl Described for Seen {
    type ListSchema = Vec<String>;

    /// Every field is there, so the schema stays as it follows from the types.
    fn finish(schema: &mut Schema, _: &'static [&'static str]) {
        schema.remove("additionalProperties");
        let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
        if let Some(fields) = fields {
            fields.remove("promotion");
        }
    }
}

impl Pack<Seen> {
    /// The sections of `policy.yaml` after inheritance.
    pub(super) fn of(pack: &EffectivePack) -> Self {
        let content = &mut Content(pack);
        Self {
            metadata: Metadata {
                id: pack.id().to_owned(),
                version: pack.content.metadata.version.clone(),
                mode: pack.mode,
            },
            filesystem: Filesystem::of(content),
            commands: Commands::of(content),
            git: Git::of(content),
            network: Network::of(content),
            mcp: Mcp::of(content),
            approvals: pack.content.approvals.clone(),
            evidence: Evidence::of(content),
            compliance: Compliance::of(content),
            promotion: None,
        }
    }
}

/// The values of an effective pack, without the origins of its entries.
struct Content<'a>(&'a EffectivePack);

impl FieldValues<Seen> for Content<'_> {
    fn list(&mut self, list: List) -> Vec<Arc<str>> {
        let entries = self.0.content.list(list).iter();
        entries.map(|entry| Arc::clone(&entry.text)).collect()
    }

    fn defaulted_list(&mut self, list: List) -> Vec<Arc<str>> {
        self.list(list)
    }

    fn flag(&mut self, flag: Flag) -> bool {
        *self.0.content.flag(flag)
    }

    fn choice(&mut self, choice: Choice) -> Option<Permission> {
        *self.0.content.choice(choice)
    }

    fn allow_effects(&mut self) -> AllowEffects {
        self.0.content.commands.allow_effects
    }

    fn project_tasks(&mut self) -> TaskNames {
        self.0.content.commands.project_tasks.clone()
    }

    fn tool_arguments(&mut self) -> BTreeMap<String, ToolArguments> {
        self.0.content.mcp.arguments.clone()
    }

    fn risk_scoring(&mut self) -> BTreeMap<String, Severity> {
        self.0.content.mcp.risk_scoring.clone()
    }

    fn tool_pins(&mut self) -> BTreeMap<String, Digest> {
        self.0.content.mcp.tool_pins.clone()
    }
}
