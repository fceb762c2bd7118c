//! The columns of a record, in the order in which every reader asks for them.

use rusqlite::Row as SqlRow;

/// Rows of `content` that a record names, by their row ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct References {
    /// The action and its facts.
    pub subject: Option<i64>,
    /// The judgement of the active policy.
    pub judgement: Option<i64>,
    /// The identity of the policy that judged.
    pub policy: Option<i64>,
    /// The judgement of the candidate.
    pub candidate_judgement: Option<i64>,
    /// The identity of the candidate that was staged.
    pub candidate_policy: Option<i64>,
}

/// What is selected of a record. The constants below are the places of these columns.
pub(super) const SELECT_RECORD: &str = "SELECT position, id, leaf, subject, judgement, policy, \
     candidate_judgement, candidate_policy, body FROM record";
/// The place of the position.
pub(super) const POSITION: usize = 0;
/// The place of the id.
pub(super) const ID: usize = 1;
/// The place of the leaf.
pub(super) const LEAF: usize = 2;
/// The place of the body.
pub(super) const BODY: usize = 8;

impl References {
    /// The references of a row of [`SELECT_RECORD`].
    pub(super) fn of(row: &SqlRow<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            subject: row.get(3)?,
            judgement: row.get(4)?,
            policy: row.get(5)?,
            candidate_judgement: row.get(6)?,
            candidate_policy: row.get(7)?,
        })
    }
}

/// A position as SQLite takes it. Positions are bounded by what SQLite can hold.
pub(super) fn bounded(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
