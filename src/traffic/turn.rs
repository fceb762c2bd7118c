//! The shape of a session: turns of a few steps, each followed by a likely next one.

use super::random::Weighted;

/// What an agent does for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Reads into the code.
    Explore,
    /// Edits what it has read.
    Change,
    /// Tests, builds, and looks at what failed.
    Verify,
    /// Commits and pushes.
    Deliver,
    /// Asks trackers, wikis and the code host.
    Consult,
    /// The session is over.
    End,
}

/// One action's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Read a file of the working set.
    Read,
    /// Read any file of the repository.
    Browse,
    /// Edit a file of the working set.
    Edit,
    /// A command that looks around.
    Look,
    /// A command that tests or builds.
    Check,
    /// A call of a known tool.
    Call,
    /// The next step of handing in.
    Deliver,
}

const EXPLORE: Weighted<Step> = Weighted::new(&[
    (46, Step::Read),
    (36, Step::Browse),
    (17, Step::Look),
    (1, Step::Call),
]);
const CHANGE: Weighted<Step> = Weighted::new(&[
    (48, Step::Edit),
    (40, Step::Read),
    (8, Step::Browse),
    (4, Step::Look),
]);
const VERIFY: Weighted<Step> =
    Weighted::new(&[(58, Step::Check), (28, Step::Read), (14, Step::Edit)]);
const DELIVER: Weighted<Step> = Weighted::new(&[(1, Step::Deliver)]);
const CONSULT: Weighted<Step> = Weighted::new(&[(60, Step::Call), (40, Step::Read)]);

impl Turn {
    /// What a step of it is.
    pub(super) fn steps(self) -> &'static Weighted<Step> {
        match self {
            Self::Explore | Self::End => &EXPLORE,
            Self::Change => &CHANGE,
            Self::Verify => &VERIFY,
            Self::Deliver => &DELIVER,
            Self::Consult => &CONSULT,
        }
    }

    /// How many steps it has, as quantiles.
    pub(super) fn lengths(self) -> &'static [u32] {
        match self {
            Self::Explore => &[2, 4, 7, 12, 26],
            Self::Change => &[2, 3, 5, 8, 16],
            Self::Verify => &[1, 2, 3, 5],
            // As many as there are to hand in.
            Self::Deliver => &[6],
            Self::Consult => &[1, 2, 4],
            Self::End => &[0],
        }
    }

    /// What follows.
    pub(super) fn next(self) -> &'static Weighted<Turn> {
        const AFTER_EXPLORE: Weighted<Turn> = Weighted::new(&[
            (34, Turn::Explore),
            (50, Turn::Change),
            (10, Turn::Verify),
            (2, Turn::Consult),
            (4, Turn::End),
        ]);
        const AFTER_CHANGE: Weighted<Turn> =
            Weighted::new(&[(64, Turn::Verify), (20, Turn::Change), (16, Turn::Explore)]);
        const AFTER_VERIFY: Weighted<Turn> = Weighted::new(&[
            (44, Turn::Change),
            (22, Turn::Explore),
            (10, Turn::Verify),
            (20, Turn::Deliver),
            (4, Turn::End),
        ]);
        const AFTER_DELIVER: Weighted<Turn> =
            Weighted::new(&[(60, Turn::End), (36, Turn::Explore), (4, Turn::Consult)]);
        const AFTER_CONSULT: Weighted<Turn> =
            Weighted::new(&[(70, Turn::Explore), (30, Turn::Change)]);
        const FIRST: Weighted<Turn> =
            Weighted::new(&[(80, Turn::Explore), (12, Turn::Consult), (8, Turn::Verify)]);
        match self {
            Self::Explore => &AFTER_EXPLORE,
            Self::Change => &AFTER_CHANGE,
            Self::Verify => &AFTER_VERIFY,
            Self::Deliver => &AFTER_DELIVER,
            Self::Consult => &AFTER_CONSULT,
            Self::End => &FIRST,
        }
    }
}
