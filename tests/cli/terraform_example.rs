//! The Terraform example, with the real `terraform`.

use serde_json::Value;

use super::needs;
use super::support::run;

fn plan_of(decision: &Value) -> &str {
    let refs = decision["evidence_refs"].as_array().unwrap();
    let plans: Vec<&str> = refs
        .iter()
        .filter_map(|it| it.as_str()?.strip_prefix("terraform-plan:sha256:"))
        .collect();
    assert_eq!(plans.len(), 1, "{decision}");
    plans[0]
}

#[test]
fn replace_and_delete_are_told_from_create_and_an_approval_names_one_plan() {
    if !needs::program("terraform") {
        return;
    }
    let mut script = assert_cmd::Command::new("examples/terraform/decide");
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    script.env_remove("CAVRA_PACKS");
    let decisions = run(&mut script).exits(0).json_lines();
    let verdicts: Vec<&str> = decisions
        .iter()
        .map(|it| it["decision"].as_str().unwrap())
        .collect();
    let approval = "require_approval";
    assert_eq!(verdicts, ["allow", approval, approval, approval, approval]);
    for decision in &decisions[1..] {
        assert_eq!(decision["rule_id"], "example.plan.stateful_change");
        assert_eq!(decision["approver_group"], "Data Owners");
    }
    let plans: Vec<&str> = decisions.iter().map(plan_of).collect();
    let [created, replaced, deleted, other, again] = plans.as_slice() else {
        panic!("{plans:?}");
    };
    let different = std::collections::BTreeSet::from([created, replaced, deleted, other]);
    assert_eq!(different.len(), 4, "{plans:?}");
    assert_eq!(other, again, "one saved plan, two fingerprints");
    assert_eq!(as_shown(&rows(&decisions)), as_shown(&documented()));
}

/// What the command in the example's `README.md` prints of each decision.
fn rows(decisions: &[Value]) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |it: &Value| [&it["decision"], &it["rule_id"], &it["evidence_refs"][0]].map(text);
    decisions.iter().map(row).collect()
}

/// The rows that the `README.md` shows.
fn documented() -> Vec<[String; 3]> {
    let lines = include_str!("../../examples/terraform/README.md").lines();
    let rows = lines.filter_map(|line| {
        let cells = line.split('\t').map(str::to_owned);
        cells.collect::<Vec<_>>().try_into().ok()
    });
    rows.collect()
}

/// Rows with the number of the first row that has the same fingerprint in place of the fingerprint,
/// which is another one in each run.
fn as_shown(rows: &[[String; 3]]) -> Vec<(&str, &str, usize)> {
    let first = |plan: &String| rows.iter().position(|[.., other]| other == plan).unwrap();
    let rows = rows.iter();
    rows.map(|[decision, rule, plan]| (decision.as_str(), rule.as_str(), first(plan)))
        .collect()
}
