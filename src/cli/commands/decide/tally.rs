use std::io::Write as _;

use clap::ValueEnum;

use crate::cli::asking::status_of;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::decision::Verdict;

/// From which verdict on the exit code is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum FailOn {
    /// Whatever is blocked.
    Block,
    /// Whatever needs approval or is blocked.
    RequireApproval,
    /// Nothing: exit with 0 whatever is decided.
    Never,
}

/// What the exit code depends on.
pub(crate) struct Tally {
    fail_on: Option<FailOn>,
    actions: u64,
    bad: u64,
    strictest: Verdict,
}

impl Tally {
    pub(crate) fn new(fail_on: Option<FailOn>) -> Self {
        Self {
            fail_on,
            actions: 0,
            bad: 0,
            strictest: Verdict::Allow,
        }
    }

    /// Counts one action: its verdict, or that it could not be judged.
    pub(crate) fn count(&mut self, verdict: Result<Verdict, ()>) {
        self.actions += 1;
        match verdict {
            Ok(verdict) => self.strictest = self.strictest.max(verdict),
            Err(()) => self.bad += 1,
        }
    }

    pub(crate) fn status(&self) -> Result<ExitStatus, CliError> {
        if self.actions == 0 {
            return Err(CliError::NoAction);
        }
        if self.actions > 1 && self.bad == self.actions {
            let hint = "no line is an action document; give one JSON object, or JSON Lines: one object \
                        a line";
            writeln!(anstream::stderr(), "hint: {hint}")?;
        }
        if self.bad > 0 {
            return Ok(ExitStatus::Failure);
        }
        let least = match self.fail_on {
            Some(FailOn::Never) => None,
            Some(FailOn::Block) => Some(Verdict::Block),
            Some(FailOn::RequireApproval) => Some(Verdict::RequireApproval),
            None if self.actions == 1 => Some(Verdict::RequireApproval),
            None => None,
        };
        Ok(match least {
            Some(least) if self.strictest >= least => status_of(self.strictest),
            _ => ExitStatus::Success,
        })
    }
}
