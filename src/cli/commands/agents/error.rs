//! Why the hook can't be installed, or nothing can be said of it.

use std::io;
use std::path::PathBuf;

use crate::agents::registration::QuoteError;
use crate::agents::settings::SettingsError;
use crate::agents::transcript::TranscriptError;

/// Why the hook can't be installed, or nothing can be said of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AgentsError {
    #[error("`{}` can't be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{}` can't be changed, so nothing was", path.display())]
    Settings {
        path: PathBuf,
        #[source]
        cause: SettingsError,
    },
    #[error("`{}` is not a record of installations", path.display())]
    Record {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("`{}` is a link, and links are not followed", .0.display())]
    Link(PathBuf),
    #[error("`{}` belongs to the user {owner}, not to you", path.display())]
    OfAnother { path: PathBuf, owner: u32 },
    #[error("`{}` is there and was not written by an installation", .0.display())]
    NotOurs(PathBuf),
    #[error("the program `{}` can't be used as the hook: it {problem}", path.display())]
    Program {
        path: PathBuf,
        problem: &'static str,
    },
    #[error("the program `{}` can't be used as the hook: it {problem}", path.display())]
    ProgramBelowRoot {
        path: PathBuf,
        problem: &'static str,
    },
    #[error("`{}` is not UTF-8, which settings have to be", .0.display())]
    NotText(PathBuf),
    #[error("`{0}` is not `unix:` and an absolute path, which the hook needs")]
    Endpoint(String),
    #[error("the socket of the service is not known: `XDG_RUNTIME_DIR` names no folder")]
    NoEndpoint,
    #[error("`{}` can't be read as a transcript", path.display())]
    Transcript {
        path: PathBuf,
        #[source]
        cause: TranscriptError,
    },
    #[error("`{}` has no message in it, so it is no transcript", .0.display())]
    NoMessages(PathBuf),
    #[error("`{}` is not an absolute path, which a unit needs", .0.display())]
    Relative(PathBuf),
    #[error("`{0}` has a control character, which no unit can hold")]
    Control(String),
    #[error("your home folder is not known")]
    NoHome,
    #[error("the entry can't be written")]
    Quote(#[from] QuoteError),
    #[error("`{}` changed while it was looked at, so nothing was written", .0.display())]
    Changed(PathBuf),
    #[error("nobody agreed to the change, so nothing was written")]
    NotAgreed,
    #[error("standard input is no terminal, so nobody can agree to the change")]
    NobodyToAsk,
    #[error("`{host}` has no {scope} installation{}", instead(.others))]
    NotInstalled {
        host: &'static str,
        scope: &'static str,
        /// The options by which the installations that the host has are named.
        others: Vec<String>,
    },
}

/// Which installations there are instead.
fn instead(options: &[String]) -> String {
    let options: Vec<String> = options.iter().map(|it| format!("`{it}`")).collect();
    match options.is_empty() {
        true => String::new(),
        false => format!("; it has one for which you give {}", options.join(" or ")),
    }
}

impl AgentsError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NobodyToAsk => Some("`--yes` agrees, and `--dry-run` only shows the change"),
            Self::Program { .. } => {
                Some("`--hook FILE` names the program `cavra-hook`, which is built beside `cavra`")
            }
            Self::ProgramBelowRoot { .. } => Some(
                "with `--root DIR`, copy `cavra-hook` below DIR first: `--hook /usr/bin/cavra-hook` is \
                 `DIR/usr/bin/cavra-hook`",
            ),
            Self::Settings { .. } => Some("mend the file, or move it away"),
            Self::NotOurs(_) => Some("move the file away"),
            Self::OfAnother { .. } => Some("run the command as that user"),
            Self::Link(_) => Some("put a file in its place"),
            Self::NotInstalled { .. } => Some("`cavra agents list` shows what is installed"),
            Self::Endpoint(_) | Self::NoEndpoint => Some(
                "give `--endpoint unix:PATH`, with the PATH of `cavra serve --listen unix:PATH`",
            ),
            Self::NoHome => Some("set `HOME` to an absolute path"),
            _ => None,
        }
    }
}
