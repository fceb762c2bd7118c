//! A pack as the texts of its files.

use serde::{Deserialize, Serialize};

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Relative to the pack's folder, `/`-separated: `rules/stateful.rego`.
    pub path: String,
    /// The content.
    pub text: String,
}

/// A pack as the texts of its files, wherever they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSource {
    /// Where it came from, for messages: a path, or `inline`.
    pub origin: String,
    /// `policy.yaml`.
    pub policy: SourceFile,
    /// `rules/*.rego`, sorted by path.
    pub rules: Vec<SourceFile>,
    /// `cases/*.yaml`, sorted by path.
    pub cases: Vec<SourceFile>,
}

/// The path of the policy in a bundle, under whatever name it was read.
pub(crate) const POLICY_PATH: &str = "policy.yaml";
/// Bytes of one file of a pack.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;
/// Files of one pack.
pub const MAX_FILES: usize = 256;
