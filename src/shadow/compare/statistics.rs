//! How sure one can be of what was not seen.
//!
//! The bounds hold for traffic like the one that was compared: `n` independent draws.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The level of every bound, in percent.
pub const CONFIDENCE_PERCENT: u8 = 95;
/// The standard normal quantile of a one-sided 95% bound.
const Z_95_ONE_SIDED: f64 = 1.644_853_626_951_472_7;
/// −ln(1 − 0.95), rounded up to the 3 that the rule has its name from.
const RULE_OF_THREE: f64 = 3.0;

/// How an upper bound was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Nothing of the kind was seen among `n` comparisons, so the bound is 3/n (Hanley and
    /// Lippman-Hand, JAMA 1983).
    RuleOfThree,
    /// The upper end of Wilson's score interval, one-sided (Wilson, JASA 1927).
    Wilson,
    /// Nothing was compared, so nothing is known.
    NoTraffic,
}

/// An upper bound, at the confidence level of 95%, on the share of one kind in all traffic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpperBound {
    /// The share among the compared actions, from 0 to 1.
    pub observed_rate: f64,
    /// The upper bound on the share in all traffic, from 0 to 1.
    pub upper_rate: f64,
    /// How the bound was computed.
    pub method: Method,
}

impl UpperBound {
    /// The bound where `count` of `compared` were of the class.
    ///
    /// With p = count/n and the quantile z, Wilson's bound is
    /// (p + z²/2n + z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, see JSON")]
    pub fn of(count: u64, compared: u64) -> Self {
        if compared == 0 {
            return Self {
                observed_rate: 0.0,
                upper_rate: 1.0,
                method: Method::NoTraffic,
            };
        }
        let n = compared as f64;
        if count == 0 {
            return Self {
                observed_rate: 0.0,
                upper_rate: (RULE_OF_THREE / n).min(1.0),
                method: Method::RuleOfThree,
            };
        }
        let rate = count.min(compared) as f64 / n;
        let square = Z_95_ONE_SIDED * Z_95_ONE_SIDED;
        let spread = (rate * (1.0 - rate) / n + square / (4.0 * n * n)).sqrt();
        let upper = (rate + square / (2.0 * n) + Z_95_ONE_SIDED * spread) / (1.0 + square / n);
        Self {
            observed_rate: rate,
            upper_rate: upper.min(1.0),
            method: Method::Wilson,
        }
    }
}

/// Parts per million of `whole`, rounded up: a rate is never shown as less than it is.
#[must_use]
pub fn parts_per_million(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    let millions = u128::from(part).saturating_mul(1_000_000);
    u64::try_from(millions.div_ceil(u128::from(whole))).unwrap_or(u64::MAX)
}
