//! The ways in which agents write secrets, and what only looks like one: rows of
//! `tests/data/redaction`, and laws over mixtures of them.

use std::sync::{Arc, LazyLock};

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::journal::record::{Recorder, Replayable, Subject};
use proptest::prelude::*;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::{self, authority, built_in, decision, record, whole};

/// Texts with `{S}` for a password and `{A36}` for 36 letters and digits: `H` are hex digits,
/// `U` upper-case, `D` decimal. So no row looks like a real token to those who search for them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// A command line.
    text: Option<String>,
    /// The definition of an MCP tool.
    definition: Option<Value>,
    /// What must not be recorded; nothing may be replaced if there is none.
    #[serde(default)]
    gone: Vec<String>,
}

impl Case {
    fn action(&self) -> Arc<Action> {
        match (&self.text, &self.definition) {
            (Some(text), None) => common::command(&filled(text)),
            (None, Some(definition)) => {
                let definition: Value =
                    serde_json::from_str(&filled(&definition.to_string())).unwrap();
                common::action(&json!({
                    "action_type": "mcp_tool_call", "target": "x:login", "server": "x",
                    "tool": "login", "mcp_tool": definition,
                }))
            }
            _ => panic!("a case has a text or a definition"),
        }
    }

    fn name(&self) -> String {
        let definition = || self.definition.as_ref().map(ToString::to_string);
        self.text.clone().or_else(definition).unwrap()
    }
}

fn cases(name: &str) -> Vec<Case> {
    let text = common::read(&format!("tests/data/redaction/{name}.jsonl"));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// Puts invented secrets into a text.
fn filled(text: &str) -> String {
    static PLACE: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r"\{(?:S|([AHUD])(\d+))\}").unwrap());
    PLACE
        .replace_all(text, |captures: &regex::Captures<'_>| {
            let Some(kind) = captures.get(1) else {
                return "q7Zk9wXv".to_owned();
            };
            let alphabet: &[u8] = match kind.as_str() {
                "A" => b"k7Qw2ZtYb9RxM4cVn1Js8Lp3Gd6Hf5",
                "H" => b"7f3a90c1e5d8b264",
                "U" => b"Q7ZK2WXV9RBM4",
                _ => b"8301746529",
            };
            let length = captures[2].parse().unwrap();
            let letters = alphabet.iter().cycle().take(length);
            letters.map(|&byte| char::from(byte)).collect()
        })
        .into_owned()
}

#[test]
fn no_secret_of_a_known_form_is_recorded() {
    let (authority, recorder) = (authority(), built_in());
    let cases = cases("found");
    assert!(cases.len() >= 300, "{}", cases.len());
    let mut missed = Vec::new();
    for case in cases {
        assert!(!case.gone.is_empty(), "{}", case.name());
        let entry = record(&recorder, &authority, &case.action());
        let all = whole(&entry);
        let left = |gone: &String| all.contains(&filled(gone));
        if case.gone.iter().any(left) {
            missed.push(case.name());
        }
        assert_ne!(
            decision(&entry).replayable,
            Replayable::Text,
            "{}",
            case.name()
        );
    }
    assert!(missed.is_empty(), "{}\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn what_only_looks_like_a_secret_stays() {
    let (authority, recorder) = (authority(), built_in());
    let cases = cases("kept");
    assert!(cases.len() >= 150, "{}", cases.len());
    let touched: Vec<_> = cases
        .iter()
        .filter_map(|case| {
            assert!(case.gone.is_empty(), "{}", case.name());
            let entry = record(&recorder, &authority, &case.action());
            let target = || Subject::read(&entry.subject.as_ref().unwrap().bytes);
            (decision(&entry).replayable != Replayable::Text)
                .then(|| format!("{}\n  {:?}", case.name(), target().map(|it| it.action)))
        })
        .collect();
    assert!(
        touched.is_empty(),
        "{}\n{}",
        touched.len(),
        touched.join("\n")
    );
}

static ONCE: LazyLock<(Authority, Recorder)> = LazyLock::new(|| (authority(), built_in()));
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = cases("found").into_iter().chain(cases("kept"));
    all.filter_map(|case| case.text.as_deref().map(filled))
        .collect()
});

/// What is recorded of a command line in the place of it; nothing if it is no action.
fn recorded(line: &str) -> Option<String> {
    let document = json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    });
    let action = Arc::new(Action::from_json(document.to_string().as_bytes()).ok()?);
    let answer = ONCE.0.decide(action, Ask::comparing(false)).ok()?;
    let entry = common::entry(&ONCE.1, &ONCE.0, &answer);
    let subject: Value = serde_json::from_slice(&entry.subject.unwrap().bytes).unwrap();
    Some(subject["action"]["target"].as_str().unwrap().to_owned())
}

/// The marks in a text.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    static MARK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[[a-z-]+:[0-9a-f]{16}\]").unwrap());
    MARK.find_iter(text).map(|found| found.as_str())
}

/// Lines that are known, cut anywhere, with anything between them.
fn mixtures() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(line, cut)| {
            let line = line.get(LINES.as_slice());
            let cut = line.floor_char_boundary(cut.index(line.len() + 1));
            line[..cut].to_owned()
        }),
        3 => any::<prop::sample::Index>().prop_map(|line| line.get(LINES.as_slice()).clone()),
        1 => "\\PC{0,20}",
        1 => "[ \n'\"\\\\$|;&<>()\\[\\]{}:=@-]{1,6}",
        1 => Just("--password [password-option:0123456789abcdef]".to_owned()),
    ];
    let between = prop_oneof![Just(" "), Just("\n"), Just("; "), Just(" && "), Just("")];
    prop::collection::vec((part, between), 1..5).prop_map(|parts| {
        parts
            .iter()
            .map(|(part, end)| format!("{part}{end}"))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// A mark is not cleaned again. More of a line may be: what was cleaned reads as another line.
    #[test]
    fn marks_stay_as_they_are(line in mixtures()) {
        if let Some(once) = recorded(&line) {
            let twice = recorded(&once).unwrap();
            let mut later = marks(&twice);
            let is_whole = marks(&once).all(|mark| later.any(|it| it == mark));
            prop_assert!(is_whole || twice.starts_with("[withheld:"), "{line}\n{once}\n{twice}");
        }
    }

    #[test]
    fn any_text_is_recorded(text in any::<String>(), around in any::<prop::sample::Index>()) {
        recorded(&text);
        let line = around.get(LINES.as_slice());
        recorded(&format!("{line}{text}"));
        recorded(&format!("{text} {line}"));
    }
}
