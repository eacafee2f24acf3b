//! What custom sources post: messages, and what is to be noted.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use switchboard_api_types::metadata::flat;
use switchboard_connector::request::InvalidRequest;
use switchboard_connector::{Entry, Inbound, InboundMessage, MessageName, Note, Origin, Profile};
use switchboard_domain::{MetadataValue, NewEnvelope, RawJson, Source, SourceChannelId, Timestamp};
use switchboard_storage::StorageError;

use super::WEBHOOK;
use crate::Engine;
use crate::words::text_of_content;

/// A custom source's post was not taken; nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is no JSON.
    #[error("the post is no JSON: {0}")]
    Malformed(#[source] serde_json::Error),
    /// It is not what a source may post.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A post that is understood.
struct Post<'p> {
    messages: Vec<Said<'p>>,
    notes: Vec<Noted>,
}

/// A message.
struct Said<'p> {
    id: String,
    conversation: String,
    channel: SourceChannelId,
    sender: String,
    content: &'p RawValue,
    from_contact: bool,
    sent_at: Timestamp,
}

/// What is to be noted.
struct Noted {
    about: About,
    id: String,
    document: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Conversation,
    Message,
}

/// The post, in the source's words. What is missing is named by us: the reader would only say which
/// message lacks it.
#[derive(Deserialize)]
struct Posted<'p> {
    #[serde(default, borrow)]
    messages: Vec<PostedMessage<'p>>,
    #[serde(default)]
    metadata: Vec<PostedMetadata>,
}

#[derive(Deserialize)]
struct PostedMessage<'p> {
    source_message_id: Option<Scalar>,
    source_conversation_id: Option<Scalar>,
    source_channel_id: Option<Scalar>,
    source_sender_id: Option<Scalar>,
    #[serde(borrow, default, deserialize_with = "any_json")]
    content: Option<&'p RawValue>,
    #[serde(default)]
    from_contact: bool,
    sent_at: Option<Value>,
}

#[derive(Deserialize)]
struct PostedMetadata {
    namespace: Option<String>,
    source_id: Option<Scalar>,
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

/// Any JSON that is there, `null` included.
fn any_json<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(reader).map(Some)
}

impl Engine {
    /// Stores what a custom source posts. Returns when it is durable.
    pub async fn receive_from_source(
        &self,
        source: Source,
        body: Vec<u8>,
    ) -> Result<(), WebhookError> {
        parse(&body)?;
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

/// Reads all of a post: nothing of one is taken that cannot be understood.
fn parse(body: &[u8]) -> Result<Post<'_>, WebhookError> {
    if body.trim_ascii().is_empty() {
        return Ok(Post {
            messages: Vec::new(),
            notes: Vec::new(),
        });
    }
    let whole: &RawValue = serde_json::from_slice(body).map_err(WebhookError::Malformed)?;
    if !whole.get().starts_with('{') {
        return Err(InvalidRequest::body("The body must be a JSON object.").into());
    }
    let mut reader = serde_json::Deserializer::from_str(whole.get());
    let posted: Posted<'_> = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let problem = format!("The field {field} is wrong: {}.", error.inner());
        InvalidRequest::field(field, problem)
    })?;
    let messages = posted.messages.into_iter().enumerate();
    let notes = posted.metadata.into_iter().enumerate();
    Ok(Post {
        messages: messages
            .map(|(number, message)| said(number, message))
            .collect::<Result<_, _>>()?,
        notes: notes
            .map(|(number, metadata)| noted(number, metadata))
            .collect::<Result<_, _>>()?,
    })
}

fn said(number: usize, message: PostedMessage<'_>) -> Result<Said<'_>, InvalidRequest> {
    let field = |name: &str| format!("messages[{number}].{name}");
    let id = |name: &str, id: Option<Scalar>| name_in(field(name), id);
    let sent_at = message.sent_at.ok_or_else(|| missing(field("sent_at")))?;
    Ok(Said {
        id: id("source_message_id", message.source_message_id)?,
        conversation: id("source_conversation_id", message.source_conversation_id)?,
        channel: SourceChannelId::new(id("source_channel_id", message.source_channel_id)?),
        sender: id("source_sender_id", message.source_sender_id)?,
        content: message.content.ok_or_else(|| missing(field("content")))?,
        from_contact: message.from_contact,
        sent_at: moment(&sent_at).ok_or_else(|| {
            wrong(
                field("sent_at"),
                "it must be milliseconds since 1970 or an ISO 8601 date and time with a zone, before \
                 the year 10000",
            )
        })?,
    })
}

fn noted(number: usize, metadata: PostedMetadata) -> Result<Noted, InvalidRequest> {
    let field = |name: &str| format!("metadata[{number}].{name}");
    let namespace = metadata
        .namespace
        .ok_or_else(|| missing(field("namespace")))?;
    let about = match namespace.as_str() {
        "conversation" => About::Conversation,
        "message" => About::Message,
        _ => {
            // The sentence is Airy's.
            let problem = format!("Unknown metadata namespace {namespace}");
            return Err(InvalidRequest::field(field("namespace"), problem));
        }
    };
    Ok(Noted {
        about,
        id: name_in(field("source_id"), metadata.source_id)?,
        document: metadata.metadata,
    })
}

/// A name of the source's own.
fn name_in(field: String, name: Option<Scalar>) -> Result<String, InvalidRequest> {
    match name {
        None => Err(missing(field)),
        Some(Scalar::Number(number)) => Ok(number.to_string()),
        Some(Scalar::Text(name)) if name.trim().is_empty() => {
            Err(wrong(field, "it must not be empty"))
        }
        Some(Scalar::Text(name)) => Ok(name),
    }
}

fn missing(field: String) -> InvalidRequest {
    let problem = format!("The field {field} is required.");
    InvalidRequest::field(field, problem)
}

fn wrong(field: String, why: &str) -> InvalidRequest {
    let problem = format!("The field {field} is wrong: {why}.");
    InvalidRequest::field(field, problem)
}

/// The last millisecond of the year 9999.
const LAST: i64 = 253_402_300_799_999;

/// Milliseconds, or a date and time with a zone; from 1970 on, and in four digits of years.
fn moment(value: &Value) -> Option<Timestamp> {
    let moment = match value {
        Value::Number(number) => number.as_i64().map(Timestamp::from_millis),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(millis) => Some(Timestamp::from_millis(millis)),
            Err(_no_number) if has_zone(text.trim()) => {
                crate::conversations::filter::moment(text.trim())
            }
            Err(_no_number) => None,
        },
        _ => None,
    };
    moment.filter(|moment| (0..=LAST).contains(&moment.as_millis()))
}

/// Whether a time of day is there, and how far it is from that of Greenwich.
fn has_zone(text: &str) -> bool {
    let time = text.get("2020-10-25T".len()..).unwrap_or_default();
    time.ends_with(['Z', 'z']) || time.contains(['+', '-'])
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
    let mut entries = Vec::with_capacity(post.messages.len() + post.notes.len());
    let mut channels: Vec<(String, String, SourceChannelId)> = Vec::new();
    for message in post.messages {
        let (id, conversation, channel) = (message.id, message.conversation, message.channel);
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
                sender: message.sender,
                origin,
                sent_at: Some(message.sent_at),
                text: text_of_content(&content).or_else(|| serde_json::from_str(&content).ok()),
                content,
                media: Vec::new(),
                profile: None,
                notes: Vec::new(),
                conversation_notes: Vec::new(),
            })),
        });
    }
    for noted in post.notes {
        let id = noted.id;
        let is_conversation = noted.about == About::Conversation;
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
        let notes = flat(&noted.document, "");
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
