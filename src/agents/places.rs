//! Where each host reads its settings and its rules (the hosts' own references).

use std::path::{Path, PathBuf};

use super::host::{Host, Scope};
use super::settings::Format;

/// The folders that an installation is made in. All are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The user's home folder.
    pub home: PathBuf,
    /// The top of the project.
    pub project: PathBuf,
    /// Folders that variables of the hosts name instead of those in the home folder.
    pub host_homes: Vec<(Host, PathBuf)>,
}

/// The settings of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub format: Format,
}

/// A place from which a host reads settings that may register hooks or switch them off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Whose settings they are.
    pub scope: Scope,
    /// The file, or the folder.
    pub path: PathBuf,
    /// What is in the file, or in each file of the folder.
    pub content: Content,
    /// Whether it is a folder, of which the host reads every `*.json`.
    pub is_folder: bool,
}

/// What a host reads from a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Settings.
    Settings(Format),
    /// Variables that it sets for itself and for what it starts, in lines `NAME=VALUE`.
    Variables,
}

/// The names of a host's [`Source`]s. One with a `/` at its end is a folder. A user's
/// name is in the host's folder, but for one that begins with `~/`, the home folder.
const fn source_names(host: Host) -> &'static [(Scope, &'static str)] {
    use Scope::{Managed, Project, User};
    match host {
        Host::ClaudeCode => &[
            (Managed, "/etc/claude-code/managed-settings.json"),
            (Managed, "/etc/claude-code/managed-settings.d/"),
            (User, "settings.json"),
            (Project, ".claude/settings.json"),
            (Project, ".claude/settings.local.json"),
        ],
        Host::Codex => &[
            (Managed, "/etc/codex/requirements.toml"),
            (Managed, "/etc/codex/managed_config.toml"),
            (Managed, "/etc/codex/config.toml"),
            (Managed, "/etc/codex/hooks.json"),
            (User, "config.toml"),
            (User, "hooks.json"),
            (User, ".env"),
            (Project, ".codex/config.toml"),
            (Project, ".codex/hooks.json"),
        ],
        Host::CopilotCli => &[
            (Managed, "/etc/github-copilot/policy.d/"),
            (User, "hooks/"),
            (User, "settings.json"),
            (User, "config.json"),
            (Project, ".github/hooks/"),
            (Project, ".github/copilot/settings.json"),
            (Project, ".github/copilot/settings.local.json"),
            (Project, ".claude/settings.json"),
            (Project, ".claude/settings.local.json"),
        ],
        Host::GeminiCli => &[
            (Managed, "/etc/gemini-cli/settings.json"),
            (Managed, "/etc/gemini-cli/system-defaults.json"),
            (User, "settings.json"),
            (User, ".env"),
            (User, "~/.env"),
            (Project, ".gemini/settings.json"),
            (Project, ".gemini/.env"),
            (Project, ".env"),
        ],
    }
}

fn content(name: &str) -> Content {
    let path = Path::new(name);
    match path.extension() {
        Some(extension) if extension == "toml" => Content::Settings(Format::Toml),
        None if path.ends_with(".env") => Content::Variables,
        // Some hosts allow comments.
        _ => Content::Settings(Format::JsonWithComments),
    }
}

impl Places {
    /// Every place from which a host reads settings about hooks, the strongest first.
    #[must_use]
    pub fn sources(&self, host: Host) -> Vec<Source> {
        let source = |&(scope, name): &(Scope, &str)| Source {
            scope,
            path: self.at(host, scope, name, name, name),
            content: content(name),
            is_folder: name.ends_with('/'),
        };
        source_names(host).iter().map(source).collect()
    }

    /// The variable that names a host's folder in the place of the one in the home folder.
    #[must_use]
    pub const fn home_variable(host: Host) -> Option<&'static str> {
        match host {
            Host::ClaudeCode => Some("CLAUDE_CONFIG_DIR"),
            Host::Codex => Some("CODEX_HOME"),
            Host::CopilotCli => Some("COPILOT_HOME"),
            Host::GeminiCli => None,
        }
    }

    /// The host's folder in the home folder, or the one that its variable names.
    fn host_home(&self, host: Host) -> PathBuf {
        let named = self.host_homes.iter().find(|(of, _)| *of == host);
        let folder = match host {
            Host::ClaudeCode => ".claude",
            Host::Codex => ".codex",
            Host::CopilotCli => ".copilot",
            Host::GeminiCli => ".gemini",
        };
        named.map_or_else(|| self.home.join(folder), |(_, path)| path.clone())
    }

    /// The settings that register the hook.
    #[must_use]
    pub fn settings(&self, host: Host, scope: Scope) -> SettingsFile {
        let (managed, user, project) = match host {
            Host::ClaudeCode => (
                "/etc/claude-code/managed-settings.json",
                "settings.json",
                ".claude/settings.json",
            ),
            Host::Codex => (
                "/etc/codex/requirements.toml",
                "hooks.json",
                ".codex/hooks.json",
            ),
            Host::CopilotCli => (
                "/etc/github-copilot/policy.d/cavra.json",
                "hooks/cavra.json",
                ".github/hooks/cavra.json",
            ),
            Host::GeminiCli => (
                "/etc/gemini-cli/settings.json",
                "settings.json",
                ".gemini/settings.json",
            ),
        };
        let format = match (host, scope) {
            (Host::Codex, Scope::Managed) => Format::Toml,
            (Host::GeminiCli, _) => Format::JsonWithComments,
            _ => Format::Json,
        };
        SettingsFile {
            path: self.at(host, scope, managed, user, project),
            format,
        }
    }

    /// The file of rules that is the installation's own, where the host reads such files.
    #[must_use]
    pub fn rules(&self, host: Host, scope: Scope) -> Option<PathBuf> {
        let (managed, user, project) = match host {
            Host::GeminiCli => (
                "/etc/gemini-cli/policies/cavra.toml",
                "policies/cavra.toml",
                ".gemini/policies/cavra.toml",
            ),
            Host::Codex if scope != Scope::Managed => {
                ("", "rules/cavra.rules", ".codex/rules/cavra.rules")
            }
            Host::ClaudeCode | Host::Codex | Host::CopilotCli => return None,
        };
        Some(self.at(host, scope, managed, user, project))
    }

    /// The user's settings that can switch the hooks of Codex off.
    #[must_use]
    pub fn codex_config(&self) -> PathBuf {
        self.host_home(Host::Codex).join("config.toml")
    }

    fn at(&self, host: Host, scope: Scope, managed: &str, user: &str, project: &str) -> PathBuf {
        match scope {
            Scope::Managed => PathBuf::from(managed),
            Scope::User => match user.strip_prefix("~/") {
                Some(user) => self.home.join(user),
                None => self.host_home(host).join(user),
            },
            Scope::Project => self.project.join(project),
        }
    }

    /// The configuration of the hook. A project holds none, because the agent can write there.
    #[must_use]
    pub fn hook_config(&self, scope: Scope) -> PathBuf {
        self.cavra(scope, "hook.json")
    }

    /// The record of what is installed.
    #[must_use]
    pub fn record(&self, scope: Scope) -> PathBuf {
        self.cavra(scope, "agents.json")
    }

    fn cavra(&self, scope: Scope, name: &str) -> PathBuf {
        match scope {
            Scope::Managed => Path::new("/etc/cavra").join(name),
            Scope::User | Scope::Project => self.home.join(".config/cavra").join(name),
        }
    }
}
