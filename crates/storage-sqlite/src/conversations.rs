//! Conversations.

use std::collections::HashMap;

use rusqlite::{ToSql, params};
use switchboard_domain::{
    Alias, ChannelId, ContactId, Conversation, ConversationId, LastMessage, MessageId,
    MessageSequence, Named, ProfileFetch, Source, TagId, Timestamp,
};
use switchboard_storage::{
    ConversationPage, ConversationQuery, ConversationReads, ConversationWrites, StorageError,
};

use crate::counts::Changes;
use crate::known::Known;
use crate::stored::{Column, Stored};
use crate::tx::{Prepared, Tx, list_of_ids};
use crate::{aliases, conversation_page, erasing, known, tags, words};

pub(crate) const TABLE: &str = "conversations";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, channel_id, source, handle, contact_id, created_at, last_message_at,
           last_message_id, last_message_sequence, last_inbound_at, message_count, unread_count,
           read_through, delivered_until, seen_until, display_name, display_name_said_at,
           display_name_by_user, avatar_url, avatar_url_said_at, avatar_url_by_user, profile, state
    FROM conversations
    WHERE id IN rarray(?1)";

/// By the primary key, which says whether it is there already.
pub(crate) const INSERT: &str = "
    INSERT INTO conversations (id, handle, contact_id, created_at, last_message_at,
        last_message_id, last_message_sequence, last_inbound_at, message_count, unread_count,
        read_through, delivered_until, seen_until, display_name, display_name_said_at,
        display_name_by_user, avatar_url, avatar_url_said_at, avatar_url_by_user, profile, state,
        channel_id, source)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
            ?20, ?21, ?22, ?23)";

/// By the primary key. Leaves the indexes of channel and source alone, which would be written even if
/// their columns stayed as they are.
pub(crate) const UPDATE: &str = "
    UPDATE conversations
    SET handle = ?2, contact_id = ?3, created_at = ?4, last_message_at = ?5, last_message_id = ?6,
        last_message_sequence = ?7, last_inbound_at = ?8, message_count = ?9, unread_count = ?10,
        read_through = ?11, delivered_until = ?12, seen_until = ?13, display_name = ?14,
        display_name_said_at = ?15, display_name_by_user = ?16, avatar_url = ?17,
        avatar_url_said_at = ?18, avatar_url_by_user = ?19, profile = ?20, state = ?21
    WHERE id = ?1";

/// By the primary key. Leaves the index of activity alone too, of which nothing may have changed.
pub(crate) const UPDATE_IN_PLACE: &str = "
    UPDATE conversations
    SET handle = ?2, contact_id = ?3, created_at = ?4, last_message_id = ?6,
        last_message_sequence = ?7, last_inbound_at = ?8, message_count = ?9, read_through = ?11,
        delivered_until = ?12, seen_until = ?13, display_name = ?14, display_name_said_at = ?15,
        display_name_by_user = ?16, avatar_url = ?17, avatar_url_said_at = ?18,
        avatar_url_by_user = ?19, profile = ?20
    WHERE id = ?1 AND last_message_at IS ?5 AND unread_count = ?10 AND state IS ?21";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM conversations
    WHERE id = ?1";

impl ConversationReads for Tx<'_> {
    fn conversations(&mut self, ids: &[ConversationId]) -> Result<Vec<Conversation>, StorageError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let found = find(self, &ids)?;
        self.known.extend(ids.into_iter().map(|id| (id, None)));
        for conversation in &found {
            self.known
                .insert(conversation.id, Some(Known::of(conversation)));
        }
        Ok(found)
    }

    fn conversation_page(
        &mut self,
        query: &ConversationQuery,
    ) -> Result<ConversationPage, StorageError> {
        conversation_page::page(self, query)
    }

    fn aliases(&mut self, handles: &[(ChannelId, String)]) -> Result<Vec<Alias>, StorageError> {
        aliases::of_handles(self, handles)
    }

    fn aliases_of(&mut self, conversation: ConversationId) -> Result<Vec<Alias>, StorageError> {
        aliases::of_conversation(self, conversation)
    }
}

impl ConversationWrites for Tx<'_> {
    fn put_conversations(&mut self, conversations: &[Conversation]) -> Result<(), StorageError> {
        let mut counts = Changes::default();
        for conversation in conversations {
            let before = known::of(self, conversation.id)?;
            let now = Known::of(conversation);
            write(self, conversation, before.as_ref(), &now)?;
            known::count(
                self,
                conversation.id,
                before.as_ref(),
                Some(&now),
                &mut counts,
            )?;
            self.known.insert(conversation.id, Some(now));
        }
        counts.write(self)
    }

    fn put_aliases(&mut self, aliases: &[Alias]) -> Result<(), StorageError> {
        aliases::put(self, aliases)
    }

    fn add_tag(&mut self, conversation: ConversationId, tag: TagId) -> Result<bool, StorageError> {
        tags::put_on(self, conversation, tag)
    }

    fn remove_tag(
        &mut self,
        conversation: ConversationId,
        tag: TagId,
    ) -> Result<bool, StorageError> {
        tags::take_off(self, conversation, tag)
    }

    fn put_words(
        &mut self,
        conversation: ConversationId,
        key: &str,
        words: &[String],
    ) -> Result<(), StorageError> {
        words::put(self, conversation, key, words)
    }

    fn erase_conversation(&mut self, id: ConversationId) -> Result<(), StorageError> {
        erasing::erase_conversation(self, id)
    }
}

/// Those of the conversations that exist, in the order of `ids`.
pub(crate) fn find(tx: &Tx<'_>, ids: &[ConversationId]) -> Result<Vec<Conversation>, StorageError> {
    let mut tags = tags::of_conversations(tx, ids.iter().copied())?;
    let mut found = HashMap::with_capacity(ids.len());
    let wanted = list_of_ids(ids.iter().map(|id| id.as_uuid()));
    tx.prepare(FIND)?.each(TABLE, [wanted], |row| {
        let mut conversation = read(row)?;
        conversation.tags = tags.remove(&conversation.id).unwrap_or_default();
        found.insert(conversation.id, conversation);
        Ok(true)
    })?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Removes the row, and takes it out of what is counted.
pub(crate) fn delete(tx: &mut Tx<'_>, id: ConversationId) -> Result<(), StorageError> {
    let before = known::of(tx, id)?;
    let mut counts = Changes::default();
    known::count(tx, id, before.as_ref(), None, &mut counts)?;
    counts.write(tx)?;
    tx.execute(DELETE, [id.as_uuid().into_bytes()])?;
    tx.known.insert(id, None);
    Ok(())
}

fn write(
    tx: &Tx<'_>,
    conversation: &Conversation,
    before: Option<&Known>,
    now: &Known,
) -> Result<(), StorageError> {
    let same_place =
        before.filter(|before| before.channel == now.channel && before.source == now.source);
    let Some(before) = same_place else {
        if before.is_some() {
            tx.execute(DELETE, [conversation.id.as_uuid().into_bytes()])?;
        }
        let channel = conversation.channel.as_uuid();
        let fixed = params![channel.as_bytes(), conversation.source.as_str()];
        return run(tx.prepare(INSERT)?, conversation, fixed);
    };
    let statement = if before.is_listed_as(now) {
        UPDATE_IN_PLACE
    } else {
        UPDATE
    };
    run(tx.prepare(statement)?, conversation, &[])
}

/// Runs a statement with what can change of a conversation, and then with what is fixed.
fn run(
    mut statement: Prepared<'_>,
    conversation: &Conversation,
    fixed: &[&dyn ToSql],
) -> Result<(), StorageError> {
    let last = conversation.last_message;
    let name = &conversation.display_name;
    let avatar = &conversation.avatar_url;
    let id = conversation.id.as_uuid();
    let contact = conversation.contact.as_uuid();
    let last_id = last.map(|last| last.id.as_uuid());
    let changeable = params![
        id.as_bytes(),
        conversation.handle,
        contact.as_bytes(),
        conversation.created_at.as_millis(),
        last.map(|last| last.sent_at.as_millis()),
        last_id.as_ref().map(uuid::Uuid::as_bytes),
        last.map(|last| last.sequence.0),
        conversation.last_inbound_at.map(Timestamp::as_millis),
        stored_count(conversation.message_count),
        stored_count(conversation.unread_count),
        conversation.read_through.map(|through| through.0),
        conversation.delivered_until.map(Timestamp::as_millis),
        conversation.seen_until.map(Timestamp::as_millis),
        name.value,
        name.said_at.map(Timestamp::as_millis),
        name.by_user,
        avatar.value,
        avatar.said_at.map(Timestamp::as_millis),
        avatar.by_user,
        conversation.profile.as_str(),
        conversation.state,
    ];
    statement.execute(&*[changeable, fixed].concat())?;
    Ok(())
}

fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn read(row: &Stored<'_>) -> Result<Conversation, StorageError> {
    Ok(Conversation {
        id: ConversationId::from_uuid(row.uuid((0, "id"))?),
        channel: ChannelId::from_uuid(row.uuid((1, "channel_id"))?),
        source: Source::new(row.text((2, "source"))?),
        handle: row.text((3, "handle"))?.to_owned(),
        contact: ContactId::from_uuid(row.uuid((4, "contact_id"))?),
        created_at: row.moment((5, "created_at"))?,
        last_message: last_message(row)?,
        last_inbound_at: row.optional_moment((9, "last_inbound_at"))?,
        message_count: row.count((10, "message_count"))?,
        unread_count: row.count((11, "unread_count"))?,
        read_through: row
            .optional_integer((12, "read_through"))?
            .map(MessageSequence),
        delivered_until: row.optional_moment((13, "delivered_until"))?,
        seen_until: row.optional_moment((14, "seen_until"))?,
        display_name: named(
            row,
            [
                (15, "display_name"),
                (16, "display_name_said_at"),
                (17, "display_name_by_user"),
            ],
        )?,
        avatar_url: named(
            row,
            [
                (18, "avatar_url"),
                (19, "avatar_url_said_at"),
                (20, "avatar_url_by_user"),
            ],
        )?,
        profile: row.named((21, "profile"), ProfileFetch::parse)?,
        state: row.optional_owned((22, "state"))?,
        tags: Vec::new(),
    })
}

fn last_message(row: &Stored<'_>) -> Result<Option<LastMessage>, StorageError> {
    let Some(sent_at) = row.optional_moment((6, "last_message_at"))? else {
        return Ok(None);
    };
    Ok(Some(LastMessage {
        sent_at,
        id: MessageId::from_uuid(row.uuid((7, "last_message_id"))?),
        sequence: MessageSequence(row.integer((8, "last_message_sequence"))?),
    }))
}

fn named(row: &Stored<'_>, columns: [Column; 3]) -> Result<Named, StorageError> {
    let [value, said_at, by_user] = columns;
    Ok(Named {
        value: row.optional_owned(value)?,
        said_at: row.optional_moment(said_at)?,
        by_user: row.flag(by_user)?,
    })
}
