//! What is sealed is gone from every file of the database once it is erased.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use std::path::Path;

use switchboard_domain::{
    Channel, ChannelId, Connection, JobId, JobKind, KeyId, NewJob, RawJson, Sealed, Source,
    SourceChannelId, Timestamp,
};
use switchboard_storage::{StorageError, Store, Touches, WriteTx};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::tempdir;

/// Appears in nothing but what is sealed.
const CANARY: &[u8] = b"canary-of-the-sealed-bytes";

/// What is sealed for a channel. Every other one is told from the rest by its first bytes.
fn sealed(number: usize) -> Sealed {
    let mut bytes = if number.is_multiple_of(2) {
        CANARY.to_vec()
    } else {
        b"kept".to_vec()
    };
    // Some hundred bytes, or some thousand, which SQLite stores differently.
    let times = if number.is_multiple_of(5) { 400 } else { 12 };
    bytes = bytes.repeat(times);
    Sealed {
        key_id: KeyId::new("00112233aabbccdd"),
        bytes,
    }
}

fn channel(number: usize) -> Channel {
    let source = Source::named("test");
    let source_channel_id = SourceChannelId::new(number.to_string());
    Channel {
        id: ChannelId::derive(&source, &source_channel_id),
        source,
        source_channel_id,
        name: "channel".to_owned(),
        image_url: None,
        connection: Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: Timestamp::from_millis(1),
        updated_at: Timestamp::from_millis(1),
    }
}

async fn write(
    store: &Store,
    work: impl Fn(&mut dyn WriteTx) -> Result<(), StorageError> + Send + 'static,
) {
    store
        .write(Touches::nothing(), move |tx| work(tx))
        .await
        .unwrap();
}

/// Many, in no order of their ids, so that SQLite moves them from page to page.
async fn put_all(store: &Store) {
    for start in 0..10 {
        write(store, move |tx| {
            (start..300).step_by(10).try_for_each(|number| {
                tx.put_channel(&channel(number))?;
                tx.put_credentials(channel(number).id, &sealed(number))?;
                tx.put_job(&job(number))?;
                Ok(())
            })
        })
        .await;
    }
}

fn job(number: usize) -> NewJob {
    NewJob {
        id: JobId::from_uuid(channel(number).id.as_uuid()),
        kind: JobKind::SettleAccount,
        key: number.to_string(),
        payload: RawJson::from_checked(format!("\"{}\"", "x".repeat(number * 10))),
        sealed: Some(sealed(number)),
        run_at: Timestamp::from_millis(1),
    }
}

/// Erases half of what is there, all that has the canary; the other half stays where it is.
async fn erase_canaries(store: &Store) {
    write(store, |tx| {
        (0..300)
            .step_by(2)
            .try_for_each(|number| tx.erase_credentials(channel(number).id))
    })
    .await;
    write(store, |tx| {
        (0..300).step_by(2).try_for_each(|number| {
            assert!(tx.finish_job(job(number).id, 0)?);
            Ok(())
        })
    })
    .await;
}

async fn assert_the_rest_is_there(store: &Store) {
    for number in (1..300).step_by(2) {
        let found: Result<_, StorageError> = store
            .read(move |tx| {
                Ok((
                    tx.credentials(channel(number).id)?,
                    tx.job(JobKind::SettleAccount, &number.to_string())?,
                ))
            })
            .await;
        let (credentials, job) = found.unwrap();
        assert_eq!(credentials, Some(sealed(number)));
        assert_eq!(job.unwrap().sealed, Some(sealed(number)));
    }
}

/// The files in which the canary can be found.
fn traces(folder: &Path) -> Vec<String> {
    let mut traces: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY)
        })
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    traces.sort();
    traces
}

#[tokio::test]
async fn erased_secrets_leave_no_trace_in_a_closed_database() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = open(&path, SqliteOptions::default()).unwrap();
    put_all(&store).await;
    store.close();
    assert_eq!(traces(folder.path()), ["hub.db"], "the scan finds nothing");

    let store = open(&path, SqliteOptions::default()).unwrap();
    erase_canaries(&store).await;
    assert_the_rest_is_there(&store).await;
    store.close();

    assert_eq!(traces(folder.path()), [""; 0]);
}

#[tokio::test]
async fn erased_credentials_leave_no_trace_in_a_running_hub() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    write(&store, |tx| {
        (0..300).try_for_each(|number| {
            tx.put_channel(&channel(number))?;
            tx.put_credentials(channel(number).id, &sealed(number))
        })
    })
    .await;
    assert!(!traces(folder.path()).is_empty(), "the scan finds nothing");

    write(&store, |tx| {
        (0..300).try_for_each(|number| tx.erase_credentials(channel(number).id))
    })
    .await;
    // The log is emptied before the thread that writes turns to the next unit.
    write(&store, |_tx| Ok(())).await;

    assert_eq!(traces(folder.path()), [""; 0]);
    store.close();
}

#[tokio::test]
async fn the_secret_of_a_finished_job_leaves_no_trace_in_a_running_hub() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    write(&store, |tx| tx.put_job(&job(2)).map(drop)).await;
    assert!(!traces(folder.path()).is_empty(), "the scan finds nothing");

    write(&store, |tx| tx.finish_job(job(2).id, 0).map(drop)).await;
    write(&store, |_tx| Ok(())).await;

    assert_eq!(traces(folder.path()), [""; 0]);
    store.close();
}

#[tokio::test]
async fn replaced_credentials_leave_no_trace_in_a_closed_database() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    put_all(&store).await;
    write(&store, |tx| {
        let renewed = Sealed {
            key_id: KeyId::new("renewed"),
            bytes: b"renewed".repeat(3),
        };
        (0..300).step_by(2).try_for_each(|number| {
            tx.put_credentials(channel(number).id, &renewed)?;
            tx.finish_job(job(number).id, 0)?;
            Ok(())
        })
    })
    .await;
    store.close();

    assert_eq!(traces(folder.path()), [""; 0]);
}
