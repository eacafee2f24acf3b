//! What business accounts send
//! (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components, read 2026-11-22).

use serde_json::value::RawValue;
use switchboard_connector::{Delivery, Entry, Inbound, Note, Parsed};
use switchboard_domain::{MetadataValue, SourceChannelId, Timestamp};

use super::wire::{Batch, Change, Envelope, Value};
use super::{account, changes, message, status};
use crate::inbound_json::{self, compact, found, missing, object};

/// What `object` says.
const OBJECT: &str = "whatsapp_business_account";

/// Reads a delivery.
pub(crate) fn parse(delivery: Delivery<'_>) -> Parsed {
    let fast = serde_json::from_slice::<Envelope<'_, false>>(delivery.body);
    if let Ok(envelope) = fast {
        return Parsed::Entries(read(delivery, envelope));
    }
    Parsed::Entries(
        match serde_json::from_slice::<Envelope<'_, true>>(delivery.body) {
            Ok(envelope) => read(delivery, envelope),
            Err(error) => vec![malformed(inbound_json::problem(&error))],
        },
    )
}

fn read<const APART: bool>(delivery: Delivery<'_>, envelope: Envelope<'_, APART>) -> Vec<Entry> {
    let channel = None;
    match envelope.object.as_deref() {
        Some(OBJECT) => {}
        Some(other) => {
            let what = Inbound::Unknown(inbound_json::kind(other));
            return vec![Entry { channel, what }];
        }
        None => {
            let what = missing("object");
            return vec![Entry { channel, what }];
        }
    }
    let Some(batches) = envelope.entry else {
        let what = missing("entry");
        return vec![Entry { channel, what }];
    };
    let mut entries = Vec::new();
    for batch in batches {
        match batch.0 {
            Ok(batch) => read_batch(delivery, batch, &mut entries),
            Err(problem) => entries.push(malformed(problem)),
        }
    }
    entries
}

fn read_batch<const APART: bool>(
    delivery: Delivery<'_>,
    batch: Batch<'_, APART>,
    entries: &mut Vec<Entry>,
) {
    let at = batch.time.0.unwrap_or(delivery.received_at);
    let waba_id = found(batch.id).filter(|id| !id.is_empty());
    for change in batch.changes.into_iter().flatten() {
        match change.0 {
            Ok(change) => read_change(at, waba_id.as_deref(), change, entries),
            Err(problem) => entries.push(malformed(problem)),
        }
    }
}

const fn malformed(problem: String) -> Entry {
    Entry {
        channel: None,
        what: Inbound::Malformed(problem),
    }
}

/// `at` is the time of what carries none, `waba_id` the business account.
fn read_change(at: Timestamp, waba_id: Option<&str>, change: Change<'_>, entries: &mut Vec<Entry>) {
    let channel = None;
    let Some(field) = change.field else {
        let what = missing("changes.field");
        return entries.push(Entry { channel, what });
    };
    let Some(raw) = change.value else {
        let what = missing("changes.value");
        return entries.push(Entry { channel, what });
    };
    let (raw, value) = match unwrapped(raw) {
        Ok(value) => value,
        Err(problem) => return entries.push(malformed(problem)),
    };
    let number = value.metadata.as_ref();
    let number = number.and_then(|number| number.phone_number_id.as_deref());
    let number = number.or(value.phone_number_id.as_deref());
    let channel = number.map(SourceChannelId::new);
    let mut all = Vec::new();
    match (&*field, &channel) {
        ("messages" | "smb_message_echoes", None) => {
            all.push(missing("metadata.phone_number_id"));
        }
        ("messages" | "smb_message_echoes", Some(_)) => read_value(at, value, &mut all),
        ("user_preferences", Some(_)) => changes::preferences(at, value, &mut all),
        ("user_id_update", Some(_)) => changes::user_ids(at, value, &mut all),
        (other, Some(_)) if changes::is_about_the_number(other) => {
            all.push(Inbound::ChannelNoted {
                notes: changes::notes(other, raw),
                at,
            });
        }
        // What names no number is about all those of the business account.
        (other, None) if changes::is_about_the_number(other) && waba_id.is_some() => {
            all.extend(waba_id.map(|waba_id| Inbound::UpstreamNoted {
                upstream: account::upstream(waba_id),
                notes: changes::notes(other, raw),
                at,
            }));
        }
        (other, _) => all.push(changes::ignored(other)),
    }
    entries.extend(all.into_iter().map(|what| Entry {
        channel: channel.clone(),
        what,
    }));
}

/// The value, taken out of the wrapper that Airy has met.
fn unwrapped(raw: &RawValue) -> Result<(&RawValue, Value<'_>), String> {
    let value: Value<'_> = object(raw.get())?;
    match value.whatsapp_business_api_data {
        Some(inner) => Ok((inner, object(inner.get())?)),
        None => Ok((raw, value)),
    }
}

fn read_value(at: Timestamp, value: Value<'_>, all: &mut Vec<Inbound>) {
    let contacts = value.contacts.into_iter().flatten();
    let contacts: Vec<_> = contacts.filter_map(|contact| contact.0.ok()).collect();
    for raw in value.messages.into_iter().flatten() {
        message::read(at, &contacts, raw, all);
    }
    for raw in value.message_echoes.into_iter().flatten() {
        message::read_echo(at, raw, all);
    }
    for status in value.statuses.into_iter().flatten() {
        all.push(match status.0 {
            Ok(status) => status::read(at, status),
            Err(problem) => Inbound::Malformed(problem),
        });
    }
    if let Some(errors) = value.errors {
        // One value, so that those of different times do not mix.
        let notes = vec![Note {
            key: "whatsapp.errors".to_owned(),
            value: MetadataValue::Array(compact(errors)),
        }];
        all.push(Inbound::ChannelNoted { notes, at });
    }
    if all.is_empty() {
        all.push(missing("value.messages"));
    }
}
