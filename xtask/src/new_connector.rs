//! `cargo xtask new-connector NAME`: the folder of a connector, ready to be filled.
//!
//! The templates are Rust files that the tests of this crate compile, so they cannot fall behind
//! the trait. They describe a source called Newcomer; laying out a connector renames it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::command::{run, say};
use crate::tree;

const TEMPLATES: &[(&str, &str)] = &[
    ("mod.rs", include_str!("../templates/connector/mod.rs")),
    (
        "account.rs",
        include_str!("../templates/connector/account.rs"),
    ),
    (
        "inbound.rs",
        include_str!("../templates/connector/inbound.rs"),
    ),
    (
        "signed.rs",
        include_str!("../templates/connector/signed.rs"),
    ),
    ("wire.rs", include_str!("../templates/connector/wire.rs")),
];

/// In the templates, the tests that fail are expected to; in a new connector they just fail.
const EXPECTED_FAILURE: &str = "#[should_panic(";

/// Lays out `crates/connectors/src/<name>` and says what is left to do.
pub(crate) fn new_connector(name: &str) -> anyhow::Result<()> {
    let connectors = tree::root().join("crates/connectors/src");
    let files = lay_out(&connectors, name)?;
    run(Command::new("rustfmt")
        .args(["--edition", "2024"])
        .args(&files))?;
    let kind = type_name(name);
    say(&format!(
        "Laid out crates/connectors/src/{name}. Two lines register it in crates/connectors/src/lib.rs:\n\
         \n    mod {name};\n\
         \n\
         and, in the list, where people shall see it:\n\
         \n    &{name}::{kind},\n\
         \n\
         Then the contract tests beside that list ask for a line about {name} wherever they name the sources, and\n\
         for calls of the provider, as it prints them, in crates/connectors/fixtures/{name}.\n\
         Two tests of {name} itself fail until they hold an answer and a call of the provider:\n\
         \n    cargo test -p switchboard-connectors {name}"
    ));
    Ok(())
}

/// Writes the files of a connector called `name` into a new folder of `connectors`; never into one
/// that exists.
pub fn lay_out(connectors: &Path, name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !fits {
        bail!(
            "`{name}` cannot name a connector: write it like a Rust module, `line` or `apple_messages`"
        );
    }
    let folder = connectors.join(name);
    if folder.exists() {
        bail!("{} is there already; choose another name", folder.display());
    }
    fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;

    let mut written = Vec::new();
    for (file, template) in TEMPLATES {
        let path = folder.join(file);
        fs::write(&path, filled_in(template, name))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        written.push(path);
    }
    Ok(written)
}

fn filled_in(template: &str, name: &str) -> String {
    let renamed = template
        .replace("Newcomer", &type_name(name))
        .replace("newcomer", name);
    let mut text = String::with_capacity(renamed.len());
    for line in renamed.lines() {
        if !line.trim_start().starts_with(EXPECTED_FAILURE) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// `apple_messages` is the module of `AppleMessages`.
fn type_name(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}
