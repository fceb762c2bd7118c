//! Actions and sessions by a keyed hash: records hold no secret, and a plain hash of a short command
//! could be guessed.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;

use crate::action::{Action, Caller, Request};
use crate::canonical::{CanonicalError, Digest, hash_behind};

/// What the text of a [`Mac`] begins with.
const PREFIX: &str = "hmac-sha256:";

/// HMAC-SHA-256 (RFC 2104) of an action or a session under a key of the journal: `hmac-sha256:` and
/// 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac([u8; 32]);

/// The hashes of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionHashes {
    /// The action without who asks: its document in the RFC 8785 form, without `session_id`,
    /// `agent_id`, `actor` and `correlation_id`, in which `terraform_plan`, `mcp_tool` and
    /// `mcp_arguments` are the digests of their texts.
    pub action: Mac,
    /// The action without who asks, without the plan and without the tool's definition: actions
    /// that differ in nothing else have one such hash. Equal to `action` if the action has neither.
    pub bare: Mac,
}

/// A text that is no [`Mac`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not `hmac-sha256:` followed by 64 lower-case hex digits")]
pub struct MacError(String);

/// The key of the hashes. It follows from the journal's.
#[derive(Clone)]
pub struct MacKey([u8; 32]);

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

impl MacKey {
    /// The key that has these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hashes of an action.
    ///
    /// # Errors
    /// Never in practice: texts have a canonical form.
    pub fn hashes(&self, action: &Action) -> Result<ActionHashes, CanonicalError> {
        let mut bare = action.clone();
        bare.caller = Caller::default();
        let action = self.action(&bare)?;
        let definition = match &mut bare.request {
            Request::McpToolCall(call) => call.definition.take(),
            _ => None,
        };
        let plan = bare.terraform_plan.take();
        Ok(ActionHashes {
            action,
            bare: match plan.is_some() || definition.is_some() {
                true => self.action(&bare)?,
                false => action,
            },
        })
    }

    fn action(&self, anonymous: &Action) -> Result<Mac, CanonicalError> {
        Ok(self.mac(b"action", anonymous.digest()?.as_bytes()))
    }

    /// A session.
    #[must_use]
    pub fn session(&self, session_id: &str) -> Mac {
        self.mac(b"session", session_id.as_bytes())
    }

    fn mac(&self, purpose: &[u8], bytes: &[u8]) -> Mac {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return Mac(*Digest::of(bytes).as_bytes());
        };
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(bytes);
        Mac(mac.finalize().into_bytes().into())
    }
}

impl Mac {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", base16ct::lower::encode_string(&self.0))
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Mac {
    type Err = MacError;

    fn from_str(text: &str) -> Result<Self, MacError> {
        let bytes = hash_behind(PREFIX, text).map(Self);
        bytes.ok_or_else(|| MacError(text.to_owned()))
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Mac {
    fn schema_name() -> Cow<'static, str> {
        "Mac".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^hmac-sha256:[0-9a-f]{64}$",
            "description": "HMAC-SHA-256 (RFC 2104) under a key that follows from the journal's: \
                `hmac-sha256:` and 64 lower-case hex digits.",
        })
    }
}
