//! Whether the packet holds the policies that it is about, whole.

use super::Subject;
use super::checks::Checks;
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::effective::EffectivePack;
use crate::policy::source::{PackSource, SourceFile};
use crate::readiness::given_pack::GivenPack;
use crate::readiness::packet::Bundles;

/// The check of the candidate.
const CANDIDATE: &str = "bundles";
/// The check of the replaced policy.
const REPLACED: &str = "bundles_replaced";

/// The policies of a packet's bundles, joined with their ancestors from the bundles alone.
pub(super) struct Joined {
    pub(super) candidate: Result<EffectivePack, BundleError>,
    /// None if nothing is replaced.
    pub(super) replaced: Option<Result<EffectivePack, BundleError>>,
}

impl Joined {
    pub(super) fn of(bundles: &Bundles) -> Self {
        Self {
            candidate: bundles.candidate.effective(),
            replaced: bundles.replaced.as_ref().map(Bundle::effective),
        }
    }
}

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    let (Some(bundles), Some(joined)) = (&subject.packet.bundles, &subject.joined) else {
        let message = "the packet doesn't hold its policies, so nothing follows from it alone";
        return subject.lacks(checks, CANDIDATE, message);
    };
    match &joined.candidate {
        Ok(pack) => candidate(subject, &bundles.candidate, pack, checks),
        Err(error) => checks.blocker(CANDIDATE, format!("`/bundles/candidate`: {error}")),
    }
    match &joined.replaced {
        Some(Ok(pack)) => replaced(subject, pack, checks),
        Some(Err(error)) => checks.blocker(REPLACED, format!("`/bundles/replaced`: {error}")),
        None => {
            let message = "a live change replaces a policy, and `/bundles/replaced` is null";
            subject.lacks(checks, REPLACED, message);
        }
    }
}

fn candidate(subject: &Subject<'_>, bundle: &Bundle, pack: &EffectivePack, checks: &mut Checks) {
    if let Some(why) = subject.unusable {
        let message = format!("`/bundles/candidate` can't be compiled: {why}");
        return checks.blocker(CANDIDATE, message);
    }
    let Some(given_pack) = subject.given_pack else {
        return checks.claimed(CANDIDATE, "the candidate was not compiled");
    };
    let found = (given_pack.shelf.effective_digest)(pack);
    let given = given_pack.identity.effective_digest;
    if found != given {
        let message = format!(
            "`/bundles/candidate` has the effective digest {found}, the given pack has {given}"
        );
        return checks.blocker(CANDIDATE, message);
    }
    match has_files_of(bundle, given_pack) {
        true => checks.pass(CANDIDATE, format!("the candidate is {found}")),
        false => checks.blocker(
            CANDIDATE,
            "`/bundles/candidate` has other files than the given pack",
        ),
    }
}

/// Whether the pack that everything was recomputed from has the texts that the bundle has: its
/// effective digest covers neither comments nor cases.
fn has_files_of(bundle: &Bundle, given_pack: &GivenPack<'_>) -> bool {
    let texts = |files: &[SourceFile]| -> Vec<(String, String)> {
        let files = files.iter();
        files.map(|it| (it.path.clone(), it.text.clone())).collect()
    };
    let parts = |source: &PackSource| {
        let others = (texts(&source.rules), texts(&source.cases));
        (source.policy.text.clone(), others)
    };
    let own = bundle.source(&bundle.pack_id).ok().flatten();
    own.is_some_and(|own| parts(&own) == parts(given_pack.source))
}

fn replaced(subject: &Subject<'_>, pack: &EffectivePack, checks: &mut Checks) {
    match subject.given_pack {
        None => checks.claimed(REPLACED, "no engine is given for its digest"),
        Some(given_pack) => {
            let found = (given_pack.shelf.effective_digest)(pack);
            checks.pass(REPLACED, format!("the replaced policy is {found}"));
        }
    }
}
