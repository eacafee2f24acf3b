//! A PostgreSQL server of its own for a test run: started in a temporary folder, gone afterwards.

mod account;
mod binaries;
mod server;

use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::TempDir;

use self::account::Account;
pub use self::binaries::{Binaries, NoPostgres};
use self::server::Server;

/// Whether a cluster outlives a failure of the machine's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is forced to disk: fast, for tests of behaviour.
    None,
    /// Commits wait for the disk as in production: for measurements.
    Full,
}

/// A running PostgreSQL server. Stops, and its data are deleted, when dropped.
#[derive(Debug)]
pub struct Cluster {
    server: Option<Server>,
    binaries: Binaries,
    account: Account,
    durability: Durability,
    port: u16,
    password: String,
    folder: TempDir,
}

impl Cluster {
    /// Makes a cluster with the newest server found on this machine and starts it.
    pub fn start(durability: Durability) -> Result<Self, ClusterError> {
        let binaries = Binaries::find()?;
        let account = Account::that_may_serve()?;
        let folder = tempfile::Builder::new()
            .prefix("switchboard-postgres-")
            .tempdir()?;
        account.own(folder.path())?;
        let password = random_password()?;
        let mut cluster = Self {
            server: None,
            binaries,
            account,
            durability,
            port: 0,
            password,
            folder,
        };
        cluster.make_data_folder()?;
        cluster.start_on_a_free_port()?;
        Ok(cluster)
    }

    /// The address of the superuser's own database over TCP on 127.0.0.1, with the password in it.
    pub fn url(&self) -> String {
        let Self { password, port, .. } = self;
        format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres")
    }

    /// The same over the unix socket, where no password is asked.
    pub fn socket_url(&self) -> String {
        let folder = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/postgres", self.port)
    }

    /// The password of the superuser.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The programs it was started with.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Kills the server as a crash would. What was committed stays; [`Cluster::resume`] brings it back.
    pub fn crash(&mut self) {
        self.server = None;
    }

    /// Starts the server again, on the same port and the same data.
    pub fn resume(&mut self) -> Result<(), ClusterError> {
        self.server = None;
        self.server = Some(self.serve(self.port)?);
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn make_data_folder(&self) -> Result<(), ClusterError> {
        let password_file = self.folder.path().join("password");
        fs::write(&password_file, &self.password)?;
        self.account.own(&password_file)?;
        let output = self
            .account
            .command(&self.binaries.program("initdb"))
            .arg("--pgdata")
            .arg(self.data())
            .arg("--pwfile")
            .arg(&password_file)
            .args(["--username=postgres", "--encoding=UTF8", "--locale=C"])
            .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
            .arg("--no-sync")
            .output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(ClusterError::NotMade {
                said: String::from_utf8_lossy(&output.stderr).into_owned(),
            })
        }
    }

    /// Between finding a free port and serving on it somebody else may take it; then another is
    /// tried.
    fn start_on_a_free_port(&mut self) -> Result<(), ClusterError> {
        let mut last = None;
        for _attempt in 0..5 {
            let port = free_port()?;
            match self.serve(port) {
                Ok(server) => {
                    self.port = port;
                    self.server = Some(server);
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or(ClusterError::NotStarted {
            said: String::new(),
        }))
    }

    fn serve(&self, port: u16) -> Result<Server, ClusterError> {
        let mut command = self.account.command(&self.binaries.program("postgres"));
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &port.to_string()])
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                self.folder.path().display()
            ))
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "max_connections=300"])
            .args(["-c", "logging_collector=off"])
            .args(["-c", "log_destination=stderr"])
            .args(["-c", "log_min_messages=log"]);
        if self.durability == Durability::None {
            command
                .args(["-c", "fsync=off"])
                .args(["-c", "full_page_writes=off"]);
        }
        Server::started(command)
    }
}

impl Drop for Cluster {
    /// The server goes before the folder it works in.
    fn drop(&mut self) {
        self.server = None;
    }
}

/// There is no cluster.
#[derive(Debug)]
pub enum ClusterError {
    /// No server programs were found.
    NoPostgres(NoPostgres),
    /// `initdb` failed.
    NotMade {
        /// What it said.
        said: String,
    },
    /// The server ended before it was ready.
    NotStarted {
        /// What it said.
        said: String,
    },
    /// Files or processes of this machine did not obey.
    Machine(io::Error),
}

impl std::fmt::Display for ClusterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPostgres(error) => error.fmt(f),
            Self::NotMade { said } => write!(f, "initdb could not make a cluster: {said}"),
            Self::NotStarted { said } => write!(f, "postgres ended before it was ready: {said}"),
            Self::Machine(error) => write!(f, "a temporary cluster could not be set up: {error}"),
        }
    }
}

impl std::error::Error for ClusterError {}

impl From<io::Error> for ClusterError {
    fn from(error: io::Error) -> Self {
        Self::Machine(error)
    }
}

impl From<NoPostgres> for ClusterError {
    fn from(error: NoPostgres) -> Self {
        Self::NoPostgres(error)
    }
}

fn free_port() -> io::Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

/// Other accounts of this machine can reach the port, so it is not left open to them.
fn random_password() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    let mut source = fs::File::open(Path::new("/dev/urandom"))?;
    io::Read::read_exact(&mut source, &mut bytes)?;
    Ok(bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}
