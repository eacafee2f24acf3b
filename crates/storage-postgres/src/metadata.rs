//! Metadata of conversations, messages and channels.

use std::collections::{BTreeSet, HashSet};

use postgres::Row;
use switchboard_domain::{MetadataRecord, MetadataSubject, MetadataValue};
use switchboard_storage::{MetadataReads, MetadataWrites, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, column};
use crate::verbatim::{self, Text};

/// By the primary key, one subject after the other.
pub(crate) const FIND: &str = "
    SELECT subject, kind, key, value_type, value, written_at
    FROM unnest($1::uuid[], $2::text[]) AS wanted (wanted_subject, wanted_kind)
    CROSS JOIN LATERAL (
        SELECT subject, kind, key, value_type, value, written_at
        FROM metadata
        WHERE subject = wanted_subject AND kind = wanted_kind AND value_type <> 'removed'
        OFFSET 0
    ) AS found";

/// By the primary key. The later writing stays, and of two at one moment the greater value; types have
/// the order of `MetadataValue`.
pub(crate) const PUT: &str = "
    INSERT INTO metadata AS stored (subject, kind, key, value_type, value, written_at)
    SELECT subject, kind, key, value_type, value, written_at
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
         AS put (subject, kind, key, value_type, value, written_at)
    ORDER BY subject, kind, key
    ON CONFLICT (subject, kind, key) DO UPDATE SET
        value_type = excluded.value_type,
        value = excluded.value,
        written_at = excluded.written_at
    WHERE (
        excluded.written_at,
        array_position($7::text[], excluded.value_type),
        excluded.value
    ) > (
        stored.written_at,
        array_position($7::text[], stored.value_type),
        stored.value
    )
    RETURNING subject, kind, key";

/// By the primary key.
pub(crate) const ERASE: &str = "
    DELETE FROM metadata
    WHERE subject = $1 AND kind = $2";

/// The types of values, in the order of `MetadataValue`.
const TYPES: [&str; 7] = [
    "removed", "text", "number", "bool", "null", "array", "object",
];

impl MetadataReads for Snapshot<'_> {
    fn metadata(
        &mut self,
        subjects: &[MetadataSubject],
    ) -> Result<Vec<MetadataRecord>, StorageError> {
        find(self, subjects)
    }
}

impl MetadataReads for Batch<'_> {
    fn metadata(
        &mut self,
        subjects: &[MetadataSubject],
    ) -> Result<Vec<MetadataRecord>, StorageError> {
        find(self, subjects)
    }
}

impl MetadataWrites for Batch<'_> {
    fn put_metadata(&mut self, records: &[MetadataRecord]) -> Result<Vec<bool>, StorageError> {
        let mut written = Vec::with_capacity(records.len());
        let mut rest = records;
        // One statement cannot write a row twice.
        while !rest.is_empty() {
            let mut seen = HashSet::new();
            let distinct = rest
                .iter()
                .take_while(|record| seen.insert((record.subject, &record.key)))
                .count();
            let (first, then) = rest.split_at(distinct);
            written.extend(put(self, first)?);
            rest = then;
        }
        Ok(written)
    }

    fn erase_metadata(&mut self, subject: MetadataSubject) -> Result<(), StorageError> {
        self.change(ERASE, &[&subject.as_uuid(), &subject.kind()])?;
        Ok(())
    }
}

/// Writes records of which no two are of the same subject and key.
fn put(batch: &mut Batch<'_>, records: &[MetadataRecord]) -> Result<Vec<bool>, StorageError> {
    let rows = batch.change_and_return(
        PUT,
        &[
            &column(records, |record| record.subject.as_uuid()),
            &column(records, |record| record.subject.kind()),
            &column(records, |record| Text(&record.key)),
            &column(records, |record| record.value.type_name()),
            &column(records, |record| Text(record.value.as_text())),
            &column(records, |record| record.written_at.as_millis()),
            &TYPES.as_slice(),
        ],
    )?;
    let written = rows
        .iter()
        .map(|row| {
            let row = Stored::new("metadata", row);
            Ok((
                row.get::<Uuid>((0, "subject"))?,
                row.get::<&str>((1, "kind"))?,
                row.get::<&str>((2, "key"))?,
            ))
        })
        .collect::<Result<HashSet<_>, StorageError>>()?;
    Ok(column(records, |record| {
        let key = verbatim::written(&record.key);
        let subject = record.subject;
        written.contains(&(subject.as_uuid(), subject.kind(), key.as_ref()))
    }))
}

fn find(
    server: &mut impl Ask,
    subjects: &[MetadataSubject],
) -> Result<Vec<MetadataRecord>, StorageError> {
    let (ids, kinds) = wanted(subjects);
    in_order(&server.ask(FIND, &[&ids, &kinds])?)
}

/// What [`FIND`] is to find, each once.
pub(crate) fn wanted(subjects: &[MetadataSubject]) -> (Vec<Uuid>, Vec<&'static str>) {
    let distinct = BTreeSet::from_iter(subjects).into_iter();
    distinct
        .map(|subject| (subject.as_uuid(), subject.kind()))
        .unzip()
}

/// Reads records, one subject after the other.
pub(crate) fn in_order(rows: &[Row]) -> Result<Vec<MetadataRecord>, StorageError> {
    let mut records = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    records.sort_by(|one, other| {
        let place = |record: &MetadataRecord| (record.subject, record.written_at);
        place(one)
            .cmp(&place(other))
            .then_with(|| one.key.cmp(&other.key))
    });
    Ok(records)
}

fn read(row: &Row) -> Result<MetadataRecord, StorageError> {
    let row = Stored::new("metadata", row);
    let id = row.get((0, "subject"))?;
    let value = row.text((4, "value"))?;
    Ok(MetadataRecord {
        subject: row.named((1, "kind"), |kind| MetadataSubject::parse(kind, id))?,
        key: row.text((2, "key"))?,
        value: row.named((3, "value_type"), |name| MetadataValue::parse(name, &value))?,
        written_at: row.moment((5, "written_at"))?,
    })
}
