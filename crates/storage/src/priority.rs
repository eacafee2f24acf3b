//! Which threads go first where all want a processor.

/// Puts the calling thread behind others wherever all want a processor: it gets a third of what they get, and all
/// that they leave. Others are those who answer callers that wait; the thread is one whose work has been answered
/// already. On systems other than Linux, where priorities are those of processes, it does nothing.
///
/// A nice value of 5 (man7.org/linux/man-pages/man7/sched.7.html, read 2026-11-29: each step is a factor of 1.25).
pub fn works_behind_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!("a thread keeps its priority: {error}");
    }
}

#[cfg(target_os = "linux")]
const NICE: i32 = 5;
