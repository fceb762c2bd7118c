//! The documents: the same bytes everywhere, and ones that can be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use cavra::action::limits::{MAX_COMMAND_BYTES, MAX_FIELD_BYTES, MAX_PATH_BYTES};
use cavra::action::{Action, ActionType, Request};
use cavra::canonical::Digest;
use cavra::traffic::{Intent, PerMillion, Rates, TrafficOptions};
use serde_json::Value;

use super::support::{PROFILES, events, line, options};

/// Times, intents and documents of the first 1,000 actions. A person who changes a table or the
/// order of draws changes these; nothing else may.
const GOLDEN: [&str; 3] = [
    "sha256:897c77f4a99a24d92e89e362659bedf1bc331a5aff5d33a4685526a0d37d601c",
    "sha256:79ccccfa268c087774150ef882042b6c581e52fa0e4ecaea47fa3b241e88567c",
    "sha256:b4c124ee8c4236185f2ade3667e7a2c23401ac86c91386774fc1d0ae8e444b1c",
];

fn digest_of_first_thousand(options: &TrafficOptions) -> String {
    let mut text = String::new();
    for event in events(options).take(1_000) {
        let intent = event.intent.as_str();
        writeln!(text, "{} {intent} {}", event.at, line(&event)).unwrap();
    }
    Digest::of(text.as_bytes()).to_string()
}

#[test]
fn the_first_thousand_are_the_same_on_every_platform() {
    let found = PROFILES.map(|profile| {
        digest_of_first_thousand(&TrafficOptions {
            profile,
            ..options(1)
        })
    });
    assert_eq!(found, GOLDEN);
}

#[test]
fn the_seed_decides_and_nothing_else() {
    assert!(
        events(&options(5))
            .take(3_000)
            .eq(events(&options(5)).take(3_000))
    );
    let targets = |seed| -> Vec<String> {
        let events = events(&options(seed)).take(100);
        events
            .map(|event| event.action.target().to_owned())
            .collect()
    };
    assert_ne!(targets(5), targets(6));
}

/// More of what is rare, so that all of it comes up.
fn eventful(seed: u64) -> TrafficOptions {
    let rate = |millionths| PerMillion::new(millionths).unwrap();
    TrafficOptions {
        rates: Rates {
            risky: rate(200_000),
            dangerous: rate(200_000),
            evasion: rate(200_000),
        },
        ..options(seed)
    }
}

#[test]
fn every_document_is_read_back_as_the_action_that_it_was() {
    let places = [
        "{file}",
        "{test}",
        "{dir}",
        "{word}",
        "{message}",
        "{package}",
        "{branch}",
        "{root}",
        "{home}",
        "{repository}",
        "{n}",
        "{module}",
    ];
    let mut kinds = BTreeSet::new();
    for profile in PROFILES {
        let options = TrafficOptions {
            profile,
            ..eventful(2)
        };
        for event in events(&options).take(20_000) {
            let line = line(&event);
            let read = Action::from_json(line.as_bytes()).unwrap_or_else(|error| {
                panic!("{error}: {line}");
            });
            assert_eq!(read, event.action);
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value, event.action.to_json());
            for place in places {
                assert!(!line.contains(place), "`{place}` is left in: {line}");
            }
            kinds.insert((event.action.action_type(), event.intent));
        }
    }
    for action_type in ActionType::ALL {
        for intent in Intent::ALL {
            let kind = (action_type, intent);
            assert!(kinds.contains(&kind), "there is no {kind:?}");
        }
    }
}

#[test]
fn sizes_stay_far_within_the_limits() {
    for event in events(&eventful(3)).take(20_000) {
        let limit = match event.action.request {
            Request::ReadFile { .. } | Request::SearchFiles { .. } | Request::WriteFile { .. } => {
                MAX_PATH_BYTES
            }
            Request::ExecuteCommand { .. } => MAX_COMMAND_BYTES,
            Request::GitOperation { .. } | Request::McpToolCall(_) => MAX_FIELD_BYTES,
        };
        assert!(event.action.target().len() < limit / 8, "{event:?}");
        assert!(line(&event).len() < 4_096);
    }
}

#[test]
fn every_action_says_who_asks_and_where() {
    let mut correlation_ids = BTreeSet::new();
    let mut sessions: BTreeMap<String, (String, String, String)> = BTreeMap::new();
    let mut absolute = 0;
    for event in events(&options(4)).take(30_000) {
        let field = |name| event.action.field(name).unwrap().to_owned();
        assert!(correlation_ids.insert(field("correlation_id")));
        let root = field("workspace_root");
        assert!(field("cwd").starts_with(&root));
        absolute += usize::from(event.action.target().starts_with('/'));
        // A session is of one agent, in one repository, on one branch.
        let place = (field("agent_id"), root, field("current_branch"));
        let known = sessions.entry(field("session_id")).or_insert(place.clone());
        assert_eq!(*known, place);
    }
    let distinct = |of: fn(&(String, String, String)) -> &String| {
        sessions.values().map(of).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(distinct(|(agent, _, _)| agent), 24);
    assert!(distinct(|(_, root, _)| root) > 20);
    assert!(sessions.len() > 100, "{}", sessions.len());
    assert!((6_000..15_000).contains(&absolute), "{absolute}");
}
