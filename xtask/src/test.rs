//! `cargo xtask test`: every test, on a machine that has git and Rust and nothing else.

use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::command::{cargo, say, shown};
use crate::compiler;
use crate::postgres::Postgres;
use crate::tally::Tally;

/// Tells the tests which server they may make databases on.
const SERVER: &str = "SWITCHBOARD_TEST_POSTGRES";

/// Sets the machine up, saying what it installs, and runs `cargo test` with `arguments`.
pub(crate) fn test(arguments: &[String]) -> anyhow::Result<()> {
    compiler::ensure()?;
    let mut command = cargo();
    command.args(["test", "--locked", "--no-fail-fast"]);
    if !names_a_package(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments);

    if env::var_os(SERVER).is_some_and(|url| !url.is_empty()) {
        say(&format!("Using the PostgreSQL that {SERVER} names."));
        return run(&mut command);
    }
    let postgres = Postgres::start()?;
    command.env(SERVER, postgres.url());
    run(&mut command)
}

/// Runs the tests, shows their output as it comes and adds it up.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    say(&format!("$ {shown}"));
    let mut tests = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` cannot be started"))?;

    let mut tally = Tally::default();
    if let Some(output) = tests.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            stdout().write_all(&line)?;
            tally.read(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = tests.wait()?;
    say(&tally.summary());
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Whether the caller wants some crates only. What follows `--` is for the tests themselves.
fn names_a_package(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_workspace_is_tested_unless_a_package_is_named() {
        let named = |words: &str| {
            let arguments: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            names_a_package(&arguments)
        };

        assert!(named("-p switchboard-domain"));
        assert!(named("-pswitchboard-domain a_name"));
        assert!(named("--package=switchboard-domain"));
        assert!(!named(""));
        assert!(!named("--release a_name"));
        assert!(!named("-- -p"));
    }
}
