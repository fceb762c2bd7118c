//! Who asks what needs approval.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a user's name begins with, as people's aliases in trust files write it.
const USER: &str = "uid:";

/// Who asks, as the kernel knows them. Nobody else can use what they get approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// The user on the other end of a Unix socket.
    User(u32),
}

/// A text that names no asker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not `uid:` and the number of a user")]
pub struct AskerError(String);

/// Such as `uid:1000`.
impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(uid) => write!(f, "{USER}{uid}"),
        }
    }
}

impl FromStr for Asker {
    type Err = AskerError;

    fn from_str(text: &str) -> Result<Self, AskerError> {
        let uid = text.strip_prefix(USER).and_then(|uid| uid.parse().ok());
        let user = uid.map(Self::User);
        // `+7` and `07` are numbers too.
        let user = user.filter(|user| user.to_string() == text);
        user.ok_or_else(|| AskerError(text.to_owned()))
    }
}

impl Serialize for Asker {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Asker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
