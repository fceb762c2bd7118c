//! What bounds a worker: a process that evaluates packs' own Rego.

use std::time::Duration;

/// CPU time that one evaluation may take. `engine::limits::MAX_EVALUATION_STEPS` ends nearly all
/// that are too long, at the same step each time; this ends those in which one step is long,
/// such as a builtin on a long text.
pub const MAX_EVALUATION_CPU: Duration = Duration::from_secs(1);
/// CPU time that compiling the Rego of a lineage may take.
pub const MAX_LOAD_CPU: Duration = Duration::from_secs(10);
/// Address space of a worker (`RLIMIT_AS`, getrlimit(2)); the binary and its stacks take some
/// 150 MiB of it.
pub const MAX_WORKER_BYTES: u64 = 512 * 1024 * 1024;
/// Between two looks at the CPU time of an evaluation.
pub const WATCH_INTERVAL: Duration = Duration::from_millis(20);
/// How long a worker may be silent, by the clock: only one that was stopped, or that gets a
/// thirtieth of a processor, needs so long for [`MAX_EVALUATION_CPU`].
pub const MAX_SILENCE: Duration = Duration::from_secs(30);
/// How long a worker may be silent while it compiles, by the clock.
pub const MAX_LOAD_SILENCE: Duration = Duration::from_secs(60);
/// How long an evaluation waits for a worker that is free.
pub const MAX_WORKER_WAIT: Duration = Duration::from_secs(30);
/// Workers of one policy.
pub const MAX_WORKERS: usize = 4;
/// Bytes of what a worker is asked: a bundle of Rego, or an input.
pub const MAX_QUESTION_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of what a worker answers.
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Problems of one bundle that a worker tells.
pub const MAX_PROBLEMS: usize = 256;
/// Inputs that are remembered because workers died of them, for one policy.
pub const MAX_REMEMBERED_DEATHS: usize = 256;
