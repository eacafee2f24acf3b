//! The command line; see `switchboard --help`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    switchboard::commands::Cli::parse().run()
}
