//! Conversations.

use postgres::Row;
use switchboard_domain::{
    Alias, ChannelId, ContactId, Conversation, ConversationId, LastMessage, MessageId,
    MessageSequence, Named, ProfileFetch, Source, TagId, Timestamp,
};
use switchboard_storage::{
    ConversationPage, ConversationQuery, ConversationReads, ConversationWrites, StorageError,
};
use uuid::Uuid;

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Column, Stored, column, natural};
use crate::verbatim::Text;
use crate::{
    aliases, conversation_erasure, conversation_moves, conversation_page, conversation_tags, words,
};

/// The columns of a conversation, in the order in which [`read`] takes them.
macro_rules! columns {
    () => {
        "id, channel_id, source, handle, created_at, last_message_id, last_message_sequence,
         last_message_at, last_inbound_at, message_count, unread_count, read_through, delivered_until,
         seen_until, display_name, display_name_said_at, display_name_by_user, avatar_url,
         avatar_url_said_at, avatar_url_by_user, profile, state, contact_id, tags"
    };
}

pub(crate) const COLUMNS: &str = columns!();

/// By the primary key.
pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM conversations WHERE id = ANY($1)"
);

/// By the primary key. Locked in the order in which they are asked for, which has to be that of ids, so that nodes
/// never wait for each other in a circle: to sort the ids costs less than to sort what is found.
pub(crate) const LOCK: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (SELECT unnest($1::uuid[]) AS asked) AS wanted
      JOIN conversations ON id = asked
      FOR NO KEY UPDATE OF conversations"
);

/// By the primary key. All are locked already, so their order here matters to no other node.
const PUT: &str = "
    INSERT INTO conversations (
        id, channel_id, source, handle, created_at, last_message_id, last_message_sequence,
        last_message_at, last_inbound_at, message_count, unread_count, read_through, delivered_until,
        seen_until, display_name, display_name_said_at, display_name_by_user, avatar_url,
        avatar_url_said_at, avatar_url_by_user, profile, state, contact_id
    )
    SELECT *
    FROM (
        SELECT unnest($1::uuid[]) AS id, unnest($2::uuid[]) AS channel_id,
               unnest($3::text[]) AS source, unnest($4::text[]) AS handle,
               unnest($5::bigint[]) AS created_at, unnest($6::uuid[]) AS last_message_id,
               unnest($7::bigint[]) AS last_message_sequence,
               unnest($8::bigint[]) AS last_message_at, unnest($9::bigint[]) AS last_inbound_at,
               unnest($10::bigint[]) AS message_count, unnest($11::bigint[]) AS unread_count,
               unnest($12::bigint[]) AS read_through, unnest($13::bigint[]) AS delivered_until,
               unnest($14::bigint[]) AS seen_until, unnest($15::text[]) AS display_name,
               unnest($16::bigint[]) AS display_name_said_at,
               unnest($17::boolean[]) AS display_name_by_user, unnest($18::text[]) AS avatar_url,
               unnest($19::bigint[]) AS avatar_url_said_at,
               unnest($20::boolean[]) AS avatar_url_by_user, unnest($21::text[]) AS profile,
               unnest($22::text[]) AS state, unnest($23::uuid[]) AS contact_id
    ) AS put
    ON CONFLICT (id) DO UPDATE SET
        channel_id = excluded.channel_id,
        source = excluded.source,
        handle = excluded.handle,
        created_at = excluded.created_at,
        last_message_id = excluded.last_message_id,
        last_message_sequence = excluded.last_message_sequence,
        last_message_at = excluded.last_message_at,
        last_inbound_at = excluded.last_inbound_at,
        message_count = excluded.message_count,
        unread_count = excluded.unread_count,
        read_through = excluded.read_through,
        delivered_until = excluded.delivered_until,
        seen_until = excluded.seen_until,
        display_name = excluded.display_name,
        display_name_said_at = excluded.display_name_said_at,
        display_name_by_user = excluded.display_name_by_user,
        avatar_url = excluded.avatar_url,
        avatar_url_said_at = excluded.avatar_url_said_at,
        avatar_url_by_user = excluded.avatar_url_by_user,
        profile = excluded.profile,
        state = excluded.state,
        contact_id = excluded.contact_id";

impl ConversationReads for Snapshot<'_> {
    fn conversations(&mut self, ids: &[ConversationId]) -> Result<Vec<Conversation>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.ask(FIND, &[&column(ids, |id| id.as_uuid())])?;
        rows.iter().map(read).collect()
    }

    fn conversation_page(
        &mut self,
        query: &ConversationQuery,
    ) -> Result<ConversationPage, StorageError> {
        conversation_page::list(self, query)
    }

    fn aliases(&mut self, handles: &[(ChannelId, String)]) -> Result<Vec<Alias>, StorageError> {
        aliases::find(self, handles)
    }

    fn aliases_of(&mut self, conversation: ConversationId) -> Result<Vec<Alias>, StorageError> {
        aliases::of(self, conversation)
    }
}

impl ConversationReads for Batch<'_> {
    fn conversations(&mut self, ids: &[ConversationId]) -> Result<Vec<Conversation>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.locked_conversations(ids)
    }

    fn conversation_page(
        &mut self,
        query: &ConversationQuery,
    ) -> Result<ConversationPage, StorageError> {
        // Words, search terms and counts may not be on the server yet.
        self.tell_everything()?;
        conversation_page::list(self, query)
    }

    fn aliases(&mut self, handles: &[(ChannelId, String)]) -> Result<Vec<Alias>, StorageError> {
        aliases::find(self, handles)
    }

    fn aliases_of(&mut self, conversation: ConversationId) -> Result<Vec<Alias>, StorageError> {
        aliases::of(self, conversation)
    }
}

impl ConversationWrites for Batch<'_> {
    fn put_conversations(&mut self, conversations: &[Conversation]) -> Result<(), StorageError> {
        if conversations.is_empty() {
            return Ok(());
        }
        self.lock_unknown(conversations.iter().map(|one| one.id))?;
        put(self, conversations)?;
        for conversation in conversations {
            self.conversation_was_put(conversation);
        }
        Ok(())
    }

    fn put_aliases(&mut self, aliases: &[Alias]) -> Result<(), StorageError> {
        aliases::put(self, aliases)
    }

    fn add_tag(&mut self, conversation: ConversationId, tag: TagId) -> Result<bool, StorageError> {
        conversation_tags::add(self, conversation, tag)
    }

    fn remove_tag(
        &mut self,
        conversation: ConversationId,
        tag: TagId,
    ) -> Result<bool, StorageError> {
        conversation_tags::remove(self, conversation, tag)
    }

    fn put_words(
        &mut self,
        conversation: ConversationId,
        key: &str,
        words: &[String],
    ) -> Result<(), StorageError> {
        let words = column(words, |word| words::indexed(word));
        self.own.words.insert((conversation, key.to_owned()), words);
        Ok(())
    }

    fn erase_conversation(&mut self, id: ConversationId) -> Result<(), StorageError> {
        self.tell_everything()?;
        conversation_erasure::erase(self, id)
    }
}

/// Reads and locks conversations until the transaction ends.
pub(crate) fn lock(batch: &mut Batch<'_>, ids: &[Uuid]) -> Result<Vec<Conversation>, StorageError> {
    let rows = batch.ask(LOCK, &[&ids])?;
    rows.iter().map(read).collect()
}

fn put(batch: &mut Batch<'_>, all: &[Conversation]) -> Result<(), StorageError> {
    let (mut moved, mut others): (Vec<_>, Vec<_>) =
        all.iter().partition(|one| batch.only_moves(one));
    if !moved.is_empty() {
        conversation_moves::put(batch, &mut moved)?;
    }
    if !others.is_empty() {
        // Neighbours in the index come one after the other; sorting here costs less than moving whole rows there.
        others.sort_unstable_by_key(|one| one.id.as_uuid());
        put_whole(batch, &others)?;
    }
    Ok(())
}

fn put_whole(batch: &mut Batch<'_>, all: &[&Conversation]) -> Result<(), StorageError> {
    batch.change(
        PUT,
        &[
            &column(all, |one| one.id.as_uuid()),
            &column(all, |one| one.channel.as_uuid()),
            &column(all, |one| Text(one.source.as_str())),
            &column(all, |one| Text(&one.handle)),
            &column(all, |one| one.created_at.as_millis()),
            &column(all, |one| one.last_message.map(|last| last.id.as_uuid())),
            &column(all, |one| one.last_message.map(|last| last.sequence.0)),
            &column(all, |one| {
                one.last_message.map(|last| last.sent_at.as_millis())
            }),
            &column(all, |one| one.last_inbound_at.map(Timestamp::as_millis)),
            &column(all, |one| natural(one.message_count)),
            &column(all, |one| natural(one.unread_count)),
            &column(all, |one| one.read_through.map(|place| place.0)),
            &column(all, |one| one.delivered_until.map(Timestamp::as_millis)),
            &column(all, |one| one.seen_until.map(Timestamp::as_millis)),
            &column(all, |one| one.display_name.value.as_deref().map(Text)),
            &column(all, |one| {
                one.display_name.said_at.map(Timestamp::as_millis)
            }),
            &column(all, |one| one.display_name.by_user),
            &column(all, |one| one.avatar_url.value.as_deref().map(Text)),
            &column(all, |one| one.avatar_url.said_at.map(Timestamp::as_millis)),
            &column(all, |one| one.avatar_url.by_user),
            &column(all, |one| one.profile.as_str()),
            &column(all, |one| one.state.as_deref().map(Text)),
            &column(all, |one| one.contact.as_uuid()),
        ],
    )?;
    Ok(())
}

/// Reads a conversation out of its row.
pub(crate) fn read(row: &Row) -> Result<Conversation, StorageError> {
    let row = Stored::new("conversations", row);
    Ok(Conversation {
        id: ConversationId::from_uuid(row.get((0, "id"))?),
        channel: ChannelId::from_uuid(row.get((1, "channel_id"))?),
        source: Source::new(row.text((2, "source"))?),
        handle: row.text((3, "handle"))?,
        created_at: row.moment((4, "created_at"))?,
        last_message: last_message(&row)?,
        last_inbound_at: row.maybe_moment((8, "last_inbound_at"))?,
        message_count: row.natural((9, "message_count"))?,
        unread_count: row.natural((10, "unread_count"))?,
        read_through: row
            .get::<Option<i64>>((11, "read_through"))?
            .map(MessageSequence),
        delivered_until: row.maybe_moment((12, "delivered_until"))?,
        seen_until: row.maybe_moment((13, "seen_until"))?,
        display_name: named(&row, (14, "display_name"))?,
        avatar_url: named(&row, (17, "avatar_url"))?,
        profile: row.named((20, "profile"), ProfileFetch::parse)?,
        state: row.maybe_text((21, "state"))?,
        contact: ContactId::from_uuid(row.get((22, "contact_id"))?),
        tags: row
            .get::<Vec<Uuid>>((23, "tags"))?
            .into_iter()
            .map(TagId::from_uuid)
            .collect(),
    })
}

fn last_message(row: &Stored<'_>) -> Result<Option<LastMessage>, StorageError> {
    let Some(id) = row.get::<Option<Uuid>>((5, "last_message_id"))? else {
        return Ok(None);
    };
    Ok(Some(LastMessage {
        id: MessageId::from_uuid(id),
        sequence: MessageSequence(row.get((6, "last_message_sequence"))?),
        sent_at: row.moment((7, "last_message_at"))?,
    }))
}

/// A value with who said it when, in three columns.
fn named(row: &Stored<'_>, value: Column) -> Result<Named, StorageError> {
    let (at, name) = value;
    Ok(Named {
        value: row.maybe_text(value)?,
        said_at: row.maybe_moment((at + 1, name))?,
        by_user: row.get((at + 2, name))?,
    })
}
