//! What was decided, kept so that it can be trusted.
//!
//! | module | holds |
//! |---|---|
//! | [`record`] | what is recorded of a decision, as canonical bytes without secrets |

pub mod record;
