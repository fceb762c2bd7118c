//! Approvals of single actions: what an answer is bound to, who signed it, and whether it is enough.
//!
//! No I/O and no clock here. The trust file and the time come from the caller.
//!
//! | module | holds |
//! |---|---|
//! | [`asker`] | who asks, as the kernel knows them |
//! | [`mac`] | actions and sessions, as records name them without showing them |
//! | [`answer`] | a person's answer, `cavra.action-approval.v1`, and what it is bound to |
//! | [`standing`] | which answers count, and what is missing |
//! | [`error`] | why an answer is refused |
//! | [`limits`] | how large they may be, and how long they last |

pub mod answer;
pub mod asker;
pub mod error;
pub mod limits;
pub mod mac;
pub mod standing;
