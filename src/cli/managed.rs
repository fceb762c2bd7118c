//! The managed configuration of a machine: which service decides for what agents start themselves.
//!
//! It is the file of `cavra-hook` (`docs/agents.md`). It never comes from an environment variable or
//! from the project, because the agent can write both.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User};
use serde::Deserialize;

const SYSTEM: &str = "/etc/cavra/hook.json";
const BELOW_HOME: &str = ".config/cavra/hook.json";

/// Bytes of a configuration.
const MAX_CONFIG_BYTES: u64 = 64 * 1024;
/// Who else than the owner may write: nobody (chmod(2)).
const OTHERS_MAY_WRITE: u32 = 0o022;
const ROOT: u32 = 0;

/// What the configuration says of the service. `cavra-hook` reads the other fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Managed {
    /// `unix:` and the absolute path of the service's socket.
    pub(crate) endpoint: String,
    /// User ids of those who may serve the socket. Root and the user of this process, if it is absent.
    pub(crate) socket_owners: Option<Vec<u32>>,
}

/// Why there is no configuration that can be relied on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManagedError {
    #[error("no service is named")]
    None,
    #[error("the configuration `{}` can't be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error(
        "the configuration `{}` can be written by others than root and the user {user}; run `chown` and \
         `chmod go-w`",
        path.display()
    )]
    Writable { path: PathBuf, user: u32 },
    #[error("the configuration `{}` has more than {MAX_CONFIG_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    #[error("the configuration `{}` is malformed", path.display())]
    Malformed {
        path: PathBuf,
        #[source]
        cause: serde_path_to_error::Error<serde_json::Error>,
    },
    #[error(
        "the configuration `{}` names the endpoint `{endpoint}`, which is not `unix:` and an absolute path",
        path.display()
    )]
    Endpoint { path: PathBuf, endpoint: String },
}

impl ManagedError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::None => Some(
                "give `--endpoint`, or name the service in /etc/cavra/hook.json: \
                 {\"endpoint\": \"unix:/run/cavra/agents.sock\"}",
            ),
            _ => None,
        }
    }
}

impl Managed {
    /// Reads the configuration, from `named` if a command line names a file.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self, ManagedError> {
        if let Some(path) = named {
            let missing = || ManagedError::Unreadable {
                path: path.to_owned(),
                cause: io::ErrorKind::NotFound.into(),
            };
            return Self::from_file(path)?.ok_or_else(missing);
        }
        let home = User::from_uid(Uid::effective()).ok().flatten();
        let below_home = home.map(|user| user.dir.join(BELOW_HOME));
        let places = [Some(PathBuf::from(SYSTEM)), below_home];
        let mut found = places
            .into_iter()
            .flatten()
            .filter_map(|path| Self::from_file(&path).transpose());
        found.next().unwrap_or(Err(ManagedError::None))
    }

    /// The configuration in a file. None if there is no such file.
    fn from_file(path: &Path) -> Result<Option<Self>, ManagedError> {
        let unreadable = |cause| ManagedError::Unreadable {
            path: path.to_owned(),
            cause,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        reliable(path, &file.metadata().map_err(unreadable)?)?;
        let mut text = Vec::new();
        let mut limited = file.take(MAX_CONFIG_BYTES.saturating_add(1));
        let read = limited.read_to_end(&mut text).map_err(unreadable)?;
        if u64::try_from(read).is_ok_and(|read| read > MAX_CONFIG_BYTES) {
            return Err(ManagedError::TooLarge(path.to_owned()));
        }
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let config: Self = serde_path_to_error::deserialize(&mut reader).map_err(|cause| {
            ManagedError::Malformed {
                path: path.to_owned(),
                cause,
            }
        })?;
        let socket = config.endpoint.strip_prefix("unix:");
        match socket.is_some_and(|socket| Path::new(socket).is_absolute()) {
            true => Ok(Some(config)),
            false => Err(ManagedError::Endpoint {
                path: path.to_owned(),
                endpoint: config.endpoint,
            }),
        }
    }
}

/// Refuses a file, or a folder that it is in, that others than root and this user can change.
fn reliable(path: &Path, metadata: &fs::Metadata) -> Result<(), ManagedError> {
    let user = Uid::effective().as_raw();
    let is_ours = |metadata: &fs::Metadata| {
        [ROOT, user].contains(&metadata.uid()) && metadata.mode() & OTHERS_MAY_WRITE == 0
    };
    let folder = path.parent().map(fs::metadata).transpose();
    let is_folder_ours = folder.is_ok_and(|folder| folder.as_ref().is_none_or(is_ours));
    match is_ours(metadata) && metadata.is_file() && is_folder_ours {
        true => Ok(()),
        false => Err(ManagedError::Writable {
            path: path.to_owned(),
            user,
        }),
    }
}
