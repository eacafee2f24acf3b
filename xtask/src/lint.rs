//! `cargo xtask lint`: what a review need not say.

use anyhow::bail;

use crate::command::{cargo, run, say};

/// Formatting, clippy and documentation; all of them run even if the first one finds something.
pub(crate) fn lint() -> anyhow::Result<()> {
    let checks = [
        run(cargo().args(["fmt", "--all", "--check"])),
        run(cargo()
            .args(["clippy", "--workspace", "--all-targets", "--locked", "--"])
            .args(["-D", "warnings"])),
        // As it is released: the tests of the binary switch its fail points on, also for clippy.
        run(cargo()
            .args(["clippy", "--package", "switchboard", "--locked", "--"])
            .args(["-D", "warnings"])),
        run(cargo().env("RUSTDOCFLAGS", "-D warnings").args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--locked",
        ])),
    ];
    let problems: Vec<String> = checks
        .into_iter()
        .filter_map(|check| check.err().map(|problem| problem.to_string()))
        .collect();
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    say("lint: formatting, clippy and documentation are clean");
    Ok(())
}
