//! Moving the log of the database into its file, beside the thread that writes.
//!
//! SQLite would have whoever commits move the log, and nothing is written meanwhile: hundreds of milliseconds, most of
//! them spent waiting for the disk. So a thread of its own moves what there is while the log still grows. The little
//! that came meanwhile is moved by the thread that writes: only a log that has been moved to its end is begun anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use crate::connection;

/// Pages of the log, which has them once for each commit that changed them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lengths {
    /// At which it begins to be moved.
    pub(crate) begins: u32,
    /// At which whoever writes waits until it is moved.
    pub(crate) most: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    /// The thread has been asked to.
    Moving,
    /// The thread has moved what there was.
    Moved,
    /// There is no such thread any more.
    Ended,
}

/// What the thread that writes and the one that moves share.
#[derive(Debug)]
struct Shared {
    lengths: Lengths,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    /// After a commit that leaves so many pages in the log. Says whether the one who commits has to move what is
    /// left of it.
    fn has_to_move(&self, pages: u32) -> bool {
        let mut state = self.state.lock();
        if pages < self.lengths.begins {
            // The log was begun anew meanwhile.
            if *state == State::Moved {
                *state = State::Idle;
            }
            return false;
        }
        if *state == State::Idle {
            *state = State::Moving;
            self.changed.notify_all();
        }
        while *state == State::Moving && pages >= self.lengths.most {
            self.changed.wait(&mut state);
        }
        match *state {
            State::Idle | State::Moving => false,
            State::Moved => {
                *state = State::Idle;
                true
            }
            State::Ended => true,
        }
    }

    /// Waits until the log is to be moved; `false` if that will not happen any more.
    fn is_wanted(&self) -> bool {
        let mut state = self.state.lock();
        while matches!(*state, State::Idle | State::Moved) {
            self.changed.wait(&mut state);
        }
        *state == State::Moving
    }

    /// Waits until the thread does nothing.
    fn wait(&self) -> State {
        let mut state = self.state.lock();
        while *state == State::Moving {
            self.changed.wait(&mut state);
        }
        *state
    }

    fn becomes(&self, next: State) {
        let mut state = self.state.lock();
        if *state != State::Ended {
            *state = next;
        }
        self.changed.notify_all();
    }
}

/// Ends the thread when it is dropped.
#[derive(Debug)]
pub(crate) struct Mover(Arc<Shared>);

impl Mover {
    /// Waits until the thread is not in the way of who wants to move all of the log. It stays so until the next commit.
    pub(crate) fn wait(&self) {
        self.0.wait();
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.0.becomes(State::Ended);
    }
}

/// What the thread does.
#[derive(Debug)]
pub(crate) struct Moves {
    shared: Arc<Shared>,
    path: PathBuf,
}

/// Whatever ends the thread, nobody waits for it any more.
impl Drop for Moves {
    fn drop(&mut self) {
        self.shared.becomes(State::Ended);
    }
}

/// Has the log of a database moved by a thread that [`Moves::serve`]s, until the [`Mover`] is dropped.
pub(crate) fn beside(
    database: &mut Connection,
    path: &Path,
    lengths: Lengths,
) -> rusqlite::Result<(Mover, Moves)> {
    let shared = Arc::new(Shared {
        lengths,
        state: Mutex::default(),
        changed: Condvar::new(),
    });
    let writer = Arc::clone(&shared);
    database.wal_hook(Some(move |log: &mut rusqlite::hooks::Wal, pages| {
        if writer.has_to_move(u32::try_from(pages).unwrap_or(0))
            && let Err(error) = log.checkpoint()
        {
            tracing::warn!(
                "the log of SQLite was not moved, the next commit tries it again: {error}"
            );
        }
        Ok(())
    }))?;
    let moves = Moves {
        shared: Arc::clone(&shared),
        path: path.to_owned(),
    };
    Ok((Mover(shared), moves))
}

impl Moves {
    pub(crate) fn serve(self) {
        switchboard_storage::works_behind_others();
        while self.shared.is_wanted() {
            if let Err(error) = self.run() {
                tracing::warn!(
                    "the log of SQLite was not moved, the thread that writes does it: {error}"
                );
            }
            self.shared.becomes(State::Moved);
        }
    }

    /// With a connection that lives no longer: all the time in between it would only take memory.
    fn run(&self) -> rusqlite::Result<()> {
        let connection = connection::sweeping(&self.path)?;
        connection.query_row("PRAGMA main.wal_checkpoint(PASSIVE)", [], |_row| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const LENGTHS: Lengths = Lengths {
        begins: 100,
        most: 200,
    };

    /// A database in a folder, as the thread that writes has it.
    fn database() -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db");
        std::fs::File::create(&path).unwrap();
        let connection = connection::writing(&path).unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        (folder, path, connection)
    }

    fn shared() -> Arc<Shared> {
        Arc::new(Shared {
            lengths: LENGTHS,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    #[test]
    fn whoever_writes_moves_only_what_the_thread_has_left() {
        let shared = shared();
        let asked = |pages| (shared.has_to_move(pages), *shared.state.lock());

        assert_eq!(asked(99), (false, State::Idle));
        assert_eq!(asked(100), (false, State::Moving));
        assert_eq!(asked(150), (false, State::Moving));
        shared.becomes(State::Moved);
        assert_eq!(asked(160), (true, State::Idle));
        assert_eq!(asked(1), (false, State::Idle));
    }

    #[test]
    fn a_log_that_somebody_else_has_emptied_is_as_good_as_new() {
        let shared = shared();
        shared.has_to_move(100);
        shared.becomes(State::Moved);

        assert!(!shared.has_to_move(1));
        assert!(!shared.has_to_move(100));
        assert_eq!(*shared.state.lock(), State::Moving);
    }

    #[test]
    fn whoever_writes_waits_where_the_log_is_too_long() {
        let shared = shared();
        shared.has_to_move(100);
        let writer = Arc::clone(&shared);

        let waits = thread::spawn(move || writer.has_to_move(200));
        shared.becomes(State::Moved);

        assert!(waits.join().unwrap(), "it did not wait");
    }

    #[test]
    fn whoever_wants_to_move_everything_waits_for_the_thread() {
        let shared = shared();
        shared.has_to_move(100);
        let writer = Arc::clone(&shared);

        let waits = thread::spawn(move || writer.wait());
        shared.becomes(State::Moved);

        assert_eq!(waits.join().unwrap(), State::Moved);
    }

    #[test]
    fn without_the_thread_whoever_writes_moves_the_log() {
        let (_folder, path, mut connection) = database();
        let (mover, moves) = beside(&mut connection, &path, LENGTHS).unwrap();
        let shared = Arc::clone(&mover.0);

        drop(moves);

        assert!(shared.has_to_move(100));
        assert!(shared.has_to_move(200));
    }

    #[test]
    fn the_log_stays_short_however_much_is_written_and_nothing_is_missing() {
        let (folder, path, mut connection) = database();
        let (mover, moves) = beside(&mut connection, &path, LENGTHS).unwrap();
        let thread = thread::spawn(|| moves.serve());
        let mut longest = 0;

        for _commit in 0..1_000 {
            connection
                .execute("INSERT INTO t VALUES (zeroblob(16000))", [])
                .unwrap();
            let log = folder.path().join("hub.db-wal").metadata().unwrap().len();
            longest = longest.max(log);
        }

        drop(mover);
        thread.join().unwrap();
        // The last commit may go beyond, and a page comes with what the log says of it.
        assert!(
            longest <= u64::from(LENGTHS.most + 10) * 4_120 + 32,
            "{longest}"
        );
        let other = Connection::open(&path).unwrap();
        let rows: i64 = other
            .query_row(
                "SELECT COUNT(*) FROM t WHERE length(x) = 16000",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(rows, 1_000);
    }
}
