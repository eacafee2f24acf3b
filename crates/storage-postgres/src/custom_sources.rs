//! Sources that are programs of the company's own.

use postgres::Row;
use switchboard_domain::{CustomSource, Source, TokenId};
use switchboard_storage::{CustomSourceReads, CustomSourceWrites, StorageError};

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::Stored;
use crate::verbatim::Text;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT source, name, image_url, action_endpoint, created_at, token_id
    FROM custom_sources
    WHERE source = $1";

/// All, in the order of the index `custom_sources_by_creation`.
pub(crate) const LIST: &str = "
    SELECT source, name, image_url, action_endpoint, created_at, token_id
    FROM custom_sources
    ORDER BY created_at, source";

/// By the primary key.
const PUT: &str = "
    INSERT INTO custom_sources (source, name, image_url, action_endpoint, created_at, token_id)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (source) DO UPDATE SET
        name = excluded.name,
        image_url = excluded.image_url,
        action_endpoint = excluded.action_endpoint,
        created_at = excluded.created_at,
        token_id = excluded.token_id";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM custom_sources
    WHERE source = $1";

impl CustomSourceReads for Snapshot<'_> {
    fn custom_source(&mut self, source: &Source) -> Result<Option<CustomSource>, StorageError> {
        self.first(FIND, &[&Text(source.as_str())], read)
    }

    fn custom_sources(&mut self) -> Result<Vec<CustomSource>, StorageError> {
        self.ask(LIST, &[])?.iter().map(read).collect()
    }
}

impl CustomSourceReads for Batch<'_> {
    fn custom_source(&mut self, source: &Source) -> Result<Option<CustomSource>, StorageError> {
        self.first(FIND, &[&Text(source.as_str())], read)
    }

    fn custom_sources(&mut self) -> Result<Vec<CustomSource>, StorageError> {
        self.ask(LIST, &[])?.iter().map(read).collect()
    }
}

impl CustomSourceWrites for Batch<'_> {
    fn put_custom_source(&mut self, source: &CustomSource) -> Result<(), StorageError> {
        self.change(
            PUT,
            &[
                &Text(source.source.as_str()),
                &source.name.as_deref().map(Text),
                &source.image_url.as_deref().map(Text),
                &source.action_endpoint.as_deref().map(Text),
                &source.created_at.as_millis(),
                &source.token.as_uuid(),
            ],
        )?;
        Ok(())
    }

    fn delete_custom_source(&mut self, source: &Source) -> Result<bool, StorageError> {
        Ok(self.change(DELETE, &[&Text(source.as_str())])? == 1)
    }
}

fn read(row: &Row) -> Result<CustomSource, StorageError> {
    let row = Stored::new("custom_sources", row);
    Ok(CustomSource {
        source: Source::new(row.text((0, "source"))?),
        name: row.maybe_text((1, "name"))?,
        image_url: row.maybe_text((2, "image_url"))?,
        action_endpoint: row.maybe_text((3, "action_endpoint"))?,
        created_at: row.moment((4, "created_at"))?,
        token: TokenId::from_uuid(row.get((5, "token_id"))?),
    })
}
