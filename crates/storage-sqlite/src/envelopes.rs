//! Envelopes.

use rusqlite::params;
use switchboard_domain::{
    ApplyProgress, Envelope, EnvelopeFilter, EnvelopeHead, EnvelopeId, NewEnvelope, NodeId,
    Outcome, RawJson, Source, Timestamp, Verdict,
};
use switchboard_storage::{EnvelopeReads, EnvelopeWrites, StorageError};

use crate::envelope_heads;
use crate::stored::Stored;
use crate::tx::{Tx, changed, limit};

pub(crate) const TABLE: &str = "envelopes";
const PROGRESS_TABLE: &str = "apply_progress";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, received_at, source, target, headers, body
    FROM envelopes
    WHERE id = ?1";

/// Along the primary key.
pub(crate) const AFTER: &str = "
    SELECT id, received_at, source, target, headers, body
    FROM envelopes
    WHERE id > ?1
    ORDER BY id
    LIMIT ?2";

/// By the primary key.
pub(crate) const OUTCOME: &str = "
    SELECT envelope_id, verdict, findings
    FROM outcomes
    WHERE envelope_id = ?1";

/// By the primary key.
pub(crate) const PROGRESS: &str = "
    SELECT only, through
    FROM apply_progress
    WHERE only = 1";

/// The end of the primary key.
pub(crate) const NEWEST: &str = "
    SELECT MAX(id)
    FROM envelopes";

/// The first after a place in the primary key.
pub(crate) const FIRST_AFTER: &str = "
    SELECT id, received_at
    FROM envelopes
    WHERE id > ?1
    ORDER BY id
    LIMIT 1";

/// By the primary key.
pub(crate) const LEASE: &str = "
    UPDATE apply_progress
    SET node = ?1, lease_until = ?3
    WHERE only = 1 AND (node IS NULL OR node = ?1 OR lease_until <= ?2)
    RETURNING only, through";

/// By the primary key.
pub(crate) const RELEASE: &str = "
    UPDATE apply_progress
    SET node = NULL, lease_until = NULL
    WHERE only = 1 AND node = ?1";

/// By the primary key.
pub(crate) const ADVANCE: &str = "
    UPDATE apply_progress
    SET through = ?3
    WHERE only = 1 AND node = ?1 AND through = ?2";

/// By the primary key.
pub(crate) const PUT_OUTCOME: &str = "
    INSERT INTO outcomes (envelope_id, verdict, findings)
    VALUES (?1, ?2, ?3)
    ON CONFLICT (envelope_id) DO UPDATE SET
        verdict = excluded.verdict,
        findings = excluded.findings";

/// By the primary key.
pub(crate) const DELETE_OUTCOME: &str = "
    DELETE FROM outcomes
    WHERE envelope_id = ?1";

/// Along the primary key from its start.
pub(crate) const DELETE_OLD_OUTCOMES: &str = "
    DELETE FROM outcomes
    WHERE envelope_id <= ?1";

/// Along the primary key from its start. Envelopes come in the order of their moments but for clocks
/// that were set: it looks no more than `SET_BACK` envelopes further than it finds.
pub(crate) const OLD: &str = "
    SELECT id
    FROM (
        SELECT id, received_at
        FROM envelopes
        WHERE id <= ?2
        ORDER BY id
        LIMIT ?4
    )
    WHERE received_at < ?1
    LIMIT ?3";

const SET_BACK: i64 = 1000;

impl EnvelopeReads for Tx<'_> {
    fn envelope(&mut self, id: EnvelopeId) -> Result<Option<Envelope>, StorageError> {
        self.first(TABLE, FIND, [id.get()], read)
    }

    fn envelopes_after(
        &mut self,
        after: EnvelopeId,
        envelopes: usize,
        bytes: u64,
    ) -> Result<Vec<Envelope>, StorageError> {
        let mut left = Some(bytes);
        let mut found = Vec::new();
        self.prepare(AFTER)?
            .each(TABLE, [after.get(), limit(envelopes)], |row| {
                let envelope = read(row)?;
                let size = u64::try_from(envelope.content.body.len()).unwrap_or(u64::MAX);
                left = left.and_then(|left| left.checked_sub(size));
                let fits = left.is_some() || found.is_empty();
                if fits {
                    found.push(envelope);
                }
                Ok(fits)
            })?;
        Ok(found)
    }

    fn envelope_heads(
        &mut self,
        filter: &EnvelopeFilter,
        before: Option<EnvelopeId>,
        heads: usize,
    ) -> Result<Vec<EnvelopeHead>, StorageError> {
        envelope_heads::list(self, filter, before, heads)
    }

    fn outcome(&mut self, id: EnvelopeId) -> Result<Option<Outcome>, StorageError> {
        self.first("outcomes", OUTCOME, [id.get()], |row| {
            Ok(Outcome {
                verdict: row.named((1, "verdict"), Verdict::parse)?,
                findings: RawJson::from_checked(row.text((2, "findings"))?),
            })
        })
    }

    fn apply_progress(&mut self) -> Result<ApplyProgress, StorageError> {
        let through = through(self)?;
        let newest = self.first(TABLE, NEWEST, [], |row| row.optional_integer((0, "id")))?;
        let waiting_since = self.first(TABLE, FIRST_AFTER, [through], |row| {
            row.moment((1, "received_at"))
        })?;
        Ok(ApplyProgress {
            through: EnvelopeId::new(through),
            newest: EnvelopeId::new(newest.flatten().unwrap_or_default().max(through)),
            waiting_since,
        })
    }
}

impl EnvelopeWrites for Tx<'_> {
    fn append_envelope(&mut self, envelope: &NewEnvelope) -> Result<(), StorageError> {
        self.envelopes.appended.push(envelope.clone());
        Ok(())
    }

    fn lease_apply(
        &mut self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<EnvelopeId>, StorageError> {
        self.first(
            PROGRESS_TABLE,
            LEASE,
            params![
                node.as_uuid().into_bytes(),
                now.as_millis(),
                until.as_millis()
            ],
            |row| row.integer((1, "through")).map(EnvelopeId::new),
        )
    }

    fn release_apply(&mut self, node: NodeId) -> Result<(), StorageError> {
        self.execute(RELEASE, [node.as_uuid().into_bytes()])?;
        Ok(())
    }

    fn advance_apply(
        &mut self,
        node: NodeId,
        from: EnvelopeId,
        to: EnvelopeId,
    ) -> Result<bool, StorageError> {
        let advanced = self.execute(
            ADVANCE,
            params![node.as_uuid().into_bytes(), from.get(), to.get()],
        )?;
        Ok(advanced == 1)
    }

    fn put_outcome(
        &mut self,
        id: EnvelopeId,
        outcome: Option<&Outcome>,
    ) -> Result<(), StorageError> {
        match outcome {
            Some(outcome) => self.execute(
                PUT_OUTCOME,
                params![
                    id.get(),
                    outcome.verdict.as_str(),
                    outcome.findings.as_str()
                ],
            )?,
            None => self.execute(DELETE_OUTCOME, [id.get()])?,
        };
        Ok(())
    }

    fn drop_envelopes(&mut self, before: Timestamp, envelopes: usize) -> Result<u64, StorageError> {
        let through = through(self)?;
        let envelopes = limit(envelopes);
        let looked_at = envelopes.saturating_add(SET_BACK);
        let old = self.all(
            TABLE,
            OLD,
            params![before.as_millis(), through, envelopes, looked_at],
            |row| row.integer((0, "id")),
        )?;
        for id in &old {
            remove(self, *id)?;
        }
        if let Some(oldest) = old.last() {
            // Of envelopes that were removed when this database lost what it had written with that.
            self.execute(DELETE_OLD_OUTCOMES, [oldest])?;
        }
        Ok(changed(old.len()))
    }

    fn erase_envelopes(
        &mut self,
        texts: &[Vec<u8>],
        after: EnvelopeId,
        envelopes: usize,
    ) -> Result<Option<EnvelopeId>, StorageError> {
        let mut last = None;
        let mut found = Vec::new();
        self.prepare(AFTER)?
            .each(TABLE, [after.get(), limit(envelopes)], |row| {
                let id = row.integer((0, "id"))?;
                let body = row.bytes((5, "body"))?;
                if texts.iter().any(|text| contains(body, text)) {
                    found.push(id);
                }
                last = Some(EnvelopeId::new(id));
                Ok(true)
            })?;
        for id in &found {
            remove(self, *id)?;
        }
        self.secrets_erased |= !found.is_empty();
        Ok(last)
    }
}

fn remove(tx: &mut Tx<'_>, id: i64) -> Result<(), StorageError> {
    tx.execute(DELETE_OUTCOME, [id])?;
    tx.envelopes.removed.push(id);
    Ok(())
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && body.windows(text.len()).any(|window| window == text)
}

pub(crate) fn through(tx: &Tx<'_>) -> Result<i64, StorageError> {
    tx.first(PROGRESS_TABLE, PROGRESS, [], |row| {
        row.integer((1, "through"))
    })?
    .ok_or_else(|| StorageError::Inconsistent {
        table: PROGRESS_TABLE,
        column: "only",
        row: "1".to_owned(),
        problem: "the row is missing".to_owned(),
    })
}

fn read(row: &Stored<'_>) -> Result<Envelope, StorageError> {
    Ok(Envelope {
        id: EnvelopeId::new(row.integer((0, "id"))?),
        content: NewEnvelope {
            received_at: row.moment((1, "received_at"))?,
            source: Source::new(row.text((2, "source"))?),
            target: row.text((3, "target"))?.to_owned(),
            headers: RawJson::from_checked(row.text((4, "headers"))?),
            body: row.bytes((5, "body"))?.to_vec(),
        },
    })
}
