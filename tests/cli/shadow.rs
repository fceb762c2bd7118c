use std::fs;

use serde_json::Value;

use super::support::{Run, cavra, cavra_with, command, run};

const ACTIONS: &str = "tests/data/shadow/planted.jsonl";
const PLANTED: &str = "tests/data/shadow/planted";

fn replay(args: &[&str]) -> Run {
    let all = [
        "shadow",
        "replay",
        "--candidate",
        PLANTED,
        "--actions",
        ACTIONS,
    ];
    cavra(&[&all[..], args].concat())
}

#[test]
fn planted_changes_are_reported_in_every_form() {
    let report = replay(&["--output", "json"]).exits(0).json();
    let counts = &report["counts"];
    for (class, count) in [
        ("loosened", 4),
        ("candidate_error", 3),
        ("tightened", 2),
        ("reason_changed", 7),
        ("same", 29),
    ] {
        assert_eq!(counts[class], count, "{class}");
    }
    assert_eq!(report["schema_version"], "cavra.shadow.report.v1");
    assert_eq!(report["status"], "not_ready");
    assert_eq!(report["groups"][0]["key"]["change"], "loosened");
    // The dry run is the candidate's own: its push rule fails a required case.
    let criteria = report["criteria"].as_array().unwrap();
    let dry_run = criteria.iter().find(|it| it["name"] == "dry_run_failures");
    assert_eq!(dry_run.unwrap()["met"], false);

    replay(&[])
        .exits(0)
        .prints("NOT READY  4 of 45 decisions would be laxer")
        .prints("infra/prodcution/**")
        .prints("push origin/main")
        .prints("nobody has explained 2 of the groups");
    let junit = replay(&["--output", "junit"]).exits(0);
    assert!(junit.stdout.starts_with("<?xml version=\"1.0\""));
    let junit = junit
        .prints("<testsuite name=\"comparison\" tests=\"5\" failures=\"2\">")
        .prints("<testsuite name=\"promotion-criteria\" tests=\"9\" failures=\"5\">")
        .prints("<failure type=\"loosened\"");
    for class in [
        "loosened",
        "candidate_error",
        "tightened",
        "reason_changed",
        "same",
    ] {
        let case = format!("<testcase classname=\"cavra.shadow.comparison\" name=\"{class}\">");
        assert_eq!(junit.stdout.matches(&case).count(), 1, "{class}");
    }
}

#[test]
fn the_html_needs_no_network_and_leads_with_what_is_laxer() {
    let html = replay(&["--output", "html"]).exits(0).stdout;
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("default-src 'none'"));
    for foreign in ["<script", "http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("no `{text}`"));
    assert!(place("4 of 45 decisions would be laxer") < place("Promotion criteria"));
    assert!(place("What agents could do") < place("Everything else"));
    assert!(html.contains("<svg"));
}

#[test]
fn text_from_outside_is_escaped_in_every_form() {
    let line = |agent: &str, target: &str| {
        let document = serde_json::json!({
            "action_type": "git_operation", "requested_operation": "push",
            "target": target, "agent_id": agent,
        });
        format!("{document}\n")
    };
    let actions = line(
        "<script>alert(1)</script>&\"'\u{202e}\u{1b}[31m",
        "origin/main",
    );
    let replay = |format: &str| {
        let args = ["shadow", "replay", "--candidate", PLANTED, "--actions", "-"];
        cavra_with(
            &[&args[..], &["--output", format]].concat(),
            actions.as_str(),
        )
        .exits(0)
    };
    for format in ["html", "junit", "table"] {
        let text = replay(format).stdout;
        assert!(
            !text.contains('\u{202e}') && !text.contains('\u{1b}'),
            "{format}"
        );
        assert!(format == "table" || !text.contains("<script>"), "{format}");
        assert!(text.contains("alert(1)"), "{format}");
    }
    let agent = &replay("json").json()["groups"][0]["agents"][0]["agent_id"];
    assert!(agent.as_str().unwrap().starts_with("<script>"));
}

#[test]
fn the_report_is_the_same_whatever_the_number_of_workers() {
    // More than one chunk, with lines that can't be judged among them.
    let day = fs::read_to_string(ACTIONS).unwrap();
    let actions = [day.repeat(60), "{\"no\": 1}\n".to_owned(), day.repeat(60)].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("actions.jsonl");
    fs::write(&path, actions).unwrap();
    let report = |workers: &str| {
        let file = folder.path().join(format!("report-{workers}.json"));
        let args = [
            "shadow",
            "replay",
            "--candidate",
            PLANTED,
            "--output",
            "json",
        ];
        run(command()
            .args(args)
            .args(["--workers", workers, "--actions"])
            .arg(&path)
            .arg("--out")
            .arg(&file))
        .exits(1)
        .complains("line 2701: ")
        .complains("1 of 5401 lines hold no action");
        fs::read(file).unwrap()
    };
    let one = report("1");
    for workers in ["2", "7"] {
        assert!(report(workers) == one, "{workers} workers");
    }
    let report: Value = serde_json::from_slice(&one).unwrap();
    let of = &report["denominators"];
    assert_eq!(of["seen"], 5401);
    assert_eq!(of["compared"], 5400);
    assert_eq!(of["not_replayable"], 1);
    assert_eq!(report["counts"]["loosened"], 480);
    assert_eq!(report["source"]["last_position"], 5401);
    assert_eq!(report["source"]["name"], "actions.jsonl");
}

#[test]
fn exit_codes_and_misuse() {
    replay(&["--check"]).exits(2);
    replay(&["--workers", "0"]).exits(1);
    replay(&["--examples", "21"]).exits(1);
    cavra(&["shadow", "replay", "--candidate", PLANTED]).exits(1);
    let missing = [
        "shadow",
        "replay",
        "--candidate",
        PLANTED,
        "--actions",
        "no/such",
    ];
    cavra(&missing)
        .exits(1)
        .complains("`no/such` can't be read");
    let nobody = [
        "shadow",
        "replay",
        "--candidate",
        "nobody",
        "--actions",
        ACTIONS,
    ];
    cavra(&nobody)
        .exits(1)
        .complains("no policy pack or file `nobody`")
        .complains("named by the path of its folder");
    let empty = ["shadow", "replay", "--candidate", PLANTED, "--actions", "-"];
    cavra(&empty)
        .exits(1)
        .complains("standard input holds no action");
    cavra(&["policy", "list", "--output", "html"])
        .exits(1)
        .complains("prints a table or JSON only");
}

#[test]
fn a_candidate_that_is_the_active_policy_changes_nothing() {
    let args = [
        "--candidate",
        "cavra-ai-agent-baseline",
        "--actions",
        ACTIONS,
    ];
    let run = cavra(&[&["shadow", "replay", "--output", "json"][..], &args].concat()).exits(0);
    let report = run.json();
    assert_eq!(report["counts"]["same"], 45);
    assert_eq!(report["groups"].as_array().unwrap().len(), 0);
    assert_eq!(report["bounds"]["loosened"]["method"], "rule_of_three");
    assert_eq!(
        report["never_exercised"]["new_candidate_rules"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn thresholds_can_be_set() {
    let met = |args: &[&str], name: &str| {
        let report = replay(&[args, &["--output", "json"]].concat()).json();
        let criteria = report["criteria"].as_array().unwrap();
        let found = criteria.iter().find(|it| it["name"] == name).unwrap();
        found["met"].as_bool().unwrap()
    };
    assert!(!met(&[], "required_class_samples"));
    assert!(met(&["--min-samples", "2"], "required_class_samples"));
    assert!(met(
        &["--max-candidate-errors", "70000"],
        "candidate_error_rate"
    ));
    assert!(met(&["--min-observation-hours", "0"], "observation_hours"));
}

#[test]
fn a_saved_report_is_shown_in_every_form_and_an_edited_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let file = path.to_str().unwrap();
    replay(&["--output", "json", "--out", file]).exits(0);
    for format in ["table", "json", "junit", "html"] {
        let saved = cavra(&["shadow", "report", file, "--output", format]).exits(0);
        let made = replay(&["--output", format]).exits(0);
        assert_eq!(saved.stdout, made.stdout, "{format}");
    }
    cavra(&["shadow", "report", file, "--check"]).exits(2);
    let text = fs::read_to_string(&path).unwrap();
    for (from, to, problem) in [
        ("\"loosened\": 4", "\"loosened\": 3", "contradicts itself"),
        ("\"not_ready\"", "\"ready\"", "`status` doesn't follow"),
        ("\"counts\"", "\"accounts\"", "is not a shadow report"),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        cavra(&["shadow", "report", file])
            .exits(1)
            .complains(problem);
    }
}
