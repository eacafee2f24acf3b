//! Rules about units that want the same conversations, messages, contacts or envelopes at the same time.

use switchboard_domain::{Conversation, ConversationFilter, NewMessage};

use super::Database;
use super::conversation_pages::page;
use super::conversations::{one, put, put_tags};
use super::database::answers;
use super::samples::inbox::{
    conversation, conversation_id, key, new_message, saying, silent, tag_id,
};
use super::samples::people::{called, contact_id};
use crate::{StorageError, Touches, WriteTx};

pub async fn units_that_start_from_one_conversation_lose_no_count(database: &Database) {
    put(database, [silent(1)]).await;

    at_once(database, 100, |_number| |tx| count_up(tx, 1)).await;

    assert_eq!(one(database, 1).await.unwrap().message_count, 100);
}

pub async fn units_that_create_the_same_conversation_lose_no_count(database: &Database) {
    put(database, []).await;

    for round in 1..=4 {
        at_once(database, 40, move |_number| move |tx| count_up(tx, round)).await;
        assert_eq!(one(database, round).await.unwrap().message_count, 40);
    }
}

pub async fn units_that_read_conversations_in_opposite_orders_all_finish(database: &Database) {
    put(database, [silent(1)]).await;

    at_once(database, 60, |number| {
        let order = if number % 2 == 0 { [1, 2] } else { [2, 1] };
        move |tx| order.iter().try_for_each(|number| count_up(tx, *number))
    })
    .await;

    for number in [1, 2] {
        assert_eq!(one(database, number).await.unwrap().message_count, 60);
    }
}

pub async fn units_that_read_several_conversations_at_once_lose_no_count(database: &Database) {
    put(database, []).await;

    at_once(database, 60, |number| {
        let order = if number % 2 == 0 {
            [1, 2, 3]
        } else {
            [3, 2, 1]
        };
        move |tx| {
            let found = tx.conversations(&order.map(conversation_id))?;
            let counted = order.map(|number| {
                let id = conversation_id(number);
                let before = found.iter().find(|found| found.id == id).cloned();
                counted_up(before, number)
            });
            tx.put_conversations(&counted)
        }
    })
    .await;

    for number in [1, 2, 3] {
        assert_eq!(one(database, number).await.unwrap().message_count, 60);
    }
}

pub async fn units_that_start_from_one_contact_lose_no_count(database: &Database) {
    let change = |tx: &mut dyn WriteTx| {
        let found = tx.contact(contact_id(1))?;
        let count: u32 = found.map_or(0, |found| found.display_name.unwrap().parse().unwrap());
        tx.put_contact(&called(1, &(count + 1).to_string()))
    };
    database.write(|tx| tx.put_contact(&called(1, "0"))).await;

    at_once(database, 60, move |_number| change).await;

    let found = database.read(|tx| tx.contact(contact_id(1))).await;
    assert_eq!(found, Some(called(1, "60")));
}

pub async fn of_many_that_add_the_same_message_exactly_one_stores_it(database: &Database) {
    put(database, [conversation(1)]).await;
    let same_id = |number: u32| {
        let mut new = saying(1, 1, &format!("word{number}"));
        new.message.provider_key = Some(key(100 + number));
        new
    };
    let same_key = |number: u32| {
        let mut new = new_message(1, 100 + number);
        new.message.provider_key = Some(key(1));
        new
    };
    let makers: [fn(u32) -> NewMessage; 2] = [same_id, same_key];
    for make in makers {
        let units = (0..48_u32).map(|number| {
            let store = database.node_of(number).clone();
            let message = make(number);
            tokio::spawn(async move {
                let added: Result<_, StorageError> = store
                    .write(Touches::nothing(), move |tx| {
                        tx.add_messages(std::slice::from_ref(&message))
                    })
                    .await;
                added.unwrap()
            })
        });
        let added = answers(units).await.concat();

        assert_eq!(added.len(), 48);
        assert_eq!(added.iter().flatten().count(), 1, "{added:?}");
        database
            .write(|tx| {
                let left = tx.message_page(conversation_id(1), None, 100)?;
                assert_eq!(left.len(), 1, "{left:?}");
                left.iter()
                    .try_for_each(|message| tx.erase_message(message.id))
            })
            .await;
    }
}

pub async fn of_many_that_put_the_same_tag_on_a_conversation_exactly_one_does(database: &Database) {
    put_tags(database, 1..=1).await;
    put(database, [conversation(1)]).await;

    let units = (0..32_u32).map(|number| {
        let store = database.node_of(number).clone();
        tokio::spawn(async move {
            let added: Result<_, StorageError> = store
                .write(Touches::nothing(), |tx| {
                    tx.add_tag(conversation_id(1), tag_id(1))
                })
                .await;
            added.unwrap()
        })
    });
    let mut added = answers(units).await;
    added.retain(|added| *added);

    assert_eq!(added, [true]);
    let tagged = page(database, ConversationFilter::of_tag(tag_id(1)), None, 10).await;
    assert_eq!(tagged.total, 1);
}

pub async fn totals_are_right_after_units_at_the_same_time(database: &Database) {
    put_tags(database, 1..=1).await;
    put(database, []).await;

    at_once(database, 120, |number| {
        move |tx| {
            let id = conversation_id(number % 10);
            let mut changed = tx.conversation(id)?.unwrap_or(conversation(number % 10));
            changed.unread_count = u64::from(number % 3);
            tx.put_conversations(&[changed])?;
            if number % 2 == 0 {
                tx.add_tag(id, tag_id(1)).map(|_| ())
            } else {
                tx.remove_tag(id, tag_id(1)).map(|_| ())
            }
        }
    })
    .await;

    let unread = ConversationFilter::UnreadCount(switchboard_domain::Range {
        from: Some(1),
        to: None,
    });
    for filter in [
        ConversationFilter::All,
        ConversationFilter::of_tag(tag_id(1)),
        unread,
    ] {
        let found = page(database, filter.clone(), None, 100).await;
        let listed = u64::try_from(found.conversations.len()).unwrap();
        assert_eq!(found.total, listed, "{filter:?}");
    }
    let all = page(database, ConversationFilter::All, None, 100).await;
    assert_eq!(all.total, 10);
}

/// Lets units write on all nodes at the same time; each is expected to succeed.
async fn at_once<W>(database: &Database, units: u32, work: impl Fn(u32) -> W)
where
    W: FnMut(&mut dyn WriteTx) -> Result<(), StorageError> + Send + 'static,
{
    let tasks: Vec<_> = (0..units)
        .map(|number| {
            let store = database.node_of(number).clone();
            let work = work(number);
            tokio::spawn(async move {
                let answer: Result<(), StorageError> = store.write(Touches::nothing(), work).await;
                answer.unwrap();
            })
        })
        .collect();
    answers(tasks).await;
}

fn count_up(tx: &mut dyn WriteTx, number: u32) -> Result<(), StorageError> {
    let found = tx.conversation(conversation_id(number))?;
    tx.put_conversations(&[counted_up(found, number)])
}

fn counted_up(found: Option<Conversation>, number: u32) -> Conversation {
    let mut counted = found.unwrap_or_else(|| silent(number));
    counted.message_count += 1;
    counted
}
