//! Rules about messages that are added: their order, and which of them are there already.

use super::Database;
use super::conversations::put;
use super::messages::{add, by_key, numbers_of, one, seq, sorted};
use super::samples::inbox::{conversation, key, message_id, new_message, saying};
use crate::{StorageError, Touches};

pub async fn messages_stand_in_the_order_in_which_they_were_added(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    let first = [new_message(1, 9), new_message(2, 3), new_message(1, 5)];
    let second = [new_message(2, 1), new_message(1, 7)];

    let mut sequences = add(database, first).await;
    sequences.extend(add(database, second).await);

    assert_eq!(sequences.len(), 5);
    assert!(sequences.iter().all(Option::is_some), "{sequences:?}");
    assert!(
        sequences.is_sorted_by(|one, next| one < next),
        "{sequences:?}"
    );
    for (number, sequence) in [9, 3, 5, 1, 7].into_iter().zip(sequences) {
        let found = one(database, message_id(number)).await;
        assert_eq!(found.map(|found| found.sequence), sequence, "{number}");
    }
}

pub async fn adding_nothing_is_answered_with_nothing(database: &Database) {
    assert_eq!(add(database, []).await, []);
}

pub async fn messages_are_added_in_the_unit_of_their_conversation(database: &Database) {
    let added = database
        .write(|tx| {
            tx.put_channel(&super::samples::channel(1))?;
            tx.put_conversations(&[conversation(1)])?;
            tx.add_messages(&[new_message(1, 1)])
        })
        .await;

    assert_eq!(added, [seq(database, 1).await]);
    assert!(added[0].is_some());
}

pub async fn a_message_whose_id_is_there_is_not_stored_again(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(database, [new_message(1, 1)]).await;
    let before = one(database, message_id(1)).await;
    let mut again = saying(2, 1, "another");
    again.message.provider_key = Some(key(100));

    let added = add(database, [again, new_message(1, 2)]).await;

    assert_eq!(added, [None, seq(database, 2).await]);
    assert!(added[1].is_some());
    assert_eq!(one(database, message_id(1)).await, before);
    assert_eq!(by_key(database, &[100]).await, []);
}

pub async fn a_message_whose_key_is_there_is_not_stored(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(database, [new_message(1, 1)]).await;
    let mut again = saying(2, 3, "another");
    again.message.provider_key = Some(key(1));

    let added = add(database, [again, new_message(1, 2)]).await;

    assert_eq!(added, [None, seq(database, 2).await]);
    assert!(added[1].is_some());
    assert_eq!(one(database, message_id(3)).await, None);
    assert_eq!(numbers_of(&by_key(database, &[1]).await), sorted([1]));
}

pub async fn of_equals_in_one_call_only_the_first_is_stored(database: &Database) {
    put(database, [conversation(1)]).await;
    let mut same_id = saying(1, 1, "same id");
    same_id.message.provider_key = Some(key(100));
    let mut same_key = saying(1, 2, "same key");
    same_key.message.provider_key = Some(key(1));
    // Its id was that of a message that is not stored, so it is free.
    let free_again = new_message(1, 2);

    let added = add(
        database,
        [
            new_message(1, 1),
            same_id,
            same_key,
            new_message(1, 1),
            free_again,
        ],
    )
    .await;

    let stored = [seq(database, 1).await, seq(database, 2).await];
    assert_eq!(added, [stored[0], None, None, None, stored[1]]);
    assert!(stored.iter().all(Option::is_some), "{stored:?}");
    assert_eq!(by_key(database, &[100]).await, []);
}

pub async fn many_messages_without_a_key_are_no_duplicates(database: &Database) {
    put(database, [conversation(1)]).await;
    let keyless = |number| {
        let mut new = new_message(1, number);
        (new.message.provider_key, new.message.provider_id) = (None, None);
        new
    };

    let added = add(database, (1..=3).map(keyless)).await;

    assert!(added.iter().all(Option::is_some), "{added:?}");
}

pub async fn an_erased_message_can_be_added_again_and_stands_last(database: &Database) {
    put(database, [conversation(1)]).await;
    let first = add(database, [new_message(1, 1), new_message(1, 2)]).await;
    database.write(|tx| tx.erase_message(message_id(2))).await;

    let store = database.reopened().await;
    let again: Result<_, StorageError> = store
        .write(Touches::nothing(), |tx| {
            tx.add_messages(&[new_message(1, 2)])
        })
        .await;

    let again = again.unwrap();
    assert!(again[0] > first[1], "{again:?} after {first:?}");
    super::database::close(store).await;
}
