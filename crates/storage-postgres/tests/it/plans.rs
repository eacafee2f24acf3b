//! Plans that are made while tables are small must serve when they are not.

use switchboard_storage::{StorageError, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::{channel, event};

/// Units of work, each a batch of its own: enough that a scan in each of them stands out.
const UNITS: u32 = 100;

/// Whole-table reads of `channels` so far, once nobody but us is connected: a session reports what it
/// did when it ends.
fn scans(database: &TestDatabase) -> i64 {
    let mut client = database.client();
    loop {
        let sessions = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend'";
        let others: i64 = client.query_one(sessions, &[]).unwrap().get(0);
        if others == 1 {
            break;
        }
    }
    let scans = "SELECT coalesce(seq_scan, 0) FROM pg_stat_user_tables WHERE relname = 'channels'";
    client.query_one(scans, &[]).unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_began_with_a_small_table_never_reads_all_of_a_full_one() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    for number in 0..UNITS {
        if number == 10 {
            // As the server does by itself now and then: from here on it knows how small the table is.
            tokio::task::block_in_place(|| {
                database.client().batch_execute("ANALYZE channels").unwrap();
            });
        }
        let put = store.write(Touches::channel(channel(number).id), move |tx| {
            let before = tx.channel(channel(number).id)?;
            assert!(before.is_none());
            tx.put_channel(&channel(number))?;
            tx.append_event(&event(number))
        });
        let put: Result<(), StorageError> = put.await;
        put.unwrap();
    }

    tokio::task::spawn_blocking(move || {
        store.close();
        drop(store);
        assert!(scans(&database) < i64::from(UNITS) / 2);
    })
    .await
    .unwrap();
}
