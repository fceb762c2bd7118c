//! Hosts that actions reach, each in one form, however it is written.
//!
//! A text that gives no name has no host here: then nobody can say where it leads, and what depends on
//! that is never allowed.
//!
//! | module | holds |
//! |---|---|
//! | `name` | names and addresses of hosts |
//! | `url` | the scheme, the host and the port of a URL |

mod name;
mod url;

pub use name::{is_address, is_of_this_network, normal};
pub use url::{Destination, default_port};

/// Bytes of a text in which a host is looked for. A longer text has none.
pub const MAX_URL_BYTES: usize = 4096;
