//! What is there of an installation: its record, its settings and its program.

use std::path::{Path, PathBuf};

use super::error::AgentsError;
use super::guarded_files;
use super::plan::Planned;
use super::scope::Target;
use crate::agents::host::{Host, Scope};
use crate::agents::installed::{Installation, MAX_RECORD_BYTES};
use crate::agents::places::Places;
use crate::agents::registration;
use crate::agents::settings::{Format, MAX_SETTINGS_BYTES};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::cli::error::CliError;

/// The mode of the record and of the hook's configuration: every agent's hook reads the latter.
pub(super) const RECORD_MODE: u32 = 0o644;
/// The mode of new settings.
pub(super) const SETTINGS_MODE: u32 = 0o644;

/// A file of an installation as it is. Nothing of it is a link.
pub(super) fn look(target: &Target, path: &Path, mode: u32) -> Result<Planned, CliError> {
    let path = target.here(path);
    guarded_files::refuse_links(&target.base(), &path)?;
    if target.scope != Scope::Managed {
        guarded_files::refuse_of_another(&path)?;
    }
    let before = guarded_files::read(&path, MAX_RECORD_BYTES)?;
    Ok(Planned {
        after: before.clone(),
        before,
        path,
        mode,
        is_record: false,
    })
}

/// What is in the settings of a host.
pub(super) fn format_of(host: Host, scope: Scope) -> Format {
    let nowhere = Places {
        home: PathBuf::new(),
        project: PathBuf::new(),
        host_homes: Vec::new(),
    };
    nowhere.settings(host, scope).format
}

/// Why an installation isn't what it was when it was made: the settings no longer start this program, or it is
/// another one. Empty if all is the same. `here` says where a file of the record is found.
pub(super) fn faults(
    installation: &Installation,
    places: &Places,
    here: &dyn Fn(&Path) -> PathBuf,
) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(fault) = settings_fault(installation, here) {
        faults.push(fault);
    }
    if installation.host == Host::Codex
        && let Some(fault) = codex_fault(places)
    {
        faults.push(fault);
    }
    let program = &installation.program;
    match guarded_files::program_digest(&here(Path::new(program))) {
        Ok(digest) if digest == installation.program_digest => {}
        Ok(digest) => faults.push(format!(
            "`{program}` is another program than the one that was installed: {digest}, not {}",
            installation.program_digest
        )),
        Err(error) => faults.push(error.to_string()),
    }
    let config = here(Path::new(&installation.config));
    match guarded_files::read(&config, MAX_SETTINGS_BYTES) {
        Ok(Some(text)) if Digest::of(text.as_bytes()) == installation.config_digest => {}
        Ok(Some(_)) => faults.push(format!(
            "`{}` was edited after the installation",
            installation.config
        )),
        Ok(None) => faults.push(format!("`{}` is gone", installation.config)),
        Err(error) => faults.push(in_line(&error)),
    }
    faults
}

/// What the settings themselves say against the hook.
fn settings_fault(installation: &Installation, here: &dyn Fn(&Path) -> PathBuf) -> Option<String> {
    let Installation { host, scope, .. } = *installation;
    let named = &installation.settings;
    let text = match guarded_files::read(&here(Path::new(named)), MAX_SETTINGS_BYTES) {
        Ok(Some(text)) => text,
        Ok(None) => return Some(format!("`{named}` is gone, so no hook is registered")),
        Err(error) => return Some(in_line(&error)),
    };
    let fault = match format_of(host, scope).value(&text) {
        Err(error) => Some(in_line(&error)),
        Ok(value) => registration::fault(&value, installation),
    };
    fault.map(|fault| format!("`{named}`: {fault}"))
}

/// The user's own settings of Codex can switch hooks off.
fn codex_fault(places: &Places) -> Option<String> {
    let path = places.codex_config();
    let text = match guarded_files::read(&path, MAX_SETTINGS_BYTES) {
        Ok(Some(text)) => text,
        Ok(None) => return None,
        Err(AgentsError::Link(_)) => std::fs::read_to_string(&path).ok()?,
        Err(error) => return Some(in_line(&error)),
    };
    let value = Format::Toml.value(&text).ok()?;
    let features = value.get("features")?;
    let off = ["hooks", "codex_hooks"]
        .iter()
        .any(|key| features.get(key) == Some(&serde_json::Value::Bool(false)));
    off.then(|| format!("`{}` switches hooks off", path.display()))
}
