//! Child processes: what they cost, and that none is left behind.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::machine::Ticks;

/// How long a child may take to end after it was asked to.
const FAREWELL: Duration = Duration::from_secs(20);

/// A child that is killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    name: String,
}

impl Process {
    pub(crate) fn start(name: &str, command: &mut Command) -> anyhow::Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            child,
            name: name.to_owned(),
        })
    }

    /// One of this program's own servers, with the address it says it serves on.
    pub(crate) fn bare(arguments: &[&str]) -> anyhow::Result<(Self, SocketAddr)> {
        let name = format!("bare {}", arguments.join(" "));
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").args(arguments).stdout(Stdio::piped());
        let mut process = Self::start(&name, &mut command)?;
        let stdout = process.child.stdout.take().context("it has no output")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address)?;
        let address = address
            .trim()
            .parse()
            .with_context(|| format!("{name} did not say where it serves"))?;
        Ok((process, address))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it says of itself in `/proc/<pid>/status`, in KiB.
    pub(crate) fn memory(&self, field: &str) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.id());
        let status = fs::read_to_string(&path)?;
        status
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
            .and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok())
            .with_context(|| format!("{path} has no {field}"))
    }

    pub(crate) fn cpu(&self) -> anyhow::Result<Ticks> {
        Ticks::of_process(self.id())
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .status()?;
        if !asked.success() {
            bail!("{} cannot be asked to end", self.name);
        }
        self.wait()
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("{} ended with {status}", self.name);
            }
            if begin.elapsed() > FAREWELL {
                bail!("{} does not end", self.name);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a child that has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
