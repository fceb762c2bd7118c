//! How far each candidate and each request has come, and the next command.

use serde_json::{Value, json};

use super::desk::{Desk, quick, reads, resigned};
use super::support::{Run, cavra};

const PACKS: [&str; 2] = ["next", "mine"];

fn status(desk: &Desk) -> Value {
    desk.lifecycle(&["status"]).exits(0).json()
}

/// The state of the only candidate, and the beginning of its next command.
fn candidate(desk: &Desk) -> (String, Option<String>) {
    let status = status(desk);
    let candidates = status["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 1, "{status}");
    stands(&candidates[0])
}

/// The state of the newest request, and the beginning of its next command.
fn request(desk: &Desk) -> (String, Option<String>) {
    stands(&status(desk)["requests"][0])
}

fn stands(it: &Value) -> (String, Option<String>) {
    let next = it["next"].as_str();
    let next = next.map(|it| it.split(" --").next().unwrap().to_owned());
    (it["state"].as_str().unwrap().to_owned(), next)
}

fn at(state: &str, next: &str) -> (String, Option<String>) {
    (state.to_owned(), Some(next.to_owned()))
}

fn shadow(desk: &Desk, args: &[&str]) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let more = ["--endpoint", &endpoint, "--timeout", "60s"];
    cavra(&[&["shadow"][..], args, &more].concat()).exits(0)
}

#[test]
fn a_candidate_goes_from_proposed_to_requested() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("loose")).unwrap();
    for (folder, text) in [("mine", quick("'one.txt'")), ("loose", quick(""))] {
        std::fs::write(desk.path(&format!("{folder}/policy.yaml")), text).unwrap();
    }
    let mut service = desk.start();
    assert_eq!(status(&desk)["candidates"], json!([]));
    desk.propose("loose");
    assert_eq!(candidate(&desk), at("proposed", "cavra shadow start"));
    shadow(&desk, &["start", "--candidate", &desk.path("loose")]);
    let on = status(&desk);
    let run = on["candidates"][0]["run_id"].as_str().unwrap();
    let stop = format!("cavra shadow stop {run}");
    assert_eq!(candidate(&desk), at("shadowing", &stop));
    reads(&service, "two.txt");
    shadow(&desk, &["stop"]);
    assert_eq!(
        candidate(&desk),
        at("evidence_ready", "cavra shadow report")
    );
    let next = status(&desk)["candidates"][0]["next"].clone();
    let next = next.as_str().unwrap();
    assert!(next.contains("--evidence shadow_report=REPORT"), "{next}");
    assert!(next.contains("--activation-index 0 "), "{next}");
    let asked = desk.request("request", ["loose", "mine"], &[]);
    desk.lifecycle(&["submit", &asked]).exits(0);
    assert_eq!(candidate(&desk), ("requested".to_owned(), None));
    assert_eq!(
        request(&desk),
        at("requested", "cavra lifecycle sign REQUEST.dsse.json")
    );
    let table = desk.words(&["status"]);
    let table: Vec<&str> = table.iter().map(String::as_str).collect();
    let table = cavra(&[&table[..table.len() - 1], &["table"]].concat());
    table
        .exits(0)
        .prints("state      approved 0 of 1; nobody of Repository Owners")
        .prints("policy     mine")
        .prints("nothing needs attention");
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn a_request_says_whether_it_can_be_used() {
    let desk = Desk::new();
    desk.pack("third", &["one.txt", "three.txt"]);
    let mut service = desk.start();
    desk.propose("next");
    // It only tightens, so nothing needs to be compared.
    assert_eq!(
        candidate(&desk),
        at("evidence_ready", "cavra lifecycle request")
    );
    let submit = |path: &str| {
        desk.lifecycle(&["submit", path]).exits(0);
    };
    let first = desk.request("first", PACKS, &["--approvals", "2"]);
    submit(&first);
    submit(&desk.sign("bo", &first, PACKS));
    let sign = "cavra lifecycle sign REQUEST.dsse.json";
    assert_eq!(request(&desk), at("requested", sign));
    assert_eq!(status(&desk)["requests"][0]["approved_by"], json!(["bo"]));
    submit(&desk.sign("cy", &first, PACKS));
    let promote = "cavra lifecycle promote REQUEST.dsse.json";
    assert_eq!(request(&desk), at("approved", promote));

    let ask = "cavra lifecycle request";
    let second = desk.request("second", PACKS, &[]);
    submit(&second);
    let no = desk.answer("reject", "cy", &second, PACKS);
    submit(&no.unwrap_or_else(|run| panic!("{}", run.stderr)));
    assert_eq!(request(&desk), at("rejected", ask));
    assert_eq!(status(&desk)["requests"][0]["rejected_by"], json!(["cy"]));

    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(8);
    let late = desk.request("late", PACKS, &["--expires", &soon.to_string()]);
    submit(&late);
    assert_eq!(request(&desk), at("requested", sign));
    let left = soon.duration_since(jiff::Timestamp::now());
    std::thread::sleep(left.try_into().unwrap_or_default());
    assert_eq!(request(&desk), at("expired", ask));

    let unwanted = desk.request("unwanted", PACKS, &[]);
    submit(&unwanted);
    let [ada, trust, out] =
        ["ada.key", "trust.json", "withdrawal.dsse.json"].map(|name| desk.path(name));
    let withdraw = ["lifecycle", "withdraw", "--request", &unwanted];
    let signed = ["--reason", "no", "--signing-key", &ada, "--out", &out];
    cavra(&[&withdraw[..], &signed, &["--trust", &trust]].concat()).exits(0);
    submit(&out);
    assert_eq!(request(&desk), at("withdrawn", ask));

    // A bundle that nobody has proposed.
    let unknown = desk.request("unknown", ["third", "mine"], &[]);
    submit(&unknown);
    let (state, _) = request(&desk);
    assert_eq!(state, "refused");
    let why = status(&desk)["requests"][0]["why"].clone();
    assert!(why.as_str().unwrap().contains("the store has no bundle"));

    // The newest first; what is used is not listed, and what it overtook is.
    let all = status(&desk)["requests"].clone();
    assert_eq!(all.as_array().unwrap().len(), 5);
    desk.promote(&[&first]).exits(0);
    let overtaken = status(&desk)["requests"].clone();
    let overtaken = overtaken.as_array().unwrap();
    let states: Vec<&str> = overtaken
        .iter()
        .map(|it| it["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["overtaken", "withdrawn", "overtaken", "overtaken"]);
    assert_eq!(status(&desk)["open_requests"], json!([]));

    // A return.
    let back = ["mine", "next"];
    let wanted = desk.request("back", back, &["--rollback"]);
    submit(&wanted);
    submit(&desk.sign("bo", &wanted, back));
    let bundle = &status(&desk)["requests"][0]["bundle_digest"];
    let bundle = bundle.as_str().unwrap().to_owned();
    let next = status(&desk)["requests"][0]["next"].clone();
    let words = format!("cavra lifecycle rollback --bundle {bundle} --request REQUEST.dsse.json");
    assert!(next.as_str().unwrap().starts_with(&words), "{next}");

    // Survives a restart, and another engine's request is refused by name.
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(request(&desk).0, "approved");
    let foreign = resigned(&desk, &wanted, "ada", |request| {
        request.engine.cavra_version = "0.0.1".to_owned();
    });
    desk.lifecycle(&["submit", &foreign])
        .exits(1)
        .complains("another engine");
    assert_eq!(service.stop("-TERM"), Some(0));
}
