//! `DecisionService`: decisions and explanations.

mod action;
mod ahead;
mod answer;
pub(super) mod approval;
mod nonce;
pub(super) mod service;

pub use answer::{Answered, Explained};
