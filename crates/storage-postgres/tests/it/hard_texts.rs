//! Texts that the server has no form for, or no room in its indexes.

use switchboard_domain::{
    ConversationFilter, DeliveryState, Message, MessageId, MessageSequence, MetadataRecord,
    MetadataSubject, MetadataValue, NewMessage, WordPattern,
};
use switchboard_storage::{ConversationQuery, StorageError, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::{at, conversation};

fn message(content: &str) -> Message {
    let conversation = conversation(1);
    Message {
        id: MessageId::derive(conversation.channel, "1"),
        sequence: MessageSequence(0),
        conversation: conversation.id,
        source: conversation.source,
        content: content.to_owned(),
        from_contact: true,
        sender: "a\0b".to_owned(),
        sent_at: at(1),
        updated_at: None,
        delivery: DeliveryState::Delivered,
        provider_id: Some("\u{1A}\0".to_owned()),
        provider_key: None,
        receipt: None,
        edits: 0,
        unsent: false,
        envelope: None,
    }
}

fn found_by(filter: ConversationFilter) -> ConversationQuery {
    ConversationQuery {
        filter,
        cursor: None,
        limit: 10,
    }
}

#[tokio::test]
async fn a_message_of_any_text_is_stored_and_found() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let different: Vec<_> = (0..200_000).map(|number| format!("w{number}")).collect();
    let different = different.join(" ");
    let endless = "x".repeat(3_000_000);
    let text = format!("Zero\0Byte {different} {endless}");
    let mut begun = conversation(1);
    begun.display_name.set("An\0na");
    let stored = (message(&text), begun.clone());

    let written: Result<(), StorageError> = store
        .write(Touches::nothing(), move |tx| {
            let new = NewMessage {
                message: stored.0.clone(),
                text: Some(text.clone()),
            };
            let added = tx.add_messages(&[new])?;
            let mut begun = stored.1.clone();
            begun.last_message = added[0].map(|sequence| switchboard_domain::LastMessage {
                id: stored.0.id,
                sequence,
                sent_at: stored.0.sent_at,
            });
            tx.put_conversations(&[begun])?;
            let words = [endless.clone(), "an\0na".to_owned()];
            tx.put_words(stored.1.id, "display_name", &words)?;
            tx.put_metadata(&[MetadataRecord {
                subject: MetadataSubject::Conversation(stored.1.id),
                key: "user_data.\0".to_owned(),
                value: MetadataValue::Text("\0".to_owned()),
                written_at: at(1),
            }])?;
            Ok(())
        })
        .await;
    written.unwrap();

    let id = begun.id;
    let (message_found, conversation_found, noted, pages) = store
        .read(move |tx| {
            let mut pages = Vec::new();
            for filter in [
                ConversationFilter::Text(WordPattern::Word("zero".to_owned())),
                ConversationFilter::Text(WordPattern::Word("w9999".to_owned())),
                ConversationFilter::DisplayName(WordPattern::Word("x".repeat(3_000_000))),
                ConversationFilter::DisplayName(WordPattern::Word("an\0na".to_owned())),
            ] {
                pages.push(tx.conversation_page(&found_by(filter))?.total);
            }
            Ok::<_, StorageError>((
                tx.message(message("").id)?,
                tx.conversation(id)?,
                tx.metadata(&[MetadataSubject::Conversation(id)])?,
                pages,
            ))
        })
        .await
        .unwrap();
    let found = message_found.unwrap();
    assert_eq!(found.content.len(), 10 + different.len() + 1 + 3_000_000);
    assert!(found.content.starts_with("Zero\0Byte w0 "));
    assert_eq!(found.sender, "a\0b");
    assert_eq!(found.provider_id.as_deref(), Some("\u{1A}\0"));
    assert_eq!(conversation_found.unwrap().display_name, begun.display_name);
    assert_eq!(noted[0].key, "user_data.\0");
    assert_eq!(noted[0].value, MetadataValue::Text("\0".to_owned()));
    assert_eq!(pages, [1, 1, 1, 1]);
}
