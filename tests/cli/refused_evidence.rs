//! Refusals of promotions whose approvals or evidence were good once, or for something else.

use std::fs;

use cavra::change::request::ChangeRequest;
use serde_json::{Value, json};

use super::desk::{Desk, reported, resigned, verdicts};
use super::people;
use super::support::cavra;

const PACKS: [&str; 2] = ["next", "mine"];

/// Two approved requests for one change. The other one isn't used, and doesn't count after the
/// change was made and undone.
#[test]
fn an_approval_from_before_a_change_and_its_return_does_not_count_again() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let until = ["--rollback-until", "2098-01-01"];
    let [used, unused] = ["used", "unused"].map(|name| {
        let request = desk.request(name, PACKS, &until);
        let bo = desk.sign("bo", &request, PACKS);
        [request, bo]
    });
    let before = desk.activation_index();
    desk.promote(&[&used[0], &used[1]]).exits(0);
    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    let now = desk.activation_index();
    desk.promote(&[&unused[0], &unused[1]])
        .exits(1)
        .complains(&format!("of record {before}, but"))
        .complains(&format!("of record {now} is in force"));
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn evidence_under_other_criteria_and_old_evidence_do_not_count() {
    type Change = fn(&mut ChangeRequest);
    let changes: [(Change, &str); 2] = [
        (
            |it| it.criteria.thresholds.min_samples_per_required_class = 1,
            "the report is judged by other criteria",
        ),
        (
            |it| it.criteria.max_evidence_age_hours = Some(0),
            "more than 0 hours before",
        ),
    ];
    let (desk, mut service, [request, _, report]) = reported();
    for (change, why) in changes {
        let changed = resigned(&desk, &request, "ada", change);
        let bo = desk.sign("bo", &changed, ["loose", "mine"]);
        desk.promote(&[&changed, &bo, "--report", &report])
            .exits(1)
            .complains(why);
    }
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// Gives a person one more key in the trust file, or another one instead.
fn new_key(desk: &Desk, who: &str, name: &str, instead: bool) {
    let key = json!(people::key(desk.0.path(), name));
    people::edit_trust(desk.0.path(), |file| {
        let mut people = file["people"].as_array_mut().unwrap().iter_mut();
        let person = people.find(|it| it["id"] == who).unwrap();
        match instead {
            true => person["keys"] = json!([key]),
            false => person["keys"].as_array_mut().unwrap().push(key),
        }
    });
}

#[test]
fn a_second_key_of_one_person_is_no_second_person() {
    let desk = Desk::new();
    new_key(&desk, "bo", "bo2", false);
    let mut service = desk.start();
    desk.propose("next");
    let request = desk.request("request", PACKS, &["--approvals", "2"]);
    let [first, second] = ["bo", "bo2"].map(|key| desk.sign(key, &request, PACKS));
    desk.promote(&[&request, &first, &second])
        .exits(1)
        .complains("1 more must approve the request")
        .complains("has approved already, and a person counts once");
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn the_key_of_an_older_trust_file_approves_nothing() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let request = desk.request("request", PACKS, &[]);
    let bo = desk.sign("bo", &request, PACKS);
    assert_eq!(service.stop("-TERM"), Some(0));
    let (trust, signed) = (desk.path("trust.json"), desk.path("trust-2.dsse.json"));
    new_key(&desk, "bo", "bo2", true);
    let text = fs::read_to_string(&trust).unwrap();
    let mut file: Value = serde_json::from_str(&text).unwrap();
    file["version"] = 2.into();
    fs::write(&trust, file.to_string()).unwrap();
    let key = desk.path("ada.key");
    let sign = ["trust", "sign", &trust, "--signing-key", &key];
    cavra(&[&sign[..], &["--out", &signed]].concat()).exits(0);
    fs::copy(&signed, &trust).unwrap();
    let mut service = desk.start();
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("is not signed by any key of the trust file");
    assert_eq!(verdicts(&service), ["block", "allow"]);
    let newer = desk.sign("bo2", &request, PACKS);
    desk.promote(&[&request, &newer]).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
}
