//! The limits that the reader of `policy.yaml` enforces and its schema names.

/// Entries of one list in a pack.
pub const MAX_LIST_ENTRIES: usize = 10_000;
/// Bytes of one entry of a list.
pub const MAX_ENTRY_BYTES: usize = 4096;
/// Groups or controls that one entry of a list names.
pub(in crate::policy) const MAX_ENTRY_NAMES: usize = 16;
/// Bytes of the reason of one entry of a list.
pub(in crate::policy) const MAX_ENTRY_REASON_BYTES: usize = 1024;
/// Bytes of the id of one entry of a list.
pub(in crate::policy) const MAX_ENTRY_ID_BYTES: usize = 128;
/// Bytes of a pack's id.
pub(in crate::policy) const MAX_ID_BYTES: usize = 64;
/// Bytes of a case's id.
pub(in crate::policy) const MAX_CASE_ID_BYTES: usize = 128;
