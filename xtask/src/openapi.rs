//! `cargo xtask openapi`: the committed copy of the API's description.

use std::fs;

use anyhow::{Context, bail};

use crate::command::{cargo, say};
use crate::tree;

/// Asks the binary for its description and writes it to `docs/openapi.json`. A test of the binary
/// compares the two, so that a change of the API is seen in the change itself.
pub(crate) fn openapi() -> anyhow::Result<()> {
    let output = cargo()
        .args([
            "run",
            "--quiet",
            "--locked",
            "-p",
            "switchboard",
            "--",
            "openapi",
        ])
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("`switchboard openapi` failed ({})", output.status);
    }
    let _: serde_json::Value = serde_json::from_slice(&output.stdout)
        .context("`switchboard openapi` printed something that is not JSON")?;

    let path = tree::root().join("docs/openapi.json");
    fs::write(&path, &output.stdout)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    say("wrote docs/openapi.json");
    Ok(())
}
