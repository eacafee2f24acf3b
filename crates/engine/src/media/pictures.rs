//! Pictures of those who write: providers' links to them expire like those to files.

use std::collections::HashMap;

use switchboard_connector::Connector;
use switchboard_domain::{Contact, Conversation, ConversationId, MediaCopy, Source, Timestamp};
use switchboard_storage::{ReadTx, StorageError, WriteTx};

use super::copy::copy_of_picture;
use super::{MediaLinks, MediaPolicies};

/// Orders that the picture of whoever writes in a conversation is copied, as the policy of its source says,
/// unless it is or is about to be. Says whether there is a job now that there was not.
pub(crate) fn copy_picture(
    tx: &mut dyn WriteTx,
    conversation: &Conversation,
    connector: Option<&'static dyn Connector>,
    policies: &MediaPolicies,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let gives_files = connector.is_some_and(|connector| connector.capabilities().media);
    let Some(link) = &conversation.avatar_url.value else {
        return Ok(false);
    };
    if !gives_files || conversation.avatar_url.by_user || !policies.notes(&conversation.source) {
        return Ok(false);
    }
    let (note, job) = copy_of_picture(conversation, link, now);
    let known = tx.media_copies(&[note.message])?;
    let mut known = known.iter().filter(|known| known.link == note.link);
    if known.any(|known| known.key.is_some() || known.error.is_none()) {
        return Ok(false);
    }
    tx.put_media_copy(&note)?;
    if !policies.stores(&conversation.source) {
        return Ok(false);
    }
    tx.put_job(&job)
}

/// The copies of contacts' pictures, as far as there are any.
#[derive(Debug, Default)]
pub(crate) struct Pictures(HashMap<(ConversationId, String), MediaCopy>);

impl Pictures {
    /// Reads those of these contacts.
    pub(crate) fn read<'c>(
        tx: &mut dyn ReadTx,
        contacts: impl IntoIterator<Item = &'c Contact>,
    ) -> Result<Self, StorageError> {
        let holders: Vec<_> = contacts
            .into_iter()
            .filter(|contact| contact.avatar_url.is_some())
            .flat_map(|contact| contact.conversations.keys())
            .map(|conversation| MediaCopy::for_pictures_of(*conversation))
            .collect();
        if holders.is_empty() {
            return Ok(Self::default());
        }
        let copies = tx.media_copies(&holders)?.into_iter();
        Ok(Self(
            copies
                .map(|copy| ((copy.conversation, copy.link.clone()), copy))
                .collect(),
        ))
    }

    /// Puts what is shown into the place of a contact's link.
    pub(crate) fn show(&self, contact: &mut Contact, links: &MediaLinks) {
        let Some(link) = &contact.avatar_url else {
            return;
        };
        let mut held = contact.conversations.iter();
        let shown = held.find_map(|(conversation, source): (_, &Source)| {
            let copy = self.0.get(&(*conversation, link.clone()))?;
            links.picture(source, copy)
        });
        if shown.is_some() {
            contact.avatar_url = shown;
        }
    }
}
