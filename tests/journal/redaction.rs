//! No secret that a rule finds is recorded, however it is written.

use cavra::authority::gate::store::this_engine;
use cavra::canonical::Digest;
use cavra::journal::record::lifecycle::{
    Activation, BrokeGlass, BundleRef, By, Happened, LifecycleEvent, ReplacedRef, TrustRef,
};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{Recorder, Replayable, Subject};
use cavra::redaction::{Redaction, RedactionError, RedactionKey};
use jiff::Timestamp;
use serde_json::json;

use crate::common::{self, KEY, authority, built_in, command, decision, record, whole};

/// A line with a secret at `@`, and the rule that finds it.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    ("password-option", "tool --password @ run"),
    ("password-option", "tool --token=@"),
    ("password-option", "tool \"--api-key=@\""),
    ("password-option", "mysql -uroot -p@ db"),
    ("password-option", "sshpass -p @ ssh host"),
    (
        "password-option",
        "docker login -u me -p @ registry.example.com",
    ),
    ("password-option", "curl -u me:@ https://example.com"),
    ("password-option", "bash -c 'tool --password @'"),
    ("password-option", "bash -c \"bash -c 'tool --password @'\""),
    ("password-option", "sudo env A=b tool --db-password @"),
    ("password-option", "echo $(tool --secret @)"),
    ("password-option", "P=@; tool --password $P"),
    ("password-option", "tool --password \\\n @"),
    ("assignment", "MY_TOKEN=@ make"),
    ("assignment", "export PGPASSWORD=@; psql"),
    ("assignment", "env 'AWS_KEY=@' make"),
    (
        "assignment",
        "curl -d 'user=x&password=@' https://example.com",
    ),
    (
        "assignment",
        "curl -d '{\"password\": \"@\"}' https://example.com",
    ),
    ("assignment", "cat > .envrc <<E\nAPI_SECRET=@\nE"),
    (
        "authorization-header",
        "curl -H 'Authorization: Bearer @' https://example.com",
    ),
    (
        "authorization-header",
        "curl -H \"X-Api-Key: @\" https://example.com",
    ),
    (
        "url-credentials",
        "git push https://me:@@example.com/x main",
    ),
    ("url-credentials", "psql 'postgres://me:@@db.example.com/x'"),
];

/// Texts that are secrets by themselves.
pub(crate) const TOKENS: &[(&str, &str)] = &[
    ("aws-access-key", "AKIAABCDEFGHIJKLMNOP"),
    ("github-token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("slack-token", "xoxb-123456789012-abcdefghij"),
    ("google-api-key", "AIzaabcdefghijklmnopqrstuvwxyz012345678"),
    (
        "jwt",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2lnbmF0dXJl",
    ),
    ("vendor-token", "sk-ant-abcdefghijklmnopqrstuv"),
];

#[test]
fn every_shape_is_found_by_its_rule() {
    let (authority, recorder) = (authority(), built_in());
    let tokens = TOKENS
        .iter()
        .map(|(name, token)| (*name, format!("echo {token} | tee x"), *token));
    let shapes = SHAPES
        .iter()
        .map(|(name, shape)| (*name, shape.replace('@', "q7Zk9wXv"), "q7Zk9wXv"));
    // The last `@` of a URL is its own.
    let shapes = shapes
        .map(|(name, line, secret)| (name, line.replace("q7Zk9wXvq7Zk9wXv", "q7Zk9wXv@"), secret));
    for (name, line, secret) in tokens.chain(shapes) {
        let entry = record(&recorder, &authority, &command(&line));
        assert!(!whole(&entry).contains(secret), "{line}\n{}", whole(&entry));
        let subject = Subject::read(&entry.subject.as_ref().unwrap().bytes).unwrap();
        let found: Vec<_> = subject
            .redactions
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert!(found.contains(&name), "{line}: {found:?}");
        assert!(
            subject.action.target().contains(&format!("[{name}:")),
            "{line}: {:?}",
            subject.action
        );
        assert_ne!(decision(&entry).replayable, Replayable::Text);
    }
}

#[test]
fn a_private_keys_lines_are_gone() {
    let (authority, recorder) = (authority(), built_in());
    let (one, two) = ("MIIEowIBAAKCAQEA7bq", "xZ9kWm1PqRstUvWxYz0");
    for line in [
        format!(
            "echo '-----BEGIN RSA PRIVATE KEY-----\n{one}\n{two}\n-----END RSA PRIVATE KEY-----' > k"
        ),
        format!(
            "cat > k <<E\n-----BEGIN PRIVATE KEY-----\n{one}\n{two}\n-----END PRIVATE KEY-----\nE"
        ),
        format!("printf '%s\\n' '-----BEGIN PRIVATE KEY-----' {one} {two} > k"),
        format!("printf -- '-----BEGIN PRIVATE KEY-----\\n{one}\\n{two}\\n' > k"),
    ] {
        let all = whole(&record(&recorder, &authority, &command(&line)));
        assert!(!all.contains(one) && !all.contains(two), "{all}");
    }
}

#[test]
fn every_field_is_searched() {
    let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let (authority, recorder) = (authority(), built_in());
    let escaped = secret.replace('g', "\\u0067");
    let documents = [
        json!({"action_type": "read_file", "target": format!("/tmp/{secret}"), "requested_operation": "read"}).to_string(),
        json!({"action_type": "git_operation", "target": format!("https://{secret}@example.com/x main"), "requested_operation": "push"}).to_string(),
        json!({"action_type": "read_file", "target": "a", "requested_operation": "read", "actor": secret, "session_id": secret, "agent_id": secret, "correlation_id": secret}).to_string(),
        json!({"action_type": "read_file", "target": "a", "requested_operation": "read", "cwd": format!("/{secret}"), "workspace_root": format!("/{secret}"), "current_branch": secret}).to_string(),
        json!({"action_type": "mcp_tool_call", "target": format!("fs:{secret}"), "server": "fs", "tool": secret, "capability": secret, "mcp_tool": {"name": secret, secret: [{"x": secret}]}}).to_string(),
        json!({"action_type": "read_file", "target": "a", "requested_operation": "read", "workspace_root": "/w", "workspace_roots": ["/x", format!("/{secret}")]}).to_string(),
        json!({"action_type": "mcp_tool_call", "target": "fs:a", "mcp_arguments": {"path": format!("/w/{secret}"), secret: [{"x": secret}]}}).to_string(),
        format!(r#"{{"action_type": "mcp_tool_call", "target": "fs:a", "mcp_arguments": {{"{escaped}": "{escaped}"}}}}"#),
        format!(r#"{{"action_type": "mcp_tool_call", "target": "fs:a", "mcp_tool": {{"name": "a", "{escaped}": "{escaped}"}}}}"#),
    ];
    for document in documents {
        let action = cavra::action::Action::from_json(document.as_bytes()).unwrap();
        let all = whole(&record(&recorder, &authority, &action.into()));
        assert!(
            !all.contains(secret) && all.contains("[github-token:"),
            "{all}"
        );
    }
}

#[test]
fn a_break_glass_holds_no_secret_but_in_what_was_signed() {
    let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let digest = Digest::of(b"digest");
    let bundle = BundleRef {
        bundle_digest: digest,
        cases_digest: digest,
        effective_digest: digest,
        policy_digest: digest,
    };
    let event = LifecycleEvent::BrokeGlass(BrokeGlass {
        active: Activation {
            bundle,
            engine: this_engine(),
        },
        expires_at: Timestamp::UNIX_EPOCH,
        incident: format!("INC-1 {secret}"),
        replaced: ReplacedRef {
            activation_index: 0,
            effective_digest: digest,
        },
        statement_digest: digest,
        trust: TrustRef { digest, version: 1 },
    });
    let happened = Happened {
        by: By::from(Author::Start),
        event,
        policy: None,
        document: Some(format!("{{\"reason\":\"{secret}\"}}").into_bytes().into()),
        reason: Some(format!("leaked {secret}")),
    };
    let entry = built_in().lifecycle(happened, Some(0), Timestamp::UNIX_EPOCH);
    let entry = entry.unwrap();
    let record = String::from_utf8(entry.record.to_vec()).unwrap();
    assert!(!record.contains(secret), "{record}");
    assert_eq!(record.matches("[github-token:").count(), 2, "{record}");
    let document = entry.candidate_policy.unwrap().bytes;
    assert!(
        String::from_utf8(document.to_vec())
            .unwrap()
            .contains(secret)
    );
}

#[test]
fn one_secret_has_one_mark_under_one_key() {
    let authority = authority();
    let target = |key: u8, line: &str| {
        let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([key; 32]));
        let entry = record(&recorder, &authority, &command(line));
        let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
        subject.action.target().to_owned()
    };
    let plain = target(1, "tool --password hunter22");
    // HMAC-SHA-256 with a key of 32 bytes 0x01, by another implementation.
    assert_eq!(plain, "tool --password [password-option:1b2c7939dad71bda]");
    assert_eq!(plain, target(1, "tool --password 'hunter22'"));
    assert_ne!(plain, target(2, "tool --password hunter22"));
}

#[test]
fn a_text_that_hides_a_secret_is_withheld() {
    let authority = authority();
    let line = "A=q7Zk; B=9wXv; tool --password $A$B";
    let entry = record(&built_in(), &authority, &command(line));
    let all = whole(&entry);
    assert!(all.contains("[withheld:") && !all.contains("9wXv"), "{all}");
    assert_eq!(decision(&entry).replayable, Replayable::No);
}

#[test]
fn what_replays_from_facts_is_judged_the_same() {
    let authority = authority();
    let entry = record(
        &built_in(),
        &authority,
        &command("terraform apply -var password=hunter22"),
    );
    let found = decision(&entry);
    assert_eq!(found.replayable, Replayable::Facts);
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    let again =
        common::judge(&authority)(&subject.asked_by(&found.caller), &subject.facts.unwrap());
    assert_eq!(again.decision, found.decision);
    // The secret is what was blocked: without it the facts say something else.
    let entry = record(&built_in(), &authority, &command("cat --token .env"));
    assert_eq!(decision(&entry).replayable, Replayable::No);
}

#[test]
fn what_names_a_secret_is_not_one() {
    let (authority, recorder) = (authority(), built_in());
    for line in [
        "tool --password $PASSWORD",
        "tool --password \"${PASSWORD}\"",
        "tool --password-file secret.txt",
        "TOKEN=$(vault read x) make",
        "tool --token --verbose",
        "git commit -m 'add bearer tokens'",
        "docker run -p 8080:8080 -u 1000:1000 image",
        "mkdir -p a/b; ssh -p 2222 host",
        "git clone git@github.com:o/r",
        "curl https://example.com:8443/a@b",
    ] {
        let entry = record(&recorder, &authority, &command(line));
        assert_eq!(
            decision(&entry).replayable,
            Replayable::Text,
            "{}",
            whole(&entry)
        );
    }
}

#[test]
fn ordinary_commands_are_seldom_touched() {
    let (authority, recorder) = (authority(), built_in());
    let lines = common::read("tests/data/ordinary/commands.txt");
    let touched: Vec<&str> = lines
        .lines()
        .filter(|line| !line.is_empty())
        .filter(|line| {
            decision(&record(&recorder, &authority, &command(line))).replayable != Replayable::Text
        })
        .collect();
    assert!(
        touched.len() <= 40,
        "{}\n{}",
        touched.len(),
        touched.join("\n")
    );
}

#[test]
fn own_rules_are_added() {
    let rules = "rules:\n  - { name: badge, pattern: '^badge (?<secret>\\d{6})$' }\n";
    let redaction = Redaction::built_in().unwrap().with_file(rules).unwrap();
    let recorder = Recorder::new(redaction, KEY);
    let authority = authority();
    assert!(
        whole(&record(&recorder, &authority, &command("badge 123456"))).contains("badge [badge:")
    );
    assert!(whole(&record(&recorder, &authority, &command("a badge 123456"))).contains("123456"));
}

#[test]
fn what_is_wrong_with_own_rules_is_said_with_its_line() {
    for (text, line, said) in [
        ("rules: 1", 1, "`rules` must be a list"),
        ("rule: []", 1, "`rule` is not known"),
        ("{}", 1, "`rules` is missing"),
        ("rules:\n- name: a", 2, "`pattern` is missing"),
        ("rules:\n- name: A b\n  pattern: x", 2, "lower-case"),
        ("rules:\n- name: a\n  pattern: '('", 3, "can't be used"),
        (
            "rules:\n- name: a\n  pattern: 'x*'",
            3,
            "matches nothing at all",
        ),
        (
            "rules:\n- name: jwt\n  pattern: x",
            2,
            "a built-in rule's name",
        ),
        (
            "rules:\n- {name: a, pattern: x}\n- {name: a, pattern: y}",
            3,
            "another rule's name",
        ),
        (
            "rules:\n- name: a\n  pattern: '(\\w{900}){900}'",
            3,
            "can't be used",
        ),
        ("rules: [", 2, "while parsing"),
    ] {
        let error = Redaction::built_in().unwrap().with_file(text).unwrap_err();
        let found = match &error {
            RedactionError::Rule { line, .. } => *line,
            RedactionError::Yaml(error) => error.line,
            other => panic!("{other}"),
        };
        assert!(
            found == line && error.to_string().contains(said),
            "{text}: {error}"
        );
    }
    let many = format!("rules:\n{}", "- {name: a, pattern: x}\n".repeat(257));
    let error = Redaction::none().with_file(&many).unwrap_err();
    assert!(
        matches!(error, RedactionError::TooLarge { limit: 256, .. }),
        "{error}"
    );
}
