//! What a thread in the background may take from the threads that decide: nothing that they want.

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
