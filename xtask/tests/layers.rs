//! Dependencies point one way: `domain` at the bottom, the binary on top.
//!
//! The two tables are the architecture. A new edge between crates is a line here and an ADR.

#![cfg(test)]

use xtask::graph::{Package, packages};

/// A crate of the workspace and the crates of the workspace it may be built with.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    because: &'static str,
}

const ANYTHING: &[&str] = &["*"];

const LAYERS: &[Layer] = &[
    Layer {
        name: "switchboard-domain",
        may_use: &[],
        because: "the nouns know nobody",
    },
    Layer {
        name: "switchboard-api-types",
        may_use: &["switchboard-domain"],
        because: "the public JSON is a view of the nouns and of nothing else",
    },
    Layer {
        name: "switchboard-connector",
        may_use: &["switchboard-domain"],
        because: "what a source must be does not depend on how the hub stores or serves it",
    },
    Layer {
        name: "switchboard-connectors",
        may_use: &["switchboard-connector", "switchboard-domain"],
        because: "a connector translates; it never sees a database or the HTTP server",
    },
    Layer {
        name: "switchboard-storage",
        may_use: &["switchboard-domain"],
        because: "the storage contract names no database and no caller",
    },
    Layer {
        name: "switchboard-storage-sqlite",
        may_use: &["switchboard-domain", "switchboard-storage"],
        because: "a backend knows the contract and not who uses it, nor the other backend",
    },
    Layer {
        name: "switchboard-storage-postgres",
        may_use: &["switchboard-domain", "switchboard-storage"],
        because: "a backend knows the contract and not who uses it, nor the other backend",
    },
    Layer {
        name: "switchboard-engine",
        may_use: &[
            "switchboard-api-types",
            "switchboard-connector",
            "switchboard-domain",
            "switchboard-storage",
        ],
        because: "the engine decides, and sees every database and provider through its contract",
    },
    Layer {
        name: "switchboard-media",
        may_use: &[
            "switchboard-connector",
            "switchboard-domain",
            "switchboard-engine",
        ],
        because: "it keeps and fetches files as the engine's traits say, and knows nobody else",
    },
    Layer {
        name: "switchboard-api",
        may_use: &[
            "switchboard-api-types",
            "switchboard-connector",
            "switchboard-domain",
            "switchboard-engine",
        ],
        because: "the API translates; what is stored and how is the engine's business",
    },
    Layer {
        name: "switchboard-sandbox",
        may_use: &["switchboard-domain"],
        because: "the sandbox plays the providers, who know nothing of the hub",
    },
    Layer {
        name: "switchboard-testkit",
        may_use: &["switchboard-domain"],
        because: "what tests of several crates share must not drag one of those crates in",
    },
    Layer {
        name: "switchboard",
        may_use: ANYTHING,
        because: "the binary names the concrete parts, so that nobody else has to",
    },
    Layer {
        name: "switchboard-bench",
        may_use: ANYTHING,
        because: "a benchmark measures whatever it likes",
    },
    Layer {
        name: "xtask",
        may_use: &["switchboard-testkit"],
        because: "a task that needs the product to build cannot help when it does not build",
    },
];

/// Crates from outside that some layers must not be built with; their tests may use them.
struct Ban {
    outside: &'static [&'static str],
    layers: &'static [&'static str],
    because: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        outside: &[
            "axum",
            "postgres",
            "reqwest",
            "rusqlite",
            "serde",
            "serde_json",
            "tokio",
        ],
        layers: &["switchboard-domain"],
        because: "the domain does no I/O, waits for nothing and knows no JSON",
    },
    Ban {
        outside: &["axum", "postgres", "reqwest", "rusqlite", "tokio"],
        layers: &["switchboard-api-types"],
        because: "the public JSON is data",
    },
    Ban {
        outside: &["axum", "postgres", "rusqlite"],
        layers: &["switchboard-connector", "switchboard-connectors"],
        because: "a connector sees neither a database nor the HTTP server",
    },
    Ban {
        outside: &["reqwest"],
        layers: &["switchboard-connectors"],
        because: "calls to a provider go through ProviderContext, which retries, counts and hides secrets",
    },
    Ban {
        outside: &["axum", "postgres", "reqwest", "rusqlite"],
        layers: &["switchboard-storage"],
        because: "the storage contract names no database and no network",
    },
    Ban {
        outside: &["axum", "postgres", "reqwest"],
        layers: &["switchboard-storage-sqlite"],
        because: "each backend has one database",
    },
    Ban {
        outside: &["axum", "reqwest", "rusqlite"],
        layers: &["switchboard-storage-postgres"],
        because: "each backend has one database",
    },
    Ban {
        outside: &["axum", "postgres", "reqwest", "rusqlite"],
        layers: &["switchboard-engine"],
        because: "the engine never sees a database, a provider or the HTTP server",
    },
    Ban {
        outside: &["object_store"],
        layers: &["switchboard-engine", "switchboard-api"],
        because: "where files lie is said by the engine's trait alone",
    },
    Ban {
        outside: &["axum", "postgres", "rusqlite"],
        layers: &["switchboard-media"],
        because: "files are neither rows nor answers",
    },
    Ban {
        outside: &["postgres", "reqwest", "rusqlite"],
        layers: &["switchboard-api"],
        because: "the API answers requests and leaves the rest to the engine",
    },
];

/// Crates that no test but their own and those above them may be built with.
const TOP: &[&str] = &["switchboard", "switchboard-api"];
const ABOVE: &[&str] = &["switchboard", "switchboard-bench"];

#[test]
fn dependencies_between_crates_point_one_way() {
    let problems = edges_that_point_up(&packages().unwrap());

    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn crates_from_outside_stay_in_their_layer() {
    let problems = bans_that_are_broken(&packages().unwrap());

    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_line_of_the_tables_is_about_a_crate_that_exists() {
    let packages = packages().unwrap();
    let exists = |name: &&str| *name == "*" || packages.iter().any(|package| package.name == *name);

    let named = LAYERS
        .iter()
        .flat_map(|layer| {
            [layer.name]
                .into_iter()
                .chain(layer.may_use.iter().copied())
        })
        .chain(BANS.iter().flat_map(|ban| ban.layers.iter().copied()));
    let gone: Vec<&str> = named.filter(|name| !exists(name)).collect();

    assert!(
        gone.is_empty(),
        "the tables name crates that are gone: {gone:?}"
    );
}

#[test]
fn an_edge_from_the_api_to_a_database_is_refused_with_a_sentence() {
    let api = package("switchboard-api", &[("switchboard-storage-sqlite", None)]);

    assert_eq!(
        edges_that_point_up(&[api]),
        [
            "switchboard-api must not depend on switchboard-storage-sqlite: the API translates; \
             what is stored and how is the engine's business"
        ]
    );
}

#[test]
fn tests_may_use_any_layer_below_the_api() {
    let engine = package(
        "switchboard-engine",
        &[("switchboard-storage-sqlite", Some("dev"))],
    );
    let connectors = package(
        "switchboard-connectors",
        &[("switchboard-api", Some("dev"))],
    );

    assert_eq!(edges_that_point_up(&[engine]), [""; 0]);
    assert_eq!(
        edges_that_point_up(&[connectors]),
        [
            "the tests of switchboard-connectors must not depend on switchboard-api: a test that \
             needs the whole hub belongs to the binary"
        ]
    );
}

#[test]
fn a_crate_without_a_line_in_the_table_is_refused() {
    let newcomer = package("switchboard-billing", &[]);

    assert_eq!(
        edges_that_point_up(&[newcomer]),
        [
            "switchboard-billing has no line in xtask/tests/layers.rs: say what it may depend on, and why"
        ]
    );
}

#[test]
fn json_in_the_domain_is_refused_with_a_sentence_and_allowed_in_its_tests() {
    let built = package("switchboard-domain", &[("serde_json", None)]);
    let tested = package("switchboard-domain", &[("serde_json", Some("dev"))]);

    assert_eq!(
        bans_that_are_broken(&[built]),
        [
            "switchboard-domain must not depend on serde_json: the domain does no I/O, waits for \
             nothing and knows no JSON"
        ]
    );
    assert_eq!(bans_that_are_broken(&[tested]), [""; 0]);
}

fn edges_that_point_up(packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            problems.push(format!(
                "{name} has no line in xtask/tests/layers.rs: say what it may depend on, and why"
            ));
            continue;
        };
        for used in package
            .built_with()
            .into_iter()
            .filter(|used| is_ours(used))
        {
            if layer.may_use != ANYTHING && !layer.may_use.contains(&used) {
                problems.push(format!(
                    "{name} must not depend on {used}: {}",
                    layer.because
                ));
            }
        }
        for used in package.tested_with() {
            if TOP.contains(&used) && !ABOVE.contains(&name) {
                problems.push(format!(
                    "the tests of {name} must not depend on {used}: a test that needs the whole \
                     hub belongs to the binary"
                ));
            }
        }
    }
    problems
}

fn bans_that_are_broken(packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages {
        for ban in BANS
            .iter()
            .filter(|ban| ban.layers.contains(&package.name.as_str()))
        {
            for used in package.built_with() {
                if ban.outside.contains(&used) {
                    problems.push(format!(
                        "{} must not depend on {used}: {}",
                        package.name, ban.because
                    ));
                }
            }
        }
    }
    problems
}

fn is_ours(name: &str) -> bool {
    LAYERS.iter().any(|layer| layer.name == name)
}

/// A crate as `cargo metadata` would describe it.
fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
    let dependencies: Vec<_> = dependencies
        .iter()
        .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind }))
        .collect();
    serde_json::from_value(serde_json::json!({
        "name": name,
        "manifest_path": "Cargo.toml",
        "dependencies": dependencies,
    }))
    .unwrap()
}
