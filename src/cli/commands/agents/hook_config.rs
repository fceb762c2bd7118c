//! The configuration of the hook: which service it asks.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use cavra_hook_config::socket_of;
use serde_json::{Map, Value, json};

use super::error::AgentsError;
use super::guarded_files;
use super::install::InstallArgs;
use super::scope::Target;
use crate::agents::host::Scope;
use crate::agents::settings::SettingsError;
use crate::cli::error::CliError;
use crate::cli::output::document;
use crate::cli::remote::Remote;
use crate::grpc::client::Patience;

/// Where `cavra service install` puts the agents' socket of the machine.
const SYSTEM_ENDPOINT: &str = "unix:/run/cavra/agents.sock";
/// Where `cavra service install --user` puts the agents' socket, below the runtime directory of the user.
const USER_SOCKET: &str = "cavra/agents.sock";

/// How long a service may take to answer that it is there.
const ANSWER_TIME: Duration = Duration::from_millis(500);

/// The endpoint that a configuration names. None if it names none.
pub(super) fn endpoint_of(config: &str) -> Option<String> {
    let config: Value = serde_json::from_str(config).ok()?;
    config.get("endpoint")?.as_str().map(str::to_owned)
}

/// The endpoint that a configuration names, if no service answers there.
pub(super) fn unanswered(config: &str) -> Option<String> {
    let endpoint = endpoint_of(config)?;
    let connected = Remote::connect(&endpoint, Patience::new(ANSWER_TIME));
    connected.is_err().then_some(endpoint)
}

impl InstallArgs {
    /// The configuration of the hook, with what the options say.
    pub(super) fn config(&self, target: &Target, before: Option<&str>) -> Result<String, CliError> {
        let path = target.places.hook_config(target.scope);
        let parsed = before
            .map(serde_json::from_str::<Map<String, Value>>)
            .transpose();
        let parsed = parsed.map_err(|cause| AgentsError::Settings {
            path,
            cause: SettingsError::StrictJson(cause),
        })?;
        let mut config = parsed.clone().unwrap_or_default();
        let endpoint = match (&self.endpoint, config.contains_key("endpoint")) {
            (Some(endpoint), _) => Some(endpoint.clone()),
            (None, true) => None,
            (None, false) => Some(default_endpoint(target.scope)?),
        };
        if let Some(endpoint) = endpoint {
            config.insert("endpoint".to_owned(), json!(checked(&endpoint)?));
        }
        if !self.socket_owner.is_empty() {
            config.insert("socket_owners".to_owned(), json!(self.socket_owner));
        }
        if !self.mcp_server.is_empty() {
            config.insert("mcp_servers".to_owned(), json!(self.mcp_server));
        }
        match (before, parsed == Some(config.clone())) {
            (Some(before), true) => Ok(before.to_owned()),
            _ => document(&config),
        }
    }
}

/// An endpoint that the hook can use.
fn checked(endpoint: &str) -> Result<&str, AgentsError> {
    match socket_of(endpoint) {
        Some(_) => Ok(endpoint),
        None => Err(AgentsError::Endpoint(endpoint.to_owned())),
    }
}

fn default_endpoint(scope: Scope) -> Result<String, CliError> {
    if scope == Scope::Managed {
        return Ok(SYSTEM_ENDPOINT.to_owned());
    }
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let socket = runtime
        .filter(|it| it.is_absolute())
        .map(|it| it.join(USER_SOCKET));
    let socket = socket.ok_or(AgentsError::NoEndpoint)?;
    Ok(format!("unix:{}", guarded_files::text_of(&socket)?))
}
