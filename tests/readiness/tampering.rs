//! Every leaf of a packet, altered one at a time: readiness must block, and name the part.
//!
//! The packet is sealed again after each alteration, so that nothing is caught by the
//! packet's own digest alone.

use std::collections::HashMap;

use crate::support::{Bench, claims, judge, library, packet_of};
use cavra::decision::Verdict;
use cavra::readiness::packet::{self, EvidenceMode};
use serde_json::Value;

/// Text that only people, clocks and other systems know. An alteration of its *content* can't
/// be detected; one of its presence or type must be.
const FREE: [(&str, &str); 6] = [
    (
        "/dry_run_report/results/*/decision/decision_id",
        "an id: another run has another",
    ),
    (
        "/dry_run_report/results/*/decision/timestamp",
        "a time: another run has another",
    ),
    (
        "/rollback_plan/requested_by",
        "who asked; nothing else says it",
    ),
    (
        "/operating_evidence/*",
        "a reference that only its own system can resolve",
    ),
    (
        "/version_manifest/source_ref",
        "a commit that the repository may not have any more",
    ),
    (
        "/version_manifest/versioning_reason",
        "a sentence on `source_ref`; nothing else says it",
    ),
];

/// Sentences for people, whose words are not compared. Their presence, their number and the digests
/// that they name are.
const SENTENCES: [&str; 11] = [
    "/approval_workflow/publish_decision/matched_rules/*/reason",
    "/approval_workflow/publish_decision/reason",
    "/approval_workflow/publish_plan/summary",
    "/approval_workflow/review_checklist/*",
    "/authoring_ui_contract/operator_notes/*",
    "/dry_run_report/results/*/decision/matched_rules/*/reason",
    "/dry_run_report/results/*/decision/reason",
    "/dry_run_report/results/*/error",
    "/lint_report/issues/*/message",
    "/rollback_plan/reason",
    "/rollback_plan/steps/*",
];

/// What packets of earlier versions lack.
const LATER: [&str; 1] = ["/version_manifest - engine_digest"];
/// What a sample may lack: without its policies it is one of an earlier version.
const LATER_IN_SAMPLES: [&str; 2] = [" - bundles", " - attestations"];
/// The names of the keys that signed: hints, which no verifier relies on (DSSE, `protocol.md`).
const KEY_ID: &str = "/attestations/*/signatures/*/keyid";
/// The checks that say what is wrong with a part, where they have other names than the part.
const BLAMED: [(&str, &[&str]); 4] = [
    ("schema_version", &["packet_schema"]),
    ("product", &["packet_schema"]),
    ("bundles", &["bundles", "rollback_plan", "change_request"]),
    (
        "attestations",
        &[
            "attestations",
            "change_request",
            "shadow_report",
            "approvals",
        ],
    ),
];

/// One altered copy of a packet.
struct Altered {
    /// Where, with what was done.
    what: String,
    /// The packet's field below which it was done.
    part: String,
    /// `*` for every index.
    shape: String,
    /// The content of a text changed, not its presence or type.
    is_content: bool,
    packet: Value,
}

/// Places of one shape that are altered. Lists of a policy have hundreds of items of one sort, and
/// each alteration is a packet of its own.
const MAX_PLACES: usize = 4;

/// Made one after the other: all of them at once would fill the memory.
fn every_alteration(packet: &Value) -> impl Iterator<Item = Altered> {
    places(packet)
        .into_iter()
        .flat_map(|pointer| alterations(packet, &pointer))
}

/// Every place in a packet, of each shape at most [`MAX_PLACES`].
fn places(packet: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    collect(packet, String::new(), &mut pointers);
    let mut seen: HashMap<String, usize> = HashMap::new();
    pointers.retain(|pointer| {
        let count = seen.entry(shape(pointer)).or_default();
        *count += 1;
        *count <= MAX_PLACES
    });
    pointers
}

fn collect(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(
                    value,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    out,
                );
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
    out.push(at);
}

fn alterations(packet: &Value, pointer: &str) -> Vec<Altered> {
    let mut out = Vec::new();
    let mut alter = |what: &str, is_content: bool, change: &dyn Fn(&mut Value)| {
        let mut packet = packet.clone();
        change(packet.pointer_mut(pointer).unwrap());
        out.push(Altered {
            what: format!("{pointer} {what}"),
            part: pointer.split('/').nth(1).unwrap_or_default().to_owned(),
            shape: shape(pointer),
            is_content,
            packet,
        });
    };
    match packet.pointer(pointer).unwrap() {
        Value::Object(fields) => {
            alter("+ key", false, &|at| at["added"] = Value::from(1));
            for key in fields.keys() {
                alter(&format!("- {key}"), false, &|at| {
                    at.as_object_mut().unwrap().remove(key);
                });
            }
        }
        Value::Array(items) => {
            alter("+ item", false, &|at| {
                let items = at.as_array_mut().unwrap();
                let item = items
                    .last()
                    .cloned()
                    .unwrap_or_else(|| Value::from("added"));
                items.push(item);
            });
            if !items.is_empty() {
                alter("- item", false, &|at| {
                    at.as_array_mut().unwrap().pop();
                });
            }
        }
        Value::String(_) if SENTENCES.contains(&shape(pointer).as_str()) => {
            let more =
                |at: &Value, what: &str| Value::from(format!("{}{what}", at.as_str().unwrap()));
            alter("reworded", true, &|at| *at = more(at, " as well"));
            let foreign = format!(" sha256:{}", "0".repeat(64));
            alter("of another digest", false, &|at| *at = more(at, &foreign));
        }
        Value::String(_) => alter("altered", true, &|at| {
            *at = Value::from(flip(at.as_str().unwrap()))
        }),
        Value::Number(number) => {
            let next = number.as_i64().unwrap() + 1;
            alter("+ 1", false, &|at| *at = Value::from(next));
        }
        Value::Bool(_) => alter("negated", false, &|at| {
            *at = Value::from(!at.as_bool().unwrap())
        }),
        Value::Null => alter("filled", false, &|at| *at = Value::from("filled")),
    }
    out
}

/// Another verdict for a verdict, another digit for the last digit, else one letter more.
fn flip(text: &str) -> String {
    if let Some(verdict) = Verdict::from_name(text) {
        let other = if verdict == Verdict::Allow {
            Verdict::Block
        } else {
            Verdict::Allow
        };
        return other.as_str().to_owned();
    }
    let Some(at) = text.rfind(|it: char| it.is_ascii_digit()) else {
        return format!("{text}x");
    };
    let digit = text.as_bytes()[at];
    // Never to a zero, which a timestamp would not end in.
    let next = if digit == b'9' { b'8' } else { digit + 1 };
    format!("{}{}{}", &text[..at], next as char, &text[at + 1..])
}

fn shape(pointer: &str) -> String {
    let star = |step: &str| match step.parse::<usize>() {
        Ok(_) => "*".to_owned(),
        Err(_) => step.to_owned(),
    };
    let shape: Vec<String> = pointer.split('/').map(star).collect();
    let shape = shape.join("/");
    if shape.starts_with("/operating_evidence/") {
        "/operating_evidence/*".to_owned()
    } else {
        shape
    }
}

fn seal(packet: &mut Value) {
    if packet.get("packet_digest").is_some() {
        packet["packet_digest"] = Value::from(packet::digest(packet).unwrap().to_string());
    }
}

/// Why the alteration went unnoticed, or was blamed on another part.
fn unnoticed(bench: &Bench, mut altered: Altered, require_live: bool) -> Option<String> {
    if altered.part != "packet_digest" {
        seal(&mut altered.packet);
    }
    let result = judge(bench, &altered.packet, require_live);
    let is_free = FREE.iter().any(|(shape, _)| *shape == altered.shape)
        || SENTENCES.contains(&altered.shape.as_str())
        || altered.shape == KEY_ID;
    let is_hint =
        altered.shape == "/attestations/*/signatures/*" && altered.what.ends_with("- keyid");
    let is_later = LATER.contains(&altered.what.as_str())
        || (!require_live && LATER_IN_SAMPLES.contains(&altered.what.as_str()));
    let free = (altered.is_content && is_free) || is_hint || is_later;
    let names: Vec<&str> = result.blockers().map(|check| check.name.as_str()).collect();
    let part = altered.part.as_str();
    let blamed = BLAMED.iter().find(|(name, _)| *name == part);
    let blamed = blamed.map_or(vec![part], |(_, names)| names.to_vec());
    let fits = names
        .iter()
        .any(|name| blamed.iter().any(|blamed| name.starts_with(blamed)) || *name == part);
    match (free, names.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("{} is free, but blocks: {names:?}", altered.what)),
        (false, true) => Some(format!("{} went unnoticed", altered.what)),
        (false, false) if !fits => Some(format!("{} blamed on {names:?}", altered.what)),
        (false, false) => None,
    }
}

fn tamper(bench: &Bench, mode: EvidenceMode, only: impl Fn(&Altered) -> bool + Sync) -> usize {
    let packet = packet_of(bench, mode);
    let count = every_alteration(&packet).filter(|it| only(it)).count();
    let run = |first: usize| -> Vec<String> {
        let altered = every_alteration(&packet).filter(|it| only(it));
        altered
            .skip(first)
            .step_by(2)
            .filter_map(|it| unnoticed(bench, it, mode == EvidenceMode::Live))
            .collect()
    };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let odd = scope.spawn(|| run(1));
        let mut faults = run(0);
        faults.extend(odd.join().unwrap());
        faults
    });
    assert!(
        faults.is_empty(),
        "{} of {count}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    count
}

#[test]
fn no_alteration_of_a_live_packet_goes_unnoticed() {
    let count = tamper(&Bench::small(), EvidenceMode::Live, |_| true);
    println!("{count} alterations");
    assert!(count > 1000);
}

/// Alterations of the policies, judged as `lifecycle-readiness` does: by the altered candidate.
#[test]
fn no_alteration_of_the_policies_goes_unnoticed_by_themselves() {
    let bench = Bench::small();
    let packet = packet_of(&bench, EvidenceMode::Live);
    let altered = every_alteration(&packet).filter(|it| it.part == "bundles");
    let mut count = 0;
    for mut altered in altered {
        seal(&mut altered.packet);
        let read = packet::read(altered.packet.to_string().as_bytes());
        let bundle = read.ok().and_then(|(packet, _)| packet.bundles);
        let candidate = bundle.map(|bundles| bundles.candidate);
        let candidate = candidate.filter(|it| it.effective().is_ok());
        let by = candidate.and_then(|it| it.source(&it.pack_id).unwrap());
        let own = by.map(|source| Bench::of(library(), source));
        let result = judge(own.as_ref().unwrap_or(&bench), &altered.packet, true);
        assert!(result.blocker_count > 0, "{} went unnoticed", altered.what);
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn no_alteration_of_a_sample_goes_unnoticed() {
    // Decisions and diffs are the live packet's.
    let count = tamper(&Bench::small(), EvidenceMode::Sample, |altered| {
        !altered.shape.contains("/results/")
            && !altered.shape.contains("/diff/")
            && !altered.shape.contains("/previous_policy/")
    });
    println!("{count} alterations");
    assert!(count > 100);
}

#[test]
fn the_packet_s_own_digest_tells_any_damage() {
    let packet = packet_of(&Bench::small(), EvidenceMode::Live);
    for altered in every_alteration(&packet) {
        if altered.part != "packet_digest" && !altered.what.ends_with("- packet_digest") {
            let digest = packet::digest(&altered.packet).unwrap().to_string();
            assert_ne!(
                Value::from(digest),
                packet["packet_digest"],
                "{}",
                altered.what
            );
        }
    }
}

/// Needs no pack: a value of another type never has the same meaning.
#[test]
fn no_value_of_another_type_is_believed() {
    let packet = packet_of(&Bench::small(), EvidenceMode::Sample);
    for pointer in places(&packet) {
        for value in [
            Value::from(vec![Vec::<u8>::new()]),
            serde_json::json!({"a": {}}),
        ] {
            let mut altered = packet.clone();
            *altered.pointer_mut(&pointer).unwrap() = value;
            if pointer != "/packet_digest" && !pointer.is_empty() && altered.is_object() {
                seal(&mut altered);
            }
            let result = claims(&altered, false);
            assert!(
                result.blocker_count > 0,
                "{pointer} of another type went unnoticed"
            );
        }
    }
}
