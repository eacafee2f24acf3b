//! One conversation.

use switchboard_domain::ConversationId;
use switchboard_storage::StorageError;

use super::view::{ConversationView, views};
use crate::Engine;

/// A conversation cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ConversationInfoError {
    /// No conversation has that id, or it has no message yet.
    #[error("there is no conversation {0}")]
    Unknown(ConversationId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// The conversation with that id.
    pub async fn conversation(
        &self,
        id: ConversationId,
    ) -> Result<ConversationView, ConversationInfoError> {
        self.0
            .store
            .read(move |tx| {
                let found = tx
                    .conversation(id)?
                    .filter(|conversation| conversation.message_count > 0);
                views(tx, found.into_iter().collect())?
                    .pop()
                    .ok_or(ConversationInfoError::Unknown(id))
            })
            .await
    }
}
