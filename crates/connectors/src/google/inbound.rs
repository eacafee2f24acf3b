//! What Google Business Messages tells of an agent's conversations
//! (developers.google.com/business-communications/business-messages/reference/rest, read 2026-11-22).

use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_connector::{
    Delivery, Entry, Inbound, InboundMessage, MediaLink, MessageName, Note, Origin, Profile,
};
use switchboard_domain::{MetadataValue, Receipt, SourceChannelId, Timestamp};

use super::wire::{
    Confirmation, Context, EVENT_KEYS, Event, Receipts, Surveyed, Tapped, UserStatus, Written,
};
use super::{image, send_time};
use crate::inbound_json::{compact, kind, members, problem};

/// What stands for the payload of a suggestion that has none, as with Airy.
const NO_PAYLOAD: &str = "__empty__";

/// What a delivery says. It is about one conversation, and mostly says one thing.
pub(crate) fn entries(delivery: Delivery<'_>) -> Vec<Entry> {
    let Ok(event) = serde_json::from_slice::<Event<'_>>(delivery.body) else {
        return vec![malformed(None, "the body is no event in JSON")];
    };
    let agent: Option<String> = part(event.agent).ok().flatten();
    let Some(agent) = agent.as_deref().and_then(last_part) else {
        return vec![malformed(None, "agent is missing")];
    };
    let channel = SourceChannelId::new(agent);
    let Some(conversation) = part(event.conversation_id).ok().flatten() else {
        return vec![malformed(Some(channel), "conversationId is missing")];
    };
    let sent_at: Option<String> = part(event.send_time).ok().flatten();
    let story = Story {
        event: &event,
        conversation,
        sent_at: sent_at.as_deref().and_then(send_time::parse),
        received_at: delivery.received_at,
    };
    let mut said = story.said();
    if said.is_empty() {
        said.push(Inbound::Unknown(unknown_kind(delivery.body)));
    }
    said.into_iter()
        .map(|what| Entry {
            channel: Some(channel.clone()),
            what,
        })
        .collect()
}

fn malformed(channel: Option<SourceChannelId>, problem: &str) -> Entry {
    Entry {
        channel,
        what: Inbound::Malformed(problem.to_owned()),
    }
}

/// One event, on its way to what it says.
struct Story<'a> {
    event: &'a Event<'a>,
    conversation: String,
    sent_at: Option<Timestamp>,
    received_at: Timestamp,
}

/// What of a message is told in different places.
#[derive(Default)]
struct Words {
    message_id: Option<String>,
    text: Option<String>,
    notes: Vec<Note>,
}

impl Story<'_> {
    fn said(&self) -> Vec<Inbound> {
        let mut said = Vec::new();
        let status: Option<UserStatus> = match part(self.event.user_status) {
            Ok(status) => status,
            Err(problem) => {
                said.push(unreadable("userStatus", &problem));
                None
            }
        };
        match self.words(status.as_ref()) {
            Ok(Some(words)) => said.push(Inbound::Message(Box::new(self.message(words)))),
            Ok(None) => said.extend(self.introduced()),
            Err(unreadable) => {
                said.push(unreadable);
                said.extend(self.introduced());
            }
        }
        let status = status.unwrap_or_default();
        if status.requested_live_agent == Some(true) {
            said.push(Inbound::StateSet {
                handle: self.conversation.clone(),
                state: "OPEN".to_owned(),
                at: self.moment(),
            });
        }
        said.extend(self.confirmed());
        if status.is_typing.is_some() {
            said.push(Inbound::Nothing("typing".to_owned()));
        }
        said
    }

    fn moment(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.received_at)
    }

    /// What the event tells of a message, if it is one.
    fn words(&self, status: Option<&UserStatus>) -> Result<Option<Words>, Inbound> {
        let event = self.event;
        let written = part::<Written>(event.message);
        if let Some(it) = written.map_err(|problem| unreadable("message", &problem))? {
            return Ok(Some(Words {
                message_id: it.message_id,
                text: it.text,
                notes: Vec::new(),
            }));
        }
        let surveyed = part::<Surveyed>(event.survey_response);
        if let Some(it) = surveyed.map_err(|problem| unreadable("surveyResponse", &problem))? {
            return Ok(Some(Words {
                text: it.question_response_text,
                ..Words::default()
            }));
        }
        let tapped = part::<Tapped>(event.suggestion_response);
        if let Some(it) = tapped.map_err(|problem| unreadable("suggestionResponse", &problem))? {
            let payload = it.postback_data.unwrap_or_else(|| NO_PAYLOAD.to_owned());
            return Ok(Some(Words {
                text: it.text,
                notes: vec![Note {
                    key: "postback.payload".to_owned(),
                    value: MetadataValue::Text(payload),
                }],
                ..Words::default()
            }));
        }
        // Asking for a person, or no longer, is a message of its own.
        let asks = status.and_then(|status| status.requested_live_agent);
        Ok(asks.map(|_| Words::default()))
    }

    fn message(&self, words: Words) -> InboundMessage {
        let content = self.content();
        let request: Option<String> = part(self.event.request_id).ok().flatten();
        let text = words.text.filter(|text| !text.is_empty());
        let (text, media) = match text {
            Some(link) if image::address(&link).is_some() => {
                let link = MediaLink {
                    link,
                    kind: "image",
                };
                (None, vec![link])
            }
            text => (text, Vec::new()),
        };
        InboundMessage {
            provider_id: words.message_id.or(request),
            name: MessageName::InChannel(content.clone()),
            handles: vec![self.conversation.clone()],
            sender: self.conversation.clone(),
            origin: Origin::Contact,
            sent_at: self.sent_at,
            content,
            text,
            media,
            profile: self.profile(),
            notes: words.notes,
            conversation_notes: Vec::new(),
        }
    }

    /// The event as Airy stores it, which is what the message's id is derived from.
    fn content(&self) -> String {
        serde_json::value::to_raw_value(self.event)
            .map(|event| compact(&event))
            .unwrap_or_default()
    }

    fn profile(&self) -> Option<Profile> {
        let context: Context = part(self.event.context).ok()??;
        let name = context.user_info?.display_name?;
        (!name.trim().is_empty()).then_some(Profile {
            display_name: Some(name),
            avatar_url: None,
        })
    }

    /// Who the contact is, told without a message.
    fn introduced(&self) -> Option<Inbound> {
        Some(Inbound::Introduced {
            handle: self.conversation.clone(),
            profile: self.profile()?,
            at: self.moment(),
        })
    }

    fn confirmed(&self) -> Vec<Inbound> {
        let receipts: Receipts<'_> = match part(self.event.receipts) {
            Ok(Some(receipts)) => receipts,
            Ok(None) => return Vec::new(),
            Err(problem) => return vec![unreadable("receipts", &problem)],
        };
        let created_at = receipts.create_time.as_deref().and_then(send_time::parse);
        let at = created_at.unwrap_or_else(|| self.moment());
        let receipts = receipts.receipts.into_iter();
        receipts
            .map(|receipt| match part(Some(receipt)) {
                Ok(Some(confirmation)) => confirmed(&confirmation, at),
                Ok(None) => unreadable("receipts.receipts", "one is null"),
                Err(problem) => unreadable("receipts.receipts", &problem),
            })
            .collect()
    }
}

fn confirmed(confirmation: &Confirmation, at: Timestamp) -> Inbound {
    let receipt = match confirmation.receipt_type.as_str() {
        "DELIVERED" => Receipt::Delivered,
        "READ" => Receipt::Seen,
        other => return Inbound::Unknown(kind(&format!("receipts.{other}"))),
    };
    match last_part(&confirmation.message) {
        Some(target) => Inbound::Confirmed {
            target: target.to_owned(),
            correlation: None,
            receipt,
            at,
            error: None,
        },
        None => Inbound::Malformed("receipts.receipts.message names no message".to_owned()),
    }
}

/// A part of an event; `None` if it is not there.
fn part<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Result<Option<T>, String> {
    let part = raw.map(|raw| serde_json::from_str(raw.get()));
    part.transpose().map_err(|error| problem(&error))
}

fn unreadable(part: &str, problem: &str) -> Inbound {
    Inbound::Malformed(format!("{part}: {problem}"))
}

/// The id that a resource name ends in: `brands/B/agents/A` is `A`.
fn last_part(name: &str) -> Option<&str> {
    name.rsplit('/').next().filter(|part| !part.is_empty())
}

/// The first key that nobody knows.
fn unknown_kind(body: &[u8]) -> String {
    let body = serde_json::from_slice::<&RawValue>(body).ok();
    let members = body.and_then(members).unwrap_or_default().into_iter();
    members
        .map(|(key, _)| key)
        .find(|key| !EVENT_KEYS.contains(&key.as_ref()))
        .map_or_else(|| "an event that says nothing".to_owned(), |key| kind(&key))
}
