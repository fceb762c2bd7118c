//! References from one artifact to another: `policy-shadow://ID/DIGEST12`, with the first
//! 12 hex digits of the effective digest.

use crate::decision::PolicyIdentity;

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A comparison of a candidate with the active policy.
    Shadow,
    /// A dry run.
    DryRun,
    /// A way back.
    Rollback,
    /// A draft under review.
    Draft,
}

impl Scheme {
    /// The name before `://`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "policy-shadow",
            Self::DryRun => "policy-dry-run",
            Self::Rollback => "policy-rollback",
            Self::Draft => "policy-draft",
        }
    }

    /// The reference for one policy.
    #[must_use]
    pub fn reference(self, policy: &PolicyIdentity) -> String {
        let (id, digest) = (&policy.id, policy.effective_digest.short());
        format!("{}://{id}/{digest}", self.as_str())
    }
}
