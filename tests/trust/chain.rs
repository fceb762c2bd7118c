//! When one trust file may follow another.

use std::collections::BTreeSet;
use std::fs;

use cavra::keys::SigningKey;
use cavra::keys::dsse::{DsseError, Envelope, MAX_SIGNATURES};
use cavra::trust::Trust;
use cavra::trust::chain::{ChainError, Stored};
use cavra::trust::document::{MEDIA_TYPE, Person, PersonRole, ServiceRole};
use cavra::trust::limits::MAX_MIN_SIGNERS;
use proptest::prelude::*;

use super::support::{file, key, person, signed};

fn plain(version: u32, min_signers: u32, people: Vec<Person>) -> Stored {
    let trust = Trust::of(file(version, min_signers, people)).unwrap();
    Stored::read(trust.canonical()).unwrap()
}

#[test]
fn the_first_is_taken_by_its_digest() {
    let ada = key("example.org/ada");
    let first = plain(1, 1, vec![person("ada", &[&ada])]);
    let digest = first.trust().digest();
    let other = plain(2, 1, vec![person("ada", &[&ada])]);
    assert_eq!(
        first.clone().first(Some(digest)).unwrap().trust,
        *first.trust()
    );
    let refused = other.first(Some(digest)).unwrap_err();
    assert!(matches!(refused, ChainError::OtherFirst { wanted, .. } if wanted == digest));
    // A plain document may be first, and only that.
    let refused = plain(2, 1, vec![person("ada", &[&ada])]).after(first.trust());
    assert_eq!(refused, Err(ChainError::NotSigned));
}

#[test]
fn an_envelope_needs_its_own_signers_even_as_the_first() {
    let (ada, bo, eve) = (key("ada"), key("bo"), key("eve"));
    let people = vec![person("ada", &[&ada]), person("bo", &[&bo])];
    let file = file(1, 2, people);
    let link = signed(&file, &[&ada, &bo]).first(None).unwrap();
    assert_eq!(link.by_own, ["ada", "bo"]);
    for keys in [&[&ada][..], &[&ada, &eve]] {
        let refused = signed(&file, keys).first(None);
        assert_eq!(
            refused,
            Err(ChainError::OwnSigners {
                found: 1,
                needed: 2
            })
        );
    }
}

#[test]
fn a_version_is_neither_left_out_nor_repeated() {
    let ada = key("ada");
    let people = || vec![person("ada", &[&ada])];
    let current = Trust::of(file(3, 1, people())).unwrap();
    for version in [1, 2, 3, 5, u32::MAX] {
        let next = signed(&file(version, 1, people()), &[&ada]);
        let refused = next.after(&current).unwrap_err();
        let expected = ChainError::Version {
            found: version,
            current: 3,
        };
        assert_eq!(refused, expected);
        assert!(
            refused
                .to_string()
                .contains("the successor of version 3 has 4"),
            "{refused}"
        );
    }
    let next = signed(&file(4, 1, people()), &[&ada])
        .after(&current)
        .unwrap();
    assert_eq!(
        (next.by_current, next.by_own),
        (vec!["ada".to_owned()], vec!["ada".to_owned()])
    );
    let last = Trust::of(file(u32::MAX, 1, people())).unwrap();
    assert!(signed(&file(1, 1, people()), &[&ada]).after(&last).is_err());
}

#[test]
fn a_file_can_not_lower_its_own_bar() {
    let (ada, bo) = (key("ada"), key("bo"));
    let people = || vec![person("ada", &[&ada]), person("bo", &[&bo])];
    let current = Trust::of(file(1, 2, people())).unwrap();
    let refused = signed(&file(2, 1, people()), &[&ada]).after(&current);
    let expected = ChainError::CurrentSigners {
        found: 1,
        needed: 2,
        version: 1,
    };
    assert_eq!(refused, Err(expected));
    assert!(
        signed(&file(2, 1, people()), &[&ada, &bo])
            .after(&current)
            .is_ok()
    );
}

#[test]
fn a_second_key_of_one_person_counts_once() {
    let (one, two, bo) = (key("one"), key("two"), key("bo"));
    let people = || vec![person("ada", &[&one, &two]), person("bo", &[&bo])];
    let current = Trust::of(file(1, 2, people())).unwrap();
    let refused = signed(&file(2, 2, people()), &[&one, &two]).after(&current);
    assert!(matches!(
        refused,
        Err(ChainError::CurrentSigners { found: 1, .. })
    ));
}

/// A person who is added to a file must have the key that the file names.
#[test]
fn the_new_people_sign_too() {
    let (ada, bo) = (key("ada"), key("bo"));
    let current = Trust::of(file(1, 1, vec![person("ada", &[&ada])])).unwrap();
    let next = file(2, 1, vec![person("bo", &[&bo])]);
    let refused = signed(&next, &[&ada]).after(&current);
    assert_eq!(
        refused,
        Err(ChainError::OwnSigners {
            found: 0,
            needed: 1
        })
    );
    let refused = signed(&next, &[&bo]).after(&current);
    assert!(matches!(
        refused,
        Err(ChainError::CurrentSigners { found: 0, .. })
    ));
    let link = signed(&next, &[&ada, &bo]).after(&current).unwrap();
    assert_eq!(
        (link.by_current, link.by_own),
        (vec!["ada".to_owned()], vec!["bo".to_owned()])
    );
}

#[test]
fn roles_and_services_do_not_count_as_signers() {
    let (ada, bo) = (key("ada"), key("bo"));
    let mut people = vec![person("ada", &[&ada]), person("bo", &[&bo])];
    people[1].roles = vec![PersonRole::Approve, PersonRole::BreakGlass];
    let current = Trust::of(file(1, 1, people.clone())).unwrap();
    let refused = signed(&file(2, 1, people), &[&bo]).after(&current);
    assert!(matches!(
        refused,
        Err(ChainError::CurrentSigners { found: 0, .. })
    ));
}

#[test]
fn an_expired_file_may_sign_its_successor() {
    let ada = key("ada");
    let mut old = file(1, 1, vec![person("ada", &[&ada])]);
    old.expires = "2020-01-01T00:00:00Z".parse().unwrap();
    let current = Trust::of(old).unwrap();
    assert!(current.is_expired("2026-01-01T00:00:00Z".parse().unwrap()));
    let next = signed(&file(2, 1, vec![person("ada", &[&ada])]), &[&ada]);
    assert!(next.after(&current).is_ok());
}

#[test]
fn an_envelope_holds_the_canonical_bytes_of_a_trust_file_only() {
    let ada = key("ada");
    let trust = Trust::of(file(1, 1, vec![person("ada", &[&ada])])).unwrap();
    let read = |media_type: &str, payload: &[u8]| {
        let envelope = Envelope::sign(media_type, payload, &ada).unwrap();
        Stored::read(&serde_json::to_vec(&envelope).unwrap())
    };
    assert!(read(MEDIA_TYPE, trust.canonical()).is_ok());
    let spaced = [trust.canonical(), b"\n"].concat();
    let refused = read(MEDIA_TYPE, &spaced).unwrap_err().to_string();
    assert!(refused.contains("not in its canonical form"), "{refused}");
    let refused = read("application/json", trust.canonical()).unwrap_err();
    assert!(matches!(
        refused,
        ChainError::Envelope(DsseError::OtherType { .. })
    ));
}

#[test]
fn a_key_signs_an_envelope_once() {
    let ada = key("ada");
    let mut envelope = Envelope::sign(MEDIA_TYPE, b"{}", &ada).unwrap();
    assert_eq!(envelope.add_signature(&ada), Err(DsseError::SignedBefore));
    for _ in 1..MAX_SIGNATURES {
        envelope.add_signature(&key("other")).unwrap();
    }
    assert_eq!(envelope.signature_count(), MAX_SIGNATURES);
    let full = envelope.add_signature(&key("other"));
    assert!(matches!(full, Err(DsseError::TooLarge { .. })));
    // Those of one version and those of the next fit in one envelope.
    assert_eq!(2 * MAX_MIN_SIGNERS as usize, MAX_SIGNATURES);
}

/// A chain that an earlier version wrote, whose keys nobody has.
#[test]
fn the_golden_chain_is_read_and_verified() {
    let read = |name: &str| Stored::read(&fs::read(format!("tests/data/trust/{name}")).unwrap());
    let digest = "sha256:66d6f8bc5083ded9798c4ce3d12521d2cd9e17583c9cb0464e3fe13ae63e5292";
    let first = read("first.json").unwrap();
    let first = first.next(None, Some(digest.parse().unwrap())).unwrap();
    let second = read("second.dsse.json").unwrap();
    let second = second.next(Some(&first.trust), None).unwrap();
    assert_eq!(
        (second.by_current, second.by_own),
        (names(&["ada", "bo"]), names(&["ada", "bo"]))
    );
    let keys: Vec<_> = second.trust.keys().collect();
    let gates = second.trust.services_with(ServiceRole::Gate, &keys);
    assert_eq!(gates.len(), 1);
    assert!(
        second
            .trust
            .services_with(ServiceRole::Checkpoint, &keys)
            .is_empty()
    );
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// People of a made-up chain; each has two keys.
const CAST: usize = 5;

/// Which people are in a file, and which of them have the role `trust`.
type Members = [Option<bool>; CAST];

fn members() -> impl Strategy<Value = Members> {
    prop::array::uniform5(prop::option::weighted(0.8, prop::bool::weighted(0.8)))
}

fn cast(members: &Members, keys: &[[SigningKey; 2]]) -> Vec<Person> {
    let people = members.iter().zip(keys).enumerate();
    let people = people.filter_map(|(at, (member, [one, two]))| {
        let mut person = person(&format!("p{at}"), &[one, two]);
        if !(*member)? {
            person.roles = vec![PersonRole::Approve];
        }
        Some(person)
    });
    people.collect()
}

proptest! {
    /// A successor is accepted exactly if it has the next version and enough people of both files
    /// signed it, counted over the people instead of the signatures.
    #[test]
    fn the_law_of_the_chain(
        (old, new) in (members(), members()),
        (old_min, new_min) in (1_u32..=3, 1_u32..=3),
        step in 0_u32..=2,
        signatures in prop::collection::btree_set((0..CAST, 0..2_usize), 1..=6),
    ) {
        let trusted = |members: &Members| members.iter().filter(|it| **it == Some(true)).count();
        prop_assume!(trusted(&old) >= old_min as usize && trusted(&new) >= new_min as usize);
        let keys: Vec<[SigningKey; 2]> = (0..CAST).map(|_| [key("one"), key("two")]).collect();
        let current = Trust::of(file(7, old_min, cast(&old, &keys))).unwrap();
        let next = file(7 + step, new_min, cast(&new, &keys));
        let signing: Vec<&SigningKey> = signatures.iter().map(|(at, key)| &keys[*at][*key]).collect();
        let signers: BTreeSet<usize> = signatures.iter().map(|(at, _)| *at).collect();
        let count = |members: &Members| {
            signers.iter().filter(|at| members[**at] == Some(true)).count() as u32
        };
        let expected = step == 1 && count(&old) >= old_min && count(&new) >= new_min;
        let found = signed(&next, &signing).after(&current);
        prop_assert_eq!(found.is_ok(), expected, "{:?}", found);
    }
}
