//! How great the numbers of the section `promotion` may be.

/// The greatest number of approvals that a change may need.
pub const MAX_APPROVALS_REQUIRED: u32 = 64;
/// The greatest number of hours that a change may have to be watched or shadowed, or that evidence
/// may be old: a leap year.
pub const MAX_HOURS: u64 = 366 * 24;
/// The greatest number of hours with traffic that a change may need. A report keeps no more.
pub const MAX_OBSERVATION_HOURS: u64 = 31 * 24;
/// The greatest number of cases, groups or samples.
pub const MAX_COUNT: u64 = 1_000_000_000;
/// Parts of a whole.
pub const PPM: u64 = 1_000_000;
