//! Why a command has no trust file to work with, or could not make one.

use std::path::PathBuf;

use crate::keys::dsse::DsseError;
use crate::trust::chain::ChainError;
use crate::trust::error::TrustError;

/// Why a command has no trust file to work with, or could not make one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrustFileError {
    #[error("there is no trust file")]
    Missing,
    #[error("`{}` is not a trust file that can be used", path.display())]
    Unusable {
        path: PathBuf,
        #[source]
        cause: ChainError,
    },
    #[error("`CAVRA_TRUST` names `{}`, which is another file in each working directory", .0.display())]
    Relative(PathBuf),
    #[error("the trust file can't be made")]
    New(#[from] TrustError),
    #[error("the trust file has no person `{0}`")]
    NoPerson(String),
    #[error(
        "`{0}` is not a role of a person; the roles are `approve`, `explain`, `break_glass` and `trust`"
    )]
    NoRole(String),
    #[error("`{0}` has no role; give one, such as `--role approve={0}`")]
    WithoutRole(String),
    #[error("the trust file has no service `{0}`")]
    NoService(String),
    #[error(
        "`{0}` is not a role of a service; the roles are `checkpoint`, `shadow_report` and `gate`"
    )]
    NoServiceRole(String),
    #[error("the signatures of `{}` can't be read", path.display())]
    Envelope {
        path: PathBuf,
        #[source]
        cause: DsseError,
    },
    #[error("the trust file is not signed")]
    Names(#[source] TrustError),
    #[error("the trust file can't be signed")]
    Sign(#[source] DsseError),
}

impl TrustFileError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some(
                "name it by `--trust FILE` or `CAVRA_TRUST`, or put it at /etc/cavra/trust.json or \
                 ~/.config/cavra/trust.json; `cavra trust new` makes the first one",
            ),
            Self::Relative(_) => Some("give an absolute path"),
            _ => None,
        }
    }
}
