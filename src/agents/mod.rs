//! Hosts of coding agents: where their settings lie, what an installation of `cavra-hook` puts into
//! them, and what shows that the hook is in force. Texts in, texts out.
//!
//! | module | holds |
//! |---|---|
//! | [`host`] | the hosts, and how far an installation reaches |
//! | [`places`] | where each host reads its settings and its rules |
//! | [`settings`] | changes of JSON and TOML that keep everything else as it is |
//! | [`registration`] | the entry that makes a host start the hook |
//! | [`variables`] | files of variables that hosts read beside their settings |
//! | `started` | the programs that settings name |
//! | [`floor`] | a pack's block lists as rules of the host itself |
//! | [`installed`] | the record of what was installed |
//! | [`canary`] | an event that every policy must block, and what the hook answers to it |
//! | [`transcript`] | the calls of tools that a host wrote down |
//! | [`coverage`] | those calls, compared with the decisions of a journal |

pub mod canary;
pub mod coverage;
pub mod floor;
pub mod host;
pub mod installed;
pub mod places;
pub mod registration;
pub mod settings;
mod started;
pub mod transcript;
pub mod variables;
