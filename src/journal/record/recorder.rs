//! Turns decisions into the entries that a journal appends.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use serde_json::Value;

use super::approval::ApprovalNote;
use super::decided::Decided;
use super::decision::{CallerRecord, CandidateRecord, DecisionKind, DecisionRecord};
use super::lifecycle::{Happened, LifecycleEvent};
use super::limits::MAX_SUMMARY_BYTES;
use super::subject::{self, Written};
use super::{Content, Entry, EventRecord, RecordError, Replayable, SchemaVersion, Subject};
use super::{event, judgement, to_bytes};
use crate::action::Action;
use crate::action::facts::{FACTS_VERSION, Facts};
use crate::canonical::cut;
use crate::decision::{Finding, Judgement, PolicyIdentity};
use crate::redaction::{Clean, Redaction, RedactionKey, Redactor};

/// Turns decisions into entries. Share it in an [`Arc`]; every method takes `&self`.
pub struct Recorder {
    redactor: Redactor,
    facts_version: Arc<str>,
    /// The policy that decided last. Nearly all decisions have the same one.
    policy: ArcSwapOption<KnownPolicy>,
}

struct KnownPolicy {
    identity: Arc<PolicyIdentity>,
    content: Content,
}

impl Recorder {
    /// A recorder that replaces the secrets that `redaction` finds by marks. Only the holder of
    /// `key` can compute a secret's mark.
    #[must_use]
    pub fn new(redaction: Redaction, key: RedactionKey) -> Self {
        Self {
            redactor: Redactor::new(redaction, key),
            facts_version: FACTS_VERSION.into(),
            policy: ArcSwapOption::empty(),
        }
    }

    /// What is appended for a decision. `rejudge` judges by the policy that decided; it is
    /// called only if the text of the action can't be kept as it is, to find out whether what
    /// is kept says the same.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn entry(
        &self,
        decided: &Decided<'_>,
        rejudge: impl Fn(&Action, &Facts) -> Judgement,
    ) -> Result<Entry, RecordError> {
        self.decision(decided, rejudge).map(|(entry, _)| entry)
    }

    /// The entry of a decision, with the record that it holds as bytes.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn decision(
        &self,
        decided: &Decided<'_>,
        rejudge: impl Fn(&Action, &Facts) -> Judgement,
    ) -> Result<(Entry, DecisionRecord), RecordError> {
        let decision = decided.decision;
        let clean = self.redactor.clean(decided.original())?;
        let caller = CallerRecord::from(&clean.action.caller);
        let subject = subject::content(&clean)?;
        let replayable = replayable(&clean, &caller, &subject, &decision.judgement, rejudge);
        let judgement = judgement::content(&clean.judgement)?;
        let candidate_judgement = clean
            .candidate
            .as_deref()
            .map(judgement::content)
            .transpose()?;
        let candidate = decided.candidate.zip(candidate_judgement.as_ref());
        let policy = self.policy(&decision.policy)?;
        let record = DecisionRecord {
            action_type: decision.action.action_type(),
            approval: decided
                .approval
                .map(|note| Box::new(completed(note, &clean))),
            caller,
            candidate: candidate.map(|((judged, change), content)| CandidateRecord {
                change,
                decision: judged.judgement.decision,
                effective_digest: judged.policy.effective_digest,
                judgement: content.digest,
            }),
            decision: decision.judgement.decision,
            decision_id: decision.decision_id,
            effective_digest: decision.policy.effective_digest,
            facts_version: Arc::clone(&self.facts_version),
            judgement: judgement.digest,
            kind: DecisionKind::Decision,
            latency_ns: decided.latency.bounded(),
            outcome: decision.judgement.outcome,
            peer: decided.peer,
            policy: policy.digest,
            policy_state: decision.policy_state,
            replayable,
            rule_id: rule_id(&decision.judgement),
            schema_version: SchemaVersion::V1,
            severity: decision.judgement.severity,
            subject: subject.content.digest,
            timestamp: decision.timestamp,
            would_be: decision.judgement.would_be,
        };
        let entry = Entry {
            id: record.decision_id,
            record: to_bytes(&record)?,
            subject: Some(subject.content),
            judgement: Some(judgement),
            policy: Some(policy),
            candidate_judgement,
            candidate_policy: None,
            is_lifecycle: false,
        };
        Ok((entry, record))
    }

    /// What is appended for an event, without the contents that it names. Secrets are taken out
    /// of what others wrote: a comparison's detail, the caller as it names itself, and the reason of a
    /// refusal.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn event(&self, mut event: EventRecord) -> Result<Entry, RecordError> {
        match &mut event {
            EventRecord::Shadow(record) => self.redactor.clean_json(&mut record.detail)?,
            EventRecord::Inquiry(record) => record.caller = self.clean_caller(&record.caller)?,
            EventRecord::Refusal(record) => {
                record.reason = self.clean_text(&record.reason)?;
            }
            // An answer is kept as it was signed.
            EventRecord::Retention(_) | EventRecord::PolicyChange(_) | EventRecord::Approval(_) => {
            }
        }
        event.entry()
    }

    /// What is appended for an event in the lifecycle of policies at the time `at`, after the one at
    /// `previous`.
    /// Secrets are taken out of its reason and of what it says happened. Its document is kept as it
    /// is: its digest was signed.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn lifecycle(
        &self,
        mut happened: Happened<'_>,
        previous: Option<u64>,
        at: Timestamp,
    ) -> Result<Entry, RecordError> {
        let reason = happened.reason.take();
        let reason = reason.map(|text| self.clean_text(&text)).transpose()?;
        if let LifecycleEvent::BrokeGlass(event) = &mut happened.event {
            event.incident = self.clean_text(&event.incident)?;
        }
        let (record, contents) = happened.record(previous, reason, at)?;
        record.entry(contents)
    }

    fn clean_text(&self, text: &str) -> Result<String, RecordError> {
        let mut value = Value::from(text);
        self.redactor.clean_json(&mut value)?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    fn clean_caller(&self, caller: &CallerRecord) -> Result<CallerRecord, RecordError> {
        let unwritable = |error: serde_json::Error| RecordError::Unwritable(error.to_string());
        let mut value = serde_json::to_value(caller).map_err(unwritable)?;
        self.redactor.clean_json(&mut value)?;
        serde_json::from_value(value).map_err(unwritable)
    }

    fn policy(&self, identity: &Arc<PolicyIdentity>) -> Result<Content, RecordError> {
        if let Some(known) = self.policy.load().as_ref()
            && Arc::ptr_eq(&known.identity, identity)
        {
            return Ok(known.content.clone());
        }
        let content = event::policy_content(identity)?;
        self.policy.store(Some(Arc::new(KnownPolicy {
            identity: Arc::clone(identity),
            content: content.clone(),
        })));
        Ok(content)
    }
}

/// With what a request shows of the action, without its secrets.
fn completed(note: &ApprovalNote, clean: &Clean<'_>) -> ApprovalNote {
    let mut note = note.clone();
    if let Some(request) = &mut note.request {
        request.summary = cut(clean.action.target(), MAX_SUMMARY_BYTES).into_owned();
        request.requirements = clean.judgement.approval_requirements.clone();
    }
    note
}

fn rule_id(judgement: &Judgement) -> Arc<str> {
    judgement
        .deciding()
        .map_or_else(|| Arc::from(""), |finding| Arc::clone(&finding.rule_id))
}

/// Whether what is stored can be judged again. What is read back is judged, not what was
/// written: a mark or a cut can make an action unreadable.
fn replayable(
    clean: &Clean<'_>,
    caller: &CallerRecord,
    written: &Written,
    judged: &Judgement,
    rejudge: impl Fn(&Action, &Facts) -> Judgement,
) -> Replayable {
    let untouched = clean.redactions.is_empty() && !clean.action.has_unrecorded_texts();
    if untouched && written.whole_texts {
        return Replayable::Text;
    }
    if !written.facts {
        return Replayable::No;
    }
    let Ok(stored) = Subject::read(&written.content.bytes) else {
        return Replayable::No;
    };
    let Some(facts) = &stored.facts else {
        return Replayable::No;
    };
    if is_same(judged, &rejudge(&stored.asked_by(caller), facts)) {
        Replayable::Facts
    } else {
        Replayable::No
    }
}

/// The same verdict by the same findings; their texts may differ by marks.
fn is_same(one: &Judgement, other: &Judgement) -> bool {
    let key = |finding: &Finding| {
        (
            Arc::clone(&finding.rule_id),
            Arc::clone(&finding.origin),
            finding.pattern.clone(),
            finding.decision,
            finding.severity,
        )
    };
    one.decision == other.decision
        && one.would_be == other.would_be
        && one.outcome == other.outcome
        && one
            .findings
            .iter()
            .map(key)
            .eq(other.findings.iter().map(key))
}
