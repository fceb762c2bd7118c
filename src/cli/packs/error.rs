//! Why a command has no pack to work with.

use std::path::PathBuf;

use crate::authority::admission::AdmissionError;
use crate::authority::in_force::NotInForce;
use crate::decision::PolicyIdentity;
use crate::library::LibraryError;
use crate::policy::bundle::BundleError;
use crate::policy::effective::PolicyError;
use crate::policy::expected::ExpectedDigest;

/// The option that names a pack in place of the one that a report or a journal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PackFlag {
    /// `--active`
    Active,
    /// `--candidate`
    Candidate,
}

impl PackFlag {
    /// What the pack is, for a person.
    fn role(self) -> &'static str {
        match self {
            Self::Active => "active policy",
            Self::Candidate => "candidate",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Active => {
                "name the pack by `--active PATH`, or a folder of packs that has it by `--packs DIR`"
            }
            Self::Candidate => {
                "name the pack by `--candidate PATH`, or a folder of packs that has it by `--packs DIR`"
            }
        }
    }
}

/// Why a command has no pack to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackError {
    #[error("the packs can't be read")]
    Library(#[from] LibraryError),
    #[error("the pack can't be read")]
    File(#[source] LibraryError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("the pack and its ancestors make no bundle")]
    Bundle(#[source] BundleError),
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    #[error("the policy is not put in force")]
    NotInForce(#[from] NotInForce),
    #[error("another policy would decide: {expected} is the start of neither digest of `{}` {}, whose policy digest is {} and whose effective digest is {}", found.id, found.version, found.policy_digest, found.effective_digest)]
    Other {
        expected: ExpectedDigest,
        found: Box<PolicyIdentity>,
    },
    #[error("there is no policy pack with the id `{0}`")]
    NoSuchId(String),
    #[error("there is no policy pack or file `{0}`")]
    NoSuch(String),
    /// A report or a journal names the pack.
    #[error("the {} is `{id}`, and there is no policy pack with that id", flag.role())]
    NotHere { id: String, flag: PackFlag },
    #[error("there is no policy pack `{id}` among those that this command uses, only `{}` in the working directory", path.display())]
    Overlooked { id: String, path: PathBuf },
}

impl PackError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Library(LibraryError::Unreadable { .. }) => {
                Some("name the folders that hold packs with `--packs DIR` or `CAVRA_PACKS`")
            }
            Self::Library(LibraryError::DuplicateId { .. }) => {
                Some("give one of them another `metadata.id`, or name fewer folders with `--packs`")
            }
            Self::Library(LibraryError::Refused { .. })
            | Self::File(LibraryError::Refused { .. })
            | Self::File(LibraryError::DuplicateId { .. }) => None,
            Self::File(LibraryError::Unreadable { .. }) => {
                Some("a pack is a folder with a `policy.yaml` in it, or that file")
            }
            Self::Policy(PolicyError::NotFound { .. }) => Some(
                "put the folder of the missing pack beside the pack that inherits from it, or name a \
                 folder of packs that has it by `--packs DIR`",
            ),
            Self::NotInForce(NotInForce::Cases(_)) => Some(
                "correct the pack. If it is meant to be stricter than a required case, give it a case of \
                 that id in its `cases/`. `cavra policy dry-run` shows every case, and \
                 `--allow-failed-cases` decides by the pack all the same",
            ),
            Self::Policy(PolicyError::Invalid { .. })
            | Self::Admission(_)
            | Self::NotInForce(_) => {
                Some("`cavra policy lint` lists everything that is wrong with a pack")
            }
            Self::Policy(_) | Self::Bundle(_) => None,
            Self::Other { .. } => Some(
                "`cavra policy show` shows both digests of a pack; give `--expect-digest` the one that you mean",
            ),
            Self::NoSuchId(_) => Some(
                "`cavra policy list` shows the packs; `--packs DIR` names another folder of packs, \
                 `--policy PATH` a pack in any other place",
            ),
            Self::NoSuch(_) => Some(
                "`cavra policy list` shows the packs; `--packs DIR` names another folder of packs; a \
                 pack in any other place is named by the path of its folder",
            ),
            Self::NotHere { flag, .. } => Some(flag.hint()),
            Self::Overlooked { .. } => Some(
                "a repository may bring packs of its own, so what judges doesn't look there; if you \
                 mean it, give its path instead of its id (`--policy PATH` for the policy that \
                 decides), or name its folder by `--packs DIR`",
            ),
        }
    }
}
