//! The server process: started, waited for until it is ready, killed when dropped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use super::ClusterError;

/// A server process. A child of ours in our process group, so that Ctrl-C stops it too.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    log: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it and returns when it accepts connections.
    pub(super) fn started(mut command: Command) -> Result<Self, ClusterError> {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = String::new();
        let Some(stderr) = process.stderr.take() else {
            return Err(ClusterError::NotStarted { said });
        };
        let mut server = Self { process, log: None };
        let mut log = BufReader::new(stderr);
        loop {
            let line_begins = said.len();
            if log.read_line(&mut said)? == 0 {
                return Err(ClusterError::NotStarted { said });
            }
            // Said in English whatever the machine's language, because of `--locale=C`.
            if said
                .get(line_begins..)
                .is_some_and(|line| line.contains("database system is ready to accept connections"))
            {
                break;
            }
        }
        // A pipe that nobody empties would stop the server once it is full.
        server.log = Some(std::thread::spawn(move || {
            let mut line = Vec::new();
            while log
                .read_until(b'\n', &mut line)
                .is_ok_and(|length| length > 0)
            {
                line.clear();
            }
        }));
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT, the server's immediate stop, also ends its own children. The standard library
        // can only send SIGKILL, which would leave them behind for a moment with the data open.
        let asked = Command::new("kill")
            .args(["-QUIT", &self.process.id().to_string()])
            .status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.process.kill());
        }
        drop(self.process.wait());
        if let Some(log) = self.log.take() {
            drop(log.join());
        }
    }
}
