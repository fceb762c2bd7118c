//! Every shipped pack compiles, and every case of its own and of the required six holds.

use crate::common;

use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::policy::cases::required_cases;

#[test]
fn every_case_of_every_shipped_pack_holds() {
    let library = common::library();
    let mut failures = Vec::new();
    let mut count = 0;
    for id in library.ids() {
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
            if decision.verdict() != want.decision || !rule || !severity || !group {
                failures.push(format!(
                    "{id} {}: `{}` want {want:?}, got {:?} by {deciding:?}",
                    case.case_id,
                    case.action.target(),
                    decision.verdict(),
                ));
            }
        }
    }
    assert!(count > 100, "only {count} cases ran");
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
