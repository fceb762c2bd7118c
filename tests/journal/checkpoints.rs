use cavra::canonical::Digest;
use cavra::journal::merkle_log::{Checkpoint, CheckpointError, MAX_LEAVES, SignedCheckpoint};
use cavra::keys::{SigningKey, VerifyingKey};
use ed25519_dalek::{Signature, Verifier as _};

/// The key of the golden texts. It signs nothing else.
pub(crate) const PRIVATE: &str =
    "PRIVATE+KEY+example.org/cavra+1ade6455+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
pub(crate) const PUBLIC: &str =
    "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

const GOLDEN: &str = include_str!("../data/journal/checkpoint.txt");

pub(crate) fn key() -> SigningKey {
    PRIVATE.parse().unwrap()
}

pub(crate) fn public() -> VerifyingKey {
    PUBLIC.parse().unwrap()
}

pub(crate) fn checkpoint(size: u64, root: Digest) -> Checkpoint {
    let time = "2026-01-02T03:04:05Z".parse().unwrap();
    Checkpoint::new("example.org/cavra".parse().unwrap(), size, root, time)
}

fn root() -> Digest {
    Digest::of(b"some root")
}

#[test]
fn a_checkpoint_is_a_note_as_it_always_was() {
    let signed = checkpoint(12_345, root()).sign(&key()).unwrap();
    assert_eq!(signed.as_str(), GOLDEN);
    let read: SignedCheckpoint = GOLDEN.parse().unwrap();
    assert_eq!(read, signed);
    let opened = read.open(&public()).unwrap();
    assert_eq!(*opened, checkpoint(12_345, root()));
    assert_eq!(opened.size(), 12_345);
    assert_eq!(opened.root(), root());
    assert_eq!(opened.origin().as_str(), "example.org/cavra");
    assert_eq!(opened.time().unwrap().to_string(), "2026-01-02T03:04:05Z");
}

/// By the texts of C2SP and an Ed25519 verifier, without the code that wrote it.
#[test]
fn the_signature_is_ed25519_over_the_text_before_the_empty_line() {
    use base64::Engine as _;
    let decode = |text: &str| {
        let engine = base64::engine::general_purpose::STANDARD;
        engine.decode(text).unwrap()
    };
    let (text, signatures) = GOLDEN.split_once("\n\n").unwrap();
    let line = signatures.strip_prefix("— example.org/cavra ").unwrap();
    let signature = decode(line.strip_suffix('\n').unwrap());
    let typed_key = decode(PUBLIC.rsplit_once("1ade6455+").unwrap().1);
    let id = Digest::of(&[b"example.org/cavra\n", &typed_key[..]].concat());
    assert_eq!(signature[..4], id.as_bytes()[..4]);
    let key: [u8; 32] = typed_key[1..].try_into().unwrap();
    assert_eq!(typed_key[0], 1);
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key).unwrap();
    let signature = Signature::from_slice(&signature[4..]).unwrap();
    key.verify(format!("{text}\n").as_bytes(), &signature)
        .unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..2],
        ["example.org/cavra", "12345"],
        "origin and size come first"
    );
    assert_eq!(decode(lines[2]), root().as_bytes());
    assert_eq!(lines[3..], ["time 2026-01-02T03:04:05Z"]);
}

#[test]
fn any_changed_character_is_found() {
    for (at, character) in GOLDEN.char_indices() {
        let changed = if character == 'A' { "B" } else { "A" };
        let end = at + character.len_utf8();
        let note = [&GOLDEN[..at], changed, &GOLDEN[end..]].concat();
        let opened = note
            .parse::<SignedCheckpoint>()
            .and_then(|note| note.open(&public()).cloned());
        assert!(opened.is_err(), "`{character}` at {at}: {note}");
    }
}

#[test]
fn other_signatures_don_t_matter_and_ours_does() {
    let witness = SigningKey::generate("witness.example".parse().unwrap()).unwrap();
    let mut both = signed_note::Note::from_bytes(GOLDEN.as_bytes()).unwrap();
    both.add_sigs(&[&witness]).unwrap();
    let text = String::from_utf8(both.to_bytes()).unwrap();
    let both: SignedCheckpoint = text.parse().unwrap();
    assert_eq!(both.as_str(), text, "what others signed is kept");
    both.open(&public()).unwrap();
    assert!(matches!(
        both.open(witness.verifying_key()),
        Err(CheckpointError::OtherLog { .. })
    ));
    // The same name doesn't make the same key.
    let namesake = SigningKey::generate("example.org/cavra".parse().unwrap()).unwrap();
    assert!(matches!(
        both.open(namesake.verifying_key()),
        Err(CheckpointError::Unsigned { .. })
    ));
    assert!(matches!(
        checkpoint(1, root()).sign(&witness),
        Err(CheckpointError::OtherLog { .. })
    ));
}

/// Texts that are signed rightly and still say nothing.
#[test]
fn only_a_whole_checkpoint_is_one() {
    let hash = "/////////////////////////////////////////w8=";
    let cases: &[(&str, &str)] = &[
        ("example.org/cavra\n", "no size"),
        ("example.org/cavra\n1\n", "no root"),
        ("two words\n1\nROOT\n", "names no log"),
        ("example.org/cavra\n01\nROOT\n", "no size below"),
        ("example.org/cavra\n+1\nROOT\n", "no size below"),
        ("example.org/cavra\n-1\nROOT\n", "no size below"),
        (
            "example.org/cavra\n9007199254740992\nROOT\n",
            "no size below",
        ),
        ("example.org/cavra\n1\nAAAA\n", "no SHA-256"),
        ("example.org/cavra\n1\nROOT\n\nx\n", "is empty"),
        ("example.org/cavra\n1\nROOT\ntime yesterday\n", "RFC 3339"),
        (
            "example.org/cavra\n1\nROOT\ntime 2026-01-01T00:00:00Z\ntime 2026-01-01T00:00:00Z\n",
            "two `time` lines",
        ),
        (
            "example.org/cavra\n1\nROOT\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n",
            "16",
        ),
    ];
    let sign = |text: &str| {
        let text = text.replace("ROOT", hash);
        let mut note = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&key()]).unwrap();
        String::from_utf8(note.to_bytes()).unwrap()
    };
    for (text, problem) in cases {
        let error = sign(text).parse::<SignedCheckpoint>().unwrap_err();
        assert!(error.to_string().contains(problem), "{text}: {error}");
    }
    let foreign = sign(&format!(
        "example.org/cavra\n{MAX_LEAVES}\nROOT\nanything else\n"
    ));
    let foreign: SignedCheckpoint = foreign.parse().unwrap();
    let opened = foreign.open(&public()).unwrap();
    assert_eq!(opened.extensions(), ["anything else"]);
    assert_eq!(opened.time(), None);
    for text in ["", "\n\n", "x\n\n— y\n", "no signature\n"] {
        let error = text.parse::<SignedCheckpoint>().unwrap_err();
        assert_eq!(error, CheckpointError::NotANote, "{text}");
    }
}
