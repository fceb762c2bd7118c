//! Compares the judgements of two policies and counts the results.
//!
//! | module | holds |
//! |---|---|
//! | [`observation`] | one action under two policies |
//! | [`explanation`] | a person's signed answer for one group of divergences |
//! | [`group`] | what makes two divergences alike, and examples of them |
//! | `key` | the key of a group |
//! | [`excerpt`] | an action as a text that a report may show |
//! | `operation` | what a divergence is about |
//! | [`rule_counts`] | which rules fired, decided, were masked, or never fired |
//! | [`required`] | the required decision classes, and which actions exercise them |
//! | [`timeline`] | when there was traffic |
//! | [`tally`] | all of the above, counted; two tallies merge into one |
//! | [`unclear`] | decisions that the journal can't replay |
//! | [`statistics`] | upper bounds for what was not observed |
//! | [`sampling`] | which decisions are compared, the same on every replica |
//! | `bounded` | a set that keeps its least members, whatever the order they come in |

mod bounded;
pub mod excerpt;
pub mod explanation;
pub mod group;
mod key;
pub mod observation;
mod operation;
pub mod required;
pub mod rule_counts;
pub mod sampling;
pub mod statistics;
pub mod tally;
pub mod timeline;
pub mod unclear;
