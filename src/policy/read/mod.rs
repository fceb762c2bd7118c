//! The text of a `policy.yaml` in, a [`Pack`] and every issue out.
//!
//! One pass collects everything that is wrong, so that an author mends a pack once.
//!
//! ```
//! use cavra::policy::{pack::Pack, source::SourceFile};
//!
//! let text = "metadata: {id: a}\ncomands: {block: [terraform apply*]}\n".to_owned();
//! let (pack, issues) = Pack::read(&SourceFile { path: "policy.yaml".to_owned(), text });
//! assert!(pack.is_none());
//! let blocker = issues.iter().find(|issue| issue.is_blocker()).map(ToString::to_string);
//! assert_eq!(
//!     blocker.as_deref(),
//!     Some("policy.yaml:2:1: unknown section `comands`; did you mean `commands`? [unknown-section]")
//! );
//! ```

mod allow_effects;
mod entry;
pub(super) mod fields;
pub(super) mod item;
mod promotion;
pub(super) mod schema;
mod tool_arguments;
pub(super) mod values;

use std::collections::BTreeMap;

use super::issue::{Issue, Location};
pub use super::limits::{MAX_ENTRY_BYTES, MAX_LIST_ENTRIES};
use super::pack::{
    AllowEffects, Approval, Choice, Commands, Compliance, Evidence, FieldValues, Filesystem, Flag,
    Git, List, ListEntry, Mcp, Metadata, Network, Pack, Permission, TaskNames, ToolArguments,
    Written,
};
use super::source::{MAX_FILE_BYTES, SourceFile};
use super::yaml::{self, Node};
use crate::canonical::{Digest, to_canonical_bytes};
use crate::decision::Severity;
use fields::Fields;
use item::Item;
use values::{check_id, check_version};

/// The result of reading one `policy.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What could be read; complete if no issue is a blocker.
    pub pack: Pack,
    /// The YAML with its lines; absent if it isn't YAML.
    pub node: Option<Node>,
    /// Everything that is wrong or doubtful, in the order of the file.
    pub issues: Vec<Issue>,
}

impl Reading {
    /// The pack, if nothing blocks it.
    ///
    /// # Errors
    /// With every issue, warnings included, if one is a blocker.
    pub fn into_pack(self) -> Result<Pack, Vec<Issue>> {
        if self.issues.iter().any(Issue::is_blocker) {
            return Err(self.issues);
        }
        Ok(self.pack)
    }

    /// SHA-256 over the canonical JSON of the parsed YAML, before inheritance.
    /// Absent if it isn't YAML.
    #[must_use]
    pub fn policy_digest(&self) -> Option<Digest> {
        self.node.as_ref().map(policy_digest)
    }
}

/// SHA-256 over the RFC 8785 form of a parsed `policy.yaml`.
#[must_use]
pub fn policy_digest(node: &Node) -> Digest {
    // A `Value` has string keys and finite numbers, so it always has a canonical form;
    // its plain form would be used, and would differ from every canonical digest.
    let value = node.to_json();
    let bytes = to_canonical_bytes(&value).unwrap_or_else(|_| value.to_string().into_bytes());
    Digest::of(&bytes)
}

impl Pack {
    /// Reads one `policy.yaml`. The pack is there if no issue is a blocker.
    #[must_use]
    pub fn read(file: &SourceFile) -> (Option<Self>, Vec<Issue>) {
        let Reading { pack, issues, .. } = read(file);
        let usable = !issues.iter().any(Issue::is_blocker);
        (usable.then_some(pack), issues)
    }
}

/// Reads one `policy.yaml`, as far as it can be read.
#[must_use]
pub fn read(file: &SourceFile) -> Reading {
    match parse(file) {
        Ok(node) => {
            let mut issues = Vec::new();
            let pack = pack(&node, &file.path, &mut issues);
            issues.sort_by_key(|issue| (issue.location.line, issue.location.column));
            Reading {
                pack,
                node: Some(node),
                issues,
            }
        }
        Err(issue) => Reading {
            pack: Pack::default(),
            node: None,
            issues: vec![issue],
        },
    }
}

/// Parses a YAML file of a pack within the limits of [`super::source`].
pub(super) fn parse(file: &SourceFile) -> Result<Node, Issue> {
    if file.text.len() > MAX_FILE_BYTES {
        let problem = format!(
            "has {} bytes; the limit is {MAX_FILE_BYTES}",
            file.text.len()
        );
        return Err(Issue::blocker(
            "file-too-large",
            problem,
            Location::file(&file.path),
        ));
    }
    yaml::parse(&file.text).map_err(|error| {
        let at = Location::new(&file.path, error.line, error.column);
        Issue::blocker(error.code, error.problem, at)
    })
}

fn pack(node: &Node, file: &str, issues: &mut Vec<Issue>) -> Pack {
    let mut root = Fields::of(node, "", file, issues);
    let pack = Pack {
        metadata: root.section("metadata", metadata),
        filesystem: root.section("filesystem", |fields| {
            Filesystem::of(&mut SectionReader(fields))
        }),
        commands: root.section("commands", |fields| {
            Commands::of(&mut SectionReader(fields))
        }),
        git: root.section("git", |fields| Git::of(&mut SectionReader(fields))),
        network: root.section("network", |fields| Network::of(&mut SectionReader(fields))),
        mcp: root.section("mcp", |fields| Mcp::of(&mut SectionReader(fields))),
        approvals: root.map("approvals", approval),
        evidence: root.section("evidence", |fields| {
            Evidence::of(&mut SectionReader(fields))
        }),
        compliance: root.section("compliance", |fields| {
            Compliance::of(&mut SectionReader(fields))
        }),
        promotion: root.section_if_given("promotion", promotion::promotion),
    };
    root.require("metadata", "missing-metadata");
    root.finish();
    pack
}

fn metadata(fields: &mut Fields<'_>) -> Metadata {
    fields.require("id", "missing-id");
    fields.recommend("title", "missing-title");
    fields.recommend("description", "missing-description");
    fields.recommend("version", "missing-version");
    Metadata {
        id: fields.text("id", check_id),
        title: fields.text("title", |_| Ok(())),
        description: fields.text("description", |_| Ok(())),
        version: fields.text("version", check_version),
        inherits: fields.one_or_list("inherits", check_id),
        mode: fields.parsed("mode", values::mode),
    }
}

/// Reads the fields of one section.
struct SectionReader<'s, 'f>(&'s mut Fields<'f>);

impl FieldValues<Written> for SectionReader<'_, '_> {
    fn list(&mut self, list: List) -> Vec<ListEntry> {
        self.0.entries(list.field())
    }

    fn defaulted_list(&mut self, list: List) -> Option<Vec<ListEntry>> {
        self.0.entries_if_given(list.field())
    }

    fn flag(&mut self, flag: Flag) -> Option<bool> {
        self.0.flag(flag.field())
    }

    fn choice(&mut self, choice: Choice) -> Option<Permission> {
        self.0
            .parsed(choice.field(), |text| values::choice(choice, text))
    }

    fn allow_effects(&mut self) -> AllowEffects {
        self.0
            .section("allow_effects", allow_effects::allow_effects)
    }

    fn project_tasks(&mut self) -> TaskNames {
        self.0
            .section("project_tasks", allow_effects::project_tasks)
    }

    fn tool_arguments(&mut self) -> BTreeMap<String, ToolArguments> {
        tool_arguments::tool_arguments(self.0)
    }

    fn risk_scoring(&mut self) -> BTreeMap<String, Severity> {
        self.0.map("risk_scoring", |entry, issues| {
            entry.parsed(issues, values::severity)
        })
    }

    fn tool_pins(&mut self) -> BTreeMap<String, Digest> {
        self.0.map("tool_pins", |entry, issues| {
            entry.parsed(issues, values::digest)
        })
    }
}

fn approval(item: Item<'_>, issues: &mut Vec<Issue>) -> Option<Approval> {
    let before = issues.len();
    let mut fields = item.fields(issues);
    let approvers = fields.list("approvers");
    fields.finish();
    if approvers.is_empty() && issues.len() == before {
        let message = format!("`{}` names no `approvers`", item.path());
        issues.push(Issue::blocker("approvals-empty", message, item.location()));
    }
    Some(Approval { approvers })
}
