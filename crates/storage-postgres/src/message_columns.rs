//! Messages as columns, for the statements that write many at a time.

use postgres::types::ToSql;
use switchboard_domain::{DeliveryState, EnvelopeId, Message, ProviderKey, Receipt, Timestamp};
use uuid::Uuid;

use crate::connection::Part;
use crate::verbatim::Text;

/// One array a column.
#[derive(Debug, Default)]
pub(crate) struct Columns<'m> {
    ids: Vec<Uuid>,
    conversations: Vec<Uuid>,
    sources: Vec<Text<'m>>,
    contents: Vec<Text<'m>>,
    from_contact: Vec<bool>,
    senders: Vec<Text<'m>>,
    sent_at: Vec<i64>,
    updated_at: Vec<Option<i64>>,
    deliveries: Vec<&'static str>,
    provider_ids: Vec<Option<Text<'m>>>,
    provider_keys: Vec<Option<Uuid>>,
    receipts: Vec<Option<&'static str>>,
    edits: Vec<i64>,
    unsent: Vec<bool>,
    envelopes: Vec<Option<i64>>,
}

impl<'m> Columns<'m> {
    pub(crate) fn of(messages: impl Iterator<Item = &'m Message>) -> Self {
        let mut columns = Self::default();
        for message in messages {
            columns.push(message);
        }
        columns
    }

    fn push(&mut self, message: &'m Message) {
        self.ids.push(message.id.as_uuid());
        self.conversations.push(message.conversation.as_uuid());
        self.sources.push(Text(message.source.as_str()));
        self.contents.push(Text(&message.content));
        self.from_contact.push(message.from_contact);
        self.senders.push(Text(&message.sender));
        self.sent_at.push(message.sent_at.as_millis());
        self.updated_at
            .push(message.updated_at.map(Timestamp::as_millis));
        self.deliveries
            .push(DeliveryState::as_str(message.delivery));
        self.provider_ids
            .push(message.provider_id.as_deref().map(Text));
        self.provider_keys
            .push(message.provider_key.map(ProviderKey::as_uuid));
        self.receipts.push(message.receipt.map(Receipt::as_str));
        self.edits.push(message.edits.into());
        self.unsent.push(message.unsent);
        self.envelopes.push(message.envelope.map(EnvelopeId::get));
    }
}

impl Part for Columns<'_> {
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.ids,
            &self.conversations,
            &self.sources,
            &self.contents,
            &self.from_contact,
            &self.senders,
            &self.sent_at,
            &self.updated_at,
            &self.deliveries,
            &self.provider_ids,
            &self.provider_keys,
            &self.receipts,
            &self.edits,
            &self.unsent,
            &self.envelopes,
        ]
    }
}
