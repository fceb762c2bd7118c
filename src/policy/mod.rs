//! Policy packs: read, inherited, digested, linted and compared. Never evaluated here.
//!
//! Pure: a pack arrives as [`source::PackSource`], the texts of its files; reading them
//! from disk is `library`'s job.
//!
//! | module | holds |
//! |---|---|
//! | [`source`] | a pack as the texts of its files |
//! | [`pack`] | the typed content of one `policy.yaml` |
//! | [`yaml`] | YAML with a line for every node; duplicate keys and aliases are errors |
//! | [`effective`] | a pack joined with its parents, and the two digests |
//! | [`cases`] | decision cases: the required ones and a pack's own |
//! | [`lint`] | what is wrong or doubtful about a pack, with code and line |
//! | [`diff`] | what changed between two packs |
//! | [`verdict`], [`decision`] | what an evaluation ends in |

pub mod cases;
pub mod decision;
pub mod diff;
pub mod effective;
pub mod lint;
pub mod pack;
pub mod source;
pub mod verdict;
pub mod yaml;
