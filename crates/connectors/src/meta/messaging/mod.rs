//! What pages and Instagram accounts send: one format for both, told apart by `object`.
//!
//! developers.facebook.com/docs/messenger-platform/webhooks and
//! …/docs/messenger-platform/instagram/features/webhook, both read 2026-11-22.

mod attachments;
mod event;
mod message;
mod reaction;
mod reports;
mod thread;
mod wire;

use serde_json::value::RawValue;
use switchboard_connector::{Delivery, Entry, Inbound, Parsed, Settings};
use switchboard_domain::{Secret, SourceChannelId, Timestamp};

use crate::inbound_json::{self, missing};
use wire::{Batch, Envelope};

/// Which of the two products a connector speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    /// Facebook pages.
    Messenger,
    /// Instagram accounts.
    Instagram,
}

impl Product {
    /// What Meta calls its accounts in `object`.
    const fn object(self) -> &'static str {
        match self {
            Self::Messenger => "page",
            Self::Instagram => "instagram",
        }
    }

    /// Whether a delivery that is nobody's is this one's to report. The path `/facebook` is shared,
    /// and `/instagram` has Instagram alone.
    fn reports(self, target: &str) -> bool {
        self == Self::Messenger || target.starts_with("/instagram")
    }
}

/// What an event stands in.
#[derive(Clone, Copy, Debug)]
struct Context<'a> {
    product: Product,
    /// Our app, if it is configured.
    app_id: Option<&'a str>,
    /// The page or the account.
    account: &'a str,
    /// Whether another app holds the thread and we only listen.
    standby: bool,
    received_at: Timestamp,
}

/// Whether a body says that it is of `product`, told by a glance: a quotation mark within text would have
/// a backslash before it.
pub(crate) fn is_said_to_be(product: Product, body: &[u8]) -> bool {
    const NAME: &[u8] = br#""object""#;
    let Some(at) = body.windows(NAME.len()).position(|bytes| bytes == NAME) else {
        return false;
    };
    let after = body.get(at + NAME.len()..).unwrap_or_default();
    let value = after
        .trim_ascii_start()
        .strip_prefix(b":")
        .and_then(|value| value.trim_ascii_start().strip_prefix(b"\""));
    let value = value.and_then(|value| value.strip_prefix(product.object().as_bytes()));
    value.is_some_and(|rest| rest.starts_with(b"\""))
}

/// Reads a delivery for `product`.
pub(crate) fn parse(product: Product, settings: &Settings, delivery: Delivery<'_>) -> Parsed {
    let fast = serde_json::from_slice::<Envelope<'_, false>>(delivery.body);
    if let Ok(envelope) = fast {
        return read(product, settings, delivery, envelope);
    }
    match serde_json::from_slice::<Envelope<'_, true>>(delivery.body) {
        Ok(envelope) => read(product, settings, delivery, envelope),
        Err(error) => {
            let problem = Inbound::Malformed(inbound_json::problem(&error));
            nobodys(product, delivery, problem)
        }
    }
}

fn nobodys(product: Product, delivery: Delivery<'_>, what: Inbound) -> Parsed {
    if !product.reports(delivery.target) {
        return Parsed::NotMine;
    }
    let channel = None;
    Parsed::Entries(vec![Entry { channel, what }])
}

fn read<const APART: bool>(
    product: Product,
    settings: &Settings,
    delivery: Delivery<'_>,
    envelope: Envelope<'_, APART>,
) -> Parsed {
    let Envelope { object, entry } = envelope;
    match object.as_deref() {
        Some(object) if object == product.object() => {}
        Some("page" | "instagram") => return Parsed::NotMine,
        Some(other) => {
            let what = Inbound::Unknown(inbound_json::kind(other));
            return nobodys(product, delivery, what);
        }
        None => return nobodys(product, delivery, missing("object")),
    }
    let Some(batches) = entry else {
        return nobodys(product, delivery, missing("entry"));
    };
    let context = Context {
        product,
        app_id: settings.get("app_id").map(Secret::expose),
        account: "",
        standby: false,
        received_at: delivery.received_at,
    };
    let mut entries = Vec::new();
    for batch in batches {
        match batch.0 {
            Ok(batch) => read_batch(context, batch, &mut entries),
            Err(problem) => entries.push(Entry {
                channel: None,
                what: Inbound::Malformed(problem),
            }),
        }
    }
    Parsed::Entries(entries)
}

fn read_batch(context: Context<'_>, batch: Batch<'_>, entries: &mut Vec<Entry>) {
    let Some(id) = &batch.id else {
        let what = missing("entry.id");
        return entries.push(Entry {
            channel: None,
            what,
        });
    };
    let context = Context {
        account: id,
        ..context
    };
    let mut all = Vec::new();
    let mut events = |context, events: Option<Vec<&RawValue>>| {
        for event in events.into_iter().flatten() {
            event::read(context, event, &mut all);
        }
    };
    events(context, batch.messaging);
    let standby = true;
    events(Context { standby, ..context }, batch.standby);
    for change in batch.changes.into_iter().flatten() {
        let field = change.0.ok().and_then(|change| change.field);
        let field = field
            .as_deref()
            .map_or_else(String::new, inbound_json::kind);
        all.push(Inbound::Nothing(format!("changes.{field}")));
    }
    let channel = SourceChannelId::new(&**id);
    entries.extend(all.into_iter().map(|what| Entry {
        channel: Some(channel.clone()),
        what,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_body_is_said_to_be_is_told_by_a_glance() {
        for (body, is_instagram) in [
            (r#"{"object":"instagram","entry":[]}"#, true),
            ("{\"entry\":[],\n\"object\" : \"instagram\"}", true),
            (r#"{"object":"page","entry":[]}"#, false),
            (r#"{"object":"instagrams"}"#, false),
            (
                r#"{"entry":"\"object\":\"instagram\"","object":"page"}"#,
                false,
            ),
            ("{\"object\"", false),
            ("", false),
        ] {
            let told = is_said_to_be(Product::Instagram, body.as_bytes());

            assert_eq!(told, is_instagram, "{body}");
        }
    }
}
