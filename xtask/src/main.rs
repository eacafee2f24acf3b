//! `cargo xtask <task>`: what more than one line of shell would be needed for.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match xtask::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Its own `Debug` form would add a stack trace of ours where a sentence is enough.
            report(&format!("xtask: {problem:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a task talks to the person who called it"
)]
fn report(problem: &str) {
    eprintln!("{problem}");
}
