//! `LifecycleService`: how policies come into force.

mod changes;
mod client;
mod convert;
pub(super) mod service;

pub use convert::{Changed, Event, Events, LifecycleStatus, Proposal, StoredBundle, TrustInForce};
