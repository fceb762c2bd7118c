//! The content that was judged: the action and its facts.
//!
//! The action is there as its document without who asked (that is in the record), without
//! a `requested_operation` that the other fields imply, without its plan and without the arguments
//! of an MCP call: a plan's changes and fingerprint are facts, and so are the arguments, cut to
//! named sizes.
//!
//! What is over [`MAX_SUBJECT_BYTES`] keeps what it can be judged again from: its texts
//! without the facts if they are whole, otherwise its facts with cut texts, otherwise cut
//! texts alone.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::decision::CallerRecord;
use super::limits::{MAX_SUBJECT_BYTES, MAX_TEXT_BYTES};
use super::{Content, RecordError};
use crate::action::document;
use crate::action::facts::{FACTS_VERSION, Facts};
use crate::action::{Action, ActionType, Place, Request};
use crate::canonical::{Tape, json_within};
use crate::redaction::{Clean, Redacted};

/// A subject as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The action, without its caller and without its plan.
    pub action: Action,
    /// The facts of the action, unless they are too large.
    pub facts: Option<Facts>,
    /// The version of the facts.
    pub facts_version: String,
    /// The number of secrets that each rule replaced by marks.
    pub redactions: Vec<Redacted>,
    /// Fields that were cut or left out: those of the action document, and `facts`.
    pub truncated: Vec<String>,
}

/// Fields in canonical order.
#[derive(Serialize)]
struct SubjectToStore<'a> {
    action: ActionToStore<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<&'a Facts>,
    facts_version: &'a str,
    redactions: &'a [Redacted],
    /// See [`crate::action::Place::root_named`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    root_named: bool,
    /// The indices of the further roots that the operator names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roots_named: Vec<usize>,
    truncated: Vec<&'static str>,
}

/// Fields in canonical order.
#[derive(Serialize)]
struct ActionToStore<'a> {
    action_type: ActionType,
    #[serde(skip_serializing_if = "Option::is_none")]
    capability: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_branch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mcp_tool: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    respects_ignore: Option<bool>,
    schema_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_root: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    workspace_roots: Vec<&'a str>,
}

/// A subject as it will be stored.
pub(super) struct Written {
    pub(super) content: Content,
    /// The action's texts are all there, in full.
    pub(super) whole_texts: bool,
    /// The facts are there.
    pub(super) facts: bool,
}

/// The content of an action and its facts, from which secrets are already gone.
pub(super) fn content(clean: &Clean<'_>) -> Result<Written, RecordError> {
    let (action, facts) = (clean.action.as_ref(), clean.facts.as_ref());
    let redactions = clean.redactions.as_slice();
    let definition = canonical_definition(action);
    let mut missing = Vec::new();
    if has_definition(action) && definition.is_none() {
        missing.push("mcp_tool");
    }
    if clean.withheld {
        missing.push("target");
    }
    if clean.withheld || clean.facts_cut {
        missing.push("facts");
    }
    missing.sort_unstable();
    let kept_facts = Some(facts).filter(|_| !missing.contains(&"facts"));
    let replays_from_text =
        missing.is_empty() && redactions.is_empty() && !action.has_unrecorded_texts();
    let mut stored = SubjectToStore {
        action: ActionToStore::of(action, definition.as_deref()),
        facts: kept_facts,
        facts_version: FACTS_VERSION,
        redactions,
        root_named: action.place.root_named,
        roots_named: named_roots(&action.place),
        truncated: missing.clone(),
    };
    if let Some(bytes) = within(&stored)? {
        let has_facts = stored.facts.is_some();
        return Ok(Written::of(bytes, missing.is_empty(), has_facts));
    }
    if replays_from_text {
        stored.facts = None;
        stored.truncated = vec!["facts"];
        if let Some(bytes) = within(&stored)? {
            return Ok(Written::of(bytes, true, false));
        }
    }
    stored.facts = kept_facts;
    stored.truncated = missing;
    stored.action.cut(&mut stored.truncated);
    let whole_texts = stored.truncated.is_empty();
    if let Some(bytes) = within(&stored)? {
        return Ok(Written::of(bytes, whole_texts, stored.facts.is_some()));
    }
    stored.facts = None;
    stored.truncated.push("facts");
    stored.truncated.sort_unstable();
    stored.truncated.dedup();
    Ok(Written::of(super::to_bytes(&stored)?, whole_texts, false))
}

fn within(stored: &SubjectToStore<'_>) -> Result<Option<Box<[u8]>>, RecordError> {
    json_within(stored, MAX_SUBJECT_BYTES)
        .map(|bytes| bytes.map(Vec::into_boxed_slice))
        .map_err(|error| RecordError::Unwritable(error.to_string()))
}

impl Written {
    fn of(bytes: Box<[u8]>, whole_texts: bool, facts: bool) -> Self {
        Self {
            content: Content::from_bytes(bytes),
            whole_texts,
            facts,
        }
    }
}

fn named_roots(place: &Place) -> Vec<usize> {
    let roots = place.workspace_roots.iter().enumerate();
    roots
        .filter(|(_, root)| root.named)
        .map(|(index, _)| index)
        .collect()
}

fn has_definition(action: &Action) -> bool {
    matches!(&action.request, Request::McpToolCall(call) if call.definition.is_some())
}

/// A tool's definition in canonical form. One without such a form is named as missing.
fn canonical_definition(action: &Action) -> Option<Box<RawValue>> {
    let Request::McpToolCall(call) = &action.request else {
        return None;
    };
    let definition = Tape::parse(call.definition.as_deref()?).ok()?;
    let text = String::from_utf8(definition.to_canonical_bytes().ok()?).ok()?;
    RawValue::from_string(text).ok()
}

impl<'a> ActionToStore<'a> {
    fn of(action: &'a Action, mcp_tool: Option<&'a RawValue>) -> Self {
        // The caller is in the record, the plan in the facts.
        let Action {
            request,
            caller: _,
            place,
            terraform_plan: _,
        } = action;
        let call = match request {
            Request::McpToolCall(call) => Some(call),
            _ => None,
        };
        let requested_operation = match request {
            Request::GitOperation { operation, .. } => Some(operation.as_str()),
            Request::McpToolCall(call) => call.operation.as_deref(),
            Request::SearchFiles { .. } => Some(action.requested_operation()),
            Request::ReadFile { .. } | Request::WriteFile { .. } => None,
            Request::ExecuteCommand { .. } => None,
        };
        Self {
            action_type: action.action_type(),
            capability: call.and_then(|call| call.capability.as_deref()),
            content: action.search_field("content"),
            current_branch: place.current_branch.as_deref(),
            cwd: place.cwd.as_deref(),
            mcp_tool,
            requested_operation,
            respects_ignore: action.search_field("respects_ignore"),
            schema_version: document::SCHEMA_VERSION,
            server: call.and_then(|call| call.server.as_deref()),
            target: action.target(),
            tool: call.and_then(|call| call.tool.as_deref()),
            workspace_root: place.workspace_root.as_deref(),
            workspace_roots: (place.workspace_roots.iter())
                .map(|root| root.path.as_str())
                .collect(),
        }
    }

    /// Cuts every text to [`MAX_TEXT_BYTES`] and leaves the definition and the further roots out;
    /// names what was cut.
    fn cut(&mut self, cut: &mut Vec<&'static str>) {
        let Self {
            action_type: _,
            capability,
            content: _,
            current_branch,
            cwd,
            mcp_tool,
            requested_operation,
            respects_ignore: _,
            schema_version: _,
            server,
            target,
            tool,
            workspace_root,
            workspace_roots,
        } = self;
        let mut shorten = |name: &'static str, text: &mut &'a str| {
            if text.len() > MAX_TEXT_BYTES {
                *text = text
                    .get(..text.floor_char_boundary(MAX_TEXT_BYTES))
                    .unwrap_or("");
                cut.push(name);
            }
        };
        let optional = [
            ("capability", capability),
            ("current_branch", current_branch),
            ("cwd", cwd),
            ("requested_operation", requested_operation),
            ("server", server),
            ("tool", tool),
            ("workspace_root", workspace_root),
        ];
        for (name, text) in optional {
            if let Some(text) = text {
                shorten(name, text);
            }
        }
        shorten("target", target);
        if mcp_tool.take().is_some() {
            cut.push("mcp_tool");
        }
        if !std::mem::take(workspace_roots).is_empty() {
            cut.push("workspace_roots");
        }
        cut.sort_unstable();
        cut.dedup();
    }
}

impl Subject {
    /// Reads a subject's content back.
    ///
    /// # Errors
    /// If `bytes` are not such a content, or hold what can't be an action, as one whose texts
    /// were cut may.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Stored<'a> {
            #[serde(borrow)]
            action: &'a RawValue,
            facts: Option<Facts>,
            #[serde(borrow)]
            facts_version: Cow<'a, str>,
            redactions: Vec<Redacted>,
            #[serde(default)]
            root_named: bool,
            #[serde(default)]
            roots_named: Vec<usize>,
            truncated: Vec<String>,
        }
        // Once for all texts in it.
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|error| RecordError::Malformed(error.to_string()))?;
        let malformed = |error: serde_json::Error| RecordError::Malformed(error.to_string());
        let stored: Stored<'_> = serde_json::from_str(text).map_err(malformed)?;
        let mut action = Action::from_short_json(stored.action.get())?;
        action.place.root_named = stored.root_named;
        for (index, root) in action.place.workspace_roots.iter_mut().enumerate() {
            root.named = stored.roots_named.contains(&index);
        }
        Ok(Self {
            action,
            facts: stored.facts,
            facts_version: stored.facts_version.into_owned(),
            redactions: stored.redactions,
            truncated: stored.truncated,
        })
    }

    /// The action with who asked, as a policy judges it.
    #[must_use]
    pub fn asked_by(&self, caller: &CallerRecord) -> Action {
        Action {
            caller: caller.into(),
            ..self.action.clone()
        }
    }
}
