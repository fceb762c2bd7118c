//! What a policy must pass before it is put in force.
//!
//! It must decide its required cases as they expect, and lint must find no blocker. A policy that
//! was in force before is not held to lint: a new version of the binary may know blockers that the
//! one before didn't, and a service that doesn't come back after an upgrade protects nobody.

use std::fmt;
use std::sync::Arc;

use super::admission::{Admission, AdmissionError};
use super::{Ask, Authority};
use crate::causes::in_line;
use crate::decision::{DecisionDocument, PolicyIdentity};
use crate::engine::Policy;
use crate::library::Library;
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::cases::{Case, REQUIRED_CASE_IDS, dry_run_cases};
use crate::policy::effective::{EffectivePack, FindError};
use crate::policy::issue::Issue;
use crate::policy::lint::{LintReport, lint};
use crate::policy::origin::Origin;
use crate::policy::source::PackSource;
use crate::readiness::dry_run::mismatches;

/// The required cases that a policy fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pack `{pack_id}` fails {} of its {} required cases:{}", failed.len(), REQUIRED_CASE_IDS.len(), list(.failed))]
pub struct FailedCases {
    /// The pack.
    pub pack_id: String,
    /// At least one: the case, and what is wrong with the answer.
    pub failed: Vec<String>,
}

/// What lint finds about a pack that must not be put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("lint blocks pack `{pack_id}`:{}", list(.blockers))]
pub struct Blocked {
    /// The pack.
    pub pack_id: String,
    /// At least one.
    pub blockers: Vec<Issue>,
}

/// Why a pack is not put in force.
#[derive(Debug, thiserror::Error)]
pub enum NotInForce {
    /// It doesn't compile, or its Rego can't be evaluated.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    /// It fails required cases.
    #[error(transparent)]
    Cases(#[from] FailedCases),
    /// Lint blocks it.
    #[error(transparent)]
    Lint(#[from] Blocked),
}

/// Why a bundle gives no policy.
#[derive(Debug, thiserror::Error)]
pub enum BundleRefused {
    /// The bundle gives no pack.
    #[error("the bundle gives no policy")]
    Bundle(#[from] BundleError),
    /// It doesn't compile, or its Rego can't be evaluated.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
}

/// A policy that compiles, and what was found when it was checked.
#[derive(Clone)]
pub struct Checked {
    policy: Arc<Policy>,
    failed: Option<FailedCases>,
    blocked: Option<Blocked>,
}

/// A policy that may be put in force.
#[derive(Clone)]
pub struct Passed {
    /// The policy.
    pub policy: Arc<Policy>,
    /// What is wrong with it all the same, for logs and health.
    pub problem: Option<String>,
}

impl Checked {
    /// Which policy was checked.
    #[must_use]
    pub fn identity(&self) -> &PolicyIdentity {
        self.policy.identity()
    }

    /// The policy, whatever was found, and all that was found, one line each.
    #[must_use]
    pub fn whatever(self) -> (Arc<Policy>, Vec<String>) {
        let failed = self.failed.into_iter().flat_map(|found| found.failed);
        let blocked = self.blocked.into_iter().flat_map(|found| found.blockers);
        let blocked = blocked.map(|issue| format!("lint: {issue}"));
        (self.policy, failed.chain(blocked).collect())
    }

    /// Lets the policy pass if nothing was found that keeps it from being put in force.
    /// `was_in_force` says whether it was before.
    ///
    /// # Errors
    /// If it fails required cases that are not allowed to fail, or lint blocks it and it was
    /// not in force before.
    pub fn pass(self, admission: &Admission, was_in_force: bool) -> Result<Passed, NotInForce> {
        let mut problems = Vec::new();
        if let Some(failed) = self.failed {
            if !admission.allows_failed_cases() {
                return Err(failed.into());
            }
            problems.push(format!("{failed}\n`--allow-failed-cases` let it in force"));
        }
        if let Some(blocked) = self.blocked {
            if !was_in_force {
                return Err(blocked.into());
            }
            problems.push(format!("{blocked}\nit was in force before, so it stays"));
        }
        Ok(Passed {
            policy: self.policy,
            problem: (!problems.is_empty()).then(|| problems.join("\n")),
        })
    }
}

/// Whether two policies are the same pack, whatever binary compiled it: the digests that cover
/// base rules and facts change with each version of it.
#[must_use]
pub fn is_same_pack(one: &PolicyIdentity, two: &PolicyIdentity) -> bool {
    one.id == two.id && one.policy_digest == two.policy_digest
}

impl Admission {
    /// Compiles a pack and checks it: its required cases, and what lint says. The parents of
    /// `source` are looked up in `library`; `pack` is the two joined.
    ///
    /// # Errors
    /// If it does not compile, or its Rego is refused.
    pub fn check(
        &self,
        library: &Library,
        source: &PackSource,
        pack: EffectivePack,
    ) -> Result<Checked, AdmissionError> {
        self.checked(lint(source, &mut |id| library.source(id)), pack)
    }

    fn checked(&self, report: LintReport, pack: EffectivePack) -> Result<Checked, AdmissionError> {
        let blockers: Vec<Issue> = report
            .issues
            .into_iter()
            .filter(Issue::is_blocker)
            .collect();
        let pack_id = pack.id().to_owned();
        let policy = self.admit(pack)?;
        Ok(Checked {
            failed: required_cases(&policy).err(),
            blocked: (!blockers.is_empty()).then_some(Blocked { pack_id, blockers }),
            policy,
        })
    }

    /// Compiles the pack of a bundle from the bundle alone, and checks it as [`Self::check`] does.
    ///
    /// # Errors
    /// If the bundle gives no pack, or the pack does not compile, or its Rego is refused.
    pub fn check_bundle(&self, bundle: &Bundle) -> Result<Checked, BundleRefused> {
        let mut pack = bundle.effective()?;
        pack.origin = Origin::Store;
        let own = bundle.source(&bundle.pack_id)?;
        let own = own.ok_or_else(|| BundleError::NoOwnPack(bundle.pack_id.clone()))?;
        let report = lint(&own, &mut |id| match bundle.source(id) {
            Ok(Some(source)) => Ok(source),
            Ok(None) => Err(FindError::NotFound),
            Err(error) => Err(FindError::Unreadable(in_line(&error))),
        });
        Ok(self.checked(report, pack)?)
    }

    /// Checks a compiled policy by its required cases alone. What it fails and is allowed to
    /// fail is the answer.
    ///
    /// # Errors
    /// If it fails any that it is not allowed to fail.
    pub fn check_cases(&self, policy: &Arc<Policy>) -> Result<Option<FailedCases>, FailedCases> {
        match required_cases(policy) {
            Ok(()) => Ok(None),
            Err(failed) if self.allows_failed_cases() => Ok(Some(failed)),
            Err(failed) => Err(failed),
        }
    }
}

/// Decides the required cases, each as strict as the pack wants it. Takes microseconds without
/// a pack's own Rego.
///
/// # Errors
/// With every case whose answer is not what it expects. Of a pack in audit mode, the verdict
/// that its rules come to is compared.
pub fn required_cases(policy: &Arc<Policy>) -> Result<(), FailedCases> {
    let authority = Authority::new(Arc::clone(policy), None);
    let cases = dry_run_cases(&policy.pack().cases).into_iter();
    let required = cases.filter(|case| REQUIRED_CASE_IDS.contains(&case.case_id.as_str()));
    let failed: Vec<String> = required
        .filter_map(|case| failure(&authority, policy, case))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let pack_id = policy.identity().id.to_string();
    Err(FailedCases { pack_id, failed })
}

fn failure(authority: &Authority, policy: &Policy, case: Case) -> Option<String> {
    let Case {
        case_id,
        action,
        expect,
        ..
    } = case;
    let decision = match authority.decide(Arc::new(action), Ask::default()) {
        Ok(answer) => DecisionDocument::from(&answer.decision),
        Err(error) => return Some(format!("`{case_id}`: {}", in_line(&error))),
    };
    let found = mismatches(&expect, &decision, policy.identity().effective_digest);
    let found: Vec<String> = found
        .iter()
        .map(|it| match it.actual.as_str() {
            "" => format!("`{}` is not given, `{}` is expected", it.field, it.expected),
            actual => format!("`{}` is `{actual}`, not `{}`", it.field, it.expected),
        })
        .collect();
    (!found.is_empty()).then(|| format!("`{case_id}`: {}", found.join("; ")))
}

fn list<T: fmt::Display>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
