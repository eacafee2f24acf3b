//! Starts that are refused: one clear sentence, exit code 1, and nothing created.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::harness::{Ended, Program, Site, StoreKind, files, free_address};

/// A folder to start in, which a refused start must leave as it is.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for temporary files"))
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    /// `switchboard serve` without any setting but a free port.
    fn serve(&self) -> Program {
        Program::new(&["serve"], self.folder()).setting("server.listen", "127.0.0.1:0")
    }

    /// `switchboard serve` with this configuration file.
    fn serve_with_file(&self, text: &str) -> Program {
        fs::write(self.folder().join("hub.toml"), text).expect("it can be written");
        Program::new(&["serve", "--config", "hub.toml"], self.folder())
    }

    /// The sentence with which the start is refused, after which everything is as before.
    async fn refusal(&self, program: Program) -> String {
        let before = files(self.folder());
        let ended = program.run().await;
        assert_eq!(
            files(self.folder()),
            before,
            "nothing is created: {ended:?}"
        );
        ended.refusal().to_owned()
    }
}

#[tokio::test]
async fn an_unknown_setting_in_the_file_is_refused_with_the_one_that_was_meant() {
    let place = Place::new();

    let file = "[server]\nlisten = \"127.0.0.1:0\"\n[sources.facebook]\napp_idd = \"1\"\n";
    let sentence = place.refusal(place.serve_with_file(file)).await;

    assert_eq!(
        sentence,
        "sources.facebook.app_idd (from hub.toml): there is no such setting; did you mean \
         sources.facebook.app_id?"
    );
}

#[tokio::test]
async fn an_unknown_setting_in_the_environment_is_refused_with_the_one_that_was_meant() {
    let place = Place::new();

    let program = place.serve().setting("security.sytem_token", "a-canary");
    let sentence = place.refusal(program).await;

    assert_eq!(
        sentence,
        "security.sytem_token (from SWITCHBOARD_SECURITY__SYTEM_TOKEN): there is no such setting; \
         did you mean security.system_token?"
    );
}

#[tokio::test]
async fn a_malformed_address_is_refused_with_an_example() {
    let place = Place::new();

    let program = place.serve().setting("server.listen", "everywhere");
    let sentence = place.refusal(program).await;

    assert_eq!(
        sentence,
        "server.listen (from SWITCHBOARD_SERVER__LISTEN): write an address and a port, like \
         127.0.0.1:8080"
    );
}

#[tokio::test]
async fn an_address_that_others_can_reach_needs_a_token() {
    let place = Place::new();

    let program = place.serve().setting("server.listen", "0.0.0.0:0");
    let sentence = place.refusal(program).await;

    assert!(sentence.contains("0.0.0.0:0"), "{sentence}");
    assert!(sentence.contains("set security.system_token"), "{sentence}");
}

#[tokio::test]
async fn a_port_in_use_is_refused_before_the_database_is_created() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    let address = taken.local_addr().expect("it is bound").to_string();

    let program = place.serve().setting("server.listen", &address);
    let sentence = place.refusal(program).await;

    let expected = format!(
        "cannot listen on {address}; stop what uses that port, or set server.listen: Address \
         already in use (os error 98)"
    );
    assert_eq!(sentence, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_use_by_another_hub_is_refused_and_the_other_goes_on() {
    let site = Site::create(StoreKind::Sqlite).await;
    let first = site.start().await;
    let request = serde_json::json!({"name": "website"});
    let channel = first.call("/channels.chatplugin.connect", &request).await;
    let place = Place::new();
    let database = site.folder().join("data/switchboard.db");

    let url = format!("sqlite://{}", database.display());
    let sentence = place
        .refusal(place.serve().setting("store.url", &url))
        .await;

    assert!(sentence.contains("is in use by another hub"), "{sentence}");
    assert!(sentence.contains("data/switchboard.db"), "{sentence}");
    assert_eq!(first.channels().await, [channel]);
}

#[tokio::test]
async fn a_configuration_file_that_is_missing_is_refused_by_its_name() {
    let place = Place::new();

    let program = Program::new(&["serve", "--config", "nowhere.toml"], place.folder());
    let sentence = place.refusal(program).await;

    assert_eq!(
        sentence,
        "cannot read the configuration file nowhere.toml: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn a_configuration_file_that_is_not_toml_is_refused_with_the_line_and_without_its_text() {
    let place = Place::new();

    let file = "[security]\nsystem_token = a-canary\n";
    let sentence = place.refusal(place.serve_with_file(file)).await;

    assert!(
        sentence.starts_with("hub.toml is not valid TOML: "),
        "{sentence}"
    );
    assert!(sentence.ends_with("in line 2"), "{sentence}");
    assert!(!sentence.contains("a-canary"), "{sentence}");
}

#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused_before_the_database_is_created() {
    let place = Place::new();
    let key = place.folder().join("data/switchboard.key");
    fs::create_dir(place.folder().join("data")).expect("it can be created");
    fs::write(&key, "c3dpdGNoYm9hcmQgdGVzdHMgdXNlIHRoaXMga2V5ISE=\n").expect("it can be written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");

    let sentence = place.refusal(place.serve()).await;

    assert_eq!(
        sentence,
        "data/switchboard.key is readable by others (mode 644); run `chmod 600 data/switchboard.key`"
    );
}

#[tokio::test]
async fn a_key_file_without_a_key_is_refused_by_its_name() {
    let place = Place::new();
    let key = place.folder().join("data/switchboard.key");
    fs::create_dir(place.folder().join("data")).expect("it can be created");
    fs::write(&key, "a-canary").expect("it can be written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("it is ours");

    let sentence = place.refusal(place.serve()).await;

    assert!(
        sentence.starts_with("data/switchboard.key does not hold a key"),
        "{sentence}"
    );
    assert!(!sentence.contains("a-canary"), "{sentence}");
}

#[tokio::test]
async fn a_malformed_secret_key_is_refused_without_being_shown() {
    let place = Place::new();

    let program = place.serve().setting("security.secret_key", "a-canary");
    let sentence = place.refusal(program).await;

    assert_eq!(
        sentence,
        "security.secret_key (from SWITCHBOARD_SECURITY__SECRET_KEY): write 32 bytes in base64, as \
         `openssl rand -base64 32` prints them"
    );
}

#[tokio::test]
async fn an_unreachable_postgres_is_refused_without_its_password() {
    let place = Place::new();

    let url = format!("postgres://hub:a-canary@{}/channels", free_address());
    let sentence = place
        .refusal(place.serve().setting("store.url", &url))
        .await;

    assert!(
        sentence.contains("127.0.0.1/channels cannot be used"),
        "{sentence}"
    );
    assert!(sentence.contains("Connection refused"), "{sentence}");
    assert!(!sentence.contains("a-canary"), "{sentence}");
}

#[tokio::test]
async fn a_wrong_password_for_postgres_is_refused_without_being_shown() {
    let place = Place::new();
    let database = switchboard_testkit::postgres::TestDatabase::create();
    let url = database.url();
    let (_, host) = url.split_once('@').expect("the superuser has a password");

    let url = format!("postgres://postgres:a-canary@{host}");
    let sentence = place
        .refusal(place.serve().setting("store.url", &url))
        .await;

    assert!(
        sentence.contains("password authentication failed"),
        "{sentence}"
    );
    assert!(!sentence.contains("a-canary"), "{sentence}");
}

#[tokio::test]
async fn every_problem_is_told_at_once() {
    let place = Place::new();

    let file =
        "[server]\nlisten = \"everywhere\"\npublic_url = \"here\"\n[store]\nurl = \"mysql://x\"\n";
    let sentence = place.refusal(place.serve_with_file(file)).await;

    for setting in ["server.listen", "server.public_url", "store.url"] {
        assert!(sentence.contains(setting), "{setting}: {sentence}");
    }
}

#[tokio::test]
async fn an_unknown_command_is_refused_with_how_to_use_the_program() {
    let place = Place::new();

    let ended: Ended = Program::new(&["server"], place.folder()).run().await;

    let said = ended.logged.join("\n");
    assert_eq!(ended.code, Some(2), "{said}");
    assert!(said.contains("'serve'"), "{said}");
    assert!(files(place.folder()).is_empty());
}
