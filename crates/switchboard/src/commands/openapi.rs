//! `switchboard openapi`: the API's document.

use std::process::ExitCode;

use super::say;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    let document = switchboard_api::openapi(switchboard_connectors::ALL, env!("CARGO_PKG_VERSION"));
    say(&serde_json::to_string_pretty(&document)?)?;
    Ok(ExitCode::SUCCESS)
}
