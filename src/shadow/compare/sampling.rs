//! The choice of the decisions that are compared.
//!
//! A decision is chosen by a keyed hash of its correlation id and its action, or of its decision id
//! if it has no correlation id. Replicas with the same key choose the same requests. A caller
//! doesn't know the key, so it can't find ids that are never compared. The action is in the hash
//! because a caller can use one id for many actions: an id that was not chosen for a harmless
//! action may be chosen for another.

use std::fmt;

use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::action::Action;
use crate::shadow::limits::{MAX_SAMPLING_KEY_BYTES, MIN_SAMPLING_KEY_BYTES};

/// The rate of which every decision is compared: one million parts per million.
const MILLION: u32 = 1_000_000;

/// Why a sampler can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SamplingError {
    /// The rate is more than everything.
    #[error("the rate is `{0}` parts per million; the limit is {MILLION}")]
    Rate(u32),
    /// The key has too few bytes to be secret, or more than the limit.
    #[error(
        "the sampling key has {0} bytes; give {MIN_SAMPLING_KEY_BYTES} to {MAX_SAMPLING_KEY_BYTES}"
    )]
    Key(usize),
}

/// A share in parts per million, 0 to 1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct PartsPerMillion(u32);

impl PartsPerMillion {
    /// The rate of which every decision is compared.
    pub const ALL: Self = Self(MILLION);

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for PartsPerMillion {
    type Error = SamplingError;

    fn try_from(rate: u32) -> Result<Self, SamplingError> {
        if rate > MILLION {
            return Err(SamplingError::Rate(rate));
        }
        Ok(Self(rate))
    }
}

impl From<PartsPerMillion> for u32 {
    fn from(rate: PartsPerMillion) -> Self {
        rate.0
    }
}

/// The operator's secret. Never shown.
#[derive(Clone)]
pub struct SamplingKey(Box<[u8]>);

impl SamplingKey {
    /// A secret of [`MIN_SAMPLING_KEY_BYTES`] to [`MAX_SAMPLING_KEY_BYTES`] bytes.
    ///
    /// # Errors
    /// If it is shorter or longer.
    pub fn new(bytes: &[u8]) -> Result<Self, SamplingError> {
        if !(MIN_SAMPLING_KEY_BYTES..=MAX_SAMPLING_KEY_BYTES).contains(&bytes.len()) {
            return Err(SamplingError::Key(bytes.len()));
        }
        Ok(Self(bytes.into()))
    }
}

impl fmt::Debug for SamplingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SamplingKey(…)")
    }
}

/// A request that is the same on every replica.
#[derive(Debug, Clone, Copy)]
pub struct Correlated<'a> {
    /// The caller's id for it, not empty.
    pub id: &'a str,
    /// The action that was asked for.
    pub action: &'a Action,
}

impl<'a> Correlated<'a> {
    /// An action whose caller gave it an id.
    #[must_use]
    pub fn of(action: &'a Action) -> Option<Self> {
        let id = action.caller.correlation_id.as_deref();
        let id = id.filter(|id| !id.is_empty())?;
        Some(Self { id, action })
    }

    /// The texts that are hashed. Of a command, the operation is the target again.
    fn texts(&self) -> [&'a str; 4] {
        let (target, operation) = (self.action.target(), self.action.requested_operation());
        let operation = if operation == target { "" } else { operation };
        [
            self.id,
            self.action.action_type().as_str(),
            target,
            operation,
        ]
    }
}

/// Takes a share of the decisions.
#[derive(Debug, Clone)]
pub struct Sampler {
    rate: PartsPerMillion,
    /// None if every decision is compared.
    mac: Option<Hmac<Sha256>>,
}

impl Sampler {
    /// Takes every decision.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            rate: PartsPerMillion::ALL,
            mac: None,
        }
    }

    /// Takes `rate` of all ids, by HMAC-SHA-256 (RFC 2104) under `key`.
    ///
    /// # Errors
    /// If the key can't be used; a [`SamplingKey`] always can.
    pub fn keyed(key: &SamplingKey, rate: PartsPerMillion) -> Result<Self, SamplingError> {
        let mac = Hmac::new_from_slice(&key.0).map_err(|_| SamplingError::Key(key.0.len()))?;
        Ok(Self {
            rate,
            mac: Some(mac),
        })
    }

    /// The share that is taken.
    #[must_use]
    pub fn rate(&self) -> PartsPerMillion {
        self.rate
    }

    /// Whether a decision is compared.
    #[must_use]
    pub fn takes(&self, correlated: Option<Correlated<'_>>, decision_id: &Uuid) -> bool {
        let Some(mac) = self.mac.as_ref().filter(|_| self.rate.0 < MILLION) else {
            return true;
        };
        let mut mac = mac.clone();
        // One byte in front keeps an id of one kind from passing for one of the other.
        match correlated {
            Some(request) => {
                mac.update(b"c");
                for text in request.texts() {
                    // Its length in front keeps one text from running into the next.
                    mac.update(&(text.len() as u64).to_be_bytes());
                    mac.update(text.as_bytes());
                }
            }
            None => {
                mac.update(b"d");
                mac.update(decision_id.as_bytes());
            }
        }
        let tag = mac.finalize().into_bytes();
        let head = tag.iter().take(8);
        let hash = head.fold(0_u64, |hash, byte| (hash << 8) | u64::from(*byte));
        // hash / 2^64 < rate / 10^6
        u128::from(hash) * u128::from(MILLION) < u128::from(self.rate.0) << 64
    }
}
