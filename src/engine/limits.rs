//! What bounds an evaluation.

/// Interpreter steps of one evaluation: statements, and rounds of loops. A step takes some
/// 200 ns, so these are about 50 ms; the limit is a count because time differs from run to run.
/// One long call of a builtin is one step: see `engine::pack_rego` for what is barred because
/// of that.
pub const MAX_EVALUATION_STEPS: u32 = 250_000;
/// Signals of one section that the base rules see at once; of more, they see one such part
/// after the other. Base rules take fewer than ten steps for each, so this keeps them far
/// below [`MAX_EVALUATION_STEPS`], whatever an action holds.
pub const MAX_SECTION_SIGNALS: usize = 1024;
/// Signals of a section input, above which it is not remembered.
pub const MAX_REMEMBERED_SIGNALS: usize = 32;
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
/// Bytes of all texts in the findings of a pack's own Rego for one action, unless one finding
/// alone has more.
pub const MAX_FOUND_BYTES: usize = 512 * 1024;
/// Approvers, or references to evidence, of one finding; further ones are left out.
pub const MAX_FINDING_LIST: usize = 64;
/// Rules that may call each other in a chain; regorus recurses for each.
pub const MAX_RULE_CHAIN: usize = 64;
/// Bytes of stack that a thread needs for an evaluation within [`MAX_RULE_CHAIN`].
pub const EVALUATION_STACK_BYTES: usize = 8 * 1024 * 1024;
/// Lists of patterns that the library keeps compiled, for each kind of list.
pub const PATTERN_MEMO_ENTRIES: usize = 1024;
/// Findings of one rule, with one verdict and severity, that a judgement lists. A command line
/// can hold thousands of reads that one rule allows; what is over it is counted.
pub const MAX_FINDINGS_PER_RULE: usize = 32;
/// Findings that a judgement lists: more than the base rules are, so that each can be there.
pub const MAX_FINDINGS: usize = 256;
/// Bytes of JSON of all findings that a judgement lists. An explanation has them twice,
/// and again for a candidate, and an explanation has at most 1 MiB.
pub const MAX_FINDINGS_BYTES: usize = 128 * 1024;
/// Bytes of JSON of what a finding says that it matched on, of its pattern, and of each name of a
/// group or reference to evidence.
pub const MAX_MATCHED_BYTES: usize = 1024;
/// Bytes of JSON of a finding's reason, which quotes what it matched on and the pattern.
pub const MAX_REASON_BYTES: usize = 3 * 1024;
/// Groups of approvers, and references to evidence, that a finding lists.
pub const MAX_LISTED_NAMES: usize = 32;
/// Requirements of an approval that a judgement lists. One more says that there are more, which
/// nobody can meet.
pub const MAX_APPROVAL_REQUIREMENTS: usize = 16;
/// Bytes of JSON of all requirements of an approval that a judgement lists. A requirement that
/// doesn't fit is among those that nobody can meet; a reason that doesn't fit is left out.
pub const MAX_REQUIREMENTS_BYTES: usize = 32 * 1024;
/// Rules and entries that one requirement of an approval lists as its reasons.
pub const MAX_REQUIREMENT_REASONS: usize = 8;
/// Signals of one kind and pattern that base rules see of one action. The verdict is the same
/// after one, and no more of them are listed or worth a count.
pub const MAX_ALIKE_SIGNALS: usize = 1024;
