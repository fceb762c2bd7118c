//! Digests over the files of packs, for requests that name what they were made for.

use std::collections::BTreeMap;

use serde_json::json;

use super::source::{PackSource, SourceFile};
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};

/// The path of the policy in a bundle, under whatever name it was read.
const POLICY_PATH: &str = "policy.yaml";

/// SHA-256 over the canonical JSON of the paths and digests of all files of a pack and its
/// ancestors, by the packs' ids.
///
/// # Errors
/// Never in practice: texts have a canonical form.
pub fn bundle_digest(packs: &BTreeMap<String, PackSource>) -> Result<Digest, CanonicalError> {
    let files = |pack: &PackSource| -> BTreeMap<String, Digest> {
        let mut files = digests(pack.rules.iter().chain(&pack.cases));
        let policy = Digest::of(pack.policy.text.as_bytes());
        files.insert(POLICY_PATH.to_owned(), policy);
        files
    };
    let packs: BTreeMap<&String, _> = packs.iter().map(|(id, pack)| (id, files(pack))).collect();
    Ok(Digest::of(&to_canonical_bytes(&json!({ "packs": packs }))?))
}

/// SHA-256 over the canonical JSON of the paths and digests of a pack's `cases/*.yaml`.
///
/// # Errors
/// As [`bundle_digest`].
pub fn cases_digest(pack: &PackSource) -> Result<Digest, CanonicalError> {
    let cases = digests(pack.cases.iter());
    Ok(Digest::of(&to_canonical_bytes(&json!({ "cases": cases }))?))
}

fn digests<'a>(files: impl Iterator<Item = &'a SourceFile>) -> BTreeMap<String, Digest> {
    let digest = |file: &SourceFile| (file.path.clone(), Digest::of(file.text.as_bytes()));
    files.map(digest).collect()
}
