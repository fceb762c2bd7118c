use super::*;
use crate::action::ActionType;
use crate::approval::answer::Binding;
use crate::approval::mac::MacKey;
use crate::authority::approvals::limits::MAX_ENDED_OF_ASKER;
use crate::canonical::Digest;
use crate::decision::Severity;
use crate::keys::SigningKey;
use crate::keys::dsse::Envelope;

fn request(user: u32, number: usize) -> Request {
    let asked_at = Timestamp::UNIX_EPOCH;
    let what = MacKey::new([7; 32]).session(&format!("{user} {number}"));
    Request {
        binding: Binding {
            approval_id: Uuid::from_u64_pair(user.into(), number as u64),
            journal_origin: "test".to_owned(),
            action: what,
            effective_digest: Digest::of(b"policy"),
            facts_version: "1".to_owned(),
        },
        bare_action: what,
        asker: Asker::User(user),
        session: what,
        names: Vec::new(),
        asked_at,
        expires_at: asked_at + jiff::SignedDuration::from_hours(1),
        requirements: Vec::new(),
        action_type: ActionType::ExecuteCommand,
        rule_id: "rule".into(),
        severity: Severity::Medium,
        summary: String::new(),
    }
}

#[test]
fn who_fills_all_places_leaves_room_for_the_others() {
    let mut remembered = RememberedRequests::new();
    let users = u32::try_from(MAX_PENDING / MAX_PENDING_OF_ASKER).unwrap();
    for user in 0..users {
        for number in 0..MAX_PENDING_OF_ASKER {
            assert!(remembered.add(request(user, number)).is_empty());
        }
    }
    let newcomer = Asker::User(users);
    for number in 0..10 {
        assert_eq!(remembered.has_room(newcomer), Ok(()));
        let ended = remembered.add(request(users, number))[0];
        let entry = remembered.entry(ended).unwrap();
        assert!(matches!(entry.state, RequestState::Ended(_)), "{ended}");
        assert_ne!(entry.request.asker, newcomer);
    }
    assert_eq!(remembered.places.all(), MAX_PENDING);
    assert_eq!(remembered.places.count(newcomer), 10);
    assert_eq!(remembered.has_room(Asker::User(1)), Err(Full::Asker));
    // One of those with the most gets no more at the cost of the others.
    assert_eq!(remembered.has_room(Asker::User(users - 1)), Err(Full::All));
}

#[test]
fn large_requests_have_a_bound_in_bytes() {
    let mut remembered = RememberedRequests::new();
    let large = |user, number| Request {
        names: vec!["n".repeat(64 * 1024)],
        ..request(user, number)
    };
    let fit = MAX_PENDING_BYTES / large(0, 0).bytes();
    for (number, user) in (0..fit).zip((0..4).cycle()) {
        assert!(remembered.add(large(user, number)).is_empty());
    }
    assert_eq!(remembered.has_room(Asker::User(9)), Ok(()));
    assert_eq!(remembered.add(large(9, 0)).len(), 1);
    assert!(remembered.placed_bytes <= MAX_PENDING_BYTES);
    assert_eq!(remembered.places.count(Asker::User(9)), 1);
}

#[test]
fn asking_and_taking_back_forgets_nothing_of_others() {
    let mut remembered = RememberedRequests::new();
    let at = Timestamp::UNIX_EPOCH;
    let (used, denied) = (request(1, 0), request(1, 1));
    let (used_id, denied_id, intent) = (used.id(), denied.id(), denied.intent());
    remembered.add(used);
    remembered.end(used_id, RequestState::Used(at), at);
    remembered.add(denied);
    let until = later(at);
    let key = SigningKey::generate("test".parse().unwrap()).unwrap();
    let given = Given {
        envelope: Arc::new(Envelope::sign("text/plain", b"no", &key).unwrap()),
        denies: true,
        person: "ana".to_owned(),
        decided_at: at,
        expires_at: until,
    };
    remembered.answer(denied_id, given, (RequestState::Denied(until), until), at);
    for number in 0..3 * MAX_ENDED_OF_ASKER {
        let own = request(2, number);
        let id = own.id();
        remembered.add(own);
        remembered.end(id, RequestState::Cancelled(at), at);
        assert!(remembered.entry(id).is_some(), "its asker hears of it");
    }
    assert_eq!(remembered.entries.len(), MAX_ENDED_OF_ASKER + 2);
    assert!(remembered.denied(intent).is_some());
    let state = remembered.entry(used_id).map(|it| it.state);
    assert_eq!(state, Some(RequestState::Used(at)));
}
