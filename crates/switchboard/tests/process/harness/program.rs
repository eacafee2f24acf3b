//! The binary as a process: what it is told, what it says, how it ends.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::sync::watch;

use super::within;

/// A command line of the binary.
pub(crate) struct Program(Command);

impl Program {
    /// The binary with these arguments, working in `folder`.
    pub(crate) fn new(arguments: &[&str], folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command
            .args(arguments)
            .current_dir(folder)
            // Settings, proxies and log filters of whoever runs the tests stay out.
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(command)
    }

    /// The same with an environment variable.
    pub(crate) fn env(mut self, variable: &str, value: &str) -> Self {
        self.0.env(variable, value);
        self
    }

    /// The same with a setting, made in the environment: `server.listen`.
    pub(crate) fn setting(self, name: &str, value: &str) -> Self {
        let variable = format!("SWITCHBOARD_{}", name.to_uppercase().replace('.', "__"));
        self.env(&variable, value)
    }

    /// The same with a standard output that nobody reads.
    pub(crate) fn unread(mut self) -> Self {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        drop(reader);
        self.0.stdout(writer);
        self
    }

    pub(crate) fn start(mut self) -> Process {
        let mut child = self.0.spawn().expect("the binary was built");
        let said = child.stdout.take().map(listen);
        let logged = child.stderr.take().map(listen);
        Process {
            child,
            said: said.unwrap_or_else(|| watch::Sender::new(Vec::new()).subscribe()),
            logged: logged.expect("it is piped"),
        }
    }

    /// Starts it and waits until it has ended by itself.
    pub(crate) async fn run(self) -> Ended {
        self.start().ended().await
    }
}

/// Reads a stream on a thread of its own, so that the process never waits for us.
fn listen(stream: impl Read + Send + 'static) -> watch::Receiver<Vec<String>> {
    let (said, heard) = watch::channel(Vec::new());
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            said.send_modify(|lines: &mut Vec<String>| lines.push(text));
            line.clear();
        }
    });
    heard
}

/// What somebody looks for in a line.
type Found = fn(&str) -> Option<String>;

/// A running process; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    said: watch::Receiver<Vec<String>>,
    logged: watch::Receiver<Vec<String>>,
}

impl Process {
    /// The first line of the log for which `found` gives something; `None` if it ended before.
    pub(crate) async fn logs(&self, what: &str, found: Found) -> Option<String> {
        first(self.logged.clone(), what, found).await
    }

    /// The first line on standard output for which `found` gives something.
    pub(crate) async fn says(&self, what: &str, found: Found) -> Option<String> {
        first(self.said.clone(), what, found).await
    }

    /// Everything on standard output so far.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.borrow().clone()
    }

    /// Asks it to stop, as service managers do. The standard library can only kill.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()])
            .status()
            .expect("there is a shell");
        assert!(asked.success(), "it can be asked to stop");
    }

    /// `kill -9`: it does nothing any more, not even clean up. Dead on return.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is ours to kill");
        let status = self.child.wait().expect("it is our child");
        assert_eq!(status.signal(), Some(9), "it did not end before: {status}");
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(mut self) -> Ended {
        // Both pipes close when it ends.
        within("the process ends", async {
            while self.said.changed().await.is_ok() {}
            while self.logged.changed().await.is_ok() {}
        })
        .await;
        let status = self.child.wait().expect("it is our child");
        Ended {
            code: status.code(),
            said: self.said.borrow().join("\n"),
            logged: self.logged.borrow().clone(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn first(
    mut lines: watch::Receiver<Vec<String>>,
    what: &str,
    found: Found,
) -> Option<String> {
    let has_it = |lines: &Vec<String>| lines.iter().any(|line| found(line).is_some());
    let heard = within(what, lines.wait_for(has_it)).await;
    heard.ok()?.iter().find_map(|line| found(line))
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) said: String,
    /// The lines of standard error.
    pub(crate) logged: Vec<String>,
}

impl Ended {
    /// Checks that it ended with code 1 and nothing but one sentence, and returns the sentence.
    pub(crate) fn refusal(&self) -> &str {
        assert_eq!((self.code, self.said.as_str()), (Some(1), ""), "{self:?}");
        let [line] = self.logged.as_slice() else {
            panic!("not one line: {:#?}", self.logged);
        };
        line.strip_prefix("switchboard: ")
            .unwrap_or_else(|| panic!("no sentence for people: {line}"))
    }
}
