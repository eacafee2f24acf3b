//! WhatsApp numbers on Meta's Cloud API.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use switchboard_connector::ErrorClass;
use switchboard_sandbox::meta::{Death, PhoneNumber, SAMPLE_SYSTEM_USER, SAMPLE_WABA, Token, Waba};

use crate::hub::{
    Hub, assert_class, assert_hidden, connector, credential, fact, operations, upstream,
};

const SCOPE: &str = "whatsapp_business_management";

fn request(token: &str) -> serde_json::Value {
    json!({"phone_number_id": "1234567", "user_token": token})
}

/// A system user's token that is good for these accounts; for all if there are none.
fn token_for(wabas: &[&str]) -> Token {
    let mut token = Token::whatsapp_system_user(SAMPLE_SYSTEM_USER, SAMPLE_WABA);
    token.targets.clear();
    if !wabas.is_empty() {
        let targets: BTreeSet<String> = wabas.iter().map(|&waba| waba.to_owned()).collect();
        token.targets.insert(SCOPE.to_owned(), targets);
    }
    token
}

fn waba(id: &str, numbers: usize) -> Waba {
    Waba {
        id: id.to_owned(),
        name: format!("Account {id}"),
        business_id: "506914307656634".to_owned(),
        numbers: (0..numbers)
            .map(|number| PhoneNumber::new(format!("{id}{number:04}"), "+1 555", "Branch"))
            .collect(),
    }
}

#[tokio::test]
async fn a_number_is_connected_and_its_account_subscribed() {
    let hub = Hub::start().await;
    let meta = &hub.sandbox.meta;
    let example = connector("whatsapp").connect_example();

    let draft = hub.source("whatsapp").prepare(example).await.unwrap();

    assert_eq!(draft.source_channel_id.as_str(), "1234567");
    assert_eq!(draft.name, "Customer support hotline");
    assert_eq!(upstream(&draft), Some("meta:waba:102290129340398"));
    assert_eq!(credential(&draft, "user_token"), "user access token");
    assert_eq!(fact(&draft.facts, "waba_id"), SAMPLE_WABA);
    assert!(!meta.waba_subscribed(SAMPLE_WABA));

    hub.source("whatsapp")
        .subscribe(&draft, None)
        .await
        .unwrap();
    assert!(meta.waba_subscribed(SAMPLE_WABA));
    assert_eq!(meta.waba_override(SAMPLE_WABA), None);
    assert_eq!(
        operations(&meta.calls()),
        [
            "debug_token",
            "get_phone_number",
            "list_phone_numbers",
            "subscribe_waba"
        ]
    );
}

#[tokio::test]
async fn the_name_is_the_one_that_meta_has_verified() {
    let hub = Hub::start().await;

    let draft = hub
        .source("whatsapp")
        .prepare(request("user access token"))
        .await
        .unwrap();

    assert_eq!(draft.name, "Jaspers Market");
    assert_eq!(draft.image_url, None);
}

#[tokio::test]
async fn only_a_token_that_expires_is_exchanged() {
    let hub = Hub::start().await;
    let token = Token {
        lifetime: Some(Duration::from_hours(2)),
        ..token_for(&[SAMPLE_WABA])
    };
    hub.sandbox.meta.add_token("short", token);

    let draft = hub
        .source("whatsapp")
        .prepare(request("short"))
        .await
        .unwrap();

    assert_eq!(hub.sandbox.meta.called("exchange_token"), 1);
    let stored = credential(&draft, "user_token");
    assert_ne!(stored, "short");
    assert!(hub.sandbox.meta.token_is_alive(&stored));
}

#[tokio::test]
async fn the_account_is_searched_among_all_that_the_token_is_for() {
    let hub = Hub::start().await;
    hub.sandbox.meta.add_waba(waba("100", 130));
    let token = token_for(&["100", "1009999999", SAMPLE_WABA]);
    hub.sandbox.meta.add_token("several", token);

    let draft = hub
        .source("whatsapp")
        .prepare(request("several"))
        .await
        .unwrap();

    assert_eq!(fact(&draft.facts, "waba_id"), SAMPLE_WABA);
    let calls = hub.sandbox.meta.calls();
    let lists: Vec<_> = calls
        .iter()
        .filter(|call| call.path.ends_with("/phone_numbers"))
        .map(|call| (call.path.as_str(), call.status))
        .collect();
    // Two pages of one account, one account that is gone, and the right one.
    assert_eq!(
        lists,
        [
            ("/v25.0/100/phone_numbers", Some(200)),
            ("/v25.0/100/phone_numbers", Some(200)),
            ("/v25.0/1009999999/phone_numbers", Some(400)),
            ("/v25.0/102290129340398/phone_numbers", Some(200)),
        ]
    );
}

#[tokio::test]
async fn a_token_that_is_for_all_accounts_needs_the_account_named() {
    let hub = Hub::start().await;
    hub.sandbox.meta.add_token("canary-all", token_for(&[]));

    let error = hub.source("whatsapp").refusal(request("canary-all")).await;
    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("waba_id"), "{error}");
    assert_hidden(&error, "canary");

    let mut body = request("canary-all");
    body["waba_id"] = json!(SAMPLE_WABA);
    let draft = hub.source("whatsapp").prepare(body).await.unwrap();
    assert_eq!(upstream(&draft), Some("meta:waba:102290129340398"));
}

#[tokio::test]
async fn an_account_that_the_number_does_not_belong_to_is_refused() {
    let hub = Hub::start().await;
    hub.sandbox.meta.add_waba(waba("100", 1));
    hub.sandbox.meta.add_token("all", token_for(&[]));
    for (waba_id, words) in [("100", "does not belong"), ("101", "101")] {
        let mut body = request("all");
        body["waba_id"] = json!(waba_id);

        let error = hub.source("whatsapp").refusal(body).await;

        assert_class(&error, ErrorClass::Config);
        assert!(error.message.contains(words), "{error}");
    }
}

#[tokio::test]
async fn refusals_of_meta_keep_their_class() {
    let hub = Hub::start().await;
    let meta = &hub.sandbox.meta;

    let poor = token_for(&[SAMPLE_WABA]).without("whatsapp_business_messaging");
    meta.add_token("canary-poor", poor);
    let error = hub.source("whatsapp").refusal(request("canary-poor")).await;
    assert_class(&error, ErrorClass::Permission);
    assert!(
        error.message.contains("whatsapp_business_messaging"),
        "{error}"
    );
    assert_hidden(&error, "canary");

    let body = json!({"phone_number_id": "404", "user_token": "user access token"});
    let error = hub.source("whatsapp").refusal(body).await;
    assert_class(&error, ErrorClass::Config);

    meta.revoke_token("user access token", Death::AppRemoved);
    let error = hub
        .source("whatsapp")
        .refusal(request("user access token"))
        .await;
    assert_class(&error, ErrorClass::Reauth);
    assert_eq!(error.code.as_deref(), Some("190/458"));
}

#[tokio::test]
async fn disconnecting_ends_the_subscription_of_the_account() {
    let hub = Hub::start().await;
    let account = hub
        .source("whatsapp")
        .connect(request("user access token"))
        .await;

    hub.source("whatsapp").unsubscribe(&account).await.unwrap();

    assert!(!hub.sandbox.meta.waba_subscribed(SAMPLE_WABA));
    assert_eq!(hub.sandbox.meta.called("unsubscribe_waba"), 1);
}

#[tokio::test]
async fn another_meta_app_can_be_set_for_whatsapp_alone() {
    let mut hub = Hub::start().await;
    hub.set("sources.whatsapp.app_secret", "canary-other-app");

    let error = hub
        .source("whatsapp")
        .refusal(request("user access token"))
        .await;

    assert_class(&error, ErrorClass::Config);
    assert_hidden(&error, "canary");
}
