//! Metadata.

use rusqlite::params;
use switchboard_domain::{MetadataRecord, MetadataSubject, MetadataValue, Timestamp};
use switchboard_storage::{MetadataReads, MetadataWrites, StorageError};

use crate::stored::Stored;
use crate::tx::Tx;

const TABLE: &str = "metadata";

/// By the primary key.
pub(crate) const OF_SUBJECT: &str = "
    SELECT subject_id, key, value_type, value, written_at
    FROM metadata
    WHERE subject_id = ?1 AND subject_kind = ?2 AND value_type <> 'removed'
    ORDER BY written_at, key";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT subject_id, key, value_type, value, written_at
    FROM metadata
    WHERE subject_id = ?1 AND subject_kind = ?2 AND key = ?3";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO metadata (subject_id, subject_kind, key, value_type, value, written_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (subject_id, subject_kind, key) DO UPDATE SET
        value_type = excluded.value_type,
        value = excluded.value,
        written_at = excluded.written_at";

/// By the primary key.
pub(crate) const ERASE: &str = "
    DELETE FROM metadata
    WHERE subject_id = ?1 AND subject_kind = ?2";

impl MetadataReads for Tx<'_> {
    fn metadata(
        &mut self,
        subjects: &[MetadataSubject],
    ) -> Result<Vec<MetadataRecord>, StorageError> {
        let mut subjects = subjects.to_vec();
        subjects.sort_unstable();
        subjects.dedup();
        let mut found = Vec::new();
        let mut statement = self.prepare(OF_SUBJECT)?;
        for subject in subjects {
            let params = params![subject.as_uuid().into_bytes(), subject.kind()];
            statement.append(&mut found, TABLE, params, |row| {
                let (value, written_at) = stated(row)?;
                Ok(MetadataRecord {
                    subject,
                    key: row.text((1, "key"))?.to_owned(),
                    value,
                    written_at,
                })
            })?;
        }
        Ok(found)
    }
}

impl MetadataWrites for Tx<'_> {
    fn put_metadata(&mut self, records: &[MetadataRecord]) -> Result<Vec<bool>, StorageError> {
        let mut find = self.prepare(FIND)?;
        let mut put = self.prepare(PUT)?;
        let mut written = Vec::with_capacity(records.len());
        for record in records {
            let id = record.subject.as_uuid();
            let kind = record.subject.kind();
            let params = params![id.as_bytes(), kind, record.key];
            let before = find.first(TABLE, params, stated)?;
            let stays = before.is_some_and(|(value, written_at)| {
                (record.written_at, &record.value) <= (written_at, &value)
            });
            if !stays {
                put.execute(params![
                    id.as_bytes(),
                    kind,
                    record.key,
                    record.value.type_name(),
                    record.value.as_text(),
                    record.written_at.as_millis(),
                ])?;
            }
            written.push(!stays);
        }
        Ok(written)
    }

    fn erase_metadata(&mut self, subject: MetadataSubject) -> Result<(), StorageError> {
        let params = params![subject.as_uuid().into_bytes(), subject.kind()];
        let erased = self.execute(ERASE, params)?;
        self.secrets_erased |= erased > 0;
        Ok(())
    }
}

fn stated(row: &Stored<'_>) -> Result<(MetadataValue, Timestamp), StorageError> {
    let text = row.text((3, "value"))?;
    let value = row.named((2, "value_type"), |type_name| {
        MetadataValue::parse(type_name, text)
    })?;
    Ok((value, row.moment((4, "written_at"))?))
}
