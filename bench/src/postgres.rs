//! The PostgreSQL that both sides share: a temporary cluster that forces commits to disk.

use anyhow::Context as _;
use postgres::NoTls;
use switchboard_testkit::cluster::{Cluster, Durability};
use switchboard_testkit::postgres::TestDatabase;

use crate::machine::Ticks;

/// A running server.
#[derive(Debug)]
pub(crate) struct Postgres(Cluster);

impl Postgres {
    pub(crate) fn start() -> anyhow::Result<Self> {
        Cluster::start(Durability::Full)
            .map(Self)
            .context("there is no PostgreSQL to measure with")
    }

    pub(crate) fn database(&self) -> TestDatabase {
        TestDatabase::create_on(&self.0.url())
    }

    /// What the server says to a question with one answer.
    fn told(&self, question: &str) -> anyhow::Result<postgres::Row> {
        Ok(postgres::Client::connect(&self.0.url(), NoTls)?.query_one(question, &[])?)
    }

    pub(crate) fn version(&self) -> anyhow::Result<String> {
        Ok(self.told("SHOW server_version")?.try_get(0)?)
    }

    /// What all processes of the server have used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Ticks> {
        let processes: Vec<i32> = self
            .told("SELECT array_agg(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")?
            .try_get(0)?;
        processes
            .into_iter()
            .map(|id| Ticks::of_process(u32::try_from(id)?))
            .sum()
    }

    /// How often the log was forced to disk so far; `None` where the server does not say.
    pub(crate) fn flushes(&self) -> Option<u64> {
        let told = self.told("SELECT wal_sync FROM pg_stat_wal").ok()?;
        let flushes: i64 = told.try_get(0).ok()?;
        u64::try_from(flushes).ok()
    }
}

/// How many rows a table has.
pub(crate) fn rows(database: &TestDatabase, table: &str) -> anyhow::Result<u64> {
    let question = format!("SELECT count(*) FROM {table}");
    let rows: i64 = database.client().query_one(&question, &[])?.try_get(0)?;
    Ok(u64::try_from(rows)?)
}
