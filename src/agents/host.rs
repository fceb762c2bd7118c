//! The hosts that `cavra-hook` speaks to, and how far an installation reaches.

use serde::{Deserialize, Serialize};

/// A program that runs an agent and asks a hook before each tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// Claude Code.
    ClaudeCode,
    /// Codex CLI.
    Codex,
    /// Copilot CLI.
    CopilotCli,
    /// Gemini CLI.
    GeminiCli,
}

impl Host {
    /// Every host.
    pub const ALL: [Self; 4] = [
        Self::ClaudeCode,
        Self::Codex,
        Self::CopilotCli,
        Self::GeminiCli,
    ];

    /// The name on the command line, which is the first argument of `cavra-hook` too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Codex => "codex",
            Self::CopilotCli => "copilot-cli",
            Self::GeminiCli => "gemini-cli",
        }
    }

    /// The name that its maker gives it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code",
            Self::Codex => "Codex",
            Self::CopilotCli => "Copilot CLI",
            Self::GeminiCli => "Gemini CLI",
        }
    }

    /// Whether the host tells its hook the id of the call, which is then the `correlation_id` of the
    /// decisions about it.
    #[must_use]
    pub const fn tells_call_ids(self) -> bool {
        match self {
            Self::ClaudeCode | Self::Codex => true,
            Self::CopilotCli | Self::GeminiCli => false,
        }
    }

    /// Whether decisions of an agent with this id were asked for by the hook of this host:
    /// `HOST`, or `HOST/ID` inside a subagent.
    #[must_use]
    pub fn is_agent(self, agent_id: &str) -> bool {
        let rest = agent_id.strip_prefix(self.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// How far an installation reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every user of the machine. Only root can change it.
    Managed,
    /// One user, who can change it, and so can the user's agent.
    User,
    /// One project on one machine. Everybody who can write to the project can change it.
    Project,
}

impl Scope {
    /// Every scope, the strongest first.
    pub const ALL: [Self; 3] = [Self::Managed, Self::User, Self::Project];

    /// The name in documents and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::User => "user",
            Self::Project => "project",
        }
    }
}
