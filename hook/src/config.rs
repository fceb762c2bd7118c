//! The managed configuration: which service is asked, and who may serve it.
//!
//! It is read from `/etc/cavra/hook.json`, else from `.config/cavra/hook.json` in the home folder of the user
//! (passwd(5)), or from the file that `--config` names in the registration of the hook. It never comes
//! from an environment variable or from the project, because the agent can write both.

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

/// What the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `unix:` and the absolute path of the socket on which `cavra serve --listen unix:PATH` listens.
    pub(crate) endpoint: Socket,
    /// User ids of those who may serve the socket. Root and the user of this process, if it is absent.
    pub(crate) socket_owners: Option<Vec<u32>>,
    /// Names of MCP servers. Where a tool's name can be read in several ways, the longest of these counts.
    #[serde(default)]
    pub(crate) mcp_servers: Vec<String>,
}

/// The path of a service's socket, written `unix:` and an absolute path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Socket(PathBuf);

impl Socket {
    /// The path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl TryFrom<String> for Socket {
    type Error = String;

    fn try_from(endpoint: String) -> Result<Self, String> {
        let path = endpoint.strip_prefix("unix:").map(PathBuf::from);
        let path = path.filter(|path| path.is_absolute());
        path.map(Self)
            .ok_or_else(|| format!("`{endpoint}` is not `unix:` and an absolute path"))
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// No file was found.
    #[error(
        "no configuration at `{SYSTEM}` or `~/{BELOW_HOME}`; `cavra agents install` writes it; it names the service: {{\"endpoint\": \"unix:/run/cavra/agents.sock\"}}"
    )]
    None,
    /// The file can't be read.
    #[error("the configuration `{path}` can't be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        cause: io::Error,
    },
    /// Somebody else than root or this user could have written it.
    #[error(
        "the configuration `{path}` can be written by others than root and the user {user}; run `chown` and `chmod go-w`"
    )]
    Writable {
        /// The file.
        path: PathBuf,
        /// The user of this process.
        user: u32,
    },
    /// The file is larger than a configuration is.
    #[error("the configuration `{path}` has more than {MAX_CONFIG_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A field is absent, unknown or malformed.
    #[error("the configuration `{path}`: {cause}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Which field, and why.
        cause: serde_path_to_error::Error<serde_json::Error>,
    },
}

impl Config {
    /// Reads the configuration, from `named` if a registration names a file.
    ///
    /// # Errors
    /// If there is none, or it can't be relied on.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        match named {
            Some(path) => Self::from_file(path)?.ok_or_else(|| ConfigError::Unreadable {
                path: path.to_owned(),
                cause: io::ErrorKind::NotFound.into(),
            }),
            None => {
                let home = User::from_uid(Uid::effective()).ok().flatten();
                let below_home = home.map(|user| user.dir.join(BELOW_HOME));
                let places = [Some(PathBuf::from(SYSTEM)), below_home];
                let found = places.into_iter().flatten();
                let mut found = found.filter_map(|path| Self::from_file(&path).transpose());
                found.next().unwrap_or(Err(ConfigError::None))
            }
        }
    }

    /// The configuration in a file. None if there is no such file.
    fn from_file(path: &Path) -> Result<Option<Self>, ConfigError> {
        let unreadable = |cause| ConfigError::Unreadable {
            path: path.to_owned(),
            cause,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let metadata = file.metadata().map_err(unreadable)?;
        reliable(path, &metadata)?;
        let mut text = Vec::new();
        let read = file.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut text);
        if read.map_err(unreadable)? as u64 > MAX_CONFIG_BYTES {
            return Err(ConfigError::TooLarge {
                path: path.to_owned(),
            });
        }
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let config = serde_path_to_error::deserialize(&mut reader);
        config.map(Some).map_err(|cause| ConfigError::Malformed {
            path: path.to_owned(),
            cause,
        })
    }

    /// Whether a user may serve the socket.
    pub(crate) fn may_serve(&self, user: u32) -> bool {
        match &self.socket_owners {
            Some(owners) => owners.contains(&user),
            None => user == ROOT || user == Uid::effective().as_raw(),
        }
    }
}

/// Refuses a file, or a folder on the way to it, that others than root and this user can change.
fn reliable(path: &Path, metadata: &fs::Metadata) -> Result<(), ConfigError> {
    let user = Uid::effective().as_raw();
    let ours = |metadata: &fs::Metadata| {
        [ROOT, user].contains(&metadata.uid()) && metadata.mode() & OTHERS_MAY_WRITE == 0
    };
    let folder = path.parent().map(fs::metadata).transpose();
    let is_folder_ours = folder.is_ok_and(|folder| folder.as_ref().is_none_or(ours));
    match ours(metadata) && metadata.is_file() && is_folder_ours {
        true => Ok(()),
        false => Err(ConfigError::Writable {
            path: path.to_owned(),
            user,
        }),
    }
}
