//! The crates of the workspace and what they depend on, as Cargo sees it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::command::cargo;

/// One crate of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What it declares, in every section of the manifest.
    pub dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    /// The crate it names.
    pub name: String,
    /// The section it stands in.
    pub kind: Option<Kind>,
}

/// A section of dependencies; normal ones have none.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `[dev-dependencies]`
    Dev,
    /// `[build-dependencies]`
    Build,
}

impl Package {
    /// What the crate is built with, tests left out.
    pub fn built_with(&self) -> BTreeSet<&str> {
        self.of(|kind| kind != Some(Kind::Dev))
    }

    /// What only its tests are built with.
    pub fn tested_with(&self) -> BTreeSet<&str> {
        self.of(|kind| kind == Some(Kind::Dev))
    }

    fn of(&self, wanted: impl Fn(Option<Kind>) -> bool) -> BTreeSet<&str> {
        self.dependencies
            .iter()
            .filter(|dependency| wanted(dependency.kind))
            .map(|dependency| dependency.name.as_str())
            .collect()
    }
}

/// Asks Cargo.
pub fn packages() -> anyhow::Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }

    let output = cargo()
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .context("cargo metadata printed something unexpected")?;
    Ok(metadata.packages)
}
