//! `switchboard config check`: what would happen, what is missing, what is wrong.

use std::fs;

use crate::harness::{Ended, Program, Site, StoreKind, files};

/// Checks a configuration file, and that checking leaves nothing behind.
async fn check(file: &str) -> Ended {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    fs::write(folder.path().join("hub.toml"), file).expect("it can be written");
    let before = files(folder.path());
    let program = Program::new(&["config", "check", "--config", "hub.toml"], folder.path());

    let ended = program.run().await;

    assert_eq!(files(folder.path()), before, "checking creates nothing");
    assert_eq!(ended.logged, Vec::<String>::new());
    ended
}

#[tokio::test]
async fn a_good_configuration_is_told_with_what_each_source_lacks() {
    let ended = check(
        "[server]\nlisten = \"127.0.0.1:8123\"\npublic_url = \"https://hub.example.org\"\n\
         [store]\nurl = \"sqlite://elsewhere/hub.db\"\n\
         [security]\nsystem_token = \"a-canary\"\n\
         [sources.facebook]\napp_id = \"1\"\napp_secret = \"a-canary\"\nwebhook_secret = \"a-canary\"\n\
         [sources.twilio]\naccount_sid = \"AC1\"\n",
    )
    .await;

    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(
        ended.said.lines().collect::<Vec<_>>(),
        [
            "✓ the hub would serve on 127.0.0.1:8123 (with the system token) and store in SQLite in \
             elsewhere/hub.db",
            "✓ providers reach it at https://hub.example.org/",
            "· the key that seals credentials is kept in elsewhere/hub.key",
            "✓ sources.facebook is complete",
            "✓ sources.whatsapp is complete",
            "· sources.google has no service_account, partner_key",
            "· sources.twilio has no auth_token",
            "· sources.viber has no auth_token",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_environment_is_checked_like_a_file() {
    let site = Site::create(StoreKind::Sqlite).await;
    let mut program = Program::new(&["config", "check"], site.folder());
    for (name, value) in site.sandbox.settings() {
        program = program.setting(&name, &value);
    }

    let ended = program.run().await;

    assert_eq!(ended.code, Some(0), "{ended:#?}");
    for source in ["facebook", "whatsapp", "google", "twilio", "viber"] {
        let line = format!("✓ sources.{source} is complete");
        assert!(ended.said.contains(&line), "{}", ended.said);
    }
}

#[tokio::test]
async fn a_bad_configuration_is_told_problem_by_problem_without_its_secrets() {
    let ended = check(
        "[server]\nlisten = \"0.0.0.0:80\"\nlissten = \"1\"\npublic_url = \"hub\"\n\
         [store]\nurl = \"mysql://user:a-canary@host/db\"\n\
         [security]\nsecret_key = \"a-canary\"\n\
         [sources.google]\nservice_account = \"nowhere.json\"\n\
         [sources.viber]\napi_url = \"chatapi.viber.com\"\n",
    )
    .await;

    assert_eq!(ended.code, Some(1), "{ended:#?}");
    for setting in [
        "server.listen",
        "server.lissten",
        "server.public_url",
        "store.url",
        "security.secret_key",
        "sources.google.service_account",
        "sources.viber.api_url",
    ] {
        let line = format!("✗ {setting} (from hub.toml)");
        assert!(ended.said.contains(&line), "{setting}: {}", ended.said);
    }
    assert!(
        ended.said.ends_with("7 problems to mend."),
        "{}",
        ended.said
    );
    assert!(!ended.said.contains("a-canary"), "{}", ended.said);
}
