//! Every bound of shadow mode.

use std::time::Duration;

/// Groups of divergences that a tally keeps; the dangerous ones stay, the rest is counted.
pub const MAX_GROUPS: usize = 2_000;
/// Loosened groups of decisions that the journal can't replay, which a run keeps: each of its records
/// names them all, about 100 bytes each.
pub const MAX_UNCLEAR_GROUPS: usize = 256;
/// Rules that are counted: a pack's Rego can make up ids from its input.
pub const MAX_COUNTED_RULES: usize = 20_000;
/// Rules that are named for each masked rule.
pub const MAX_MASKING_RULES: usize = 8;
/// Examples of a group, unless another number is given.
pub const DEFAULT_EXAMPLES: usize = 3;
/// The greatest number of examples of a group.
pub const MAX_EXAMPLES: usize = 20;
/// Bytes of an example's text.
pub const MAX_EXAMPLE_BYTES: usize = 240;
/// Bytes of the operation by which actions are grouped.
pub const MAX_SUBJECT_BYTES: usize = 96;
/// Agents that a group names; the divergences of further ones are counted together.
pub const MAX_GROUP_AGENTS: usize = 16;
/// Bytes of an agent's name in a group.
pub const MAX_AGENT_BYTES: usize = 96;
/// Bytes of why a candidate failed.
pub const MAX_FAILURE_BYTES: usize = 240;
/// Approver groups that one side of an example names.
pub const MAX_EXAMPLE_APPROVERS: usize = 8;
/// Minutes with traffic that a tally keeps, the newest: 31 days without a pause.
pub const MAX_OBSERVED_MINUTES: usize = 31 * 24 * 60;
/// Points of a report's timeline.
pub const MAX_TIMELINE_POINTS: usize = 120;
/// Bytes of a report that is read.
pub const MAX_REPORT_BYTES: usize = 32 * 1024 * 1024;

/// The size of a live observer's queue, in decisions, unless another one is given.
pub const DEFAULT_QUEUE_DECISIONS: usize = 8_192;
/// The greatest size of a live observer's queue, in decisions.
pub const MAX_QUEUE_DECISIONS: usize = 1 << 18;
/// Bytes of the decisions in the queue of one live observer: enough for [`DEFAULT_QUEUE_DECISIONS`]
/// of the usual size, about 2 KiB.
pub const MAX_QUEUE_BYTES: usize = 20 * 1024 * 1024;
/// Divergences that wait for a slow watcher before it loses some.
pub const WATCH_QUEUE_DIVERGENCES: usize = 1_024;
/// The pause between two looks of an observer at its queue, while there is traffic. The observer is
/// never woken, because waking a thread would cost the active decision a system call. The pause is
/// short, so that few decisions are compared at a time: long bursts raised the measured 99th
/// percentile of active decisions.
pub const QUEUE_POLL_INTERVAL: Duration = Duration::from_micros(250);
/// The greatest interval between two looks at an empty queue: it doubles up to this.
pub const IDLE_QUEUE_POLL_INTERVAL: Duration = Duration::from_millis(8);

/// Comparisons that a live observer hands on at once, to be recorded as compared.
pub const BATCH_COMPARISONS: usize = 4_096;
/// The time after which it hands on fewer.
pub const BATCH_INTERVAL: Duration = Duration::from_secs(10);

/// Bytes of a sampling key, at least.
pub const MIN_SAMPLING_KEY_BYTES: usize = 16;
/// Bytes of a sampling key, at most.
pub const MAX_SAMPLING_KEY_BYTES: usize = 256;
