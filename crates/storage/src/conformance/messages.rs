//! Rules about messages: how they are stored, found, changed and erased.

use switchboard_domain::{
    DeliveryState, EnvelopeId, Message, MessageId, MessageSequence, MetadataRecord,
    MetadataSubject, MetadataValue, NewMessage, ProviderKey, Receipt, Source,
};

use super::Database;
use super::conversations::put;
use super::samples::at;
use super::samples::inbox::{
    conversation, conversation_id, key, message, message_id, new_message, saying,
};
use crate::SearchText;

pub async fn a_message_comes_back_as_it_was_added(database: &Database) {
    put(database, [conversation(1)]).await;
    let added = add(database, [full(1), bare(2)]).await;

    for (added, sequence) in [full(1), bare(2)].into_iter().zip(added) {
        let expected = Message {
            sequence: sequence.unwrap(),
            ..added.message
        };
        assert_eq!(one(database, expected.id).await, Some(expected));
    }
}

pub async fn every_state_of_a_message_comes_back(database: &Database) {
    use {DeliveryState as To, Receipt as By};
    let states = [
        (To::Pending, None),
        (To::Failed, Some(By::Failed)),
        (To::Delivered, Some(By::Sent)),
        (To::Delivered, Some(By::Delivered)),
        (To::Delivered, Some(By::Seen)),
    ];
    put(database, [conversation(1)]).await;
    let messages = (1..).zip(states).map(|(number, (delivery, receipt))| {
        let mut new = new_message(1, number);
        new.message.delivery = delivery;
        new.message.receipt = receipt;
        new
    });
    add(database, messages).await;

    let mut found = Vec::new();
    for number in 1..=5 {
        let message = one(database, message_id(number)).await.unwrap();
        found.push((message.delivery, message.receipt));
    }

    assert_eq!(found, states);
}

pub async fn the_content_of_a_message_is_kept_letter_by_letter(database: &Database) {
    let contents = [
        String::new(),
        "{ \"text\" : \"it's \\\"quoted\\\" \\u0000\" }\r\n\t".to_owned(),
        "Body=%F0%9F%92%AC+%00&From=whatsapp%3A%2B49".to_owned(),
        "💬 Ünï \u{200f}\u{feff}\u{1}\u{7f} \\ % _ * ? $1 :a -- ;".to_owned(),
        "x".repeat(1_000_000),
    ];
    assert_contents_are_kept(database, &contents).await;
}

pub async fn the_content_of_a_message_may_hold_a_nul(database: &Database) {
    assert_contents_are_kept(database, &["\0".to_owned(), "a\0b".to_owned()]).await;
}

pub async fn messages_that_do_not_exist_are_left_out(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, (1..=3).map(|number| new_message(1, number))).await;

    let some = numbers_of(&by_id(database, &[3, 9, 1, 3, 8, 9]).await);
    let none = by_id(database, &[8, 9]).await;
    let nothing = by_id(database, &[]).await;

    assert_eq!(some, sorted([1, 3]));
    assert_eq!((none, nothing), (vec![], vec![]));
}

pub async fn messages_are_found_by_their_keys(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    let mut keyless = new_message(1, 4);
    keyless.message.provider_key = None;
    let others = [new_message(1, 1), new_message(2, 2), new_message(1, 3)];
    add(database, others.into_iter().chain([keyless])).await;

    let some = numbers_of(&by_key(database, &[2, 9, 1, 2, 1]).await);
    let none = by_key(database, &[4, 9]).await;
    let nothing = by_key(database, &[]).await;

    assert_eq!(some, sorted([1, 2]));
    assert_eq!((none, nothing), (vec![], vec![]));
}

pub async fn putting_a_message_replaces_it_where_it_stands(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, [new_message(1, 1), new_message(1, 2)]).await;
    let before = one(database, message_id(1)).await.unwrap();
    let changed = Message {
        sequence: MessageSequence(before.sequence.0 + 1_000_000),
        ..full(1).message
    };
    put_message(database, changed.clone(), None).await;
    let cleared = Message {
        sequence: MessageSequence(0),
        ..bare(2).message
    };
    let second = seq(database, 2).await.unwrap();
    put_message(database, cleared.clone(), None).await;

    assert_eq!(
        one(database, message_id(1)).await,
        Some(Message {
            sequence: before.sequence,
            ..changed
        })
    );
    assert_eq!(
        one(database, message_id(2)).await,
        Some(Message {
            sequence: second,
            ..cleared
        })
    );
}

pub async fn a_message_is_found_by_the_key_it_was_put_with(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, [new_message(1, 1)]).await;
    let renamed = Message {
        provider_key: Some(key(100)),
        ..message(1, 1)
    };
    put_message(database, renamed, None).await;

    assert_eq!(by_key(database, &[1]).await, []);
    assert_eq!(numbers_of(&by_key(database, &[100]).await), sorted([1]));
}

pub async fn an_erased_message_is_gone_with_its_metadata(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, [new_message(1, 1), new_message(1, 2)]).await;
    let subjects = [1, 2].map(|number| MetadataSubject::Message(message_id(number)));
    let records = subjects.map(|subject| MetadataRecord {
        subject,
        key: "key".to_owned(),
        value: MetadataValue::Text("value".to_owned()),
        written_at: at(1),
    });
    let put = records.clone();
    database.write(move |tx| tx.put_metadata(&put)).await;

    database.write(|tx| tx.erase_message(message_id(1))).await;

    let left = database.read(move |tx| tx.metadata(&subjects)).await;
    assert_eq!(left, records[1..]);
    assert_eq!(by_key(database, &[1]).await, []);
    let found = by_id(database, &[1, 2]).await;
    assert_eq!(numbers_of(&found), sorted([2]));
}

pub async fn erasing_a_message_that_is_not_there_changes_nothing(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, [new_message(1, 1)]).await;

    database.write(|tx| tx.erase_message(message_id(2))).await;

    assert_eq!(by_id(database, &[1]).await.len(), 1);
}

/// Adds messages in one call.
pub(super) async fn add(
    database: &Database,
    messages: impl IntoIterator<Item = NewMessage>,
) -> Vec<Option<MessageSequence>> {
    let messages: Vec<_> = messages.into_iter().collect();
    database.write(move |tx| tx.add_messages(&messages)).await
}

/// Replaces a message.
pub(super) async fn put_message(database: &Database, message: Message, text: Option<&str>) {
    let text = SearchText::from(text.map(ToOwned::to_owned));
    database
        .write(move |tx| tx.put_message(&message, &text))
        .await;
}

/// Where the `number`th message stands.
pub(super) async fn seq(database: &Database, number: u32) -> Option<MessageSequence> {
    let found = one(database, message_id(number)).await;
    found.map(|found| found.sequence)
}

pub(super) async fn one(database: &Database, id: MessageId) -> Option<Message> {
    database.read(move |tx| tx.message(id)).await
}

async fn by_id(database: &Database, numbers: &[u32]) -> Vec<Message> {
    let ids: Vec<_> = numbers.iter().copied().map(message_id).collect();
    database.read(move |tx| tx.messages(&ids)).await
}

pub(super) async fn by_key(database: &Database, numbers: &[u32]) -> Vec<Message> {
    let keys: Vec<ProviderKey> = numbers.iter().copied().map(key).collect();
    database.read(move |tx| tx.messages_by_key(&keys)).await
}

async fn assert_contents_are_kept(database: &Database, contents: &[String]) {
    put(database, [conversation(1)]).await;
    let messages = (1..).zip(contents).map(|(number, content)| {
        let mut new = new_message(1, number);
        new.message.content.clone_from(content);
        new
    });
    add(database, messages).await;

    for (number, content) in (1..).zip(contents) {
        let found = one(database, message_id(number)).await.unwrap();
        let is_same = found.content == *content;
        assert!(is_same, "message {number} came back otherwise");
    }
}

pub(super) fn numbers_of(messages: &[Message]) -> Vec<MessageId> {
    let mut ids: Vec<_> = messages.iter().map(|message| message.id).collect();
    ids.sort_unstable();
    ids
}

pub(super) fn sorted<const N: usize>(numbers: [u32; N]) -> Vec<MessageId> {
    let mut ids = numbers.map(message_id).to_vec();
    ids.sort_unstable();
    ids
}

fn full(number: u32) -> NewMessage {
    let mut new = saying(1, number, "a text");
    new.message = Message {
        source: Source::named("twilio.sms"),
        content: "Body=%C3%A4&From=%2B49".to_owned(),
        from_contact: false,
        sender: "user:ä'\"".to_owned(),
        sent_at: at(-5),
        updated_at: Some(at(7)),
        delivery: DeliveryState::Pending,
        provider_id: Some("SM'💬".to_owned()),
        receipt: Some(Receipt::Seen),
        edits: u32::MAX,
        unsent: true,
        envelope: Some(EnvelopeId::new(i64::MAX)),
        ..new.message
    };
    new
}

fn bare(number: u32) -> NewMessage {
    NewMessage {
        message: Message {
            content: String::new(),
            sender: String::new(),
            provider_id: None,
            provider_key: None,
            conversation: conversation_id(1),
            ..message(1, number)
        },
        text: None,
    }
}
