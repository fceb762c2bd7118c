//! Connections, from accept(2) to their end. Limits on their number, their memory and their time
//! leave room for every client.
//!
//! | module | holds |
//! |---|---|
//! | [`accept`] | the loop that takes connections from a listener |
//! | [`listener`] | TCP and Unix listeners, and who is on the other end |
//! | [`roster`] | all open connections of a door, and their time limits |
//! | [`memory`] | what the calls of a door hold together |
//! | [`waiting`] | those that wait for a place |
//! | [`open`] | those that have a place, and which of them gives its place away |
//! | [`connection`] | what is known of one |
//! | [`call`] | what is known of one call, and the memory that it holds |
//! | [`deadline`] | the time that a caller gives |
//! | [`frames`] | the HTTP/2 frames that come in: floods, and what is begun and not ended |
//! | [`guarded_io`] | the socket, seen through `frames` |
//! | [`request`] | a call's request, within its limits |
//! | [`answer`] | a call's answer, counted until it is sent |
//! | [`message_limits`] | how large a message of a method may be |
//! | [`turn`] | where the calls of a connection run, and how far they go at once |
//! | [`subordinates`] | the ids that belong to another user |
//! | [`service`] | what a connection's calls are given to |

mod accept;
mod answer;
mod call;
mod connection;
mod deadline;
mod frames;
mod guarded_io;
mod listener;
mod memory;
mod message_limits;
mod open;
mod request;
mod roster;
mod service;
mod subordinates;
mod turn;
mod waiting;

pub(super) use accept::accept;
pub(super) use listener::Listener;
pub(super) use roster::{Places, Roster};
