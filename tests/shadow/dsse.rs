//! Envelopes, by the words of DSSE v1.0.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use cavra::keys::SigningKey;
use cavra::keys::dsse::{
    DsseError, Envelope, MAX_PAYLOAD_BYTES, MAX_SIGNATURES, pre_authentication_encoding,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TYPE: &str = "application/vnd.example+json";

fn key(name: &str) -> SigningKey {
    SigningKey::generate(name.parse().unwrap()).unwrap()
}

#[test]
fn what_is_signed_is_the_example_of_the_protocol() {
    let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
    assert_eq!(
        encoded,
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
}

#[test]
fn either_alphabet_is_read_and_unknown_fields_are_ignored() {
    let key = key("example.org/a");
    let keys = [key.verifying_key().clone()];
    // Bytes that the two alphabets write differently.
    let payload = [0xfb, 0xff, 0xfe, 0x3e, 0x3f];
    let envelope = serde_json::to_value(Envelope::sign(TYPE, &payload, &key).unwrap()).unwrap();
    let other = |text: &Value| {
        let bytes = STANDARD.decode(text.as_str().unwrap()).unwrap();
        URL_SAFE.encode(bytes)
    };
    let mut changed = envelope.clone();
    changed["payload"] = other(&envelope["payload"]).into();
    changed["signatures"][0]["sig"] = other(&envelope["signatures"][0]["sig"]).into();
    changed["signatures"][0]["keyid"] = Value::from("somebody else's");
    changed["later"] = json!({"field": 1});
    assert_ne!(changed["payload"], envelope["payload"]);
    let opened = Envelope::read(changed.to_string().as_bytes()).unwrap();
    assert_eq!(opened.open(TYPE, &keys).unwrap().payload, payload);
}

#[test]
fn one_good_signature_among_others_is_enough_and_none_is_not() {
    let (mine, other) = (key("example.org/a"), key("example.org/b"));
    let sign = |key| serde_json::to_value(Envelope::sign(TYPE, b"{}", key).unwrap()).unwrap();
    let mut both = sign(&other);
    both["signatures"]
        .as_array_mut()
        .unwrap()
        .push(sign(&mine)["signatures"][0].clone());
    let both = Envelope::read(both.to_string().as_bytes()).unwrap();
    let keys = [mine.verifying_key().clone()];
    assert_eq!(both.open(TYPE, &keys).unwrap().key, &keys[0]);
    assert_eq!(both.open(TYPE, &[]), Err(DsseError::NotSigned));
    let wrong = both.open("application/json", &keys);
    assert!(matches!(wrong, Err(DsseError::OtherType { .. })));
    let many: Vec<Value> = (0..=MAX_SIGNATURES).map(|_| json!({"sig": ""})).collect();
    let many = json!({"payload": "", "payloadType": TYPE, "signatures": many});
    let many = Envelope::read(many.to_string().as_bytes());
    assert!(matches!(many, Err(DsseError::TooLarge { .. })));
    let large = vec![0; MAX_PAYLOAD_BYTES + 1];
    assert!(Envelope::sign(TYPE, &large, &mine).is_err());
}

proptest! {
    #[test]
    fn no_byte_of_payload_or_signature_can_be_changed(
        payload in prop::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        of_signature: bool,
    ) {
        let key = key("example.org/a");
        let keys = [key.verifying_key().clone()];
        let envelope = Envelope::sign(TYPE, &payload, &key).unwrap();
        prop_assert_eq!(&envelope.open(TYPE, &keys).unwrap().payload, &payload);
        let mut changed = serde_json::to_value(&envelope).unwrap();
        let place = if of_signature { "/signatures/0/sig" } else { "/payload" };
        let field = changed.pointer_mut(place).unwrap();
        let mut bytes = STANDARD.decode(field.as_str().unwrap()).unwrap();
        let index = at.index(bytes.len());
        bytes[index] ^= flip;
        *field = STANDARD.encode(bytes).into();
        let changed = Envelope::read(changed.to_string().as_bytes()).unwrap();
        prop_assert_eq!(changed.open(TYPE, &keys), Err(DsseError::NotSigned));
    }
}
