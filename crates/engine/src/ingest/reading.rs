//! Reading envelopes through the connectors, without touching anything.

use std::panic::{AssertUnwindSafe, catch_unwind};

use switchboard_connector::{Connector, Delivery, Entry, Inbound, Parsed};
use switchboard_domain::{Envelope, EnvelopeId, Source, Timestamp};

use crate::Engine;

/// An envelope that has been read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) envelope: EnvelopeId,
    /// The source that vouched for it.
    pub(crate) vouched: Source,
    pub(crate) received_at: Timestamp,
    /// What it says, in its order.
    pub(crate) items: Vec<Item>,
}

/// One thing that an envelope says, and who understood it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) reader: Reader,
    pub(crate) entry: Entry,
}

/// Who understood it.
#[derive(Clone, Debug)]
pub(crate) enum Reader {
    Connector(&'static dyn Connector),
    /// A custom source, whose words are the hub's own.
    Custom(Source),
}

impl Reader {
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Connector(connector) => connector.source(),
            Self::Custom(source) => source.clone(),
        }
    }

    pub(crate) fn connector(&self) -> Option<&'static dyn Connector> {
        match self {
            Self::Connector(connector) => Some(*connector),
            Self::Custom(_) => None,
        }
    }
}

impl Engine {
    /// Reads an envelope. A connector that panics costs this envelope and no other.
    pub(crate) fn read_envelope(&self, envelope: &Envelope) -> Reading {
        let items =
            catch_unwind(AssertUnwindSafe(|| self.items_of(envelope))).unwrap_or_else(|_panic| {
                tracing::error!(envelope = %envelope.id, "reading an envelope panicked");
                self.unreadable(
                    envelope,
                    Inbound::Malformed("reading it panicked".to_owned()),
                )
            });
        Reading {
            envelope: envelope.id,
            vouched: envelope.content.source.clone(),
            received_at: envelope.content.received_at,
            items,
        }
    }

    fn items_of(&self, envelope: &Envelope) -> Vec<Item> {
        let content = &envelope.content;
        let path = content.target.split('?').next().unwrap_or_default();
        if path == crate::sources::WEBHOOK {
            let reader = Reader::Custom(content.source.clone());
            return crate::sources::read_webhook(
                &content.source,
                &content.body,
                content.received_at,
            )
            .into_iter()
            .map(|entry| Item {
                reader: reader.clone(),
                entry,
            })
            .collect();
        }
        if path == crate::chatplugin::SEND
            && let Some(connector) = self.connector(&content.source)
        {
            return vec![Item {
                reader: Reader::Connector(connector),
                entry: crate::chatplugin::read_written(&content.body),
            }];
        }
        let delivery = Delivery {
            target: &content.target,
            body: &content.body,
            received_at: content.received_at,
        };
        for connector in self.connectors() {
            if !connector.webhook_paths().contains(&path) {
                continue;
            }
            let settings = self.0.providers.settings(*connector);
            if let Parsed::Entries(entries) = connector.parse(&settings, delivery) {
                return entries
                    .into_iter()
                    .map(|entry| Item {
                        reader: Reader::Connector(*connector),
                        entry,
                    })
                    .collect();
            }
        }
        self.unreadable(envelope, Inbound::Unknown("delivery".to_owned()))
    }

    /// The whole envelope as one thing that nobody could read.
    fn unreadable(&self, envelope: &Envelope, what: Inbound) -> Vec<Item> {
        let source = &envelope.content.source;
        let reader = self
            .connector(source)
            .map_or_else(|| Reader::Custom(source.clone()), Reader::Connector);
        vec![Item {
            reader,
            entry: Entry {
                channel: None,
                what,
            },
        }]
    }
}
