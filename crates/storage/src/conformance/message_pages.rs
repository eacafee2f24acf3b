//! Rules about lists of messages.

use switchboard_domain::{Message, MessageId, MessagePlace, MessageSequence};

use super::Database;
use super::conversations::put;
use super::messages::{add, put_message, seq};
use super::samples::at;
use super::samples::inbox::{conversation, conversation_id, message, message_id, new_message};

pub async fn messages_are_listed_by_when_they_were_sent_newest_first(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    let order = [3, 1, 5, 2, 4];
    add(database, order.map(|number| new_message(1, number))).await;
    add(database, [new_message(2, 6), new_message(2, 7)]).await;

    assert_eq!(
        ids(&page(database, 1, None, 10).await),
        [5, 4, 3, 2, 1].map(message_id)
    );
    assert_eq!(
        ids(&page(database, 2, None, 10).await),
        [7, 6].map(message_id)
    );
    assert_eq!(page(database, 3, None, 10).await, []);
}

pub async fn of_messages_sent_in_one_moment_the_last_to_arrive_is_newest(database: &Database) {
    put(database, [conversation(1)]).await;
    let together = [4, 9, 2, 7].map(|number| sent_at(number, 5));
    add(database, together).await;
    add(
        database,
        [new_message(1, 1), new_message(1, 6), sent_at(3, 5)],
    )
    .await;

    let listed = ids(&page(database, 1, None, 10).await);

    assert_eq!(listed, [6, 3, 7, 2, 9, 4, 1].map(message_id));
}

pub async fn listed_messages_are_whole(database: &Database) {
    put(database, [conversation(1)]).await;
    let sequence = add(database, [new_message(1, 1)]).await[0].unwrap();

    let listed = page(database, 1, None, 10).await;

    assert_eq!(
        listed,
        [Message {
            sequence,
            ..message(1, 1)
        }]
    );
}

pub async fn a_page_of_messages_begins_with_the_given_one(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, (1..=3).map(|number| new_message(1, number))).await;
    add(database, (4..=7).map(|number| sent_at(number, 5))).await;

    let mut pages = Vec::new();
    let mut from = None;
    loop {
        let mut listed = page(database, 1, from, 4).await;
        let next = (listed.len() == 4).then(|| listed.pop()).flatten();
        pages.push(ids(&listed));
        let Some(next) = next else { break };
        from = Some(place(&next));
    }

    assert_eq!(
        pages,
        [
            [7, 6, 5].map(message_id).to_vec(),
            [4, 3, 2].map(message_id).to_vec(),
            vec![message_id(1)],
        ]
    );
}

pub async fn a_page_may_begin_where_a_message_was(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, (1..=5).map(|number| new_message(1, number))).await;
    let third = MessagePlace {
        sent_at: at(3),
        sequence: seq(database, 3).await.unwrap(),
    };
    database.write(|tx| tx.erase_message(message_id(3))).await;

    let listed = page(database, 1, Some(third), 10).await;

    assert_eq!(ids(&listed), [2, 1].map(message_id));
}

pub async fn a_page_may_begin_before_the_first_or_after_the_last_message(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, (1..=2).map(|number| new_message(1, number))).await;
    let place = |second, sequence| {
        Some(MessagePlace {
            sent_at: at(second),
            sequence: MessageSequence(sequence),
        })
    };

    let newest = page(database, 1, place(100, i64::MAX), 10).await;
    let none = page(database, 1, place(0, i64::MAX), 10).await;
    let limited = page(database, 1, None, 0).await;
    let unlimited = page(database, 1, None, usize::MAX).await;

    assert_eq!(ids(&newest), [2, 1].map(message_id));
    assert_eq!((none, limited), (vec![], vec![]));
    assert_eq!(unlimited.len(), 2);
}

pub async fn a_message_that_is_put_at_another_moment_moves(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, (1..=3).map(|number| new_message(1, number))).await;
    put_message(database, sent_at(1, 100).message, None).await;

    let listed = page(database, 1, None, 10).await;

    assert_eq!(ids(&listed), [1, 3, 2].map(message_id));
}

async fn page(
    database: &Database,
    conversation: u32,
    from: Option<MessagePlace>,
    limit: usize,
) -> Vec<Message> {
    database
        .read(move |tx| tx.message_page(conversation_id(conversation), from, limit))
        .await
}

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id).collect()
}

fn place(message: &Message) -> MessagePlace {
    MessagePlace {
        sent_at: message.sent_at,
        sequence: message.sequence,
    }
}

fn sent_at(number: u32, second: i64) -> switchboard_domain::NewMessage {
    let mut new = new_message(1, number);
    new.message.sent_at = at(second);
    new
}
