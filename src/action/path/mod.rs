//! Which path would be touched, and glob patterns over such paths.
//!
//! Text only: no file system is asked, so symbolic links are not followed. What the
//! kernel and the shell themselves redirect (`~`, `/proc/self/cwd`) is.

mod directory;
mod family;
pub(super) mod glob;
mod inside;
pub(super) mod overlap;
mod pattern;
mod resolver;
mod trees;

pub use directory::{Base, Directory};
pub use pattern::{PathPatterns, PatternError};
pub use resolver::{Resolved, Resolver};
