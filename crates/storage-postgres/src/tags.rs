//! Tags.

use postgres::Row;
use switchboard_domain::{Tag, TagColor, TagId};
use switchboard_storage::{StorageError, TagReads, TagWrites};

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::Stored;
use crate::verbatim::Text;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, color, created_at
    FROM tags
    WHERE id = $1";

/// All, in the order of the index `tags_by_creation`.
pub(crate) const LIST: &str = "
    SELECT id, name, color, created_at
    FROM tags
    ORDER BY created_at, id";

/// By the primary key.
const PUT: &str = "
    INSERT INTO tags (id, name, color, created_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        color = excluded.color,
        created_at = excluded.created_at";

/// By the primary keys of each table.
pub(crate) const DELETE: &str = "
    WITH carried AS (
        DELETE FROM conversation_tags WHERE tag_id = $1 RETURNING conversation_id
    ), taken_off AS (
        UPDATE conversations
        SET tags = array_remove(tags, $1)
        WHERE id = ANY(ARRAY(SELECT conversation_id FROM carried))
    ), counted AS (
        DELETE FROM counts WHERE kind = 'tag' AND key = $1::text
    )
    DELETE FROM tags WHERE id = $1";

impl TagReads for Snapshot<'_> {
    fn tag(&mut self, id: TagId) -> Result<Option<Tag>, StorageError> {
        self.first(FIND, &[&id.as_uuid()], read)
    }

    fn tags(&mut self) -> Result<Vec<Tag>, StorageError> {
        self.ask(LIST, &[])?.iter().map(read).collect()
    }
}

impl TagReads for Batch<'_> {
    fn tag(&mut self, id: TagId) -> Result<Option<Tag>, StorageError> {
        self.first(FIND, &[&id.as_uuid()], read)
    }

    fn tags(&mut self) -> Result<Vec<Tag>, StorageError> {
        self.ask(LIST, &[])?.iter().map(read).collect()
    }
}

impl TagWrites for Batch<'_> {
    fn put_tag(&mut self, tag: &Tag) -> Result<(), StorageError> {
        self.change(
            PUT,
            &[
                &tag.id.as_uuid(),
                &Text(&tag.name),
                &tag.color.as_str(),
                &tag.created_at.as_millis(),
            ],
        )?;
        Ok(())
    }

    fn delete_tag(&mut self, id: TagId) -> Result<bool, StorageError> {
        // Nothing may be counted under it afterwards.
        self.tell_everything()?;
        let deleted = self.change(DELETE, &[&id.as_uuid()])?;
        self.conversations
            .retain(|_, known| !known.tags.contains(&id));
        Ok(deleted == 1)
    }
}

fn read(row: &Row) -> Result<Tag, StorageError> {
    let row = Stored::new("tags", row);
    Ok(Tag {
        id: TagId::from_uuid(row.get((0, "id"))?),
        name: row.text((1, "name"))?,
        color: row.named((2, "color"), TagColor::parse)?,
        created_at: row.moment((3, "created_at"))?,
    })
}
