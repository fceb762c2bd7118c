//! Shadow mode: what a candidate would have decided, compared with what was decided.
//!
//! Nothing here enforces, and nothing here evaluates: judgements come in, counts go out.
//!
//! | module | holds |
//! |---|---|
//! | [`observation`] | one action under two policies |
//! | [`explanation`] | a named person explains a group |
//! | [`group`] | groups of similar divergences, and their examples |
//! | [`redact`] | an action as text without its values, for a report |
//! | [`ledger`] | which rules fired, decided, were masked, or never fired |
//! | [`required`] | the required decision classes, and which actions exercise them |
//! | [`timeline`] | when there was traffic |
//! | [`tally`] | all of the above, counted; two tallies merge into one |
//! | [`statistics`] | how sure one can be of what was not seen |
//! | [`sampling`] | which decisions are compared, the same on every replica |
//! | [`report`] | `cavra.shadow.report.v1`, with the promotion criteria |
//! | [`live`] | an observer beside a running authority: bounded, never in the way |
//! | [`limits`] | every bound, by name |

mod bounded;
pub mod explanation;
pub mod group;
pub mod ledger;
pub mod limits;
pub mod live;
pub mod observation;
pub mod redact;
pub mod report;
pub mod required;
pub mod sampling;
pub mod statistics;
pub mod tally;
pub mod timeline;
