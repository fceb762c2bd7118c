//! What the fuzz targets share: the code under test, and how one input becomes several texts.
//!
//! `src/action`, `src/trust`, `src/change`, `src/journal/merkle_log` and what they need are compiled here by
//! themselves, which they allow because they name no other part of the crate. The whole crate brings
//! a Rego engine and a gRPC stack along, whose instrumented build takes many times as long and whose
//! counters only dilute the coverage that guides the fuzzer.

#[path = "../../src/action/mod.rs"]
pub mod action;
#[path = "../../src/canonical/mod.rs"]
pub mod canonical;
#[path = "../../src/change/mod.rs"]
pub mod change;
#[path = "../../src/decision/mod.rs"]
pub mod decision;
#[path = "../../src/disk.rs"]
pub mod disk;
#[path = "../../src/keys/mod.rs"]
pub mod keys;
#[path = "../../src/journal/merkle_log/mod.rs"]
pub mod merkle_log;
#[path = "../../src/policy/mod.rs"]
pub mod policy;
#[path = "../../src/trust/mod.rs"]
pub mod trust;

use action::Place;

/// Splits an input at its NUL bytes into `N` texts; the last takes the rest, those that are
/// missing are empty. A plain file is its own first text, so any line can be a seed.
#[must_use]
pub fn texts<const N: usize>(input: &str) -> [&str; N] {
    let mut parts = input.splitn(N, '\0');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A text, absent if it is empty.
#[must_use]
pub fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A place from three texts.
#[must_use]
pub fn place(cwd: &str, workspace_root: &str, current_branch: &str) -> Place {
    Place {
        cwd: given(cwd),
        workspace_root: given(workspace_root),
        root_named: false,
        workspace_roots: Vec::new(),
        current_branch: given(current_branch),
    }
}
