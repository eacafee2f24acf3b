//! A contact takes over what providers tell of its conversation.

use switchboard_domain::{Conversation, Timestamp};
use switchboard_storage::{StorageError, WriteTx};

/// Gives the contact of a conversation the conversation's name and picture, where the contact has
/// none or only the name that the hub made up.
pub(crate) fn follow_conversation(
    tx: &mut dyn WriteTx,
    conversation: &Conversation,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Some(mut contact) = tx.contact_of(conversation.id)? else {
        return Ok(());
    };
    let before = contact.clone();
    if let Some(name) = &conversation.display_name.value
        && (contact.name_is_generated || contact.display_name.is_none())
    {
        contact.display_name = Some(name.clone());
        contact.name_is_generated = false;
    }
    if contact.avatar_url.is_none() {
        contact
            .avatar_url
            .clone_from(&conversation.avatar_url.value);
    }
    if contact == before {
        return Ok(());
    }
    contact.updated_at = Some(now);
    tx.put_contact(&contact)
}
