//! The authority over gRPC. The only place where wire types become domain types and back.
//!
//! | module | holds |
//! |---|---|
//! | [`decision`], [`policy`], [`lifecycle`], [`journal`], [`shadow`], [`approval`] | one service each: the service, its conversions, its client |
//! | [`wire`] | the types and services that `proto/` generates |
//! | [`codec`] | protobuf in and out; what can't be decoded is the caller's error |
//! | [`convert`] | what all conversions between wire types and domain types share |
//! | [`status`] | the one table from errors to statuses |
//! | [`server`] | the services behind the three doors |
//! | `lifetime` | how a service ends, for its streams and its calls |
//! | `door` | where a service is reached, and what it may do there |
//! | `doors` | how each door is served, and how all are closed |
//! | [`client`] | a client that speaks domain types |
//! | [`unix_socket`] | Unix sockets, and who may connect to them |
//! | `turns` | threads for what may take long, and who comes next |
//! | `health` | whether decisions can be made and returned, and what is wrong |
//! | `inquiries` | who asked what would be decided, and how often |
//! | [`peer`] | who calls |
//! | `connections` | connections from their start to their end, and what their calls hold |
//! | [`limits`] | every bound, by name |

pub mod approval;
pub mod client;
pub mod codec;
pub mod convert;
pub mod decision;
pub mod journal;
pub mod lifecycle;
pub mod limits;
pub mod peer;
pub mod policy;
pub mod server;
pub mod shadow;
pub mod status;
pub mod unix_socket;
pub mod wire;

mod connections;
mod door;
mod doors;
mod health;
mod inquiries;
mod lifetime;
mod refusals;
mod shares;
mod stream_room;
mod turns;
