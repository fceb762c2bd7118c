//! The hosts: how each says what its agent wants to do, and how each takes an answer.
//!
//! One file a host. No answer is a mixture for several hosts: a field that one host needs makes another
//! one ignore the whole answer.

mod claude_code;
mod codex;
mod copilot_cli;
mod event;
mod gemini_cli;

use std::env;

pub(crate) use event::BadEvent;

use crate::answer::{Answer, Output};
use crate::call::Call;

/// A program that runs an agent and asks a hook before each tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
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
    pub(crate) const ALL: [Self; 4] = [
        Self::ClaudeCode,
        Self::Codex,
        Self::CopilotCli,
        Self::GeminiCli,
    ];

    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Codex => "codex",
            Self::CopilotCli => "copilot-cli",
            Self::GeminiCli => "gemini-cli",
        }
    }

    /// The host with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.name() == name)
    }

    /// The variable that holds the top of the project, where the host sets one for its hooks.
    const fn project_variable(self) -> Option<&'static str> {
        match self {
            Self::ClaudeCode => Some("CLAUDE_PROJECT_DIR"),
            Self::GeminiCli => Some("GEMINI_PROJECT_DIR"),
            Self::Codex | Self::CopilotCli => None,
        }
    }

    /// Reads an event from standard input's bytes.
    ///
    /// # Errors
    /// If it is no event of this host that asks before a tool runs.
    pub(crate) fn read(self, event: &[u8]) -> Result<Call, BadEvent> {
        let mut call = match self {
            Self::ClaudeCode => claude_code::read(event),
            Self::Codex => codex::read(event),
            Self::CopilotCli => copilot_cli::read_event(event),
            Self::GeminiCli => gemini_cli::read(event),
        }?;
        let variable = self.project_variable().and_then(|name| env::var(name).ok());
        call.project = variable.filter(|path| path.starts_with('/'));
        if self != Self::Codex {
            call.session_file = None;
        }
        Ok(call)
    }

    /// What the host has to get for an answer.
    pub(crate) fn output(self, answer: &Answer) -> Output {
        match self {
            Self::ClaudeCode => claude_code::output(answer),
            Self::Codex => codex::output(answer),
            Self::CopilotCli => copilot_cli::output(answer),
            Self::GeminiCli => gemini_cli::output(answer),
        }
    }
}
