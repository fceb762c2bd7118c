//! One signed notice, as Standard Webhooks 1.0 writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::action::ActionType;
use crate::authority::approvals::request::Request;
use crate::decision::Severity;
use crate::keys::SigningKey;

/// The body's `schema_version`.
const SCHEMA_VERSION: &str = "cavra.approval-notice.v1";
/// The scheme of the signature: Ed25519.
const SCHEME: &str = "v1a";

/// What the receiver hears of a request.
#[derive(Serialize)]
struct Notice<'a> {
    action_type: ActionType,
    approval_id: Uuid,
    expires_at: Timestamp,
    /// Of each requirement, the groups of which one must approve.
    groups: Vec<&'a [std::sync::Arc<str>]>,
    journal_origin: &'a str,
    rule_id: &'a str,
    schema_version: &'static str,
    severity: Severity,
    summary: &'a str,
}

/// One notice, signed for one try.
pub(super) struct Message {
    pub(super) id: String,
    /// Seconds since 1970.
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// The notice of a request, signed over its id, the time `at` and the body.
    ///
    /// # Errors
    /// Never in practice: every field has a form in JSON.
    pub(super) fn sign(
        request: &Request,
        at: Timestamp,
        key: &SigningKey,
    ) -> Result<Self, serde_json::Error> {
        let requirements = request.requirements.iter();
        let body = serde_json::to_vec(&Notice {
            action_type: request.action_type,
            approval_id: request.id(),
            expires_at: request.expires_at,
            groups: requirements.map(|it| &*it.any_of).collect(),
            journal_origin: &request.binding.journal_origin,
            rule_id: &request.rule_id,
            schema_version: SCHEMA_VERSION,
            severity: request.severity,
            summary: &request.summary,
        })?;
        let (id, timestamp) = (request.id().to_string(), at.as_second().to_string());
        // One line of JSON behind an id: no checkpoint and no DSSE envelope has this form.
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(&body);
        let signature = STANDARD.encode(key.sign(&signed));
        Ok(Self {
            id,
            timestamp,
            signature: format!("{SCHEME},{signature}"),
            body,
        })
    }
}
