//! Instagram accounts behind Facebook pages.

use serde_json::json;
use switchboard_connector::ErrorClass;
use switchboard_sandbox::meta::{Instagram, Page, SAMPLE_USER, Token};

use crate::hub::{Hub, assert_class, assert_hidden, connector, credential, operations, upstream};

const PAGE: &str = "fb-page-id-1";

fn request(page_id: &str, account_id: &str) -> serde_json::Value {
    json!({"page_id": page_id, "account_id": account_id, "page_token": "authentication token"})
}

#[tokio::test]
async fn an_account_is_connected_through_its_page() {
    let hub = Hub::start().await;
    let example = connector("instagram").connect_example();

    let draft = hub
        .source("instagram")
        .prepare(example.clone())
        .await
        .unwrap();

    assert_eq!(draft.source_channel_id.as_str(), "ig-account-id");
    assert_eq!(draft.name, "My custom name for this account");
    assert_eq!(upstream(&draft), Some("meta:page:fb-page-id-1"));
    let token = credential(&draft, "page_token");
    assert!(hub.sandbox.meta.token_is_alive(&token));

    let account = hub.source("instagram").connect(example).await;
    assert!(hub.sandbox.meta.page_subscription(PAGE).is_some());
    hub.source("instagram").unsubscribe(&account).await.unwrap();
    assert_eq!(hub.sandbox.meta.page_subscription(PAGE), None);
    assert_eq!(
        operations(&hub.sandbox.meta.calls())[3..],
        [
            "debug_token",
            "exchange_token",
            "get_page",
            "subscribe_page",
            "unsubscribe_page"
        ]
    );
}

#[tokio::test]
async fn name_and_picture_are_the_accounts() {
    let hub = Hub::start().await;

    let draft = hub
        .source("instagram")
        .prepare(request(PAGE, "ig-account-id"))
        .await
        .unwrap();

    assert_eq!(draft.name, "My page 1");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("http://example.org/instagram.jpeg")
    );
}

#[tokio::test]
async fn an_account_without_a_name_is_called_by_its_user_name_or_its_page() {
    let hub = Hub::start().await;
    for (username, want) in [("jaspers", "jaspers"), ("", "my page 1 Instagram account")] {
        let account = Instagram {
            id: "ig-account-id".to_owned(),
            username: username.to_owned(),
            name: String::new(),
            profile_picture_url: None,
        };
        hub.sandbox
            .meta
            .add_page(Page::new(PAGE, "my page 1").with_instagram(account));

        let draft = hub
            .source("instagram")
            .prepare(request(PAGE, "ig-account-id"))
            .await
            .unwrap();

        assert_eq!(draft.name, want);
        assert_eq!(draft.image_url, None);
    }
}

#[tokio::test]
async fn an_account_of_another_page_is_refused() {
    let hub = Hub::start().await;

    let error = hub
        .source("instagram")
        .refusal(request(PAGE, "17841400000000001"))
        .await;
    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("ig-account-id"), "{error}");

    let error = hub
        .source("instagram")
        .refusal(request("fb-page-id-2", "ig-account-id"))
        .await;
    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("no Instagram account"), "{error}");
    assert_eq!(hub.sandbox.meta.page_subscription(PAGE), None);
}

#[tokio::test]
async fn a_token_without_a_permission_for_instagram_is_refused() {
    let hub = Hub::start().await;
    let token = Token::short_user(SAMPLE_USER).without("instagram_manage_messages");
    hub.sandbox.meta.add_token("canary-poor", token);
    let mut body = request(PAGE, "ig-account-id");
    body["page_token"] = json!("canary-poor");

    let error = hub.source("instagram").refusal(body).await;

    assert_class(&error, ErrorClass::Permission);
    assert!(
        error.message.contains("instagram_manage_messages"),
        "{error}"
    );
    assert_hidden(&error, "canary");
}
