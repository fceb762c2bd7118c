//! Where a service is reached, and what it may do there.

use super::status::Refusal;

/// Who may read what was recorded. Checkpoints and proofs are everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JournalReads {
    /// Everybody who reaches the service.
    #[default]
    Everybody,
    /// Everybody who can open the admin socket.
    Admin,
}

/// Where a service is reached, and so what it may do.
#[derive(Debug, Clone)]
pub(super) enum Door {
    /// The listening address and the socket of `--socket`: looks only. Says where the admin socket is.
    Public {
        /// Its path, if there is one.
        admin_socket: Option<String>,
    },
    /// The admin socket.
    Admin,
    /// The agents' socket: decides, and lets agents wait for approvals.
    Agents,
}

impl Door {
    /// Refuses what the agents' door doesn't serve, though the public one does.
    pub(super) fn admit_person(&self, method: &'static str) -> Result<(), Refusal> {
        match self {
            Self::Agents => Err(Refusal::NotForAgents { method }),
            Self::Admin | Self::Public { .. } => Ok(()),
        }
    }

    /// Refuses what the public door doesn't serve.
    pub(super) fn admit(&self, method: &'static str) -> Result<(), Refusal> {
        match self {
            Self::Admin => Ok(()),
            Self::Agents => Err(Refusal::NotForAgents { method }),
            Self::Public { admin_socket } => Err(Refusal::AdminOnly {
                method,
                socket: admin_socket.clone(),
            }),
        }
    }
}
