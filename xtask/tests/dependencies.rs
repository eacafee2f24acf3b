//! Every dependency has a reason, and every crate lives under the same lints.

use std::collections::BTreeSet;
use std::fs;

use xtask::graph::packages;
use xtask::tree::root;

#[test]
fn every_dependency_from_outside_has_its_reason_in_the_line_above() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();

    let bare = without_reason(&manifest);

    assert!(
        bare.is_empty(),
        "say in a comment above the line what it is used for: {bare:?}"
    );
}

#[test]
fn every_dependency_of_the_workspace_is_used_by_a_crate() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let packages = packages().unwrap();
    let used: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();

    let unused: Vec<&str> = declared(&manifest)
        .map(|(_, name)| name)
        .filter(|name| !used.contains(name))
        .collect();

    assert!(
        unused.is_empty(),
        "no crate uses {unused:?}; take the lines out"
    );
}

#[test]
fn every_crate_takes_its_dependencies_and_lints_from_the_workspace() {
    for package in packages().unwrap() {
        let text = fs::read_to_string(&package.manifest_path).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let name = &package.name;

        assert_eq!(
            manifest
                .get("lints")
                .and_then(|lints| lints.get("workspace")),
            Some(&toml::Value::Boolean(true)),
            "{name} goes without the lints of the workspace: write `[lints] workspace = true`"
        );
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(declared) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (dependency, value) in declared {
                // Features of a crate of ours that are on by default can only be left out by path.
                let is_ours = value.get("path").is_some();
                assert!(
                    is_ours || value.get("workspace") == Some(&toml::Value::Boolean(true)),
                    "{name} chooses its own {dependency}: write `{dependency}.workspace = true`"
                );
            }
        }
    }
}

/// Cargo unites the features that a crate's own tests ask for with those of its binary, so the crash
/// suite runs wherever tests run, and what is released knows nothing of it.
#[test]
fn the_hub_s_fail_points_are_there_in_tests_and_nowhere_else() {
    let text = fs::read_to_string(root().join("crates/switchboard/Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();

    let asked_by = |section: &str| {
        let hub = manifest.get(section)?.get("switchboard")?;
        let features = hub.get("features")?.as_array()?;
        Some(
            features
                .iter()
                .any(|name| name.as_str() == Some("fail-points")),
        )
    };
    let features = manifest["features"].as_table().unwrap();
    assert_eq!(asked_by("dev-dependencies"), Some(true));
    assert_eq!(asked_by("dependencies"), None);
    assert!(features.contains_key("fail-points"));
    assert!(!features.contains_key("default"), "{features:?}");
}

#[test]
fn a_dependency_without_a_reason_is_found() {
    let manifest = "\
[workspace.dependencies]
switchboard-domain = { path = \"crates/domain\" }

# JSON in and out.
serde = \"1\"
serde_json = \"1\"

# About a line that went away.

url = \"2\"

[profile.dev]
debug = \"line-tables-only\"
";

    assert_eq!(without_reason(manifest), ["serde_json", "url"]);
}

fn without_reason(manifest: &str) -> Vec<&str> {
    declared(manifest)
        .filter(|(above, _)| !above.starts_with("# "))
        .map(|(_, name)| name)
        .collect()
}

/// The crates from outside in `[workspace.dependencies]`, each with the line above it.
fn declared(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let section = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]");
    let above = section.clone();
    let below = section.skip(1);
    above
        .zip(below)
        .take_while(|(_, line)| !line.starts_with('['))
        .filter(|(_, line)| !line.contains("path = \""))
        .filter_map(|(above, line)| {
            let (name, _) = line.split_once(" = ")?;
            (!name.starts_with('#')).then_some((above, name))
        })
}
