//! Moving the log of the database into its file, beside the thread that writes.
//!
//! SQLite would have whoever commits move the log, and nothing is written meanwhile: hundreds of milliseconds, most of
//! them spent waiting for the disk. So a thread of its own moves what there is while the log still grows. The little
//! that came meanwhile is moved by the thread that writes: only a log that has been moved to its end is begun anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use switchboard_storage::works_behind_others;

use crate::connection;

/// Pages of the log, which has them once for each commit that changed them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lengths {
    /// At which it begins to be moved.
    pub(crate) begins: u32,
    /// At which whoever writes waits until it is moved.
    pub(crate) most: u32,
}

/// Moves the log of a database each time that it is long. The thread and its connection live for as long as that
/// takes: all the time in between they would only take memory.
#[derive(Clone, Debug)]
pub(crate) struct LogMover {
    path: PathBuf,
    lengths: Lengths,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl LogMover {
    /// Has the log moved whenever this connection has committed enough.
    pub(crate) fn beside(
        database: &mut Connection,
        path: &Path,
        lengths: Lengths,
    ) -> rusqlite::Result<Self> {
        let mover = Self {
            path: path.to_owned(),
            lengths,
            thread: Arc::default(),
        };
        let hook = mover.clone();
        database.wal_hook(Some(move |log: &mut Wal, pages| {
            if hook.leaves_the_rest(u32::try_from(pages).unwrap_or(0), move_log)
                && let Err(error) = log.checkpoint()
            {
                tracing::warn!(
                    "the log of SQLite was not moved, the next commit tries it again: {error}"
                );
            }
            Ok(())
        }))?;
        Ok(mover)
    }

    /// After a commit that leaves so many pages in the log. Says whether the one who commits has to move what is left
    /// of it: the thread is done, or there is none.
    pub(crate) fn leaves_the_rest(
        &self,
        pages: u32,
        moves: impl FnOnce(&Path) + Send + 'static,
    ) -> bool {
        let mut thread = self.thread.lock();
        let is_long = pages >= self.lengths.begins;
        match thread.take() {
            None if is_long => match self.start(moves) {
                Ok(started) => {
                    *thread = Some(started);
                    false
                }
                Err(error) => {
                    tracing::warn!("no thread moves the log of SQLite: {error}");
                    true
                }
            },
            None => false,
            Some(done) if done.is_finished() || pages >= self.lengths.most => {
                join(done);
                is_long
            }
            Some(moving) => {
                *thread = Some(moving);
                false
            }
        }
    }

    fn start(&self, moves: impl FnOnce(&Path) + Send + 'static) -> std::io::Result<JoinHandle<()>> {
        let path = self.path.clone();
        thread::Builder::new()
            .name("sqlite-mover".to_owned())
            .spawn(move || moves(&path))
    }

    /// Whether no thread moves the log, as far as is known.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.thread.lock().is_none()
    }

    /// Waits until nothing is in the way of who wants to move all of the log. It stays so until the next commit.
    pub(crate) fn wait(&self) {
        if let Some(moving) = self.thread.lock().take() {
            join(moving);
        }
    }
}

/// Moves what the log has by now. What cannot be moved is left to the thread that writes.
fn move_log(path: &Path) {
    works_behind_others();
    let moved = connection::tending(path).and_then(|connection| {
        connection.query_row("PRAGMA main.wal_checkpoint(PASSIVE)", [], |_row| Ok(()))
    });
    if let Err(error) = moved {
        tracing::warn!("the log of SQLite was not moved, the thread that writes does it: {error}");
    }
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a thread that moves the log of SQLite panicked");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Sender, channel};

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

    /// One that has no database.
    fn mover() -> LogMover {
        LogMover {
            path: PathBuf::new(),
            lengths: LENGTHS,
            thread: Arc::default(),
        }
    }

    /// Waits until the thread has ended, which is not yet known to the mover.
    fn ends(mover: &LogMover) {
        while mover
            .thread
            .lock()
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            thread::yield_now();
        }
    }

    fn at_once(_path: &Path) {}

    fn never_called(_path: &Path) {
        panic!("nothing is to be moved");
    }

    /// A mover whose thread ends when it is told to, and whether it has.
    fn moving() -> (LogMover, Sender<()>, Arc<AtomicBool>) {
        let (mover, (tell, told)) = (mover(), channel());
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&ended);
        mover.leaves_the_rest(100, move |_path| {
            told.recv().unwrap();
            ends.store(true, Ordering::SeqCst);
        });
        (mover, tell, ended)
    }

    #[test]
    fn a_short_log_is_left_alone() {
        let mover = mover();

        assert!(!mover.leaves_the_rest(99, never_called));
        assert!(mover.is_idle());
    }

    #[test]
    fn whoever_writes_moves_what_the_thread_has_left() {
        let mover = mover();

        assert!(!mover.leaves_the_rest(100, at_once));
        ends(&mover);

        assert!(mover.leaves_the_rest(150, never_called));
        assert!(mover.is_idle());
    }

    #[test]
    fn a_log_that_somebody_else_has_emptied_meanwhile_is_left_alone() {
        let mover = mover();
        mover.leaves_the_rest(100, at_once);
        ends(&mover);

        assert!(!mover.leaves_the_rest(1, never_called));
        assert!(mover.is_idle());
    }

    #[test]
    fn whoever_writes_goes_on_meanwhile_but_waits_where_the_log_is_too_long() {
        let (mover, tell, ended) = moving();

        assert!(!mover.leaves_the_rest(199, never_called));
        tell.send(()).unwrap();

        assert!(mover.leaves_the_rest(200, never_called));
        assert!(ended.load(Ordering::SeqCst));
    }

    #[test]
    fn who_wants_to_move_everything_waits_for_the_thread() {
        let (mover, tell, ended) = moving();
        tell.send(()).unwrap();

        mover.wait();

        assert!(ended.load(Ordering::SeqCst));
    }

    #[test]
    fn the_log_stays_short_however_much_is_written_and_nothing_is_missing() {
        let (folder, path, mut connection) = database();
        let mover = LogMover::beside(&mut connection, &path, LENGTHS).unwrap();
        let mut longest = 0;

        for _commit in 0..1_000 {
            connection
                .execute("INSERT INTO t VALUES (zeroblob(16000))", [])
                .unwrap();
            let log = folder.path().join("hub.db-wal").metadata().unwrap().len();
            longest = longest.max(log);
        }

        mover.wait();
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
