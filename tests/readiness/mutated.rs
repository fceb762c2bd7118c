//! Packets that somebody altered at random: whatever their size and shape, they are read and judged,
//! and none becomes ready that has other policies or other signed documents.

use cavra::readiness::packet::{self, EvidenceMode};
use serde_json::{Value, json};

use crate::support::{Bench, judge_bytes, packet_of, small};

/// Altered packets in one test; `CAVRA_MUTATED_PACKETS` sets another number.
const PACKETS: u64 = 60;
/// The seed of the alterations; `CAVRA_MUTATED_SEED` sets another one.
const SEED: u64 = 0x5eed_cafe;
/// Parts whose content decides what is ready.
const BOUND: [&str; 2] = ["bundles", "attestations"];

fn number(variable: &str, otherwise: u64) -> u64 {
    let set = std::env::var(variable).ok();
    set.map_or(otherwise, |number| number.parse().unwrap())
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Every place, the parts that decide more often than the others.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{at}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    let is_bound = BOUND.iter().any(|part| at.starts_with(&format!("/{part}")));
    let times = if is_bound { 4 } else { 1 };
    all.extend(std::iter::repeat_n(at, times));
}

/// Something else for a place.
fn other(random: &mut Random, packet: &Value, all: &[String]) -> Value {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    match random.below(9) {
        0 => Value::Null,
        1 => json!(""),
        2 => json!("x".repeat(100_000)),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => nested(100),
        6 => json!({}),
        7 => Value::Array(vec![Value::Null; 10_000]),
        _ => {
            let from = &all[random.below(all.len())];
            packet.pointer(from).unwrap().clone()
        }
    }
}

/// A place has another value, is gone, or is there twice.
fn altered(random: &mut Random, packet: &Value, all: &[String]) -> Value {
    let mut changed = packet.clone();
    for _ in 0..=random.below(3) {
        let at = &all[random.below(all.len())];
        let new = other(random, packet, all);
        let (parent, key) = at.rsplit_once('/').unwrap_or_default();
        let is_dropped = random.below(4) == 0;
        match changed.pointer_mut(parent) {
            Some(Value::Object(fields)) if is_dropped => drop(fields.remove(key)),
            Some(Value::Array(items)) if is_dropped && !items.is_empty() => {
                let index = random.below(items.len());
                let twice = items[index].clone();
                items.push(twice);
            }
            _ => {
                if let Some(place) = changed.pointer_mut(at) {
                    *place = new;
                }
            }
        }
    }
    changed
}

/// Bytes are changed, cut off, or there twice.
fn torn(random: &mut Random, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes.truncate(at.max(1)),
            1 => bytes[at] = random.next().to_le_bytes()[0],
            2 => {
                let end = (at + random.below(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + random.below(200)).min(bytes.len());
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
    bytes
}

fn judged(bench: &Bench, original: &Value, bytes: &[u8]) {
    let result = judge_bytes(bench, bytes, true);
    assert_eq!(result.blocker_count, result.blockers().count());
    if result.ready_for_live_policy_lifecycle {
        let packet: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(bound(&packet), bound(original));
    }
}

/// The policies, and what is signed about them. The names of keys are hints.
fn bound(packet: &Value) -> Value {
    let signed = packet["attestations"].as_array().unwrap().iter();
    let signed: Vec<[&Value; 2]> = signed
        .map(|it| [&it["payloadType"], &it["payload"]])
        .collect();
    json!([packet["bundles"], signed])
}

/// With its digest, if it has one.
fn sealed(mut packet: Value) -> Value {
    if let (true, Ok(digest)) = (packet.is_object(), packet::digest(&packet)) {
        packet["packet_digest"] = json!(digest.to_string());
    }
    packet
}

#[test]
fn no_altered_packet_stalls_or_misleads_the_gate() {
    let bench = small();
    let packet = packet_of(&bench, EvidenceMode::Live);
    let text = packet.to_string();
    let mut all = Vec::new();
    places(&packet, String::new(), &mut all);
    let mut random = Random(number("CAVRA_MUTATED_SEED", SEED));
    judged(&bench, &packet, text.as_bytes());
    for _ in 0..number("CAVRA_MUTATED_PACKETS", PACKETS) {
        let changed = altered(&mut random, &packet, &all);
        judged(&bench, &packet, sealed(changed).to_string().as_bytes());
        judged(&bench, &packet, &torn(&mut random, &text));
    }
}
