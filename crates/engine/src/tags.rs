//! The use cases of tags: create, list, update, delete.

use switchboard_api_types::TagJson;
use switchboard_domain::{EventBody, EventKind, NewEvent, Tag, TagColor, TagId, Timestamp};
use switchboard_storage::{StorageError, Touches, WriteTx};

use crate::Engine;

/// What to change of a tag; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagUpdate {
    /// The new name.
    pub name: Option<String>,
    /// The new colour.
    pub color: Option<TagColor>,
}

/// A tag cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// No tag has that id.
    #[error("there is no tag {0}")]
    Unknown(TagId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Makes a tag and announces it.
    pub async fn create_tag(&self, name: String, color: TagColor) -> Result<Tag, StorageError> {
        let tag = Tag {
            id: TagId::from_uuid(self.0.chance.uuid()),
            name,
            color,
            created_at: self.now(),
        };
        let now = tag.created_at;
        let made = tag.clone();
        self.0
            .store
            .write(Touches::nothing(), move |tx| put(tx, &tag, now))
            .await?;
        Ok(made)
    }

    /// Every tag, the oldest first.
    pub async fn list_tags(&self) -> Result<Vec<Tag>, StorageError> {
        self.0.store.read(|tx| tx.tags()).await
    }

    /// Changes a tag and announces it. A change that changes nothing is not announced.
    pub async fn update_tag(&self, id: TagId, update: TagUpdate) -> Result<Tag, TagError> {
        let now = self.now();
        let TagUpdate { name, color } = update;
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let before = tx.tag(id)?.ok_or(TagError::Unknown(id))?;
                let after = Tag {
                    name: name.clone().unwrap_or_else(|| before.name.clone()),
                    color: color.unwrap_or(before.color),
                    ..before.clone()
                };
                if after != before {
                    put(tx, &after, now)?;
                }
                Ok(after)
            })
            .await
    }

    /// Deletes a tag, takes it off every conversation and announces that.
    pub async fn delete_tag(&self, id: TagId) -> Result<(), TagError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if !tx.delete_tag(id)? {
                    return Err(TagError::Unknown(id));
                }
                tx.append_event(&NewEvent {
                    kind: EventKind::TagDeleted,
                    subject: id.into(),
                    body: EventBody::About(id.as_uuid()),
                    occurred_at: now,
                })?;
                Ok(())
            })
            .await
    }
}

/// Stores a tag and announces it, in one unit of work.
fn put(tx: &mut dyn WriteTx, tag: &Tag, now: Timestamp) -> Result<(), StorageError> {
    tx.put_tag(tag)?;
    tx.append_event(&NewEvent {
        kind: EventKind::TagUpdated,
        subject: tag.id.into(),
        body: EventBody::Told(TagJson::from(tag).to_raw()),
        occurred_at: now,
    })
}
