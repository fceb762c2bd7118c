//! What changed between two packs.
