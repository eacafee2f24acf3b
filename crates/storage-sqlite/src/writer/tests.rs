//! Batches that are committed, and batches that cannot be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use switchboard_domain::{
    EventBody, EventKind, EventSubject, NewEvent, Position, RawJson, Timestamp,
};
use switchboard_storage::{EventReads, Touches, WriteTx};
use uuid::Uuid;

use super::*;

/// What each unit was told, in the order of the batch.
type Answers = Arc<Mutex<Vec<Result<(), String>>>>;

/// A unit that appends an event with a payload of that many bytes, and counts its runs.
struct Append {
    bytes: usize,
    ignores_errors: bool,
    runs: Arc<AtomicUsize>,
    answers: Answers,
}

impl WriteUnit for Append {
    fn touches(&self) -> &Touches {
        static NOTHING: Touches = Touches::nothing();
        &NOTHING
    }

    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let appended = tx.append_event(&NewEvent {
            kind: EventKind::ChannelUpdated,
            subject: EventSubject::from_uuid(Uuid::nil()),
            body: EventBody::Told(RawJson::from_checked(format!(
                r#""{}""#,
                "x".repeat(self.bytes)
            ))),
            occurred_at: Timestamp::from_millis(0),
        });
        if appended.is_ok() || self.ignores_errors {
            Verdict::Commit
        } else {
            Verdict::RollBack
        }
    }

    fn finish(self: Box<Self>, outcome: Result<(), StorageError>) {
        let told = outcome.map_err(|error| error.to_string());
        self.answers.lock().push(told);
    }
}

/// A database in a folder, and what happened to units that were written to it.
struct Hub {
    files: Files,
    path: PathBuf,
    runs: Arc<AtomicUsize>,
    answers: Answers,
    _folder: tempfile::TempDir,
}

impl Hub {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db");
        std::fs::File::create(&path).unwrap();
        Self {
            files: crate::open::files(&path, crate::SqliteOptions::default()).unwrap(),
            path,
            runs: Arc::default(),
            answers: Arc::default(),
            _folder: folder,
        }
    }

    /// Refuses the commits of those numbers, counted from 1; says how many were tried.
    fn refuse(&mut self, refused: &'static [usize]) -> Arc<AtomicUsize> {
        let tried = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&tried);
        self.files
            .database
            .commit_hook(Some(move || {
                refused.contains(&(count.fetch_add(1, Ordering::SeqCst) + 1))
            }))
            .unwrap();
        tried
    }

    fn unit(&self, bytes: usize) -> Append {
        Append {
            bytes,
            ignores_errors: false,
            runs: Arc::clone(&self.runs),
            answers: Arc::clone(&self.answers),
        }
    }

    fn write(&self, units: Vec<Append>) -> Vec<Result<(), String>> {
        let batch = units
            .into_iter()
            .map(|unit| -> Unit { Box::new(unit) })
            .collect();
        write(&self.files, batch, &mut Scrub::from(Instant::now()));
        std::mem::take(&mut self.answers.lock())
    }

    /// How long the payloads of the stored events are, without their quotes.
    fn stored(&self) -> Vec<usize> {
        Tx::new(&self.files.database)
            .events_after(Position::START, 1000)
            .unwrap()
            .iter()
            .map(|event| match &event.body {
                EventBody::Told(payload) => payload.as_str().len() - 2,
                EventBody::About(thing) => panic!("an event about {thing}"),
            })
            .collect()
    }

    /// Lets the database grow by that many pages and no further.
    fn leave_pages(&self, pages: u32) {
        let used: u32 = self
            .files
            .database
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        self.files
            .database
            .pragma_update_and_check(None, "max_page_count", used + pages, |_row| Ok(()))
            .unwrap();
    }
}

/// A unit that proves that writing works.
struct Prove(Answers);

impl WriteUnit for Prove {
    fn touches(&self) -> &Touches {
        static NOTHING: Touches = Touches::nothing();
        &NOTHING
    }

    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict {
        if tx.prove_writable().is_ok() {
            Verdict::Commit
        } else {
            Verdict::RollBack
        }
    }

    fn finish(self: Box<Self>, outcome: Result<(), StorageError>) {
        let told = outcome.map_err(|error| error.to_string());
        self.0.lock().push(told);
    }
}

fn unavailable() -> Result<(), String> {
    Err("the database is unavailable".to_owned())
}

/// A unit after which the database rests.
struct Rest(Answers);

impl WriteUnit for Rest {
    fn touches(&self) -> &Touches {
        static NOTHING: Touches = Touches::nothing();
        &NOTHING
    }

    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict {
        match tx.prove_writable().and_then(|()| tx.rest()) {
            Ok(()) => Verdict::Commit,
            Err(_) => Verdict::RollBack,
        }
    }

    fn finish(self: Box<Self>, outcome: Result<(), StorageError>) {
        let told = outcome.map_err(|error| error.to_string());
        self.0.lock().push(told);
    }
}

#[test]
fn a_database_that_rests_has_empty_logs_and_everything_else() {
    let hub = Hub::new();
    hub.write(vec![hub.unit(7)]);
    let log = |connection: &Connection| {
        let path = format!("{}-wal", connection.path().unwrap());
        std::fs::metadata(path).unwrap().len()
    };
    let logs = || (log(&hub.files.database), log(&hub.files.envelopes));
    assert_ne!(logs().0, 0, "there is something to empty");

    let rest: Unit = Box::new(Rest(Arc::clone(&hub.answers)));
    write(&hub.files, vec![rest], &mut Scrub::from(Instant::now()));

    assert_eq!(logs(), (0, 0));
    assert_eq!(hub.stored(), [7]);
    assert_eq!(*hub.answers.lock(), [Ok(())]);
}

#[test]
fn units_of_one_batch_share_one_commit() {
    let mut hub = Hub::new();
    let commits = hub.refuse(&[]);

    let answers = hub.write((1..=50).map(|bytes| hub.unit(bytes)).collect());

    assert_eq!(answers, vec![Ok(()); 50]);
    assert_eq!(hub.stored(), (1..=50).collect::<Vec<_>>());
    assert_eq!(commits.load(Ordering::SeqCst), 1);
}

#[test]
fn a_batch_that_cannot_be_committed_is_done_unit_by_unit() {
    let mut hub = Hub::new();
    let commits = hub.refuse(&[1]);

    let answers = hub.write(vec![hub.unit(1), hub.unit(2), hub.unit(3)]);

    assert_eq!(answers, vec![Ok(()); 3]);
    assert_eq!(hub.stored(), [1, 2, 3]);
    assert_eq!(commits.load(Ordering::SeqCst), 4);
    assert_eq!(hub.runs.load(Ordering::SeqCst), 6);
}

#[test]
fn only_the_unit_whose_own_commit_fails_is_refused() {
    let mut hub = Hub::new();
    hub.refuse(&[1, 3]);

    let answers = hub.write(vec![hub.unit(1), hub.unit(2), hub.unit(3)]);

    assert_eq!(answers, [Ok(()), unavailable(), Ok(())]);
    assert_eq!(hub.stored(), [1, 3]);
}

#[test]
fn a_unit_that_fills_the_disk_fails_alone() {
    let hub = Hub::new();
    hub.leave_pages(4);
    let too_much = hub.unit(1_000_000);

    let answers = hub.write(vec![hub.unit(1), too_much, hub.unit(3)]);

    // The unit asked to be undone, and answers with what the storage told it.
    assert_eq!(answers, [Ok(()), Ok(()), Ok(())]);
    assert_eq!(hub.stored(), [1, 3]);
    assert_eq!(
        hub.runs.load(Ordering::SeqCst),
        5,
        "SQLite ends the whole transaction when the disk is full"
    );
}

#[test]
fn a_unit_that_overlooks_a_full_disk_is_told() {
    let hub = Hub::new();
    hub.leave_pages(4);
    let careless = Append {
        ignores_errors: true,
        ..hub.unit(1_000_000)
    };

    let answers = hub.write(vec![hub.unit(1), careless, hub.unit(3)]);

    assert_eq!(answers, [Ok(()), unavailable(), Ok(())]);
    assert_eq!(hub.stored(), [1, 3]);
}

#[test]
fn writing_goes_on_once_there_is_space_again() {
    let hub = Hub::new();
    hub.leave_pages(0);
    assert_eq!(hub.write(vec![hub.unit(100_000)]), [Ok(())]);
    assert_eq!(hub.stored(), [0; 0]);

    hub.leave_pages(1000);

    assert_eq!(hub.write(vec![hub.unit(100_000)]), [Ok(())]);
    assert_eq!(hub.stored(), [100_000]);
}

#[test]
fn units_fail_without_running_while_somebody_else_holds_the_database() {
    let hub = Hub::new();
    hub.files
        .database
        .busy_timeout(std::time::Duration::ZERO)
        .unwrap();
    let other = connection::writing(&hub.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let refused = hub.write(vec![hub.unit(1), hub.unit(2)]);
    other.execute_batch("ROLLBACK").unwrap();
    let done = hub.write(vec![hub.unit(3)]);

    assert_eq!(refused, [unavailable(), unavailable()]);
    assert_eq!(done, [Ok(())]);
    assert_eq!(hub.runs.load(Ordering::SeqCst), 1);
}

#[test]
fn neither_file_may_refuse_writes_if_writing_is_to_be_proved() {
    type File = fn(&Files) -> &Connection;
    let files: [File; 2] = [|files| &files.database, |files| &files.envelopes];
    for refused in files {
        let hub = Hub::new();
        let prove = || -> Unit { Box::new(Prove(Arc::clone(&hub.answers))) };
        let mut scrub = Scrub::from(Instant::now());

        write(&hub.files, vec![prove()], &mut scrub);
        refused(&hub.files)
            .pragma_update(None, "query_only", true)
            .unwrap();
        write(&hub.files, vec![prove()], &mut scrub);

        assert_eq!(*hub.answers.lock(), [Ok(()), unavailable()]);
    }
}
