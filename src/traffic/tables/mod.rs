//! What agents work on, as tables: repositories, commands, people, and what goes wrong.

pub(super) mod commands;
pub(super) mod mcp;
pub(super) mod people;
pub(super) mod repositories;
pub(super) mod unusual;
