//! Policies: everybody may look at them.

use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::grpc::wire::policy_ref::Policy;
use cavra::grpc::wire::{
    DryRunRequest, ExplainRequest, GetPolicyRequest, IssueSeverity, LintPolicyRequest,
    ListPoliciesRequest, PackBundle, PackFile, PolicyRef, Slot, StageCandidateRequest,
    lint_policy_request, stage_candidate_request,
};
use cavra::readiness::dry_run::{DryRunReport, dry_run};
use tonic::Code;

use crate::support::{BASELINE, OTHER, Service, policy, read_request};

pub(crate) async fn with_admin(
    active: &str,
    candidate: Option<&str>,
) -> (Service, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    (
        Service::start_with(active, candidate, Some(socket)).await,
        folder,
    )
}

pub(crate) fn stage_id(id: &str) -> StageCandidateRequest {
    let id = stage_candidate_request::Pack::PolicyId(id.to_owned());
    StageCandidateRequest { pack: Some(id) }
}

pub(crate) fn bundle(files: &[(&str, &str)]) -> PackBundle {
    let file = |(path, text): &(&str, &str)| PackFile {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    };
    PackBundle {
        files: files.iter().map(file).collect(),
    }
}

pub(crate) fn stage(files: &[(&str, &str)]) -> StageCandidateRequest {
    let bundle = stage_candidate_request::Pack::Bundle(bundle(files));
    StageCandidateRequest { pack: Some(bundle) }
}

pub(crate) fn lint(files: &[(&str, &str)]) -> LintPolicyRequest {
    LintPolicyRequest {
        pack: Some(lint_policy_request::Pack::Bundle(bundle(files))),
    }
}

pub(crate) fn by_id(id: &str) -> Option<PolicyRef> {
    Some(PolicyRef {
        policy: Some(Policy::PolicyId(id.to_owned())),
    })
}

pub(crate) fn by_slot(slot: Slot) -> Option<PolicyRef> {
    Some(PolicyRef {
        policy: Some(Policy::Slot(slot.into())),
    })
}

pub(crate) fn digest_of(id: &str) -> String {
    policy(id).identity().effective_digest.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_shown_whole() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.policies().await;
    for policy in [by_id(BASELINE), by_slot(Slot::Active)] {
        let shown = client
            .get_policy(GetPolicyRequest { policy })
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            shown.identity.unwrap().effective_digest,
            digest_of(BASELINE)
        );
        let effective: serde_json::Value = serde_json::from_str(&shown.effective_json).unwrap();
        assert_eq!(effective["id"], BASELINE);
    }
    let cases = [
        (None, Code::InvalidArgument),
        (Some(PolicyRef { policy: None }), Code::InvalidArgument),
        (by_slot(Slot::Unspecified), Code::InvalidArgument),
        (
            Some(PolicyRef {
                policy: Some(Policy::Slot(9)),
            }),
            Code::InvalidArgument,
        ),
        (by_slot(Slot::Candidate), Code::NotFound),
        (by_id("nobody"), Code::NotFound),
    ];
    for (policy, code) in cases {
        let status = client
            .get_policy(GetPolicyRequest { policy })
            .await
            .unwrap_err();
        assert_eq!(status.code(), code, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lint_answers_with_lines() {
    let (service, _folder) = with_admin(BASELINE, None).await;
    let mut client = service.admin_policies().await;
    let text = "metadata: {id: mine, title: T, description: D, version: 1.0.0}\ncomands: {}\n";
    let report = client
        .lint_policy(lint(&[("policy.yaml", text)]))
        .await
        .unwrap()
        .into_inner();
    assert!(!report.valid);
    assert_eq!(report.summary.unwrap().policy_id, "mine");
    let blocker = report
        .issues
        .iter()
        .find(|it| it.severity() == IssueSeverity::Blocker)
        .unwrap();
    assert_eq!((blocker.file.as_str(), blocker.line), ("policy.yaml", 2));

    let head = "metadata: {id: mine, title: T, description: D, version: 1.0.0}\n";
    let rego = "package cavra.pack\n\nfindings contains {\n";
    let files = [("policy.yaml", head), ("rules/a.rego", rego)];
    let report = client.lint_policy(lint(&files)).await.unwrap().into_inner();
    let blocker = report
        .issues
        .iter()
        .find(|it| it.severity() == IssueSeverity::Blocker)
        .unwrap();
    assert_eq!(blocker.file, "rules/a.rego", "{:?}", report.issues);

    let pack = Some(lint_policy_request::Pack::PolicyId(BASELINE.to_owned()));
    let report = client
        .lint_policy(LintPolicyRequest { pack })
        .await
        .unwrap()
        .into_inner();
    assert!(report.valid, "{:?}", report.issues);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_it_says_in_process() {
    let service = Service::start(BASELINE, Some(OTHER)).await;
    let mut client = service.policies().await;
    let policies = [
        (by_id(BASELINE), BASELINE),
        (by_slot(Slot::Active), BASELINE),
        (by_id(OTHER), OTHER),
        (by_slot(Slot::Candidate), OTHER),
    ];
    for (wanted, id) in policies {
        let request = DryRunRequest { policy: wanted };
        let run = client.dry_run(request).await.unwrap().into_inner();
        let expected = dry_run_here(id);
        assert_eq!(run.policy.unwrap().effective_digest, digest_of(id));
        assert_eq!(run.case_count as usize, expected.case_count);
        assert_eq!(run.failed_count as usize, expected.failed_count);
        assert_eq!(run.passed, expected.passed);
        for (result, expected) in run.results.iter().zip(&expected.results) {
            assert_eq!(result.case_id, expected.case_id);
            assert_eq!(result.passed, expected.passed, "{}", expected.case_id);
        }
        let report: serde_json::Value = serde_json::from_str(&run.report_json).unwrap();
        assert_eq!(report["policy_pack"], id);
    }
    let list = client
        .list_policies(ListPoliciesRequest {})
        .await
        .unwrap()
        .into_inner();
    assert!(list.policies.len() >= 6);
}

fn dry_run_here(id: &str) -> DryRunReport {
    let policy = policy(id);
    let authority = Authority::new(Arc::clone(&policy), None);
    let decide = |action: &Arc<Action>| {
        let answer = authority.decide(Arc::clone(action), Ask::default());
        answer.map(|answer| answer.decision)
    };
    dry_run(policy.pack(), policy.identity(), &decide)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_shows_the_facts() {
    let service = Service::start(BASELINE, Some(OTHER)).await;
    let action = read_request("./config/../.env").action;
    let request = ExplainRequest {
        action,
        compare: true,
    };
    let explained = service
        .policies()
        .await
        .explain(request)
        .await
        .unwrap()
        .into_inner();
    let facts: serde_json::Value = serde_json::from_str(&explained.facts_json).unwrap();
    assert_eq!(facts["reads"][0]["path"], ".env");
    let decision = explained.decision.unwrap();
    assert_eq!(decision.matched_rules[0].rule_id, decision.rule_id);
    assert!(explained.candidate.is_some());
}
