//! Lists of envelopes, newest first, without their bodies.

use rusqlite::params;
use switchboard_domain::{
    EnvelopeFilter, EnvelopeHead, EnvelopeId, Outcome, RawJson, Source, Verdict,
};
use switchboard_storage::StorageError;

use crate::envelopes::{TABLE, through};
use crate::stored::Stored;
use crate::tx::{Tx, limit};

/// Along the primary key, backwards. `?3` is the verdict: waiting ones lie behind what was applied.
pub(crate) const HEADS: &str = "
    SELECT e.id, e.received_at, e.source, e.target, length(e.body), o.verdict, o.findings
    FROM envelopes e
    LEFT JOIN outcomes o ON o.envelope_id = e.id
    WHERE e.id < ?1 AND e.id > ?2
    ORDER BY e.id DESC
    LIMIT ?3";

/// Along the primary key, backwards, past those with an outcome.
pub(crate) const APPLIED_HEADS: &str = "
    SELECT e.id, e.received_at, e.source, e.target, length(e.body), NULL, NULL
    FROM envelopes e
    WHERE e.id < ?1
        AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.envelope_id = e.id)
    ORDER BY e.id DESC
    LIMIT ?2";

/// By the index `envelopes_by_source`, backwards.
pub(crate) const HEADS_OF_SOURCE: &str = "
    SELECT e.id, e.received_at, e.source, e.target, length(e.body), o.verdict, o.findings
    FROM envelopes e
    LEFT JOIN outcomes o ON o.envelope_id = e.id
    WHERE e.source = ?4 AND e.id < ?1 AND e.id > ?2
    ORDER BY e.id DESC
    LIMIT ?3";

/// By the index `envelopes_by_source`, backwards, past those with an outcome.
pub(crate) const APPLIED_HEADS_OF_SOURCE: &str = "
    SELECT e.id, e.received_at, e.source, e.target, length(e.body), NULL, NULL
    FROM envelopes e
    WHERE e.source = ?3 AND e.id < ?1
        AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.envelope_id = e.id)
    ORDER BY e.id DESC
    LIMIT ?2";

/// By the index `outcomes_by_verdict`, backwards.
pub(crate) const HEADS_OF_VERDICT: &str = "
    SELECT e.id, e.received_at, e.source, e.target, length(e.body), o.verdict, o.findings
    FROM outcomes o
    CROSS JOIN envelopes e ON e.id = o.envelope_id
    WHERE o.verdict = ?3 AND o.envelope_id < ?1 AND (?4 IS NULL OR e.source = ?4)
    ORDER BY o.envelope_id DESC
    LIMIT ?2";

pub(crate) fn list(
    tx: &Tx<'_>,
    filter: &EnvelopeFilter,
    before: Option<EnvelopeId>,
    heads: usize,
) -> Result<Vec<EnvelopeHead>, StorageError> {
    let before = before.map_or(i64::MAX, EnvelopeId::get);
    let heads = limit(heads);
    let source = filter.source.as_ref().map(Source::as_str);
    match (filter.verdict, source) {
        (None, None) => tx.all(TABLE, HEADS, [before, i64::MIN, heads], head),
        (None, Some(source)) => {
            let params = params![before, i64::MIN, heads, source];
            tx.all(TABLE, HEADS_OF_SOURCE, params, head)
        }
        (Some(Verdict::Waiting), source) => {
            let through = through(tx)?;
            match source {
                None => tx.all(TABLE, HEADS, [before, through, heads], head),
                Some(source) => {
                    let params = params![before, through, heads, source];
                    tx.all(TABLE, HEADS_OF_SOURCE, params, head)
                }
            }
        }
        (Some(Verdict::Applied), source) => {
            let before = before.min(through(tx)?.saturating_add(1));
            match source {
                None => tx.all(TABLE, APPLIED_HEADS, [before, heads], head),
                Some(source) => {
                    let params = params![before, heads, source];
                    tx.all(TABLE, APPLIED_HEADS_OF_SOURCE, params, head)
                }
            }
        }
        (Some(verdict), source) => {
            let params = params![before, heads, verdict.as_str(), source];
            tx.all(TABLE, HEADS_OF_VERDICT, params, head)
        }
    }
}

fn head(row: &Stored<'_>) -> Result<EnvelopeHead, StorageError> {
    Ok(EnvelopeHead {
        id: EnvelopeId::new(row.integer((0, "id"))?),
        received_at: row.moment((1, "received_at"))?,
        source: Source::new(row.text((2, "source"))?),
        target: row.text((3, "target"))?.to_owned(),
        size: row.count((4, "body"))?,
        outcome: outcome_beside(row)?,
    })
}

fn outcome_beside(row: &Stored<'_>) -> Result<Option<Outcome>, StorageError> {
    if row.optional_text((5, "verdict"))?.is_none() {
        return Ok(None);
    }
    Ok(Some(Outcome {
        verdict: row.named((5, "verdict"), Verdict::parse)?,
        findings: RawJson::from_checked(row.text((6, "findings"))?),
    }))
}
