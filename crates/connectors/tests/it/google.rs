//! Google Business Messages.

use serde_json::json;
use switchboard_connector::{ConnectError, ErrorClass};
use switchboard_sandbox::Fault;

use crate::hub::{Hub, assert_class, assert_hidden, connector, operations, upstream};

#[tokio::test]
async fn an_agent_is_connected_once_the_service_account_has_proved_itself() {
    let hub = Hub::start().await;

    let draft = hub
        .source("google")
        .prepare(connector("google").connect_example())
        .await
        .unwrap();

    assert_eq!(draft.source_channel_id.as_str(), "gbm-id");
    assert_eq!(draft.name, "My custom name for this location");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("https://example.com/custom-image.jpg")
    );
    assert_eq!(upstream(&draft), None);
    assert!(draft.credentials.is_none());
    assert_eq!(operations(&hub.sandbox.google.calls()), ["issue_token"]);
    assert_eq!(hub.sandbox.google.tokens_issued(), 1);
}

#[tokio::test]
async fn a_service_account_that_was_disabled_is_refused() {
    let hub = Hub::start().await;
    hub.sandbox.google.disable_service_account();

    let error = hub
        .source("google")
        .refusal(connector("google").connect_example())
        .await;

    assert_class(&error, ErrorClass::Reauth);
    assert_eq!(error.code.as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn a_key_of_another_account_is_refused_and_never_shown() {
    let mut hub = Hub::start().await;
    let mut key: serde_json::Value = serde_json::from_str(&hub.sandbox.google.key_file()).unwrap();
    key["client_email"] = json!("somebody@else.iam.gserviceaccount.com");
    hub.set("sources.google.service_account", &key.to_string());

    let error = hub
        .source("google")
        .refusal(connector("google").connect_example())
        .await;

    assert_class(&error, ErrorClass::Reauth);
    assert_hidden(&error, "PRIVATE KEY");
}

#[tokio::test]
async fn a_key_file_that_cannot_be_read_is_the_operators_to_mend() {
    let mut hub = Hub::start().await;
    for key in [
        "canary",
        "{}",
        r#"{"client_email":"a@b","private_key":"canary"}"#,
    ] {
        hub.set("sources.google.service_account", key);

        let error = hub
            .source("google")
            .refusal(connector("google").connect_example())
            .await;

        assert_class(&error, ErrorClass::Config);
        assert!(
            error.message.contains("sources.google.service_account"),
            "{error}"
        );
        assert_hidden(&error, "canary");
    }
    assert_eq!(operations(&hub.sandbox.google.calls()), [""; 0]);
}

#[tokio::test]
async fn an_agent_has_no_name_of_its_own() {
    let hub = Hub::start().await;

    let prepared = hub
        .source("google")
        .prepare(json!({"gbm_id": "gbm-id"}))
        .await;

    let Err(ConnectError::Invalid(error)) = prepared else {
        panic!("{prepared:?}");
    };
    assert_eq!(error.field.as_deref(), Some("name"));
}

#[tokio::test]
async fn a_passing_failure_is_tried_again() {
    let hub = Hub::start().await;
    hub.sandbox
        .google
        .fail_times("issue_token", Fault::ServerError(503), 2);

    hub.source("google")
        .prepare(connector("google").connect_example())
        .await
        .unwrap();

    assert_eq!(hub.sandbox.google.called("issue_token"), 3);
}
