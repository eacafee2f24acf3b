//! People who have written, put straight into the store.

use switchboard_domain::{
    ChannelId, Connection, Contact, ContactId, Conversation, ConversationId, LastMessage, Message,
    MessageId, NewMessage, RawJson, Source, SourceChannelId, Timestamp,
};
use switchboard_storage::{StorageError, Touches};

use crate::harness::{NOON, TestHub};

/// The page that everybody has written to.
fn channel() -> ChannelId {
    ChannelId::derive(&source(), &SourceChannelId::new("page"))
}

fn source() -> Source {
    Source::named("facebook")
}

/// How the provider addresses the `number`th person.
pub(crate) fn handle(number: u32) -> String {
    format!("49170000{number:04}")
}

/// The `number`th person writes one message. The conversation brings a contact along.
pub(crate) async fn conversation(hub: &TestHub, number: u32) -> ConversationId {
    conversation_of(hub, number, 1).await
}

/// The `number`th person writes `count` messages, the last one at noon.
pub(crate) async fn conversation_of(hub: &TestHub, number: u32, count: u32) -> ConversationId {
    let id = ConversationId::derive(channel(), &handle(number));
    let contact = contact(id);
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            tx.put_channel(&page())?;
            let mut conversation =
                Conversation::begun(id, channel(), source(), &handle(number), NOON);
            let messages: Vec<_> = (1..=count).map(|nth| message(id, nth, count)).collect();
            tx.put_conversations(std::slice::from_ref(&conversation))?;
            let stored = tx.add_messages(&messages)?;
            let last = messages
                .last()
                .zip(stored.into_iter().next_back().flatten());
            conversation.message_count = count.into();
            conversation.last_message = last.map(|(last, sequence)| LastMessage {
                id: last.message.id,
                sequence,
                sent_at: last.message.sent_at,
            });
            tx.put_conversations(&[conversation])?;
            tx.add_contacts(std::slice::from_ref(&contact))
        })
        .await
        .expect("the store answers");
    id
}

/// The `nth` of `count` messages of a conversation.
pub(crate) fn message_id(conversation: ConversationId, nth: u32) -> MessageId {
    MessageId::of_global_name(&format!("{conversation}/{nth}"))
}

fn message(conversation: ConversationId, nth: u32, count: u32) -> NewMessage {
    let text = format!("message {nth}");
    NewMessage {
        message: Message::received(
            message_id(conversation, nth),
            conversation,
            source(),
            ("a person".to_owned(), format!(r#"{{"text":"{text}"}}"#)),
            Timestamp::from_millis(NOON.as_millis() - i64::from(count - nth) * 1000),
        ),
        text: Some(text),
    }
}

/// The contact that a conversation brings along.
fn contact(conversation: ConversationId) -> Contact {
    let id = ContactId::of_conversation(conversation);
    Contact {
        id,
        display_name: Some("Facebook 12345".to_owned()),
        name_is_generated: true,
        avatar_url: None,
        title: None,
        gender: None,
        timezone: None,
        locale: None,
        organization_name: None,
        via: std::collections::BTreeMap::new(),
        address: None,
        conversations: [(conversation, source())].into(),
        metadata: None,
        created_at: NOON,
        updated_at: None,
    }
}

fn page() -> switchboard_domain::Channel {
    switchboard_domain::Channel {
        id: channel(),
        source: source(),
        source_channel_id: SourceChannelId::new("page"),
        name: "A page".to_owned(),
        image_url: None,
        connection: Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: NOON,
        updated_at: NOON,
    }
}

/// An id that nothing has.
pub(crate) const NOBODY: &str = "00000000-0000-0000-0000-000000000007";
