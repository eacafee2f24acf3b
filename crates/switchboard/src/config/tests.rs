use switchboard_domain::Source;
use switchboard_engine::media::MediaPolicy;

use super::*;

fn config(settings: &[(&str, &str)]) -> Result<Config, Problems> {
    let raw = settings.iter().fold(Raw::defaults(), |raw, (name, text)| {
        raw.with(name, *text, "a test")
    });
    Config::read(raw)
}

fn refusal(name: &str, text: &str) -> String {
    let Problems(problems) = config(&[(name, text)]).expect_err("the setting is wrong");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].setting, name);
    problems[0].sentence.clone()
}

#[test]
fn nothing_set_means_loopback_and_an_embedded_database() {
    let config = config(&[]).unwrap();

    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert!(
        matches!(config.store, StoreUrl::Sqlite(path) if path.ends_with("data/switchboard.db"))
    );
    assert!(config.system_token.is_none());
}

#[test]
fn the_environment_wins_over_the_file() {
    let raw = Raw::defaults()
        .with_toml(
            "hub.toml",
            "[server]\nlisten = \"127.0.0.1:1\"\n[sources.facebook]\napp_id = 42",
        )
        .unwrap()
        .with_environment(
            [(
                "SWITCHBOARD_SERVER__LISTEN".to_owned(),
                "127.0.0.1:2".to_owned(),
            )]
            .into_iter(),
        );

    let config = Config::read(raw).unwrap();

    assert_eq!(config.listen.port(), 2);
    let app_ids: Vec<_> = config
        .sources
        .iter()
        .filter_map(|section| section.get("app_id"))
        .map(Secret::expose)
        .collect();
    assert!(
        app_ids.contains(&"42"),
        "a number in the file is taken for text"
    );
}

#[test]
fn an_app_id_of_digits_keeps_its_leading_zeros() {
    let raw = Raw::defaults().with_environment(
        [(
            "SWITCHBOARD_SOURCES__FACEBOOK__APP_ID".to_owned(),
            "007".to_owned(),
        )]
        .into_iter(),
    );

    let config = Config::read(raw).unwrap();

    assert!(
        config
            .sources
            .iter()
            .any(|section| section.get("app_id").is_some_and(|id| id.expose() == "007"))
    );
}

#[test]
fn an_unknown_setting_is_refused_with_the_likely_name() {
    assert_eq!(
        refusal("server.lisen", "127.0.0.1:8080"),
        "there is no such setting; did you mean server.listen?"
    );
    assert!(refusal("sources.facebook.app_idd", "1").contains("sources.facebook.app_id?"));
    assert!(refusal("colour", "red").contains("see the manual"));
}

#[test]
fn an_address_that_others_can_reach_needs_a_token() {
    assert!(refusal("server.listen", "0.0.0.0:8080").contains("security.system_token"));

    assert!(
        config(&[
            ("server.listen", "0.0.0.0:80"),
            ("security.system_token", "t0ken")
        ])
        .is_ok()
    );
    assert!(
        config(&[
            ("server.listen", "[::]:80"),
            ("security.allow_anonymous", "true")
        ])
        .is_ok()
    );
}

#[test]
fn each_malformed_setting_says_what_to_write() {
    for (name, wrong, remedy) in [
        ("server.listen", "8080", "127.0.0.1:8080"),
        ("server.public_url", "hub.example.org", "https://"),
        (
            "server.public_url",
            "https://hub.example.org/?a=1",
            "without ?",
        ),
        ("store.url", "mysql://localhost", "sqlite://PATH"),
        ("store.url", "sqlite://", "name a file"),
        ("security.allow_anonymous", "yes", "true or false"),
        ("security.secret_key", "short", "openssl rand -base64 32"),
        ("security.system_token", "two words", "visible ASCII"),
        ("security.webhook_allowlist", "10.0.0.0/33", "10.0.0.0/8"),
        ("security.allowed_origins", "example.org", "https://"),
        ("sources.facebook.api_url", "graph.facebook.com", "https://"),
        ("media.store", "ftp://files", "s3://BUCKET/PREFIX"),
        ("media.store", "s3://", "name a bucket"),
        ("media.max_bytes", "100 MB", "104857600"),
        ("media.policy", "copy", "store (files are copied)"),
        ("media.policies.facebook", "none", "proxy"),
        (
            "sources.google.service_account",
            "/nowhere/key.json",
            "cannot be read",
        ),
        (
            "sources.google.service_account",
            "{not json",
            "not a service account",
        ),
    ] {
        let sentence = refusal(name, wrong);
        assert!(sentence.contains(remedy), "{name} = {wrong}: {sentence}");
    }
}

#[test]
fn every_problem_is_reported_at_once() {
    let Problems(problems) =
        config(&[("server.listen", "x"), ("store.url", "y"), ("zzz", "z")]).unwrap_err();

    assert_eq!(problems.len(), 3);
}

#[test]
fn a_problem_never_shows_a_secret() {
    let wrong = [
        ("security.secret_key", "canary key"),
        ("security.system_token", "canary token"),
        ("store.url", "mysql://me:canary@db"),
    ];

    let problems = config(&wrong).unwrap_err();

    assert!(!format!("{problems} {problems:?}").contains("canary"));
    let broken = Raw::defaults().with_toml("hub.toml", "[security]\nsecret_key = canary");
    assert!(!broken.unwrap_err().to_string().contains("canary"));
}

#[test]
fn a_public_url_keeps_its_path() {
    let config = config(&[("server.public_url", "https://example.org/hub")]).unwrap();

    assert_eq!(
        config.public_url.unwrap().as_str(),
        "https://example.org/hub/"
    );
}

#[test]
fn files_are_kept_beside_the_embedded_database() {
    let folder = |url: &str| match config(&[("store.url", url)]).unwrap().media.place {
        MediaPlace::Folder(folder) => folder.display().to_string(),
        MediaPlace::Bucket(bucket) => panic!("{bucket:?}"),
    };

    assert_eq!(folder("sqlite:///srv/hub/hub.db"), "/srv/hub/media");
    assert_eq!(folder("postgres://localhost/hub"), "data/media");
}

#[test]
fn a_bucket_is_read_with_its_prefix_and_needs_keys() {
    let bucket = |place: &str| {
        let settings = [
            ("media.store", place),
            ("media.s3_key", "AKIDEXAMPLE"),
            ("media.s3_secret", "canary"),
            ("media.s3_endpoint", "http://127.0.0.1:9000/"),
        ];
        match config(&settings).unwrap().media.place {
            MediaPlace::Bucket(bucket) => bucket,
            MediaPlace::Folder(folder) => panic!("{}", folder.display()),
        }
    };

    let found = bucket("s3://media/hub/files/");
    assert_eq!(
        (found.name.as_str(), found.prefix.as_str()),
        ("media", "hub/files")
    );
    assert_eq!(found.region, "us-east-1");
    assert_eq!(found.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
    assert_eq!(bucket("s3://media").prefix, "");
    let Problems(problems) = config(&[("media.store", "s3://media")]).unwrap_err();
    let missing: Vec<_> = problems
        .iter()
        .map(|problem| problem.setting.as_str())
        .collect();
    assert_eq!(missing, ["media.s3_key", "media.s3_secret"]);
}

#[test]
fn what_becomes_of_files_is_said_for_all_sources_and_for_each() {
    let raw = Raw::defaults()
        .with_toml(
            "hub.toml",
            "[media]\npolicy = \"link\"\n[media.policies]\n\"twilio.sms\" = \"store\"",
        )
        .unwrap()
        .with_environment(
            [(
                "SWITCHBOARD_MEDIA__POLICIES__WHATSAPP".to_owned(),
                "proxy".to_owned(),
            )]
            .into_iter(),
        );

    let policies = Config::read(raw).unwrap().media.policies;

    for (source, policy) in [
        ("facebook", MediaPolicy::Link),
        ("twilio.sms", MediaPolicy::Store),
        ("whatsapp", MediaPolicy::Proxy),
    ] {
        assert_eq!(policies.of(&Source::named(source)), policy, "{source}");
    }
}
