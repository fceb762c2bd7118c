//! Dry runs.

use super::convert::count;
use crate::decision::PolicyIdentity;
use crate::grpc::wire;
use crate::readiness::dry_run::{CaseResult, DryRunReport, Mismatch};

/// A report, and the document that it is.
impl From<(DryRunReport, String, &PolicyIdentity)> for wire::DryRunResponse {
    fn from((report, report_json, policy): (DryRunReport, String, &PolicyIdentity)) -> Self {
        let DryRunReport {
            schema_version: _,
            reference: _,
            policy_pack: _,
            policy_digest: _,
            effective_digest: _,
            case_count,
            passed_count,
            failed_count,
            required_cases_present,
            passed,
            results,
        } = report;
        Self {
            policy: Some(policy.into()),
            case_count: count(case_count),
            passed_count: count(passed_count),
            failed_count: count(failed_count),
            required_cases_present,
            passed,
            results: results.into_iter().map(Into::into).collect(),
            report_json,
        }
    }
}

impl From<CaseResult> for wire::CaseResult {
    fn from(result: CaseResult) -> Self {
        // The rest is in the document.
        let CaseResult {
            case_id,
            note: _,
            required,
            input: _,
            expected_decision,
            expected: _,
            decision,
            error,
            passed,
            mismatches,
        } = result;
        let verdict = decision.as_ref().map(|decision| decision.decision);
        Self {
            case_id,
            required,
            passed,
            expected: wire::Verdict::from(expected_decision).into(),
            decision: verdict
                .map_or(wire::Verdict::Unspecified, Into::into)
                .into(),
            rule_id: decision
                .map(|decision| decision.rule_id)
                .unwrap_or_default(),
            error,
            mismatches: mismatches.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Mismatch> for wire::Mismatch {
    fn from(mismatch: Mismatch) -> Self {
        let Mismatch {
            field,
            expected,
            actual,
        } = mismatch;
        Self {
            field,
            expected,
            actual,
        }
    }
}
