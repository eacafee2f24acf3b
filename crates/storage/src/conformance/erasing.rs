//! Rules about conversations that are erased.

use switchboard_domain::{
    ConversationFilter, MediaCopy, MetadataRecord, MetadataSubject, MetadataValue, WordPattern,
};

use super::Database;
use super::aliases::{alias, aliases_of, put_aliases};
use super::conversation_pages::listed;
use super::conversations::{add_tags, one, put, put_tags};
use super::messages::{add, seq};
use super::metadata::{put_records, records_of};
use super::parking::{park, waiting};
use super::samples::inbox::{
    conversation, conversation_id, key, message_id, parked, saying, tag_id,
};
use super::samples::{at, channel};

pub async fn nothing_stays_of_an_erased_conversation(database: &Database) {
    fill(database, 1).await;
    assert_is_there(database, 1).await;

    database
        .write(|tx| tx.erase_conversation(conversation_id(1)))
        .await;

    assert_is_gone(database, 1).await;
}

pub async fn everything_stays_of_others_when_a_conversation_is_erased(database: &Database) {
    for number in 1..=3 {
        fill(database, number).await;
    }
    let before = one(database, 2).await;

    database
        .write(|tx| {
            tx.erase_conversation(conversation_id(1))?;
            tx.erase_conversation(conversation_id(3))
        })
        .await;

    assert_is_gone(database, 1).await;
    assert_is_gone(database, 3).await;
    assert_is_there(database, 2).await;
    assert_eq!(one(database, 2).await, before);
    let channel_notes = records_of(database, [MetadataSubject::Channel(channel(1).id)]).await;
    assert_eq!(channel_notes.len(), 1, "the channel's own metadata");
    let tag = database.read(|tx| tx.tag(tag_id(2))).await;
    assert!(tag.is_some(), "the tag itself");
}

pub async fn erasing_a_conversation_that_is_not_there_changes_nothing(database: &Database) {
    fill(database, 1).await;

    database
        .write(|tx| tx.erase_conversation(conversation_id(2)))
        .await;

    assert_is_there(database, 1).await;
}

pub async fn an_erased_conversation_can_come_again(database: &Database) {
    fill(database, 1).await;
    database
        .write(|tx| tx.erase_conversation(conversation_id(1)))
        .await;

    put(database, [conversation(1)]).await;
    let bare = one(database, 1).await;
    fill(database, 1).await;

    assert_eq!(bare, Some(conversation(1)), "without a tag");
    assert_is_there(database, 1).await;
}

pub async fn what_comes_after_an_erased_conversation_finds_nothing_of_it(database: &Database) {
    fill(database, 1).await;
    database
        .write(|tx| {
            tx.erase_conversation(conversation_id(1))?;
            tx.put_conversations(&[conversation(1)])
        })
        .await;

    for filter in found_by(1).into_iter().skip(1) {
        assert_eq!(listed(database, filter.clone()).await, [], "{filter:?}");
    }
    let subject = MetadataSubject::Conversation(conversation_id(1));
    let older = MetadataRecord {
        written_at: at(-100),
        ..record(subject)
    };
    let written = put_records(database, [older]).await;
    assert_eq!(written, [true], "an older note is new again");
}

/// Gives a conversation one of everything. Its messages have ten times its number, and one more.
async fn fill(database: &Database, number: u32) {
    let (first, second) = (number * 10, number * 10 + 1);
    put_tags(database, number..=number).await;
    put(database, [conversation(number)]).await;
    add_tags(database, number, [number]).await;
    put_aliases(database, [alias(2, &format!("also {number}"), number)]).await;
    let text = format!("word{number} spoken");
    add(
        database,
        [saying(number, first, &text), saying(number, second, &text)],
    )
    .await;
    park(
        database,
        [parked(first, "one", 1), parked(second, "two", 2)],
    )
    .await;
    put_records(database, subjects(number).map(record)).await;
    put_records(database, [record(MetadataSubject::Channel(channel(1).id))]).await;
    let name = [format!("name{number}")];
    let value = [format!("value{number}")];
    let copy = copy(number, first);
    database
        .write(move |tx| {
            tx.put_words(conversation_id(number), "display_name", &name)?;
            tx.put_words(conversation_id(number), "metadata.key", &value)?;
            tx.put_media_copy(&copy)
        })
        .await;
}

async fn assert_is_there(database: &Database, number: u32) {
    assert_eq!(shape(database, number).await, [1, 2, 2, 2, 3, 1, 1, 1]);
    let found = one(database, number).await.unwrap();
    assert_eq!(found.tags, [tag_id(number)]);
    for filter in found_by(number) {
        let found = listed(database, filter.clone()).await;
        assert_eq!(found, [conversation_id(number)], "{filter:?}");
    }
}

async fn assert_is_gone(database: &Database, number: u32) {
    assert_eq!(shape(database, number).await, [0; 8]);
    for message in [number * 10, number * 10 + 1] {
        assert_eq!(seq(database, message).await, None);
    }
    for filter in found_by(number) {
        let found = listed(database, filter.clone()).await;
        assert_eq!(found, [], "{filter:?}");
    }
}

/// How much there is of a conversation: itself, its messages by list and by key, changes that wait for
/// them, metadata, aliases, copied files by message and by key.
async fn shape(database: &Database, number: u32) -> [usize; 8] {
    let messages = [number * 10, number * 10 + 1];
    let (listed, keyed, copies, used) = database
        .read(move |tx| {
            Ok((
                tx.message_page(conversation_id(number), None, 100)?.len(),
                tx.messages_by_key(&messages.map(key))?.len(),
                tx.media_copies(&messages.map(message_id))?.len(),
                tx.is_media_used(&format!("key-{number}"))?,
            ))
        })
        .await;
    [
        one(database, number).await.iter().len(),
        listed,
        keyed,
        waiting(database, &messages).await.len(),
        records_of(database, subjects(number)).await.len(),
        aliases_of(database, number).await.len(),
        copies,
        used.into(),
    ]
}

fn subjects(number: u32) -> [MetadataSubject; 3] {
    [
        MetadataSubject::Conversation(conversation_id(number)),
        MetadataSubject::Message(message_id(number * 10)),
        MetadataSubject::Message(message_id(number * 10 + 1)),
    ]
}

fn record(subject: MetadataSubject) -> MetadataRecord {
    MetadataRecord {
        subject,
        key: "key".to_owned(),
        value: MetadataValue::Text("value".to_owned()),
        written_at: at(1),
    }
}

/// What finds a conversation and no other; the id first.
fn found_by(number: u32) -> [ConversationFilter; 6] {
    let word = |word: &str| WordPattern::Word(format!("{word}{number}"));
    [
        ConversationFilter::Id(switchboard_domain::TextPattern::Is(
            conversation_id(number).to_string(),
        )),
        ConversationFilter::of_tag(tag_id(number)),
        ConversationFilter::DisplayName(word("name")),
        ConversationFilter::Metadata {
            key: "key".to_owned(),
            value: word("value"),
        },
        ConversationFilter::Text(word("word")),
        ConversationFilter::Text(WordPattern::Phrase(vec![
            format!("word{number}"),
            "spoken".to_owned(),
        ])),
    ]
}

fn copy(number: u32, message: u32) -> MediaCopy {
    MediaCopy {
        message: message_id(message),
        conversation: conversation_id(number),
        link: "https://example.org/file".to_owned(),
        key: Some(format!("key-{number}")),
        content_type: None,
        size: None,
        error: None,
        updated_at: at(1),
    }
}
