//! What was accepted a moment ago is handed out from memory, and only to who asks for nothing else.

use switchboard_domain::{Envelope, EnvelopeId, NewEnvelope};
use switchboard_storage::{StorageError, Store};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::envelope;

/// Takes them away where the store does not see it.
const VANISH: &str = "DELETE FROM envelopes";

async fn by_one_question(store: &Store) -> Vec<NewEnvelope> {
    let found = store.read_one(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000));
    contents(found.await)
}

fn contents(found: Result<Vec<Envelope>, StorageError>) -> Vec<NewEnvelope> {
    let found = found.unwrap();
    found.into_iter().map(|found| found.content).collect()
}

#[test]
fn what_was_just_accepted_is_handed_out_without_the_server_once() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let accepted = runtime.block_on(store.accept(envelope(1)));
    accepted.unwrap();
    database.client().batch_execute(VANISH).unwrap();

    let all = store.read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000));
    assert_eq!(contents(runtime.block_on(all)), []);
    assert_eq!(runtime.block_on(by_one_question(&store)), [envelope(1)]);
    assert_eq!(runtime.block_on(by_one_question(&store)), []);
    store.close();
}
