//! Conversations and messages that rules are tried on.

use switchboard_domain::{
    Chance, ContactId, Conversation, ConversationId, DeliveryState, FixedChance, LastMessage,
    Message, MessageId, MessageSequence, Named, NewMessage, ParkedChange, ProfileFetch,
    ProviderKey, RawJson, Source, Tag, TagColor, TagId,
};

use super::{at, channel};

/// The id of the `number`th conversation.
pub(in super::super) fn conversation_id(number: u32) -> ConversationId {
    ConversationId::derive(channel(1).id, &handle(number))
}

/// How the provider addresses the other side of the `number`th conversation.
pub(in super::super) fn handle(number: u32) -> String {
    format!("handle-{number}")
}

/// The `number`th conversation, on channel 1, in which nobody has written yet.
pub(in super::super) fn silent(number: u32) -> Conversation {
    Conversation {
        id: conversation_id(number),
        channel: channel(1).id,
        source: Source::named("test"),
        handle: handle(number),
        created_at: at(number.into()),
        last_message: None,
        last_inbound_at: None,
        message_count: 0,
        unread_count: 0,
        read_through: None,
        delivered_until: None,
        seen_until: None,
        display_name: Named::default(),
        avatar_url: Named::default(),
        profile: ProfileFetch::NotNeeded,
        state: None,
        tags: Vec::new(),
        contact: ContactId::of_conversation(conversation_id(number)),
    }
}

/// The `number`th conversation, whose newest message was sent at that second.
pub(in super::super) fn conversation(number: u32) -> Conversation {
    spoken_at(number, number.into())
}

/// The `number`th conversation, whose newest message was sent at another second.
pub(in super::super) fn spoken_at(number: u32, second: i64) -> Conversation {
    Conversation {
        last_message: Some(LastMessage {
            id: message_id(number),
            sequence: MessageSequence(number.into()),
            sent_at: at(second),
        }),
        message_count: 1,
        ..silent(number)
    }
}

/// The id of the `number`th message.
pub(in super::super) fn message_id(number: u32) -> MessageId {
    MessageId::derive(channel(1).id, &number.to_string())
}

/// The key of the `number`th message.
pub(in super::super) fn key(number: u32) -> ProviderKey {
    ProviderKey::derive(channel(1).id, &format!("name {number}"))
}

/// The `number`th message, of conversation `of`, sent by the contact at that second.
pub(in super::super) fn message(of: u32, number: u32) -> Message {
    Message {
        id: message_id(number),
        sequence: MessageSequence(0),
        conversation: conversation_id(of),
        source: Source::named("test"),
        content: format!(r#"{{"number":{number}}}"#),
        from_contact: true,
        sender: handle(of),
        sent_at: at(number.into()),
        updated_at: None,
        delivery: DeliveryState::Delivered,
        provider_id: Some(format!("name {number}")),
        provider_key: Some(key(number)),
        receipt: None,
        edits: 0,
        unsent: false,
        envelope: None,
    }
}

/// The `number`th message, of conversation `of`, about to be stored.
pub(in super::super) fn new_message(of: u32, number: u32) -> NewMessage {
    saying(of, number, &format!("text {number}"))
}

/// The `number`th message, of conversation `of`, about to be stored with a text.
pub(in super::super) fn saying(of: u32, number: u32, text: &str) -> NewMessage {
    NewMessage {
        message: message(of, number),
        text: Some(text.to_owned()),
    }
}

/// A change that waits for the `number`th message since that second.
pub(in super::super) fn parked(number: u32, change: &str, second: i64) -> ParkedChange {
    ParkedChange {
        target: key(number),
        change: RawJson::from_checked(format!(r#"{{ "change": "{change}" }}"#)),
        envelope: None,
        parked_at: at(second),
    }
}

/// The id of the `number`th tag. Does not grow with the number.
pub(in super::super) fn tag_id(number: u32) -> TagId {
    TagId::from_uuid(FixedChance::seeded(0x7a60_0000 + u64::from(number)).uuid())
}

/// The `number`th tag, made at that second.
pub(in super::super) fn tag(number: u32) -> Tag {
    Tag {
        id: tag_id(number),
        name: format!("tag {number}"),
        color: TagColor::Red,
        created_at: at(number.into()),
    }
}
