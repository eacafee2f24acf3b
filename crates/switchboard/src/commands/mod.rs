//! The commands of the binary, one file each.

mod config_check;
mod openapi;
mod sandbox;
mod serve;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Raw};

/// Connects a company's messaging channels (Facebook, Instagram, WhatsApp, Google, Twilio, Viber,
/// web chat) to one self-hosted hub.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, after_help = TEACH)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What `--help` teaches below the list of commands.
const TEACH: &str = "\
Begin without any account:
  switchboard sandbox                        the hub with simulated providers, and what to try
  switchboard sandbox say facebook hello     a customer writes to it, from another terminal

Run it for real:
  switchboard serve                          on 127.0.0.1:8080, database in ./data
  switchboard config check                   each problem of the settings, and its mend

Settings come from defaults, then --config FILE (TOML), then the environment:
  [server]                                   SWITCHBOARD_SERVER__LISTEN=0.0.0.0:8080
  listen = \"0.0.0.0:8080\"                    SWITCHBOARD_SECURITY__SYSTEM_TOKEN=…
  [sources.facebook]                         SWITCHBOARD_SOURCES__FACEBOOK__APP_ID=…
  app_id = \"…\"

RUST_LOG=debug shows more of what the hub does.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the hub
    Serve(ConfigFile),
    /// Run the hub together with simulators of all providers; needs no account and no internet
    Sandbox(Box<sandbox::SandboxArgs>),
    /// Look at the settings
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say each problem of the settings and how to mend it; exit code 1 if there is one
    Check(ConfigFile),
}

/// Where the settings are.
#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    fn path(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    fn read(&self) -> anyhow::Result<Config> {
        Ok(Config::read(Raw::from_file_and_environment(self.path())?)?)
    }
}

impl Cli {
    /// Runs the command. What goes wrong is said in one sentence on standard error.
    pub fn run(self) -> ExitCode {
        let outcome = match self.command {
            Command::Serve(file) => serve::run(&file),
            Command::Sandbox(args) => sandbox::run(&args),
            Command::Config {
                command: ConfigCommand::Check(file),
            } => config_check::run(&file),
            Command::Openapi => openapi::run(),
        };
        outcome.unwrap_or_else(|error| {
            say_error(&format!("switchboard: {error:#}"));
            ExitCode::FAILURE
        })
    }
}

#[expect(clippy::print_stderr, reason = "the command line talks to people")]
fn say_error(sentence: &str) {
    eprintln!("{sentence}");
}

/// Prints a line. A reader who has read enough, like `head`, is no error.
fn say(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}
