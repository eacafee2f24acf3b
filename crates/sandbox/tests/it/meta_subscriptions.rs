//! Connecting and disconnecting a page.

use http::Method;
use serde_json::json;
use switchboard_sandbox::Meta;
use switchboard_sandbox::meta::{Page, SAMPLE_USER, Token};

use crate::call::{Answer, Call, refused, sandbox};

const USER: &str = "authentication token";
const PAGE: &str = "fb-page-id-1";
/// What a hub of messages asks for.
const FIELDS: &str = "messages,messaging_postbacks,messaging_optins,messaging_optouts,\
    message_deliveries,message_reads,message_echoes,message_edits,message_reactions,\
    messaging_referrals,messaging_handovers,standby,messaging_policy_enforcement,\
    messaging_account_linking,messaging_feedback,messaging_integrity,inbox_labels";
/// What Airy Core asks for beyond that.
const OLDER_FIELDS: &str = "messaging_payments,messaging_pre_checkouts,messaging_checkout_updates,\
    messaging_game_plays,messaging_customer_information,feed";

fn subscriptions(meta: &Meta, method: Method) -> Call {
    let token = meta.page_token(USER, PAGE).unwrap();
    Call::new(method, meta.url(), "/v25.0/fb-page-id-1/subscribed_apps").token(meta, &token)
}

#[tokio::test]
async fn subscribing_needs_the_page_s_own_token_and_its_permissions() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || subscriptions(meta, Method::POST).set("subscribed_fields", FIELDS);
    let token_of = |name: &str, token: Token| {
        meta.add_token(name, token);
        meta.page_token(name, PAGE).unwrap()
    };
    let no_metadata = token_of(
        "a",
        Token::short_user(SAMPLE_USER).without("pages_manage_metadata"),
    );
    let no_messaging = token_of(
        "b",
        Token::short_user(SAMPLE_USER).without("pages_messaging"),
    );
    let no_instagram = token_of(
        "c",
        Token::short_user(SAMPLE_USER).without("instagram_basic"),
    );
    let other_page = meta.page_token(USER, "fb-page-id-2").unwrap();
    let app = meta.app();

    refused(
        Answer::graph_error,
        vec![
            ("user token", call().token(meta, USER), (403, 210, 0)),
            (
                "system user's",
                call().token(meta, "user access token"),
                (403, 210, 0),
            ),
            (
                "app token",
                call().set("access_token", &format!("{}|{}", app.id, app.secret)),
                (403, 210, 0),
            ),
            (
                "another page's token",
                call().token(meta, &other_page),
                (403, 200, 0),
            ),
            (
                "no pages_manage_metadata",
                call().token(meta, &no_metadata),
                (403, 200, 0),
            ),
            (
                "no pages_messaging",
                call().token(meta, &no_messaging),
                (403, 200, 0),
            ),
            ("no proof", call().unset("appsecret_proof"), (400, 100, 0)),
            ("wrong method", call().method(Method::PUT), (400, 100, 0)),
            (
                "wrong version",
                call().replace("v25.0", "v2.6"),
                (400, 2635, 0),
            ),
            (
                "unknown page",
                call().replace("page-id-1", "page-id-9"),
                (400, 100, 33),
            ),
        ],
    )
    .await;
    assert_eq!(meta.page_subscription(PAGE), None);

    assert_eq!(call().works().await, json!({"success": true}));
    assert_eq!(
        meta.page_subscription(PAGE),
        Some(FIELDS.split(',').map(ToOwned::to_owned).collect())
    );
    call().token(meta, &no_instagram).works().await;
    call().replace(PAGE, "me").works().await;
    call().set("subscribed_fields", OLDER_FIELDS).works().await;
    call()
        .token(meta, &no_messaging)
        .set("subscribed_fields", "feed")
        .works()
        .await;
}

#[tokio::test]
async fn subscribing_needs_a_list_of_known_fields() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || subscriptions(meta, Method::POST).set("subscribed_fields", FIELDS);

    refused(
        Answer::graph_error,
        vec![
            (
                "no fields",
                call().unset("subscribed_fields"),
                (400, 100, 0),
            ),
            (
                "empty fields",
                call().set("subscribed_fields", ""),
                (400, 100, 0),
            ),
            (
                "unknown field",
                call().set("subscribed_fields", "messages,message_seen"),
                (400, 100, 0),
            ),
            (
                "comma at the end",
                call().set("subscribed_fields", "messages,"),
                (400, 100, 0),
            ),
            (
                "broken list",
                call().set("subscribed_fields", "[messages]"),
                (400, 100, 0),
            ),
            (
                "broken body",
                call().raw("application/json", "{"),
                (400, 100, 0),
            ),
        ],
    )
    .await;
    assert_eq!(meta.page_subscription(PAGE), None);
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let sandbox = sandbox().await;
    let call =
        subscriptions(&sandbox.meta, Method::POST).set("subscribed_fields", "feed,message_seen");

    let message = call.send().await.json()["error"]["message"].to_string();

    assert!(message.contains("subscribed_fields[1]"), "{message}");
    assert!(message.contains("message_seen"), "{message}");
}

#[tokio::test]
async fn fields_come_in_the_query_a_form_or_json() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let expected = Some(["feed".to_owned(), "messages".to_owned()].into());
    let call = || subscriptions(meta, Method::POST);
    for call in [
        call().set("subscribed_fields", "messages,feed"),
        call().set("subscribed_fields", r#"["messages","feed"]"#),
        call().form(&[("subscribed_fields", "messages,feed")]),
        call().json(&json!({"subscribed_fields": "messages,feed"})),
        call().json(&json!({"subscribed_fields": ["messages", "feed"]})),
    ] {
        call.works().await;
        assert_eq!(meta.page_subscription(PAGE), expected);
        meta.remove_page_subscription(PAGE);
    }
}

#[tokio::test]
async fn the_subscription_can_be_read_and_ended_twice() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let read = || subscriptions(meta, Method::GET);
    let end = || subscriptions(meta, Method::DELETE);
    assert_eq!(read().works().await, json!({"data": []}));
    subscriptions(meta, Method::POST)
        .set("subscribed_fields", "feed")
        .works()
        .await;
    assert_eq!(
        read().works().await,
        json!({"data": [{"id": meta.app().id, "name": "Hub", "subscribed_fields": ["feed"]}]})
    );

    refused(
        Answer::graph_error,
        vec![
            ("user token", end().token(meta, USER), (403, 210, 0)),
            ("no proof", end().unset("appsecret_proof"), (400, 100, 0)),
            ("user reads", read().token(meta, USER), (403, 210, 0)),
        ],
    )
    .await;
    assert!(meta.page_subscription(PAGE).is_some());

    for _ in 0..2 {
        assert_eq!(end().works().await, json!({"success": true}));
        assert_eq!(meta.page_subscription(PAGE), None);
    }
}

#[tokio::test]
async fn subscribing_needs_a_task_of_a_manager() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = subscriptions(meta, Method::POST).set("subscribed_fields", "messages");

    meta.set_tasks(SAMPLE_USER, PAGE, Some(&["ANALYZE", "MESSAGING"]));
    assert_eq!(call.send().await.graph_error(), (403, 200, 0));

    meta.set_tasks(SAMPLE_USER, PAGE, Some(&["MESSAGING", "MODERATE"]));
    call.works().await;
}

#[tokio::test]
async fn a_deleted_page_takes_its_subscription_with_it() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = subscriptions(meta, Method::POST).set("subscribed_fields", "messages");
    call.works().await;

    meta.delete_page(PAGE);
    assert_eq!(call.send().await.graph_error(), (400, 100, 33));

    meta.add_page(Page::new(PAGE, "again"));
    assert_eq!(meta.page_subscription(PAGE), None);
}
