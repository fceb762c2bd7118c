//! The Unix socket that only its owner can open.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;
use uuid::Uuid;

/// Owner only.
const SOCKET_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// A listening socket; its file goes when it is dropped.
#[derive(Debug)]
pub(super) struct AdminSocket {
    path: PathBuf,
}

impl AdminSocket {
    /// Listens at `path`. What a service that is gone has left there is replaced.
    ///
    /// The socket is made in a folder of its own and moved into place with its mode set:
    /// between `bind` and `chmod` at `path` itself, anybody could connect.
    ///
    /// # Errors
    /// If something else is there, if somebody listens there, or if the socket can't be made.
    pub(super) fn bind(path: &Path) -> io::Result<(Self, UnixListener)> {
        make_way(path)?;
        let folder = private_folder(path);
        DirBuilder::new().mode(FOLDER_MODE).create(&folder)?;
        let made = make(&folder.join("s"), path);
        fs::remove_dir_all(&folder)?;
        let socket = Self {
            path: path.to_owned(),
        };
        Ok((socket, made?))
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "admin socket not removed");
        }
    }
}

fn make(first: &Path, path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(first)?;
    fs::set_permissions(first, Permissions::from_mode(SOCKET_MODE))?;
    fs::rename(first, path)?;
    Ok(listener)
}

fn make_way(path: &Path) -> io::Result<()> {
    let refuse = |problem: &str| {
        let message = format!("`{}` {problem}", path.display());
        Err(io::Error::new(io::ErrorKind::AddrInUse, message))
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => refuse("is there and is not a socket"),
        Ok(_) if UnixStream::connect(path).is_ok() => refuse("is served already"),
        Ok(_) => fs::remove_file(path),
    }
}

/// Beside `path`, because a socket can't be moved to another file system. The name is short,
/// because the path of a socket may have 107 bytes (unix(7)).
fn private_folder(path: &Path) -> PathBuf {
    let random = Uuid::now_v7().as_u128() & 0xffff_ffff;
    path.with_file_name(format!(".cavra-{random:08x}"))
}
