//! `LifecycleService`: how policies come into force.

mod client;
mod convert;
mod documents;
mod glass;
pub(super) mod service;

pub use convert::{Changed, Event, Events, LifecycleStatus, Proposal, StoredBundle, TrustInForce};
pub use glass::{RatifiedPolicy, UnratifiedGlass};
