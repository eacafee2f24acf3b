//! Messages that the hub has sent, put straight into the store: what providers report is about them.

use switchboard_domain::{
    ChannelId, ConversationId, DeliveryState, LastMessage, Message, MessageId, MessageSequence,
    NewMessage, ProviderKey, Source, Timestamp,
};
use switchboard_storage::{StorageError, Touches};

use super::bodies::millis;
use crate::harness::TestHub;

/// Puts a message of ours into the conversation with `handle`, which somebody has begun. The provider
/// knows it by `name`.
pub(crate) async fn sent(hub: &TestHub, channel: ChannelId, handle: &str, name: &str) {
    put(hub, channel, handle, (name, Some(name))).await;
}

/// The same for a message whose sending the provider has not answered yet. Its content calls it `name`.
pub(crate) async fn on_its_way(
    hub: &TestHub,
    channel: ChannelId,
    handle: &str,
    name: &str,
) -> MessageId {
    put(hub, channel, handle, (name, None)).await
}

async fn put(
    hub: &TestHub,
    channel: ChannelId,
    handle: &str,
    (name, known_by): (&str, Option<&str>),
) -> MessageId {
    let conversation = ConversationId::derive(channel, handle);
    let id = MessageId::of_global_name(&format!("ours {name}"));
    let name = name.to_owned();
    let known_by = known_by.map(str::to_owned);
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let mut found = tx
                .conversation(conversation)?
                .expect("somebody has written");
            let mut message = ours(id, &found.source, (conversation, channel), &name);
            if known_by.is_none() {
                message.message.provider_id = None;
                message.message.provider_key = None;
            }
            let stored = tx.add_messages(std::slice::from_ref(&message))?;
            let sequence = stored[0].expect("it is new");
            found.message_count += 1;
            found.last_message = Some(LastMessage {
                id,
                sequence,
                sent_at: message.message.sent_at,
            });
            tx.put_conversations(&[found])
        })
        .await
        .expect("the store answers");
    id
}

fn ours(
    id: MessageId,
    source: &Source,
    (conversation, channel): (ConversationId, ChannelId),
    name: &str,
) -> NewMessage {
    NewMessage {
        message: Message {
            id,
            sequence: MessageSequence(0),
            conversation,
            source: source.clone(),
            content: format!(r#"{{"id":"{name}","text":"ours"}}"#),
            from_contact: false,
            sender: "us".to_owned(),
            sent_at: Timestamp::from_millis(millis(100)),
            updated_at: None,
            delivery: DeliveryState::Pending,
            provider_id: Some(name.to_owned()),
            provider_key: Some(ProviderKey::derive(channel, name)),
            receipt: None,
            edits: 0,
            unsent: false,
            envelope: None,
        },
        text: Some("ours".to_owned()),
    }
}
