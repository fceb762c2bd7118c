//! What changed between two packs, as they decide.
//!
//! Both are flattened to dotted paths, such as `commands.block[terraform apply*]`; each
//! path knows which way its section pulls. What doesn't follow from the section alone (a
//! changed Rego file, pin or list of approvers) is `unclear`, so that nobody takes it for
//! harmless.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cases::Case;
use super::effective::{EffectivePack, Listed};
use super::pack::{
    ALLOW_EFFECTS, Choice, Effect, Flag, List, Mode, PROJECT_TASKS, PROJECT_TOOLS, TOOL_ARGUMENTS,
    Terms,
};
use crate::canonical::Digest;

/// What a change of a pack does to what agents may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Agents may do less, more of what they do needs approval, or a change of the policy has to
    /// show more.
    Tightens,
    /// Agents may do more, less of what they do needs approval, or a change of the policy has to
    /// show less.
    Loosens,
    /// Agents may do the same, such as after a change of a title.
    Neutral,
    /// The effect depends on content that only a person or an evaluation can judge.
    Unclear,
}

/// One path of a pack that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PackChange")]
pub struct Change {
    /// The path, such as `commands.block[terraform apply*]` or `git.require_pull_request`.
    pub path: String,
    /// What the change does to what agents may do.
    pub direction: Direction,
    /// The old value. Absent if the path was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The new value. Absent if the path was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// What changed between two packs after inheritance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PackDiff")]
pub struct Diff {
    /// Paths that only the new pack has, in order.
    pub added: Vec<Change>,
    /// Paths that only the old pack has, in order.
    pub removed: Vec<Change>,
    /// Paths that both packs have with different values, in order.
    pub changed: Vec<Change>,
}

impl Diff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// Every change: added, then removed, then changed.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.added.iter().chain(&self.removed).chain(&self.changed)
    }

    /// How many changes pull this way.
    #[must_use]
    pub fn count(&self, direction: Direction) -> usize {
        self.changes()
            .filter(|change| change.direction == direction)
            .count()
    }
}

/// Which way a path pulls.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pull {
    /// Its presence restricts.
    Restricts,
    /// Its presence permits.
    Permits,
    /// The greater, the stricter.
    Ranked(u64),
    /// Groups, of which one must approve: fewer of them tighten.
    AnyOf(BTreeSet<String>),
    /// Does not decide.
    Neutral,
    /// The section does not show it.
    Unclear,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Flat {
    value: Value,
    pull: Pull,
}

/// What changed from `old` to `new`, as they decide.
#[must_use]
pub fn diff(old: &EffectivePack, new: &EffectivePack) -> Diff {
    let (old, new) = (flatten(old), flatten(new));
    let mut diff = Diff::default();
    for (path, to) in &new {
        match old.get(path) {
            None => diff.added.push(change(path, None, Some(to))),
            Some(from) if from.value != to.value => {
                diff.changed.push(change(path, Some(from), Some(to)));
            }
            Some(_) => {}
        }
    }
    for (path, from) in &old {
        if !new.contains_key(path) {
            diff.removed.push(change(path, Some(from), None));
        }
    }
    diff
}

fn change(path: &str, from: Option<&Flat>, to: Option<&Flat>) -> Change {
    let direction = match (from.map(|flat| &flat.pull), to.map(|flat| &flat.pull)) {
        (None, Some(Pull::Restricts | Pull::Ranked(_))) | (Some(Pull::Permits), None) => {
            Direction::Tightens
        }
        (None, Some(Pull::Permits)) | (Some(Pull::Restricts | Pull::Ranked(_)), None) => {
            Direction::Loosens
        }
        (Some(Pull::Ranked(from)), Some(Pull::Ranked(to))) if to > from => Direction::Tightens,
        (Some(Pull::Ranked(_)), Some(Pull::Ranked(_))) => Direction::Loosens,
        // Who may approve is another question where the groups are others, or the rule's own.
        (Some(Pull::AnyOf(from)), Some(Pull::AnyOf(to))) if to.is_subset(from) => {
            Direction::Tightens
        }
        (Some(Pull::AnyOf(from)), Some(Pull::AnyOf(to))) if to.is_superset(from) => {
            Direction::Loosens
        }
        (Some(Pull::Neutral) | None, Some(Pull::Neutral) | None) => Direction::Neutral,
        _ => Direction::Unclear,
    };
    Change {
        path: path.to_owned(),
        direction,
        from: from.map(|flat| flat.value.clone()),
        to: to.map(|flat| flat.value.clone()),
    }
}

fn flatten(pack: &EffectivePack) -> BTreeMap<String, Flat> {
    let mut flat = Flattened::default();
    flat.metadata(pack);
    flat.lists(pack);
    flat.flags(pack);
    flat.maps(pack);
    flat.files(pack);
    flat.promotion(pack);
    flat.0
}

#[derive(Default)]
struct Flattened(BTreeMap<String, Flat>);

impl Flattened {
    fn put(&mut self, path: impl Into<String>, value: Value, pull: Pull) {
        self.0.insert(path.into(), Flat { value, pull });
    }

    fn metadata(&mut self, pack: &EffectivePack) {
        let metadata = &pack.content.metadata;
        let texts = [
            ("metadata.id", &metadata.id),
            ("metadata.title", &metadata.title),
            ("metadata.description", &metadata.description),
            ("metadata.version", &metadata.version),
        ];
        for (path, text) in texts {
            self.put(path, json!(text), Pull::Neutral);
        }
        let rank = match pack.mode {
            Mode::Audit => 0,
            Mode::Enforce => 1,
        };
        self.put("metadata.mode", json!(pack.mode), Pull::Ranked(rank));
        // The last of the lineage is the pack itself, under whatever id.
        for ancestor in pack.lineage.iter().rev().skip(1) {
            let path = format!("metadata.inherits[{}]", ancestor.id);
            self.put(path, json!(ancestor.policy_digest), Pull::Neutral);
        }
    }

    /// An entry that says more than its pattern is a path of its own, with what it says: two entries
    /// of one pattern both hold.
    fn lists(&mut self, pack: &EffectivePack) {
        for list in List::ALL.iter().copied() {
            let entries = pack.content.list(list);
            let mut patterns: HashMap<&str, usize> = HashMap::new();
            for listed in entries {
                *patterns.entry(&listed.text).or_default() += 1;
            }
            for listed in entries {
                let pull = match list.effect() {
                    _ if asks_instead_of_allowing(pack, list, &listed.text) => Pull::Restricts,
                    Effect::Restricts => Pull::Restricts,
                    Effect::Permits => Pull::Permits,
                    Effect::Nothing => Pull::Neutral,
                };
                let path = format!("{}[{}]", list.path(), listed.text);
                let is_alone = patterns.get(&*listed.text) == Some(&1);
                self.terms(&path, list, listed, is_alone);
                self.put(path, json!(listed.text), pull);
            }
        }
    }

    /// What an entry says beside its pattern. Of two entries of one pattern, the path names the packs.
    /// One that names no groups asks for those of its rule, beside those that the other names.
    fn terms(&mut self, entry: &str, list: List, listed: &Listed, is_alone: bool) {
        let path = |field: &str| format!("{entry}.{field}[{}]", listed.origin);
        let terms = listed.terms.as_deref().cloned().unwrap_or_default();
        let Terms {
            approvers,
            reason,
            severity,
            controls,
            id,
        } = &terms;
        if approvers.is_empty() && !is_alone && list.may_ask() {
            let of_rule = json!("those of the rule");
            self.add(path("approvers_of_rule"), of_rule, Pull::Restricts);
        }
        if !approvers.is_empty() {
            let groups = approvers.iter().map(ToString::to_string).collect();
            let pull = match list.may_ask() {
                true => Pull::AnyOf(groups),
                false => Pull::Neutral,
            };
            self.add(path("approvers"), json!(approvers), pull);
        }
        if let Some(severity) = severity {
            let pull = Pull::Ranked(*severity as u64);
            self.add(path("severity"), json!(severity), pull);
        }
        if let Some(reason) = reason {
            self.add(path("reason"), json!(reason), Pull::Neutral);
        }
        if !controls.is_empty() {
            self.add(path("controls"), json!(controls), Pull::Neutral);
        }
        if let Some(id) = id {
            self.add(path("id"), json!(id), Pull::Neutral);
        }
    }

    /// As [`Self::put`], beside what other entries of the same pattern and pack say.
    fn add(&mut self, path: String, value: Value, pull: Pull) {
        let mut free = path.clone();
        for number in 2.. {
            if !self.0.contains_key(&free) {
                break;
            }
            free = format!("{path}#{number}");
        }
        self.put(free, value, pull);
    }

    fn flags(&mut self, pack: &EffectivePack) {
        for flag in Flag::ALL.iter().copied() {
            let on = *pack.content.flag(flag);
            self.put(flag.path(), json!(on), Pull::Ranked(u64::from(on)));
        }
        for choice in Choice::ALL.iter().copied() {
            let value = choice.of(&pack.content);
            self.put(choice.path(), json!(value), Pull::Ranked(value as u64));
        }
    }

    fn maps(&mut self, pack: &EffectivePack) {
        for effect in pack.content.commands.allow_effects.allowed() {
            self.put(effect.path(), json!(true), Pull::Permits);
        }
        for kind in pack.content.commands.allow_effects.tools().iter() {
            let path = format!("{ALLOW_EFFECTS}.{PROJECT_TOOLS}[{}]", kind.name());
            self.put(path, json!(kind), Pull::Permits);
        }
        for (kind, name) in pack.content.commands.project_tasks.iter() {
            let path = format!("{PROJECT_TASKS}.{}[{name}]", kind.name());
            self.put(path, json!(name), Pull::Permits);
        }

        for (tool, arguments) in &pack.content.mcp.arguments {
            let path = format!("{TOOL_ARGUMENTS}[{tool}]");
            // Without it the arguments of the tool are not judged at all.
            self.put(path, json!(arguments), Pull::Restricts);
        }
        for (key, severity) in &pack.content.mcp.risk_scoring {
            let path = format!("mcp.risk_scoring[{key}]");
            self.put(path, json!(severity), Pull::Ranked(*severity as u64));
        }
        for (tool, pin) in &pack.content.mcp.tool_pins {
            let path = format!("mcp.tool_pins[{tool}]");
            // On a server with pins, a tool without one needs approval. So the first pin of a server
            // restricts its other tools, and a further one permits its tool.
            self.put(path, json!(pin), Pull::Unclear);
        }
        for (rule_id, groups) in &pack.content.approvals {
            let path = format!("approvals[{rule_id}]");
            self.put(path, json!(groups), Pull::Unclear);
        }
    }

    /// A lower bar loosens: less is asked for before agents may do more.
    fn promotion(&mut self, pack: &EffectivePack) {
        for number in pack.promotion().numbers() {
            self.put(number.path, number.value, Pull::Ranked(number.strictness));
        }
    }

    fn files(&mut self, pack: &EffectivePack) {
        for rule in &pack.rules {
            let path = format!("rules[{}/{}]", rule.pack_id, rule.file.path);
            let digest = Digest::of(rule.file.text.as_bytes());
            // A pack's Rego can add findings and tighten, never remove one.
            self.put(path, json!(digest), Pull::Restricts);
        }
        for case in &pack.cases {
            let path = format!("cases[{}]", case.case_id);
            self.put(path, outline(case), Pull::Neutral);
        }
    }
}

/// Whether an entry makes calls of an MCP server need approval that would be allowed without it.
/// Without it, calls of other servers would be blocked.
fn asks_instead_of_allowing(pack: &EffectivePack, list: List, server: &str) -> bool {
    let allowed = &pack.content.mcp.allowed_servers;
    list == List::McpApprovalServers && allowed.iter().any(|listed| &*listed.text == server)
}

/// A case without the plans and definitions that its action may carry.
fn outline(case: &Case) -> Value {
    let action = &case.action;
    let whole = action.to_json().to_string();
    json!({
        "action_type": action.action_type(),
        "target": action.target(),
        "input": Digest::of(whole.as_bytes()),
        "want": case.expect,
    })
}
