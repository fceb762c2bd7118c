//! Why `cavra shadow …` could not do what it was asked to do.

use std::path::{Path, PathBuf};

use crate::change::error::AcknowledgementRefusal;
use crate::cli::commands::journal::error::hint_of_store;
use crate::keys::dsse::DsseError;
use crate::shadow::compare::explanation::ExplanationError;
use crate::shadow::compare::sampling::SamplingError;
use crate::shadow::replay::ReplayError;
use crate::shadow::report::ConditionError;
use crate::shadow::report::answer::AnswerError;
use crate::shadow::runs::StartError;

/// Why `cavra shadow …` could not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShadowError {
    #[error("the service has no shadow run")]
    NoRun,
    #[error("`{0}` is not the id of a shadow run")]
    NotARun(String),
    #[error("no shadow run is named, and the service doesn't have exactly one")]
    WhichRun,
    #[error("{} holds no action", input(.0))]
    NoActions(PathBuf),
    #[error("`{0}` is the id of a shadow run, and no service is named")]
    RunWithoutService(String),
    #[error("the criteria of a saved report can't be changed")]
    SavedCriteria,
    #[error("the shadow run can't be started")]
    Start(#[from] StartError),
    #[error("the sampling key can't be used")]
    SamplingKey(#[from] SamplingError),
    #[error("`{}` is not a shadow report; `cavra shadow replay --output json` makes one", path.display())]
    Report {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("`{}` contradicts itself: {}", path.display(), problems.join("; "))]
    Contradiction {
        path: PathBuf,
        problems: Vec<String>,
    },
    #[error("the journal can't be replayed")]
    Replay(#[from] ReplayError),
    #[error("the decisions can't be filtered by these conditions")]
    Condition(#[from] ConditionError),
    #[error("the report can't be signed")]
    Sign(#[source] DsseError),
    #[error("the signed document `{}` is refused", path.display())]
    Envelope {
        path: PathBuf,
        #[source]
        cause: DsseError,
    },
    #[error("the group can't be explained")]
    Explain(#[from] ExplanationError),
    #[error("`{}` is not an acknowledgement that counts", path.display())]
    Acknowledgement {
        path: PathBuf,
        #[source]
        cause: AcknowledgementRefusal,
    },
    #[error("`{}` doesn't answer for its groups", path.display())]
    Answer {
        path: PathBuf,
        #[source]
        cause: AnswerError,
    },
    #[error("`{}` is not an explanation; `cavra shadow explain` makes one", path.display())]
    Explanation {
        path: PathBuf,
        #[source]
        cause: ExplanationError,
    },
}

/// Where actions are read from.
fn input(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => format!("`{}`", path.display()),
    }
}

impl ShadowError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoRun => Some("`cavra shadow start` begins one"),
            Self::WhichRun | Self::NotARun(_) => {
                Some("`cavra shadow status --endpoint URL` lists the runs with their ids")
            }
            Self::NoActions(_) => {
                Some("`--actions` takes action documents as `cavra decide` does, one a line")
            }
            Self::RunWithoutService(_) => Some("to show a run, give `--endpoint URL`"),
            Self::SavedCriteria => Some(
                "make a report with other criteria: by `cavra shadow replay`, or with `--endpoint` \
                 while the service has the run",
            ),
            Self::Replay(ReplayError::Store(error)) => hint_of_store(error),
            Self::Replay(ReplayError::OtherActive { .. }) => Some(
                "name the folder that holds that version of the pack by `--packs`, or compare with \
                 another policy by `--active`",
            ),
            _ => None,
        }
    }
}
