//! `LifecycleService`: how policies come into force.

mod changes;
mod client;
mod convert;
mod digests;
mod events;
pub(super) mod service;
mod stages;

pub use convert::{Changed, LifecycleStatus, Proposal, StoredBundle, TrustInForce};
pub use events::{Event, Events};
