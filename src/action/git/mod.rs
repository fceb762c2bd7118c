//! Which refs a push would move.
//!
//! Sources: git-push(1), gitrevisions(7), and the parse-options API for abbreviations.

mod command;
mod document;
mod options;
mod push_options;
pub(super) mod refspec;
mod settings;

pub use command::{push_from_command, push_with_settings};
pub use document::{document_command, push_from_document};
pub use settings::Settings;
