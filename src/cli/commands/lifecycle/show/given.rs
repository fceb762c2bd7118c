//! The documents that are given with a request, each by its kind.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::RefusedAnswer;
use crate::causes::in_line;
use crate::change::approval_status::ApprovalStatus;
use crate::change::error::{ApprovalRefusal, WithdrawalRefusal};
use crate::change::requested::Requested;
use crate::change::signed::SignedDocument;
use crate::change::withdrawal::WithdrawalStatement;
use crate::cli::commands::lifecycle::reading;
use crate::cli::commands::verify::kind::Kind;
use crate::cli::error::CliError;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;

/// The documents that are given with a request.
#[derive(Default)]
pub(super) struct Given {
    /// The approvals and rejections.
    pub(super) answers: Vec<Envelope>,
    /// The file of each answer.
    files: Vec<PathBuf>,
    /// The requester, if one of the documents withdraws the request.
    pub(super) withdrawn_by: Option<String>,
    /// The withdrawals that don't count.
    not_withdrawn: Vec<RefusedAnswer>,
    /// What is no answer to a request.
    others: Vec<RefusedAnswer>,
}

impl Given {
    /// Reads the documents, and verifies the withdrawals among them as of the time `at`.
    pub(super) fn sort(
        paths: &[PathBuf],
        requested: &Requested,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<Self, CliError> {
        let mut given = Self::default();
        for path in paths {
            let envelope = reading::envelope(path)?;
            match Kind::in_envelope(&envelope) {
                Some(Kind::Approval | Kind::Rejection) => {
                    given.answers.push(envelope);
                    given.files.push(path.clone());
                }
                Some(Kind::Withdrawal) => match withdrawn(&envelope, requested, trust, at) {
                    Ok(person) => given.withdrawn_by = Some(person),
                    Err(why) => given.not_withdrawn.push(refused(path, in_line(&why))),
                },
                kind => given.others.push(refused(path, other(kind))),
            }
        }
        Ok(given)
    }

    /// Whether each document was read as an answer to a request. One that was read and doesn't count
    /// changes nothing.
    pub(super) fn all_read(&self, approval_status: &ApprovalStatus) -> bool {
        let mut refused = approval_status.refused.iter();
        let is_unread = refused.any(|it| match &it.why {
            ApprovalRefusal::Signature(why) => why.is_unreadable(),
            _ => false,
        });
        self.others.is_empty() && !is_unread
    }

    /// What doesn't count, and why.
    pub(super) fn refused(&self, approval_status: &ApprovalStatus) -> Vec<RefusedAnswer> {
        let answers = approval_status.refused.iter().filter_map(|it| {
            let file = self.files.get(it.index)?;
            Some(refused(file, it.why.to_string()))
        });
        let others = self.not_withdrawn.iter().chain(&self.others).cloned();
        answers.chain(others).collect()
    }
}

/// The requester, if they withdraw the request in this envelope.
fn withdrawn(
    envelope: &Envelope,
    requested: &Requested,
    trust: &Trust,
    at: Timestamp,
) -> Result<String, WithdrawalRefusal> {
    let verified = WithdrawalStatement::verify_signature(envelope, trust, at)?;
    let person = verified.person;
    verified.document.check_about(requested, person)?;
    Ok(person.id.clone())
}

fn refused(path: &Path, problem: String) -> RefusedAnswer {
    RefusedAnswer {
        file: path.to_owned(),
        problem,
    }
}

fn other(kind: Option<Kind>) -> String {
    let found = kind.map_or("a document that CAVRA doesn't know", Kind::as_str);
    format!("this is no approval, rejection or withdrawal, but: {found}")
}
