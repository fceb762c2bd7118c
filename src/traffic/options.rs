//! What traffic is asked for.

use std::num::NonZeroU32;
use std::str::FromStr;

use jiff::Timestamp;

pub use super::random::PerMillion;

/// Agents that may be at work. Memory grows with them, and with nothing else.
pub const MAX_AGENTS: u32 = 100_000;

/// What traffic to make. The same options make the same actions, on every platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficOptions {
    /// What chance starts from.
    pub seed: u64,
    /// When the first agents may begin, to the millisecond.
    pub start: Timestamp,
    /// How many agents there are, at most [`MAX_AGENTS`].
    pub agents: NonZeroU32,
    /// What they work on.
    pub profile: Profile,
    /// How often they do what isn't routine.
    pub rates: Rates,
}

impl TrafficOptions {
    /// Twenty-four agents with usual rates on all kinds of work.
    #[must_use]
    pub fn new(seed: u64, start: Timestamp) -> Self {
        Self {
            seed,
            start,
            agents: NonZeroU32::MIN.saturating_add(23),
            profile: Profile::Mixed,
            rates: Rates::default(),
        }
    }
}

/// What the agents work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Mostly applications, some infrastructure.
    #[default]
    Mixed,
    /// Services and front ends.
    Application,
    /// Terraform and Kubernetes.
    Infrastructure,
}

/// How many of all actions are not routine. The rest are; together at most all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Worth a second pair of eyes: new dependencies, access rules, rewritten branches.
    pub risky: PerMillion,
    /// Discloses a secret, or changes production, delivery or access.
    pub dangerous: PerMillion,
    /// As dangerous, and dressed up so that it doesn't look it.
    pub evasion: PerMillion,
}

impl Rates {
    /// Nothing but routine.
    pub const NONE: Self = Self {
        risky: PerMillion::ZERO,
        dangerous: PerMillion::ZERO,
        evasion: PerMillion::ZERO,
    };
}

impl Default for Rates {
    /// 2% risky, 0.3% dangerous, 0.05% evasions.
    fn default() -> Self {
        const fn rate(millionths: u32) -> PerMillion {
            match PerMillion::new(millionths) {
                Some(rate) => rate,
                None => PerMillion::ZERO,
            }
        }
        Self {
            risky: const { rate(20_000) },
            dangerous: const { rate(3_000) },
            evasion: const { rate(500) },
        }
    }
}

/// Why there can be no such traffic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrafficError {
    /// There are more agents than the limit.
    #[error("{agents} agents are more than the limit, {MAX_AGENTS}; ask for fewer")]
    TooManyAgents {
        /// How many were asked for.
        agents: u32,
    },
    /// The rates add up to more than everything.
    #[error("the rates add up to more than 1; make one of them smaller")]
    Rates,
    /// A text that is no rate.
    #[error("`{0}` is not a rate; give a number from 0 to 1 such as `0.003`, or `0.3%`")]
    NotARate(String),
}

impl FromStr for PerMillion {
    type Err = TrafficError;

    /// Reads a decimal number from 0 to 1, or a percentage; what is finer than a millionth is
    /// an error, so that no rate is silently another.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, decimals) = match text.strip_suffix('%') {
            Some(number) => (number, 4),
            None => (text, 6),
        };
        millionths(number, decimals)
            .and_then(Self::new)
            .ok_or_else(|| TrafficError::NotARate(text.to_owned()))
    }
}

/// A decimal number times ten to the power of `decimals`, if that is a whole number.
fn millionths(number: &str, decimals: usize) -> Option<u32> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let written = !whole.is_empty() || number.len() > 1;
    if !written || !is_digits(whole) || !is_digits(fraction) || fraction.len() > decimals {
        return None;
    }
    let digits = format!("{whole}{fraction:0<decimals$}");
    digits.parse().ok()
}
