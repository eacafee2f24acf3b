//! What custom sources post: messages, and what is to be noted.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use switchboard_api_types::metadata::flat;
use switchboard_connector::{Entry, Inbound, InboundMessage, MessageName, Note, Origin, Profile};
use switchboard_domain::{MetadataValue, NewEnvelope, RawJson, Source, SourceChannelId, Timestamp};
use switchboard_storage::StorageError;

use super::WEBHOOK;
use crate::Engine;
use crate::words::text_of_content;

/// A custom source's post was not taken; nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is not what a source may post.
    #[error("{problem}")]
    Invalid {
        /// The first offending field.
        field: String,
        /// What is wrong and what to send instead.
        problem: String,
    },
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The post, in the source's words.
#[derive(Deserialize)]
struct Post<'p> {
    #[serde(default, borrow)]
    messages: Vec<PostedMessage<'p>>,
    #[serde(default)]
    metadata: Vec<PostedMetadata>,
}

#[derive(Deserialize)]
struct PostedMessage<'p> {
    source_message_id: Scalar,
    source_conversation_id: Scalar,
    source_channel_id: Scalar,
    source_sender_id: Scalar,
    #[serde(borrow)]
    content: &'p RawValue,
    #[serde(default)]
    from_contact: bool,
    sent_at: Value,
}

#[derive(Deserialize)]
struct PostedMetadata {
    namespace: String,
    source_id: Scalar,
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// Text, or a number taken for text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Engine {
    /// Stores what a custom source posts. Returns when it is durable.
    pub async fn receive_from_source(
        &self,
        source: Source,
        body: Vec<u8>,
    ) -> Result<(), WebhookError> {
        check(&body)?;
        let envelope = NewEnvelope {
            source,
            target: WEBHOOK.to_owned(),
            headers: RawJson::empty_object(),
            body,
            received_at: self.now(),
        };
        Ok(self.accept(envelope).await?)
    }
}

/// Whether all of a post can be understood; nothing of one is taken that cannot.
fn check(body: &[u8]) -> Result<(), WebhookError> {
    let post = parse(body)?;
    for (number, message) in post.messages.iter().enumerate() {
        moment(&message.sent_at).ok_or_else(|| {
            let field = format!("messages[{number}].sent_at");
            WebhookError::Invalid {
                problem: format!(
                    "The field {field} is wrong: it must be milliseconds since 1970 or an ISO 8601 \
                     date and time with a zone."
                ),
                field,
            }
        })?;
    }
    for (number, noted) in post.metadata.iter().enumerate() {
        if !matches!(noted.namespace.as_str(), "conversation" | "message") {
            return Err(WebhookError::Invalid {
                field: format!("metadata[{number}].namespace"),
                problem: format!("Unknown metadata namespace {}", noted.namespace),
            });
        }
    }
    Ok(())
}

fn parse(body: &[u8]) -> Result<Post<'_>, WebhookError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        WebhookError::Invalid {
            problem: format!("The field {field} is wrong: {}.", error.inner()),
            field,
        }
    })
}

/// Milliseconds, or a date and time with a zone.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => number.as_i64().map(Timestamp::from_millis),
        Value::String(text) => match text.parse::<i64>() {
            Ok(millis) => Some(Timestamp::from_millis(millis)),
            Err(_no_number) => crate::conversations::filter::moment(text),
        },
        _ => None,
    }
}

/// Reads what a custom source has posted.
pub(crate) fn read_webhook(source: &Source, body: &[u8], received_at: Timestamp) -> Vec<Entry> {
    let post = match parse(body) {
        Ok(post) => post,
        Err(problem) => {
            return vec![Entry {
                channel: None,
                what: Inbound::Malformed(problem.to_string()),
            }];
        }
    };
    let mut entries = Vec::with_capacity(post.messages.len() + post.metadata.len());
    let mut channels: Vec<(String, String, SourceChannelId)> = Vec::new();
    for message in post.messages {
        let conversation = message.source_conversation_id.into_text();
        let id = message.source_message_id.into_text();
        let channel = SourceChannelId::new(message.source_channel_id.into_text());
        channels.push((conversation.clone(), id.clone(), channel.clone()));
        let content = message.content.get().to_owned();
        let origin = if message.from_contact {
            Origin::Contact
        } else {
            Origin::OurSide
        };
        entries.push(Entry {
            channel: Some(channel),
            what: Inbound::Message(Box::new(InboundMessage {
                name: MessageName::Global(format!("{}{id}", source.as_str())),
                provider_id: Some(id),
                handles: vec![conversation],
                sender: message.source_sender_id.into_text(),
                origin,
                sent_at: moment(&message.sent_at),
                text: text_of_content(&content).or_else(|| serde_json::from_str(&content).ok()),
                content,
                media: Vec::new(),
                profile: None,
                notes: Vec::new(),
                conversation_notes: Vec::new(),
            })),
        });
    }
    for noted in post.metadata {
        let id = noted.source_id.into_text();
        let is_conversation = noted.namespace == "conversation";
        let channel = channels
            .iter()
            .find(|(conversation, message, _)| {
                id == *(if is_conversation {
                    conversation
                } else {
                    message
                })
            })
            .map(|(_, _, channel)| channel.clone());
        let notes = flat(&noted.metadata, "");
        let whats = if is_conversation {
            about_conversation(&id, notes, received_at)
        } else {
            vec![about_message(id, notes, received_at)]
        };
        entries.extend(whats.into_iter().map(|what| Entry {
            channel: channel.clone(),
            what,
        }));
    }
    entries
}

fn about_message(id: String, notes: Vec<(String, MetadataValue)>, at: Timestamp) -> Inbound {
    Inbound::MessageNoted {
        target: id,
        notes: notes
            .into_iter()
            .map(|(key, value)| Note { key, value })
            .collect(),
        at,
    }
}

/// What the hub keeps in places of its own is said in the words for that.
fn about_conversation(
    id: &str,
    notes: Vec<(String, MetadataValue)>,
    at: Timestamp,
) -> Vec<Inbound> {
    let mut profile = Profile::default();
    let mut said = Vec::new();
    let mut rest = Vec::new();
    for (key, value) in notes {
        match (key.as_str(), &value) {
            ("contact.display_name", MetadataValue::Text(name)) => {
                profile.display_name = Some(name.clone());
            }
            ("contact.avatar_url", MetadataValue::Text(url)) => {
                profile.avatar_url = Some(url.clone());
            }
            ("state", MetadataValue::Text(state)) => said.push(Inbound::StateSet {
                handle: id.to_owned(),
                state: state.clone(),
                at,
            }),
            _ => rest.push(Note { key, value }),
        }
    }
    if profile != Profile::default() {
        said.push(Inbound::Introduced {
            handle: id.to_owned(),
            profile,
            at,
        });
    }
    if !rest.is_empty() {
        said.push(Inbound::Noted {
            handle: id.to_owned(),
            notes: rest,
            at,
        });
    }
    said
}
