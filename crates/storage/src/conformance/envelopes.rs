//! Rules about envelopes: how they are kept and read.

use switchboard_domain::{Envelope, EnvelopeId, NewEnvelope, RawJson};

use super::Database;
use super::database::close;
use super::samples::at;
use super::samples::envelopes::{envelope, node};
use crate::Touches;

pub async fn an_envelope_comes_back_as_it_was_appended(database: &Database) {
    let odd = NewEnvelope {
        target: "/test?a=%00&b='\"💬".to_owned(),
        headers: RawJson::from_checked(r#"{ "content-type" : "text/plain; a=\"ä\"" }"#),
        ..envelope(1)
    };
    append(database, [odd.clone()]).await;

    let id = all(database).await.first().unwrap().id;
    let found = database.read(move |tx| tx.envelope(id)).await;

    assert_eq!(found, Some(Envelope { id, content: odd }));
}

pub async fn a_body_is_kept_byte_by_byte(database: &Database) {
    let bodies = [
        vec![],
        vec![0],
        b"\0before\0between\0\0".to_vec(),
        vec![0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80],
        "{ \"text\": \"\\u0000 💬\" }\r\n".as_bytes().to_vec(),
        (0..=255).collect(),
        (0..=255).cycle().take(1_000_000).collect(),
    ];
    append(database, bodies.clone().map(with_body)).await;

    let found = all(database).await;

    assert_eq!(found.len(), bodies.len());
    for (envelope, body) in found.into_iter().zip(bodies) {
        let id = envelope.id;
        let alone = database.read(move |tx| tx.envelope(id)).await;
        let is_same = envelope.content.body == body;
        assert!(is_same, "{} bytes came back otherwise", body.len());
        assert!(alone == Some(envelope), "{id} is another envelope alone");
    }
}

pub async fn an_unknown_envelope_is_none(database: &Database) {
    append(database, [envelope(1)]).await;
    let id = all(database).await.first().unwrap().id.get();

    for unknown in [id + 1, id - 1, -1, i64::MAX, i64::MIN] {
        let found = database
            .read(move |tx| tx.envelope(EnvelopeId::new(unknown)))
            .await;
        assert_eq!(found, None, "{unknown}");
    }
}

pub async fn envelopes_of_one_unit_keep_their_order(database: &Database) {
    let order = [5, 1, 4, 2, 3];
    append(database, order.map(envelope)).await;
    append(database, [7, 6].map(envelope)).await;

    assert_eq!(
        all_contents(database).await,
        [5, 1, 4, 2, 3, 7, 6].map(envelope)
    );
}

pub async fn ids_of_envelopes_come_after_the_start_and_grow(database: &Database) {
    append(database, [3, 2, 1].map(envelope)).await;
    append(database, [6, 5, 4].map(envelope)).await;

    let found = all(database).await;

    assert_eq!(found.len(), 6);
    assert!(
        found.first().unwrap().id > EnvelopeId::START
            && found.is_sorted_by(|one, next| one.id < next.id),
        "{found:?}"
    );
}

pub async fn envelopes_can_be_read_page_by_page(database: &Database) {
    append(database, (1..=10).map(envelope)).await;

    let mut cursor = EnvelopeId::START;
    let mut pages = Vec::new();
    loop {
        let page = after(database, cursor, 4, u64::MAX).await;
        let Some(newest) = page.last() else { break };
        cursor = newest.id;
        pages.push(page.len());
    }

    assert_eq!(pages, [4, 4, 2]);
    assert_eq!(after(database, EnvelopeId::new(i64::MAX), 10, 10).await, []);
}

pub async fn no_more_bodies_are_read_than_fit(database: &Database) {
    append(database, [10, 20, 30, 1, 1].map(of_length)).await;

    let mut lengths = Vec::new();
    for bytes in [30, 31, 59, 60, 61, 62] {
        let page = after(database, EnvelopeId::START, 10, bytes).await;
        lengths.push((bytes, page.len()));
    }

    assert_eq!(
        lengths,
        [(30, 2), (31, 2), (59, 2), (60, 3), (61, 4), (62, 5)],
        "what does not fit ends the page, also when something smaller follows"
    );
    let few = after(database, EnvelopeId::START, 2, u64::MAX).await;
    assert_eq!(few.len(), 2);
}

pub async fn a_body_that_does_not_fit_is_read_alone(database: &Database) {
    append(database, [100, 1, 200, 1].map(of_length)).await;

    let first = after(database, EnvelopeId::START, 10, 99).await;
    let second = after(database, first.last().unwrap().id, 10, 99).await;
    let third = after(database, second.last().unwrap().id, 10, 0).await;
    let fourth = after(database, third.last().unwrap().id, 10, 0).await;

    let lengths = [first, second, third, fourth].map(|page| lengths(&page));
    assert_eq!(lengths, [vec![100], vec![1], vec![200], vec![1]]);
}

pub async fn an_accepted_envelope_is_there_and_stays(database: &Database) {
    for number in 1..=20 {
        let accepted = database.node_of(number).accept(envelope(number)).await;
        accepted.unwrap();
        let found: Result<Vec<_>, crate::StorageError> = database
            .node_of(number + 1)
            .read(|tx| tx.envelopes_after(EnvelopeId::START, 100, u64::MAX))
            .await;
        assert_eq!(found.unwrap().len(), usize::try_from(number).unwrap());
    }

    let store = database.reopened().await;
    let found: Result<Vec<_>, crate::StorageError> = store
        .read(|tx| tx.envelopes_after(EnvelopeId::START, 100, u64::MAX))
        .await;

    let contents: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|found| found.content)
        .collect();
    assert_eq!(contents, (1..=20).map(envelope).collect::<Vec<_>>());
    close(store).await;
}

pub async fn accepted_and_appended_envelopes_stand_in_one_order(database: &Database) {
    for number in (1..=30).step_by(3) {
        let first = database.store().accept(envelope(number)).await;
        first.unwrap();
        append(database, [envelope(number + 1)]).await;
        let third = database.node(1).accept(envelope(number + 2)).await;
        third.unwrap();
    }

    assert_eq!(
        all_contents(database).await,
        (1..=30).map(envelope).collect::<Vec<_>>()
    );
}

pub async fn who_asks_one_thing_finds_all_that_was_accepted_wherever(database: &Database) {
    let mut found = Vec::new();
    let mut accepted = 0;
    for round in 1..=10 {
        for _each in 1..=round {
            accepted += 1;
            let node = usize::from(accepted % 4 == 0);
            let outcome = database.node(node).accept(envelope(accepted)).await;
            outcome.unwrap();
        }
        if round % 3 == 0 {
            accepted += 1;
            append(database, [envelope(accepted)]).await;
        }
        let after = found
            .last()
            .map_or(EnvelopeId::START, |last: &Envelope| last.id);
        found.extend(by_one_question(database, after, 4, u64::MAX).await);
    }
    loop {
        let after = found.last().unwrap().id;
        let more = by_one_question(database, after, 4, 1).await;
        if more.is_empty() {
            break;
        }
        assert_eq!(more.len(), 1, "more than fit");
        found.extend(more);
    }

    assert_eq!(found, all(database).await);
    let contents: Vec<_> = found.into_iter().map(|found| found.content).collect();
    assert_eq!(contents, (1..=accepted).map(envelope).collect::<Vec<_>>());
}

pub async fn who_asks_one_thing_finds_nothing_that_was_erased_or_dropped(database: &Database) {
    for number in 1..=4 {
        database.store().accept(envelope(number)).await.unwrap();
    }
    let ids: Vec<_> = all(database).await.iter().map(|found| found.id).collect();
    let text = envelope(2).body;
    database
        .write(move |tx| tx.erase_envelopes(std::slice::from_ref(&text), EnvelopeId::START, 10))
        .await;

    let found = by_one_question(database, EnvelopeId::START, 10, u64::MAX).await;

    assert_eq!(found, all(database).await);
    assert_eq!(found.len(), 3);

    database.store().accept(envelope(5)).await.unwrap();
    let (first, last) = (EnvelopeId::START, ids[3]);
    database
        .write(move |tx| {
            tx.lease_apply(node(1), at(0), at(1))?;
            tx.advance_apply(node(1), first, last)?;
            tx.drop_envelopes(at(1_000_000), 10)
        })
        .await;

    let found = by_one_question(database, EnvelopeId::START, 10, u64::MAX).await;

    let contents: Vec<_> = found.into_iter().map(|found| found.content).collect();
    assert_eq!(contents, [envelope(5)]);
}

pub async fn an_id_of_an_envelope_is_never_given_twice(database: &Database) {
    append(database, (1..=3).map(envelope)).await;
    let before = all(database).await.last().unwrap().id;
    database
        .write(|tx| tx.erase_envelopes(&[b"body".to_vec()], EnvelopeId::START, 10))
        .await;
    assert_eq!(all(database).await, []);

    let store = database.reopened().await;
    store
        .write(Touches::nothing(), |tx| tx.append_envelope(&envelope(4)))
        .await
        .unwrap();
    let found: Result<Vec<_>, crate::StorageError> = store
        .read(move |tx| tx.envelopes_after(before, 10, u64::MAX))
        .await;

    assert_eq!(found.unwrap().len(), 1);
    close(store).await;
}

/// Appends envelopes in one unit.
pub(super) async fn append(database: &Database, envelopes: impl IntoIterator<Item = NewEnvelope>) {
    let envelopes: Vec<_> = envelopes.into_iter().collect();
    database
        .write(move |tx| {
            envelopes
                .iter()
                .try_for_each(|envelope| tx.append_envelope(envelope))
        })
        .await;
}

/// Every envelope.
pub(super) async fn all(database: &Database) -> Vec<Envelope> {
    after(database, EnvelopeId::START, usize::MAX, u64::MAX).await
}

async fn all_contents(database: &Database) -> Vec<NewEnvelope> {
    let all = all(database).await;
    all.into_iter().map(|found| found.content).collect()
}

/// What a question finds that is asked by itself, as by who applies envelopes.
async fn by_one_question(
    database: &Database,
    after: EnvelopeId,
    limit: usize,
    bytes: u64,
) -> Vec<Envelope> {
    let found: Result<Vec<_>, crate::StorageError> = database
        .store()
        .read_one(move |tx| tx.envelopes_after(after, limit, bytes))
        .await;
    found.unwrap()
}

async fn after(database: &Database, after: EnvelopeId, limit: usize, bytes: u64) -> Vec<Envelope> {
    database
        .read(move |tx| tx.envelopes_after(after, limit, bytes))
        .await
}

fn with_body(body: Vec<u8>) -> NewEnvelope {
    NewEnvelope {
        body,
        ..envelope(1)
    }
}

fn of_length(bytes: usize) -> NewEnvelope {
    with_body(vec![b'x'; bytes])
}

fn lengths(envelopes: &[Envelope]) -> Vec<usize> {
    envelopes
        .iter()
        .map(|envelope| envelope.content.body.len())
        .collect()
}
