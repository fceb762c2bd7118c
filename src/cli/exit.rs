use std::process::ExitCode;

/// What a script sees of a command's end. The numbers are part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: done; for one action: it may go ahead.
    Success,
    /// 1: the tool could not do it, or was called wrongly. Never means a verdict.
    Failure,
    /// 2: what was checked did not pass: a failed case, a lint blocker, a packet that isn't ready.
    NotPassed,
    /// 3: the action needs approval.
    ApprovalRequired,
    /// 4: the action is blocked.
    Blocked,
}

impl ExitStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::NotPassed => 2,
            Self::ApprovalRequired => 3,
            Self::Blocked => 4,
        }
    }

    /// [`Self::Success`] or [`Self::NotPassed`].
    pub(crate) fn of_check(passed: bool) -> Self {
        if passed {
            Self::Success
        } else {
            Self::NotPassed
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
