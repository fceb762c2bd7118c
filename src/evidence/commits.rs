//! Which commits of a change lack evidence.

use std::collections::BTreeSet;

use serde::Serialize;
use uuid::Uuid;

use super::approvals::used_approvals;
use super::bundle::Verified;
use super::trailer::is_session;
use crate::causes::in_line;
use crate::trust::Trust;

/// A commit, as git shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The commit's id, in hex digits.
    pub id: String,
    /// The e-mail of the author, as the commit says it.
    pub author: String,
    /// The sessions that its trailers name.
    pub sessions: Vec<String>,
}

/// What the check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The commits of the change.
    pub commits: &'a [Commit],
    /// The bundles whose proofs hold.
    pub bundles: &'a [Verified],
    /// E-mails of people who commit without a session.
    pub humans: &'a [String],
    /// The trust file by which approvals are verified.
    pub trust: Option<&'a Trust>,
}

/// Something that is missing or doesn't verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceFinding {
    /// What kind of finding it is.
    pub finding: FindingKind,
    /// The commit. Absent for an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The session. Absent if the commit names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The request for an approval that doesn't verify.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<Uuid>,
    /// What is wrong, for a person.
    pub message: String,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A commit has no trailer, and its author is nobody who is named.
    NoTrailer,
    /// A trailer can't be a session.
    BadTrailer,
    /// No bundle proves the session.
    NoProof,
    /// An approval that was used doesn't verify.
    Approval,
}

impl FindingKind {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoTrailer => "no_trailer",
            Self::BadTrailer => "bad_trailer",
            Self::NoProof => "no_proof",
            Self::Approval => "approval",
        }
    }
}

impl Check<'_> {
    /// Everything that is missing or doesn't verify: first of the commits, then of the sessions that
    /// they name.
    #[must_use]
    pub fn findings(&self) -> Vec<EvidenceFinding> {
        let mut findings: Vec<EvidenceFinding> = self
            .commits
            .iter()
            .flat_map(|commit| self.of_commit(commit))
            .collect();
        let named: BTreeSet<&String> = self.commits.iter().flat_map(|it| &it.sessions).collect();
        let bundles = self.bundles.iter();
        for bundle in bundles.filter(|bundle| named.contains(&bundle.session_id)) {
            // A session may have several bundles, made at different times.
            for finding in self.of_bundle(bundle) {
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        findings
    }

    fn of_session<'b>(&'b self, session: &'b str) -> impl Iterator<Item = &'b Verified> {
        self.bundles
            .iter()
            .filter(move |bundle| bundle.session_id == session)
    }

    fn of_commit(&self, commit: &Commit) -> Vec<EvidenceFinding> {
        let finding = |finding, session: Option<&String>, message: String| EvidenceFinding {
            finding,
            commit: Some(commit.id.clone()),
            session: session.cloned(),
            approval_id: None,
            message,
        };
        if commit.sessions.is_empty() {
            return match self.humans.contains(&commit.author) {
                true => Vec::new(),
                false => vec![finding(
                    FindingKind::NoTrailer,
                    None,
                    format!(
                        "it has no trailer `Cavra-Session`, and `--allow-human` doesn't name its author {}",
                        commit.author
                    ),
                )],
            };
        }
        let sessions = commit.sessions.iter();
        sessions
            .filter_map(|session| match self.of_session(session).next() {
                _ if !is_session(session) => Some(finding(
                    FindingKind::BadTrailer,
                    Some(session),
                    "its trailer can't be the id of a session".to_owned(),
                )),
                None => Some(finding(
                    FindingKind::NoProof,
                    Some(session),
                    "no bundle proves a decision of its session".to_owned(),
                )),
                Some(_) => None,
            })
            .collect()
    }

    fn of_bundle(&self, bundle: &Verified) -> Vec<EvidenceFinding> {
        let used = used_approvals(bundle, self.trust).into_iter();
        used.filter_map(|used| {
            let why = in_line(&used.result.err()?);
            Some(EvidenceFinding {
                finding: FindingKind::Approval,
                commit: None,
                session: Some(bundle.session_id.clone()),
                approval_id: Some(used.approval_id),
                message: format!(
                    "the approval that the decision at position {} used doesn't verify: {why}",
                    used.position
                ),
            })
        })
        .collect()
    }
}
