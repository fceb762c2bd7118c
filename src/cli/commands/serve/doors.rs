//! Where a service is reached: addresses and sockets that it makes, and sockets that it inherits.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use nix::unistd::Group;
use tokio::net::TcpListener;

use super::error::ServiceError;
use crate::cli::input::address;
use crate::grpc::unix_socket::{SocketAccess, UnixSocket};

/// The address of a service whose address is not named.
pub(super) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);

/// The mode of sockets that decide, if no group is named: every user.
const OPEN_MODE: u32 = 0o666;
/// The mode of sockets that decide, if a group is named.
const GROUP_MODE: u32 = 0o660;
/// The permission bits of a mode.
const MODE_BITS: u32 = 0o777;

/// Where the service is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where to serve")]
pub(super) struct DoorArgs {
    /// Where to serve: an address, or `unix:PATH` for agents, which decides and lets them wait for
    /// approvals and serves nothing else; may be given once for each; port 0 takes a free one
    /// [default: 127.0.0.1:50051, or only the sockets that a service manager passes]
    #[arg(long, value_name = "ADDR|unix:PATH")]
    listen: Vec<Listen>,
    /// A Unix socket that serves what an address serves; a client can check who serves it
    /// (`decide --socket-owner`)
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// The permissions of the sockets for agents and of `--socket`, in octal [default: 666, which
    /// is every user who can reach the folder; with --socket-group 660]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    socket_mode: Option<u32>,
    /// The group of these sockets, by its name or id
    #[arg(long, value_name = "GROUP", value_parser = group)]
    socket_group: Option<u32>,
    /// A Unix socket on which to serve what changes the authority
    #[arg(long, value_name = "PATH")]
    admin_socket: Option<PathBuf>,
}

/// A value of `--listen`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Listen {
    Address(SocketAddr),
    Agents(PathBuf),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some("") => Err("`unix:` needs a path behind it".to_owned()),
            Some(path) => Ok(Self::Agents(PathBuf::from(path))),
            None => address(text)
                .map(Self::Address)
                .map_err(|problem| format!("{problem}; or give `unix:PATH`")),
        }
    }
}

fn mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8).ok();
    let mode = mode.filter(|mode| mode & !MODE_BITS == 0);
    mode.ok_or_else(|| format!("`{text}` is not a mode; give octal digits, such as `660`"))
}

fn group(text: &str) -> Result<u32, String> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    match Group::from_name(text) {
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        Ok(None) => Err(format!("there is no group `{text}`")),
        Err(error) => Err(format!("the group `{text}` can't be looked up: {error}")),
    }
}

/// The sockets of a service.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    pub(super) public: Option<UnixSocket>,
    pub(super) agents: Option<UnixSocket>,
    pub(super) admin: Option<UnixSocket>,
}

impl DoorArgs {
    /// The address that is named, if one is.
    fn address(&self) -> Option<SocketAddr> {
        self.listen.iter().find_map(|listen| match listen {
            Listen::Address(address) => Some(*address),
            Listen::Agents(_) => None,
        })
    }

    fn agents(&self) -> Option<&Path> {
        self.listen.iter().find_map(|listen| match listen {
            Listen::Agents(path) => Some(&**path),
            Listen::Address(_) => None,
        })
    }

    /// The address by which a journal is found whose folder is not named.
    pub(super) fn journal_address(&self) -> SocketAddr {
        self.address().unwrap_or(DEFAULT_LISTEN)
    }

    /// The sockets that a service manager passes (sd_listen_fds(3)).
    pub(super) fn inherited(&self) -> Result<Sockets, ServiceError> {
        let addresses = self
            .listen
            .iter()
            .filter(|it| matches!(it, Listen::Address(_)));
        if addresses.clone().count() > 1 || self.listen.len() - addresses.count() > 1 {
            return Err(ServiceError::Twice("--listen"));
        }
        let passed = sd_listen_fds::get().map_err(|_| ServiceError::Activation)?;
        let mut sockets = Sockets::default();
        for (name, descriptor) in passed {
            let name = name.unwrap_or_default();
            let (place, is_made) = match &*name {
                "agents" => (&mut sockets.agents, self.agents().is_some()),
                "public" => (&mut sockets.public, self.socket.is_some()),
                "admin" => (&mut sockets.admin, self.admin_socket.is_some()),
                _ => return Err(ServiceError::UnknownDoor(name)),
            };
            if is_made || place.is_some() {
                return Err(ServiceError::TwoDoors(name));
            }
            let socket = UnixSocket::inherited(descriptor.into_std());
            *place = Some(socket.map_err(|cause| ServiceError::Inherited { name, cause })?);
        }
        Ok(sockets)
    }

    /// Listens on the address, if the service has one. Without a socket for decisions it always has one.
    pub(super) async fn bind_address(
        &self,
        inherited: &Sockets,
    ) -> Result<Option<TcpListener>, ServiceError> {
        let has_sockets =
            self.agents().is_some() || inherited.agents.is_some() || inherited.public.is_some();
        let address = match self.address() {
            Some(address) => address,
            None if has_sockets => return Ok(None),
            None => DEFAULT_LISTEN,
        };
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|cause| ServiceError::Listen { address, cause })?;
        Ok(Some(listener))
    }

    /// The inherited sockets, and those that are made.
    pub(super) fn bind_sockets(&self, inherited: Sockets) -> Result<Sockets, ServiceError> {
        let bind = |path: Option<&Path>, access| {
            let bound = path.map(|path| {
                UnixSocket::bind(path, access).map_err(|cause| ServiceError::UnixSocket {
                    path: path.to_owned(),
                    cause,
                })
            });
            bound.transpose()
        };
        let access = self.access();
        Ok(Sockets {
            admin: bind(self.admin_socket.as_deref(), SocketAccess::Owner)?.or(inherited.admin),
            public: bind(self.socket.as_deref(), access)?.or(inherited.public),
            agents: bind(self.agents(), access)?.or(inherited.agents),
        })
    }

    fn access(&self) -> SocketAccess {
        let (mode, group) = (self.socket_mode, self.socket_group);
        SocketAccess::Mode {
            mode: mode.unwrap_or(if group.is_some() {
                GROUP_MODE
            } else {
                OPEN_MODE
            }),
            group,
        }
    }
}
