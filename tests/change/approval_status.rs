//! Which approvals count, and every reason why one doesn't.

use std::collections::{BTreeSet, HashSet};

use cavra::change::approval::{self, Answer, Approval, ApprovalStatement};
use cavra::change::approval_status::{ApprovalStatus, groups_that_approve};
use cavra::change::error::{ApprovalRefusal, DocumentKind, SignatureRefusal};
use cavra::change::limits::MAX_APPROVALS;
use cavra::change::request::ChangeKind;
use cavra::change::requested::Requested;
use cavra::change::signed::SignedDocument;
use cavra::keys::dsse::Envelope;
use cavra::library::Library;
use cavra::policy::source::{PackSource, SourceFile};
use cavra::trust::Trust;
use cavra::trust::signer::SignerProblem;
use proptest::prelude::*;

use super::support::{
    Cast, OWNERS, SECURITY, answer, approval_status, digest, envelope, groups, now, request, time,
};

fn approve(requested: &Requested, approver: &str) -> Approval {
    answer(requested, approver, Answer::Approve)
}

#[test]
fn two_people_of_both_groups_approve() {
    let cast = Cast::new();
    let requested = cast.requested(&request());
    let bo = envelope(approve(&requested, "bo"), &cast.bo);
    // An alias names the same person.
    let cy = envelope(approve(&requested, "cy@example.org"), &cast.cy);
    let found = approval_status(&cast, &requested, &[bo.clone(), cy]);
    assert!(found.is_approved(), "{found:?}");
    assert_eq!(found.approvals[0].groups, [SECURITY]);
    assert_eq!(found.approvals[1].person, "cy");
    let found = approval_status(&cast, &requested, &[bo]);
    assert!(!found.is_approved());
    assert_eq!(found.missing_groups, [OWNERS]);
    assert_eq!(found.missing_approvals, 1);
    assert!(!approval_status(&cast, &requested, &[]).is_approved());
}

#[test]
fn without_a_group_nobody_approves() {
    let cast = Cast::new();
    let mut asked = request();
    asked.criteria.approvals_required = 1;
    let requested = cast.requested(&asked);
    let bo = envelope(approve(&requested, "bo"), &cast.bo);
    let found = ApprovalStatus::of(&requested, &[bo], &cast.trust(), &BTreeSet::new(), now());
    assert!(!found.is_approved());
    let why = &found.refused[0].why;
    assert!(matches!(why, ApprovalRefusal::WrongGroup { .. }), "{why}");
}

#[test]
fn one_rejection_ends_the_request_and_does_not_end_itself() {
    let cast = Cast::new();
    let requested = cast.requested(&request());
    let bo = envelope(approve(&requested, "bo"), &cast.bo);
    let cy = envelope(approve(&requested, "cy"), &cast.cy);
    let mut no = answer(&requested, "bo", Answer::Reject);
    no.expires_at = time("2026-11-29T11:30:00Z");
    let no = envelope(no, &cast.bo_second);
    for answers in [[&bo, &cy, &no], [&no, &bo, &cy]] {
        let found = approval_status(&cast, &requested, &answers.map(Clone::clone));
        assert!(!found.is_approved(), "{found:?}");
        assert_eq!(found.rejections[0].person, "bo");
        assert_eq!(
            (found.missing_approvals, found.missing_groups.len()),
            (0, 0)
        );
    }
    // Somebody who may not approve may not reject either.
    let dee = envelope(answer(&requested, "dee", Answer::Reject), &cast.dee);
    let ada = envelope(answer(&requested, "ada", Answer::Reject), &cast.ada);
    assert!(approval_status(&cast, &requested, &[bo, cy, dee, ada]).is_approved());
}

/// An answer that is changed in one way, its envelope, and the message of its refusal.
fn refused(cast: &Cast, requested: &Requested) -> Vec<(Envelope, String)> {
    let bo = || approve(requested, "bo");
    let changed = |change: fn(&mut Approval)| {
        let mut answer = bo();
        change(&mut answer);
        envelope(answer, &cast.bo)
    };
    let mut two = envelope(bo(), &cast.bo);
    two.add_signature(&cast.cy).unwrap();
    let mut other_subject = ApprovalStatement::of(bo());
    other_subject.subject[0].digest.sha256 = "0".repeat(64);
    let other_subject = other_subject.to_signed_bytes().unwrap();
    let signed =
        |media_type: &str, bytes: &[u8]| Envelope::sign(media_type, bytes, &cast.bo).unwrap();
    let stranger = super::support::key("stranger");
    let (from, to) = (digest("from"), digest("to"));
    let (wrong, wanted) = (digest("else"), requested.digest);
    vec![
        (signed("application/json", b"{}"), "the envelope holds `application/json`, not `application/vnd.in-toto+json`".into()),
        (signed(approval::MEDIA_TYPE, b"{}"), "`/`: missing field `_type`".into()),
        (two, "the approval has 2 signatures; each approver has an envelope of their own".into()),
        (envelope(bo(), &stranger), "the approval is not signed by any key of the trust file".into()),
        (envelope(bo(), &cast.gate), "the approval is signed by the service `gate`; only people approve".into()),
        (envelope(bo(), &cast.cy), "the approval names `bo` as its approver, but `cy` signed it".into()),
        (envelope(approve(requested, "nobody"), &cast.bo), "the approval names `nobody` as its approver, but `bo` signed it".into()),
        (changed(|it| it.request_digest = digest("else")), format!("`/predicate/requestDigest` is {wrong}, not {wanted}, the digest of the request")),
        (changed(|it| it.from_effective_digest = digest("else")), format!("`/predicate/fromEffectiveDigest` is {wrong}, but the request replaces {from}")),
        (changed(|it| it.to_effective_digest = digest("else")), format!("`/predicate/toEffectiveDigest` is {wrong}, but the request is for {to}")),
        (signed(approval::MEDIA_TYPE, &other_subject), format!("`/subject/0/digest/sha256` is not that of the candidate's effective document, {to}")),
        (changed(|it| it.expires_at = now()), "the approval expired at 2026-11-29T12:00:00Z".into()),
        (changed(|it| it.decided_at = time("2026-11-29T12:00:01Z")), "the approval was given at 2026-11-29T12:00:01Z, which is later than the time that is judged by".into()),
        (envelope(approve(requested, "dee"), &cast.dee), "`dee` does not have the role `approve`".into()),
        (envelope(approve(requested, "eve"), &cast.eve), "`eve` is in none of the groups that must approve: Platform Security, Repository Owners".into()),
        (envelope(approve(requested, "ada"), &cast.ada), "`ada` is the requester, and nobody approves a request of their own".into()),
        (envelope(approve(requested, "ada@example.org"), &cast.ada), "`ada` is the requester, and nobody approves a request of their own".into()),
    ]
}

#[test]
fn each_refusal_has_its_own_message() {
    let cast = Cast::new();
    // Ada asks under an alias, and is Ada all the same.
    let mut asked = request();
    asked.requested_by = "ada@example.org".to_owned();
    for asked in [request(), asked] {
        let requested = cast.requested(&asked);
        let mut messages = HashSet::new();
        for (envelope, expected) in refused(&cast, &requested) {
            let found = approval_status(&cast, &requested, &[envelope]);
            assert!(!found.is_approved() && found.approvals.is_empty());
            let message = found.refused[0].why.to_string();
            assert_eq!(message, expected);
            messages.insert(message);
        }
        assert_eq!(messages.len(), 16);
    }
}

#[test]
fn a_second_key_of_one_person_counts_once() {
    let cast = Cast::new();
    let requested = cast.requested(&request());
    let answers = [
        envelope(approve(&requested, "bo"), &cast.bo),
        envelope(approve(&requested, "bo"), &cast.bo_second),
    ];
    let found = approval_status(&cast, &requested, &answers);
    assert_eq!((found.approvals.len(), found.missing_approvals), (1, 1));
    assert_eq!(found.refused[0].index, 1);
    assert_eq!(
        found.refused[0].why.to_string(),
        "`bo` has approved already, and a person counts once"
    );
}

#[test]
fn who_broke_the_glass_does_not_count_by_no_key() {
    let cast = Cast::new();
    let mut asked = request();
    asked.kind = ChangeKind::Ratification;
    let requested = cast.requested(&asked);
    let bo = envelope(approve(&requested, "bo@example.org"), &cast.bo);
    let second = envelope(approve(&requested, "bo"), &cast.bo_second);
    let no = envelope(answer(&requested, "bo", Answer::Reject), &cast.bo);
    let cy = envelope(approve(&requested, "cy"), &cast.cy);
    let of = |answers: &[Envelope], broke: &[&str]| {
        let broke = broke.iter().map(ToString::to_string).collect();
        let trust = cast.trust();
        ApprovalStatus::of_others(&requested, answers, &trust, &groups(), &broke, now())
    };
    assert!(of(&[bo.clone(), cy.clone()], &[]).is_approved());
    assert!(of(&[bo.clone(), cy.clone()], &["dee"]).is_approved());
    let found = of(&[bo, second, no, cy], &["bo"]);
    assert!(!found.is_approved());
    assert_eq!((found.approvals.len(), found.rejections.len()), (1, 0));
    assert_eq!(found.missing_groups, [SECURITY]);
    let refused: Vec<String> = found.refused.iter().map(|it| it.why.to_string()).collect();
    let why = "`bo` broke the glass, and nobody ratifies a change of their own";
    assert_eq!(refused, [why; 3]);
}

#[test]
fn an_expired_trust_file_and_too_many_answers_approve_nothing() {
    let cast = Cast::new();
    let requested = cast.requested(&request());
    let bo = envelope(approve(&requested, "bo"), &cast.bo);
    let mut file = cast.file();
    file.expires = now();
    let expired = Trust::of(file).unwrap();
    let found = ApprovalStatus::of(
        &requested,
        std::slice::from_ref(&bo),
        &expired,
        &groups(),
        now(),
    );
    let expected = ApprovalRefusal::Signature(SignatureRefusal::Signer {
        kind: DocumentKind::Approval,
        problem: SignerProblem::TrustExpired(now()),
    });
    assert_eq!(found.refused[0].why, expected);
    let mut answers = vec![bo; MAX_APPROVALS];
    answers.push(envelope(approve(&requested, "cy"), &cast.cy));
    let found = approval_status(&cast, &requested, &answers);
    assert_eq!(found.refused.last().unwrap().why, ApprovalRefusal::TooMany);
    assert_eq!(found.missing_groups, [OWNERS]);
    // What is beyond the limit could be a rejection, so nothing is approved.
    let mut answers = vec![envelope(approve(&requested, "bo"), &cast.bo)];
    answers.push(envelope(approve(&requested, "cy"), &cast.cy));
    assert!(approval_status(&cast, &requested, &answers).is_approved());
    answers.resize(MAX_APPROVALS + 1, answers[0].clone());
    assert!(!approval_status(&cast, &requested, &answers).is_approved());
}

#[test]
fn a_candidate_can_not_appoint_its_own_approvers() {
    let pack = |approvals: &str| {
        let text = format!("metadata: {{id: mine}}\napprovals: {approvals}\n");
        let policy = SourceFile {
            path: "policy.yaml".to_owned(),
            text,
        };
        let source = PackSource {
            origin: "inline".to_owned(),
            policy,
            rules: Vec::new(),
            cases: Vec::new(),
        };
        Library::built_in().effective_of(source).unwrap()
    };
    let active =
        pack("{policy.publish.requires_approval: {approvers: [A, B]}, default: {approvers: [X]}}");
    let candidate = pack("{default: {approvers: [C, A]}}");
    let names = |active, candidate| -> Vec<String> {
        groups_that_approve(active, candidate).into_iter().collect()
    };
    assert_eq!(names(&active, &candidate), ["A", "B", "C"]);
    assert_eq!(names(&candidate, &candidate), ["A", "C"]);
}

/// Whose answer it is, by which of the keys, and what it says.
fn answers() -> impl Strategy<Value = Vec<(usize, bool)>> {
    prop::collection::vec((0..6_usize, prop::bool::weighted(0.8)), 0..8)
}

proptest! {
    /// The order of the answers changes neither the verdict nor who counts, and more answers of
    /// people who may not approve change nothing.
    #[test]
    fn the_order_of_answers_does_not_matter(given in answers()) {
        let cast = Cast::new();
        let requested = cast.requested(&request());
        let people = [
            ("ada", &cast.ada), ("bo", &cast.bo), ("bo", &cast.bo_second), ("cy", &cast.cy),
            ("dee", &cast.dee), ("eve", &cast.eve),
        ];
        let sign = |(who, approves): &(usize, bool)| {
            let (name, key) = people[*who];
            let decision = if *approves { Answer::Approve } else { Answer::Reject };
            envelope(answer(&requested, name, decision), key)
        };
        let mut envelopes: Vec<Envelope> = given.iter().map(sign).collect();
        let forward = approval_status(&cast, &requested, &envelopes);
        envelopes.reverse();
        let backward = approval_status(&cast, &requested, &envelopes);
        let who = |approval_status: &ApprovalStatus| -> BTreeSet<String> {
            approval_status.approvals.iter().map(|it| it.person.clone()).collect()
        };
        prop_assert_eq!(who(&forward), who(&backward));
        prop_assert_eq!(forward.is_approved(), backward.is_approved());
        let said = |name: &str, yes: bool| {
            given.iter().any(|(who, approves)| people[*who].0 == name && *approves == yes)
        };
        let rejected = said("bo", false) || said("cy", false);
        let expected = said("bo", true) && said("cy", true) && !rejected;
        prop_assert_eq!(forward.is_approved(), expected);
    }
}
