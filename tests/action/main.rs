//! What an agent asks for, and the facts that follow from it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cpu;
mod documents;
mod escapes;
mod establish;
mod git;
mod git_grammar;
mod git_options;
mod git_oracle;
mod here_documents;
mod mcp;
#[path = "../common/needs.rs"]
mod needs;
mod paths;
mod programs;
mod quick;
mod shell_facts;
mod shell_laws;
mod shell_oracle;
mod terraform_plan;
