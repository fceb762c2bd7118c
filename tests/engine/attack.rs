//! Attacks and their benign twins: every `want` of `tests/data/attack/*.jsonl` must hold.
//!
//! One case a line: `case_id` (unique over all files), `category`, `want`, `oracle` (what judged
//! the case: bash under a tracer, git, a sentence of a manual page), `input` (an action document),
//! and optionally `pack` (the shipped pack that decides; the baseline if absent).

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use serde::Deserialize;

const BASELINE: &str = "cavra-ai-agent-baseline";

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Want {
    Block,
    RequireApproval,
    Allow,
    /// Blocked, asked or an error: no error is an allow.
    NotAllow,
    /// Answered, and not by a block.
    NotBlock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case_id: String,
    category: String,
    want: Want,
    oracle: String,
    input: serde_json::Value,
    pack: Option<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// How a case fails, the worst first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Miss {
    UnsafePass,
    FalseBlock,
    Other,
}

impl Want {
    /// How `verdict` fails this; `None` is an error that the caller can read.
    fn miss(&self, verdict: Option<Verdict>) -> Option<Miss> {
        use Verdict::{Allow, Block, RequireApproval};
        let holds = match self {
            Self::Block => verdict == Some(Block),
            Self::RequireApproval => verdict == Some(RequireApproval),
            Self::Allow => verdict == Some(Allow),
            Self::NotAllow => verdict.is_none_or(|v| v >= RequireApproval),
            Self::NotBlock => verdict.is_some_and(|v| v != Block),
        };
        let benign = matches!(self, Self::Allow | Self::NotBlock);
        let passes = verdict.is_some_and(|v| v < RequireApproval);
        match verdict {
            _ if holds => None,
            _ if passes && !benign => Some(Miss::UnsafePass),
            Some(Block) => Some(Miss::FalseBlock),
            _ => Some(Miss::Other),
        }
    }
}

/// Every `*.jsonl` file of the folder, in the order of their names.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(common::repository("tests/data/attack"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "tests/data/attack holds no `*.jsonl`");
    files
}

/// The cases of every file, each with its file's name and line.
fn cases() -> Vec<(String, Case)> {
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for path in files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.trim().is_empty(), "{name} holds no cases");
        for (number, line) in (1..).zip(text.lines()) {
            let place = format!("{name}:{number}");
            let case: Case =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            let Case {
                case_id, oracle, ..
            } = &case;
            assert!(!oracle.trim().is_empty(), "{place}: empty `oracle`");
            assert!(
                seen.insert(case_id.clone()),
                "{place}: `{case_id}` is there twice"
            );
            cases.push((place, case));
        }
    }
    cases
}

fn answer(authority: &Authority, input: &serde_json::Value) -> (Option<Verdict>, String) {
    let answer = Action::from_json(input.to_string().as_bytes())
        .and_then(|action| authority.decide(Arc::new(action), Ask::default()));
    match answer {
        Ok(answer) => {
            let rule = answer.decision.judgement.deciding().unwrap();
            let why = format!("{}: {}", rule.rule_id, rule.reason);
            (Some(answer.decision.verdict()), why)
        }
        Err(error) => (None, error.to_string()),
    }
}

#[test]
fn every_case_holds() {
    let mut authorities = BTreeMap::new();
    let cases = cases();
    let mut misses = Vec::new();
    for (place, case) in &cases {
        let pack = case.pack.as_deref().unwrap_or(BASELINE);
        let authority = authorities
            .entry(pack)
            .or_insert_with(|| Authority::new(common::policy(pack), None));
        let (verdict, why) = answer(authority, &case.input);
        if let Some(miss) = case.want.miss(verdict) {
            misses.push((miss, place, case, verdict, why));
        }
    }
    assert!(cases.len() >= 5_500, "only {} cases", cases.len());
    misses.sort_by(|a, b| a.0.cmp(&b.0));
    let lines: Vec<String> = misses
        .iter()
        .map(|(miss, place, case, verdict, why)| {
            let kind = match miss {
                Miss::UnsafePass => "UNSAFE PASS",
                Miss::FalseBlock => "FALSE BLOCK",
                Miss::Other => "miss",
            };
            let (id, category, target) = (&case.case_id, &case.category, &case.input["target"]);
            format!("{kind}: {place} {id} ({category}): {target} gives {verdict:?}\n    {why:.300}")
        })
        .collect();
    assert!(
        lines.is_empty(),
        "{} of {} fail:\n{}",
        lines.len(),
        cases.len(),
        lines.join("\n")
    );
}
