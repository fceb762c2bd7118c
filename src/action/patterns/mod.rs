//! Patterns over paths, refs and command lines, as packs list them, and what they match.
//!
//! A list is compiled once. Its hits are indices into the list.
//!
//! | module | holds |
//! |---|---|
//! | `paths` | glob patterns over paths: `filesystem.block_read` and its neighbours |
//! | `overlap`, `inside` | which of them could match a path that is itself a glob |
//! | `met` | which of them a search could meet, by what it skips |
//! | `sight` | a path as one policy sees it: below a root, or above it too |
//! | `roots` | globs over whole paths of workspace roots |
//! | `places` | globs over whole paths of files outside the workspace |
//! | `refs` | patterns over branches |
//! | `commands` | patterns over the words of a command |
//! | `hosts` | patterns over hosts |
//! | `glob`, `alternatives`, `family`, `names`, `trees` | what these are made of |

mod alternatives;
mod commands;
mod error;
mod family;
pub(super) mod glob;
mod hosts;
mod inside;
mod met;
mod names;
mod overlap;
mod paths;
mod places;
mod refs;
mod roots;
mod sight;
mod trees;

pub use alternatives::count_alternatives;
pub use commands::{CommandPatterns, ProgramCase};
pub use error::PatternError;
pub use hosts::HostPatterns;
pub use names::may_be_short;
pub use overlap::MAX_MATCHING_STEPS;
pub use paths::PathPatterns;
pub use places::PlacePatterns;
pub use refs::{RefPatterns, ref_matches};
pub use roots::RootPatterns;
pub use sight::Sight;
