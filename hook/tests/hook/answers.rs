//! What each host gets for each verdict. The cases are data.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::run::Configured;
use crate::service::Service;

const CASES: &str = include_str!("../data/answers.jsonl");
const AT_LEAST: usize = 76;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    host: String,
    options: Vec<String>,
    event: Value,
    /// The whole answer, but for the reason.
    stdout: Value,
    /// Where the reason is in the answer.
    #[serde(default)]
    reason: String,
    /// What the reason says.
    #[serde(default)]
    says: String,
    /// What standard error says, where nothing is answered.
    #[serde(default)]
    stderr: String,
    code: i32,
}

/// Takes the reason out of an answer.
fn without_reason(answer: &mut Value, pointer: &str, line: &str) -> String {
    let (object, field) = pointer.rsplit_once('/').unwrap();
    let object = answer.pointer_mut(object).and_then(Value::as_object_mut);
    let object = object.unwrap_or_else(|| panic!("no {pointer} in the answer to {line}"));
    let Some(reason) = object.remove(field) else {
        panic!("no {pointer} in the answer to {line}");
    };
    reason.as_str().unwrap().to_owned()
}

#[test]
fn every_host_gets_each_verdict_in_its_own_words() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let mut count = 0;
    for line in CASES.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let mut event = case.event.clone();
        event["session_id"] = json!("s1");
        event["cwd"] = json!("/w");
        let options = case.options.iter().map(String::as_str);
        let arguments: Vec<&str> = [&*case.host].into_iter().chain(options).collect();
        let answer = configured.run(&arguments, event.to_string().as_bytes());
        let mut stdout = answer.json();
        if !case.reason.is_empty() {
            let reason = without_reason(&mut stdout, &case.reason, line);
            assert!(reason.contains(&case.says), "{line}: {reason}");
        }
        assert_eq!(stdout, case.stdout, "{line}: {answer:?}");
        assert_eq!(answer.code, case.code, "{line}: {answer:?}");
        assert!(answer.stderr.contains(&case.stderr), "{line}: {answer:?}");
        count += 1;
    }
    assert!(count >= AT_LEAST, "only {count} cases");
}
