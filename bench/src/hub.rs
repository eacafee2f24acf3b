//! The hub as a child: built, started with settings of its own, asked what it counts.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::http::{self, Client};
use crate::metrics::Metrics;
use crate::process::Process;

/// How long a hub may take to answer.
const READY: Duration = Duration::from_secs(30);

/// The program that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Program(PathBuf);

impl Program {
    /// Builds the hub as it is released.
    pub(crate) fn build() -> anyhow::Result<Self> {
        let status = Command::new("cargo")
            .args(["build", "--release", "--locked", "--package", "switchboard"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status()
            .context("cannot run cargo")?;
        if !status.success() {
            bail!("the hub cannot be built");
        }
        // Cargo puts all programs of a workspace into one folder.
        let ours = std::env::current_exe()?;
        Self::at(&ours.with_file_name("switchboard"))
    }

    pub(crate) fn at(path: &Path) -> anyhow::Result<Self> {
        let path = path
            .canonicalize()
            .with_context(|| format!("there is no hub at {}", path.display()))?;
        Ok(Self(path))
    }

    pub(crate) fn size(&self) -> anyhow::Result<u64> {
        Ok(fs::metadata(&self.0)?.len())
    }

    /// Starts a hub and waits until it is healthy.
    pub(crate) fn start(&self, store: &str) -> anyhow::Result<Hub> {
        self.start_as(Start {
            store,
            ..Start::default()
        })
    }

    /// The same with more to say about it.
    pub(crate) fn start_as(&self, start: Start<'_>) -> anyhow::Result<Hub> {
        let Start {
            store,
            settings,
            tracer,
        } = start;
        let folder = tempfile::Builder::new()
            .prefix("switchboard-bench-hub-")
            .tempdir()?;
        let address = free_address()?;
        let log = folder.path().join("log");
        let mut command = match tracer {
            Some(mut tracer) => {
                tracer.arg(&self.0);
                tracer
            }
            None => Command::new(&self.0),
        };
        command
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .env("SWITCHBOARD_SERVER__LISTEN", address.to_string())
            .env("SWITCHBOARD_STORE__URL", store)
            .envs(settings.iter().map(|(name, value)| (variable(name), value)))
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?);
        let begin = Instant::now();
        let mut process = Process::start("the hub", &mut command)?;
        wait_until_healthy(&mut process, address, begin)
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        Ok(Hub {
            process,
            address,
            ready_after: begin.elapsed(),
            folder,
        })
    }
}

/// How a hub is started.
#[derive(Debug, Default)]
pub(crate) struct Start<'a> {
    /// The address of its database.
    pub(crate) store: &'a str,
    /// Further settings, by full name.
    pub(crate) settings: &'a [(String, String)],
    /// A program that is given the hub's command line and starts it.
    pub(crate) tracer: Option<Command>,
}

/// A hub that serves.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first healthy answer.
    pub(crate) ready_after: Duration,
    /// Its working directory, with its log.
    folder: TempDir,
}

impl Hub {
    pub(crate) fn list(&self) -> anyhow::Result<Vec<u8>> {
        http::post(self.address, "/channels.list", "{}")
    }

    /// What it counts.
    pub(crate) fn metrics(&self) -> anyhow::Result<Metrics> {
        Metrics::of(self.address)
    }

    /// Stops it as an operator would; a hub that does not end well makes the measurement invalid.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.process.stop()?;
        drop(self.folder);
        Ok(())
    }
}

/// Between finding a free port and serving on it somebody else may take it; then starting fails, and
/// says so.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

fn wait_until_healthy(
    process: &mut Process,
    address: SocketAddr,
    begin: Instant,
) -> anyhow::Result<()> {
    let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\n\r\n");
    loop {
        let answer = Client::connect(address)
            .and_then(|mut client| client.ask(request.as_bytes()).map(drop));
        match answer {
            Ok(()) => return Ok(()),
            Err(error) => {
                if let Some(status) = process.ended()? {
                    bail!("the hub ended with {status}");
                }
                if begin.elapsed() > READY {
                    return Err(error.context("the hub does not become healthy"));
                }
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The environment variable that sets `sources.facebook.app_id`.
fn variable(setting: &str) -> String {
    format!(
        "SWITCHBOARD_{}",
        setting.replace('.', "__").to_ascii_uppercase()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_an_environment_variable() {
        assert_eq!(
            variable("sources.facebook.app_id"),
            "SWITCHBOARD_SOURCES__FACEBOOK__APP_ID"
        );
    }
}
