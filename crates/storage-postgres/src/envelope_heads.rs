//! Lists of envelopes.

use postgres::Row;
use switchboard_domain::{EnvelopeFilter, EnvelopeHead, EnvelopeId, Outcome, Source, Verdict};
use switchboard_storage::StorageError;

use crate::snapshot::Ask;
use crate::stored::{Stored, limit};
use crate::verbatim::Text;

/// By the primary key, in its order.
pub(crate) const ALL: &str = "
    SELECT id, source, target, received_at, octet_length(body)::bigint, verdict, findings
    FROM envelopes
    LEFT JOIN LATERAL (
        SELECT verdict, findings FROM outcomes WHERE envelope_id = id LIMIT 1
    ) AS outcome ON true
    WHERE id < $1 AND ($2::text IS NULL OR source = $2)
    ORDER BY id DESC
    LIMIT $3";

/// By the primary key, in its order.
pub(crate) const WAITING: &str = "
    SELECT id, source, target, received_at, octet_length(body)::bigint, NULL::text, NULL::text
    FROM envelopes
    WHERE id < $1 AND ($2::text IS NULL OR source = $2)
          AND id > (SELECT through FROM apply_progress WHERE single)
    ORDER BY id DESC
    LIMIT $3";

/// By the primary key, in its order.
pub(crate) const APPLIED: &str = "
    SELECT id, source, target, received_at, octet_length(body)::bigint, verdict, findings
    FROM envelopes
    LEFT JOIN LATERAL (
        SELECT verdict, findings FROM outcomes WHERE envelope_id = id LIMIT 1
    ) AS outcome ON true
    WHERE id < $1 AND ($2::text IS NULL OR source = $2)
          AND id <= (SELECT through FROM apply_progress WHERE single)
          AND (verdict IS NULL OR verdict = 'applied')
    ORDER BY id DESC
    LIMIT $3";

/// By the index `outcomes_by_verdict`, in its order.
pub(crate) const WITH_VERDICT: &str = "
    SELECT id, source, target, received_at, size, verdict, findings
    FROM outcomes
    CROSS JOIN LATERAL (
        SELECT id, source, target, received_at, octet_length(body)::bigint AS size
        FROM envelopes
        WHERE id = envelope_id
        LIMIT 1
    ) AS envelope
    WHERE verdict = $4 AND envelope_id < $1 AND ($2::text IS NULL OR source = $2)
    ORDER BY envelope_id DESC
    LIMIT $3";

/// Envelopes without their bodies, newest first.
pub(crate) fn list(
    server: &mut impl Ask,
    filter: &EnvelopeFilter,
    before: Option<EnvelopeId>,
    heads: usize,
) -> Result<Vec<EnvelopeHead>, StorageError> {
    let before = before.map_or(i64::MAX, EnvelopeId::get);
    let source = filter.source.as_ref().map(|source| Text(source.as_str()));
    let heads = limit(heads);
    let rows = match filter.verdict {
        None => server.ask(ALL, &[&before, &source, &heads]),
        Some(Verdict::Waiting) => server.ask(WAITING, &[&before, &source, &heads]),
        Some(Verdict::Applied) => server.ask(APPLIED, &[&before, &source, &heads]),
        Some(verdict) => server.ask(WITH_VERDICT, &[&before, &source, &heads, &verdict.as_str()]),
    }?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<EnvelopeHead, StorageError> {
    let row = Stored::new("envelopes", row);
    let outcome = if row.get::<Option<&str>>((5, "verdict"))?.is_some() {
        Some(Outcome {
            verdict: row.named((5, "verdict"), Verdict::parse)?,
            findings: row.json((6, "findings"))?,
        })
    } else {
        None
    };
    Ok(EnvelopeHead {
        id: EnvelopeId::new(row.get((0, "id"))?),
        source: Source::new(row.text((1, "source"))?),
        target: row.text((2, "target"))?,
        received_at: row.moment((3, "received_at"))?,
        size: row.natural((4, "body"))?,
        outcome,
    })
}
