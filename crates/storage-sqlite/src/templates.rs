//! Templates of messages.

use rusqlite::params;
use switchboard_domain::{RawJson, Source, Template, TemplateId};
use switchboard_storage::{StorageError, TemplateReads, TemplateWrites};

use crate::stored::Stored;
use crate::tx::Tx;

const TABLE: &str = "templates";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, source, content
    FROM templates
    WHERE id = ?1";

/// By the index `templates_by_source`, in its order.
pub(crate) const LIST: &str = "
    SELECT id, name, source, content
    FROM templates
    WHERE source = ?1 AND (?2 IS NULL OR instr(name, ?2) > 0)
    ORDER BY name, id";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO templates (id, name, source, content)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        source = excluded.source,
        content = excluded.content";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM templates
    WHERE id = ?1";

impl TemplateReads for Tx<'_> {
    fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StorageError> {
        self.first(TABLE, FIND, [id.as_uuid().into_bytes()], read)
    }

    fn templates(
        &mut self,
        source: &Source,
        name: Option<&str>,
    ) -> Result<Vec<Template>, StorageError> {
        self.all(TABLE, LIST, params![source.as_str(), name], read)
    }
}

impl TemplateWrites for Tx<'_> {
    fn put_template(&mut self, template: &Template) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                template.id.as_uuid().into_bytes(),
                template.name,
                template.source.as_str(),
                template.content.as_str(),
            ],
        )?;
        Ok(())
    }

    fn delete_template(&mut self, id: TemplateId) -> Result<bool, StorageError> {
        let deleted = self.execute(DELETE, [id.as_uuid().into_bytes()])?;
        Ok(deleted > 0)
    }
}

fn read(row: &Stored<'_>) -> Result<Template, StorageError> {
    Ok(Template {
        id: TemplateId::from_uuid(row.uuid((0, "id"))?),
        name: row.text((1, "name"))?.to_owned(),
        source: Source::new(row.text((2, "source"))?),
        content: RawJson::from_checked(row.text((3, "content"))?),
    })
}
