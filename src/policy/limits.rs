//! The limits that the reader of `policy.yaml` enforces and its schema names.

/// Entries of one list in a pack.
pub const MAX_LIST_ENTRIES: usize = 10_000;
/// Bytes of one entry of a list.
pub const MAX_ENTRY_BYTES: usize = 4096;
/// Bytes of a pack's id.
pub(in crate::policy) const MAX_ID_BYTES: usize = 64;
/// Bytes of a case's id.
pub(in crate::policy) const MAX_CASE_ID_BYTES: usize = 128;
