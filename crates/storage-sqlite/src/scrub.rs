//! Erased secrets leave the log of SQLite too, and soon.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection::BUSY;
use crate::writer::Files;

/// How long after one scrub the next may follow: emptying the log syncs the whole database, which
/// many disconnects in a row would feel.
const PAUSE: Duration = Duration::from_secs(1);

/// How long to wait for those who read from the log. Less than anybody notices: it can be done
/// after a later batch.
const PATIENCE: Duration = Duration::from_millis(50);

/// Whether the log holds what was erased, and since when that may be looked after again.
#[derive(Debug)]
pub(crate) struct Scrub {
    wanted: bool,
    not_before: Instant,
}

impl Scrub {
    /// Nothing to do yet.
    pub(crate) const fn from(start: Instant) -> Self {
        Self {
            wanted: false,
            not_before: start,
        }
    }

    /// Something was erased.
    pub(crate) const fn wanted(&mut self) {
        self.wanted = true;
    }

    /// Empties the logs of both files if something in them was erased and the last time is a while ago;
    /// otherwise it stays wanted until a later batch or the end.
    pub(crate) fn run_if_due(&mut self, files: &Files, now: Instant) {
        if !self.wanted || now < self.not_before {
            return;
        }
        files.log.wait();
        let mut emptied = true;
        for connection in [&files.database, &files.envelopes] {
            match empty_log_within(connection, PATIENCE) {
                Ok(this_one) => emptied &= this_one,
                Err(error) => {
                    tracing::warn!("a log of SQLite could not be emptied: {error}");
                    emptied = false;
                }
            }
        }
        self.wanted = !emptied;
        self.not_before = now + PAUSE;
    }
}

/// Moves everything from the log of a connection's own file to that file and cuts the log to nothing; of
/// what it reads besides, nothing may be moved by it. `false` if somebody still reads from the log.
pub(crate) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |row| {
        let busy: bool = row.get(0)?;
        Ok(!busy)
    })
}

/// Gives back what both files took while there was much to do: the space of their logs, as far as nobody reads
/// from them, and memory for pages.
pub(crate) fn rest(files: &Files) {
    files.log.wait();
    for connection in [&files.database, &files.envelopes] {
        let rested = empty_log_within(connection, PATIENCE)
            .and_then(|_emptied| connection.execute_batch("PRAGMA shrink_memory"));
        if let Err(error) = rested {
            tracing::warn!("a file of SQLite could not be brought to rest: {error}");
        }
    }
}

fn empty_log_within(connection: &Connection, patience: Duration) -> rusqlite::Result<bool> {
    connection.busy_timeout(patience)?;
    let emptied = empty_log(connection);
    connection.busy_timeout(BUSY)?;
    emptied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::LOG;

    /// A database with something in its log.
    fn with_log(folder: &tempfile::TempDir) -> (Files, std::path::PathBuf) {
        let path = folder.path().join("hub.db");
        std::fs::File::create(&path).unwrap();
        let files = crate::open::files(&path, crate::SqliteOptions::default()).unwrap();
        write_something(&files);
        (files, folder.path().join("hub.db-wal"))
    }

    fn write_something(files: &Files) {
        files
            .database
            .execute_batch("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1);")
            .unwrap();
    }

    fn size(log: &std::path::Path) -> u64 {
        log.metadata().unwrap().len()
    }

    #[test]
    fn the_log_is_emptied_when_something_was_erased_but_not_twice_in_a_row() {
        let folder = tempfile::tempdir().unwrap();
        let (files, log) = with_log(&folder);
        let start = Instant::now();
        let mut scrub = Scrub::from(start);

        scrub.run_if_due(&files, start);
        assert!(size(&log) > 0, "nothing was erased");

        scrub.wanted();
        scrub.run_if_due(&files, start);
        assert_eq!(size(&log), 0);

        write_something(&files);
        scrub.wanted();
        scrub.run_if_due(&files, start + PAUSE / 2);
        assert!(size(&log) > 0, "too soon");

        scrub.run_if_due(&files, start + PAUSE);
        assert_eq!(size(&log), 0);

        write_something(&files);
        scrub.run_if_due(&files, start + PAUSE * 3);
        assert!(size(&log) > 0, "nothing was erased since");
    }

    #[test]
    fn the_logs_of_both_files_are_emptied_while_both_hold_something() {
        let folder = tempfile::tempdir().unwrap();
        let (files, log) = with_log(&folder);
        files
            .envelopes
            .execute("UPDATE proofs SET number = 1", [])
            .unwrap();
        let log_of_envelopes = folder.path().join("hub-envelopes.db-wal");
        assert!(size(&log_of_envelopes) > 0, "there is something to empty");
        let start = Instant::now();
        let mut scrub = Scrub::from(start);

        scrub.wanted();
        scrub.run_if_due(&files, start);

        assert_eq!((size(&log), size(&log_of_envelopes)), (0, 0));
        assert!(!scrub.wanted, "it is done");
    }

    /// The log is being moved, or was a moment ago.
    fn moves_log(files: &Files) {
        files.log.leaves_the_rest(LOG.begins, |_path| {});
        assert!(!files.log.is_idle());
    }

    #[test]
    fn whoever_erases_waits_for_the_thread_that_moves_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let (files, log) = with_log(&folder);
        let start = Instant::now();
        let mut scrub = Scrub::from(start);
        moves_log(&files);

        scrub.wanted();
        scrub.run_if_due(&files, start);

        assert!(files.log.is_idle());
        assert_eq!(size(&log), 0);
    }

    #[test]
    fn whoever_rests_waits_for_the_thread_that_moves_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let (files, log) = with_log(&folder);
        moves_log(&files);

        rest(&files);

        assert!(files.log.is_idle());
        assert_eq!(size(&log), 0);
    }

    #[test]
    fn a_log_that_is_being_read_is_emptied_later() {
        let folder = tempfile::tempdir().unwrap();
        let (files, log) = with_log(&folder);
        let reader = crate::connection::reading(
            &folder.path().join("hub.db"),
            &folder.path().join("hub-envelopes.db"),
        )
        .unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM t;")
            .unwrap();
        let start = Instant::now();
        let mut scrub = Scrub::from(start);

        scrub.wanted();
        scrub.run_if_due(&files, start);
        assert!(size(&log) > 0);

        reader.execute_batch("COMMIT").unwrap();
        scrub.run_if_due(&files, start + PAUSE);
        assert_eq!(size(&log), 0);
    }
}
