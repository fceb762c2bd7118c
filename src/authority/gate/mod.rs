//! The one door through which a policy comes into force, and the store that it comes from.
//!
//! Every bundle that is proposed or seeded is kept in the journal, by digest. What is enforced is
//! the bundle that the last activation record names: `seeded`, `promoted`, `rolled_back` or
//! `broke_glass`. It is compiled from the bytes that the journal keeps, so a changed file on disk changes nothing.
//!
//! | module | holds |
//! |---|---|
//! | [`history`] | what the lifecycle records say together |
//! | `entering` | writes them, if a start would take them |
//! | `following` | which may follow which |
//! | `signed_for` | whether people have signed for each change |
//! | `reading` | reads them and what they keep |
//! | [`store`] | the store of one authority: its events, its bundles, its trust file |
//! | `trusting` | the trust file of a store |
//! | [`stages`] | how far each candidate and each request has come |
//! | [`start`] | what is enforced when a service starts |
//! | `proposing` | candidates come into the store and leave it |
//! | [`changes`] | what each change was, by the records and the bundles that the journal keeps |
//! | `comparing` | the start and the end of shadow runs, as lifecycle records |
//! | [`documents`] | the signed documents that a caller brings |
//! | [`judging`] | whether a request counts, and who has approved it |
//! | `request_problem` | why a request can't be used |
//! | `criteria` | what a change must fulfil |
//! | `answered` | which lost cases somebody answers for |
//! | `cases` | whether a policy decides its cases |
//! | `losses` | what is missing for the cases that a change loses |
//! | `evidence` | whether the evidence shows what the candidate does |
//! | `packet` | the readiness packet that a promotion may bring |
//! | [`submit`] | records requests and their answers |
//! | [`promote`] | puts a candidate in force |
//! | [`rollback`] | puts a policy in force again |
//! | [`break_glass`] | puts a policy in force in an emergency |
//! | [`available_rollback`] | the return that people can still make |
//! | [`unratified`] | what is said and refused until that is ratified |
//! | [`ratify`] | ratifies it |
//! | `ratifying` | what a ratification is judged by |
//! | `recording` | records what was judged, and swaps |
//! | [`attempt`] | what somebody tries, and the refusal of it |
//! | [`error`] | why something is refused |
//! | [`limits`] | every bound, by name |

mod answered;
pub mod attempt;
pub mod available_rollback;
pub mod break_glass;
mod cases;
pub mod changes;
mod comparing;
mod criteria;
pub mod documents;
mod entering;
pub mod error;
mod evidence;
mod following;
pub mod history;
pub mod judging;
pub mod limits;
mod losses;
mod packet;
pub mod promote;
mod proposing;
pub mod ratify;
mod ratifying;
mod reading;
mod recording;
mod request_problem;
pub mod rollback;
mod signed_for;
pub mod stages;
pub mod start;
pub mod store;
pub mod submit;
mod trusting;
pub mod unratified;

pub use error::GateError;
pub use history::{History, InForce, Kept};
pub use store::PolicyStore;
