//! What actions would connect to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One host that an action would connect to. Of an action 256 are listed. If there are more, one
/// without a host represents the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkAccess {
    /// The index in `facts.commands`.
    pub command: Option<usize>,
    /// The scheme, the host and the port, such as `https://github.com`; the default port of a scheme
    /// is left out. Of a host that is known only at run time: what the command says instead, at
    /// most 256 bytes of it. `/dev/tcp/host/80` is as it was written.
    pub endpoint: String,
    /// A name in lower case and without a dot at its end, or an address in its standard form. Absent
    /// if the host is known only at run time, or if programs may differ about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Given, or the default port of the scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The name of a git remote, whose host the repository's configuration says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// In lower case, such as `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// What goes over the connection.
    #[serde(default, skip_serializing_if = "Traffic::is_opened")]
    pub traffic: Traffic,
}

/// What goes over a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// The shell opens the connection, and what goes over it is not known.
    #[default]
    Opened,
    /// It only asks for something, by the words of the command.
    Reads,
    /// It sends something, or may do so.
    Sends,
}

impl Traffic {
    /// Whether the shell itself opens the connection.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        *self == Self::Opened
    }
}
