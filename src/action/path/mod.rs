//! Which path would be touched.
//!
//! Text only: no file system is asked, so symbolic links are not followed. What the
//! kernel and the shell themselves redirect (`~`, `/proc/self/cwd`) is.

mod directory;
mod doubt;
mod links;
mod locate;
pub(super) mod partial;
mod project;
mod resolver;
mod roots;
mod workspace;

pub(super) use directory::is_on_drive;
pub use directory::{Base, Directory};
pub use doubt::{Use, climbs, glob_climbs, is_doubtful, is_doubtful_directory, readings};
pub use links::Kind;
use locate::is_uri;
pub(crate) use partial::UNSPELLED;
pub use project::is_foreign;
pub use resolver::{Resolved, Resolver};
pub use roots::root_path;
