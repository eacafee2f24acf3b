//! Envelopes: reading and appending them.

use std::time::Instant;

use postgres::Row;
use switchboard_domain::{
    ApplyProgress, Envelope, EnvelopeFilter, EnvelopeHead, EnvelopeId, NewEnvelope, NodeId,
    Outcome, Source, Timestamp,
};
use switchboard_storage::{EnvelopeReads, EnvelopeWrites, StorageError};

use crate::batch::Batch;
use crate::connection::Connection;
use crate::fresh::Fresh;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, column, limit, natural};
use crate::verbatim::Text;
use crate::{applying, envelope_heads, outcomes, sweeping};

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, source, target, headers, body, received_at
    FROM envelopes
    WHERE id = $1";

/// By the primary key, in its order; a body that does not fit is not looked into.
pub(crate) const AFTER: &str = "
    SELECT id, source, target, headers, body, received_at
    FROM (
        SELECT *, sum(octet_length(body)) OVER so_far AS bytes, row_number() OVER so_far AS place
        FROM (SELECT * FROM envelopes WHERE id > $1 ORDER BY id LIMIT $2) AS page
        WINDOW so_far AS (ORDER BY id)
    ) AS page
    WHERE bytes <= $3 OR place = 1
    ORDER BY id";

/// A transaction by itself, where there is no other: one round trip from the lock to the commit. A row is
/// joined with the lock before it is given an id, and the lock is held until all are committed: so ids
/// become readable in their order, which is that of the arrays. The number is arbitrary.
pub(crate) const APPEND: &str = "
    WITH locked AS MATERIALIZED (
        SELECT pg_advisory_xact_lock(5318008300) AS held
    ), added AS (
        INSERT INTO envelopes (source, target, headers, body, received_at)
        SELECT source, target, headers, body, received_at
        FROM locked
        CROSS JOIN (
            SELECT unnest($1::text[]) AS source, unnest($2::text[]) AS target,
                   unnest($3::text[]) AS headers, unnest($4::bytea[]) AS body,
                   unnest($5::bigint[]) AS received_at
        ) AS new
        RETURNING id
    )
    SELECT min(id), max(id)
    FROM added";

impl EnvelopeReads for Snapshot<'_> {
    fn envelope(&mut self, id: EnvelopeId) -> Result<Option<Envelope>, StorageError> {
        find(self, id)
    }

    fn envelopes_after(
        &mut self,
        id: EnvelopeId,
        envelopes: usize,
        bytes: u64,
    ) -> Result<Vec<Envelope>, StorageError> {
        let fresh = self.fresh(id, envelopes, bytes);
        if !fresh.is_empty() {
            return Ok(fresh);
        }
        after(self, id, envelopes, bytes)
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
        outcomes::find(self, id)
    }

    fn apply_progress(&mut self) -> Result<ApplyProgress, StorageError> {
        applying::progress(self)
    }
}

/// What units of this batch have written is sent before anybody asks for it.
impl EnvelopeReads for Batch<'_> {
    fn envelope(&mut self, id: EnvelopeId) -> Result<Option<Envelope>, StorageError> {
        self.tell_everything()?;
        find(self, id)
    }

    fn envelopes_after(
        &mut self,
        id: EnvelopeId,
        envelopes: usize,
        bytes: u64,
    ) -> Result<Vec<Envelope>, StorageError> {
        self.tell_everything()?;
        after(self, id, envelopes, bytes)
    }

    fn envelope_heads(
        &mut self,
        filter: &EnvelopeFilter,
        before: Option<EnvelopeId>,
        heads: usize,
    ) -> Result<Vec<EnvelopeHead>, StorageError> {
        self.tell_everything()?;
        envelope_heads::list(self, filter, before, heads)
    }

    fn outcome(&mut self, id: EnvelopeId) -> Result<Option<Outcome>, StorageError> {
        self.tell_everything()?;
        outcomes::find(self, id)
    }

    fn apply_progress(&mut self) -> Result<ApplyProgress, StorageError> {
        self.tell_everything()?;
        applying::progress(self)
    }
}

impl EnvelopeWrites for Batch<'_> {
    fn append_envelope(&mut self, envelope: &NewEnvelope) -> Result<(), StorageError> {
        self.own.envelopes.push(envelope.clone());
        Ok(())
    }

    fn lease_apply(
        &mut self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<EnvelopeId>, StorageError> {
        applying::lease(self, node, now, until)
    }

    fn release_apply(&mut self, node: NodeId) -> Result<(), StorageError> {
        applying::release(self, node)
    }

    fn advance_apply(
        &mut self,
        node: NodeId,
        from: EnvelopeId,
        to: EnvelopeId,
    ) -> Result<bool, StorageError> {
        applying::advance(self, node, from, to)
    }

    fn put_outcome(
        &mut self,
        id: EnvelopeId,
        outcome: Option<&Outcome>,
    ) -> Result<(), StorageError> {
        self.own.outcomes.insert(id, outcome.cloned());
        Ok(())
    }

    fn drop_envelopes(&mut self, before: Timestamp, envelopes: usize) -> Result<u64, StorageError> {
        self.tell_everything()?;
        let dropped = sweeping::drop_old(self, before, envelopes);
        self.fresh.forget();
        dropped
    }

    fn erase_envelopes(
        &mut self,
        texts: &[Vec<u8>],
        after: EnvelopeId,
        envelopes: usize,
    ) -> Result<Option<EnvelopeId>, StorageError> {
        self.tell_everything()?;
        let erased = sweeping::erase_with(self, texts, after, envelopes);
        self.fresh.forget();
        erased
    }
}

/// Appends envelopes of units of work as a transaction by itself, and keeps them for who applies them.
pub(crate) fn accept(
    connection: &mut Connection,
    envelopes: Vec<NewEnvelope>,
    fresh: &Fresh,
) -> Result<(), Refusal> {
    let sent = fresh.age();
    if let Some(ids) = append(connection, &envelopes)? {
        fresh.keep(ids, envelopes, sent, Instant::now());
    }
    Ok(())
}

/// Appends envelopes in their order. Says what the first and the last of them are called.
pub(crate) fn append(
    connection: &mut Connection,
    envelopes: &[NewEnvelope],
) -> Result<Option<(EnvelopeId, EnvelopeId)>, Refusal> {
    if envelopes.is_empty() {
        return Ok(None);
    }
    let sources = column(envelopes, |envelope| Text(envelope.source.as_str()));
    let targets = column(envelopes, |envelope| Text(&envelope.target));
    let headers = column(envelopes, |envelope| envelope.headers.as_str());
    let bodies = column(envelopes, |envelope| envelope.body.as_slice());
    let moments = column(envelopes, |envelope| envelope.received_at.as_millis());
    let rows = connection.query(APPEND, &[&sources, &targets, &headers, &bodies, &moments])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    Ok(first.map(EnvelopeId::new).zip(last.map(EnvelopeId::new)))
}

fn find(server: &mut impl Ask, id: EnvelopeId) -> Result<Option<Envelope>, StorageError> {
    server.first(FIND, &[&id.get()], read)
}

fn after(
    server: &mut impl Ask,
    id: EnvelopeId,
    envelopes: usize,
    bytes: u64,
) -> Result<Vec<Envelope>, StorageError> {
    let rows = server.ask(AFTER, &[&id.get(), &limit(envelopes), &natural(bytes)])?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Envelope, StorageError> {
    let row = Stored::new("envelopes", row);
    Ok(Envelope {
        id: EnvelopeId::new(row.get((0, "id"))?),
        content: NewEnvelope {
            source: Source::new(row.text((1, "source"))?),
            target: row.text((2, "target"))?,
            headers: row.json((3, "headers"))?,
            body: row.get((4, "body"))?,
            received_at: row.moment((5, "received_at"))?,
        },
    })
}
