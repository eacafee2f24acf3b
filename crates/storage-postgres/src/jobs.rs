//! Jobs.

use postgres::Row;
use switchboard_domain::{Job, JobId, JobKind, KeyId, NewJob, RawJson, Sealed, Timestamp};
use switchboard_storage::{JobReads, JobWrites, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, limit};
use crate::verbatim::Text;

/// By the index `jobs_by_key`.
pub(crate) const FIND: &str = "
    SELECT id, kind, key, payload, sealed_key_id, sealed, run_at, attempts
    FROM jobs
    WHERE kind = $1 AND key = $2";

/// The first entry of a kind in the index `jobs_by_due`.
pub(crate) const NEXT_DUE: &str = "
    SELECT id, run_at
    FROM jobs
    WHERE kind = $1
    ORDER BY run_at
    LIMIT 1";

/// By the unique index `jobs_by_key`. Waits for a transaction that is writing the same key down.
const PUT: &str = "
    INSERT INTO jobs (id, kind, key, payload, sealed_key_id, sealed, run_at, attempts)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
    ON CONFLICT (kind, key) DO NOTHING";

/// By the primary key.
pub(crate) const TAKE_BACK: &str = "
    DELETE FROM jobs
    WHERE id = ANY($1)";

/// By the index `jobs_by_due`, in its order, and then by the primary key. The order is lost on the
/// way back, so each row also says when it was due.
pub(crate) const CLAIM: &str = "
    WITH due AS MATERIALIZED (
        SELECT id, run_at
        FROM jobs
        WHERE kind = $1 AND run_at <= $2
        ORDER BY run_at, id
        LIMIT $3
        FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs
    SET run_at = $4, attempts = jobs.attempts + 1
    FROM due
    WHERE jobs.id = due.id
    RETURNING jobs.id, jobs.kind, jobs.key, jobs.payload, jobs.sealed_key_id, jobs.sealed,
              jobs.run_at, jobs.attempts, due.run_at AS was_due";

/// By the primary key.
pub(crate) const FINISH: &str = "
    DELETE FROM jobs
    WHERE id = $1 AND attempts = $2";

/// By the primary key.
pub(crate) const RESCHEDULE: &str = "
    UPDATE jobs
    SET run_at = $3
    WHERE id = $1 AND attempts = $2";

/// By the index `jobs_by_due`.
pub(crate) const EXPIRE: &str = "
    UPDATE jobs
    SET run_at = $2
    WHERE kind = $1 AND run_at > $2";

impl JobReads for Snapshot<'_> {
    fn job(&mut self, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError> {
        find(self, kind, key)
    }

    fn next_due(&mut self, kind: JobKind) -> Result<Option<Timestamp>, StorageError> {
        next_due(self, kind)
    }
}

impl JobReads for Batch<'_> {
    fn job(&mut self, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError> {
        find(self, kind, key)
    }

    fn next_due(&mut self, kind: JobKind) -> Result<Option<Timestamp>, StorageError> {
        next_due(self, kind)
    }
}

impl JobWrites for Batch<'_> {
    fn put_job(&mut self, job: &NewJob) -> Result<bool, StorageError> {
        self.put_new_job(
            job.id.as_uuid(),
            PUT,
            &[
                &job.id.as_uuid(),
                &job.kind.as_str(),
                &Text(&job.key),
                &job.payload.as_str(),
                &job.sealed.as_ref().map(|sealed| sealed.key_id.as_str()),
                &job.sealed.as_ref().map(|sealed| sealed.bytes.as_slice()),
                &job.run_at.as_millis(),
            ],
        )
    }

    fn claim_jobs(
        &mut self,
        kind: JobKind,
        now: Timestamp,
        lease_until: Timestamp,
        jobs: usize,
    ) -> Result<Vec<Job>, StorageError> {
        let rows = self.change_and_return(
            CLAIM,
            &[
                &kind.as_str(),
                &now.as_millis(),
                &limit(jobs),
                &lease_until.as_millis(),
            ],
        )?;
        let mut claimed = rows
            .iter()
            .map(|row| {
                let was_due = Stored::new("jobs", row).moment((8, "run_at"))?;
                Ok((was_due, read(row)?))
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        claimed.sort_by_key(|(was_due, job)| (*was_due, job.id.as_uuid()));
        Ok(claimed.into_iter().map(|(_was_due, job)| job).collect())
    }

    fn finish_job(&mut self, id: JobId, attempts: u32) -> Result<bool, StorageError> {
        let finished = self.change(FINISH, &[&id.as_uuid(), &i64::from(attempts)])?;
        Ok(finished == 1)
    }

    fn reschedule_job(
        &mut self,
        id: JobId,
        attempts: u32,
        run_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let rescheduled = self.change(
            RESCHEDULE,
            &[&id.as_uuid(), &i64::from(attempts), &run_at.as_millis()],
        )?;
        Ok(rescheduled == 1)
    }

    fn expire_leases(&mut self, kind: JobKind, now: Timestamp) -> Result<u64, StorageError> {
        self.change(EXPIRE, &[&kind.as_str(), &now.as_millis()])
    }
}

/// Removes jobs that the same transaction has put.
pub(crate) fn take_back(connection: &mut Connection, ids: &[Uuid]) -> Result<(), Refusal> {
    connection.execute(TAKE_BACK, &[&ids])?;
    Ok(())
}

fn find(server: &mut impl Ask, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError> {
    server.first(FIND, &[&kind.as_str(), &Text(key)], read)
}

fn next_due(server: &mut impl Ask, kind: JobKind) -> Result<Option<Timestamp>, StorageError> {
    server.first(NEXT_DUE, &[&kind.as_str()], |row| {
        Stored::new("jobs", row).moment((1, "run_at"))
    })
}

fn read(row: &Row) -> Result<Job, StorageError> {
    let row = Stored::new("jobs", row);
    let kind = (1, "kind");
    let attempts = (7, "attempts");
    Ok(Job {
        id: JobId::from_uuid(row.get((0, "id"))?),
        kind: JobKind::parse(row.get(kind)?).map_err(|unknown| row.unreadable(kind, unknown))?,
        key: row.text((2, "key"))?,
        payload: RawJson::from_checked(row.get::<&str>((3, "payload"))?),
        sealed: sealed(&row)?,
        run_at: row.moment((6, "run_at"))?,
        attempts: u32::try_from(row.get::<i64>(attempts)?)
            .map_err(|problem| row.unreadable(attempts, problem))?,
    })
}

fn sealed(row: &Stored<'_>) -> Result<Option<Sealed>, StorageError> {
    let Some(key_id) = row.get::<Option<String>>((4, "sealed_key_id"))? else {
        return Ok(None);
    };
    Ok(Some(Sealed {
        key_id: KeyId::new(key_id),
        bytes: row.get((5, "sealed"))?,
    }))
}
