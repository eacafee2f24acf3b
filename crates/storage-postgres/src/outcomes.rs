//! What became of envelopes that were not simply applied.

use std::collections::BTreeMap;

use postgres::Row;
use switchboard_domain::{EnvelopeId, Outcome, Verdict};
use switchboard_storage::StorageError;

use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::Ask;
use crate::stored::Stored;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT envelope_id, verdict, findings
    FROM outcomes
    WHERE envelope_id = $1";

/// By the primary key.
const PUT: &str = "
    INSERT INTO outcomes (envelope_id, verdict, findings)
    SELECT envelope_id, verdict, findings
    FROM unnest($1::bigint[], $2::text[], $3::text[]) AS put (envelope_id, verdict, findings)
    ORDER BY envelope_id
    ON CONFLICT (envelope_id) DO UPDATE SET
        verdict = excluded.verdict,
        findings = excluded.findings";

/// By the primary key.
pub(crate) const REMOVE: &str = "
    DELETE FROM outcomes
    WHERE envelope_id = ANY($1)";

/// Writes outcomes, or (where there is none) removes them.
pub(crate) fn put(
    connection: &mut Connection,
    outcomes: &BTreeMap<EnvelopeId, Option<Outcome>>,
) -> Result<(), Refusal> {
    let removed: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_none())
        .map(|(id, _)| id.get())
        .collect();
    if !removed.is_empty() {
        connection.execute(REMOVE, &[&removed])?;
    }
    let (ids, put): (Vec<_>, Vec<_>) = outcomes
        .iter()
        .filter_map(|(id, outcome)| Some((id.get(), outcome.as_ref()?)))
        .unzip();
    if !put.is_empty() {
        let verdicts: Vec<_> = put.iter().map(|outcome| outcome.verdict.as_str()).collect();
        let findings: Vec<_> = put
            .iter()
            .map(|outcome| outcome.findings.as_str())
            .collect();
        connection.execute(PUT, &[&ids, &verdicts, &findings])?;
    }
    Ok(())
}

pub(crate) fn find(server: &mut impl Ask, id: EnvelopeId) -> Result<Option<Outcome>, StorageError> {
    server.first(FIND, &[&id.get()], read)
}

fn read(row: &Row) -> Result<Outcome, StorageError> {
    let row = Stored::new("outcomes", row);
    Ok(Outcome {
        verdict: row.named((1, "verdict"), Verdict::parse)?,
        findings: row.json((2, "findings"))?,
    })
}
