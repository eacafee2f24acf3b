//! Messages.

use std::collections::{BTreeMap, HashMap, HashSet};

use postgres::Row;
use switchboard_domain::{
    ConversationId, DeliveryState, EnvelopeId, Message, MessageId, MessagePlace, MessageSequence,
    NewMessage, ParkedChange, ProviderKey, Receipt, Source, Timestamp,
};
use switchboard_storage::{MessageReads, MessageWrites, SearchText, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::connection::{Connection, Part as _};
use crate::message_columns::Columns;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, limit};
use crate::{message_texts, parked};

macro_rules! columns {
    () => {
        "sequence, id, conversation_id, source, content, from_contact, sender, sent_at, updated_at,
         delivery, provider_id, provider_key, receipt, edits, unsent, envelope_id"
    };
}

/// Messages as columns, in the order of [`Columns::parameters`]. Arrays side by side in the list of what is
/// selected run in lockstep, and cost a quarter of what they do as the arguments of one `unnest`, which puts
/// each of them aside first (postgresql.org/docs/current/xfunc-sql.html, read 2026-11-28).
macro_rules! given {
    () => {
        "SELECT unnest($1::uuid[]) AS id, unnest($2::uuid[]) AS conversation_id,
         unnest($3::text[]) AS source, unnest($4::text[]) AS content,
         unnest($5::boolean[]) AS from_contact, unnest($6::text[]) AS sender,
         unnest($7::bigint[]) AS sent_at, unnest($8::bigint[]) AS updated_at,
         unnest($9::text[]) AS delivery, unnest($10::text[]) AS provider_id,
         unnest($11::uuid[]) AS provider_key, unnest($12::text[]) AS receipt,
         unnest($13::bigint[]) AS edits, unnest($14::boolean[]) AS unsent,
         unnest($15::bigint[]) AS envelope_id"
    };
}

/// By the index `messages_by_id`.
pub(crate) const FIND: &str = concat!("SELECT ", columns!(), " FROM messages WHERE id = ANY($1)");

/// By the index `messages_by_key`.
pub(crate) const BY_KEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM messages WHERE provider_key = ANY($1)"
);

/// By the index `messages_by_time`, in its order.
pub(crate) const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM messages
      WHERE conversation_id = $1 AND (sent_at, sequence) <= ($2, $3)
      ORDER BY sent_at DESC, sequence DESC
      LIMIT $4"
);

/// By the unique indexes, of which either keeps a message out. Looking first costs less than leaving it to
/// `ON CONFLICT`, which announces each row to others before it is written and confirms it afterwards; two that
/// add the same message at the same time conflict, and one of them tries again. Rows come in the order of the
/// arrays, so sequences follow it without a sort.
pub(crate) const ADD: &str = concat!(
    "
    INSERT INTO messages (
        id, conversation_id, source, content, from_contact, sender, sent_at, updated_at, delivery,
        provider_id, provider_key, receipt, edits, unsent, envelope_id
    )
    SELECT *
    FROM (",
    given!(),
    ") AS new
    WHERE NOT EXISTS (SELECT FROM messages WHERE messages.id = new.id)
          AND NOT EXISTS (SELECT FROM messages WHERE messages.provider_key = new.provider_key)
    RETURNING sequence, id"
);

/// By the index `messages_by_id`: nothing is inserted, because they are there.
pub(crate) const REPLACE: &str = concat!(
    "
    INSERT INTO messages (
        id, conversation_id, source, content, from_contact, sender, sent_at, updated_at, delivery,
        provider_id, provider_key, receipt, edits, unsent, envelope_id
    )
    SELECT *
    FROM (",
    given!(),
    ") AS put
    WHERE EXISTS (SELECT FROM messages WHERE messages.id = put.id)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET
        conversation_id = excluded.conversation_id,
        source = excluded.source,
        content = excluded.content,
        from_contact = excluded.from_contact,
        sender = excluded.sender,
        sent_at = excluded.sent_at,
        updated_at = excluded.updated_at,
        delivery = excluded.delivery,
        provider_id = excluded.provider_id,
        provider_key = excluded.provider_key,
        receipt = excluded.receipt,
        edits = excluded.edits,
        unsent = excluded.unsent,
        envelope_id = excluded.envelope_id
    RETURNING sequence, id"
);

/// By the indexes of each table.
pub(crate) const ERASE: &str = "
    WITH mine AS (
        DELETE FROM messages WHERE id = $1 RETURNING sequence
    ), noted AS (
        DELETE FROM metadata WHERE kind = 'message' AND subject = $1
    )
    DELETE FROM message_texts WHERE sequence = ANY(ARRAY(SELECT sequence FROM mine))";

impl MessageReads for Snapshot<'_> {
    fn messages(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError> {
        find(self, ids)
    }

    fn messages_by_key(&mut self, keys: &[ProviderKey]) -> Result<Vec<Message>, StorageError> {
        by_key(self, keys)
    }

    fn message_page(
        &mut self,
        conversation: ConversationId,
        from: Option<MessagePlace>,
        messages: usize,
    ) -> Result<Vec<Message>, StorageError> {
        page(self, conversation, from, messages)
    }

    fn parked(&mut self, keys: &[ProviderKey]) -> Result<Vec<ParkedChange>, StorageError> {
        parked::find(self, keys)
    }
}

/// Messages that units of this batch have replaced are sent before anybody asks for messages.
impl MessageReads for Batch<'_> {
    fn messages(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError> {
        self.tell_messages()?;
        find(self, ids)
    }

    fn messages_by_key(&mut self, keys: &[ProviderKey]) -> Result<Vec<Message>, StorageError> {
        self.tell_messages()?;
        by_key(self, keys)
    }

    fn message_page(
        &mut self,
        conversation: ConversationId,
        from: Option<MessagePlace>,
        messages: usize,
    ) -> Result<Vec<Message>, StorageError> {
        self.tell_messages()?;
        page(self, conversation, from, messages)
    }

    fn parked(&mut self, keys: &[ProviderKey]) -> Result<Vec<ParkedChange>, StorageError> {
        parked::find(self, keys)
    }
}

impl MessageWrites for Batch<'_> {
    fn add_messages(
        &mut self,
        messages: &[NewMessage],
    ) -> Result<Vec<Option<MessageSequence>>, StorageError> {
        // One that is replaced may free a key, or take one.
        self.tell_messages()?;
        let mut places = Vec::with_capacity(messages.len());
        let mut rest = messages;
        while !rest.is_empty() {
            let (first, then) = rest.split_at(distinct(rest));
            places.extend(add(self, first)?);
            rest = then;
        }
        Ok(places)
    }

    fn put_message(&mut self, message: &Message, text: &SearchText) -> Result<(), StorageError> {
        self.own.put_message(message.clone(), text.clone());
        Ok(())
    }

    fn erase_message(&mut self, id: MessageId) -> Result<(), StorageError> {
        self.tell_messages()?;
        self.change(ERASE, &[&id.as_uuid()])?;
        Ok(())
    }

    fn park(&mut self, changes: &[ParkedChange]) -> Result<u64, StorageError> {
        parked::park(self, changes)
    }

    fn unpark(&mut self, keys: &[ProviderKey]) -> Result<(), StorageError> {
        parked::unpark(self, keys)
    }

    fn drop_parked(&mut self, before: Timestamp, changes: usize) -> Result<u64, StorageError> {
        parked::drop_old(self, before, changes)
    }
}

impl Batch<'_> {
    fn tell_messages(&mut self) -> Result<(), StorageError> {
        if self.own.messages.is_empty() && self.pending.messages.is_empty() {
            return Ok(());
        }
        self.tell_everything()
    }
}

/// Messages that are sent while the server adds those before them: enough that a statement costs nothing beside
/// its rows.
const PART: usize = 512;

/// How many messages come before one that has the id or the key of an earlier one.
fn distinct(messages: &[NewMessage]) -> usize {
    let (mut ids, mut keys) = (HashSet::new(), HashSet::new());
    messages
        .iter()
        .take_while(|new| {
            let key = new.message.provider_key;
            ids.insert(new.message.id) && key.is_none_or(|key| keys.insert(key))
        })
        .count()
}

/// Stores messages of which no two have the same id or key.
fn add(
    batch: &mut Batch<'_>,
    messages: &[NewMessage],
) -> Result<Vec<Option<MessageSequence>>, StorageError> {
    let parts = messages
        .chunks(PART)
        .map(|part| Columns::of(part.iter().map(|new| &new.message)));
    let rows = batch.change_in_parts(ADD, parts)?;
    let added = sequences(&rows)?;
    let texts = messages.iter().filter_map(|new| {
        let sequence = *added.get(&new.message.id.as_uuid())?;
        Some((sequence, &new.message, new.text.as_deref()?))
    });
    message_texts::add(batch, texts, PART)?;
    Ok(messages
        .iter()
        .map(|new| added.get(&new.message.id.as_uuid()).copied())
        .map(|sequence| sequence.map(MessageSequence))
        .collect())
}

/// Replaces messages, and what can be searched of them.
pub(crate) fn replace(
    connection: &mut Connection,
    messages: &BTreeMap<MessageId, (Message, SearchText)>,
) -> Result<(), Refusal> {
    if messages.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(messages.values().map(|(message, _)| message));
    let rows = connection.query(REPLACE, &columns.parameters())?;
    let mut texts = Vec::with_capacity(rows.len());
    for row in rows {
        let id = MessageId::from_uuid(row.try_get(1)?);
        if let Some((message, text)) = messages.get(&id) {
            texts.push((row.try_get(0)?, message, text));
        }
    }
    message_texts::replace(connection, &texts)
}

/// Where messages stand now, by id.
fn sequences(rows: &[Row]) -> Result<HashMap<Uuid, i64>, StorageError> {
    rows.iter()
        .map(|row| {
            let row = Stored::new("messages", row);
            Ok((row.get((1, "id"))?, row.get((0, "sequence"))?))
        })
        .collect()
}

fn find(server: &mut impl Ask, ids: &[MessageId]) -> Result<Vec<Message>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    server.ask(FIND, &[&ids])?.iter().map(read).collect()
}

fn by_key(server: &mut impl Ask, keys: &[ProviderKey]) -> Result<Vec<Message>, StorageError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = keys.iter().map(|key| key.as_uuid()).collect();
    server.ask(BY_KEY, &[&keys])?.iter().map(read).collect()
}

fn page(
    server: &mut impl Ask,
    conversation: ConversationId,
    from: Option<MessagePlace>,
    messages: usize,
) -> Result<Vec<Message>, StorageError> {
    let (sent_at, sequence) = from.map_or((i64::MAX, i64::MAX), |place| {
        (place.sent_at.as_millis(), place.sequence.0)
    });
    let rows = server.ask(
        PAGE,
        &[
            &conversation.as_uuid(),
            &sent_at,
            &sequence,
            &limit(messages),
        ],
    )?;
    rows.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<Message, StorageError> {
    let row = Stored::new("messages", row);
    let receipt = row.get::<Option<&str>>((12, "receipt"))?;
    let edits = (13, "edits");
    Ok(Message {
        sequence: MessageSequence(row.get((0, "sequence"))?),
        id: MessageId::from_uuid(row.get((1, "id"))?),
        conversation: ConversationId::from_uuid(row.get((2, "conversation_id"))?),
        source: Source::new(row.text((3, "source"))?),
        content: row.text((4, "content"))?,
        from_contact: row.get((5, "from_contact"))?,
        sender: row.text((6, "sender"))?,
        sent_at: row.moment((7, "sent_at"))?,
        updated_at: row.maybe_moment((8, "updated_at"))?,
        delivery: row.named((9, "delivery"), DeliveryState::parse)?,
        provider_id: row.maybe_text((10, "provider_id"))?,
        provider_key: row
            .get::<Option<Uuid>>((11, "provider_key"))?
            .map(ProviderKey::from_uuid),
        receipt: receipt
            .map(|_present| row.named((12, "receipt"), Receipt::parse))
            .transpose()?,
        edits: u32::try_from(row.get::<i64>(edits)?)
            .map_err(|problem| row.unreadable(edits, problem))?,
        unsent: row.get((14, "unsent"))?,
        envelope: row
            .get::<Option<i64>>((15, "envelope_id"))?
            .map(EnvelopeId::new),
    })
}
