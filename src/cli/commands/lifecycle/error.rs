//! Why a request for a change of policy, or an answer to one, could not be read or made.

use std::path::PathBuf;

use crate::canonical::Digest;
use crate::change::error::{
    ApprovalRefusal, BreakGlassRefusal, RequestError, RequestRefusal, WithdrawalRefusal,
};
use crate::change::watch::RollbackNotCovered;
use crate::keys::dsse::DsseError;
use crate::policy::bundle::BundleError;
use crate::readiness::verdict::StatementError;
use crate::shadow::report::answer::AnswerError;
use crate::shadow::report::evidence::NoEvidence;

/// Why a request for a change of policy, or an answer to one, could not be read or made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error(
        "the approval would not count by this trust file, so it is not signed; `--anyway` signs it"
    )]
    WouldNotCount(#[source] ApprovalRefusal),
    #[error("the break-glass statement can't be made")]
    NewBreakGlass(#[source] RequestError),
    #[error("`{}` is not a break-glass statement that counts", path.display())]
    BreakGlass {
        path: PathBuf,
        #[source]
        cause: BreakGlassRefusal,
    },
    #[error("a request is shown with the packs that it is about: `--candidate` and `--replaces`")]
    NoPacks,
    #[error(
        "who broke the glass doesn't ratify it, and the break-glass statement says who that is: `--statement FILE`"
    )]
    NoStatement,
    #[error("`{}` is the statement of another break-glass than the request ratifies", path.display())]
    OtherStatement { path: PathBuf },
    #[error(transparent)]
    RollbackNotCovered(RollbackNotCovered),
    #[error(
        "`--candidate` and `--replaces` are the same policy with the same cases; nothing would change"
    )]
    NoChange,
    #[error("the request can't be made")]
    New(#[from] RequestError),
    #[error("`{}` is not a request that counts", path.display())]
    Request {
        path: PathBuf,
        #[source]
        cause: RequestRefusal,
    },
    #[error("the signed document `{}` is refused", path.display())]
    Envelope {
        path: PathBuf,
        #[source]
        cause: DsseError,
    },
    #[error(
        "the request replaces the policy {wanted}, but the pack of `--replaces` has the effective digest {found}"
    )]
    OtherReplaced { found: Digest, wanted: Digest },
    #[error("the candidate and its ancestors make no bundle")]
    Bundle(#[from] BundleError),
    #[error("the previous policy and its ancestors make no bundle")]
    Previous(#[source] BundleError),
    #[error("`{}` is not strict JSON", path.display())]
    Evidence {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error(
        "`{}` is a shadow report, and a service looks for it by the name `shadow_report`, not `{name}`",
        path.display()
    )]
    ReportName { path: PathBuf, name: String },
    #[error(
        "`{}` is a shadow report without a signature; `--report` takes the envelope that `cavra shadow sign` writes",
        _0.display()
    )]
    BareReport(PathBuf),
    #[error("the shadow report `{}` is no evidence for this change", path.display())]
    NoEvidence {
        path: PathBuf,
        #[source]
        cause: NoEvidence,
    },
    #[error("`{0}` is the key of no person of the trust file")]
    NobodysKey(String),
    #[error(
        "the semantic diff has no line about `{0}`; `cavra policy diff --all` prints the lines"
    )]
    NoLine(String),
    #[error(
        "the report has no loosened group that `{0}` causes, so there is nothing to answer for"
    )]
    NothingToAnswer(String),
    #[error("`{0}` is answered for by the groups of a shadow report: name the report")]
    NoReport(String),
    #[error(
        "the report compares {found} with another policy, not {wanted}, the effective digest of `{flag}`"
    )]
    OtherReport {
        found: Digest,
        wanted: Digest,
        flag: &'static str,
    },
    #[error("the report has no group `{0}`")]
    NoGroup(Digest),
    #[error("the groups can't be answered for by this line")]
    Answer(#[from] AnswerError),
    #[error("`{0}` is the key of no service of the trust file with the role `gate`")]
    NoGate(String),
    #[error("the request can't be withdrawn")]
    Withdrawal(#[source] WithdrawalRefusal),
    #[error("name a candidate and `--endpoint`, or `--request` and `--out`")]
    NothingToWithdraw,
    #[error("name a service by `--endpoint` or a journal by `--data-dir`")]
    NoHistory,
    #[error("the Statement can't be made")]
    Statement(#[source] StatementError),
    #[error("the document can't be signed")]
    Sign(#[source] DsseError),
}
