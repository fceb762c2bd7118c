//! Policy packs: read, inherited, digested, linted and compared. Never evaluated here.
//!
//! Pure: a pack arrives as [`source::PackSource`], the texts of its files; reading them
//! from disk is `library`'s job.
//!
//! | module | holds |
//! |---|---|
//! | [`source`] | a pack as the texts of its files |
//! | [`origin`] | where a pack was loaded from |
//! | [`pack`] | the typed content of one `policy.yaml` |
//! | [`yaml`] | YAML with a line for every node; duplicate keys and aliases are errors |
//! | [`read`] | the text of a `policy.yaml` in, a [`pack::Pack`] and every issue out |
//! | [`issue`] | one thing that is wrong or doubtful, with code and line |
//! | [`effective`] | a pack joined with its parents, and the two digests |
//! | [`cases`] | decision cases: the required ones and a pack's own |
//! | `limits` | limits of `policy.yaml` |
//! | [`lint`] | what is wrong or doubtful about a pack, with code and line |
//! | [`diff`] | what changed between two packs |
//! | [`base_rule`] | the rules that every policy has: ids, order, verdicts, severities, approvers |
//! | [`promotion`] | what a change of the policy in force has to show |
//! | [`expected`] | the policy that a caller relies on |
//! | [`bundle`] | digests over the files of packs |
//! | [`versioning`] | whether a pack's files are in version control |

pub mod base_rule;
pub mod bundle;
pub mod cases;
pub mod diff;
pub mod effective;
pub mod expected;
pub mod issue;
mod limits;
pub mod lint;
pub mod origin;
pub mod pack;
pub mod pattern_count;
pub mod promotion;
pub mod read;
pub mod source;
pub mod versioning;
pub mod yaml;
