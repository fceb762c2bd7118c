//! Changes of the policy in force: who asks for one, who approves or rejects it, and whether that
//! is enough.
//!
//! No I/O and no clock here. The trust file, the engine and the time come from the caller.
//!
//! | module | holds |
//! |---|---|
//! | [`request`] | the change request, `cavra.policy-change.request.v1` |
//! | [`approval`] | the approval or rejection: an in-toto Statement |
//! | [`break_glass`] | a person's statement in an emergency, `cavra.policy-change.break-glass.v1` |
//! | [`acknowledgement`] | a person's answer for what a line of the semantic diff loosens |
//! | [`withdrawal`] | a requester takes a request back |
//! | [`requested`] | whether a request was signed by its requester and is about what is expected |
//! | [`signed`] | what the documents have in common: one form and one signature of a person |
//! | [`approval_status`] | which approvals count, and what is missing |
//! | [`watch`] | how long a promoted policy is watched, and whether the way back stays open |
//! | [`error`] | why a request, an approval or an acknowledgement is refused |
//! | `statement` | what the Statements that people sign have in common |
//! | `field` | fields within their limits |
//! | [`limits`] | how large they may be |

pub mod acknowledgement;
pub mod approval;
pub mod approval_status;
pub mod break_glass;
pub mod error;
mod field;
pub mod limits;
pub mod request;
pub mod requested;
pub mod signed;
mod statement;
pub mod watch;
pub mod withdrawal;
