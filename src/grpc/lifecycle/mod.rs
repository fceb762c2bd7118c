//! `LifecycleService`: how policies come into force.

mod break_glass;
mod changes;
mod client;
mod convert;
mod digests;
mod documents;
mod events;
mod reason;
pub(super) mod service;
mod stages;

pub use break_glass::{RatifiedPolicy, UnratifiedBreakGlass};
pub use convert::{Changed, LifecycleStatus, Proposal, StoredBundle, TrustInForce};
pub use events::{Event, Events};
