//! A conversation as clients see it.

use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_domain::{Channel, Conversation, MetadataRecord, ProfileFetch};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ChannelJson;
use crate::message::MessageJson;
use crate::metadata::{nested, put};
use crate::moment::iso;

/// A thread of messages with one contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationJson {
    /// Derived from channel and contact.
    pub id: Uuid,
    /// When its oldest message was written.
    #[schema(example = "2020-10-25T21:24:54.560Z")]
    pub created_at: String,
    /// The channel it is held on.
    #[schema(value_type = ChannelJson<'static>)]
    pub channel: Value,
    /// What is noted about it: `contact`, `unread_count`, `tags`, `state`, `user_data`.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// Its newest message.
    pub last_message: Option<MessageJson>,
}

impl ConversationJson {
    /// Puts a conversation together. Records are in the order they were written.
    pub fn new(
        conversation: &Conversation,
        (channel, channel_records): (&Channel, &[MetadataRecord]),
        records: &[MetadataRecord],
        last_message: Option<MessageJson>,
    ) -> Self {
        Self {
            id: conversation.id.as_uuid(),
            created_at: iso(conversation.created_at),
            channel: serde_json::to_value(ChannelJson::from(channel).with_notes(channel_records))
                .unwrap_or(Value::Null),
            metadata: conversation_metadata(conversation, records),
            last_message,
        }
    }
}

/// The metadata document of a conversation.
pub fn conversation_metadata(
    conversation: &Conversation,
    records: &[MetadataRecord],
) -> Map<String, Value> {
    let mut metadata = nested(records.iter().filter(|record| record.is_shown()));
    put(
        &mut metadata,
        "contact.display_name",
        conversation.shown_name().into(),
    );
    if let Some(url) = &conversation.avatar_url.value {
        put(&mut metadata, "contact.avatar_url", url.as_str().into());
    }
    if matches!(
        conversation.profile,
        ProfileFetch::Fetched | ProfileFetch::Failed
    ) {
        put(
            &mut metadata,
            "contact.fetch_state",
            conversation.profile.as_str().into(),
        );
    }
    put(
        &mut metadata,
        "unread_count",
        conversation.unread_count.into(),
    );
    for tag in &conversation.tags {
        put(&mut metadata, &format!("tags.{tag}"), "".into());
    }
    if let Some(state) = &conversation.state {
        put(&mut metadata, "state", state.as_str().into());
    }
    metadata
}
