//! The types of `cavra.trust.v1`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::keys::VerifyingKey;

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.trust.v1";
/// The document's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.trust+json";

/// Whose signatures count, and for what. The first version is taken by its digest. Each later
/// version is signed by people of the version before it and by people of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The number of this trust file, from 1. A successor has the next number.
    pub version: u32,
    /// When the trust file stops to approve anything, in UTC. An expired one may still sign its
    /// successor.
    pub expires: Timestamp,
    /// How many people with the role `trust` must sign a successor, 1 to 8.
    pub min_signers: u32,
    /// The people, 1 to 256.
    pub people: Vec<Person>,
    /// The services, at most 64.
    pub services: Vec<Service>,
}

/// A person. A person counts once, however many of the person's keys sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The person's id. No other person, service or alias has it.
    pub id: String,
    /// Other names of the person, at most 32: actors, as decisions name them, and users of the
    /// machine, such as `uid:1000`.
    pub aliases: Vec<String>,
    /// The groups that the person approves for, at most 32. A person with the role `approve` has
    /// at least one.
    pub groups: Vec<String>,
    /// The person's public keys, 1 to 8. Nobody else has one of them.
    pub keys: Vec<VerifyingKey>,
    /// What the person's signature counts for, at least one role.
    pub roles: Vec<PersonRole>,
}

impl Person {
    /// Whether this is an id or an alias of the person. A user of the machine is the same by any way to
    /// write the number, such as `uid:01000`.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let user = user(name);
        let mut aliases = self.aliases.iter();
        self.id == name
            || aliases.any(|alias| alias == name || user.is_some() && self::user(alias) == user)
    }
}

/// The number of the user of a machine that a name is.
fn user(name: &str) -> Option<u32> {
    name.strip_prefix("uid:")?.trim().parse().ok()
}

/// What the signature of a person counts for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PersonRole {
    /// Approving and rejecting changes of the policy in force, and actions of agents.
    Approve,
    /// Explaining groups of divergences.
    Explain,
    /// Changing the policy in force without approvals, in an emergency.
    BreakGlass,
    /// Changing the trust file.
    Trust,
}

/// A service that signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The service's id. No person, other service or alias has it.
    pub id: String,
    /// The service's public keys, 1 to 8. Nobody else has one of them.
    pub keys: Vec<VerifyingKey>,
    /// What the service's signature counts for, at least one role.
    pub roles: Vec<ServiceRole>,
}

/// What the signature of a service counts for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ServiceRole {
    /// Checkpoints of a journal.
    Checkpoint,
    /// Shadow reports.
    ShadowReport,
    /// Verdicts of the readiness gate.
    Gate,
}

impl PersonRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Explain, Self::BreakGlass, Self::Trust];

    /// The name in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Explain => "explain",
            Self::BreakGlass => "break_glass",
            Self::Trust => "trust",
        }
    }
}

impl ServiceRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Checkpoint, Self::ShadowReport, Self::Gate];

    /// The name in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::ShadowReport => "shadow_report",
            Self::Gate => "gate",
        }
    }
}
