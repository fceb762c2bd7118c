//! What colours mean.

use anstyle::{AnsiColor, Style};

use crate::decision::{Change, Severity, Verdict};
use crate::policy::issue::IssueSeverity;
use crate::readiness::assessment::CheckStatus;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const QUIET: Style = Style::new().dimmed();
pub(crate) const PLAIN: Style = Style::new();
const GOOD: Style = AnsiColor::Green.on_default();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

pub(crate) fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Block => BAD,
        Verdict::RequireApproval => DOUBTFUL,
        Verdict::AllowWithAttestation | Verdict::Warn | Verdict::AuditOnly => HINT,
        Verdict::Allow => GOOD,
    }
}

pub(crate) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical => BAD,
        Severity::High => DOUBTFUL,
        Severity::Medium | Severity::Low => PLAIN,
    }
}

pub(crate) fn issue(severity: IssueSeverity) -> Style {
    match severity {
        IssueSeverity::Blocker => BAD,
        IssueSeverity::Warning => DOUBTFUL,
    }
}

/// The dangerous direction has the most visible colour.
pub(crate) fn change(change: Change) -> Style {
    match change {
        Change::Loosened | Change::CandidateError => BAD,
        Change::Tightened => DOUBTFUL,
        Change::ReasonChanged => HINT,
        Change::Same => QUIET,
    }
}

pub(crate) fn check(status: CheckStatus) -> Style {
    match status {
        CheckStatus::Pass => GOOD,
        CheckStatus::Warn => DOUBTFUL,
        CheckStatus::Blocker => BAD,
    }
}

pub(crate) fn passed(passed: bool) -> Style {
    if passed { GOOD } else { BAD }
}

/// `text` in a style. The codes are taken out again where colour is off.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
