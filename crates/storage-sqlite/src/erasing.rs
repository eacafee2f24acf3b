//! Erasing a conversation with everything that belongs to it.

use rusqlite::params;
use switchboard_domain::{ChannelId, ConversationId, MessageId, MetadataSubject, ProviderKey};
use switchboard_storage::{MetadataWrites, StorageError};

use crate::stored::Stored;
use crate::tx::Tx;
use crate::{
    aliases, conversations, known, media, message_text, messages, parked, recent, tags, words,
};

/// Along both primary keys of a conversation's messages.
pub(crate) const MESSAGES: &str = "
    SELECT id, sequence, searchable, provider_id, provider_key
    FROM (
        SELECT sequence AS place FROM recent_conversation_messages WHERE conversation_id = ?1
        UNION ALL
        SELECT sequence FROM conversation_messages WHERE conversation_id = ?1
    )
    CROSS JOIN messages ON sequence = place";

struct Erased {
    id: MessageId,
    sequence: i64,
    searchable: Option<String>,
    provider_id: Option<String>,
    provider_key: Option<ProviderKey>,
}

pub(crate) fn erase_conversation(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<(), StorageError> {
    let id = conversation.as_uuid();
    let channel = known::of(tx, conversation)?.map(|known| known.channel);
    let erased = tx.all(messages::TABLE, MESSAGES, [id.as_bytes()], read)?;
    for message in &erased {
        erase_message(tx, message, channel)?;
    }
    recent::erase_places(tx, conversation)?;
    // The counts look at tags, so those go after the conversation itself.
    conversations::delete(tx, conversation)?;
    for sql in [aliases::ERASE, words::ERASE, tags::ERASE, media::ERASE] {
        tx.execute(sql, [id.as_bytes()])?;
    }
    tx.erase_metadata(MetadataSubject::Conversation(conversation))?;
    tx.secrets_erased = true;
    Ok(())
}

/// Erases a message with what belongs to it.
fn erase_message(
    tx: &mut Tx<'_>,
    message: &Erased,
    channel: Option<ChannelId>,
) -> Result<(), StorageError> {
    if let Some(text) = &message.searchable {
        tx.execute(message_text::REMOVE, params![message.sequence, text])?;
    }
    tx.execute(messages::ERASE, [message.sequence])?;
    recent::erase_id(tx, message.id)?;
    tx.erase_metadata(MetadataSubject::Message(message.id))?;
    let derived = channel
        .zip(message.provider_id.as_deref())
        .map(|(channel, name)| ProviderKey::derive(channel, name));
    let keys: Vec<_> = message.provider_key.into_iter().chain(derived).collect();
    parked::unpark(tx, &keys)
}

fn read(row: &Stored<'_>) -> Result<Erased, StorageError> {
    Ok(Erased {
        id: MessageId::from_uuid(row.uuid((0, "id"))?),
        sequence: row.integer((1, "sequence"))?,
        searchable: row.optional_owned((2, "searchable"))?,
        provider_id: row.optional_owned((3, "provider_id"))?,
        provider_key: row
            .optional_uuid((4, "provider_key"))?
            .map(ProviderKey::from_uuid),
    })
}
