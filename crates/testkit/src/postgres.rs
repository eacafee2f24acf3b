//! Databases of their own for tests, on the cluster that the test run has started.

#![expect(
    clippy::panic,
    reason = "a test without its database fails, and this is how tests do"
)]

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use postgres::{Client, Config, NoTls};

/// The environment variable with the address of a superuser.
pub const SERVER: &str = "SWITCHBOARD_TEST_POSTGRES";

/// An empty database that nobody else uses. Deleted when dropped, whoever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// Makes a database on the test run's cluster.
    ///
    /// # Panics
    ///
    /// When there is no such cluster, or it refuses.
    pub fn create() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the test run tells its cluster to the test programs this way"
        )]
        let server = std::env::var(SERVER).unwrap_or_else(|_unset| {
            panic!(
                "{SERVER} is not set; run the tests with `cargo xtask test`, which starts a \
                 PostgreSQL and sets it"
            )
        });
        Self::create_on(&server)
    }

    /// Makes a database on the cluster of the superuser whose address is `server`.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn create_on(server: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", process::id());
        run_on(
            server,
            &[
                // Left behind by a killed process that had our number.
                format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                format!("CREATE DATABASE {name} TEMPLATE template0"),
            ],
        )
        .unwrap_or_else(|error| panic!("the test database {name} cannot be made: {error:?}"));
        Self {
            server: server.to_owned(),
            name,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, as the superuser.
    pub fn url(&self) -> String {
        let (server, _maintenance_database) =
            self.server.rsplit_once('/').unwrap_or((&self.server, ""));
        format!("{server}/{}", self.name)
    }

    /// A connection of its own, to look behind the program's back. Not for async code: it blocks.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn client(&self) -> Client {
        client(&self.url())
            .unwrap_or_else(|error| panic!("{} cannot be reached: {error:?}", self.name))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = run_on(
            &self.server,
            &[format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            )],
        );
        // A panic here would hide the one that a failing test is about; and when a test has stopped
        // its cluster, the database is gone with it.
        drop(dropped);
    }
}

/// Each statement by itself: databases cannot be made or deleted inside a transaction. On a thread of
/// its own: the blocking client may not be used where async code runs.
fn run_on(server: &str, statements: &[String]) -> Result<(), postgres::Error> {
    thread::scope(|scope| {
        scope
            .spawn(|| {
                let mut client = client(server)?;
                for statement in statements {
                    client.batch_execute(statement)?;
                }
                Ok(())
            })
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn client(url: &str) -> Result<Client, postgres::Error> {
    let config: Config = url.parse()?;
    config.connect(NoTls)
}
