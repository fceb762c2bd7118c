//! What threads may take from those that answer what is quick.

/// Makes the calling thread one that runs only where a core has nothing else to do: any other
/// thread that becomes ready takes the core from it at once (`SCHED_IDLE`, sched(7)). A lower
/// nice value would not do: such a thread keeps its core for milliseconds once it has it.
///
/// Where all cores are busy for long, it doesn't run. `name` is what a log calls the thread's work.
/// Needs no privilege.
#[cfg(target_os = "linux")]
pub(crate) fn run_when_idle(name: &str) {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id, thread_schedule_policy,
    };

    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let lowered = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    // The crate sets a nice value too, which has no meaning here and may need a privilege.
    if let Err(error) = lowered
        && thread_schedule_policy() != Ok(idle)
    {
        tracing::warn!(
            ?error,
            name,
            "work in the background can't lower its priority: it takes turns with decisions"
        );
    }
}

/// Elsewhere the thread has the priority of all others.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run_when_idle(_name: &str) {}

/// The nice value of threads that do what takes milliseconds.
#[cfg(target_os = "linux")]
const AFTER_OTHERS: i32 = 10;

/// Makes the calling thread one that gets a tenth of what others get of a core that both want, and
/// that others don't wait for when they become ready (nice value 10, sched(7)). It goes on slowly
/// where all cores are busy.
///
/// Needs no privilege. Where it fails, threads share evenly.
#[cfg(target_os = "linux")]
pub(crate) fn run_after_others(name: &str) {
    // Linux takes no process for the calling thread alone (setpriority(2), "C library/kernel
    // differences").
    if let Err(error) = rustix::process::setpriority_process(None, AFTER_OTHERS) {
        tracing::warn!(%error, name, "a thread can't lower its priority");
    }
}

/// Elsewhere a nice value would be that of the whole process.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run_after_others(_name: &str) {}
