//! Which threads go first where all want a processor.

/// Puts the calling thread behind others wherever all want a processor: it gets a third of what they get, and all
/// that they leave. It is for a thread of whose work most has been answered already, and which must not keep those from
/// their turn who answer callers that wait. On systems other than Linux, where priorities are those of processes, it does nothing.
///
/// Nice values by man7.org/linux/man-pages/man7/sched.7.html, read 2026-11-29: each is a factor of 1.25.
pub fn works_behind_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = falls_back() {
        tracing::debug!("a thread keeps its priority: {error}");
    }
}

#[cfg(target_os = "linux")]
fn falls_back() -> rustix::io::Result<()> {
    let me = Some(rustix::thread::gettid());
    let nice = rustix::process::getpriority_process(me)?;
    rustix::process::setpriority_process(me, nice + BEHIND)
}

/// So much nicer. The system goes up to 19, whatever it is asked for.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 5;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::getpriority_process;
    use rustix::thread::gettid;

    use super::*;

    #[test]
    fn a_thread_goes_behind_others_and_leaves_them_where_they_are() {
        let before = getpriority_process(Some(gettid())).unwrap();

        let behind = std::thread::spawn(|| {
            works_behind_others();
            getpriority_process(Some(gettid())).unwrap()
        });

        assert_eq!(behind.join().unwrap(), (before + BEHIND).min(19));
        assert_eq!(getpriority_process(Some(gettid())).unwrap(), before);
    }
}
