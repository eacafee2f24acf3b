//! The threads of this process.

use std::fs;

/// The nice values of the threads with this name, of which the system keeps 15 letters.
pub fn nice_of(name: &str) -> Vec<i32> {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    threads
        .flatten()
        // A thread may end while it is looked at.
        .filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok())
        .filter_map(|stat| nice(&stat, name))
        .collect()
}

/// Sixteen fields stand between the name and it
/// (man7.org/linux/man-pages/man5/proc_pid_stat.5.html, read 2026-11-29).
fn nice(stat: &str, name: &str) -> Option<i32> {
    let (head, fields) = stat.rsplit_once(')')?;
    let (_id, found) = head.split_once('(')?;
    if found != name {
        return None;
    }
    fields.split_whitespace().nth(16)?.parse().ok()
}
