//! How much harm an action could do: the scale, and the severity of an action's effects.
//!
//! A person who is asked sees the severity beside the rule: `ls`, `npm publish` and `sudo rm -rf /`
//! are asked about by the same rule, and are not alike. It decides nothing.
//!
//! | module | holds |
//! |---|---|
//! | `places` | the severity of reads and writes, by the paths |
//! | `words` | the severity of a command, by its words |

mod places;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Finding, Verdict};
use crate::action::facts::{Command, Deed, Extent, Facts, Traffic};

/// The rule for commands that are on no list. It knows nothing of a command, so what the command
/// does is all that its severity depends on.
const DEFAULT_RULE: &str = "commands.default.require_approval";
/// Programs that run what they read.
const SHELLS: &[&str] = &[
    "bash", "dash", "fish", "ksh", "node", "perl", "php", "python", "python3", "ruby", "sh", "zsh",
];
/// Programs that print what they download.
const DOWNLOADERS: &[&str] = &["curl", "fetch", "wget"];

/// How much harm an action could do. A later severity in this list is worse.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Ordinary work.
    Low,
    /// Somebody should look at it.
    Medium,
    /// It would do harm.
    High,
    /// It would do harm at once that can't be undone.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in documents, such as `high`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == name)
    }

    /// The severity that is shown for an action where `deciding` decides. If approval is needed,
    /// it is the greater one of the rule and of what the action does; for a command that is on no
    /// list it is what the action does. Other verdicts keep the severity of the rule.
    #[must_use]
    pub fn shown(deciding: &Finding, facts: &Facts) -> Self {
        if deciding.decision != Verdict::RequireApproval {
            return deciding.severity;
        }
        match &*deciding.rule_id {
            DEFAULT_RULE => Self::of(facts),
            _ => deciding.severity.max(Self::of(facts)),
        }
    }

    /// Whether `self` can be what is shown where `deciding` decides, whatever the facts are.
    #[must_use]
    pub fn may_be_shown(self, deciding: &Finding) -> bool {
        let is_asked = deciding.decision == Verdict::RequireApproval;
        let may_be_less = *deciding.rule_id == *DEFAULT_RULE;
        self == deciding.severity || (is_asked && (may_be_less || self > deciding.severity))
    }

    /// How much harm an action could do by its effects: low if it only reads ordinary files,
    /// medium if it writes them or is not known, high if it loses work, publishes, sends, installs
    /// or runs code that was downloaded, critical if it takes other privileges or changes the
    /// system or what runs in production.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let commands = facts.commands.iter().filter(|command| !command.neutral);
        let of_commands = commands.map(of_command).max().unwrap_or(Self::Low);
        let sends = facts.pushes.iter().any(|it| it.writes && !it.dry_run);
        let connects = facts.network.iter().any(|it| it.traffic != Traffic::Reads);
        let of_line = match sends || connects || runs_what_it_downloads(facts) {
            true => Self::High,
            false => Self::Low,
        };
        of_commands.max(of_line).max(places::of(facts))
    }

    /// How much harm one effect could do.
    #[must_use]
    pub fn of_deed(deed: Deed) -> Self {
        match deed {
            Deed::VcsReads => Self::Low,
            Deed::Environment
            | Deed::NetworkRead
            | Deed::RunsInlineCode
            | Deed::RunsProjectCode
            | Deed::VcsLocal
            | Deed::VcsRemote => Self::Medium,
            Deed::Deletes
            | Deed::NetworkSend
            | Deed::Process
            | Deed::RunsDownloadedCode
            | Deed::VcsLosesWork => Self::High,
            Deed::Privilege => Self::Critical,
        }
    }
}

fn of_command(command: &Command) -> Severity {
    let effects = &command.effects;
    let least = match effects.extent {
        Extent::Known => Severity::Low,
        Extent::Partly | Extent::Unknown => Severity::Medium,
    };
    // Who asks for help or a dry run does nothing of it.
    if command.inert {
        return least.max(words::of_launchers(command));
    }
    let deeds = effects.does.iter().map(|deed| of_deed_by(command, deed));
    deeds.fold(least.max(words::of(command)), Severity::max)
}

/// A file that is moved is still there.
fn of_deed_by(command: &Command, deed: Deed) -> Severity {
    match (deed, command.program.as_str()) {
        (Deed::Deletes, "mv") => Severity::Medium,
        _ => Severity::of_deed(deed),
    }
}

/// `curl … | sh`: one command downloads, and a shell runs what is known only at run time.
fn runs_what_it_downloads(facts: &Facts) -> bool {
    let is_there = |names: &[&str]| {
        let mut programs = facts.commands.iter().map(|it| it.program.as_str());
        programs.any(|program| names.contains(&program))
    };
    !facts.unknowns.is_empty() && is_there(DOWNLOADERS) && is_there(SHELLS)
}
