//! Which refs a push would move.
//!
//! Sources: git-push(1), gitrevisions(7), and the parse-options API for abbreviations.

mod command;
mod document;
mod matching;
mod options;
mod refspec;

pub use command::push_from_command;
pub use document::push_from_document;
pub use matching::{RefPatternError, RefPatterns, ref_matches};
