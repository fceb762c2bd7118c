//! Plans: nine artifacts that say the same, and that anybody can recompute.

use crate::support::{BASELINE, Bench, library};
use cavra::canonical::{Digest, to_canonical_bytes};
use cavra::decision::{Severity, Verdict};
use cavra::policy::diff::Direction;
use cavra::policy::source::{PackSource, SourceFile};
use cavra::readiness::artifact::ExportIndex;
use cavra::readiness::artifact::publish::{Operation, risk};
use cavra::readiness::given_pack::Previous;
use serde_json::Value;

#[test]
fn nine_files_each_under_its_schema_version() {
    let files = Bench::new(BASELINE).export(None).files().unwrap();
    let found: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.path, file.value["schema_version"].as_str().unwrap()))
        .collect();
    let expected = [
        (
            "policy-lifecycle-plan.json",
            "cavra.policy-lifecycle.plan.v1",
        ),
        (
            "policy-authoring-ui-contract.json",
            "cavra.policy-lifecycle.authoring-ui-contract.v1",
        ),
        (
            "policy-lint-report.json",
            "cavra.policy-lifecycle.lint-report.v1",
        ),
        (
            "policy-version-manifest.json",
            "cavra.policy-lifecycle.version-manifest.v1",
        ),
        (
            "policy-shadow-mode-plan.json",
            "cavra.policy-lifecycle.shadow-mode-plan.v1",
        ),
        (
            "policy-dry-run-report.json",
            "cavra.policy-lifecycle.dry-run-report.v1",
        ),
        (
            "policy-rollback-plan.json",
            "cavra.policy-lifecycle.rollback-plan.v1",
        ),
        (
            "policy-approval-workflow.json",
            "cavra.policy-lifecycle.approval-workflow.v1",
        ),
        (
            "policy-lifecycle-export.json",
            "cavra.policy-lifecycle.export.v1",
        ),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_index_names_the_others_by_digest() {
    let files = Bench::new(BASELINE).export(None).files().unwrap();
    let (index, others) = files.split_last().unwrap();
    let index: ExportIndex = serde_json::from_value(index.value.clone()).unwrap();
    assert_eq!(index.artifacts.len(), 8);
    for (entry, file) in index.artifacts.iter().zip(others) {
        assert_eq!(entry.path, file.path);
        assert_eq!(
            entry.sha256,
            Digest::of(&to_canonical_bytes(&file.value).unwrap())
        );
        // What lies on disk has the same canonical form.
        let read: Value = serde_json::from_str(&file.text()).unwrap();
        assert_eq!(read, file.value);
    }
}

#[test]
fn keys_are_sorted_for_people_who_compare_files() {
    fn sorted(value: &Value) -> bool {
        match value {
            Value::Object(fields) => fields.keys().is_sorted() && fields.values().all(sorted),
            Value::Array(items) => items.iter().all(sorted),
            _ => true,
        }
    }
    let files = Bench::new(BASELINE).export(None).files().unwrap();
    assert!(files.iter().all(|file| sorted(&file.value)));
}

#[test]
fn two_plans_differ_in_times_and_ids_only() {
    let bench = Bench::new(BASELINE);
    let previous = bench.previous();
    let blank = |mut value: Value| {
        for result in value["results"].as_array_mut().into_iter().flatten() {
            result["decision"]["decision_id"] = Value::Null;
            result["decision"]["timestamp"] = Value::Null;
        }
        value
    };
    let plan = || bench.export(Some(&previous)).files().unwrap();
    for (one, two) in plan().into_iter().zip(plan()) {
        if one.name != "export" {
            assert_eq!(blank(one.value), blank(two.value), "{}", one.name);
        }
    }
}

#[test]
fn both_digests_and_the_references_are_everywhere_the_same() {
    let bench = Bench::new(BASELINE);
    let (identity, export) = (bench.enforced.identity.clone(), bench.export(None));
    let short = identity.effective_digest.short();
    let at = |scheme: &str| format!("{scheme}://{BASELINE}/{short}");
    assert_eq!(export.shadow_mode_plan.reference, at("policy-shadow"));
    assert_eq!(export.dry_run_report.reference, at("policy-dry-run"));
    assert_eq!(export.rollback_plan.rollback_ref, at("policy-rollback"));
    assert_eq!(
        export.approval_workflow.review_workflow_ref,
        at("policy-draft")
    );
    assert_eq!(
        export.authoring_ui_contract.review_workflow_ref,
        at("policy-draft")
    );
    for file in export.files().unwrap() {
        let text = file.value.to_string();
        let named = text.contains(&identity.policy_digest.to_string());
        assert!(
            named || file.name == "authoring_ui_contract",
            "{}",
            file.name
        );
        assert_eq!(
            named,
            text.contains(&identity.effective_digest.to_string()),
            "{}",
            file.name
        );
    }
}

#[test]
fn an_update_is_compared_and_can_be_taken_back_from_the_plan_alone() {
    let bench = Bench::new(BASELINE);
    let previous = bench.previous();
    let export = bench.export(Some(&previous));
    let (manifest, rollback) = (&export.version_manifest, &export.rollback_plan);
    assert!(!manifest.diff.is_empty());
    // The way back mirrors the way there.
    assert_eq!(manifest.diff.added.len(), rollback.diff.removed.len());
    assert_eq!(manifest.diff.removed.len(), rollback.diff.added.len());
    assert_eq!(manifest.diff.changed.len(), rollback.diff.changed.len());
    let document = rollback.previous_policy.as_ref().unwrap();
    let digest = Digest::of(&to_canonical_bytes(document).unwrap());
    assert_eq!(Some(digest), rollback.previous_policy_digest);
    let restored = bench
        .with(|given_pack| Previous::restore(document, &rollback.files(), given_pack.shelf))
        .unwrap();
    assert_eq!(restored.identity, previous.identity);
    assert_eq!(
        export.approval_workflow.publish_plan.operation,
        Operation::Update
    );
}

#[test]
fn a_previous_pack_with_rules_and_parents_comes_back_whole() {
    let bench = Bench::new("cavra-banking-baseline");
    let source = bench.library.source("cavra-mcp-enterprise").unwrap();
    let previous = bench.with(|given_pack| Previous::read(source, given_pack.shelf).unwrap());
    let rollback = bench.export(Some(&previous)).rollback_plan;
    let document = rollback.previous_policy.as_ref().unwrap();
    let restored = bench
        .with(|given_pack| Previous::restore(document, &rollback.files(), given_pack.shelf))
        .unwrap();
    assert_eq!(restored.pack, previous.pack);
    assert_eq!(restored.identity, previous.identity);
}

#[test]
fn without_a_predecessor_nothing_is_made_up() {
    let export = Bench::new(BASELINE).export(None);
    assert_eq!(export.version_manifest.previous_policy_digest, None);
    assert_eq!(export.rollback_plan.previous_policy, None);
    assert!(export.rollback_plan.approval_required && export.version_manifest.diff.is_empty());
    assert_eq!(
        export.approval_workflow.publish_plan.operation,
        Operation::Create
    );
    assert_eq!(export.shadow_mode_plan.compare_against, "active");
}

#[test]
fn publishing_waits_for_those_who_guard_the_platform() {
    let workflow = Bench::new(BASELINE).export(None).approval_workflow;
    assert_eq!(workflow.approver_groups, ["Platform Security"]);
    let decision = &workflow.publish_decision;
    assert_eq!(decision.decision, Verdict::RequireApproval);
    assert_eq!(decision.rule_id, "policy.publish.requires_approval");
    assert_eq!(
        decision.approver_group.as_deref(),
        Some("Platform Security")
    );
    assert_eq!(decision.decision_id.get_version_num(), 7);
}

fn pack(body: &str) -> PackSource {
    let head = "metadata: {id: small, title: t, description: d, version: 1.0.0}\n";
    PackSource {
        origin: "inline".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: format!("{head}{body}"),
        },
        rules: Vec::new(),
        cases: Vec::new(),
    }
}

#[test]
fn a_new_policy_cannot_appoint_its_own_approvers() {
    let bench = Bench::of(
        library(),
        pack("approvals: {default: {approvers: [Friends]}}\n"),
    );
    let before = pack("approvals: {default: {approvers: [Guards]}}\n");
    let previous = bench.with(|given_pack| Previous::read(before, given_pack.shelf).unwrap());
    let workflow = bench.export(Some(&previous)).approval_workflow;
    assert_eq!(workflow.approver_groups, ["Guards", "Friends"]);
}

#[test]
fn a_pack_that_fails_its_cases_is_not_valid() {
    let plan = Bench::of(library(), pack("commands: {allow: [ls]}\n")).export(None);
    assert!(!plan.lifecycle_plan.ready_for_review);
    let publish = &plan.approval_workflow.publish_plan;
    assert!(!publish.valid);
    let errors = &publish.errors;
    assert!(errors.contains(&"dry run: `block_env_read` failed".to_owned()));
    // Without `approvals` there is somebody who approves all the same.
    assert!(!errors.iter().any(|error| error.starts_with("approvals: ")));
    assert!(!plan.approval_workflow.approver_groups.is_empty());
}

#[test]
fn risk_follows_from_what_the_change_does() {
    let base = "commands: {block: [rm]}\nmcp: {allowed_servers: [a]}\n";
    let changes = [
        (
            "commands: {block: [rm, dd]}\nmcp: {allowed_servers: [a]}\n",
            Severity::Low,
        ),
        (
            "commands: {block: [rm]}\nmcp: {allowed_servers: [a, b]}\n",
            Severity::High,
        ),
        (
            "commands: {block: [rm]}\napprovals: {default: {approvers: [x]}}\n",
            Severity::Medium,
        ),
    ];
    for (after, expected) in changes {
        let bench = Bench::of(library(), pack(after));
        let previous =
            bench.with(|given_pack| Previous::read(pack(base), given_pack.shelf).unwrap());
        let plan = bench.export(Some(&previous)).approval_workflow.publish_plan;
        assert_eq!(plan.risk, expected, "{}", plan.summary);
        assert_eq!(
            risk(Some(&plan.diff)) == Severity::High,
            plan.diff.count(Direction::Loosens) > 0
        );
    }
    assert_eq!(risk(None), Severity::Medium);
}

#[test]
fn switching_enforcement_off_is_the_worst_of_changes() {
    let mut audit = pack("");
    audit.policy.text = audit.policy.text.replace("1.0.0}", "1.0.0, mode: audit}");
    let bench = Bench::of(library(), audit);
    let previous = bench.with(|given_pack| Previous::read(pack(""), given_pack.shelf).unwrap());
    assert_eq!(
        bench
            .export(Some(&previous))
            .approval_workflow
            .publish_plan
            .risk,
        Severity::Critical
    );
}

/// The contract names methods that the authority serves.
#[test]
fn every_method_of_the_contract_is_in_the_protocol() {
    let contract = Bench::new(BASELINE).export(None).authoring_ui_contract;
    let protocol: String = ["policy", "decision", "lifecycle"]
        .map(|name| {
            std::fs::read_to_string(format!("proto/cavra/authority/v1/{name}.proto")).unwrap()
        })
        .concat();
    for endpoint in &contract.api_endpoints {
        assert!(!endpoint.methods.is_empty(), "{}", endpoint.surface);
        for method in &endpoint.methods {
            let (service, name) = method
                .strip_prefix("cavra.authority.v1.")
                .unwrap()
                .split_once('/')
                .unwrap();
            assert!(
                protocol.contains(&format!("service {service} {{")),
                "{method}"
            );
            assert!(protocol.contains(&format!("rpc {name}(")), "{method}");
        }
    }
}
