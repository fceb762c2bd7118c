//! Records and contents: one canonical form, read back as they were written.

use std::sync::{Arc, LazyLock};

use cavra::action::facts::Facts;
use cavra::authority::{Ask, Authority};
use cavra::canonical::{Digest, parse_strict, to_canonical_bytes};
use cavra::journal::record::decision::CallerRecord;
use cavra::journal::record::event::{
    EventRecord, InquiryKind, InquiryMethod, InquiryRecord, PolicyChanged, PolicyOperation,
    RetentionKind, RetentionRecord, ShadowKind, ShadowRecord, read_policy,
};
use cavra::journal::record::judgement::StoredJudgement;
use cavra::journal::record::limits::{MAX_LATENCY_NS, MAX_SUBJECT_BYTES, MAX_TEXT_BYTES};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{
    Entry, Record, RecordError, Recorder, Replayable, SchemaVersion, Subject,
};
use cavra::redaction::Redaction;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{self, KEY, answer, authority, decision, entry, record};

fn assert_canonical(bytes: &[u8]) {
    let value = parse_strict(bytes).unwrap();
    let canonical = to_canonical_bytes(&value).unwrap();
    assert_eq!(
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&canonical)
    );
}

fn assert_sound(entry: &Entry) {
    assert_canonical(&entry.record);
    let read = Record::from_bytes(&entry.record).unwrap();
    assert_eq!(read.to_bytes().unwrap(), entry.record);
    assert_eq!(read.id(), entry.id);
    for (_, content) in entry.contents() {
        assert_canonical(&content.bytes);
        assert_eq!(content.digest, Digest::of(&content.bytes));
    }
}

#[test]
fn every_decision_of_the_corpora_is_canonical_and_read_back_whole() {
    let authority = authority();
    let recorder = Recorder::new(Redaction::none(), KEY);
    let rejudge = common::judge(&authority);
    for action in common::corpora() {
        let answer = answer(&authority, &action);
        let entry = entry(&recorder, &authority, &answer);
        assert_sound(&entry);
        let facts = serde_json::to_vec(&answer.facts).unwrap();
        assert_canonical(&facts);
        assert_eq!(
            serde_json::from_slice::<Facts>(&facts).unwrap(),
            *answer.facts
        );

        let record = decision(&entry);
        let subject = Subject::read(&entry.subject.as_ref().unwrap().bytes).unwrap();
        let judged = StoredJudgement::read(&entry.judgement.as_ref().unwrap().bytes).unwrap();
        let mut without_plan = (*action).clone();
        let plan = without_plan.terraform_plan.take();
        let replayable = plan.map_or(Replayable::Text, |_| Replayable::Facts);
        assert_eq!(record.replayable, replayable);
        assert_eq!(subject.asked_by(&record.caller), without_plan);
        assert_eq!(subject.facts.as_ref(), Some(&*answer.facts));
        // The severity that was shown is in the record itself, and follows from the facts.
        let mut recorded = judged.judgement;
        recorded.severity = record.severity;
        assert_eq!(recorded, *answer.decision.judgement);
        assert_eq!(rejudge(&subject.action, &answer.facts), recorded);
        let policy = read_policy(&entry.policy.as_ref().unwrap().bytes).unwrap();
        assert_eq!(policy, *answer.decision.policy);
    }
}

#[test]
fn a_record_names_its_contents_and_the_candidate() {
    let authority = authority();
    let document = json!({
        "action_type": "read_file", "target": ".env", "requested_operation": "read",
        "session_id": "s", "agent_id": "a", "actor": "p", "correlation_id": "c", "cwd": "/w",
    });
    let action = common::action(&document);
    let entry = record(&common::built_in(), &authority, &action);
    assert_sound(&entry);
    let found = decision(&entry);
    let digest =
        |content: &Option<cavra::journal::record::Content>| content.as_ref().unwrap().digest;
    assert_eq!(found.subject, digest(&entry.subject));
    assert_eq!(found.judgement, digest(&entry.judgement));
    assert_eq!(found.policy, digest(&entry.policy));
    let candidate = found.candidate.unwrap();
    assert_eq!(candidate.judgement, digest(&entry.candidate_judgement));
    assert_eq!(candidate.judgement, found.judgement);
    assert_eq!(found.rule_id.as_ref(), "filesystem.read.block");
    assert_eq!(found.caller.session_id.as_deref(), Some("s"));
    assert_eq!(found.latency_ns.active, MAX_LATENCY_NS);
    // Who asks is in the record alone: other callers share the content.
    let other = common::action(&json!({"action_type": "read_file", "target": ".env",
        "requested_operation": "read", "cwd": "/w", "actor": "q"}));
    let other = record(&common::built_in(), &authority, &other);
    assert_eq!(other.subject, entry.subject);
    assert_ne!(other.record, entry.record);
}

#[test]
fn a_plan_is_kept_as_its_changes() {
    let authority = authority();
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
        "complete": true, "errored": false, "applyable": true,
        "resource_changes": [{
            "address": "aws_db_instance.main", "type": "aws_db_instance",
            "provider_name": "registry.example.com/hashicorp/aws",
            "change": {"actions": ["delete"], "before": {"password": "hunter2"}},
        }],
    });
    let action = common::action(&json!({
        "action_type": "execute_command", "target": "terraform apply p",
        "requested_operation": "terraform apply p", "terraform_plan": plan,
    }));
    let entry = record(&common::built_in(), &authority, &action);
    assert_sound(&entry);
    assert!(!common::whole(&entry).contains("hunter2"));
    assert_eq!(decision(&entry).replayable, Replayable::Facts);
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    let plan = subject.facts.unwrap().terraform_plan.unwrap();
    assert_eq!(plan.changes[0].address, "aws_db_instance.main");
}

#[test]
fn a_tools_definition_is_kept_in_canonical_form() {
    let authority = authority();
    let text = r#"{"action_type": "mcp_tool_call", "target": "fs:read", "capability": "filesystem",
        "mcp_tool": { "name": "read", "version": 1.0, "a": [1e2] }}"#;
    let action = Arc::new(cavra::action::Action::from_json(text.as_bytes()).unwrap());
    let answer = answer(&authority, &action);
    let entry = entry(&common::built_in(), &authority, &answer);
    assert_sound(&entry);
    assert_eq!(decision(&entry).replayable, Replayable::Text);
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    let again = cavra::action::establish(&subject.action).unwrap();
    assert_eq!(again, *answer.facts);
}

#[test]
fn arguments_of_a_call_are_kept_as_facts() {
    let long = "x".repeat(5_000);
    let text = format!(
        r#"{{"action_type": "mcp_tool_call", "target": "fs:read",
        "mcp_arguments": {{"path": "/w/a", "content": "{long}"}}}}"#
    );
    let action = Arc::new(cavra::action::Action::from_json(text.as_bytes()).unwrap());
    let authority = authority();
    let answer = answer(&authority, &action);
    let entry = entry(&common::built_in(), &authority, &answer);
    assert_sound(&entry);
    assert!(!common::whole(&entry).contains(&long));
    assert_eq!(decision(&entry).replayable, Replayable::Facts);
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    assert_eq!(subject.facts.as_ref(), Some(&*answer.facts));
    assert!(
        !subject
            .action
            .to_json()
            .to_string()
            .contains("mcp_arguments")
    );
}

#[test]
fn further_roots_are_recorded_with_the_operators_word() {
    let text = r#"{"action_type": "read_file", "target": "/w/b/x", "requested_operation": "read",
        "workspace_root": "/w/a", "workspace_roots": ["/w/b", "/w/c"]}"#;
    let mut action = cavra::action::Action::from_json(text.as_bytes()).unwrap();
    action.place.workspace_roots[1].named = true;
    let action = Arc::new(action);
    let named = cavra::action::patterns::RootPatterns::new(&["/w/c"]).unwrap();
    let authority = authority().with_roots(named);
    let answer = answer(&authority, &action);
    let entry = entry(&common::built_in(), &authority, &answer);
    assert_sound(&entry);
    assert_eq!(decision(&entry).replayable, Replayable::Text);
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    assert_eq!(subject.action.place, action.place);
}

#[test]
fn what_is_too_large_keeps_what_it_can_be_judged_again_from() {
    let authority = authority();
    let recorder = common::built_in();
    let cases = [
        // Facts many times the size of the text.
        ("rm a; ".repeat(900), Replayable::Text, vec!["facts"], true),
        // A text of its own size: the facts are small.
        (
            format!("true # {}", "x".repeat(65_250)),
            Replayable::Text,
            vec!["facts"],
            true,
        ),
        (
            format!("true # {}", "\u{1}".repeat(20_000)),
            Replayable::Facts,
            vec!["target"],
            false,
        ),
        (
            format!("true # {}é", "é".repeat(11_000)),
            Replayable::Text,
            vec![],
            true,
        ),
    ];
    for (line, replayable, truncated, whole) in cases {
        let answer = answer(&authority, &common::command(&line));
        let entry = entry(&recorder, &authority, &answer);
        assert_sound(&entry);
        assert_eq!(decision(&entry).replayable, replayable, "{truncated:?}");
        let bytes = entry.subject.unwrap().bytes;
        assert!(bytes.len() <= MAX_SUBJECT_BYTES, "{}", bytes.len());
        let subject = Subject::read(&bytes).unwrap();
        assert_eq!(subject.truncated, truncated);
        assert_eq!(subject.action.target().len() == line.len(), whole);
        assert!(whole || subject.action.target().len() <= MAX_TEXT_BYTES);
    }
}

#[test]
fn events_are_read_back() {
    let authority = authority();
    let active = Arc::clone(authority.slot().active.identity());
    let (event_id, timestamp) = (Uuid::now_v7(), Timestamp::UNIX_EPOCH);
    let changed = PolicyChanged {
        event_id,
        timestamp,
        operation: PolicyOperation::Staged,
        active: &active,
        state: None,
        candidate: Some(&active),
        by: Author::User {
            uid: 1,
            pid: Some(2),
        },
    };
    let changed = changed.entry().unwrap();
    assert_eq!(changed.contents().count(), 2);
    let retention = EventRecord::Retention(RetentionRecord {
        before: timestamp,
        before_position: 3,
        dropped: 4,
        event_id,
        kind: RetentionKind::Retention,
        shortened_steps: None,
        schema_version: SchemaVersion::V1,
        timestamp,
    });
    let shadow = EventRecord::Shadow(ShadowRecord {
        candidate: active.effective_digest,
        detail: json!({"\u{1f600}": 1, "\u{fb33}": 1.5, "a": ["é\u{7f}\u{1}", "tool --password hunter22"]}),
        event_id,
        kind: ShadowKind::Shadow,
        run_id: "r".to_owned(),
        schema_version: SchemaVersion::V1,
        timestamp,
    });
    let inquiry = EventRecord::Inquiry(InquiryRecord {
        asked_by: Some("uid:1000".to_owned()),
        caller: CallerRecord {
            agent_id: Some("tool --password hunter22".to_owned()),
            ..CallerRecord::default()
        },
        event_id,
        kind: InquiryKind::Inquiry,
        method: InquiryMethod::LintPolicy,
        question: Digest::of(b"question"),
        schema_version: SchemaVersion::V1,
        timestamp,
    });
    let recorder = common::built_in();
    let [retention, shadow, inquiry] =
        [retention, shadow, inquiry].map(|event| recorder.event(event).unwrap());
    for entry in [&shadow, &inquiry] {
        assert!(!common::whole(entry).contains("hunter22"));
    }
    for entry in [changed, retention, shadow, inquiry] {
        assert_sound(&entry);
    }
}

#[test]
fn one_form_only_is_read() {
    let entry = record(&common::built_in(), &authority(), &common::command("ls"));
    let text = String::from_utf8(entry.record.to_vec()).unwrap();
    let spaced = text.replacen(':', ": ", 1);
    let repeated = text.replacen('{', r#"{"kind":"decision","#, 1);
    let unknown_field = text.replacen('{', r#"{"a":1,"#, 1);
    let kind = text.replacen(r#""kind":"decision""#, r#""kind":"dream""#, 1);
    let version = text.replacen("record.v1", "record.v2", 1);
    let escaped = text.replacen("execute", r"\u0065xecute", 1);
    let is = |text: &str| Record::from_bytes(text.as_bytes()).unwrap_err();
    assert!(matches!(is(&spaced), RecordError::NotCanonical));
    assert!(matches!(is(&escaped), RecordError::NotCanonical));
    assert!(matches!(is(&kind), RecordError::UnknownKind(it) if it == "dream"));
    for text in [
        &repeated,
        &unknown_field,
        &version,
        "",
        "[]",
        "{}",
        &text[1..],
    ] {
        assert!(matches!(is(text), RecordError::Malformed(_)), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text that an action can hold.
    #[test]
    fn any_action_is_canonical(
        line in "[^\0]{1,60}", cwd in "[^\0]{0,20}", actor in proptest::option::of("[^\0]{0,20}"),
        kind in 0_usize..4,
    ) {
        let mut document = match kind {
            0 => json!({"action_type": "execute_command", "target": line, "requested_operation": line}),
            1 => json!({"action_type": "read_file", "target": line, "requested_operation": "read"}),
            2 => json!({"action_type": "git_operation", "target": line, "requested_operation": "push"}),
            _ => json!({"action_type": "mcp_tool_call", "target": line, "mcp_tool": {"name": line}}),
        };
        document["cwd"] = Value::from(cwd);
        if let Some(actor) = actor {
            document["actor"] = Value::from(actor);
        }
        let action = common::action(&document);
        static ONCE: LazyLock<(Authority, Recorder)> =
            LazyLock::new(|| (authority(), common::built_in()));
        if let Ok(answer) = ONCE.0.decide(Arc::clone(&action), Ask::default()) {
            let entry = entry(&ONCE.1, &ONCE.0, &answer);
            assert_sound(&entry);
            let record = decision(&entry);
            if record.replayable == Replayable::Text {
                let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
                let again = cavra::action::establish(&subject.action).unwrap();
                prop_assert_eq!(&again, &*answer.facts);
            }
        }
    }
}
