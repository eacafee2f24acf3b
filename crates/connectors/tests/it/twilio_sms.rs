//! SMS over Twilio.

use serde_json::{Value, json};
use switchboard_connector::{ConnectError, ErrorClass};
use switchboard_domain::RawJson;
use switchboard_sandbox::twilio::NumberState;

use crate::hub::{Hub, assert_class, assert_hidden, connector, operations, stored, upstream};
use crate::script::Script;

const NUMBER: &str = "+491234567";
const OURS: &str = "https://hub.example.com/twilio";

fn request() -> Value {
    json!({"phone_number": NUMBER})
}

fn number(hub: &Hub) -> NumberState {
    hub.sandbox.twilio.number(NUMBER).unwrap()
}

fn point_elsewhere(hub: &Hub, sms_url: &str) {
    let state = NumberState {
        sms_url: sms_url.to_owned(),
        ..number(hub)
    };
    hub.sandbox.twilio.put_number(NUMBER, state);
}

#[tokio::test]
async fn a_number_is_connected_and_its_webhook_set() {
    let hub = Hub::start().await;
    let before = number(&hub);

    let draft = hub
        .source("twilio.sms")
        .prepare(connector("twilio.sms").connect_example())
        .await
        .unwrap();
    assert_eq!(draft.source_channel_id.as_str(), NUMBER);
    assert_eq!(draft.name, "SMS for receipts");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("https://example.com/custom-image.jpg")
    );
    assert_eq!(upstream(&draft), Some("twilio:sms:+491234567"));
    assert!(draft.credentials.is_none());
    assert_eq!(number(&hub), before, "preparing changes nothing");

    hub.source("twilio.sms")
        .subscribe(&draft, None)
        .await
        .unwrap();
    assert_eq!(number(&hub).sms_url, OURS);
    assert_eq!(number(&hub).sms_method, "POST");
    assert_eq!(
        operations(&hub.sandbox.twilio.calls()),
        [
            "get_account",
            "list_numbers",
            "list_numbers",
            "update_number"
        ]
    );
}

#[tokio::test]
async fn the_name_is_the_numbers_at_twilio() {
    let hub = Hub::start().await;
    let body = json!({"phone_number": " +49 (123) 45-67", "name": ""});

    let draft = hub.source("twilio.sms").prepare(body).await.unwrap();

    assert_eq!(draft.name, "Receipts");
    assert_eq!(draft.source_channel_id.as_str(), NUMBER);
}

#[tokio::test]
async fn disconnecting_restores_what_was_there_before() {
    let hub = Hub::start().await;
    for number in [NUMBER, "+15550783881", "+4915123456789"] {
        let before = hub.sandbox.twilio.number(number).unwrap();
        let account = hub
            .source("twilio.sms")
            .connect(json!({"phone_number": number}))
            .await;
        let connected = hub.sandbox.twilio.number(number).unwrap();
        assert_eq!(connected.sms_url, OURS);
        assert_eq!(
            connected.sms_application_sid, "",
            "an application would win"
        );

        hub.source("twilio.sms")
            .unsubscribe(&account)
            .await
            .unwrap();

        assert_eq!(hub.sandbox.twilio.number(number).unwrap(), before);
    }
}

#[tokio::test]
async fn connecting_again_keeps_what_was_there_before() {
    let hub = Hub::start().await;
    let before = number(&hub);
    let account = hub.source("twilio.sms").connect(request()).await;

    let draft = hub.source("twilio.sms").prepare(request()).await.unwrap();
    let facts = hub
        .source("twilio.sms")
        .subscribe(&draft, Some(&account.facts))
        .await
        .unwrap();
    assert_eq!(facts, account.facts);

    let again = stored(draft, facts);
    hub.source("twilio.sms").unsubscribe(&again).await.unwrap();
    assert_eq!(number(&hub), before);
}

#[tokio::test]
async fn our_own_address_is_never_restored() {
    let hub = Hub::start().await;
    hub.source("twilio.sms").connect(request()).await;

    // The facts are lost: the channel was removed and is connected anew.
    let account = hub.source("twilio.sms").connect(request()).await;
    hub.source("twilio.sms")
        .unsubscribe(&account)
        .await
        .unwrap();

    assert_eq!(number(&hub).sms_url, "");
}

#[tokio::test]
async fn a_number_that_points_elsewhere_by_now_is_left_alone() {
    let hub = Hub::start().await;
    let account = hub.source("twilio.sms").connect(request()).await;
    point_elsewhere(&hub, "https://else.example.com/sms");

    hub.source("twilio.sms")
        .unsubscribe(&account)
        .await
        .unwrap();

    assert_eq!(number(&hub).sms_url, "https://else.example.com/sms");
    assert_eq!(hub.sandbox.twilio.called("update_number"), 1);
}

#[tokio::test]
async fn a_number_that_an_application_took_over_is_left_alone() {
    let hub = Hub::start().await;
    let account = hub.source("twilio.sms").connect(request()).await;
    let taken = NumberState {
        sms_application_sid: "AP00000000000000000000000000000009".to_owned(),
        ..number(&hub)
    };
    hub.sandbox.twilio.put_number(NUMBER, taken.clone());

    hub.source("twilio.sms")
        .unsubscribe(&account)
        .await
        .unwrap();

    assert_eq!(number(&hub), taken);
}

#[tokio::test]
async fn a_number_that_was_given_back_counts_as_disconnected() {
    let hub = Hub::start().await;
    let account = hub.source("twilio.sms").connect(request()).await;
    hub.sandbox.twilio.delete_number(NUMBER);

    hub.source("twilio.sms")
        .unsubscribe(&account)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_number_of_somebody_else_is_refused() {
    let hub = Hub::start().await;

    let error = hub
        .source("twilio.sms")
        .refusal(json!({"phone_number": "+14155552671"}))
        .await;

    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("+14155552671"), "{error}");
}

#[tokio::test]
async fn a_number_without_sms_is_refused() {
    let provider = Script::start().await;
    provider.says(200, &json!({"status": "active"})).says(
        200,
        &json!({"incoming_phone_numbers": [{
            "sid": "PN1",
            "phone_number": NUMBER,
            "capabilities": {"voice": true, "sms": false},
        }]}),
    );
    let mut hub = Hub::start().await;
    hub.set("sources.twilio.api_url", &provider.url);

    let error = hub.source("twilio.sms").refusal(request()).await;

    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("cannot carry SMS"), "{error}");
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_never_shown() {
    let mut hub = Hub::start().await;
    hub.set("sources.twilio.auth_token", "canary-wrong");

    let error = hub.source("twilio.sms").refusal(request()).await;

    assert_class(&error, ErrorClass::Reauth);
    assert_eq!(error.code.as_deref(), Some("20003"));
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn a_suspended_account_is_refused() {
    let hub = Hub::start().await;
    hub.sandbox.twilio.set_account_status("suspended");

    let error = hub.source("twilio.sms").refusal(request()).await;

    let is_refusal = matches!(error.class, ErrorClass::Config | ErrorClass::Reauth);
    assert!(is_refusal, "{error:?}");
}

#[tokio::test]
async fn a_hub_that_does_not_know_its_address_cannot_be_called() {
    let mut hub = Hub::start().await;
    let draft = hub.source("twilio.sms").prepare(request()).await.unwrap();
    hub.public_url = None;

    let subscribed = hub.source("twilio.sms").subscribe(&draft, None).await;

    let Err(ConnectError::NotConfigured(error)) = subscribed else {
        panic!("{subscribed:?}");
    };
    assert_eq!(error.setting, "server.public_url");
    assert_eq!(error.variable, "SWITCHBOARD_SERVER__PUBLIC_URL");
    assert_eq!(hub.sandbox.twilio.called("update_number"), 0);
}

#[tokio::test]
async fn a_change_that_twilio_did_not_store_is_no_success() {
    let provider = Script::start().await;
    let number = json!({"sid": "PN1", "phone_number": NUMBER, "capabilities": {"sms": true}});
    let list = json!({"incoming_phone_numbers": [number]});
    provider.says(200, &list);
    provider.says(200, &number);
    let mut hub = Hub::start().await;
    let draft = hub.source("twilio.sms").prepare(request()).await.unwrap();
    hub.set("sources.twilio.api_url", &provider.url);

    let subscribed = hub
        .source("twilio.sms")
        .subscribe(&draft, Some(&RawJson::empty_object()))
        .await;

    let Err(ConnectError::Provider(error)) = subscribed else {
        panic!("{subscribed:?}");
    };
    assert_class(&error, ErrorClass::Retry);
    let form = provider.asked().pop().unwrap();
    assert_eq!(form.method, "POST");
    assert_eq!(
        form.body,
        "SmsUrl=https%3A%2F%2Fhub.example.com%2Ftwilio&SmsMethod=POST&SmsApplicationSid="
    );
}
