//! A pack with Rego is tried out apart: one that takes its process down is refused, and this
//! process goes on.

use crate::common;
use crate::common::admission;

use std::path::PathBuf;

use cavra::authority::admission::{Admission, AdmissionError};

const PACK: &str = "metadata: {id: own, title: Own, description: d, version: 1.0.0, inherits: cavra-ai-agent-baseline}\n";

fn module(body: &str) -> String {
    format!("package cavra.pack.own\n\nimport rego.v1\n\n{body}\n")
}

#[test]
fn shipped_packs_are_admitted() {
    let library = common::library();
    for id in library.ids() {
        let pack = library.effective(id).unwrap();
        if let Err(error) = admission().admit(pack) {
            panic!("{id}: {error}");
        }
    }
}

#[test]
fn rules_that_cannot_be_evaluated_are_refused_with_the_case() {
    let rules = module(
        r#"findings contains {"rule": "own.rule", "decision": "block", "severity": "high", "reason": "r"} if {
	input.action.action_type == "read_file"
	1 / 0 > 1
}"#,
    );
    let Err(error) = admission().admit(common::inline(PACK, &[&rules])) else {
        panic!("admitted");
    };
    assert!(matches!(error, AdmissionError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("`own` on `.env`"), "{error}");
}

#[test]
fn rules_that_take_their_process_down_leave_this_one_standing() {
    // Deep nesting in one expression: the parser recurses for each bracket.
    let brackets = 100_000;
    let lines: String = (0..brackets / 500)
        .map(|_| format!("{}\n", "[".repeat(500)))
        .collect();
    let rules = module(&format!("findings contains x if {{ x := {lines} }}"));
    let Err(error) = admission().admit(common::inline(PACK, &[&rules])) else {
        panic!("admitted");
    };
    let text = error.to_string();
    assert!(
        text.contains("not admitted") || text.contains("does not compile"),
        "{text}"
    );
}

#[test]
fn without_the_binary_nothing_with_rego_is_admitted() {
    let admission = Admission::by(PathBuf::from("/nowhere/cavra"));
    let rules = module(
        r#"findings contains {"rule": "own.rule", "decision": "allow", "severity": "low", "reason": "r"}"#,
    );
    let error = admission.admit(common::inline(PACK, &[&rules])).err();
    assert!(
        matches!(error, Some(AdmissionError::Unavailable { .. })),
        "{error:?}"
    );
    assert!(
        admission.admit(common::inline(PACK, &[])).is_ok(),
        "a pack without Rego needs no child"
    );
}
