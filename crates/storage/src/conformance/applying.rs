//! Rules about how far envelopes have been applied, and by whom.

use switchboard_domain::{ApplyProgress, EnvelopeId, NewEnvelope, Verdict};

use super::Database;
use super::database::answers;
use super::envelopes::{all, append};
use super::samples::at;
use super::samples::envelopes::{envelope, node, outcome};
use crate::{StorageError, Touches};

pub async fn nothing_is_applied_in_an_empty_database(database: &Database) {
    let progress = database.read(|tx| tx.apply_progress()).await;

    assert_eq!(
        progress,
        ApplyProgress {
            through: EnvelopeId::START,
            newest: EnvelopeId::START,
            waiting_since: None,
        }
    );
}

pub async fn the_progress_says_since_when_the_oldest_waits(database: &Database) {
    let late_clock = NewEnvelope {
        received_at: at(1),
        ..envelope(3)
    };
    append(database, [envelope(5), late_clock, envelope(9)]).await;
    let ids = ids(database).await;
    let mut seen = vec![database.read(|tx| tx.apply_progress()).await];
    lease(database, 1, 100, 200).await;
    let mut from = EnvelopeId::START;
    for to in ids.clone() {
        assert!(advance(database, 1, from, to).await);
        from = to;
        seen.push(database.read(|tx| tx.apply_progress()).await);
    }

    let expected = [
        (EnvelopeId::START, Some(at(5))),
        (ids[0], Some(at(1))),
        (ids[1], Some(at(9))),
        (ids[2], None),
    ];
    assert_eq!(
        seen,
        expected.map(|(through, waiting_since)| ApplyProgress {
            through,
            newest: ids[2],
            waiting_since,
        })
    );
}

pub async fn the_first_who_asks_gets_the_lease(database: &Database) {
    assert_eq!(lease(database, 1, 10, 20).await, Some(EnvelopeId::START));
    assert_eq!(lease(database, 2, 11, 21).await, None);
}

pub async fn who_holds_the_lease_renews_it(database: &Database) {
    lease(database, 1, 10, 20).await;

    assert_eq!(lease(database, 1, 15, 30).await, Some(EnvelopeId::START));
    assert_eq!(lease(database, 2, 25, 40).await, None, "it was renewed");
    assert_eq!(lease(database, 1, 35, 50).await, Some(EnvelopeId::START));
}

pub async fn a_denied_lease_changes_nothing(database: &Database) {
    lease(database, 1, 10, 20).await;
    assert_eq!(lease(database, 2, 19, 1000).await, None);

    assert_eq!(lease(database, 3, 20, 30).await, Some(EnvelopeId::START));
}

pub async fn a_lease_ends_at_its_moment(database: &Database) {
    lease(database, 1, 10, 20).await;

    assert_eq!(lease(database, 2, 19, 40).await, None);
    assert_eq!(
        lease(database, 2, 20, 40).await,
        Some(EnvelopeId::START),
        "it is not held beyond its end"
    );
    assert_eq!(
        lease(database, 1, 21, 50).await,
        None,
        "it is another's now"
    );
}

pub async fn a_released_lease_is_free_at_once(database: &Database) {
    lease(database, 1, 10, 1000).await;
    database.write(|tx| tx.release_apply(node(1))).await;

    assert_eq!(lease(database, 2, 11, 1000).await, Some(EnvelopeId::START));
}

pub async fn only_who_holds_the_lease_releases_it(database: &Database) {
    database.write(|tx| tx.release_apply(node(2))).await;
    lease(database, 1, 10, 1000).await;
    database.write(|tx| tx.release_apply(node(2))).await;

    assert_eq!(lease(database, 2, 11, 1000).await, None);
}

pub async fn a_lease_comes_with_how_far_envelopes_have_been_applied(database: &Database) {
    append(database, (1..=3).map(envelope)).await;
    let ids = ids(database).await;
    lease(database, 1, 10, 20).await;
    assert!(advance(database, 1, EnvelopeId::START, ids[1]).await);

    assert_eq!(lease(database, 1, 15, 25).await, Some(ids[1]));
    assert_eq!(lease(database, 2, 25, 35).await, Some(ids[1]));
}

pub async fn nobody_advances_without_the_lease(database: &Database) {
    append(database, (1..=3).map(envelope)).await;
    let ids = ids(database).await;

    let mut advanced = vec![advance(database, 1, EnvelopeId::START, ids[0]).await];
    lease(database, 1, 10, 20).await;
    advanced.push(advance(database, 2, EnvelopeId::START, ids[0]).await);
    lease(database, 2, 20, 30).await;
    advanced.push(advance(database, 1, EnvelopeId::START, ids[0]).await);
    database.write(|tx| tx.release_apply(node(2))).await;
    advanced.push(advance(database, 2, EnvelopeId::START, ids[0]).await);

    assert_eq!(advanced, [false; 4]);
    assert_eq!(through(database).await, EnvelopeId::START);
}

pub async fn nobody_advances_from_where_others_have_been(database: &Database) {
    append(database, (1..=4).map(envelope)).await;
    let ids = ids(database).await;
    lease(database, 1, 10, 20).await;
    assert!(advance(database, 1, EnvelopeId::START, ids[1]).await);

    let advanced = [
        advance(database, 1, EnvelopeId::START, ids[2]).await,
        advance(database, 1, ids[0], ids[2]).await,
        advance(database, 1, ids[2], ids[3]).await,
    ];

    assert_eq!(advanced, [false; 3]);
    assert_eq!(through(database).await, ids[1]);
}

pub async fn a_unit_that_rolls_back_has_neither_leased_nor_advanced(database: &Database) {
    append(database, [envelope(1)]).await;
    let ids = ids(database).await;
    let answer: Result<(), StorageError> = database
        .store()
        .write(Touches::nothing(), move |tx| {
            tx.lease_apply(node(1), at(10), at(1000))?;
            tx.advance_apply(node(1), EnvelopeId::START, ids[0])?;
            Err(StorageError::Closed)
        })
        .await;

    assert!(answer.is_err());
    assert_eq!(lease(database, 2, 11, 20).await, Some(EnvelopeId::START));
    assert_eq!(through(database).await, EnvelopeId::START);
}

pub async fn the_lease_and_the_progress_are_kept_when_opened_again(database: &Database) {
    append(database, (1..=2).map(envelope)).await;
    let ids = ids(database).await;
    lease(database, 1, 10, 1000).await;
    assert!(advance(database, 1, EnvelopeId::START, ids[0]).await);

    let store = database.reopened().await;
    let answers: Result<_, StorageError> = store
        .write(Touches::nothing(), |tx| {
            Ok((
                tx.lease_apply(node(2), at(11), at(20))?,
                tx.lease_apply(node(1), at(11), at(20))?,
            ))
        })
        .await;

    assert_eq!(answers.unwrap(), (None, Some(ids[0])));
    super::database::close(store).await;
}

pub async fn of_many_that_want_the_lease_exactly_one_gets_it(database: &Database) {
    for round in 0..4 {
        let units = (0..32_u32).map(|number| {
            let store = database.node_of(number).clone();
            let (now, until) = (at(round * 10), at(round * 10 + 10));
            tokio::spawn(async move {
                let leased: Result<_, StorageError> = store
                    .write(Touches::nothing(), move |tx| {
                        tx.lease_apply(node(number), now, until)
                    })
                    .await;
                leased.unwrap()
            })
        });
        let mut leased = answers(units).await;
        leased.retain(Option::is_some);

        assert_eq!(leased, [Some(EnvelopeId::START)], "{round}");
    }
}

pub async fn an_outcome_comes_back_as_it_was_put(database: &Database) {
    append(database, (1..=3).map(envelope)).await;
    let ids = ids(database).await;
    apply(database, ids[2]).await;
    let (one, other) = (outcome(Verdict::Ignored), outcome(Verdict::Malformed));
    let (put_one, put_other) = (one.clone(), other.clone());
    database
        .write({
            let ids = ids.clone();
            move |tx| {
                tx.put_outcome(ids[0], Some(&put_one))?;
                tx.put_outcome(ids[1], Some(&put_other))
            }
        })
        .await;

    let mut found = Vec::new();
    for id in ids {
        found.push(database.read(move |tx| tx.outcome(id)).await);
    }

    assert_eq!(found, [Some(one), Some(other), None]);
}

pub async fn an_outcome_can_be_replaced_and_taken_back(database: &Database) {
    append(database, [envelope(1)]).await;
    let id = ids(database).await[0];
    apply(database, id).await;

    for put in [
        None,
        Some(outcome(Verdict::Unrouted)),
        Some(outcome(Verdict::Unknown)),
        None,
        None,
    ] {
        let again = put.clone();
        database
            .write(move |tx| tx.put_outcome(id, again.as_ref()))
            .await;
        assert_eq!(database.read(move |tx| tx.outcome(id)).await, put);
    }
}

/// Lets a node ask for the lease, in seconds.
pub(super) async fn lease(
    database: &Database,
    number: u32,
    now: i64,
    until: i64,
) -> Option<EnvelopeId> {
    database
        .write(move |tx| tx.lease_apply(node(number), at(now), at(until)))
        .await
}

/// Lets a node say how far envelopes have been applied.
pub(super) async fn advance(
    database: &Database,
    number: u32,
    from: EnvelopeId,
    to: EnvelopeId,
) -> bool {
    database
        .write(move |tx| tx.advance_apply(node(number), from, to))
        .await
}

/// Lets a node apply every envelope up to this one.
pub(super) async fn apply(database: &Database, through: EnvelopeId) {
    lease(database, 1, 10, 20).await;
    assert!(advance(database, 1, EnvelopeId::START, through).await);
}

/// The ids of all envelopes.
pub(super) async fn ids(database: &Database) -> Vec<EnvelopeId> {
    all(database).await.iter().map(|found| found.id).collect()
}

async fn through(database: &Database) -> EnvelopeId {
    database.read(|tx| tx.apply_progress()).await.through
}
