//! The managed configuration of a machine: which service decides, and who may serve it.
//!
//! It is read from `/etc/cavra/hook.json`, else from `.config/cavra/hook.json` in the home folder of the user
//! (passwd(5)), or from a file that a registration or a command line names. It never comes from an
//! environment variable or from the project, because the agent can write both.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User};
use serde::Deserialize;

/// The configuration of the machine.
pub const SYSTEM: &str = "/etc/cavra/hook.json";
/// The configuration of a user, below the home folder.
pub const BELOW_HOME: &str = ".config/cavra/hook.json";

/// How the endpoint of a Unix socket begins.
const SCHEME: &str = "unix:";
/// Bytes of a configuration.
const MAX_CONFIG_BYTES: u64 = 64 * 1024;
/// Who else than the owner may write: nobody (chmod(2)).
const OTHERS_MAY_WRITE: u32 = 0o022;
const ROOT: u32 = 0;

/// What the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `unix:` and the absolute path of the socket on which `cavra serve --listen unix:PATH` listens.
    pub endpoint: String,
    /// User ids of those who may serve the socket. Root and the user of this process, if it is absent.
    pub socket_owners: Option<Vec<u32>>,
    /// Names of MCP servers. Where a tool's name can be read in several ways, the longest of these counts.
    #[serde(default)]
    pub mcp_servers: Vec<String>,
}

/// Why there is no configuration that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No file was found.
    #[error(
        "no configuration at `{SYSTEM}` or `~/{BELOW_HOME}`; `cavra agents install` writes it; it names the service: {{\"endpoint\": \"unix:/run/cavra/agents.sock\"}}"
    )]
    None,
    /// There is no file of the name that was given.
    #[error("there is no file `{}`, which should be the configuration", .0.display())]
    Missing(PathBuf),
    /// The file can't be read.
    #[error("the configuration `{}` can't be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        #[source]
        cause: io::Error,
    },
    /// Somebody else than root or this user could have written it.
    #[error(
        "the configuration `{}` can be written by others than root and the user {user}; run `chown` and `chmod go-w`",
        path.display()
    )]
    Writable {
        /// The file.
        path: PathBuf,
        /// The user of this process.
        user: u32,
    },
    /// The file is larger than a configuration is.
    #[error("the configuration `{}` has more than {MAX_CONFIG_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// A field is absent, unknown or malformed.
    #[error("the configuration `{}` is malformed", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Which field, and why.
        #[source]
        cause: serde_path_to_error::Error<serde_json::Error>,
    },
    /// The endpoint is not a socket of this machine.
    #[error(
        "the configuration `{}` names the endpoint `{endpoint}`, which is not `unix:` and an absolute path",
        path.display()
    )]
    Endpoint {
        /// The file.
        path: PathBuf,
        /// The endpoint.
        endpoint: String,
    },
}

impl Config {
    /// Reads the configuration, from `named` if a registration or a command line names a file.
    ///
    /// # Errors
    /// If there is none, or it can't be relied on.
    pub fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(path) = named {
            return Self::from_file(path)?.ok_or_else(|| ConfigError::Missing(path.to_owned()));
        }
        let home = User::from_uid(Uid::effective()).ok().flatten();
        let below_home = home.map(|user| user.dir.join(BELOW_HOME));
        let places = [Some(PathBuf::from(SYSTEM)), below_home];
        let found = places.into_iter().flatten();
        let mut found = found.filter_map(|path| Self::from_file(&path).transpose());
        found.next().unwrap_or(Err(ConfigError::None))
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
        check_writers(path, &file.metadata().map_err(unreadable)?)?;
        let mut text = Vec::new();
        let read = file.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut text);
        if read.map_err(unreadable)? as u64 > MAX_CONFIG_BYTES {
            return Err(ConfigError::TooLarge(path.to_owned()));
        }
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let config: Self = serde_path_to_error::deserialize(&mut reader).map_err(|cause| {
            ConfigError::Malformed {
                path: path.to_owned(),
                cause,
            }
        })?;
        match socket_of(&config.endpoint) {
            Some(_) => Ok(Some(config)),
            None => Err(ConfigError::Endpoint {
                path: path.to_owned(),
                endpoint: config.endpoint,
            }),
        }
    }

    /// The path of the service's socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        socket_of(&self.endpoint).unwrap_or(Path::new(""))
    }

    /// Whether a user may serve the socket.
    #[must_use]
    pub fn may_serve(&self, user: u32) -> bool {
        match &self.socket_owners {
            Some(owners) => owners.contains(&user),
            None => user == ROOT || user == Uid::effective().as_raw(),
        }
    }
}

/// The path of the socket that an endpoint names. None if it is not `unix:` and an absolute path.
#[must_use]
pub fn socket_of(endpoint: &str) -> Option<&Path> {
    let path = endpoint.strip_prefix(SCHEME).map(Path::new);
    path.filter(|path| path.is_absolute())
}

/// Refuses a file, or a folder that it is in, that others than root and this user can change.
fn check_writers(path: &Path, metadata: &fs::Metadata) -> Result<(), ConfigError> {
    let user = Uid::effective().as_raw();
    let is_ours = |metadata: &fs::Metadata| {
        [ROOT, user].contains(&metadata.uid()) && metadata.mode() & OTHERS_MAY_WRITE == 0
    };
    let folder = path.parent().map(fs::metadata).transpose();
    let is_folder_ours = folder.is_ok_and(|folder| folder.as_ref().is_none_or(is_ours));
    match is_ours(metadata) && metadata.is_file() && is_folder_ours {
        true => Ok(()),
        false => Err(ConfigError::Writable {
            path: path.to_owned(),
            user,
        }),
    }
}
