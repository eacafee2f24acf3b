//! A message as clients see it.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use switchboard_domain::{
    Conversation, DeliveryState, Message, MessageSequence, MetadataRecord, Receipt, Timestamp, User,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::metadata::{nested, put};
use crate::moment::iso;

/// A message, from the contact or from us.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageJson {
    /// Derived from the provider's message, or random for those that are sent.
    pub id: Uuid,
    /// What the provider sent, verbatim: JSON, or text where it is none.
    #[schema(value_type = Value, example = json!({ "text": "Hello" }))]
    pub content: Box<RawValue>,
    /// When it was written.
    #[schema(example = "2020-10-25T21:24:54.560Z")]
    pub sent_at: String,
    /// `pending`, `failed` or `delivered`.
    #[schema(value_type = String, example = "delivered")]
    pub delivery_state: &'static str,
    /// Whether the contact wrote it.
    pub from_contact: bool,
    /// The source of its channel.
    #[schema(example = "facebook")]
    pub source: String,
    /// What is noted about it; `null` where that was not looked up.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Map<String, Value>>,
    /// Who wrote it.
    pub sender: SenderJson,
}

/// Who wrote a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Sender)]
pub struct SenderJson {
    /// The contact in the provider's words, or the user of ours.
    pub id: String,
    /// What the user is called.
    pub name: Option<String>,
    /// A picture of the user.
    pub avatar_url: Option<String>,
}

/// What is put together to show a message.
#[derive(Clone, Debug)]
pub struct MessageParts<'p> {
    /// The message.
    pub message: &'p Message,
    /// What is noted about it, in the order it was written.
    pub records: &'p [MetadataRecord],
    /// Links in its content, and what is shown in their place.
    pub links: &'p [(String, String)],
    /// The user who wrote it.
    pub sender: Option<&'p User>,
    /// How far its conversation has been read and confirmed.
    pub progress: Progress,
}

/// How far a conversation has been read and confirmed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// See [`Conversation::read_through`].
    pub read_through: Option<MessageSequence>,
    /// See [`Conversation::delivered_until`].
    pub delivered_until: Option<Timestamp>,
    /// See [`Conversation::seen_until`].
    pub seen_until: Option<Timestamp>,
}

impl From<&Conversation> for Progress {
    fn from(conversation: &Conversation) -> Self {
        Self {
            read_through: conversation.read_through,
            delivered_until: conversation.delivered_until,
            seen_until: conversation.seen_until,
        }
    }
}

impl Progress {
    /// What the contact's side has confirmed of a message of ours, by name or by time. Confirming
    /// everything up to a moment says nothing of what had failed before.
    fn receipt(self, message: &Message) -> Option<Receipt> {
        if message.from_contact || message.delivery == DeliveryState::Failed {
            return message.receipt;
        }
        let covers = |until: Option<Timestamp>| until.is_some_and(|until| message.sent_at <= until);
        let by_time = if covers(self.seen_until) {
            Some(Receipt::Seen)
        } else if covers(self.delivered_until) {
            Some(Receipt::Delivered)
        } else {
            None
        };
        message.receipt.max(by_time)
    }
}

impl MessageJson {
    /// The message with everything that is noted about it.
    pub fn new(parts: &MessageParts<'_>) -> Self {
        let metadata = metadata_of(parts);
        Self {
            metadata: Some(metadata),
            ..Self::bare(parts)
        }
    }

    /// The message without its metadata, as Airy shows it to visitors and in some lists.
    pub fn bare(parts: &MessageParts<'_>) -> Self {
        let message = parts.message;
        Self {
            id: message.id.as_uuid(),
            content: content_of(message, parts.links),
            sent_at: iso(message.sent_at),
            delivery_state: message.delivery.as_str(),
            from_contact: message.from_contact,
            source: message.source.as_str().to_owned(),
            metadata: None,
            sender: SenderJson {
                id: message.sender.clone(),
                name: parts.sender.and_then(|user| user.name.clone()),
                avatar_url: parts.sender.and_then(|user| user.avatar_url.clone()),
            },
        }
    }
}

fn metadata_of(parts: &MessageParts<'_>) -> Map<String, Value> {
    let MessageParts {
        message,
        records,
        progress,
        ..
    } = parts;
    let receipt = progress.receipt(message);
    let arrived = receipt >= Some(Receipt::Delivered);
    let shown = records
        .iter()
        // What arrived in the end has not failed.
        .filter(|record| !(arrived && record.key == "error"))
        .filter(|record| record.is_shown() && !record.key.starts_with("data_"));
    let mut metadata = nested(shown);
    if let Some(receipt) = receipt {
        put(
            &mut metadata,
            "source.delivery_state",
            receipt.as_str().into(),
        );
    }
    if let Some(name) = message
        .provider_id
        .as_deref()
        .filter(|_| !message.from_contact)
    {
        put(&mut metadata, "source.id", name.into());
    }
    let is_read = progress
        .read_through
        .is_some_and(|through| message.sequence <= through);
    if message.from_contact && is_read {
        put(
            &mut metadata,
            "user_read",
            json!(message.sent_at.as_millis()),
        );
    }
    if message.edits > 0 {
        put(&mut metadata, "edits", message.edits.into());
    }
    if message.unsent {
        put(&mut metadata, "unsent", true.into());
    }
    metadata
}

/// The content as JSON, or as a JSON text if it is none, with links replaced.
fn content_of(message: &Message, links: &[(String, String)]) -> Box<RawValue> {
    let replaced = links.iter().filter(|(link, _)| !link.is_empty()).fold(
        None,
        |replaced: Option<String>, (link, shown)| {
            let content = replaced.as_deref().unwrap_or(&message.content);
            Some(content.replace(link.as_str(), shown))
        },
    );
    let content = replaced.unwrap_or_else(|| message.content.clone());
    RawValue::from_string(content).unwrap_or_else(|_no_json| as_text(message, links))
}

fn as_text(message: &Message, links: &[(String, String)]) -> Box<RawValue> {
    let text = links
        .iter()
        .fold(message.content.clone(), |text, (link, shown)| {
            if link.is_empty() {
                text
            } else {
                text.replace(link.as_str(), shown)
            }
        });
    let text = Value::from(text).to_string();
    RawValue::from_string(text).unwrap_or_else(|_never| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use switchboard_domain::{ConversationId, MessageId, MetadataSubject, MetadataValue, Source};

    use super::*;

    fn shown(delivery: DeliveryState, receipt: Option<Receipt>) -> Value {
        let id = MessageId::from_uuid(Uuid::nil());
        let message = Message {
            id,
            sequence: MessageSequence(1),
            conversation: ConversationId::from_uuid(Uuid::nil()),
            source: Source::named("facebook"),
            content: "{}".to_owned(),
            from_contact: false,
            sender: String::new(),
            sent_at: Timestamp::from_millis(1),
            updated_at: None,
            delivery,
            provider_id: None,
            provider_key: None,
            receipt,
            edits: 0,
            unsent: false,
            envelope: None,
        };
        let error = MetadataRecord {
            subject: MetadataSubject::Message(id),
            key: "error".to_owned(),
            value: MetadataValue::Text("refused".to_owned()),
            written_at: Timestamp::from_millis(2),
        };
        let json = MessageJson::new(&MessageParts {
            message: &message,
            records: &[error],
            links: &[],
            sender: None,
            progress: Progress {
                seen_until: Some(Timestamp::from_millis(9)),
                ..Progress::default()
            },
        });
        json!(json.metadata)
    }

    #[test]
    fn what_has_failed_is_not_seen_by_a_later_look_at_the_conversation() {
        assert_eq!(
            shown(DeliveryState::Failed, None),
            json!({"error": "refused"})
        );
        assert_eq!(
            shown(DeliveryState::Failed, Some(Receipt::Failed)),
            json!({"error": "refused", "source": {"delivery_state": "failed"}})
        );
    }

    #[test]
    fn what_has_arrived_is_seen_by_it() {
        let seen = json!({"source": {"delivery_state": "seen"}});

        assert_eq!(shown(DeliveryState::Delivered, None), seen);
        assert_eq!(
            shown(DeliveryState::Delivered, Some(Receipt::Delivered)),
            seen
        );
    }
}
