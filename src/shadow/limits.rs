//! Every bound of shadow mode.

use std::time::Duration;

/// Groups of divergences that a tally keeps; the dangerous ones stay, the rest is counted.
pub const MAX_GROUPS: usize = 2_000;
/// Rules that a ledger keeps: a pack's Rego can make up ids from its input.
pub const MAX_LEDGER_RULES: usize = 20_000;
/// Rules that a ledger names for each masked rule.
pub const MAX_MASKING_RULES: usize = 8;
/// Examples of a group, unless another number is asked for.
pub const DEFAULT_EXAMPLES: usize = 3;
/// Examples of a group that can be asked for.
pub const MAX_EXAMPLES: usize = 20;
/// Bytes of an example's text.
pub const MAX_EXAMPLE_BYTES: usize = 240;
/// Bytes of the name by which actions are grouped: a program, a ref, a server.
pub const MAX_SUBJECT_BYTES: usize = 96;
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

/// Decisions that wait for a live observer, unless another number is asked for.
pub const DEFAULT_QUEUE_DECISIONS: usize = 8_192;
/// Decisions that can be asked to wait for a live observer.
pub const MAX_QUEUE_DECISIONS: usize = 1 << 18;
/// Bytes that the decisions hold which wait for one live observer: enough for
/// [`DEFAULT_QUEUE_DECISIONS`] of the usual size, which is some 2 KiB.
pub const MAX_QUEUE_BYTES: usize = 20 * 1024 * 1024;
/// Divergences that a slow watcher can be behind before it loses some.
pub const WATCH_QUEUE_DIVERGENCES: usize = 1_024;
/// Between two looks of an observer at its queue, where there is traffic. It is never woken:
/// waking a thread would cost the active decision a system call. Short, so that it compares a
/// few at a time: with long bursts the p99 of active decisions was measured to rise.
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
