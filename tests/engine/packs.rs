//! Every shipped pack compiles, and every case of its own and of the required six holds.

use crate::common;

use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::library::Library;
use cavra::policy::cases::required_cases;

#[test]
fn every_case_of_every_shipped_pack_holds() {
    let library = common::library();
    let ids: Vec<&str> = library.ids().collect();
    let count = run_cases(&library, &ids);
    assert!(count > 100, "only {count} cases ran");
}

/// Packs whose cases say who must approve.
#[test]
fn every_case_about_approvers_holds() {
    let folders = ["tests/data/approvers", "policy-packs"].map(common::repository);
    let library = Library::open(&folders).unwrap();
    let count = run_cases(&library, &["approvers-base", "approvers-child"]);
    assert!(count >= 18, "only {count} cases ran");
}

/// How many cases ran.
fn run_cases(library: &Library, ids: &[&str]) -> usize {
    let mut failures = Vec::new();
    let mut count = 0;
    for id in ids {
        let pack = library
            .effective(id)
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let cases = pack.cases.clone();
        let policy = Policy::compile(pack).unwrap_or_else(|error| panic!("{error}"));
        let authority = Authority::new(Arc::new(policy), None);
        let own: Vec<&str> = cases.iter().map(|case| case.case_id.as_str()).collect();
        let required = required_cases();
        let required = required
            .iter()
            .filter(|case| !own.contains(&case.case_id.as_str()));
        for case in cases.iter().chain(required) {
            count += 1;
            let answer = authority
                .decide(Arc::new(case.action.clone()), Ask::default())
                .unwrap_or_else(|error| panic!("{id} {}: {error}", case.case_id));
            let decision = answer.decision;
            let deciding = decision.judgement.deciding().unwrap();
            let want = &case.expect;
            let rule = want
                .rule_id
                .as_deref()
                .is_none_or(|rule| rule == &*deciding.rule_id);
            let severity = want
                .severity
                .is_none_or(|severity| severity == deciding.severity);
            let group = want.approver_group.as_deref();
            let group = group.is_none_or(|g| deciding.approver_groups.iter().any(|a| &**a == g));
            let needs = want.takes_requirements(&decision.judgement.approval_requirements);
            if decision.verdict() != want.decision || !rule || !severity || !group || !needs {
                failures.push(format!(
                    "{id} {}: `{}` want {want:?}, got {:?} by {deciding:?}, {:?}",
                    case.case_id,
                    case.action.target(),
                    decision.verdict(),
                    decision.judgement.approval_requirements,
                ));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    count
}
