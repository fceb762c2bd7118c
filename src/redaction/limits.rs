//! What bounds the redaction of one decision, and a file of rules.

/// Bytes of a secret. What is shorter is left as it is: too many other texts contain it by
/// chance.
pub const MIN_SECRET_BYTES: usize = 4;
/// Bytes of one part of a secret that has white space in it, above which the part is a secret
/// of its own.
pub const MIN_SECRET_PART_BYTES: usize = 8;
/// How often what was cleaned is searched again. What still holds a secret then is withheld.
pub const MAX_REDACTION_ROUNDS: usize = 4;
/// Bytes of an action's and its facts' texts that are searched for secrets. A command line of
/// 64 KiB is in its facts up to about six times: as words, forms and paths.
pub const MAX_SEARCHED_TEXT_BYTES: usize = 1024 * 1024;
/// Bytes that all rules together search for one decision: a rule that can match
/// searches all texts, once in every round.
pub const MAX_SEARCHED_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of what a rule matches, above which all of it is taken for the secret: to find the secret
/// in it takes ten times as long for each byte as to match it.
pub const MAX_CAPTURED_BYTES: usize = 4096;
/// Places in which rules find a secret, for one decision.
pub const MAX_FOUND_PLACES: usize = 4096;
/// Ways to write the secrets of one decision: about four for each, and one for each line of a key.
pub const MAX_SECRET_WAYS: usize = 1024;
/// Bytes of all these ways. Five ways to write a private key of 4,096 bits, and its lines, have
/// 20 KiB; to prepare the search for each byte can take half a microsecond.
pub const MAX_SECRET_WAYS_BYTES: usize = 24 * 1024;
/// Bytes of a file of redaction rules.
pub const MAX_RULES_FILE_BYTES: usize = 256 * 1024;
/// Rules in such a file.
pub const MAX_RULES: usize = 256;
/// Bytes of a rule's name.
pub const MAX_RULE_NAME_BYTES: usize = 64;
/// Bytes of a rule's pattern.
pub const MAX_PATTERN_BYTES: usize = 4096;
/// Bytes of one compiled pattern.
pub const MAX_COMPILED_PATTERN_BYTES: usize = 1024 * 1024;
/// Bytes of all compiled patterns together, and of what is remembered while matching.
pub const MAX_COMPILED_SET_BYTES: usize = 16 * 1024 * 1024;
