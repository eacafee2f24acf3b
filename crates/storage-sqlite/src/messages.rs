//! Messages.

use std::cmp::Reverse;
use std::collections::HashSet;

use rusqlite::params;
use switchboard_domain::{
    ConversationId, DeliveryState, EnvelopeId, Message, MessageId, MessagePlace, MessageSequence,
    MetadataSubject, NewMessage, ParkedChange, ProviderKey, Receipt, Source, Timestamp,
};
use switchboard_storage::{MessageReads, MessageWrites, MetadataWrites, SearchText, StorageError};

use crate::recent::Place;
use crate::stored::Stored;
use crate::tx::{Tx, limit, list_of_ids};
use crate::{message_text, parked, recent};

pub(crate) const TABLE: &str = "messages";

macro_rules! columns {
    () => {
        "id, sequence, conversation_id, source, content, from_contact, sender, sent_at, updated_at,
         delivery, provider_id, provider_key, receipt, edits, unsent, envelope_id"
    };
}

/// Where the message `?1` is: it is in one of two indexes.
macro_rules! by_id {
    () => {
        "sequence = (
             SELECT sequence FROM recent_message_ids WHERE id = ?1
             UNION ALL
             SELECT sequence FROM message_ids WHERE id = ?1
         )"
    };
}

/// By the primary keys.
pub(crate) const FIND: &str = concat!("SELECT ", columns!(), " FROM messages WHERE ", by_id!());

/// By the index `messages_by_provider_key`.
pub(crate) const FIND_BY_KEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM messages WHERE provider_key = ?1"
);

/// Along both primary keys of a conversation's messages, backwards.
pub(crate) const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (
          SELECT sent_at AS at, sequence AS place
          FROM recent_conversation_messages
          WHERE conversation_id = ?1 AND (sent_at, sequence) <= (?2, ?3)
          UNION ALL
          SELECT sent_at, sequence
          FROM conversation_messages
          WHERE conversation_id = ?1 AND (sent_at, sequence) <= (?2, ?3)
          ORDER BY at DESC, place DESC
          LIMIT ?4
      )
      CROSS JOIN messages ON sequence = place"
);

/// By the primary keys.
pub(crate) const EXISTING: &str = "
    SELECT id
    FROM recent_message_ids
    WHERE id IN rarray(?1)
    UNION ALL
    SELECT id
    FROM message_ids
    WHERE id IN rarray(?1)";

/// The end of the primary key, and the index `messages_by_provider_key`.
pub(crate) const ADD: &str = "
    INSERT INTO messages (id, conversation_id, source, content, from_contact, sender, sent_at,
        updated_at, delivery, provider_id, provider_key, receipt, edits, unsent, envelope_id,
        searchable)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    ON CONFLICT DO NOTHING";

/// By the primary keys.
pub(crate) const KNOWN: &str = concat!(
    "SELECT id, conversation_id, sent_at, sequence, searchable FROM messages WHERE ",
    by_id!()
);

/// By the primary key, which `?17` is.
pub(crate) const PUT: &str = "
    UPDATE messages
    SET conversation_id = ?2, source = ?3, content = ?4, from_contact = ?5, sender = ?6,
        sent_at = ?7, updated_at = ?8, delivery = ?9, provider_id = ?10, provider_key = ?11,
        receipt = ?12, edits = ?13, unsent = ?14, envelope_id = ?15, searchable = ?16
    WHERE sequence = ?17 AND id = ?1";

/// By the primary key.
pub(crate) const ERASE: &str = "
    DELETE FROM messages
    WHERE sequence = ?1";

/// What is known of a message besides its row.
struct Known {
    place: Place,
    searchable: Option<String>,
}

impl MessageReads for Tx<'_> {
    fn messages(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::new();
        let mut statement = self.prepare(FIND)?;
        for id in ids {
            statement.append(&mut found, TABLE, [id.as_uuid().into_bytes()], read)?;
        }
        Ok(found)
    }

    fn messages_by_key(&mut self, keys: &[ProviderKey]) -> Result<Vec<Message>, StorageError> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        let mut statement = self.prepare(FIND_BY_KEY)?;
        for key in keys {
            statement.append(&mut found, TABLE, [key.as_uuid().into_bytes()], read)?;
        }
        Ok(found)
    }

    fn message_page(
        &mut self,
        conversation: ConversationId,
        from: Option<MessagePlace>,
        messages: usize,
    ) -> Result<Vec<Message>, StorageError> {
        let (sent_at, sequence) = from.map_or((i64::MAX, i64::MAX), |place| {
            (place.sent_at.as_millis(), place.sequence.0)
        });
        let params = params![
            conversation.as_uuid().into_bytes(),
            sent_at,
            sequence,
            limit(messages)
        ];
        let mut page = self.all(TABLE, PAGE, params, read)?;
        page.sort_by_key(|message| Reverse((message.sent_at, message.sequence)));
        Ok(page)
    }

    fn parked(&mut self, keys: &[ProviderKey]) -> Result<Vec<ParkedChange>, StorageError> {
        parked::find(self, keys)
    }
}

impl MessageWrites for Tx<'_> {
    fn add_messages(
        &mut self,
        messages: &[NewMessage],
    ) -> Result<Vec<Option<MessageSequence>>, StorageError> {
        let mut existing = existing(self, messages)?;
        let mut statement = self.prepare(ADD)?;
        let mut terms = self.prepare(message_text::ADD)?;
        let mut added = Vec::with_capacity(messages.len());
        for new in messages {
            let message = &new.message;
            if existing.contains(&message.id) {
                added.push(None);
                continue;
            }
            let sequence = write(message, new.text.as_deref(), |columns| {
                statement.insert(columns)
            })?;
            if let Some(sequence) = sequence {
                existing.insert(message.id);
                if let Some(text) = new.text.as_deref() {
                    terms.execute(params![sequence, text])?;
                }
            }
            added.push(sequence.map(MessageSequence));
        }
        drop((statement, terms));
        recent::add(self, added.iter().flatten().copied())?;
        Ok(added)
    }

    fn put_message(&mut self, message: &Message, text: &SearchText) -> Result<(), StorageError> {
        let Some(Known { place, searchable }) = known(self, message.id)? else {
            return Ok(());
        };
        let before = searchable.as_deref();
        let now = match text {
            SearchText::Kept => before,
            SearchText::Is(text) => Some(text.as_str()),
            SearchText::Gone => None,
        };
        write(message, now, |columns| {
            self.execute(PUT, &*[columns, params![place.sequence.0]].concat())
        })?;
        recent::move_place(
            self,
            place,
            Place {
                conversation: message.conversation,
                sent_at: message.sent_at,
                ..place
            },
        )?;
        if before != now {
            message_text::replace(self, place.sequence.0, before, now)?;
        }
        // What was taken back is of a person, and is to be gone from the log too.
        self.secrets_erased |= message.content.is_empty();
        Ok(())
    }

    fn erase_message(&mut self, id: MessageId) -> Result<(), StorageError> {
        if let Some(Known { place, searchable }) = known(self, id)? {
            message_text::replace(self, place.sequence.0, searchable.as_deref(), None)?;
            self.execute(ERASE, [place.sequence.0])?;
            recent::erase_place(self, place)?;
            recent::erase_id(self, id)?;
            self.secrets_erased = true;
        }
        self.erase_metadata(MetadataSubject::Message(id))
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

/// Those of the messages that are there already.
fn existing(tx: &Tx<'_>, messages: &[NewMessage]) -> Result<HashSet<MessageId>, StorageError> {
    let ids = list_of_ids(messages.iter().map(|new| new.message.id.as_uuid()));
    let mut existing = HashSet::new();
    tx.prepare(EXISTING)?.each(TABLE, [ids], |row| {
        existing.insert(MessageId::from_uuid(row.uuid((0, "id"))?));
        Ok(true)
    })?;
    Ok(existing)
}

fn known(tx: &Tx<'_>, id: MessageId) -> Result<Option<Known>, StorageError> {
    tx.first(TABLE, KNOWN, [id.as_uuid().into_bytes()], |row| {
        Ok(Known {
            place: Place {
                conversation: ConversationId::from_uuid(row.uuid((1, "conversation_id"))?),
                sent_at: row.moment((2, "sent_at"))?,
                sequence: MessageSequence(row.integer((3, "sequence"))?),
            },
            searchable: row.optional_owned((4, "searchable"))?,
        })
    })
}

fn write<T>(
    message: &Message,
    text: Option<&str>,
    run: impl FnOnce(&[&dyn rusqlite::ToSql]) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let provider_key = message.provider_key.map(ProviderKey::as_uuid);
    run(params![
        message.id.as_uuid().into_bytes(),
        message.conversation.as_uuid().into_bytes(),
        message.source.as_str(),
        message.content,
        message.from_contact,
        message.sender,
        message.sent_at.as_millis(),
        message.updated_at.map(Timestamp::as_millis),
        message.delivery.as_str(),
        message.provider_id,
        provider_key.as_ref().map(uuid::Uuid::as_bytes),
        message.receipt.map(Receipt::as_str),
        message.edits,
        message.unsent,
        message.envelope.map(EnvelopeId::get),
        text,
    ])
}

fn read(row: &Stored<'_>) -> Result<Message, StorageError> {
    let edits = (13, "edits");
    Ok(Message {
        id: MessageId::from_uuid(row.uuid((0, "id"))?),
        sequence: MessageSequence(row.integer((1, "sequence"))?),
        conversation: ConversationId::from_uuid(row.uuid((2, "conversation_id"))?),
        source: Source::new(row.text((3, "source"))?),
        content: row.text((4, "content"))?.to_owned(),
        from_contact: row.flag((5, "from_contact"))?,
        sender: row.text((6, "sender"))?.to_owned(),
        sent_at: row.moment((7, "sent_at"))?,
        updated_at: row.optional_moment((8, "updated_at"))?,
        delivery: row.named((9, "delivery"), DeliveryState::parse)?,
        provider_id: row.optional_owned((10, "provider_id"))?,
        provider_key: row
            .optional_uuid((11, "provider_key"))?
            .map(ProviderKey::from_uuid),
        receipt: receipt(row)?,
        edits: u32::try_from(row.integer(edits)?)
            .map_err(|problem| row.unreadable(edits, problem))?,
        unsent: row.flag((14, "unsent"))?,
        envelope: row
            .optional_integer((15, "envelope_id"))?
            .map(EnvelopeId::new),
    })
}

fn receipt(row: &Stored<'_>) -> Result<Option<Receipt>, StorageError> {
    let column = (12, "receipt");
    match row.optional_text(column)? {
        None => Ok(None),
        Some(_name) => row.named(column, Receipt::parse).map(Some),
    }
}
