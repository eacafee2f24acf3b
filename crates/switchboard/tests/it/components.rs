//! What consoles made for Airy learn of the hub and its parts.

use serde_json::{Value, json};

use crate::harness::{Answer, StoreKind, TestHub};

/// A hub of which only Google's key and Viber's token are of this test, and Facebook is not configured.
async fn hub() -> TestHub {
    let settings = [
        ("sources.google.partner_key", "canary-partner-key"),
        ("sources.viber.auth_token", "canary-viber-token"),
        ("sources.viber.welcome_message", "Hello"),
        ("sources.facebook.app_id", ""),
        ("sources.facebook.app_secret", ""),
        ("sources.facebook.webhook_secret", ""),
        ("sources.facebook.api_url", ""),
    ];
    TestHub::start_with(StoreKind::Sqlite, &settings).await
}

async fn refused(hub: &TestHub, path: &str, body: Value) -> Value {
    let answer = hub.post(path, body).await;
    answer.error(400, "not_at_run_time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_learns_what_there_is_how_tags_look_and_the_version() {
    let hub = hub().await;

    let config = hub.call("/client.config", json!({})).await;

    for name in [
        "api-communication",
        "api-contacts",
        "sources-facebook",
        "sources-twilio",
    ] {
        let service = json!({ "enabled": true, "healthy": true, "component": name });
        assert_eq!(config["services"][name], service);
    }
    assert_eq!(config["services"].get("media-resolver"), None);
    assert_eq!(config["user_profile"], json!(null));
    assert_eq!(config["cluster_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        config["tag_config"]["colors"],
        json!({
            "tag-green": {
                "default": "0E764F", "background": "F5FFFB", "font": "0E764F", "position": 3, "border": "0E764F"
            },
            "tag-blue": {
                "default": "1578D4", "background": "F5FFFB", "font": "1578D4", "position": 1, "border": "1578D4"
            },
            "tag-red": {
                "default": "E0243A", "background": "FFF7F9", "font": "E0243A", "position": 2, "border": "E0243A"
            },
            "tag-purple": {
                "default": "730A80", "background": "FEF7FF", "font": "730A80", "position": 4, "border": "730A80"
            }
        })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consoles_call_without_a_body() {
    let hub = hub().await;
    for path in [
        "/client.config",
        "/components.list",
        "/components.get",
        "/tags.list",
    ] {
        let request = hub.request(reqwest::Method::POST, path);
        let answer = Answer::read(request.send().await.expect("the hub answers")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_learns_of_a_store_that_does_not_answer() {
    let hub = hub().await;
    hub.log.close();

    let config = hub.call("/client.config", json!({})).await;

    assert_eq!(config["services"]["api-contacts"]["healthy"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_part_is_installed_and_says_how_it_is_configured() {
    let hub = hub().await;

    let listed = hub.call("/components.list", json!({})).await;

    let google = &listed["components"]["sources-google"];
    assert_eq!(google["name"], "sources-google");
    assert_eq!(google["installationStatus"], "installed");
    assert_eq!(google["isChannel"], "true");
    assert_eq!(google["source"], "google");
    let values = google["configurationValues"].as_str().expect("text");
    let values: Value = serde_json::from_str(values).expect("JSON in a text");
    assert_eq!(values["saFile"], "string");
    assert_eq!(values["partnerKey"], "string");
    let contacts = &listed["components"]["api-contacts"];
    assert_eq!(
        (&contacts["isChannel"], contacts.get("source")),
        (&json!("false"), None)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_shown_with_their_secrets_masked() {
    let hub = hub().await;

    let answer = hub.post("/components.get", json!({})).await;

    assert!(!answer.text.contains("canary-"), "{}", answer.text);
    let settings = answer.json()["components"].clone();
    assert_eq!(settings["sources-google"]["partnerKey"], "cana...");
    assert_eq!(
        settings["sources-google"]["saFile"],
        "<service account keys>"
    );
    assert_eq!(settings["sources-viber"]["authToken"], "cana...");
    assert_eq!(settings["sources-viber"]["welcomeMessage"], "Hello");
    assert_eq!(settings["sources-facebook"], json!({}));
    assert_eq!(settings["sources-chatplugin"], json!({}));
    assert_eq!(settings.get("api-contacts"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defect_9_what_is_read_can_be_written_back_and_changes_nothing() {
    let hub = hub().await;
    let before = hub.call("/components.get", json!({})).await;
    let wanted: Vec<_> = before["components"]
        .as_object()
        .expect("an object")
        .iter()
        .map(|(name, data)| json!({ "name": name, "enabled": true, "data": data }))
        .collect();

    let answer = hub
        .call("/components.update", json!({ "components": wanted }))
        .await;

    let agreed = answer["components"].as_object().expect("an object");
    assert_eq!(agreed.len(), wanted.len());
    assert!(
        agreed.values().all(|agreed| *agreed == json!(true)),
        "{answer}"
    );
    assert_eq!(hub.call("/components.get", json!({})).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_that_is_different_is_refused_with_the_name_of_the_one_that_does_it() {
    let hub = hub().await;
    for data in ["data", "Data"] {
        let wanted = json!({ "components": [
            { "name": "sources-unheard-of", "enabled": true, "data": { "a": "b" } },
            { "name": "sources-viber", "enabled": true, data: { "auth_token": "another" } }
        ] });

        let error = refused(&hub, "/components.update", wanted).await;

        let message = error["message"].as_str().expect("text");
        assert!(
            message.contains("auth_token under [sources.viber]"),
            "{message}"
        );
        assert!(
            message.contains("SWITCHBOARD_SOURCES__VIBER__AUTH_TOKEN"),
            "{message}"
        );
        assert!(!message.contains("another"), "{message}");
        assert_eq!(error["field"], "components[1].data.auth_token");
    }
    let true_one = json!({ "components": [
        { "name": "sources-viber", "data": { "authToken": "canary-viber-token" } }
    ] });
    let agreed = hub.call("/components.update", true_one).await;
    assert_eq!(agreed, json!({ "components": { "sources-viber": true } }));
    let unheard_of = json!({ "components": [
        { "name": "sources-viber", "data": { "colour": "red" } }
    ] });
    let answer = hub.post("/components.update", unheard_of).await;
    answer.error(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_part_can_be_switched_off_or_taken_out() {
    let hub = hub().await;
    let off = json!({ "components": [{ "name": "sources-google", "enabled": false }] });
    for (path, body, field) in [
        ("/components.update", off, "components[0].enabled"),
        (
            "/components.uninstall",
            json!({ "name": "sources-google" }),
            "name",
        ),
        (
            "/components.delete",
            json!({ "components": ["x", "sources-google"] }),
            "components[1]",
        ),
    ] {
        let error = refused(&hub, path, body).await;
        assert_eq!(error["field"], field);
        let message = error["message"].as_str().expect("text");
        assert!(message.contains("[sources.google]"), "{message}");
    }
    let none = hub
        .call("/components.delete", json!({ "components": ["x"] }))
        .await;
    assert_eq!(none, json!({ "components": {} }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_need_not_be_installed_and_nothing_else_can_be() {
    let hub = hub().await;
    for name in [
        "sources-whatsapp",
        "airy-core/sources-whatsapp",
        "api-contacts",
    ] {
        let answer = hub
            .post("/components.install", json!({ "name": name }))
            .await;
        assert_eq!((answer.status, answer.text.as_str()), (202, ""), "{name}");
    }
    for path in ["/components.install", "/components.uninstall"] {
        hub.post(path, json!({ "name": "rasa-connector" }))
            .await
            .error(404, "not_found");
    }
}
