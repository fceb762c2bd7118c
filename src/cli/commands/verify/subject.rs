//! What documents are about.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::approval::mac::Mac;
use crate::canonical::Digest;

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A policy, a trust file or a bundle.
    Content(Digest),
    /// An action, by a key of the journal that it was asked in.
    Action(Mac),
}

/// A text that is no subject.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{0}` is not `sha256:` or `hmac-sha256:` followed by 64 lower-case hex digits")]
pub(super) struct SubjectError(String);

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let content = text.parse().map(Self::Content).ok();
        let subject = content.or_else(|| text.parse().map(Self::Action).ok());
        subject.ok_or_else(|| SubjectError(text.to_owned()))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(digest) => digest.fmt(f),
            Self::Action(mac) => mac.fmt(f),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<Digest> for Subject {
    fn from(digest: Digest) -> Self {
        Self::Content(digest)
    }
}
