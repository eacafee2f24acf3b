//! Templates of messages.

use postgres::Row;
use switchboard_domain::{Source, Template, TemplateId};
use switchboard_storage::{StorageError, TemplateReads, TemplateWrites};

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::Stored;
use crate::verbatim::Text;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, source, content
    FROM templates
    WHERE id = $1";

/// Those of a source, in the order of the index `templates_by_name`.
pub(crate) const LIST: &str = "
    SELECT id, name, source, content
    FROM templates
    WHERE source = $1 AND ($2::text IS NULL OR strpos(name, $2) > 0)
    ORDER BY name, id";

/// By the primary key.
const PUT: &str = "
    INSERT INTO templates (id, name, source, content)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        source = excluded.source,
        content = excluded.content";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM templates
    WHERE id = $1";

impl TemplateReads for Snapshot<'_> {
    fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StorageError> {
        self.first(FIND, &[&id.as_uuid()], read)
    }

    fn templates(
        &mut self,
        source: &Source,
        name: Option<&str>,
    ) -> Result<Vec<Template>, StorageError> {
        list(self, source, name)
    }
}

impl TemplateReads for Batch<'_> {
    fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StorageError> {
        self.first(FIND, &[&id.as_uuid()], read)
    }

    fn templates(
        &mut self,
        source: &Source,
        name: Option<&str>,
    ) -> Result<Vec<Template>, StorageError> {
        list(self, source, name)
    }
}

impl TemplateWrites for Batch<'_> {
    fn put_template(&mut self, template: &Template) -> Result<(), StorageError> {
        self.change(
            PUT,
            &[
                &template.id.as_uuid(),
                &Text(&template.name),
                &Text(template.source.as_str()),
                &template.content.as_str(),
            ],
        )?;
        Ok(())
    }

    fn delete_template(&mut self, id: TemplateId) -> Result<bool, StorageError> {
        Ok(self.change(DELETE, &[&id.as_uuid()])? == 1)
    }
}

fn list(
    server: &mut impl Ask,
    source: &Source,
    name: Option<&str>,
) -> Result<Vec<Template>, StorageError> {
    let rows = server.ask(LIST, &[&Text(source.as_str()), &name.map(Text)])?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Template, StorageError> {
    let row = Stored::new("templates", row);
    Ok(Template {
        id: TemplateId::from_uuid(row.get((0, "id"))?),
        name: row.text((1, "name"))?,
        source: Source::new(row.text((2, "source"))?),
        content: row.json((3, "content"))?,
    })
}
