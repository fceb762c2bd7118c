//! Findings as a pack's own rules return them: objects, read strictly.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value;

use super::super::error::EvaluationError;
use super::super::limits::{MAX_FINDING_TEXT_BYTES, MAX_PACK_FINDINGS};
use crate::policy::verdict::{BASE_RULE_IDS, Severity, Verdict};

/// `{"rule", "decision", "severity", "reason", "matched_on"?, "approvers"?, "evidence_refs"?}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct PackFinding {
    /// `rule`: of the shape of the base rules' ids, and none of them.
    pub rule_id: Arc<str>,
    /// `decision`: any verdict. The strictest of all findings wins, so none can loosen.
    pub decision: Verdict,
    /// `severity`
    pub severity: Severity,
    /// `reason`: for a person.
    pub reason: Arc<str>,
    /// `matched_on`: what the rule matched.
    pub matched_on: Option<Arc<str>>,
    /// `approvers`: the groups; empty where the pack's `approvals` say who.
    pub approvers: Arc<[Arc<str>]>,
    /// `evidence_refs`
    pub evidence_refs: Vec<String>,
}

const FIELDS: [&str; 7] = [
    "rule",
    "decision",
    "severity",
    "reason",
    "matched_on",
    "approvers",
    "evidence_refs",
];

/// What a pack's rules returned, read item by item: one malformed finding doesn't take
/// the others with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::engine) struct Found {
    /// The findings that could be read.
    pub findings: Vec<PackFinding>,
    /// What is wrong with the first that could not.
    pub malformed: Option<String>,
}

/// Reads the set of findings. Above the limit the strictest are kept.
pub(super) fn read(value: &Value) -> Result<Found, EvaluationError> {
    let set = value
        .as_set()
        .map_err(|_| EvaluationError::Malformed("`findings` is not a set".to_owned()))?;
    let mut found = Found::default();
    for item in set.iter() {
        match read_one(item) {
            Ok(finding) => found.findings.push(finding),
            Err(message) => found.malformed = found.malformed.or(Some(message)),
        }
    }
    if found.findings.len() > MAX_PACK_FINDINGS {
        let count = found.findings.len();
        let message = format!("{count} findings; the limit is {MAX_PACK_FINDINGS}");
        found.malformed = Some(message);
        found
            .findings
            .sort_by_key(|finding| Reverse((finding.decision, finding.severity)));
        found.findings.truncate(MAX_PACK_FINDINGS);
    }
    Ok(found)
}

fn read_one(value: &Value) -> Result<PackFinding, String> {
    let object = value
        .as_object()
        .map_err(|_| "a finding is not an object".to_owned())?;
    let mut fields = BTreeMap::new();
    for (key, value) in object.iter() {
        let key = key
            .as_string()
            .map_err(|_| "a finding has a key that is no string".to_owned())?;
        if !FIELDS.contains(&key.as_ref()) {
            return Err(format!("a finding has no field `{key}`"));
        }
        fields.insert(key.to_string(), value);
    }
    let required = |field: &str| {
        let value = fields
            .get(field)
            .ok_or_else(|| format!("a finding lacks `{field}`"))?;
        text(field, value)
    };
    let decision = required("decision")?;
    let severity = required("severity")?;
    Ok(PackFinding {
        rule_id: rule_id(required("rule")?)?,
        decision: Verdict::from_name(&decision)
            .ok_or_else(|| none_of("decision", &decision, &Verdict::ALL.map(Verdict::as_str)))?,
        severity: Severity::from_name(&severity)
            .ok_or_else(|| none_of("severity", &severity, &Severity::ALL.map(Severity::as_str)))?,
        reason: required("reason")?,
        matched_on: fields
            .get("matched_on")
            .map(|v| text("matched_on", v))
            .transpose()?,
        approvers: texts("approvers", fields.get("approvers").copied())?.into(),
        evidence_refs: texts("evidence_refs", fields.get("evidence_refs").copied())?
            .iter()
            .map(ToString::to_string)
            .collect(),
    })
}

fn rule_id(id: Arc<str>) -> Result<Arc<str>, String> {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if id.split('.').count() < 2 || !id.split('.').all(part) {
        return Err(format!(
            "`{id}` is not a rule id: lower-case names with dots between them"
        ));
    }
    if BASE_RULE_IDS.contains(&id.as_ref()) || id.starts_with("runtime.") {
        return Err(format!("`{id}` is a base rule's id"));
    }
    Ok(id)
}

/// A text; one that is too long is cut, since a long address must not soften a block.
fn none_of(field: &str, found: &str, names: &[&str]) -> String {
    format!(
        "`{field}` is `{found}`, which is none of `{}`",
        names.join("`, `")
    )
}

fn text(field: &str, value: &Value) -> Result<Arc<str>, String> {
    let text = value
        .as_string()
        .map_err(|_| format!("`{field}` is not a string"))?;
    if text.is_empty() {
        return Err(format!("`{field}` is empty"));
    }
    if text.len() <= MAX_FINDING_TEXT_BYTES {
        return Ok(Arc::clone(text));
    }
    let end = text.floor_char_boundary(MAX_FINDING_TEXT_BYTES);
    Ok(format!("{}…", text.get(..end).unwrap_or_default()).into())
}

fn texts(field: &str, value: Option<&Value>) -> Result<Vec<Arc<str>>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    if let Ok(items) = value.as_array() {
        return items.iter().map(|item| text(field, item)).collect();
    }
    let set = value
        .as_set()
        .map_err(|_| format!("`{field}` is not a list of strings"))?;
    set.iter().map(|item| text(field, item)).collect()
}
