//! Whether a pack is ready to come into force: its dry run, the nine artifacts, the packet that
//! holds the evidence, and the assessment of a packet. All are documents that anybody can recompute.
//! What puts a pack in force, by such a packet, is `authority::gate`.
//!
//! No I/O and no clock here. Deciding is handed in as [`Decide`], and so are the time and
//! what a repository says.
//!
//! | module | holds |
//! |---|---|
//! | [`mod@reference`] | `policy-shadow://ID/DIGEST12` and others like it |
//! | [`given_pack`] | the pack that artifacts are made from, and the one before it |
//! | [`request`] | who asks for a plan, and when |
//! | [`dry_run`] | every case of a pack, decided and compared with what it expects |
//! | [`artifact`] | the artifacts, typed |
//! | [`mod@plan`] | all of them, made together |
//! | [`packet`] | the evidence for a change of policy, in one document |
//! | [`assessment`] | whether such a document holds |
//! | [`verdict`] | what the gate says, for other verifiers |

pub mod artifact;
pub mod assessment;
mod basis;
mod derive;
pub mod dry_run;
pub mod given_pack;
pub mod packet;
pub mod plan;
mod pointer;
pub mod reference;
pub mod request;
mod sentences;
pub mod verdict;

use std::sync::Arc;

use crate::action::{Action, ActionError};
use crate::decision::Decision;

/// Decides one action under the policy that an artifact is about.
pub type Decide<'a> = &'a dyn Fn(&Arc<Action>) -> Result<Decision, ActionError>;
