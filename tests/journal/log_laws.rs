//! Whatever was altered: a checkpoint or a proof is read or refused, and none is believed that says
//! something else than what was signed.

use cavra::journal::merkle_log::{Checkpoint, Proof, SignedCheckpoint};
use proptest::prelude::*;

use super::altered::{alterations, altered};
use super::checkpoints::public;

const CHECKPOINT: &str = include_str!("../data/journal/checkpoint.txt");
const PROOFS: [&str; 2] = [
    include_str!("../data/journal/inclusion-proof.json"),
    include_str!("../data/journal/consistency-proof.json"),
];

fn holds(proof: &Proof) -> bool {
    match proof {
        Proof::Inclusion(proof) => proof.check(&public()).is_ok(),
        Proof::Consistency(proof) => proof.check(&public()).is_ok(),
    }
}

/// What a note says, whatever signatures it has beside the one that counts.
fn said(note: &str) -> Checkpoint {
    let note: SignedCheckpoint = note.parse().unwrap();
    note.unverified().clone()
}

#[test]
fn the_sound_proofs_hold() {
    let proofs = PROOFS.map(|proof| Proof::parse(proof.as_bytes()).unwrap());
    assert!(proofs.iter().all(holds));
}

proptest! {
    #[test]
    fn an_altered_checkpoint_says_nothing_else(alterations in alterations()) {
        let sound: SignedCheckpoint = CHECKPOINT.parse().unwrap();
        let bytes = altered(CHECKPOINT.as_bytes(), &alterations);
        let note = String::from_utf8(bytes).ok();
        let note = note.and_then(|text| text.parse::<SignedCheckpoint>().ok());
        let Some(note) = note else { return Ok(()) };
        let again: SignedCheckpoint = note.as_str().parse().unwrap();
        prop_assert_eq!(&again, &note);
        let checkpoint = note.unverified();
        prop_assert_eq!(&checkpoint.to_string().parse::<Checkpoint>(), &Ok(checkpoint.clone()));
        if let Ok(said) = note.open(&public()) {
            prop_assert_eq!(said, sound.unverified());
        }
    }

    #[test]
    fn an_altered_proof_proves_nothing_else(alterations in alterations()) {
        for sound in PROOFS {
            let Ok(proof) = Proof::parse(&altered(sound.as_bytes(), &alterations)) else {
                continue;
            };
            if !holds(&proof) {
                continue;
            }
            match (proof, Proof::parse(sound.as_bytes()).unwrap()) {
                (Proof::Inclusion(found), Proof::Inclusion(sound)) => {
                    prop_assert_eq!(found.record(), sound.record());
                    prop_assert_eq!(found.position(), sound.position());
                }
                (Proof::Consistency(found), Proof::Consistency(sound)) => {
                    // Each log is the start of itself.
                    let signed = [said(sound.older()), said(sound.newer())];
                    prop_assert!(signed.contains(&said(found.older())));
                    prop_assert!(signed.contains(&said(found.newer())));
                }
                _ => prop_assert!(false, "it is a proof of another kind"),
            }
        }
    }
}
