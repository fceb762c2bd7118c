//! A pack joined with its parents, and the two digests.
//!
//! Lists are joined parent-first, in the order of `inherits`, and de-duplicated; the
//! first pack that lists an entry is its origin. Entries with one pattern that say different things
//! beside it are different entries: both hold. A child's scalar wins, as does a
//! child's key in `approvals`, `mcp.arguments`, `mcp.risk_scoring` and `mcp.tool_pins`; parents that
//! disagree on one that the child doesn't set are an error.
//!
//! A pack without `metadata.mode` enforces unless every parent audits: inheriting
//! from one audit pack among others must not switch enforcement off. A pack that
//! inherits from nobody enforces.
//!
//! What no pack of the lineage sets has a default that protects: direct pushes to `main` and
//! `master` are blocked, and somebody approves (`defaults.rs`). The defaults are part of the
//! effective pack, so they are shown and are part of its digest.

mod defaults;
mod error;
mod join;
mod resolve;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cases::Case;
use super::origin::Origin;
use super::pack::{
    AllowEffects, List, Metadata, Mode, Pack, Permission, Stage, Stored, TaskNames, Terms,
    ToolArguments,
};
use super::promotion::Promotion;
use super::source::SourceFile;
use crate::canonical::{Digest, to_canonical_bytes};
use crate::decision::Severity;

pub use error::{FindError, PolicyError};
pub use resolve::{resolve, resolve_source};

/// Packs on the longest way from a pack to an ancestor, the pack included.
pub const MAX_INHERITANCE_DEPTH: usize = 16;
/// Packs in one lineage, the pack included.
pub const MAX_LINEAGE: usize = 64;

/// A pack as it decides: joined with everything it inherits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectivePack {
    /// The content after inheritance. Its `metadata` is the pack's own.
    pub content: Pack<Effective>,
    /// Over the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// Ancestors first, the pack itself last; each once.
    pub lineage: Vec<Ancestor>,
    /// Whether verdicts are enforced.
    pub mode: Mode,
    /// Whether the default approvers are used because no pack of the lineage names any.
    pub approvers_by_default: bool,
    /// The Rego files of the whole lineage, ancestors first.
    pub rules: Vec<PackRule>,
    /// The pack's own decision cases.
    pub cases: Vec<Case>,
    /// Where the pack itself came from. It decides nothing, and is part of no digest.
    pub origin: Origin,
}

/// One pack of a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ancestor {
    /// The pack's id.
    pub id: Arc<str>,
    /// Its `metadata.version`; empty if it has none.
    pub version: Arc<str>,
    /// Over its own `policy.yaml`.
    pub policy_digest: Digest,
}

/// One entry of a list, and the pack that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listed {
    /// The entry.
    pub text: Arc<str>,
    /// The id of the first pack of the lineage that lists it.
    pub origin: Arc<str>,
    /// What the entry says beside its pattern. Absent if it says nothing, so that the digests of
    /// such entries are those of their patterns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Arc<Terms>>,
}

impl AsRef<str> for Listed {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// One Rego file, and the pack that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRule {
    /// The pack's id.
    pub pack_id: Arc<str>,
    /// The file, its path relative to the pack's folder.
    pub file: SourceFile,
}

/// The stage of a pack after inheritance, with the defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective;

impl Stage for Effective {
    /// The pack's own, before inheritance.
    type Metadata = Metadata;
    type Entry = Listed;
    type DefaultedList = Vec<Listed>;
    type Flag = bool;
    /// Absent where the default holds.
    type Choice = Option<Permission>;
    /// An effect that is not allowed is absent.
    type AllowEffects = AllowEffects;
    /// A kind without names is absent.
    type TaskNames = TaskNames;
    type ToolArguments = BTreeMap<String, ToolArguments>;
    type RiskScoring = BTreeMap<String, Severity>;
    type ToolPins = BTreeMap<String, Digest>;
    /// By rule id, or `default`, which is always there: the groups that approve.
    type Approvals = BTreeMap<String, Vec<Arc<str>>>;
    /// Absent if no pack of the lineage has the section: [`EffectivePack::promotion`].
    type Promotion = Promotion;
}

/// A pack's lists go to the process that tries whether they compile.
impl Stored for Effective {}

impl EffectivePack {
    /// The pack's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.content.metadata.id
    }

    /// SHA-256 over everything that decides: the effective policy, the digest of every
    /// pack of the lineage, the lineage's Rego, the base Rego and the version of the facts.
    #[must_use]
    pub fn effective_digest(&self, base: &[SourceFile], facts_version: &str) -> Digest {
        Digest::of(&self.effective_document(base, facts_version))
    }

    /// The document that [`Self::effective_digest`] is the digest of, in its RFC 8785 form.
    #[must_use]
    pub fn effective_document(&self, base: &[SourceFile], facts_version: &str) -> Vec<u8> {
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|rule| json!({ "pack_id": rule.pack_id, "file": fingerprint(&rule.file) }))
            .collect();
        canonical(&json!({
            "policy": self.deciding(),
            "rules": rules,
            "base_rules": base_rules(base),
            "facts_version": facts_version,
        }))
    }

    /// The effective policy for a person or a document; without the texts of Rego files.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut value = self.deciding();
        if let Value::Object(fields) = &mut value {
            let rules = self.rules.iter().map(|rule| {
                json!({ "pack_id": rule.pack_id, "path": rule.file.path, "digest": Digest::of(rule.file.text.as_bytes()) })
            });
            fields.insert("metadata".to_owned(), json!(self.content.metadata));
            fields.insert("policy_digest".to_owned(), json!(self.policy_digest));
            fields.insert("rules".to_owned(), rules.collect());
            let ids = self.cases.iter().map(|case| json!(case.case_id));
            fields.insert("case_ids".to_owned(), ids.collect());
        }
        value
    }

    /// The groups that approve what `rule_id` sends to approval: its own, else the
    /// default ones, else none.
    #[must_use]
    pub fn approvers_for(&self, rule_id: &str) -> &[Arc<str>] {
        let approvals = &self.content.approvals;
        approvals
            .get(rule_id)
            .or_else(|| approvals.get("default"))
            .map_or(&[], Vec::as_slice)
    }

    /// What a change of the policy in force has to show for this pack: its section `promotion`,
    /// or the standard if no pack of the lineage has one.
    #[must_use]
    pub fn promotion(&self) -> Promotion {
        self.content.promotion.unwrap_or_default()
    }

    fn deciding(&self) -> Value {
        let content = &self.content;
        let mut value = json!({
            "id": self.id(),
            "mode": self.mode,
            "lineage": self.lineage,
            "filesystem": content.filesystem,
            "commands": content.commands,
            "git": content.git,
            "network": content.network,
            "mcp": content.mcp,
            "approvals": content.approvals,
            "required_fields": content.evidence.required_fields,
            "maps_to": content.compliance.maps_to,
        });
        // Left out where no pack has it: digests that people have approved must not change.
        if let (Value::Object(fields), Some(promotion)) = (&mut value, content.promotion) {
            fields.insert("promotion".to_owned(), json!(promotion));
        }
        let lists = List::ALL.iter().copied();
        for list in lists.filter(|list| list.is_left_out_if_empty()) {
            let section = value.get_mut(list.section());
            if let Some(fields) = section.and_then(Value::as_object_mut)
                && content.list(list).is_empty()
            {
                fields.remove(list.field());
            }
        }
        if let Value::Object(fields) = &mut value {
            let is_empty = |section: &mut Value| section.as_object().is_some_and(Map::is_empty);
            if fields.get_mut("network").is_some_and(is_empty) {
                fields.remove("network");
            }
        }
        value
    }
}

/// SHA-256 over what every pack is judged by: the base Rego and the version of the facts.
/// Two documents whose engine digests differ were made by engines that may decide otherwise.
#[must_use]
pub fn engine_digest(base: &[SourceFile], facts_version: &str) -> Digest {
    Digest::of(&canonical(&json!({
        "base_rules": base_rules(base),
        "facts_version": facts_version,
    })))
}

/// Every base file by path and digest, in the order of the paths.
fn base_rules(base: &[SourceFile]) -> Vec<Value> {
    let mut base: Vec<&SourceFile> = base.iter().collect();
    base.sort_by(|a, b| a.path.cmp(&b.path));
    base.into_iter().map(fingerprint).collect()
}

fn fingerprint(file: &SourceFile) -> Value {
    json!({ "path": file.path, "digest": Digest::of(file.text.as_bytes()) })
}

fn canonical(value: &Value) -> Vec<u8> {
    // Strings, booleans and maps with string keys: always canonical.
    to_canonical_bytes(value).unwrap_or_else(|_| value.to_string().into_bytes())
}
