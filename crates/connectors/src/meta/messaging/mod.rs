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
