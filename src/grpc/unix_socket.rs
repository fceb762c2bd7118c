//! Unix sockets that a service listens on.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown,
};
use std::os::unix::net::{SocketAddr, UnixListener as StdListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::io::FdFlags;
use tokio::net::UnixListener;
use uuid::Uuid;

/// Who can connect to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketAccess {
    /// The user who serves it: for what changes the authority.
    Owner,
    /// Every user who can reach its folder: for decisions.
    Everybody,
    /// Those whom this mode lets write to it (chmod(2)).
    Mode {
        /// The permission bits.
        mode: u32,
        /// The id of its group, if it has another one than the process.
        group: Option<u32>,
    },
}

impl SocketAccess {
    /// Connecting takes the right to write (unix(7)).
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everybody => 0o666,
            Self::Mode { mode, .. } => mode,
        }
    }

    fn group(self) -> Option<u32> {
        match self {
            Self::Owner | Self::Everybody => None,
            Self::Mode { group, .. } => group,
        }
    }
}

const FOLDER_MODE: u32 = 0o700;

/// A listening socket; its file goes when it is dropped, if it is still this one. The file of an
/// inherited socket stays.
#[derive(Debug)]
pub struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
    file: Option<SocketFile>,
}

/// The file of a socket, which goes when this is dropped.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    identity: Identity,
}

/// Tells this socket's file from one that took its place: device and inode.
type Identity = (u64, u64);

impl UnixSocket {
    /// Listens at `path` for those who have `access`. What a service that is gone has left there is replaced.
    ///
    /// The socket is made in a folder of its own and moved into place with its mode set:
    /// between `bind` and `chmod` at `path` itself, anybody could connect.
    ///
    /// Call it on a runtime.
    ///
    /// # Errors
    /// If something else is there, if somebody listens there, if the path is longer than
    /// anybody could connect to (107 bytes, unix(7)), or if the socket can't be made.
    pub fn bind(path: &Path, access: SocketAccess) -> io::Result<Self> {
        SocketAddr::from_pathname(path)?;
        make_way(path)?;
        let folder = private_folder(path);
        DirBuilder::new().mode(FOLDER_MODE).create(&folder)?;
        let made = make(&folder.join("s"), path, access);
        fs::remove_dir_all(&folder)?;
        let (identity, listener) = made?;
        let path = path.to_owned();
        Ok(Self {
            listener,
            path: path.clone(),
            file: Some(SocketFile { path, identity }),
        })
    }

    /// Listens on a socket that another process has made, such as a service manager
    /// (sd_listen_fds(3)). Processes that this one starts don't get it.
    ///
    /// Call it on a runtime.
    ///
    /// # Errors
    /// If it isn't a Unix socket that listens, or has no path.
    pub fn inherited(descriptor: OwnedFd) -> io::Result<Self> {
        rustix::io::fcntl_setfd(&descriptor, FdFlags::CLOEXEC)?;
        let listener = StdListener::from(descriptor);
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let path = address.as_pathname().map(Path::to_owned);
        let path = path.ok_or_else(|| io::Error::other("the socket has no path"))?;
        Ok(Self {
            listener: UnixListener::from_std(listener)?,
            path,
            file: None,
        })
    }

    /// The path of the socket.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn into_parts(self) -> (UnixListener, Option<SocketFile>) {
        (self.listener, self.file)
    }
}

impl SocketFile {
    /// While calls in flight are answered nobody listens any more, and the service that
    /// comes next may have taken the place: its socket must stay.
    fn remove(&self) -> io::Result<()> {
        match identity(&self.path) {
            Ok(found) if found == self.identity => fs::remove_file(&self.path),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            tracing::warn!(path = %self.path.display(), %error, "socket not removed");
        }
    }
}

fn make(first: &Path, path: &Path, access: SocketAccess) -> io::Result<(Identity, UnixListener)> {
    let listener = UnixListener::bind(first)?;
    if let Some(group) = access.group() {
        chown(first, None, Some(group))?;
    }
    fs::set_permissions(first, Permissions::from_mode(access.mode()))?;
    let identity = identity(first)?;
    fs::rename(first, path)?;
    Ok((identity, listener))
}

fn identity(path: &Path) -> io::Result<Identity> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
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
        Ok(_) => match UnixStream::connect(path) {
            Ok(_) => refuse("is served already"),
            // Only this says that nobody listens (connect(2)); no permission, for one, doesn't.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
            Err(error) => Err(error),
        },
    }
}

/// Beside `path`, because a socket can't be moved to another file system. The name is short,
/// because the path of a socket may have 107 bytes (unix(7)).
fn private_folder(path: &Path) -> PathBuf {
    let random = Uuid::now_v7().as_u128() & 0xffff_ffff;
    path.with_file_name(format!(".cavra-{random:08x}"))
}
