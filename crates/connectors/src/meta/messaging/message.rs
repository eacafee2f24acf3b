//! Messages, and the echoes of those from our side.

use serde::Serialize;
use serde_json::value::RawValue;
use switchboard_connector::{Inbound, InboundMessage, MessageName, Note, Origin};
use switchboard_domain::MetadataValue;

use super::super::our_message;
use super::event::Head;
use super::wire::{Message, Postback};
use super::{Context, Product, attachments, thread};
use crate::inbound_json::{Word, flat, missing, value};

/// Reads the event `message`; `content` is the whole event.
pub(super) fn read(
    context: Context<'_>,
    head: Head<'_>,
    content: &str,
    mut message: Message<'_>,
) -> Inbound {
    let story = attachments::story(message.reply_to.take());
    let Some(mid) = &message.mid else {
        return missing("message.mid");
    };
    if message.is_deleted == Some(true) {
        return Inbound::Unsent {
            target: (**mid).to_owned(),
            content: notice(head, &message),
            at: head.at(context),
        };
    }
    let is_echo = message.is_echo == Some(true);
    let (field, handle) = if is_echo {
        ("recipient.id", head.recipient)
    } else {
        ("sender.id", head.sender)
    };
    let Some(handle) = handle else {
        return missing(field);
    };
    let (origin, sender) = if is_echo {
        echo(context, handle, &message)
    } else {
        (Origin::Contact, handle)
    };
    let mut media = message
        .attachments
        .map(attachments::links)
        .unwrap_or_default();
    media.extend(story);
    Inbound::Message(Box::new(InboundMessage {
        provider_id: Some((**mid).to_owned()),
        sender: sender.to_owned(),
        text: message.text.and_then(written),
        media,
        ..unwritten(context, (head, handle), origin, content, message.referral)
    }))
}

/// Reads the event `postback`: the contact has tapped a button.
pub(super) fn read_postback(
    context: Context<'_>,
    head: Head<'_>,
    content: &str,
    postback: Postback<'_>,
) -> Inbound {
    let Some(handle) = head.sender else {
        return missing("sender.id");
    };
    // As in Airy, whose readers look for this word.
    let nothing = || MetadataValue::Text("__empty__".to_owned());
    let payload = Note {
        key: "postback.payload".to_owned(),
        value: postback.payload.map_or_else(nothing, value),
    };
    Inbound::Message(Box::new(InboundMessage {
        provider_id: postback.mid.map(Word::into_string),
        text: postback.title.and_then(written),
        notes: vec![payload],
        ..unwritten(
            context,
            (head, handle),
            Origin::Contact,
            content,
            postback.referral,
        )
    }))
}

/// A message in which nothing is written yet. What the contact writes comes under `messaging` again as
/// soon as the thread is ours again, whether or not anybody tells us that it is.
fn unwritten(
    context: Context<'_>,
    (head, handle): (Head<'_>, &str),
    origin: Origin,
    content: &str,
    referral: Option<&RawValue>,
) -> InboundMessage {
    let mut notes = referral
        .map(|told| flat("referral", told))
        .unwrap_or_default();
    if context.standby || origin == Origin::Contact {
        notes.push(Note {
            key: thread::STANDBY.to_owned(),
            // Where we were never on standby, clients need not hear that we are not.
            value: if context.standby {
                MetadataValue::Bool(true)
            } else {
                MetadataValue::Removed
            },
        });
    }
    InboundMessage {
        provider_id: None,
        name: MessageName::InChannel(content.to_owned()),
        handles: vec![handle.to_owned()],
        sender: handle.to_owned(),
        origin,
        sent_at: head.sent_at,
        content: content.to_owned(),
        text: None,
        media: Vec::new(),
        profile: None,
        notes: Vec::new(),
        conversation_notes: notes,
    }
}

fn written(text: Word<'_>) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.into_string())
}

/// Where an echo comes from, and who is named as its writer: the app, or as in Airy the contact if
/// no app is told.
fn echo<'a>(context: Context<'_>, contact: &'a str, message: &'a Message<'_>) -> (Origin, &'a str) {
    let app = message.app_id.as_deref();
    let sender = app.unwrap_or(contact);
    let metadata = message
        .metadata
        .as_ref()
        .and_then(|slot| slot.0.as_deref().ok());
    let correlation = metadata.and_then(our_message);
    let is_ours = match app {
        Some(app) => context.app_id == Some(app),
        // Instagram names no app, so each echo may be of ours.
        None => context.product == Product::Instagram,
    };
    if is_ours || correlation.is_some() {
        (Origin::Echo { correlation }, sender)
    } else {
        (Origin::OurSide, sender)
    }
}

/// Says that a message was taken back, in Meta's words and without anything else that Meta sent.
fn notice(head: Head<'_>, message: &Message<'_>) -> String {
    #[derive(Serialize)]
    struct Notice<'a> {
        sender: Option<Id<'a>>,
        recipient: Option<Id<'a>>,
        timestamp: Option<i64>,
        message: Taken<'a>,
    }
    #[derive(Serialize)]
    struct Id<'a> {
        id: &'a str,
    }
    #[derive(Serialize)]
    struct Taken<'a> {
        mid: Option<&'a str>,
        is_deleted: bool,
    }
    let notice = Notice {
        sender: head.sender.map(|id| Id { id }),
        recipient: head.recipient.map(|id| Id { id }),
        timestamp: head.sent_at.map(switchboard_domain::Timestamp::as_millis),
        message: Taken {
            mid: message.mid.as_deref(),
            is_deleted: true,
        },
    };
    serde_json::to_string(&notice).unwrap_or_default()
}
