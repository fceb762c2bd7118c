//! `PolicyService`: which policies there are, and which are in force.

pub(super) mod convert;
mod dry_run;
pub(super) mod named;
mod pack;
pub(super) mod service;

pub use convert::Wanted;
pub use pack::Given;
