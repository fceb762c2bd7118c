//! What a packet can't show by itself: the verifier's clock, and a rehearsal of the way back.

use cavra::canonical::Digest;
use cavra::readiness::assessment::{
    CheckBasis, Given, MAX_CLOCK_AHEAD, ReadinessResult, Rehearsal, readiness,
};
use cavra::readiness::packet::EvidenceMode;
use jiff::{SignedDuration, Timestamp};

use crate::cast::{ORIGIN, Papers, cast};
use crate::support::{Bench, message, names, small, tomorrow};

fn judged(
    bench: &Bench,
    papers: &Papers,
    now: Timestamp,
    rehearsals: &[Rehearsal],
) -> ReadinessResult {
    let packet = papers.packet(bench, EvidenceMode::Live).to_string();
    bench.with(|given_pack| {
        let given = Given {
            given_pack: Some(given_pack),
            trust: Some(&cast().trust),
            require_live: true,
            now,
            rehearsals,
            ..Given::default()
        };
        readiness(packet.as_bytes(), &given)
    })
}

/// The time of the request, in whole seconds.
fn asked(papers: &Papers) -> Timestamp {
    let (seconds, _) = papers.request.request_id.get_timestamp().unwrap().to_unix();
    Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap()
}

#[test]
fn a_document_from_the_verifiers_future_does_not_count_and_sets_no_time() {
    let bench = small();
    let papers = Papers::of(&bench);
    let second = SignedDuration::from_secs(1);
    // The answers are given one and two hours after the request.
    let last = asked(&papers) + papers.answered_after * 2;
    for now in [last, last - MAX_CLOCK_AHEAD, last + MAX_CLOCK_AHEAD] {
        let result = judged(&bench, &papers, now, &[]);
        assert!(result.ready_for_live_policy_lifecycle, "{result:?}");
        assert_eq!(result.as_of, Some(last));
    }
    let early = last - MAX_CLOCK_AHEAD - second;
    let result = judged(&bench, &papers, early, &[]);
    assert!(!result.ready_for_live_policy_lifecycle);
    assert_eq!(names(&result), ["as_of", "approvals"]);
    assert!(message(&result, "as_of").contains("its time has not come"));
    let first = asked(&papers) + papers.answered_after;
    assert_eq!(result.as_of, Some(first), "the other answer counts");

    // An approval of next year doesn't revive a request that expires tomorrow.
    let mut late = papers.clone();
    late.answered_after = SignedDuration::from_hours(24 * 365);
    let result = judged(&bench, &late, tomorrow(), &[]);
    assert!(names(&result).contains(&"as_of"));
    assert!(result.as_of.unwrap() <= tomorrow());

    // Without a request whose time has come, nothing is judged as of a time.
    let result = judged(&bench, &papers, Timestamp::UNIX_EPOCH, &[]);
    assert!(names(&result).contains(&"as_of"));
    assert_eq!(result.as_of, None);
    assert!(!result.ready_for_live_policy_lifecycle);
}

#[test]
fn a_required_rehearsal_that_nobody_shows_is_not_ready_for_live_use() {
    let bench = small();
    let mut papers = Papers::of(&bench);
    papers.request.criteria.rollback_rehearsed = true;
    papers.request.replaces.activation_index = 7;
    let sound = Rehearsal {
        journal_origin: ORIGIN.to_owned(),
        log_key_id: papers.request.replaces.log_key_id.clone(),
        index: 8,
        bundle_digest: papers.bundles.replaced.as_ref().unwrap().digest().unwrap(),
    };
    let result = judged(&bench, &papers, tomorrow(), std::slice::from_ref(&sound));
    assert!(result.ready_for_live_policy_lifecycle, "{result:?}");
    let check = result
        .checks
        .iter()
        .find(|it| it.name == "rollback_rehearsed");
    assert_eq!(check.unwrap().basis, CheckBasis::VerifiedBySignature);

    type Alter = fn(&mut Rehearsal);
    let others: [(&str, Alter); 4] = [
        ("another journal", |it| {
            it.journal_origin = "example.org/staging".to_owned();
        }),
        ("another key", |it| it.log_key_id = "00000000".to_owned()),
        ("before the policy came into force", |it| it.index = 7),
        ("a return to another policy", |it| {
            it.bundle_digest = Digest::of(b"another");
        }),
    ];
    for (what, alter) in others {
        let mut other = sound.clone();
        alter(&mut other);
        let result = judged(&bench, &papers, tomorrow(), &[other]);
        assert!(!result.ready_for_live_policy_lifecycle, "{what}");
        assert_eq!(names(&result), ["rollback_rehearsed"], "{what}");
    }
    let result = judged(&bench, &papers, tomorrow(), &[]);
    assert_eq!(names(&result), ["rollback_rehearsed"]);
    let why = message(&result, "rollback_rehearsed");
    assert!(why.contains("no rehearsal of the return to"), "{why}");
}
