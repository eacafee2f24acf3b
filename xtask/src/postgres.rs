//! The PostgreSQL that the tests run against.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Context;
use switchboard_testkit::cluster::{Binaries, Cluster, Durability};
use tokio::signal::unix::{SignalKind, signal};

use crate::command::{run, say};
use crate::debian;

/// A cluster that lives as long as this value, or until somebody interrupts the run.
pub(crate) struct Postgres {
    url: String,
    cluster: Arc<Mutex<Option<Cluster>>>,
}

impl Postgres {
    /// Starts a cluster of its own in a temporary folder, after installing the server if this
    /// machine has none.
    pub(crate) fn start() -> anyhow::Result<Self> {
        install_if_missing()?;
        let cluster = Cluster::start(Durability::None)?;
        say("Started a temporary PostgreSQL for this run; it goes when the run ends.");
        let url = cluster.url();
        let cluster = Arc::new(Mutex::new(Some(cluster)));
        stop_when_interrupted(Arc::clone(&cluster))?;
        Ok(Self { url, cluster })
    }

    /// The address of its superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(lock(&self.cluster).take());
    }
}

fn lock(cluster: &Mutex<Option<Cluster>>) -> MutexGuard<'_, Option<Cluster>> {
    cluster.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A signal would end this program without dropping anything, and the server would stay.
fn stop_when_interrupted(cluster: Arc<Mutex<Option<Cluster>>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("signals cannot be waited for")?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    thread::spawn(move || {
        let code = runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => 130,
                _ = terminate.recv() => 143,
            }
        });
        say("Interrupted; stopping the temporary PostgreSQL.");
        drop(lock(&cluster).take());
        std::process::exit(code);
    });
    Ok(())
}

fn install_if_missing() -> anyhow::Result<()> {
    if Binaries::find().is_ok() {
        return Ok(());
    }
    say(
        "The tests of the PostgreSQL store need PostgreSQL 15 or later, and this machine has none. \
         The Debian package postgresql will be installed; a setting keeps it from starting a \
         server of its own.",
    );
    let quiet = NoMainCluster::ask_for()?;
    let installed = debian::install(
        "postgresql",
        "install PostgreSQL 15 or later, or name a server whose user may create databases in the \
         variable SWITCHBOARD_TEST_POSTGRES",
    );
    quiet.withdraw()?;
    installed?;
    Binaries::find()
        .map(drop)
        .context("the package postgresql of this Debian is too old")
}

/// While we install it, Debian's package shall not start a server of its own on port 5432: nobody
/// asked for one. A setting beside the package's own ones says so, and goes afterwards.
struct NoMainCluster {
    is_asked_for: bool,
}

impl NoMainCluster {
    const FOLDER: &str = "/etc/postgresql-common/createcluster.d";
    const FILE: &str = "/etc/postgresql-common/createcluster.d/no-main-cluster.conf";

    fn ask_for() -> anyhow::Result<Self> {
        let is_debian = Path::new("/usr/bin/apt-get").exists();
        if !is_debian || Path::new(Self::FILE).exists() {
            return Ok(Self {
                is_asked_for: false,
            });
        }
        let ours = std::env::temp_dir().join(format!("no-main-cluster-{}", std::process::id()));
        fs::write(&ours, "create_main_cluster = false\n")?;
        let ours_named = ours.to_string_lossy();
        run(&mut debian::as_root(&["mkdir", "-p", Self::FOLDER])?)?;
        run(&mut debian::as_root(&["cp", &ours_named, Self::FILE])?)?;
        fs::remove_file(&ours)?;
        Ok(Self { is_asked_for: true })
    }

    fn withdraw(self) -> anyhow::Result<()> {
        if self.is_asked_for {
            run(&mut debian::as_root(&["rm", "-f", Self::FILE])?)?;
        }
        Ok(())
    }
}
