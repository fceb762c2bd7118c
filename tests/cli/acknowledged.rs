//! What counts as one group of divergences, and what an acknowledgement answers for.

use std::collections::BTreeSet;
use std::fs;

use cavra::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use cavra::change::approval::MEDIA_TYPE;
use cavra::change::signed::SignedDocument;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::people;
use super::support::{Run, cavra, cavra_with};

const BASELINE: &str = "cavra-ai-agent-baseline";
/// Agents at work, and how much they do.
const AGENTS: &str = "400";
const ACTIONS: &str = "20000";

/// A folder with the keys of a trust file: Ada may explain, Bo may only approve.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let roles = ["--role", "explain=ada", "--role", "approve=bo"];
        let rest = ["--group", "Owners=bo", "--role", "trust=ada"];
        people::trust(desk.0.path(), &["ada", "bo"], &[roles, rest].concat());
        desk
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn key(&self, name: &str) -> String {
        self.path(&format!("{name}.key"))
    }

    /// A candidate that is the baseline with these commands allowed.
    fn candidate(&self, id: &str, allowed: &[&str]) -> String {
        let folder = self.0.path().join(id);
        fs::create_dir(&folder).unwrap();
        let pack = json!({
            "metadata": {"id": id, "title": id, "description": id, "version": "1.0.0", "inherits": BASELINE},
            "commands": {"allow": allowed},
        });
        fs::write(folder.join("policy.yaml"), pack.to_string()).unwrap();
        folder.to_str().unwrap().to_owned()
    }

    /// The report of `actions`, into `report.json`.
    fn replay(&self, candidate: &str, actions: &str, more: &[&str]) -> Run {
        let trust = self.path("trust.json");
        let words = [
            "shadow",
            "replay",
            "--candidate",
            candidate,
            "--actions",
            "-",
            "--output",
            "json",
            "--trust",
            &trust,
        ];
        let run = cavra_with(&[&words[..], more].concat(), actions);
        if run.code == 0 {
            fs::write(self.path("report.json"), &run.stdout).unwrap();
        }
        run
    }

    /// An acknowledgement by `who`, into `NAME.dsse.json`.
    fn acknowledge(&self, who: &str, candidate: &str, line: &str, more: &[&str]) -> Run {
        let [report, key, trust] =
            ["report.json", &format!("{who}.key"), "trust.json"].map(|it| self.path(it));
        let out = self.answer(who);
        let words = [
            "lifecycle",
            "acknowledge",
            &report,
            "--candidate",
            candidate,
            "--replaces",
            BASELINE,
            "--line",
            line,
            "--reason",
            "developers may",
            "--signing-key",
            &key,
            "--trust",
            &trust,
            "--out",
            &out,
        ];
        cavra(&[&words[..], more].concat())
    }

    fn answer(&self, who: &str) -> String {
        self.path(&format!("{who}.dsse.json"))
    }
}

/// What 400 agents do, without the lines that `keep` refuses.
fn traffic(keep: impl Fn(&str) -> bool) -> String {
    let day = cavra(&["traffic", "--agents", AGENTS, "--actions", ACTIONS])
        .exits(0)
        .stdout;
    day.lines()
        .filter(|line| keep(line))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// One command, by an agent of that name.
fn command(agent: &str, line: &str) -> String {
    let action = json!({"action_type": "execute_command", "target": line, "agent_id": agent});
    format!("{action}\n")
}

fn loosened(report: &Value) -> Vec<&Value> {
    let groups = report["groups"].as_array().unwrap().iter();
    groups
        .filter(|it| it["key"]["change"] == "loosened")
        .collect()
}

fn subjects(report: &Value) -> Vec<&str> {
    let groups = loosened(report).into_iter();
    groups
        .map(|it| it["key"]["subject"].as_str().unwrap())
        .collect()
}

fn unexplained(report: &Value) -> u64 {
    let criteria = report["criteria"].as_array().unwrap();
    let found = criteria
        .iter()
        .find(|it| it["name"] == "unexplained_loosening");
    found.unwrap()["actual"].as_u64().unwrap()
}

#[test]
fn an_added_entry_is_one_group_whatever_the_number_of_agents() {
    let desk = Desk::new();
    let candidate = desk.candidate("next", &["cargo test*"]);
    let report = desk
        .replay(&candidate, &traffic(|_| true), &[])
        .exits(0)
        .json();
    let groups = loosened(&report);
    assert_eq!(subjects(&report), ["cargo test"]);
    let key = &groups[0]["key"];
    assert_eq!(key["candidate_pattern"], "cargo test*");
    assert_eq!(key["agent_id"], Value::Null);
    let agents = groups[0]["agents"].as_array().unwrap();
    assert_eq!(agents.len(), 16, "the first of them by name");
    let count = groups[0]["count"].as_u64().unwrap();
    let named: u64 = agents.iter().map(|it| it["count"].as_u64().unwrap()).sum();
    assert!(count > 50 && named < count, "{named} of {count}");
}

/// Lines of which another part would also be allowed by the entry belong to another group: who
/// answers for `cargo test` doesn't answer for what is done beside it.
#[test]
fn a_part_that_is_judged_otherwise_is_never_hidden_behind_another() {
    let desk = Desk::new();
    let candidate = desk.candidate("next", &["cargo *"]);
    let lines = [
        "cargo test",
        "cargo test && cargo publish",
        "cargo publish; cargo test",
        "terraform plan && cargo test",
        "true; cargo test",
    ];
    let actions: String = lines.iter().map(|line| command("a", line)).collect();
    let report = desk.replay(&candidate, &actions, &[]).exits(0).json();
    let found: BTreeSet<(&str, u64)> = loosened(&report)
        .into_iter()
        .map(|it| {
            (
                it["key"]["subject"].as_str().unwrap(),
                it["count"].as_u64().unwrap(),
            )
        })
        .collect();
    let wanted = BTreeSet::from([("cargo publish + cargo test", 2), ("cargo test", 3)]);
    assert_eq!(found, wanted);
}

#[test]
fn one_acknowledgement_answers_exactly_the_groups_that_were_seen() {
    let desk = Desk::new();
    let candidate = desk.candidate("next", &["cargo *"]);
    let seen = ["cargo test", "cargo check", "cargo build"];
    let others = |line: &str| line.contains("cargo ") && !seen.iter().any(|it| line.contains(it));
    let day = traffic(|line| !others(line));
    let report = desk.replay(&candidate, &day, &[]).exits(0).json();
    let found: BTreeSet<&str> = subjects(&report).into_iter().collect();
    assert_eq!(found, BTreeSet::from(seen));
    assert_eq!((loosened(&report).len(), unexplained(&report)), (3, 3));

    desk.acknowledge("ada", &candidate, "commands.allow[cargo *]", &[])
        .exits(0)
        .prints("acknowledged by ada: `commands.allow[cargo *]`, 3 groups")
        .prints("require_approval → allow  cargo check");
    let with = ["--acknowledgement", &desk.answer("ada")];
    let again = desk.replay(&candidate, &day, &with).exits(0).json();
    assert!(loosened(&again).iter().all(|it| it["explained"] == true));
    assert_eq!(unexplained(&again), 0);

    // What appears later has no answer.
    let later = day + &command("late", "cargo publish");
    let report = desk.replay(&candidate, &later, &with).exits(0).json();
    let open = loosened(&report)
        .into_iter()
        .filter(|it| it["explained"] == false);
    let open: Vec<&str> = open
        .map(|it| it["key"]["subject"].as_str().unwrap())
        .collect();
    assert_eq!((open, unexplained(&report)), (vec!["cargo publish"], 1));
}

#[test]
fn an_answer_for_one_entry_is_refused_for_another() {
    let desk = Desk::new();
    let candidate = desk.candidate("next", &["cargo test*", "cargo publish*"]);
    let day = command("a", "cargo test") + &command("b", "cargo publish");
    let report = desk.replay(&candidate, &day, &[]).exits(0).json();
    let id = |subject: &str| {
        let group = loosened(&report)
            .into_iter()
            .find(|it| it["key"]["subject"] == subject);
        group.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (test, publish) = (id("cargo test"), id("cargo publish"));
    let line = "commands.allow[cargo test*]";
    desk.acknowledge("ada", &candidate, line, &["--group", &publish])
        .exits(1)
        .complains("`commands.allow[cargo test*]` doesn't cause the group");
    desk.acknowledge("ada", &candidate, line, &[])
        .exits(0)
        .prints("1 group");
    let with = ["--acknowledgement", &desk.answer("ada")];
    let answered = desk.replay(&candidate, &day, &with).exits(0).json();
    assert_eq!(unexplained(&answered), 1);

    // Signed by hand, with the other group in it.
    let envelope: Value = serde_json::from_slice(&fs::read(desk.answer("ada")).unwrap()).unwrap();
    let envelope = Envelope::read(envelope.to_string().as_bytes()).unwrap();
    let payload = envelope.unverified(MEDIA_TYPE).unwrap();
    let answer = AcknowledgementStatement::read(&payload).unwrap().predicate;
    let mut groups = vec![test.parse().unwrap(), publish.parse().unwrap()];
    groups.sort();
    let forged = AcknowledgementStatement::of(Acknowledgement { groups, ..answer });
    let key = KeySource::File(desk.key("ada").into())
        .signing_key()
        .unwrap();
    let bytes = forged.to_signed_bytes().unwrap();
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).unwrap();
    fs::write(desk.answer("ada"), serde_json::to_vec(&envelope).unwrap()).unwrap();
    desk.replay(&candidate, &day, &with)
        .exits(1)
        .complains("doesn't answer for its groups")
        .complains("doesn't cause the group");
}

#[test]
fn who_may_not_explain_and_what_is_about_another_policy_is_refused() {
    let desk = Desk::new();
    let candidate = desk.candidate("next", &["cargo test*"]);
    let day = command("a", "cargo test");
    desk.replay(&candidate, &day, &[]).exits(0);
    let line = "commands.allow[cargo test*]";
    let missing = "commands.allow[cargo *]";
    desk.acknowledge("ada", &candidate, missing, &[])
        .exits(1)
        .complains("the semantic diff has no line about `commands.allow[cargo *]`");
    desk.acknowledge("bo", &candidate, line, &[]).exits(0);
    let with = ["--acknowledgement", &desk.answer("bo")];
    desk.replay(&candidate, &day, &with)
        .exits(1)
        .complains("`bo` does not have the role `explain`");

    desk.acknowledge("ada", &candidate, line, &[]).exits(0);
    let (answer, trust) = (desk.answer("ada"), desk.path("trust.json"));
    cavra(&[
        "verify",
        &answer,
        "--trust",
        &trust,
        "--expect",
        "acknowledgement",
    ])
    .exits(0)
    .prints("valid  acknowledgement")
    .prints("signed by   ada");
    cavra(&["verify", &answer, "--trust", &trust, "--expect", "approval"]).exits(2);
    let other = desk.candidate("other", &["cargo test*", "cargo check*"]);
    let with = ["--acknowledgement", answer.as_str()];
    desk.replay(&other, &day, &with)
        .exits(1)
        .complains("the acknowledgement is for the candidate");
    desk.acknowledge("ada", &other, line, &[])
        .exits(1)
        .complains("the effective digest of `--candidate`");
}
