//! `LifecycleService`: how policies come into force.

mod changes;
mod client;
mod convert;
mod digests;
mod documents;
mod events;
mod glass;
mod reason;
pub(super) mod service;
mod stages;

pub use convert::{Changed, LifecycleStatus, Proposal, StoredBundle, TrustInForce};
pub use events::{Event, Events};
pub use glass::{RatifiedPolicy, UnratifiedGlass};
