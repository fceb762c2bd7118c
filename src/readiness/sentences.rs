//! Which places of the artifacts hold sentences for people.
//!
//! A sentence is never compared word by word: better English must not void a packet that was
//! approved. Ids, codes, verdicts, digests, counts and the pack's own texts are compared, and so
//! are the digests that a sentence names.

/// JSON pointers (RFC 6901) below a packet or an export; `*` is any index of an array.
const SENTENCES: [&str; 14] = [
    "/approval_workflow/publish_decision/matched_rules/*/reason",
    "/approval_workflow/publish_decision/reason",
    "/approval_workflow/publish_plan/errors/*",
    "/approval_workflow/publish_plan/summary",
    "/approval_workflow/review_checklist/*",
    "/authoring_ui_contract/operator_notes/*",
    "/dry_run_report/results/*/decision/matched_rules/*/reason",
    "/dry_run_report/results/*/decision/reason",
    "/dry_run_report/results/*/error",
    "/lifecycle_plan/stages/*/gate",
    "/lint_report/issues/*/message",
    "/rollback_plan/reason",
    "/rollback_plan/steps/*",
    "/version_manifest/versioning_reason",
];

/// How a digest begins in a text.
const DIGEST: &str = "sha256:";

/// Whether the text at `pointer` is a sentence.
pub(crate) fn is_sentence(pointer: &str) -> bool {
    SENTENCES.iter().any(|shape| has_shape(pointer, shape))
}

fn has_shape(pointer: &str, shape: &str) -> bool {
    let mut steps = pointer.split('/');
    let fits = shape
        .split('/')
        .all(|wanted| steps.next().is_some_and(|it| wanted == "*" || wanted == it));
    fits && steps.next().is_none()
}

/// The digests that a text names, whole or cut short.
pub(crate) fn digests(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(DIGEST).filter_map(move |(at, _)| {
        let named = text.get(at..)?;
        let digits = named.get(DIGEST.len()..)?;
        let is_other = |it: char| !it.is_ascii_hexdigit();
        let count = digits.find(is_other).unwrap_or(digits.len());
        let end = DIGEST.len().saturating_add(count);
        named.get(..end).filter(|_| count > 0)
    })
}
