//! Jobs.

use rusqlite::params;
use switchboard_domain::{Job, JobId, JobKind, KeyId, NewJob, RawJson, Sealed, Timestamp};
use switchboard_storage::{JobReads, JobWrites, StorageError};

use crate::stored::Stored;
use crate::tx::{Tx, changed, limit};

const TABLE: &str = "jobs";

/// By the index `jobs_by_key`.
pub(crate) const FIND: &str = "
    SELECT id, kind, key, run_at, attempts, payload, sealed_key_id, sealed
    FROM jobs
    WHERE kind = ?1 AND key = ?2";

/// The first entry of a kind in the index `jobs_by_due`.
pub(crate) const NEXT_DUE: &str = "
    SELECT MIN(run_at)
    FROM jobs
    WHERE kind = ?1";

/// By the unique index `jobs_by_key`. The zeros keep what is sealed out of the tree: see the table.
pub(crate) const PUT: &str = "
    INSERT INTO jobs (id, kind, key, run_at, attempts, payload, apart, sealed_key_id, sealed)
    VALUES (?1, ?2, ?3, ?4, 0, ?5, iif(?7 IS NULL, NULL, zeroblob(1024)), ?6, ?7)
    ON CONFLICT (kind, key) DO NOTHING";

/// By the index `jobs_by_due`, in its order.
pub(crate) const DUE: &str = "
    SELECT id, kind, key, run_at, attempts, payload, sealed_key_id, sealed
    FROM jobs
    WHERE kind = ?1 AND run_at <= ?2
    ORDER BY run_at
    LIMIT ?3";

/// By the primary key.
pub(crate) const LEASE: &str = "
    UPDATE jobs
    SET run_at = ?2, attempts = attempts + 1
    WHERE id = ?1";

/// By the primary key. Says whether something sealed went with the job.
pub(crate) const FINISH: &str = "
    DELETE FROM jobs
    WHERE id = ?1 AND attempts = ?2
    RETURNING id, sealed IS NOT NULL";

/// By the primary key.
pub(crate) const RESCHEDULE: &str = "
    UPDATE jobs
    SET run_at = ?3
    WHERE id = ?1 AND attempts = ?2";

/// By the index `jobs_by_due`.
pub(crate) const EXPIRE: &str = "
    UPDATE jobs
    SET run_at = ?2
    WHERE kind = ?1 AND run_at > ?2";

impl JobReads for Tx<'_> {
    fn job(&mut self, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError> {
        self.first(TABLE, FIND, [kind.as_str(), key], read)
    }

    fn next_due(&mut self, kind: JobKind) -> Result<Option<Timestamp>, StorageError> {
        let first = self.first(TABLE, NEXT_DUE, [kind.as_str()], |row| {
            row.optional_integer((0, "run_at"))
        })?;
        Ok(first.flatten().map(Timestamp::from_millis))
    }
}

impl JobWrites for Tx<'_> {
    fn put_job(&mut self, job: &NewJob) -> Result<bool, StorageError> {
        let written = self.execute(
            PUT,
            params![
                job.id.as_uuid().as_bytes(),
                job.kind.as_str(),
                job.key,
                job.run_at.as_millis(),
                job.payload.as_str(),
                job.sealed.as_ref().map(|sealed| sealed.key_id.as_str()),
                job.sealed.as_ref().map(|sealed| sealed.bytes.as_slice()),
            ],
        )?;
        Ok(written == 1)
    }

    /// In two steps, because one that updates and returns says nothing of the order. Nobody comes
    /// between: only one thread writes.
    fn claim_jobs(
        &mut self,
        kind: JobKind,
        now: Timestamp,
        lease_until: Timestamp,
        jobs: usize,
    ) -> Result<Vec<Job>, StorageError> {
        let mut claimed = self.all(
            TABLE,
            DUE,
            params![kind.as_str(), now.as_millis(), limit(jobs)],
            read,
        )?;
        for job in &mut claimed {
            self.execute(
                LEASE,
                params![job.id.as_uuid().as_bytes(), lease_until.as_millis()],
            )?;
            job.run_at = lease_until;
            job.attempts = job.attempts.saturating_add(1);
        }
        Ok(claimed)
    }

    fn finish_job(&mut self, id: JobId, attempts: u32) -> Result<bool, StorageError> {
        let was_sealed = self.first(
            TABLE,
            FINISH,
            params![id.as_uuid().as_bytes(), attempts],
            |row| row.integer((1, "sealed")),
        )?;
        self.secrets_erased |= was_sealed == Some(1);
        Ok(was_sealed.is_some())
    }

    fn reschedule_job(
        &mut self,
        id: JobId,
        attempts: u32,
        run_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let rescheduled = self.execute(
            RESCHEDULE,
            params![id.as_uuid().as_bytes(), attempts, run_at.as_millis()],
        )?;
        Ok(rescheduled == 1)
    }

    fn expire_leases(&mut self, kind: JobKind, now: Timestamp) -> Result<u64, StorageError> {
        let expired = self.execute(EXPIRE, params![kind.as_str(), now.as_millis()])?;
        Ok(changed(expired))
    }
}

fn read(row: &Stored<'_>) -> Result<Job, StorageError> {
    let kind = (1, "kind");
    let attempts = (4, "attempts");
    Ok(Job {
        id: JobId::from_uuid(row.uuid((0, "id"))?),
        kind: JobKind::parse(row.text(kind)?).map_err(|unknown| row.unreadable(kind, unknown))?,
        key: row.text((2, "key"))?.to_owned(),
        run_at: row.moment((3, "run_at"))?,
        attempts: u32::try_from(row.integer(attempts)?)
            .map_err(|problem| row.unreadable(attempts, problem))?,
        payload: RawJson::from_checked(row.text((5, "payload"))?),
        sealed: sealed(row)?,
    })
}

fn sealed(row: &Stored<'_>) -> Result<Option<Sealed>, StorageError> {
    let Some(key_id) = row.optional_text((6, "sealed_key_id"))? else {
        return Ok(None);
    };
    Ok(Some(Sealed {
        key_id: KeyId::new(key_id),
        bytes: row.bytes((7, "sealed"))?.to_vec(),
    }))
}
