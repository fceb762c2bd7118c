//! The policy that a caller relies on, by the start of a digest.

use std::fmt;
use std::str::FromStr;

use crate::decision::PolicyIdentity;

/// The least number of hex digits of an expected digest: 48 bits, so that no other policy has the
/// same beginning by chance.
pub const MIN_EXPECTED_HEX: usize = 12;
/// Hex digits of a whole digest.
const DIGEST_HEX: usize = 64;
const ALGORITHM: &str = "sha256:";

/// A digest, or the start of one: of a pack's own policy, or of everything that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedDigest(String);

/// Why a text is no expected digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not `{ALGORITHM}` (which may be left out) and {MIN_EXPECTED_HEX} to {DIGEST_HEX} hex digits"
)]
pub struct NoExpectedDigest;

impl ExpectedDigest {
    /// Whether it is the start of the policy digest or the effective digest of `policy`.
    #[must_use]
    pub fn names(&self, policy: &PolicyIdentity) -> bool {
        let digests = [policy.policy_digest, policy.effective_digest];
        digests
            .iter()
            .any(|digest| digest.to_string().starts_with(&self.0))
    }
}

impl FromStr for ExpectedDigest {
    type Err = NoExpectedDigest;

    fn from_str(text: &str) -> Result<Self, NoExpectedDigest> {
        let hex = text.strip_prefix(ALGORITHM).unwrap_or(text);
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_hex && (MIN_EXPECTED_HEX..=DIGEST_HEX).contains(&hex.len()) {
            true => Ok(Self(format!("{ALGORITHM}{}", hex.to_ascii_lowercase()))),
            false => Err(NoExpectedDigest),
        }
    }
}

impl fmt::Display for ExpectedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
