//! Facts in, decisions out: the base rules, the packs and their Rego.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod admission;
mod answers;
mod approvers;
mod attack;
mod base_rules;
mod bombs;
mod common;
mod contained;
mod corpus;
mod defaults;
mod effects;
mod effects_grammar;
mod effects_laws;
mod effects_traced;
mod friction;
mod git_hooks;
mod ground;
mod host_places;
mod library;
mod mcp_arguments;
mod mcp_servers;
mod memo;
mod names;
mod network;
mod network_traced;
mod options;
mod ordinary;
mod outside;
mod packs;
mod padded;
mod padding;
mod place;
mod presumed;
mod project_tools;
mod project_traced;
mod rego;
mod roots;
mod severity;
mod shell_effects;
mod shell_grammar;
mod tools;
mod unordered;
mod unsure;
mod wrapped;

#[path = "../common/needs.rs"]
mod needs;
