//! The PostgreSQL that both sides share: a temporary cluster that forces commits to disk.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use postgres::NoTls;
use switchboard_testkit::cluster::{Cluster, Durability};
use switchboard_testkit::postgres::TestDatabase;

use crate::machine::Ticks;

/// The name of the database that is kept with the data.
const KEPT: &str = "bench";

/// A running server.
#[derive(Debug)]
pub(crate) struct Postgres(Cluster);

impl Postgres {
    pub(crate) fn start() -> anyhow::Result<Self> {
        Cluster::start(Durability::Full)
            .map(Self)
            .context("there is no PostgreSQL to measure with")
    }

    /// A server whose data `fill` has put into the folder it is given, made by [`Postgres::keep`].
    pub(crate) fn start_with(
        fill: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut server = Self::start()?;
        let data = server.data()?;
        server.0.crash();
        std::fs::remove_dir_all(&data)?;
        fill(&data)?;
        server.0.resume()?;
        // The password came with the data; this server has another.
        let password = format!("ALTER ROLE postgres PASSWORD '{}'", server.0.password());
        postgres::Client::connect(&server.0.socket_url(), NoTls)?.batch_execute(&password)?;
        Ok(server)
    }

    /// Makes the database that is kept, and gives its address.
    pub(crate) fn make_kept(&self) -> anyhow::Result<String> {
        let make = format!("CREATE DATABASE {KEPT} TEMPLATE template0");
        postgres::Client::connect(&self.0.url(), NoTls)?.batch_execute(&make)?;
        Ok(self.kept_url())
    }

    /// The address of the database that is kept.
    pub(crate) fn kept_url(&self) -> String {
        let url = self.0.url();
        let (server, _maintenance_database) = url.rsplit_once('/').unwrap_or((&url, ""));
        format!("{server}/{KEPT}")
    }

    /// Stops the server and has `copy` copy its data.
    pub(crate) fn keep(
        mut self,
        copy: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let data = self.data()?;
        let mut client = postgres::Client::connect(&self.kept_url(), NoTls)?;
        // What a server in use would have done by itself after a while.
        client.batch_execute("VACUUM (ANALYZE)")?;
        client.batch_execute("CHECKPOINT")?;
        drop(client);
        self.0.crash();
        copy(&data)
    }

    fn data(&self) -> anyhow::Result<PathBuf> {
        let folder: String = self.told("SHOW data_directory")?.try_get(0)?;
        Ok(folder.into())
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
