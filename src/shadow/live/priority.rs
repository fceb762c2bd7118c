//! What a comparing thread may take from the threads that decide: nothing that they want.

/// Makes the calling thread one that runs only where a core has nothing else to do: any other
/// thread that becomes ready takes the core from it at once (`SCHED_IDLE`, sched(7)). A lower
/// nice value would not do: such a thread keeps its core for milliseconds once it has it.
///
/// Where all cores are busy for long, the queue of the observer runs full and it drops, which
/// is counted. Needs no privilege.
#[cfg(target_os = "linux")]
pub(super) fn lower() {
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
            "a shadow run can't lower its priority: it takes turns with decisions"
        );
    }
}

/// Elsewhere the thread has the priority of all others.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower() {}
