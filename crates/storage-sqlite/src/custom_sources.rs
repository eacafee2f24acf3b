//! Custom sources.

use rusqlite::params;
use switchboard_domain::{CustomSource, Source, TokenId};
use switchboard_storage::{CustomSourceReads, CustomSourceWrites, StorageError};

use crate::stored::Stored;
use crate::tx::Tx;

const TABLE: &str = "custom_sources";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT source, name, image_url, action_endpoint, created_at, token_id
    FROM custom_sources
    WHERE source = ?1";

/// All, in the order of the index `custom_sources_by_creation`.
pub(crate) const LIST: &str = "
    SELECT source, name, image_url, action_endpoint, created_at, token_id
    FROM custom_sources
    ORDER BY created_at, source";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO custom_sources (source, name, image_url, action_endpoint, created_at, token_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (source) DO UPDATE SET
        name = excluded.name,
        image_url = excluded.image_url,
        action_endpoint = excluded.action_endpoint,
        created_at = excluded.created_at,
        token_id = excluded.token_id";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM custom_sources
    WHERE source = ?1";

impl CustomSourceReads for Tx<'_> {
    fn custom_source(&mut self, source: &Source) -> Result<Option<CustomSource>, StorageError> {
        self.first(TABLE, FIND, [source.as_str()], read)
    }

    fn custom_sources(&mut self) -> Result<Vec<CustomSource>, StorageError> {
        self.all(TABLE, LIST, [], read)
    }
}

impl CustomSourceWrites for Tx<'_> {
    fn put_custom_source(&mut self, source: &CustomSource) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                source.source.as_str(),
                source.name,
                source.image_url,
                source.action_endpoint,
                source.created_at.as_millis(),
                source.token.as_uuid().into_bytes(),
            ],
        )?;
        Ok(())
    }

    fn delete_custom_source(&mut self, source: &Source) -> Result<bool, StorageError> {
        let deleted = self.execute(DELETE, [source.as_str()])?;
        Ok(deleted > 0)
    }
}

fn read(row: &Stored<'_>) -> Result<CustomSource, StorageError> {
    Ok(CustomSource {
        source: Source::new(row.text((0, "source"))?),
        name: row.optional_owned((1, "name"))?,
        image_url: row.optional_owned((2, "image_url"))?,
        action_endpoint: row.optional_owned((3, "action_endpoint"))?,
        created_at: row.moment((4, "created_at"))?,
        token: row.uuid((5, "token_id")).map(TokenId::from_uuid)?,
    })
}
