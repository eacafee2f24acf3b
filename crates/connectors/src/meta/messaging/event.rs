//! One event of a thread.

use serde_json::value::RawValue;
use switchboard_connector::{Inbound, Note};
use switchboard_domain::Timestamp;

use super::wire::{Edit, Event, Party};
use super::{Context, message, reaction, reports, thread};
use crate::inbound_json::{self, Word, compact, flat, members, missing, object};

/// Who wrote to whom, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) sender: Option<&'a str>,
    pub(super) recipient: Option<&'a str>,
    pub(super) sent_at: Option<Timestamp>,
}

impl<'a> Head<'a> {
    /// The other side of the thread: the one that is not the account.
    pub(super) fn contact(self, context: Context<'_>) -> Option<&'a str> {
        let other = |id: &&str| *id != context.account;
        self.sender
            .filter(other)
            .or_else(|| self.recipient.filter(other))
    }

    /// When it happened, as far as anybody knows.
    pub(super) fn at(self, context: Context<'_>) -> Timestamp {
        self.sent_at.unwrap_or(context.received_at)
    }
}

/// Reads one element of `messaging` or `standby`.
pub(super) fn read(context: Context<'_>, raw: &RawValue, all: &mut Vec<Inbound>) {
    let content = compact(raw);
    match object::<Event<'_>>(&content) {
        Ok(event) => interpret(context, &content, event, all),
        Err(problem) => all.push(Inbound::Malformed(problem)),
    }
}

fn interpret(context: Context<'_>, content: &str, event: Event<'_>, all: &mut Vec<Inbound>) {
    let before = all.len();
    let head = Head {
        sender: id(event.sender.as_ref()),
        recipient: id(event.recipient.as_ref()),
        sent_at: event.timestamp.0,
    };
    if let Some(message) = event.message {
        all.push(message::read(context, head, content, message));
    }
    if let Some(postback) = event.postback {
        all.push(message::read_postback(context, head, content, postback));
    }
    if let Some(edit) = event.message_edit {
        all.push(edited(head.at(context), edit));
    }
    if let Some(reaction) = event.reaction {
        all.push(reaction::read(head.at(context), &reaction));
    }
    if let Some(report) = event.delivery {
        reports::delivered(context, head, report, all);
    }
    if let Some(report) = event.read {
        reports::seen(context, head, report, all);
    }
    let given = [event.pass_thread_control, event.take_thread_control];
    for control in given.into_iter().flatten() {
        all.push(noted(context, head, thread::given(context, control)));
    }
    if let Some(control) = event.request_thread_control {
        all.push(noted(context, head, thread::requested(control)));
    }
    let at = head.at(context);
    for (key, told) in [
        ("policy_enforcement", event.policy_enforcement),
        ("thread.app_roles", event.app_roles),
    ] {
        let notes = told.map(|told| flat(key, told));
        all.extend(notes.map(|notes| Inbound::ChannelNoted { notes, at }));
    }
    for (key, told) in [
        ("referral", event.referral),
        ("optin", event.optin),
        ("optout", event.optout),
        ("account_linking", event.account_linking),
        ("feedback", event.messaging_feedback),
    ] {
        all.extend(told.map(|told| noted(context, head, without_credentials(flat(key, told)))));
    }
    if all.len() == before {
        all.push(Inbound::Unknown(unknown_kind(content)));
    }
}

/// What lets somebody act for the contact is no note that everybody may read; it stays in the envelope
/// (developers.facebook.com/docs/messenger-platform/marketing-messages, read 2026-11-22).
fn without_credentials(mut notes: Vec<Note>) -> Vec<Note> {
    notes
        .retain(|note| !note.key.ends_with("_token") && !note.key.ends_with(".authorization_code"));
    notes
}

fn id<'a>(party: Option<&'a Party<'_>>) -> Option<&'a str> {
    party?.id.as_deref().filter(|id| !id.is_empty())
}

fn edited(at: Timestamp, edit: Edit<'_>) -> Inbound {
    let Some(mid) = edit.mid else {
        return missing("message_edit.mid");
    };
    let Some(text) = edit.text else {
        return missing("message_edit.text");
    };
    Inbound::Edited {
        target: mid.into_string(),
        text: text.into_string(),
        number: edit.number.unwrap_or(1),
        name: None,
        at,
    }
}

/// Notes about the thread. The plugin that opts people in by a tick names nobody before they write
/// (developers.facebook.com/docs/messenger-platform/discovery/checkbox-plugin, read 2026-11-22).
fn noted(context: Context<'_>, head: Head<'_>, notes: Vec<Note>) -> Inbound {
    let is_anonymous = || notes.iter().any(|note| note.key == "optin.user_ref");
    match head.contact(context) {
        Some(handle) => Inbound::Noted {
            handle: handle.to_owned(),
            notes,
            at: head.at(context),
        },
        None if is_anonymous() => Inbound::Nothing("optin.user_ref".to_owned()),
        None => missing("sender.id"),
    }
}

/// What an event is about that none of our words fit.
fn unknown_kind(content: &str) -> String {
    let members = serde_json::from_str(content).ok().and_then(members);
    let mut keys = members.into_iter().flatten().map(|(key, _)| Word(key));
    let key = keys.find(|key| !matches!(&**key, "sender" | "recipient" | "timestamp"));
    key.map_or_else(
        || "an event without a kind".to_owned(),
        |key| inbound_json::kind(&key),
    )
}
