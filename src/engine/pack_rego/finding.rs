//! Findings as a pack's own rules return them: objects, read strictly.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value;
use serde::{Deserialize, Serialize};

use super::super::error::EvaluationError;
use super::super::limits::{
    MAX_FINDING_LIST, MAX_FINDING_TEXT_BYTES, MAX_FOUND_BYTES, MAX_PACK_FINDINGS,
};
use crate::decision::{Severity, Verdict};
use crate::policy::base_rule::BaseRule;

/// `{"rule", "decision", "severity", "reason", "matched_on"?, "approvers"?, "evidence_refs"?}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFinding {
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
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
    let bytes: usize = found.findings.iter().map(PackFinding::size_bytes).sum();
    let count = found.findings.len();
    if count > MAX_PACK_FINDINGS || bytes > MAX_FOUND_BYTES {
        found.malformed = Some(format!(
            "{count} findings of {bytes} bytes; the limits are {MAX_PACK_FINDINGS} and {MAX_FOUND_BYTES}"
        ));
        found.keep_strictest();
    }
    found.malformed = found.malformed.map(shortened);
    Ok(found)
}

impl Found {
    /// Drops what is over the limits, the strictest last.
    fn keep_strictest(&mut self) {
        self.findings
            .sort_by_key(|finding| Reverse((finding.decision, finding.severity)));
        self.findings.truncate(MAX_PACK_FINDINGS);
        let mut left = MAX_FOUND_BYTES;
        let fitting = self.findings.iter().take_while(|finding| {
            let rest = left.checked_sub(finding.size_bytes());
            left = rest.unwrap_or(0);
            rest.is_some()
        });
        // One finding is bounded by the limits on its texts.
        let fitting = fitting.count().max(1);
        self.findings.truncate(fitting);
    }
}

impl PackFinding {
    /// About how many bytes it holds.
    fn size_bytes(&self) -> usize {
        let approvers = self.approvers.iter().map(|text| text.len());
        let lists = approvers.chain(self.evidence_refs.iter().map(String::len));
        let matched_on = self.matched_on.as_deref().map_or(0, str::len);
        lists.sum::<usize>() + self.rule_id.len() + self.reason.len() + matched_on
    }
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
    if BaseRule::from_id(&id).is_some() || id.starts_with("runtime.") {
        return Err(format!("`{id}` is a base rule's id"));
    }
    Ok(id)
}

fn none_of(field: &str, found: &str, names: &[&str]) -> String {
    format!(
        "`{field}` is `{found}`, which is none of `{}`",
        names.join("`, `")
    )
}

/// The text of a field. A text that is too long is cut, not refused, because a long address must
/// not turn a block into an error.
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
    Ok(shortened(text.to_string()).into())
}

/// The text, cut to [`MAX_FINDING_TEXT_BYTES`].
pub(super) fn shortened(mut text: String) -> String {
    if text.len() > MAX_FINDING_TEXT_BYTES {
        text.truncate(text.floor_char_boundary(MAX_FINDING_TEXT_BYTES));
        text.push('…');
    }
    text
}

fn texts(field: &str, value: Option<&Value>) -> Result<Vec<Arc<str>>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let of = |item| text(field, item);
    if let Ok(items) = value.as_array() {
        return items.iter().take(MAX_FINDING_LIST).map(of).collect();
    }
    let set = value
        .as_set()
        .map_err(|_| format!("`{field}` is not a list of strings"))?;
    set.iter().take(MAX_FINDING_LIST).map(of).collect()
}
