//! Why a service could not start, or could not read its packs again.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::authority::signing::SignError;
use crate::grpc::server::ServeError;
use crate::journal::writer::Unavailable;
use crate::redaction::RedactionError;
use crate::webhook::endpoint::RootsError;

/// Why a service could not start, or could not read its packs again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    #[error("the service can't listen on `{address}`")]
    Listen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("the socket `{}` can't be made", path.display())]
    UnixSocket {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{0}` takes one address and one `unix:PATH`")]
    Twice(&'static str),
    #[error(
        "`LISTEN_PID` or `LISTEN_FDS` is not a number, so the sockets that were passed are not known"
    )]
    Activation,
    #[error(
        "a socket with the name `{0}` was passed; the names are `agents`, `public` and `admin`"
    )]
    UnknownDoor(String),
    #[error("there are two sockets for `{0}`: leave out the option, or pass one")]
    TwoDoors(String),
    #[error("the socket that was passed as `{name}` can't be used")]
    Inherited {
        name: String,
        #[source]
        cause: io::Error,
    },
    #[error("the handler of a signal can't be installed")]
    Signal(#[source] io::Error),
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// No answer can be signed.
    #[error("answers can't be signed")]
    SignAnswers(#[from] SignError),
    /// A server key without a journal's key.
    #[error("`--answer-key` needs a journal, whose key certifies it")]
    UncertifiedKey,
    /// A data directory without a journal.
    #[error("`--data-dir` names the folder of a journal, and `--journal off` keeps none")]
    NoJournal,
    #[error("the built-in redaction rules can't be used")]
    BuiltInRedaction(#[source] RedactionError),
    #[error("the redaction rules in `{}` can't be used", path.display())]
    Redaction {
        path: PathBuf,
        #[source]
        cause: RedactionError,
    },
    /// Somebody is to hear of requests, and there are none.
    #[error("`--approval-webhook` needs approvals, and the service gives none without a journal")]
    NoApprovals,
    #[error("the certificates in `{}` can't be used", path.display())]
    Certificates {
        path: PathBuf,
        #[source]
        cause: RootsError,
    },
    #[error(transparent)]
    Unrecorded(#[from] Unavailable),
    /// On reload.
    #[error("an administrator has staged or put in force another policy since the packs were read")]
    ChangedMeanwhile,
}

impl ServiceError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => Some("`--listen 127.0.0.1:0` takes a free port"),
            Self::UnixSocket { .. } => Some(
                "`--listen unix:`, `--socket` and `--admin-socket` take a path in a folder that exists and that you may write to",
            ),
            Self::NoJournal => Some("leave out `--data-dir`, or `--journal off`"),
            Self::UnknownDoor(_) => Some("in a socket unit: `FileDescriptorName=agents`"),
            Self::UncertifiedKey => Some("leave out `--answer-key`, or `--journal off`"),
            Self::NoApprovals => Some(
                "leave out `--approval-webhook`, or what keeps no policies: `--journal off`, `--development`",
            ),
            _ => None,
        }
    }
}
