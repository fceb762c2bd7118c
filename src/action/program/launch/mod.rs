//! Programs that find another one and run it, each by a table that says where the command begins.
//!
//! | module | holds |
//! |---|---|
//! | `packages`, `versions` | tables of package managers, and of managers of tools and versions |
//! | `environments`, `platforms` | tables of programs that set variables and secrets, and of hosting platforms |
//! | `system`, `watchers`, `sandboxes`, `tracers`, `terminals`, `containers` | tables of the other families |
//! | `table` | the types of the tables |
//! | `start` | the one walk over the words that all tables share |
//! | `hold` | launchers' lines that a pattern can allow |
//! | `multiplexers` | tmux(1) and screen(1), whose arguments are commands of their own |

mod containers;
mod environments;
mod hold;
mod multiplexers;
mod packages;
mod platforms;
mod sandboxes;
mod start;
mod system;
mod table;
mod terminals;
mod tracers;
mod versions;
mod watchers;

pub(super) use multiplexers::{screen, tmux};

use foldhash::HashMap;
use std::sync::LazyLock;

use super::call::Call;
use super::{Leaf, Meaning, presumed};
use table::Launch;

/// Every table, by family.
static FAMILIES: &[&[(&str, Launch)]] = &[
    packages::LAUNCHES,
    versions::LAUNCHES,
    environments::LAUNCHES,
    platforms::LAUNCHES,
    system::LAUNCHES,
    watchers::LAUNCHES,
    sandboxes::LAUNCHES,
    tracers::LAUNCHES,
    terminals::LAUNCHES,
    containers::LAUNCHES,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Launch>> = LazyLock::new(|| {
    FAMILIES
        .iter()
        .flat_map(|family| family.iter())
        .flat_map(|(names, launch)| names.split(' ').map(move |name| (name, launch)))
        .collect()
});

/// What a launcher runs; `None` if the program is none, or these words start nothing.
pub(super) fn started(call: &Call<'_>) -> Option<Meaning> {
    start::follow(call, BY_NAME.get(&*call.name)?)
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
    BY_NAME.contains_key(name)
}

/// A program with a table of its own that also starts commands: `docker run`, `kubectl exec`, `man -P`.
pub(super) fn beside(call: &Call<'_>, own: Meaning) -> Meaning {
    let Meaning::Runs(leaf) = own else {
        return own;
    };
    Meaning::Runs(match started(call) {
        Some(Meaning::Runs(other)) => with(leaf, other.starts, None),
        Some(Meaning::Wraps(other)) => with(leaf, other.inner, other.lifts_allow),
        None => leaf,
    })
}

fn with(mut leaf: Box<Leaf>, starts: Vec<super::Inner>, lifts: Option<String>) -> Box<Leaf> {
    if let Some(reason) = lifts.filter(|_| !starts.is_empty()) {
        leaf.lift(reason);
    }
    leaf.starts.extend(starts);
    leaf
}
