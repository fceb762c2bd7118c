//! Programs that find another one and run it, each by a table that says where the command begins.
//!
//! | module | holds |
//! |---|---|
//! | `tables`, `packages`, `secrets`, `system`, `containers` | the tables, one a family |
//! | `start` | the one walk over the words that all tables share |
//! | `multiplexers` | tmux(1) and screen(1), whose arguments are commands of their own |

mod containers;
mod environments;
mod multiplexers;
mod packages;
mod start;
mod system;
mod table;

pub(super) use multiplexers::{screen, tmux};

use super::call::Call;
use super::{Meaning, presumed};
use table::Launch;

/// Every table, by family.
static FAMILIES: &[&[(&str, Launch)]] = &[
    packages::LAUNCHES,
    environments::LAUNCHES,
    system::LAUNCHES,
    containers::LAUNCHES,
];

/// What a launcher runs; `None` if the program is none, or these words start nothing.
pub(super) fn started(call: &Call<'_>) -> Option<Meaning> {
    let (_, launch) = FAMILIES
        .iter()
        .flat_map(|family| family.iter())
        .find(|(names, _)| names.split(' ').any(|name| name == call.name))?;
    start::follow(call, launch)
}

/// What a program does that has a launcher's table and none besides.
pub(super) fn launcher(call: &Call<'_>) -> Meaning {
    match started(call) {
        Some(Meaning::Wraps(mut wrapper)) => {
            wrapper.operands.extend(presumed::of_launcher(call));
            Meaning::Wraps(wrapper)
        }
        Some(Meaning::Runs(mut leaf)) if leaf.starts.is_empty() => {
            let own = presumed::unknown(call);
            leaf.operands.extend(own.operands);
            leaf.presumed.extend(own.presumed);
            Meaning::Runs(leaf)
        }
        Some(meaning) => meaning,
        None => Meaning::Runs(presumed::unknown(call)),
    }
}

/// Whether a launcher's table knows the program.
pub(super) fn knows(name: &str) -> bool {
    FAMILIES
        .iter()
        .flat_map(|family| family.iter())
        .any(|(names, _)| names.split(' ').any(|known| known == name))
}

/// A program with a table of its own that also starts commands: `docker run`, `kubectl exec`.
pub(super) fn beside(call: &Call<'_>, own: Meaning) -> Meaning {
    match (own, started(call)) {
        (Meaning::Runs(mut leaf), Some(Meaning::Runs(other))) => {
            leaf.starts.extend(other.starts);
            Meaning::Runs(leaf)
        }
        (own, _) => own,
    }
}
