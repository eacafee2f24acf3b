//! The address book.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Row;
use switchboard_domain::{
    Contact, ContactId, ContactPlace, ConversationId, Merge, RawJson, Source, Timestamp,
};
use switchboard_storage::{ContactReads, ContactWrites, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::contact_details::{self, Details};
use crate::counts::{self, Change, Count};
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, column};
use crate::verbatim::Text;
use crate::{contact_pages, locks, merges};

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, display_name, name_is_generated, details, metadata, created_at, updated_at
    FROM contacts
    WHERE id = ANY($1)";

/// By the primary key.
pub(crate) const LOCK: &str = "
    SELECT id
    FROM contacts
    WHERE id = $1
    FOR NO KEY UPDATE";

/// By the primary key.
pub(crate) const HOLDER: &str = "
    SELECT conversation_id, contact_id
    FROM contact_conversations
    WHERE conversation_id = $1";

/// By the index `contact_conversations_by_contact`.
pub(crate) const HELD: &str = "
    SELECT conversation_id, contact_id, source
    FROM contact_conversations
    WHERE contact_id = ANY($1)";

/// By the primary keys of both tables. Tells how many there were not. `CASE` keeps what was added in a table
/// of hashes: as a join each would be compared with each.
pub(crate) const ADD: &str = "
    WITH added AS (
        INSERT INTO contacts (id, display_name, name_is_generated, details, metadata, created_at,
                              updated_at)
        SELECT *
        FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::text[], $6::bigint[],
                    $7::bigint[]) AS new (id)
        ORDER BY id
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    ), held AS (
        INSERT INTO contact_conversations (conversation_id, contact_id, source)
        SELECT conversation_id, contact_id, source
        FROM unnest($8::uuid[], $9::uuid[], $10::text[])
             AS held (conversation_id, contact_id, source)
        WHERE CASE WHEN contact_id IN (SELECT id FROM added) THEN true ELSE false END
        ORDER BY conversation_id
        ON CONFLICT (conversation_id) DO NOTHING
    )
    SELECT count(*) FROM added";

/// By the primary key. Tells how many there were not.
const PUT: &str = "
    INSERT INTO contacts (id, display_name, name_is_generated, details, metadata, created_at,
                          updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (id) DO UPDATE SET
        display_name = excluded.display_name,
        name_is_generated = excluded.name_is_generated,
        details = excluded.details,
        metadata = excluded.metadata,
        created_at = excluded.created_at,
        updated_at = excluded.updated_at
    RETURNING (xmax = 0)::integer::bigint";

/// By the index `contact_conversations_by_contact`.
pub(crate) const LET_GO: &str = "
    DELETE FROM contact_conversations
    WHERE contact_id = $1 AND NOT conversation_id = ANY($2)";

/// By the primary key.
const HOLD: &str = "
    INSERT INTO contact_conversations (conversation_id, contact_id, source)
    SELECT conversation_id, $1, source
    FROM unnest($2::uuid[], $3::text[]) AS held (conversation_id, source)
    ORDER BY conversation_id
    ON CONFLICT (conversation_id) DO UPDATE SET
        contact_id = excluded.contact_id,
        source = excluded.source";

/// By the indexes of each table.
pub(crate) const DELETE: &str = "
    WITH held AS (
        DELETE FROM contact_conversations WHERE contact_id = $1
    ), merged AS (
        DELETE FROM merges WHERE destination_id = $1
    )
    DELETE FROM contacts WHERE id = $1";

impl ContactReads for Snapshot<'_> {
    fn contact(&mut self, id: ContactId) -> Result<Option<Contact>, StorageError> {
        Ok(find(self, &[id])?.pop())
    }

    fn contact_of(
        &mut self,
        conversation: ConversationId,
    ) -> Result<Option<Contact>, StorageError> {
        match holder(self, conversation)? {
            Some(id) => self.contact(id),
            None => Ok(None),
        }
    }

    fn contact_page(
        &mut self,
        from: Option<&ContactPlace>,
        contacts: usize,
    ) -> Result<Vec<Contact>, StorageError> {
        let ids = contact_pages::from(self, from, contacts)?;
        in_order_of(self, &ids)
    }

    fn contacts_before(
        &mut self,
        place: &ContactPlace,
        contacts: usize,
    ) -> Result<Vec<ContactPlace>, StorageError> {
        contact_pages::before(self, place, contacts)
    }

    fn count_contacts(&mut self) -> Result<u64, StorageError> {
        counts::contacts(self)
    }

    fn merges(&mut self, destination: ContactId) -> Result<Vec<Merge>, StorageError> {
        merges::of(self, destination)
    }
}

impl ContactReads for Batch<'_> {
    fn contact(&mut self, id: ContactId) -> Result<Option<Contact>, StorageError> {
        lock(self, id)?;
        Ok(find(self, &[id])?.pop())
    }

    fn contact_of(
        &mut self,
        conversation: ConversationId,
    ) -> Result<Option<Contact>, StorageError> {
        let Some(id) = holder(self, conversation)? else {
            return Ok(None);
        };
        let contact = self.contact(id)?;
        Ok(contact.filter(|contact| contact.conversations.contains_key(&conversation)))
    }

    fn contact_page(
        &mut self,
        from: Option<&ContactPlace>,
        contacts: usize,
    ) -> Result<Vec<Contact>, StorageError> {
        let ids = contact_pages::from(self, from, contacts)?;
        in_order_of(self, &ids)
    }

    fn contacts_before(
        &mut self,
        place: &ContactPlace,
        contacts: usize,
    ) -> Result<Vec<ContactPlace>, StorageError> {
        contact_pages::before(self, place, contacts)
    }

    fn count_contacts(&mut self) -> Result<u64, StorageError> {
        self.tell_everything()?;
        counts::contacts(self)
    }

    fn merges(&mut self, destination: ContactId) -> Result<Vec<Merge>, StorageError> {
        merges::of(self, destination)
    }
}

impl ContactWrites for Batch<'_> {
    fn put_contact(&mut self, contact: &Contact) -> Result<(), StorageError> {
        let details = contact_details::written(contact);
        let rows = self.change_and_return(
            PUT,
            &[
                &contact.id.as_uuid(),
                &contact.display_name.as_deref().map(Text),
                &contact.name_is_generated,
                &details,
                &contact.metadata.as_ref().map(RawJson::as_str),
                &contact.created_at.as_millis(),
                &contact.updated_at.map(Timestamp::as_millis),
            ],
        )?;
        self.count_new_contacts(&rows)?;
        let held: Vec<_> = contact.conversations.iter().collect();
        let ids = column(&held, |(id, _)| id.as_uuid());
        self.change(LET_GO, &[&contact.id.as_uuid(), &ids])?;
        if !ids.is_empty() {
            let sources = column(&held, |(_, source)| Text(source.as_str()));
            self.change(HOLD, &[&contact.id.as_uuid(), &ids, &sources])?;
        }
        Ok(())
    }

    fn add_contacts(&mut self, contacts: &[Contact]) -> Result<(), StorageError> {
        if contacts.is_empty() {
            return Ok(());
        }
        let held: Vec<_> = contacts
            .iter()
            .flat_map(|contact| {
                let held = contact.conversations.iter();
                held.map(move |(id, source)| (id.as_uuid(), contact.id.as_uuid(), source))
            })
            .collect();
        let rows = self.change_and_return(
            ADD,
            &[
                &column(contacts, |contact| contact.id.as_uuid()),
                &column(contacts, |contact| {
                    contact.display_name.as_deref().map(Text)
                }),
                &column(contacts, |contact| contact.name_is_generated),
                &column(contacts, contact_details::written),
                &column(contacts, |contact| {
                    contact.metadata.as_ref().map(RawJson::as_str)
                }),
                &column(contacts, |contact| contact.created_at.as_millis()),
                &column(contacts, |contact| {
                    contact.updated_at.map(Timestamp::as_millis)
                }),
                &column(&held, |(conversation, _, _)| *conversation),
                &column(&held, |(_, contact, _)| *contact),
                &column(&held, |(_, _, source)| Text(source.as_str())),
            ],
        )?;
        self.count_new_contacts(&rows)
    }

    fn delete_contact(&mut self, id: ContactId) -> Result<bool, StorageError> {
        let deleted = self.change(DELETE, &[&id.as_uuid()])? == 1;
        if deleted {
            self.own.count([(Count::contacts(), Change::of(-1))]);
        }
        Ok(deleted)
    }

    fn put_merge(&mut self, merge: &Merge) -> Result<(), StorageError> {
        merges::put(self, merge)
    }

    fn delete_merge(
        &mut self,
        destination: ContactId,
        source: ContactId,
    ) -> Result<bool, StorageError> {
        merges::delete(self, destination, source)
    }
}

impl Batch<'_> {
    fn count_new_contacts(&mut self, rows: &[Row]) -> Result<(), StorageError> {
        for row in rows {
            let new = Stored::new("contacts", row).get((0, "id"))?;
            self.own.count([(Count::contacts(), Change::of(new))]);
        }
        Ok(())
    }
}

/// Locks a contact until the transaction ends, also one that is not there.
fn lock(batch: &mut Batch<'_>, id: ContactId) -> Result<(), StorageError> {
    let id = id.as_uuid();
    if batch.ask(LOCK, &[&id])?.is_empty() {
        locks::take(batch, locks::CONTACT, &[id])?;
        // Whoever held that lock before us may have made the contact.
        batch.ask(LOCK, &[&id])?;
    }
    Ok(())
}

fn holder(
    server: &mut impl Ask,
    conversation: ConversationId,
) -> Result<Option<ContactId>, StorageError> {
    server.first(HOLDER, &[&conversation.as_uuid()], |row| {
        let contact = Stored::new("contact_conversations", row).get((1, "contact_id"))?;
        Ok(ContactId::from_uuid(contact))
    })
}

/// Contacts in a given order.
fn in_order_of(server: &mut impl Ask, ids: &[ContactId]) -> Result<Vec<Contact>, StorageError> {
    let mut found: BTreeMap<_, _> = find(server, ids)?
        .into_iter()
        .map(|contact| (contact.id, contact))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn find(server: &mut impl Ask, ids: &[ContactId]) -> Result<Vec<Contact>, StorageError> {
    let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = ids.into_iter().collect();
    let contacts = server.ask(FIND, &[&ids])?;
    let mut conversations: BTreeMap<Uuid, BTreeMap<ConversationId, Source>> = BTreeMap::new();
    if !contacts.is_empty() {
        for row in server.ask(HELD, &[&ids])? {
            let row = Stored::new("contact_conversations", &row);
            conversations
                .entry(row.get((1, "contact_id"))?)
                .or_default()
                .insert(
                    ConversationId::from_uuid(row.get((0, "conversation_id"))?),
                    Source::new(row.text((2, "source"))?),
                );
        }
    }
    contacts
        .iter()
        .map(|row| read(row, &mut conversations))
        .collect()
}

fn read(
    row: &Row,
    conversations: &mut BTreeMap<Uuid, BTreeMap<ConversationId, Source>>,
) -> Result<Contact, StorageError> {
    let row = Stored::new("contacts", row);
    let id = row.get((0, "id"))?;
    let details = (3, "details");
    let details =
        Details::read(row.get(details)?).map_err(|problem| row.unreadable(details, problem))?;
    let mut contact = details.contact(
        ContactId::from_uuid(id),
        row.moment((5, "created_at"))?,
        conversations.remove(&id).unwrap_or_default(),
    );
    contact.display_name = row.maybe_text((1, "display_name"))?;
    contact.name_is_generated = row.get((2, "name_is_generated"))?;
    contact.metadata = row
        .get::<Option<&str>>((4, "metadata"))?
        .map(RawJson::from_checked);
    contact.updated_at = row.maybe_moment((6, "updated_at"))?;
    Ok(contact)
}
