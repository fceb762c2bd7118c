//! Why a level of the doctor is not shown.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::agents::transcript::TranscriptError;
use crate::causes::in_line;
use crate::cli::error::CliError;

/// What was found out about a level: its proof, or why there is none.
pub(super) type Found = Result<String, NotShown>;

/// Why a level is not shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotShown {
    #[error("`{0}` is not shown")]
    Before(&'static str),
    #[error("{}", .0.join("; "))]
    Faults(Vec<String>),
    #[error("the hook can't be asked")]
    Hook(#[source] io::Error),
    #[error("it did not deny by a decision (exit code {}): {said}", exit_code(*.code))]
    NotDenied { code: Option<i32>, said: String },
    #[error(
        "the host has {0} installations, and the journal doesn't say which one asked; uninstall all \
         but one"
    )]
    ManyInstallations(usize),
    #[error("the journal can't be read")]
    Journal {
        #[source]
        cause: Box<CliError>,
        /// What to do, if the journal may be in another place.
        hint: Option<String>,
    },
    #[error("the journal has no decision of a session of this host since {0}")]
    NoDecision(Timestamp),
    #[error("not shown: `--run-host` starts the host")]
    HostNotAskedFor,
    #[error("not shown: the doctor can't start {0}")]
    HostNotStartable(&'static str),
    #[error("no file can be made")]
    NoSentinel(#[source] io::Error),
    #[error("not shown: the policy allows to read `{}`", file.display())]
    Allowed {
        file: PathBuf,
        #[source]
        cause: Box<NotShown>,
    },
    #[error("not shown: the host can't be run")]
    Host(#[source] io::Error),
    #[error("the host READ the file that the policy blocks: the hook is not in force")]
    Read,
    #[error("not shown: the host printed what can't be read")]
    Transcript(#[source] TranscriptError),
    #[error("not shown: the host's model did not call the tool Read on `{}`", .0.display())]
    NoCall(PathBuf),
    #[error("not shown: the call came back without a reason of the hook: {0}")]
    NoReason(String),
    #[error("not shown: the call came back denied, but the journal has no decision about it")]
    NotRecorded,
}

impl NotShown {
    /// The reason with its causes, and what to do, in one line.
    pub(super) fn in_line(&self) -> String {
        let why = in_line(self);
        match self {
            Self::Journal {
                hint: Some(hint), ..
            } => format!("{why}; {hint}"),
            _ => why,
        }
    }
}

fn exit_code(code: Option<i32>) -> String {
    code.map_or_else(|| "a signal".to_owned(), |code| code.to_string())
}
