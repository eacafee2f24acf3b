//! The address book.

use std::collections::BTreeMap;

use rusqlite::params;
use serde::Serialize;
use serde::de::DeserializeOwned;
use switchboard_domain::{Contact, ContactId, ContactPlace, ConversationId, Merge, Source};
use switchboard_storage::{ContactReads, ContactWrites, StorageError};
use uuid::Uuid;

use crate::contact_document::{ContactDocument, WholeContact};
use crate::counts::{self, Changes, Counted};
use crate::stored::{Column, Stored};
use crate::tx::{Tx, limit};

const TABLE: &str = "contacts";
const HELD_TABLE: &str = "contact_conversations";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, is_nameless, display_name, document
    FROM contacts
    WHERE id = ?1";

/// By the primary key.
pub(crate) const OF_CONVERSATION: &str = "
    SELECT conversation_id, contact_id
    FROM contact_conversations
    WHERE conversation_id = ?1";

/// By the index `contact_conversations_by_contact`.
pub(crate) const CONVERSATIONS: &str = "
    SELECT conversation_id, source
    FROM contact_conversations
    WHERE contact_id = ?1";

/// Along the index `contacts_by_place`.
pub(crate) const PAGE: &str = "
    SELECT id, is_nameless, display_name, document
    FROM contacts
    WHERE (is_nameless, display_name, id) >= (?1, ?2, ?3)
    ORDER BY is_nameless, display_name, id
    LIMIT ?4";

/// Along the index `contacts_by_place`, backwards.
pub(crate) const BEFORE: &str = "
    SELECT id, is_nameless, display_name
    FROM contacts
    WHERE (is_nameless, display_name, id) < (?1, ?2, ?3)
    ORDER BY is_nameless DESC, display_name DESC, id DESC
    LIMIT ?4";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO contacts (id, is_nameless, display_name, document)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET
        is_nameless = excluded.is_nameless,
        display_name = excluded.display_name,
        document = excluded.document";

/// By the primary key.
pub(crate) const ADD: &str = "
    INSERT INTO contacts (id, is_nameless, display_name, document)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO NOTHING";

/// By the primary key.
pub(crate) const HOLD: &str = "
    INSERT INTO contact_conversations (conversation_id, contact_id, source)
    VALUES (?1, ?2, ?3)
    ON CONFLICT (conversation_id) DO UPDATE SET
        contact_id = excluded.contact_id,
        source = excluded.source";

/// By the index `contact_conversations_by_contact`.
pub(crate) const LET_GO: &str = "
    DELETE FROM contact_conversations
    WHERE contact_id = ?1";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM contacts
    WHERE id = ?1";

/// By the index `merges_by_destination`.
pub(crate) const MERGES: &str = "
    SELECT number, merged_at, source, destination
    FROM merges
    WHERE destination_id = ?1
    ORDER BY merged_at, number";

/// By the index `merges_by_destination`.
pub(crate) const PUT_MERGE: &str = "
    INSERT INTO merges (destination_id, source_id, merged_at, source, destination)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (destination_id, source_id) DO UPDATE SET
        merged_at = excluded.merged_at,
        source = excluded.source,
        destination = excluded.destination";

/// By the index `merges_by_destination`.
pub(crate) const DELETE_MERGE: &str = "
    DELETE FROM merges
    WHERE destination_id = ?1 AND source_id = ?2";

/// By the index `merges_by_destination`.
pub(crate) const DELETE_MERGES: &str = "
    DELETE FROM merges
    WHERE destination_id = ?1";

impl ContactReads for Tx<'_> {
    fn contact(&mut self, id: ContactId) -> Result<Option<Contact>, StorageError> {
        let Some(mut contact) = self.first(TABLE, FIND, [id.as_uuid().into_bytes()], read)? else {
            return Ok(None);
        };
        contact.conversations = conversations(self, id)?;
        Ok(Some(contact))
    }

    fn contact_of(
        &mut self,
        conversation: ConversationId,
    ) -> Result<Option<Contact>, StorageError> {
        let id = self.first(
            HELD_TABLE,
            OF_CONVERSATION,
            [conversation.as_uuid().into_bytes()],
            |row| row.uuid((1, "contact_id")).map(ContactId::from_uuid),
        )?;
        id.map_or(Ok(None), |id| self.contact(id))
    }

    fn contact_page(
        &mut self,
        from: Option<&ContactPlace>,
        contacts: usize,
    ) -> Result<Vec<Contact>, StorageError> {
        let start = ContactPlace {
            display_name: Some(String::new()),
            id: ContactId::from_uuid(Uuid::nil()),
        };
        let from = from.unwrap_or(&start);
        let params = params![
            from.display_name.is_none(),
            from.display_name.as_deref().unwrap_or_default(),
            from.id.as_uuid().into_bytes(),
            limit(contacts)
        ];
        let mut found = self.all(TABLE, PAGE, params, read)?;
        for contact in &mut found {
            contact.conversations = conversations(self, contact.id)?;
        }
        Ok(found)
    }

    fn contacts_before(
        &mut self,
        place: &ContactPlace,
        contacts: usize,
    ) -> Result<Vec<ContactPlace>, StorageError> {
        let params = params![
            place.display_name.is_none(),
            place.display_name.as_deref().unwrap_or_default(),
            place.id.as_uuid().into_bytes(),
            limit(contacts)
        ];
        self.all(TABLE, BEFORE, params, |row| {
            Ok(ContactPlace {
                id: ContactId::from_uuid(row.uuid((0, "id"))?),
                display_name: name(row)?,
            })
        })
    }

    fn count_contacts(&mut self) -> Result<u64, StorageError> {
        counts::contacts(self)
    }

    fn merges(&mut self, destination: ContactId) -> Result<Vec<Merge>, StorageError> {
        self.all(
            "merges",
            MERGES,
            [destination.as_uuid().into_bytes()],
            |row| {
                Ok(Merge {
                    merged_at: row.moment((1, "merged_at"))?,
                    source: from_json::<WholeContact>(row, (2, "source"))?.contact(),
                    destination: from_json::<WholeContact>(row, (3, "destination"))?.contact(),
                })
            },
        )
    }
}

impl ContactWrites for Tx<'_> {
    fn put_contact(&mut self, contact: &Contact) -> Result<(), StorageError> {
        let id = contact.id.as_uuid();
        let is_new = self
            .first(TABLE, FIND, [id.as_bytes()], |_row| Ok(()))?
            .is_none();
        write(self, PUT, contact)?;
        self.execute(LET_GO, [id.as_bytes()])?;
        hold(self, contact)?;
        if is_new {
            count(self, 1)?;
        }
        Ok(())
    }

    fn add_contacts(&mut self, contacts: &[Contact]) -> Result<(), StorageError> {
        let mut added = 0;
        for contact in contacts {
            if write(self, ADD, contact)? > 0 {
                hold(self, contact)?;
                added += 1;
            }
        }
        count(self, added)
    }

    fn delete_contact(&mut self, id: ContactId) -> Result<bool, StorageError> {
        let deleted = self.execute(DELETE, [id.as_uuid().into_bytes()])? > 0;
        self.execute(LET_GO, [id.as_uuid().into_bytes()])?;
        self.execute(DELETE_MERGES, [id.as_uuid().into_bytes()])?;
        if deleted {
            count(self, -1)?;
            self.secrets_erased = true;
        }
        Ok(deleted)
    }

    fn put_merge(&mut self, merge: &Merge) -> Result<(), StorageError> {
        self.execute(
            PUT_MERGE,
            params![
                merge.destination.id.as_uuid().into_bytes(),
                merge.source.id.as_uuid().into_bytes(),
                merge.merged_at.as_millis(),
                to_json(&WholeContact::of(&merge.source))?,
                to_json(&WholeContact::of(&merge.destination))?,
            ],
        )?;
        Ok(())
    }

    fn delete_merge(
        &mut self,
        destination: ContactId,
        source: ContactId,
    ) -> Result<bool, StorageError> {
        let deleted = self.execute(
            DELETE_MERGE,
            [
                destination.as_uuid().into_bytes(),
                source.as_uuid().into_bytes(),
            ],
        )?;
        Ok(deleted > 0)
    }
}

fn write(tx: &Tx<'_>, sql: &str, contact: &Contact) -> Result<usize, StorageError> {
    tx.execute(
        sql,
        params![
            contact.id.as_uuid().into_bytes(),
            contact.display_name.is_none(),
            contact.display_name.as_deref().unwrap_or_default(),
            to_json(&ContactDocument::of(contact))?,
        ],
    )
}

fn hold(tx: &Tx<'_>, contact: &Contact) -> Result<(), StorageError> {
    for (conversation, source) in &contact.conversations {
        tx.execute(
            HOLD,
            params![
                conversation.as_uuid().into_bytes(),
                contact.id.as_uuid().into_bytes(),
                source.as_str()
            ],
        )?;
    }
    Ok(())
}

fn count(tx: &Tx<'_>, added: i64) -> Result<(), StorageError> {
    let mut counts = Changes::default();
    counts.add(Counted::Contacts, added);
    counts.write(tx)
}

fn conversations(
    tx: &Tx<'_>,
    contact: ContactId,
) -> Result<BTreeMap<ConversationId, Source>, StorageError> {
    let held = tx.all(
        HELD_TABLE,
        CONVERSATIONS,
        [contact.as_uuid().into_bytes()],
        |row| {
            Ok((
                ConversationId::from_uuid(row.uuid((0, "conversation_id"))?),
                Source::new(row.text((1, "source"))?),
            ))
        },
    )?;
    Ok(held.into_iter().collect())
}

fn read(row: &Stored<'_>) -> Result<Contact, StorageError> {
    let id = ContactId::from_uuid(row.uuid((0, "id"))?);
    let document: ContactDocument = from_json(row, (3, "document"))?;
    Ok(document.contact(id, name(row)?, BTreeMap::new()))
}

fn name(row: &Stored<'_>) -> Result<Option<String>, StorageError> {
    if row.flag((1, "is_nameless"))? {
        return Ok(None);
    }
    row.text((2, "display_name"))
        .map(|name| Some(name.to_owned()))
}

fn from_json<T: DeserializeOwned>(row: &Stored<'_>, column: Column) -> Result<T, StorageError> {
    serde_json::from_str(row.text(column)?).map_err(|problem| row.unreadable(column, problem))
}

fn to_json(document: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(document).map_err(StorageError::unavailable)
}
