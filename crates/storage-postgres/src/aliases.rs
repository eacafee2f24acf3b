//! Other handles that lead to conversations.

use std::collections::BTreeMap;

use postgres::Row;
use switchboard_domain::{Alias, ChannelId, ConversationId};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::snapshot::Ask;
use crate::stored::{Stored, column};
use crate::verbatim::Text;

/// By the primary key, one after the other.
pub(crate) const FIND: &str = "
    SELECT alias.channel_id, alias.handle, alias.conversation_id
    FROM (
        SELECT DISTINCT channel_id, handle
        FROM unnest($1::uuid[], $2::text[]) AS asked (channel_id, handle)
    ) AS asked
    CROSS JOIN LATERAL (
        SELECT channel_id, handle, conversation_id
        FROM aliases
        WHERE channel_id = asked.channel_id AND handle = asked.handle
        LIMIT 1
    ) AS alias";

/// By the index `aliases_by_conversation`.
pub(crate) const OF_CONVERSATION: &str = "
    SELECT channel_id, handle, conversation_id
    FROM aliases
    WHERE conversation_id = $1";

/// By the primary key.
const PUT: &str = "
    INSERT INTO aliases (channel_id, handle, conversation_id)
    SELECT channel_id, handle, conversation_id
    FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS put (channel_id, handle, conversation_id)
    ORDER BY channel_id, handle
    ON CONFLICT (channel_id, handle) DO UPDATE SET conversation_id = excluded.conversation_id";

pub(crate) fn find(
    server: &mut impl Ask,
    handles: &[(ChannelId, String)],
) -> Result<Vec<Alias>, StorageError> {
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let channels = column(handles, |(channel, _)| channel.as_uuid());
    let handles = column(handles, |(_, handle)| Text(handle));
    let rows = server.ask(FIND, &[&channels, &handles])?;
    rows.iter().map(read).collect()
}

pub(crate) fn of(
    server: &mut impl Ask,
    conversation: ConversationId,
) -> Result<Vec<Alias>, StorageError> {
    let rows = server.ask(OF_CONVERSATION, &[&conversation.as_uuid()])?;
    let mut aliases = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    aliases.sort_by(|one, other| (one.channel, &one.handle).cmp(&(other.channel, &other.handle)));
    Ok(aliases)
}

pub(crate) fn put(batch: &mut Batch<'_>, aliases: &[Alias]) -> Result<(), StorageError> {
    // One statement cannot write a row twice; the last saying counts.
    let last: BTreeMap<_, _> = aliases
        .iter()
        .map(|alias| ((alias.channel, &alias.handle), alias.conversation.as_uuid()))
        .collect();
    if last.is_empty() {
        return Ok(());
    }
    let channels: Vec<_> = last.keys().map(|(channel, _)| channel.as_uuid()).collect();
    let handles: Vec<_> = last.keys().map(|(_, handle)| Text(handle)).collect();
    let conversations: Vec<_> = last.values().copied().collect();
    batch.change(PUT, &[&channels, &handles, &conversations])?;
    Ok(())
}

fn read(row: &Row) -> Result<Alias, StorageError> {
    let row = Stored::new("aliases", row);
    Ok(Alias {
        channel: ChannelId::from_uuid(row.get((0, "channel_id"))?),
        handle: row.text((1, "handle"))?,
        conversation: ConversationId::from_uuid(row.get((2, "conversation_id"))?),
    })
}
