//! Benchmarks: the hub against bare servers, as ratios in one run.
//!
//! `cargo run --release -p switchboard-bench` builds the hub, measures and prints a table;
//! `docs/performance.md` says what the figures mean.

mod args;
mod bare;
mod http;
mod hub;
mod load;
mod machine;
mod measure;
mod metrics;
mod postgres;
mod process;
mod report;
mod rounds;
mod shares;
mod sqlite_file;
mod statistics;
mod trend;
mod webhook;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    match args.command {
        Some(Command::Bare { server }) => {
            bare::serve(server)?;
            Ok(ExitCode::SUCCESS)
        }
        None => measure::everything(&args.run),
    }
}
