//! Who approves, and what must come with an action.

use super::Subject;
use crate::decision::Verdict;
use crate::policy::base_rule::BaseRule;
use crate::policy::issue::Issue;
use crate::policy::promotion::PUBLISH_RULE;
use crate::policy::read::fields::closest;
use crate::policy::source::SourceFile;

/// The approvals of every rule that has none of its own.
const DEFAULT: &str = "default";

/// Fields of an action document that a pack can ask for.
const DOCUMENT_FIELDS: &[&str] = &[
    "action_type",
    "target",
    "requested_operation",
    "server",
    "tool",
    "capability",
    "session_id",
    "agent_id",
    "actor",
    "correlation_id",
    "cwd",
    "workspace_root",
    "current_branch",
    "terraform_plan",
    "mcp_tool",
];

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues: Vec<Issue> = subject
        .pack
        .approvals
        .keys()
        .filter_map(|rule_id| approval(subject, rule_id))
        .collect();
    if let Some(effective) = subject.effective
        && effective.approvers_by_default
    {
        let groups = |rule| effective.approvers_for(rule).join(", ");
        let message = format!(
            "`approvals.default` is missing, so the built-in groups approve what has no approvers of its own: `{}` writes, `{}` the rest",
            groups("filesystem.write.require_approval"),
            groups(DEFAULT),
        );
        let at = subject.places.field(&["approvals"]);
        issues.push(Issue::warning("no-default-approvers", message, at));
    }
    for field in &subject.pack.evidence.required_fields {
        if !DOCUMENT_FIELDS.contains(&field.pattern.as_str()) {
            let message = suggest(
                format!("`{}` is not a field of an action document", field.pattern),
                field,
                DOCUMENT_FIELDS,
            );
            let at = subject
                .places
                .entry(&["evidence", "required_fields"], field);
            issues.push(Issue::blocker("unknown-required-field", message, at));
        }
    }
    issues
}

fn approval(subject: &Subject<'_>, rule_id: &str) -> Option<Issue> {
    let at = subject.places.key(&["approvals"], rule_id);
    if [DEFAULT, PUBLISH_RULE].contains(&rule_id) {
        return None;
    }
    if let Some(rule) = BaseRule::from_id(rule_id) {
        return (rule.verdict() != Verdict::RequireApproval).then(|| {
            let message = format!("`{rule_id}` never sends anything to approval");
            Issue::warning("approval-never-asked", message, at)
        });
    }
    let inherited = subject
        .effective
        .map_or(&[][..], |effective| &effective.rules);
    let mut files = inherited
        .iter()
        .map(|rule| &rule.file)
        .chain(&subject.source.rules);
    let literal = format!("\"{rule_id}\"");
    if files.any(|file: &SourceFile| file.text.contains(&literal)) {
        return None;
    }
    let message = suggest(
        format!("no rule has the id `{rule_id}`"),
        rule_id,
        BaseRule::IDS,
    );
    // Rego can put an id together at run time; without Rego there is nowhere for it to come from.
    let has_rego = !inherited.is_empty() || !subject.source.rules.is_empty();
    Some(match has_rego {
        true => Issue::warning("unknown-rule-id", message, at),
        false => Issue::blocker("unknown-rule-id", message, at),
    })
}

fn suggest(message: String, name: &str, known: &[&'static str]) -> String {
    match closest(name, known) {
        Some(known) => format!("{message}; did you mean `{known}`?"),
        None => message,
    }
}
