//! Settings beside those of an installation: they may switch its hook off, or register others.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::AgentsError;
use super::guarded_files;
use crate::agents::host::{Host, Scope};
use crate::agents::installed::Installation;
use crate::agents::places::{Content, Places, Source};
use crate::agents::registration;
use crate::agents::settings::{MAX_SETTINGS_BYTES, SettingsError};
use crate::agents::variables;
use crate::causes::in_line;

/// Files of a folder of settings.
const MAX_FILES: usize = 256;

/// What settings beside those of an installation do to its hook.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// Why the hook doesn't run, or why nobody knows whether it does.
    pub(super) faults: Vec<String>,
    /// What may undo the hook's judgement.
    pub(super) warnings: Vec<String>,
}

/// Settings in one file, or why they can't be read.
struct Settings {
    scope: Scope,
    path: PathBuf,
    value: Result<Value, Unread>,
}

/// Why settings can't be read.
#[derive(Debug, thiserror::Error)]
enum Unread {
    /// The file or the folder can't be opened.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is no text of settings.
    #[error(transparent)]
    File(#[from] AgentsError),
    /// The text is in another format.
    #[error(transparent)]
    Format(#[from] SettingsError),
    /// The folder has too many files.
    #[error("it has more than {MAX_FILES} files")]
    TooMany,
}

/// Looks at every place from which the host reads settings. The project is the installation's, else the
/// one of `places`.
pub(super) fn look(installation: &Installation, places: &Places) -> Elsewhere {
    let mut places = places.clone();
    if let Some(project) = &installation.project {
        places.project = PathBuf::from(project);
    }
    let mut sources = places.sources(installation.host);
    // The project may be the home folder.
    let mut seen = BTreeSet::new();
    sources.retain(|source| seen.insert(source.path.clone()));
    let all: Vec<Settings> = sources.iter().flat_map(read).collect();
    found_in(&all, installation)
}

fn found_in(all: &[Settings], installation: &Installation) -> Elsewhere {
    let Installation { host, scope, .. } = *installation;
    let mut managed = all.iter().filter(|it| it.scope == Scope::Managed);
    let only_managed = managed.find_map(|it| {
        let key = registration::managed_only(host, it.value.as_ref().ok()?)?;
        Some((&it.path, key))
    });
    let mut found = Elsewhere::default();
    if let (Some((path, key)), true) = (only_managed, scope != Scope::Managed) {
        let path = path.display();
        let fault =
            format!("`{path}`: `{key}` is `true`, so this hook, which is not managed, doesn't run");
        found.faults.push(fault);
    }
    for settings in all {
        if only_managed.is_none() || settings.scope == Scope::Managed {
            found.add(installation, settings);
        }
    }
    found
}

impl Elsewhere {
    fn add(&mut self, installation: &Installation, settings: &Settings) {
        let Installation { host, scope, .. } = *installation;
        let path = settings.path.display();
        // Hooks of its policy folder run whatever other settings say (Copilot CLI, "Policy hooks").
        let is_safe =
            host == Host::CopilotCli && scope == Scope::Managed && settings.scope != Scope::Managed;
        let is_own = settings.path == Path::new(&installation.settings);
        let value = match &settings.value {
            Ok(value) => value,
            Err(_) if is_own || is_safe => return,
            Err(error) => {
                let problem = in_line(error);
                let unknown = "so nobody knows whether it switches hooks off";
                self.faults.push(format!("`{path}`: {problem}, {unknown}"));
                return;
            }
        };
        if let Some(fault) = registration::switched_off(host, value, &installation.program)
            && !is_own
            && !is_safe
        {
            self.faults.push(format!("`{path}`: {fault}"));
        }
        if registration::has_other_hooks(host, value, &installation.entry) {
            self.warnings.push(format!(
                "`{path}` registers another hook before a tool, which may replace the tool's input after \
                 this one judged it; take it out, or let only managed hooks run"
            ));
        }
    }
}

/// What is in a file, or in the files of a folder. Nothing if there is none.
fn read(source: &Source) -> Vec<Settings> {
    let settings = |path: PathBuf, value| Settings {
        scope: source.scope,
        path,
        value,
    };
    let paths = match source.is_folder {
        true => files_in(&source.path),
        false => Ok(vec![source.path.clone()]),
    };
    let paths = match paths {
        Ok(paths) => paths,
        Err(problem) => return vec![settings(source.path.clone(), Err(problem))],
    };
    let with_value = paths.into_iter().filter_map(|path| {
        let value = value(source, &path).transpose()?;
        Some(settings(path, value))
    });
    with_value.collect()
}

/// The settings in a file. Links are followed, as the host does.
fn value(source: &Source, path: &Path) -> Result<Option<Value>, Unread> {
    let text = match fs::canonicalize(path) {
        Ok(path) => guarded_files::read(&path, MAX_SETTINGS_BYTES)?,
        Err(error) if is_absent(&error) => None,
        Err(error) => return Err(error.into()),
    };
    let value = text.map(|text| match source.content {
        Content::Settings(format) => format.value(&text),
        Content::Variables => Ok(variables::as_settings(&text)),
    });
    Ok(value.transpose()?)
}

/// The files `*.json` of a folder, by their names.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Unread> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if paths.len() == MAX_FILES {
            return Err(Unread::TooMany);
        }
        paths.push(path);
    }
    paths.sort();
    Ok(paths)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::agents::installed::Installation;

    fn installation(host: &str, scope: &str) -> Installation {
        let digest = format!("sha256:{}", "0".repeat(64));
        let document = json!({
            "host": host, "scope": scope, "installed_at": "2026-01-01T00:00:00Z",
            "settings": "/own", "entry": {"own": true}, "program": "/p", "program_digest": digest,
            "arguments": [], "config": "/c", "config_digest": digest, "made_settings": true,
            "inserted": [], "files": [],
        });
        serde_json::from_value(document).unwrap()
    }

    /// What a user's and the machine's settings do to a hook: how many faults, and how many warnings.
    fn counted(host: &str, scope: &str, managed: Value, user: Value) -> (usize, usize) {
        let settings = |scope, path: &str, value| Settings {
            scope,
            path: PathBuf::from(path),
            value: Ok(value),
        };
        let all = [
            settings(Scope::Managed, "/managed", managed),
            settings(Scope::User, "/user", user),
        ];
        let found = found_in(&all, &installation(host, scope));
        (found.faults.len(), found.warnings.len())
    }

    #[test]
    fn only_managed_settings_count_where_only_managed_hooks_run() {
        let off = || json!({"disableAllHooks": true, "hooks": {"PreToolUse": [{"other": true}]}});
        let only = || json!({"allowManagedHooksOnly": true});
        for (scope, managed, user, want) in [
            ("managed", only(), off(), (0, 0)),
            ("managed", json!({}), off(), (1, 1)),
            ("managed", off(), json!({}), (1, 1)),
            // A user can't say so, and their own hook doesn't run.
            ("managed", json!({}), only(), (0, 0)),
            ("user", only(), json!({}), (1, 0)),
            ("user", json!({}), json!({}), (0, 0)),
        ] {
            let found = counted("claude-code", scope, managed.clone(), user.clone());
            assert_eq!(found, want, "{scope}: {managed} {user}");
        }
        let hooks = json!({"allow_managed_hooks_only": true});
        let user = json!({"features": {"hooks": false}});
        assert_eq!(counted("codex", "managed", hooks, user.clone()), (0, 0));
        assert_eq!(counted("codex", "managed", json!({}), user), (1, 0));
    }

    #[test]
    fn hooks_of_the_policy_folder_of_copilot_can_not_be_switched_off() {
        let off = || json!({"disableAllHooks": true});
        assert_eq!(counted("copilot-cli", "managed", json!({}), off()), (0, 0));
        assert_eq!(counted("copilot-cli", "user", json!({}), off()), (1, 0));
        let other = json!({"hooks": {"preToolUse": [{"other": true}]}});
        assert_eq!(counted("copilot-cli", "managed", json!({}), other), (0, 1));
    }
}
