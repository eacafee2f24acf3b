//! Other handles that lead to conversations.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use switchboard_domain::{Alias, ChannelId, ConversationId};
use switchboard_storage::StorageError;

use crate::stored::Stored;
use crate::tx::{Tx, list};

const TABLE: &str = "aliases";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT channel_id, handle, conversation_id
    FROM aliases
    WHERE channel_id = ?1 AND handle IN rarray(?2)";

/// By the index `aliases_by_conversation`.
pub(crate) const OF_CONVERSATION: &str = "
    SELECT channel_id, handle, conversation_id
    FROM aliases
    WHERE conversation_id = ?1
    ORDER BY channel_id, handle";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO aliases (channel_id, handle, conversation_id)
    VALUES (?1, ?2, ?3)
    ON CONFLICT (channel_id, handle) DO UPDATE SET
        conversation_id = excluded.conversation_id";

/// By the index `aliases_by_conversation`.
pub(crate) const ERASE: &str = "
    DELETE FROM aliases
    WHERE conversation_id = ?1";

pub(crate) fn of_handles(
    tx: &Tx<'_>,
    handles: &[(ChannelId, String)],
) -> Result<Vec<Alias>, StorageError> {
    let mut handles_of: BTreeMap<ChannelId, BTreeSet<&str>> = BTreeMap::new();
    for (channel, handle) in handles {
        handles_of.entry(*channel).or_default().insert(handle);
    }
    let mut found = Vec::new();
    let mut statement = tx.prepare(FIND)?;
    for (channel, handles) in handles_of {
        let handles = list(handles.into_iter().map(|handle| handle.to_owned().into()));
        let params = params![channel.as_uuid().into_bytes(), handles];
        statement.append(&mut found, TABLE, params, read)?;
    }
    Ok(found)
}

pub(crate) fn of_conversation(
    tx: &Tx<'_>,
    conversation: ConversationId,
) -> Result<Vec<Alias>, StorageError> {
    tx.all(
        TABLE,
        OF_CONVERSATION,
        [conversation.as_uuid().into_bytes()],
        read,
    )
}

pub(crate) fn put(tx: &Tx<'_>, aliases: &[Alias]) -> Result<(), StorageError> {
    let mut statement = tx.prepare(PUT)?;
    for alias in aliases {
        statement.execute(params![
            alias.channel.as_uuid().into_bytes(),
            alias.handle,
            alias.conversation.as_uuid().into_bytes(),
        ])?;
    }
    Ok(())
}

fn read(row: &Stored<'_>) -> Result<Alias, StorageError> {
    Ok(Alias {
        channel: ChannelId::from_uuid(row.uuid((0, "channel_id"))?),
        handle: row.text((1, "handle"))?.to_owned(),
        conversation: ConversationId::from_uuid(row.uuid((2, "conversation_id"))?),
    })
}
