//! Policies are changed through the admin socket alone, and swapped as one.

use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cavra::grpc::wire::lifecycle_service_client::LifecycleServiceClient;
use cavra::grpc::wire::{self, StageCandidateRequest};
use cavra::journal::record::refusal::Author;
use tonic::Code;

use crate::policies::{digest_of, stage, stage_id, with_admin};
use crate::support::{BASELINE, OTHER, policy, read_request};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_can_open_the_admin_socket() {
    let (service, folder) = with_admin(BASELINE, None).await;
    let socket = service.admin.clone().unwrap();
    let found = std::fs::metadata(&socket).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    service.stop().await.unwrap();
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "something is left over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listening_address_changes_nothing() {
    let (service, _folder) = with_admin(BASELINE, Some(OTHER)).await;
    let mut public = service.policies().await;
    let mut lifecycles = LifecycleServiceClient::new(service.channel().await);
    let refusals = [
        public
            .stage_candidate(stage_id(BASELINE))
            .await
            .unwrap_err(),
        lifecycles
            .propose(wire::ProposeRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .withdraw(wire::WithdrawRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .submit(wire::SubmitRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .promote(wire::PromoteRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .roll_back(wire::RollBackRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .break_glass(wire::BreakGlassRequest::default())
            .await
            .unwrap_err(),
        lifecycles
            .ratify(wire::RatifyRequest::default())
            .await
            .unwrap_err(),
    ];
    let socket = service.admin.as_ref().unwrap().display().to_string();
    for refusal in refusals {
        assert_eq!(refusal.code(), Code::PermissionDenied);
        assert!(
            refusal.message().contains(&format!("unix:{socket}")),
            "{refusal}"
        );
    }
    let slot = service.authority.slot();
    assert_eq!(
        slot.active.identity().effective_digest.to_string(),
        digest_of(BASELINE)
    );
    assert!(slot.candidate.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_nothing_can_be_promoted() {
    let (service, _folder) = with_admin(BASELINE, Some(OTHER)).await;
    let mut admin = LifecycleServiceClient::new(service.admin_channel().await);
    let documents = Some(wire::ChangeDocuments::default());
    let pack = Some(wire::propose_request::Pack::PolicyId(OTHER.to_owned()));
    let reason = String::new();
    let refusals = [
        admin
            .propose(wire::ProposeRequest { pack, reason })
            .await
            .unwrap_err(),
        admin
            .promote(wire::PromoteRequest {
                documents: documents.clone(),
            })
            .await
            .unwrap_err(),
        admin
            .break_glass(wire::BreakGlassRequest::default())
            .await
            .unwrap_err(),
        admin
            .ratify(wire::RatifyRequest { documents })
            .await
            .unwrap_err(),
        admin
            .roll_back(wire::RollBackRequest::default())
            .await
            .unwrap_err(),
        admin
            .submit(wire::SubmitRequest::default())
            .await
            .unwrap_err(),
        admin
            .get_lifecycle(wire::GetLifecycleRequest {})
            .await
            .unwrap_err(),
        admin
            .list_lifecycle(wire::ListLifecycleRequest::default())
            .await
            .unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.code(), Code::FailedPrecondition, "{refusal}");
        assert!(refusal.message().contains("no store"), "{refusal}");
    }
    let active = service.authority.slot().active.identity().id.clone();
    assert_eq!(&*active, BASELINE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_cannot_be_used_leaves_everything_as_it_was() {
    let (service, _folder) = with_admin(BASELINE, Some(OTHER)).await;
    let mut admin = service.admin_policies().await;
    let head = "metadata: {id: mine, title: T, description: D, version: 1.0.0}\n";
    let typo = format!("{head}comands: {{block: [rm]}}\n");
    let circle = "metadata: {id: mine, title: T, description: D, version: 1.0.0, inherits: mine}\n";
    let orphan = "metadata: {id: mine, title: T, description: D, version: 1.0.0, inherits: gone}\n";
    let cases: [(StageCandidateRequest, Code, &str); 9] = [
        (
            StageCandidateRequest::default(),
            Code::InvalidArgument,
            "`pack` is required",
        ),
        (
            stage_id(""),
            Code::InvalidArgument,
            "`policy_id` is required",
        ),
        (stage_id("nobody"), Code::NotFound, "`nobody`"),
        (stage(&[]), Code::InvalidArgument, "`policy.yaml`"),
        (
            stage(&[("policy.yaml", head), ("rules/../x.rego", "")]),
            Code::InvalidArgument,
            "files[1].path",
        ),
        (
            stage(&[("policy.yaml", &typo)]),
            Code::InvalidArgument,
            "policy.yaml:2",
        ),
        (
            stage(&[("policy.yaml", circle)]),
            Code::InvalidArgument,
            "circle",
        ),
        (
            stage(&[("policy.yaml", orphan)]),
            Code::InvalidArgument,
            "`gone`",
        ),
        (
            stage(&[
                ("policy.yaml", head),
                (
                    "rules/a.rego",
                    "package cavra.pack\n\nfindings contains {\n",
                ),
            ]),
            Code::InvalidArgument,
            "rules/a.rego",
        ),
    ];
    for (request, code, part) in cases {
        let status = admin.stage_candidate(request).await.expect_err(part);
        assert_eq!(status.code(), code, "{status}");
        assert!(status.message().contains(part), "{part}: {status}");
    }
    let slot = service.authority.slot();
    let candidate = slot.candidate.as_ref().unwrap();
    assert_eq!(
        candidate.identity().effective_digest.to_string(),
        digest_of(OTHER)
    );
    assert!(
        service
            .decisions()
            .await
            .decide(read_request("a"))
            .await
            .is_ok()
    );
}

const LAX: &str = "metadata: {id: lax}\ncommands: {allow: ['terraform apply*']}\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_its_required_cases_is_not_staged() {
    let (service, _folder) = with_admin(BASELINE, None).await;
    let mut admin = service.admin_policies().await;
    let staged = admin.stage_candidate(stage(&[("policy.yaml", LAX)])).await;
    let refused = staged.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(
        refused.message().contains("block_terraform_apply"),
        "{refused}"
    );
    let lint =
        format!("metadata: {{id: mine, inherits: {BASELINE}}}\ncommands: {{allow: ['*']}}\n");
    let staged = admin
        .stage_candidate(stage(&[("policy.yaml", &lint)]))
        .await;
    let refused = staged.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("allow-any-program"), "{refused}");
    assert!(service.authority.slot().candidate.is_none());

    let active = service.authority.slot().active.identity().id.clone();
    assert_eq!(&*active, BASELINE);
    service.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_staged_with_parents_from_the_library() {
    let (service, _folder) = with_admin(BASELINE, None).await;
    let policy = format!(
        "metadata: {{id: mine, title: T, description: D, version: 1.0.0, inherits: {BASELINE}}}\n\
         filesystem: {{block_read: ['README.md']}}\n"
    );
    let mut admin = service.admin_policies().await;
    admin
        .stage_candidate(stage(&[("policy.yaml", &policy)]))
        .await
        .unwrap();
    let request = wire::DecideRequest {
        compare: true,
        ..read_request("README.md")
    };
    let answer = service
        .decisions()
        .await
        .decide(request)
        .await
        .unwrap()
        .into_inner();
    let candidate = answer.candidate.unwrap();
    assert_eq!(answer.decision.unwrap().decision(), wire::Verdict::Allow);
    assert_eq!(candidate.change(), wire::Change::Tightened);
    assert_eq!(candidate.decision.unwrap().decision(), wire::Verdict::Block);
}

/// Deciders hammer the service while policies change places: every decision is made by one
/// of the two, and once an activation is answered, by the new one.
#[tokio::test(flavor = "multi_thread")]
async fn the_swap_of_policies_is_atomic() {
    let (service, _folder) = with_admin(BASELINE, None).await;
    let digests = [digest_of(BASELINE), digest_of(OTHER)];
    let over = Arc::new(AtomicBool::new(false));
    let mut deciders = Vec::new();
    for _ in 0..4 {
        let mut client = service.decisions().await;
        let (over, digests) = (Arc::clone(&over), digests.clone());
        deciders.push(tokio::spawn(async move {
            let mut decided = 0;
            while !over.load(Ordering::Relaxed) {
                let request = wire::DecideRequest {
                    compare: true,
                    ..read_request(".env")
                };
                let answer = client.decide(request).await.unwrap().into_inner();
                let active = answer.decision.unwrap().effective_digest;
                assert!(digests.contains(&active), "{active}");
                if let Some(candidate) = answer.candidate {
                    assert_ne!(candidate.decision.unwrap().effective_digest, active);
                }
                decided += 1;
            }
            decided
        }));
    }
    let (mut admin, mut client) = (service.admin_policies().await, service.decisions().await);
    for round in 0..40 {
        let next = if round % 2 == 0 { OTHER } else { BASELINE };
        let digest = &digests[1 - round % 2];
        admin.stage_candidate(stage_id(next)).await.unwrap();
        let replaced = service
            .authority
            .replace(policy(next), None, Author::Unknown);
        replaced.await.unwrap();
        for _ in 0..5 {
            let answer = client
                .decide(read_request(".env"))
                .await
                .unwrap()
                .into_inner();
            assert_eq!(
                answer.decision.unwrap().effective_digest,
                *digest,
                "round {round}"
            );
        }
    }
    over.store(true, Ordering::Relaxed);
    for decider in deciders {
        assert!(decider.await.unwrap() > 0);
    }
}
