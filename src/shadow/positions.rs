//! Finds the positions of decisions that were compared before they had one.
//!
//! A journal whose decisions are answered before they are written knows no positions at the time of
//! the answer. A run then orders decisions by their ids, which begin with the time; so does a
//! replay that recomputes its report. The report itself names their positions in the journal.

use crate::journal::store::{Reader, StoreError};
use crate::shadow::compare::observation::Position;
use crate::shadow::report::Report;

/// The number of every position that is not known yet. The ids alone order such decisions.
pub(super) const NO_POSITION_YET: u64 = 0;

/// Adds the position in the journal of every decision that `report` names by its id.
pub(super) fn fill_in(report: &mut Report, reader: &Reader) -> Result<(), StoreError> {
    let groups = report.groups.iter_mut().flat_map(|group| {
        let examples = group.examples.iter_mut().map(|it| &mut it.position);
        examples.chain([&mut group.first_position, &mut group.last_position])
    });
    let ledgers = [&mut report.ledger.active, &mut report.ledger.candidate];
    let rules = ledgers.into_iter().flat_map(|ledger| &mut ledger.rules);
    let firsts = rules.filter_map(|rule| rule.first.as_mut().map(|first| &mut first.position));
    for position in groups.chain(firsts) {
        fill_in_one(position, reader)?;
    }
    Ok(())
}

fn fill_in_one(position: &mut Position, reader: &Reader) -> Result<(), StoreError> {
    if let Some(id) = position.decision_id
        && let Some(found) = reader.position_of(id)?
    {
        position.number = found;
    }
    Ok(())
}
