//! What the binary prints: its help and the API's document.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Ended, Program};

async fn run(arguments: &[&str]) -> Ended {
    Program::new(arguments, Path::new("/")).run().await
}

#[tokio::test]
async fn the_help_teaches_commands_and_settings() {
    let ended = run(&["--help"]).await;

    assert_eq!(ended.code, Some(0), "{ended:#?}");
    for word in [
        "sandbox",
        "serve",
        "config check",
        "openapi",
        "--config FILE",
        "SWITCHBOARD_SERVER__LISTEN=",
        "SWITCHBOARD_SOURCES__FACEBOOK__APP_ID=",
        "RUST_LOG",
    ] {
        assert!(ended.said.contains(word), "{word}: {}", ended.said);
    }
}

#[tokio::test]
async fn each_command_has_a_help_of_its_own() {
    for command in ["serve", "sandbox", "config", "openapi"] {
        let ended = run(&[command, "--help"]).await;

        assert_eq!(ended.code, Some(0), "{ended:#?}");
        let usage = format!("Usage: switchboard {command}");
        assert!(ended.said.contains(&usage), "{}", ended.said);
    }
}

#[tokio::test]
async fn the_version_is_the_package_s() {
    let ended = run(&["--version"]).await;

    assert_eq!(
        ended.said,
        concat!("switchboard ", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn the_openapi_document_in_docs_is_what_the_binary_prints() {
    let ended = run(&["openapi"]).await;

    assert_eq!(ended.code, Some(0), "{:?}", ended.logged);
    let printed: Value = serde_json::from_str(&ended.said).expect("it is JSON");
    assert!(printed["paths"]["/channels.facebook.connect"]["post"].is_object());
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept = std::fs::read_to_string(kept).expect("docs/openapi.json is there");
    assert!(
        kept.trim_end() == ended.said,
        "docs/openapi.json is out of date; run `cargo xtask openapi`"
    );
}

#[tokio::test]
async fn a_reader_who_has_read_enough_is_no_error() {
    let ended = Program::new(&["openapi"], Path::new("/"))
        .unread()
        .run()
        .await;

    assert_eq!((ended.code, ended.logged), (Some(0), Vec::new()));
}
