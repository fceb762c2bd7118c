//! What the packet says that it is, and what it points to outside.

use std::collections::BTreeSet;

use super::Subject;
use super::checks::Checks;
use crate::readiness::packet::{self, CAPABILITIES, PRODUCT, SCHEMA_VERSION};

/// Words that a reference has before somebody fills it in.
const PLACEHOLDERS: [&str; 14] = [
    "changeme",
    "dummy",
    "example",
    "fixme",
    "foo",
    "localhost",
    "none",
    "null",
    "placeholder",
    "sample",
    "tbd",
    "test",
    "todo",
    "xxx",
];

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    schema(subject, checks);
    evidence_mode(subject, checks);
    capabilities(subject, checks);
    operating_evidence(subject, checks);
    packet_digest(subject, checks);
}

fn schema(subject: &Subject<'_>, checks: &mut Checks) {
    let packet = subject.packet;
    let mut faults = Vec::new();
    let mut same = |name: &str, found: &str, expected: &str| {
        if found != expected {
            faults.push(format!("`/{name}` is `{found}`, should be `{expected}`"));
        }
    };
    same("schema_version", &packet.schema_version, SCHEMA_VERSION);
    same("product", &packet.product, PRODUCT);
    checks.faults(
        "packet_schema",
        &faults,
        format!("a `{SCHEMA_VERSION}` of `{PRODUCT}`"),
    );
}

fn evidence_mode(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "evidence_mode";
    if subject.is_live() {
        checks.claimed(name, "the packet says that its evidence is live");
    } else if subject.require_live {
        checks.live_blocker(
            name,
            "the evidence is a sample, and live evidence is required",
        );
    } else {
        checks.warn(
            name,
            "the evidence is a sample: it shows the form, not a real change",
        );
    }
}

fn capabilities(subject: &Subject<'_>, checks: &mut Checks) {
    let found = &subject.packet.lifecycle_capabilities;
    let named: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let mut faults: Vec<String> = CAPABILITIES
        .into_iter()
        .filter(|capability| !named.contains(capability))
        .map(|capability| format!("`{capability}` is missing"))
        .collect();
    let unknown = named.iter().filter(|name| !CAPABILITIES.contains(name));
    faults.extend(unknown.map(|name| format!("`{name}` is not a lifecycle capability")));
    if named.len() != found.len() {
        faults.push("a capability is named twice".to_owned());
    }
    checks.faults(
        "lifecycle_capabilities",
        &faults,
        "every capability has its artifact",
    );
}

fn operating_evidence(subject: &Subject<'_>, checks: &mut Checks) {
    let evidence = &subject.packet.operating_evidence;
    let references = [
        ("ci_run_ref", &evidence.ci_run_ref),
        ("policy_review_ref", &evidence.policy_review_ref),
        ("ui_validation_ref", &evidence.ui_validation_ref),
    ];
    let mut faults = Vec::new();
    for (name, reference) in references {
        let at = format!("`/operating_evidence/{name}`");
        if !is_reference(reference) {
            faults.push(format!(
                "{at} is `{reference}`, not a reference like `scheme://place`"
            ));
        } else if subject.is_live()
            && let Some(word) = placeholder(reference)
        {
            faults.push(format!("{at} is a placeholder: it says `{word}`"));
        }
    }
    let name = "operating_evidence";
    match faults.is_empty() {
        true => checks.claimed(
            name,
            "the references are well-formed; only their own systems can resolve them",
        ),
        false => checks.unproved(name, faults.join("; ")),
    }
}

/// `scheme://place` (RFC 3986, section 3), in visible ASCII.
fn is_reference(text: &str) -> bool {
    let Some((scheme, place)) = text.split_once("://") else {
        return false;
    };
    let named = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "+-.".contains(it));
    let placed = place.starts_with(|first: char| first.is_ascii_alphanumeric());
    let visible = |byte: u8| byte.is_ascii_graphic() && !b"<>\"{}|\\^`$".contains(&byte);
    named && placed && place.len() > 2 && place.bytes().all(visible)
}

/// The first word of a reference that says that nobody filled it in.
fn placeholder(reference: &str) -> Option<&'static str> {
    let lower = reference.to_ascii_lowercase();
    let words: BTreeSet<&str> = lower
        .split(|it: char| !it.is_ascii_alphanumeric())
        .collect();
    PLACEHOLDERS.into_iter().find(|word| words.contains(word))
}

fn packet_digest(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "packet_digest";
    let expected = match packet::digest(subject.value) {
        Ok(digest) => digest,
        Err(error) => return checks.blocker(name, format!("the packet {error}")),
    };
    match subject.packet.packet_digest {
        Some(found) if found == expected => checks.pass(name, "the packet is whole"),
        Some(found) => {
            checks.blocker(
                name,
                format!("`/packet_digest` is {found}, should be {expected}"),
            );
        }
        None => checks.blocker(name, "`/packet_digest` is missing"),
    }
}
