//! Why lifecycle records don't fit together.

use crate::authority::gate::limits::MAX_LIFECYCLE_RECORDS;

/// Why lifecycle records don't fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// A record is missing, or is one too many.
    #[error(
        "the lifecycle record at position {position} names {}, but {} comes before it; `cavra journal verify` shows what is damaged",
        named(*.previous), named(*.found)
    )]
    Gap {
        /// The index of the record.
        position: u64,
        /// The index of the one before it, as the record says.
        previous: Option<u64>,
        /// The one that was read before it.
        found: Option<u64>,
    },
    /// A second policy came into force without evidence.
    #[error("the lifecycle record at position {0} seeds a store that has a policy in force")]
    SeededAgain(u64),
    /// Another engine compiles the same bundle, and no other.
    #[error("the lifecycle record at position {0} puts another bundle in force as another engine")]
    OtherBundle(u64),
    /// A change of another policy than the one in force.
    #[error("the change at position {0} replaces another policy than the one that was in force")]
    OtherBefore(u64),
    /// A request, or the return that a promotion covers, counts once.
    #[error("the change at position {0} was allowed once, and was made before")]
    UsedAgain(u64),
    /// A request that its requester took back.
    #[error("the change at position {0} uses a request that was withdrawn before")]
    Withdrawn(u64),
    /// A bundle that nobody proposed, or that was withdrawn.
    #[error(
        "the change at position {0} puts a bundle in force that was not proposed, or that was withdrawn"
    )]
    NotOffered(u64),
    /// A rollback to a policy that is new.
    #[error("the rollback at position {0} returns to a bundle that was never in force")]
    NeverInForce(u64),
    /// A change while a break-glass waits for its ratification.
    #[error("the change at position {0} came while a break-glass waited for its ratification")]
    WhileBroken(u64),
    /// There are more records than are read.
    #[error(
        "the journal has no room for more lifecycle records: it takes {MAX_LIFECYCLE_RECORDS}, the last of them for changes of what is enforced only"
    )]
    TooMany,
}

fn named(index: Option<u64>) -> String {
    index.map_or_else(|| "none".to_owned(), |index| format!("the one at {index}"))
}
