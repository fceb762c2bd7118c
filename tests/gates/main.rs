//! Gates at the places where a change becomes real: plans that are applied, refs that are pushed,
//! commits with their evidence, and the clients of other languages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../common/altered.rs"]
mod altered;
mod clients;
mod desk;
mod evidence;
mod evidence_altered;
mod evidence_history;
#[path = "../common/needs.rs"]
mod needs;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../common/people.rs"]
mod people;
mod push_repositories;
mod pushes;
mod repository;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cli/serve.rs"]
mod serve;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cli/support.rs"]
mod support;
mod terraform;
mod terraform_refused;
mod terraform_unseen;
mod workspace;
