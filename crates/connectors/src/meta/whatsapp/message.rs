//! Messages to a number, and those that were sent from the phone it lives on
//! (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object, read
//! 2026-11-22).

use serde_json::value::RawValue;
use switchboard_connector::{Inbound, InboundMessage, MediaLink, MessageName, Origin, Profile};
use switchboard_domain::Timestamp;

use super::wire::{Contact, Message, Revision};
use crate::inbound_json::{Loose, Word, compact, flat, found, missing, object, with_text};

/// Where the text of a message stands that can be edited.
const TEXTS: &[[&str; 2]] = &[
    ["text", "body"],
    ["image", "caption"],
    ["video", "caption"],
    ["document", "caption"],
];

/// The content of a message with another text.
pub(crate) fn edited(content: &str, text: &str) -> Option<String> {
    TEXTS.iter().find_map(|path| with_text(content, path, text))
}

/// Reads one element of `messages`; `at` is its time if it carries none.
pub(super) fn read(
    at: Timestamp,
    contacts: &[Contact<'_>],
    raw: &RawValue,
    all: &mut Vec<Inbound>,
) {
    let content = compact(raw);
    let message = match object::<Message<'_>>(&content) {
        Ok(message) => message,
        Err(problem) => return all.push(Inbound::Malformed(problem)),
    };
    let Some(sender) = present(message.from.as_ref()).or(present(message.from_user_id.as_ref()))
    else {
        return all.push(missing("messages.from"));
    };
    let group = present(message.group_id.as_ref());
    let told = contact(contacts, &message);
    let handles = match group {
        // A group is one conversation, whoever writes.
        Some(group) => vec![group.to_owned()],
        None => handles(&[
            message.from.as_ref(),
            message.from_user_id.as_ref(),
            told.and_then(|contact| contact.wa_id.as_ref()),
            told.and_then(|contact| contact.user_id.as_ref()),
        ]),
    };
    let profile = told.and_then(profile);
    let party = Party {
        sender: sender.to_owned(),
        origin: Origin::Contact,
        profile: profile.filter(|_| group.is_none()),
        handles,
    };
    interpret(at, party, &content, message, all);
}

/// Reads one element of `message_echoes`: written on the phone, in the WhatsApp Business app.
pub(super) fn read_echo(at: Timestamp, raw: &RawValue, all: &mut Vec<Inbound>) {
    let content = compact(raw);
    let message = match object::<Message<'_>>(&content) {
        Ok(message) => message,
        Err(problem) => return all.push(Inbound::Malformed(problem)),
    };
    let handles = match present(message.group_id.as_ref()) {
        Some(group) => vec![group.to_owned()],
        None => handles(&[message.to.as_ref(), message.to_user_id.as_ref()]),
    };
    let Some(sender) = present(message.from.as_ref()).or(handles.first().map(String::as_str))
    else {
        return all.push(missing("message_echoes.to"));
    };
    if handles.is_empty() {
        return all.push(missing("message_echoes.to"));
    }
    let party = Party {
        sender: sender.to_owned(),
        origin: Origin::OurSide,
        profile: None,
        handles,
    };
    interpret(at, party, &content, message, all);
}

/// Who a message is from, and where it belongs.
struct Party {
    handles: Vec<String>,
    sender: String,
    origin: Origin,
    profile: Option<Profile>,
}

fn interpret(
    at: Timestamp,
    party: Party,
    content: &str,
    message: Message<'_>,
    all: &mut Vec<Inbound>,
) {
    let Some(id) = present(message.id.as_ref()) else {
        return all.push(missing("messages.id"));
    };
    let sent_at = message.timestamp.0;
    let at = sent_at.unwrap_or(at);
    match message.kind.as_deref() {
        Some("reaction") => return all.push(reacted(at, id.to_owned(), message)),
        Some("edit") => return all.push(revised(at, id.to_owned(), message.edit)),
        Some("revoke") => return all.push(revoked(at, content, message.revoke)),
        _ => {}
    }
    let renamed = renamed(at, &message);
    all.push(Inbound::Message(Box::new(InboundMessage {
        provider_id: Some(id.to_owned()),
        name: MessageName::Global(id.to_owned()),
        handles: party.handles,
        sender: party.sender,
        origin: party.origin,
        sent_at,
        content: content.to_owned(),
        conversation_notes: message
            .referral
            .map(|told| flat("referral", told))
            .unwrap_or_default(),
        media: media(&message).into_iter().collect(),
        text: text(message).filter(|text| !text.trim().is_empty()),
        profile: party.profile,
        notes: Vec::new(),
    })));
    all.extend(renamed);
}

fn present<'a>(word: Option<&'a Word<'_>>) -> Option<&'a str> {
    word.map(|word| &**word).filter(|word| !word.is_empty())
}

/// Numbers, then business-scoped ids, wherever they were told: the same person may be named by either
/// in the next delivery.
fn handles(told: &[Option<&Word<'_>>]) -> Vec<String> {
    let mut handles: Vec<String> = Vec::with_capacity(2);
    for handle in told.iter().filter_map(|word| present(*word)) {
        if !handles.iter().any(|known| known == handle) {
            handles.push(handle.to_owned());
        }
    }
    handles.sort_by_key(|handle| !handle.bytes().all(|byte| byte.is_ascii_digit()));
    handles
}

/// What is told about the writer of a message.
fn contact<'a, 'b>(contacts: &'a [Contact<'b>], message: &Message<'_>) -> Option<&'a Contact<'b>> {
    let number = present(message.from.as_ref());
    let user_id = present(message.from_user_id.as_ref());
    contacts.iter().find(|contact| {
        let ids = [&contact.wa_id, &contact.user_id];
        let mut ids = ids.into_iter().filter_map(|id| present(id.as_ref()));
        ids.any(|id| Some(id) == number || Some(id) == user_id)
    })
}

fn profile(contact: &Contact<'_>) -> Option<Profile> {
    let profile = contact.profile.as_ref()?;
    let names = [&profile.name, &profile.username];
    let mut names = names.into_iter().filter_map(|name| present(name.as_ref()));
    let name = names.find(|name| !name.trim().is_empty())?;
    Some(Profile {
        display_name: Some(name.to_owned()),
        avatar_url: None,
    })
}

fn reacted(at: Timestamp, name: String, message: Message<'_>) -> Inbound {
    let reaction = found(message.reaction);
    let target = reaction.and_then(|reaction| Some((reaction.message_id?, reaction.emoji)));
    let Some((target, emoji)) = target else {
        return missing("reaction.message_id");
    };
    let emoji = emoji.filter(|emoji| !emoji.is_empty());
    Inbound::Reacted {
        target: target.into_string(),
        emoji: emoji.map(Word::into_string),
        name: Some(name),
        at,
    }
}

/// WhatsApp does not count edits, so the seconds do: later ones are more.
fn revised(at: Timestamp, name: String, edit: Loose<Revision<'_>>) -> Inbound {
    let edit = found(edit);
    let Some((target, raw)) = edit.and_then(|edit| edit.original_message_id.zip(edit.message))
    else {
        return missing("edit.original_message_id or edit.message");
    };
    match object::<Message<'_>>(raw.get()) {
        Err(problem) => Inbound::Malformed(problem),
        Ok(message) => Inbound::Edited {
            target: target.into_string(),
            text: text(message).unwrap_or_default(),
            number: u32::try_from(at.as_seconds()).unwrap_or(u32::MAX),
            name: Some(name),
            at,
        },
    }
}

fn revoked(at: Timestamp, content: &str, revoke: Loose<Revision<'_>>) -> Inbound {
    let target = found(revoke).and_then(|revoke| revoke.original_message_id);
    target.map_or_else(
        || missing("revoke.original_message_id"),
        |target| Inbound::Unsent {
            target: target.into_string(),
            content: content.to_owned(),
            at,
        },
    )
}

/// The contact has another number, or another business-scoped id, from now on.
fn renamed(at: Timestamp, message: &Message<'_>) -> Option<Inbound> {
    let system = message.system.as_ref()?.0.as_ref().ok()?;
    let (from, to) = match present(system.kind.as_ref())? {
        "user_changed_number" | "customer_changed_number" => {
            let to = present(system.wa_id.as_ref()).or(present(system.new_wa_id.as_ref()));
            (message.from.as_ref(), to)
        }
        "user_id_update" | "user_changed_user_id" => (
            message.from_user_id.as_ref(),
            present(system.user_id.as_ref()),
        ),
        _ => return None,
    };
    let (from, to) = present(from).zip(to).filter(|(from, to)| from != to)?;
    Some(Inbound::Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
        at,
    })
}

/// The file of a message, by the provider's id of it.
fn media(message: &Message<'_>) -> Option<MediaLink> {
    let files = [
        (&message.image, "image"),
        (&message.audio, "audio"),
        (&message.video, "video"),
        (&message.document, "file"),
        (&message.sticker, "image"),
    ];
    files.into_iter().find_map(|(file, kind)| {
        let file = file.as_ref()?.0.as_ref().ok()?;
        let link = present(file.id.as_ref())?.to_owned();
        Some(MediaLink { link, kind })
    })
}

/// What the contact has written, or which answer they have tapped.
fn text(message: Message<'_>) -> Option<String> {
    let files = [message.image, message.video, message.document];
    let caption = || files.into_iter().find_map(|file| found(file)?.caption);
    let tapped = [message.button, message.order];
    let tapped = || tapped.into_iter().find_map(|button| found(button)?.text);
    let answer = || {
        let answer = found(message.interactive)?;
        let replies = [answer.button, answer.row];
        let title = replies.into_iter().find_map(|reply| reply?.title);
        title.or_else(|| answer.form?.body)
    };
    let told = || found(message.system)?.body;
    let body = found(message.text).and_then(|text| text.body);
    let word = body
        .or_else(caption)
        .or_else(tapped)
        .or_else(answer)
        .or_else(told);
    word.map(Word::into_string)
}
