//! Rules about envelopes that are removed.

use switchboard_domain::{EnvelopeId, Verdict};

use super::Database;
use super::applying::{apply, ids};
use super::envelope_lists::with_body;
use super::envelopes::{all, append};
use super::samples::at;
use super::samples::envelopes::{envelope, outcome};

pub async fn only_applied_envelopes_are_dropped(database: &Database) {
    append(database, (1..=5).map(envelope)).await;
    let ids = ids(database).await;
    apply(database, ids[2]).await;

    let dropped = database.write(|tx| tx.drop_envelopes(at(100), 10)).await;

    assert_eq!((dropped, self::ids(database).await), (3, ids[3..].to_vec()));
}

pub async fn only_envelopes_from_before_are_dropped_the_oldest_first(database: &Database) {
    append(database, (1..=6).map(envelope)).await;
    let ids = ids(database).await;
    apply(database, ids[5]).await;

    let none = database.write(|tx| tx.drop_envelopes(at(1), 10)).await;
    let two = database.write(|tx| tx.drop_envelopes(at(5), 2)).await;
    let left = self::ids(database).await;
    let rest = database.write(|tx| tx.drop_envelopes(at(5), 10)).await;

    assert_eq!((none, two, left), (0, 2, ids[2..].to_vec()));
    assert_eq!((rest, self::ids(database).await), (2, ids[4..].to_vec()));
}

pub async fn a_dropped_envelope_takes_its_outcome_along(database: &Database) {
    append(database, (1..=2).map(envelope)).await;
    let ids = ids(database).await;
    apply(database, ids[1]).await;
    database
        .write({
            let ids = ids.clone();
            move |tx| {
                tx.put_outcome(ids[0], Some(&outcome(Verdict::Ignored)))?;
                tx.put_outcome(ids[1], Some(&outcome(Verdict::Ignored)))?;
                tx.drop_envelopes(at(2), 10)
            }
        })
        .await;

    let (gone, stays) = (ids[0], ids[1]);
    let outcomes = database
        .read(move |tx| Ok((tx.outcome(gone)?, tx.outcome(stays)?)))
        .await;
    assert_eq!(outcomes, (None, Some(outcome(Verdict::Ignored))));
}

pub async fn an_envelope_that_follows_dropped_ones_waits_for_its_turn(database: &Database) {
    append(database, (1..=3).map(envelope)).await;
    let newest = ids(database).await[2];
    apply(database, newest).await;
    assert_eq!(database.write(|tx| tx.drop_envelopes(at(100), 10)).await, 3);
    append(database, [envelope(4)]).await;

    let progress = database.read(|tx| tx.apply_progress()).await;

    assert_eq!(
        (progress.through, progress.waiting_since),
        (newest, Some(at(4)))
    );
    assert!(progress.newest > newest);
}

pub async fn envelopes_whose_body_contains_a_text_are_erased(database: &Database) {
    let bodies: [&[u8]; 8] = [
        b"the needle",
        b"the Needle",
        b"need le",
        b"\0needle\xff",
        b"x\xff\0y",
        b"x\xff y",
        b"",
        "Käse".as_bytes(),
    ];
    append(database, bodies.map(|body| with_body(1, body))).await;
    let ids = ids(database).await;
    let texts = [
        b"needle".to_vec(),
        b"\xff\0".to_vec(),
        "äs".as_bytes().to_vec(),
    ];

    let last = database
        .write(move |tx| tx.erase_envelopes(&texts, EnvelopeId::START, 100))
        .await;

    assert_eq!(last, Some(ids[7]));
    let left = all(database).await;
    let left: Vec<_> = left
        .iter()
        .map(|found| found.content.body.as_slice())
        .collect();
    assert_eq!(left, [bodies[1], bodies[2], bodies[5], bodies[6]]);
}

pub async fn envelopes_are_looked_at_in_steps_to_be_erased(database: &Database) {
    let bodies: [&[u8]; 5] = [b"keep", b"erase", b"keep", b"keep", b"erase"];
    append(database, bodies.map(|body| with_body(1, body))).await;
    let ids = ids(database).await;

    let mut cursor = EnvelopeId::START;
    let mut steps = Vec::new();
    loop {
        let last = database
            .write(move |tx| tx.erase_envelopes(&[b"erase".to_vec()], cursor, 2))
            .await;
        let Some(last) = last else { break };
        cursor = last;
        steps.push((last, self::ids(database).await));
    }

    assert_eq!(
        steps,
        [
            (ids[1], vec![ids[0], ids[2], ids[3], ids[4]]),
            (ids[3], vec![ids[0], ids[2], ids[3], ids[4]]),
            (ids[4], vec![ids[0], ids[2], ids[3]]),
        ]
    );
}
