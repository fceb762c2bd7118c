//! Which path would be touched, and glob patterns over such paths.
//!
//! Text only: no file system is asked, so symbolic links are not followed. What the
//! kernel and the shell themselves redirect (`~`, `/proc/self/cwd`) is.

mod alternatives;
mod directory;
mod family;
pub(super) mod glob;
mod inside;
mod links;
mod locate;
mod names;
pub(super) mod overlap;
pub(super) mod partial;
mod pattern;
mod resolver;
mod roots;
mod sight;
mod trees;
mod workspace;

pub use alternatives::count_alternatives;
pub use directory::{Base, Directory};
pub use links::Kind;
pub use names::may_be_short;
pub use overlap::MAX_MATCHING_STEPS;
pub use pattern::{PathPatterns, PatternError};
pub use resolver::{Resolved, Resolver};
pub use roots::RootPatterns;
pub use sight::Sight;
