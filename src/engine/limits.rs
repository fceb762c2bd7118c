//! What bounds an evaluation.

use std::time::Duration;

/// How long one evaluation of a pack's own Rego may take. Cooperative: regorus looks at
/// the clock between steps, so one long builtin call can overrun it. See [`super::pack_rego`]
/// for what is barred because of that.
pub const MAX_EVALUATION_TIME: Duration = Duration::from_millis(50);
/// The same while a pack is tried out before it is admitted: wall time on a busy machine must
/// not refuse a sound pack.
pub const MAX_TRIAL_EVALUATION_TIME: Duration = Duration::from_millis(250);
/// Interpreter steps between two looks at the clock.
pub const TIME_CHECK_INTERVAL_STEPS: u32 = 256;
/// Section inputs that are remembered, all policies taken together.
pub const BASE_MEMO_ENTRIES: usize = 16_384;
/// Inputs of a pack's own Rego that are remembered, for one policy.
pub const PACK_MEMO_ENTRIES: usize = 4_096;
/// Bytes of an input of a pack's own Rego, above which it is not remembered.
pub const MAX_REMEMBERED_INPUT_BYTES: usize = 16 * 1024;
/// Findings that one pack's own Rego may return for one action.
pub const MAX_PACK_FINDINGS: usize = 256;
/// Bytes of one text in a finding of a pack's own Rego.
pub const MAX_FINDING_TEXT_BYTES: usize = 4096;
/// Entries of all pattern lists of an effective pack.
pub const MAX_PATTERNS: usize = 65_536;
/// Rules that may call each other in a chain; regorus recurses for each.
pub const MAX_RULE_CHAIN: usize = 64;
/// Bytes of stack that a thread needs for an evaluation within [`MAX_RULE_CHAIN`].
pub const EVALUATION_STACK_BYTES: usize = 8 * 1024 * 1024;
/// Lists of patterns that the library keeps compiled, for each kind of list.
pub const PATTERN_MEMO_ENTRIES: usize = 1024;
