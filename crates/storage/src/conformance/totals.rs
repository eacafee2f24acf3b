//! Rules about how many conversations pass a filter.

use switchboard_domain::{
    Conversation, ConversationFilter, Range, Source, TextPattern, WordPattern,
};

use super::Database;
use super::conversation_pages::{ids, page};
use super::conversations::{put, put_tags};
use super::samples::channel;
use super::samples::inbox::{conversation, conversation_id, silent, tag_id};
use crate::{COUNTED, StorageError, WriteTx};

pub async fn totals_follow_what_conversations_become(database: &Database) {
    type Step = fn(&mut dyn WriteTx) -> Result<(), StorageError>;
    put_tags(database, 1..=2).await;
    put(database, []).await;
    // All, channel 1, source `test`, open, on hold, closed, tag 1, unread, and unread more than once.
    let steps: [(Step, [u64; 9]); 14] = [
        (|_tx| Ok(()), [0; 9]),
        (
            |tx| tx.put_conversations(&[conversation(1), conversation(2), silent(3)]),
            [2, 2, 2, 0, 0, 0, 0, 0, 0],
        ),
        (|tx| set_state(tx, 1, "OPEN"), [2, 2, 2, 1, 0, 0, 0, 0, 0]),
        (|tx| set_state(tx, 3, "OPEN"), [2, 2, 2, 1, 0, 0, 0, 0, 0]),
        (|tx| tag(tx, &[1, 2, 3]), [2, 2, 2, 1, 0, 0, 2, 0, 0]),
        (|tx| unread(tx, 1, 1), [2, 2, 2, 1, 0, 0, 2, 1, 0]),
        (|tx| unread(tx, 2, 5), [2, 2, 2, 1, 0, 0, 2, 2, 1]),
        (|tx| unread(tx, 2, 6), [2, 2, 2, 1, 0, 0, 2, 2, 1]),
        (|tx| speak(tx, 3), [3, 3, 3, 2, 0, 0, 3, 2, 1]),
        (
            |tx| set_state(tx, 1, "on hold"),
            [3, 3, 3, 1, 1, 0, 3, 2, 1],
        ),
        (|tx| move_away(tx, 2), [3, 2, 2, 1, 1, 0, 3, 2, 1]),
        (
            |tx| {
                unread(tx, 2, 0)?;
                set_state(tx, 3, "CLOSED")?;
                tx.remove_tag(conversation_id(1), tag_id(1))?;
                tx.remove_tag(conversation_id(1), tag_id(1)).map(|_| ())
            },
            [3, 2, 2, 0, 1, 1, 2, 1, 0],
        ),
        (
            |tx| {
                tx.erase_conversation(conversation_id(3))?;
                tx.erase_conversation(conversation_id(3))?;
                tx.put_conversations(&[silent(1)])
            },
            [1, 0, 0, 0, 0, 0, 1, 0, 0],
        ),
        (
            |tx| tx.delete_tag(tag_id(1)).map(|_| ()),
            [1, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
    ];

    for (number, (step, expected)) in steps.into_iter().enumerate() {
        database.write(step).await;
        assert_eq!(totals(database).await, expected, "step {number}");
    }
}

pub async fn a_unit_that_fails_changes_no_total(database: &Database) {
    put_tags(database, 1..=2).await;
    put(database, [conversation(1)]).await;
    let before = totals(database).await;

    let answer: Result<(), StorageError> = database
        .store()
        .write(crate::Touches::nothing(), |tx| {
            tx.put_conversations(&[conversation(2)])?;
            set_state(tx, 1, "OPEN")?;
            unread(tx, 2, 1)?;
            tag(tx, &[1, 2])?;
            Err(StorageError::Closed)
        })
        .await;

    assert!(answer.is_err());
    assert_eq!(before, [1, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(totals(database).await, before);
}

pub async fn kept_totals_are_exact_and_others_are_counted_so_far(database: &Database) {
    const MORE: u32 = 1_005;
    put_tags(database, 1..=1).await;
    put(database, []).await;
    for first in (0..MORE).step_by(1000) {
        let numbers: Vec<u32> = (first..MORE.min(first + 1000)).collect();
        database
            .write(move |tx| {
                let conversations: Vec<_> = numbers.iter().copied().map(busy).collect();
                tx.put_conversations(&conversations)?;
                numbers.iter().try_for_each(|number| {
                    let open = ["open".to_owned()];
                    tx.put_words(conversation_id(*number), "metadata.state", &open)?;
                    tx.add_tag(conversation_id(*number), tag_id(1)).map(|_| ())
                })
            })
            .await;
    }

    assert!(u64::from(MORE) > COUNTED);
    for filter in [
        ConversationFilter::All,
        ConversationFilter::of_channel(channel(1).id),
        ConversationFilter::Source(TextPattern::Is("test".to_owned())),
        state("open"),
        ConversationFilter::of_tag(tag_id(1)),
        more_unread_than(0),
        ConversationFilter::And(vec![
            ConversationFilter::of_channel(channel(1).id),
            ConversationFilter::Source(TextPattern::Is("test".to_owned())),
            ConversationFilter::Not(Box::new(state("closed"))),
            more_unread_than(0),
        ]),
    ] {
        let found = page(database, filter.clone(), None, 2).await;
        assert_eq!(
            (found.total, ids(&found).len(), found.has_more),
            (u64::from(MORE), 2, true),
            "{filter:?}"
        );
    }
    let counted = page(database, more_unread_than(1), None, 2).await;
    assert_eq!((counted.total, counted.has_more), (COUNTED, true));
}

async fn totals(database: &Database) -> [u64; 9] {
    let filters = [
        ConversationFilter::All,
        ConversationFilter::of_channel(channel(1).id),
        ConversationFilter::Source(TextPattern::Is("test".to_owned())),
        state("open"),
        state("hold"),
        state("closed"),
        ConversationFilter::of_tag(tag_id(1)),
        more_unread_than(0),
        more_unread_than(1),
    ];
    let mut totals = [0; 9];
    for (total, filter) in totals.iter_mut().zip(filters) {
        let found = page(database, filter, None, 100).await;
        assert_eq!(found.total, u64::try_from(ids(&found).len()).unwrap());
        *total = found.total;
    }
    totals
}

fn busy(number: u32) -> Conversation {
    Conversation {
        unread_count: 2,
        state: Some("OPEN".to_owned()),
        ..conversation(number)
    }
}

fn state(word: &str) -> ConversationFilter {
    ConversationFilter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Word(word.to_owned()),
    }
}

fn more_unread_than(count: i64) -> ConversationFilter {
    ConversationFilter::UnreadCount(Range {
        from: Some(count + 1),
        to: None,
    })
}

fn change(
    tx: &mut dyn WriteTx,
    number: u32,
    change: impl FnOnce(&mut Conversation),
) -> Result<(), StorageError> {
    let mut conversation = tx.conversation(conversation_id(number))?.unwrap();
    change(&mut conversation);
    tx.put_conversations(&[conversation])
}

fn set_state(tx: &mut dyn WriteTx, number: u32, state: &str) -> Result<(), StorageError> {
    change(tx, number, |conversation| {
        conversation.state = Some(state.to_owned());
    })?;
    let words: Vec<_> = state.split(' ').map(str::to_lowercase).collect();
    tx.put_words(conversation_id(number), "metadata.state", &words)
}

fn unread(tx: &mut dyn WriteTx, number: u32, count: u64) -> Result<(), StorageError> {
    change(tx, number, |conversation| conversation.unread_count = count)
}

fn speak(tx: &mut dyn WriteTx, number: u32) -> Result<(), StorageError> {
    change(tx, number, |found| {
        found.last_message = conversation(number).last_message;
    })
}

fn move_away(tx: &mut dyn WriteTx, number: u32) -> Result<(), StorageError> {
    change(tx, number, |conversation| {
        conversation.channel = channel(2).id;
        conversation.source = Source::named("other");
    })
}

fn tag(tx: &mut dyn WriteTx, numbers: &[u32]) -> Result<(), StorageError> {
    numbers.iter().try_for_each(|number| {
        tx.add_tag(conversation_id(*number), tag_id(1))?;
        tx.add_tag(conversation_id(*number), tag_id(1)).map(|_| ())
    })
}
