//! The authority over gRPC. The only place where wire types become domain types and back.
//!
//! | module | holds |
//! |---|---|
//! | [`wire`] | the types and services that `proto/` generates |
//! | [`codec`] | protobuf in and out; what can't be decoded is the caller's error |
//! | [`convert`] | wire types to domain types and back, and nothing else |
//! | [`status`] | the one table from errors to statuses |
//! | [`server`] | the service: what both doors offer |
//! | `doors` | how each door is served, and how both are closed |
//! | [`client`] | a client that speaks domain types |
//! | [`shadow_client`] | the client's methods for shadow runs |
//! | [`unix_socket`] | Unix sockets, and who may connect to them |
//! | `turns` | threads for what may take long, and who comes next |
//! | `health` | whether decisions can be made and returned, and what is wrong |
//! | `inquiries` | who asked what would be decided, and how often |
//! | [`peer`] | who calls |
//! | `connections` | connections from their start to their end, and what their calls hold |
//! | [`limits`] | every bound, by name |

pub mod client;
pub mod codec;
pub mod convert;
pub mod limits;
pub mod peer;
pub mod server;
pub mod shadow_client;
pub mod status;
pub mod unix_socket;
pub mod wire;

mod connections;
mod decision_service;
mod doors;
mod health;
mod inquiries;
mod journal_service;
mod policy_service;
mod refusals;
mod shadow_service;
mod stream_room;
mod turns;
