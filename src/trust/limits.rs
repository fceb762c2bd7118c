//! How large a trust file may be.

use crate::keys::dsse::MAX_SIGNATURES;

/// Bytes of a trust file's document.
pub const MAX_TRUST_BYTES: usize = 512 * 1024;
/// Bytes of a trust file, signed or not: the document in base64, with room for the signatures.
pub const MAX_TRUST_FILE_BYTES: usize = MAX_TRUST_BYTES / 3 * 4 + 64 * 1024;
/// People of a trust file.
pub const MAX_PEOPLE: usize = 256;
/// Services of a trust file.
pub const MAX_SERVICES: usize = 64;
/// Keys of one person or service.
pub const MAX_KEYS_OF_ONE: usize = 8;
/// Keys of all people and services together: each signature is tried by each of them.
pub const MAX_KEYS: usize = 512;
/// Aliases of one person.
pub const MAX_ALIASES: usize = 32;
/// Groups of one person.
pub const MAX_GROUPS: usize = 32;
/// Bytes of an id, an alias or the name of a group.
pub const MAX_NAME_BYTES: usize = 256;
/// The greatest `min_signers`. The signers of a version and those of its successor, who may be
/// other people, must fit in one envelope.
pub const MAX_MIN_SIGNERS: u32 = (MAX_SIGNATURES / 2) as u32;
