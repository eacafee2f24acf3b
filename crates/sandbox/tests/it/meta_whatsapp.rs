//! WhatsApp Cloud: numbers, accounts, subscriptions.

use axum::Router;
use axum::extract::RawQuery;
use axum::routing::get;
use http::Method;
use serde_json::json;
use switchboard_sandbox::Meta;
use switchboard_sandbox::meta::{
    PhoneNumber, SAMPLE_BUSINESS, SAMPLE_SYSTEM_USER, SAMPLE_WABA, Token, Waba,
};

use crate::call::{Answer, Call, refused, sandbox};

const TOKEN: &str = "user access token";
const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,name_status,\
    code_verification_status";

fn call(meta: &Meta, method: Method, path: &str) -> Call {
    Call::new(method, meta.url(), &format!("/v25.0/{path}")).token(meta, TOKEN)
}

/// Another company's account, and tokens that fall short.
fn other_accounts(meta: &Meta) {
    meta.add_waba(Waba {
        id: "200".to_owned(),
        name: "Other".to_owned(),
        business_id: "201".to_owned(),
        numbers: vec![PhoneNumber::new("202", "+1 555-000-0000", "Other")],
    });
    let full = || Token::whatsapp_system_user(SAMPLE_SYSTEM_USER, SAMPLE_WABA);
    meta.add_token("sender", full().without("whatsapp_business_management"));
}

#[tokio::test]
async fn a_number_shows_itself_to_those_who_manage_its_account() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    other_accounts(meta);
    let number = || call(meta, Method::GET, "1234567").set("fields", FIELDS);

    refused(
        Answer::graph_error,
        vec![
            (
                "unknown number",
                number().replace("1234567", "7654321"),
                (400, 100, 33),
            ),
            (
                "another account's number",
                number().replace("1234567", "202"),
                (400, 100, 33),
            ),
            (
                "no permission",
                number().token(meta, "sender"),
                (403, 200, 0),
            ),
            (
                "user without it",
                number().token(meta, "authentication token"),
                (403, 200, 0),
            ),
            (
                "unknown field",
                number().set("fields", "id,owner"),
                (400, 100, 0),
            ),
            ("no proof", number().unset("appsecret_proof"), (400, 100, 0)),
            (
                "wrong method",
                number().method(Method::DELETE),
                (400, 100, 0),
            ),
            (
                "wrong version",
                number().replace("v25.0", "v14.0"),
                (400, 2635, 0),
            ),
        ],
    )
    .await;

    assert_eq!(
        number().works().await,
        json!({
            "id": "1234567",
            "display_phone_number": "+1 555-078-3881",
            "verified_name": "Jaspers Market",
            "quality_rating": "GREEN",
            "name_status": "APPROVED",
            "code_verification_status": "VERIFIED",
        })
    );
    meta.delete_phone_number("1234567");
    assert_eq!(number().send().await.graph_error(), (400, 100, 33));
}

#[tokio::test]
async fn the_numbers_of_an_account_come_in_pages() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    other_accounts(meta);
    let path = format!("{SAMPLE_WABA}/phone_numbers");
    let list = || {
        call(meta, Method::GET, &path)
            .set("limit", "1")
            .set("fields", "id")
    };

    refused(
        Answer::graph_error,
        vec![
            (
                "unknown account",
                list().replace(SAMPLE_WABA, "1"),
                (400, 100, 33),
            ),
            (
                "another account",
                list().replace(SAMPLE_WABA, "200"),
                (400, 100, 33),
            ),
            ("no permission", list().token(meta, "sender"), (403, 200, 0)),
            (
                "unknown field",
                list().set("fields", "number"),
                (400, 100, 0),
            ),
            ("wrong method", list().method(Method::POST), (400, 100, 0)),
        ],
    )
    .await;

    let first = list().works().await;
    assert_eq!(first["data"], json!([{"id": "1234567"}]));
    assert!(first["paging"]["next"].is_string());
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let second = list().set("after", after).works().await;
    assert_eq!(second["data"], json!([{"id": "106540352242922"}]));
    assert_eq!(second["paging"].get("next"), None);
}

#[tokio::test]
async fn a_business_lists_the_accounts_that_the_token_is_good_for() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.add_waba(Waba {
        id: "300".to_owned(),
        name: "Not for this token".to_owned(),
        business_id: SAMPLE_BUSINESS.to_owned(),
        numbers: Vec::new(),
    });
    let owned = call(
        meta,
        Method::GET,
        &format!("{SAMPLE_BUSINESS}/owned_whatsapp_business_accounts"),
    );

    let answer = owned.clone().set("fields", "id,name").works().await;
    assert_eq!(
        answer["data"],
        json!([{"id": SAMPLE_WABA, "name": "Jaspers Market"}])
    );
    let unknown = owned.replace(SAMPLE_BUSINESS, "1").send().await;
    assert_eq!(unknown.graph_error(), (400, 100, 33));
    let name = call(meta, Method::GET, SAMPLE_WABA)
        .set("fields", "name")
        .works()
        .await;
    assert_eq!(name["name"], "Jaspers Market");
}

#[tokio::test]
async fn an_account_is_subscribed_read_and_unsubscribed() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    other_accounts(meta);
    let path = format!("{SAMPLE_WABA}/subscribed_apps");
    let subscribe = || call(meta, Method::POST, &path).json(&json!({}));

    refused(
        Answer::graph_error,
        vec![
            (
                "another account",
                subscribe().replace(SAMPLE_WABA, "200"),
                (400, 100, 33),
            ),
            (
                "unknown account",
                subscribe().replace(SAMPLE_WABA, "1"),
                (400, 100, 33),
            ),
            (
                "no permission",
                subscribe().token(meta, "sender"),
                (403, 200, 0),
            ),
            (
                "no proof",
                subscribe().unset("appsecret_proof"),
                (400, 100, 0),
            ),
            (
                "wrong method",
                subscribe().method(Method::PUT),
                (400, 100, 0),
            ),
            (
                "broken body",
                subscribe().raw("application/json", "{"),
                (400, 100, 0),
            ),
        ],
    )
    .await;
    assert!(!meta.waba_subscribed(SAMPLE_WABA));

    assert_eq!(subscribe().works().await, json!({"success": true}));
    assert!(meta.waba_subscribed(SAMPLE_WABA));
    let data = &call(meta, Method::GET, &path).works().await["data"];
    assert_eq!(data[0]["whatsapp_business_api_data"]["id"], meta.app().id);
    let end = call(meta, Method::DELETE, &path);
    assert_eq!(
        end.clone().token(meta, "sender").send().await.graph_error(),
        (403, 200, 0)
    );
    for _ in 0..2 {
        assert_eq!(end.works().await, json!({"success": true}));
        assert!(!meta.waba_subscribed(SAMPLE_WABA));
    }
}

#[tokio::test]
async fn another_callback_address_must_answer_with_the_challenge() {
    let echo = |RawQuery(query): RawQuery| async move {
        let query = query.unwrap();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let [mode, challenge, token] = &pairs[..] else {
            panic!("{pairs:?}")
        };
        assert_eq!(*mode, ("hub.mode".to_owned(), "subscribe".to_owned()));
        assert_eq!(*token, ("hub.verify_token".to_owned(), "secret".to_owned()));
        challenge.1.clone()
    };
    let routes = Router::new()
        .route("/good", get(echo))
        .route("/bad", get(|| async { "0" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, routes).into_future());
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let subscribe = |address: &str| {
        let body = json!({"override_callback_uri": address, "verify_token": "secret"});
        call(
            meta,
            Method::POST,
            &format!("{SAMPLE_WABA}/subscribed_apps"),
        )
        .json(&body)
    };

    refused(
        Answer::graph_error,
        vec![
            (
                "wrong answer",
                subscribe(&format!("{base}/bad")),
                (422, 100, 0),
            ),
            (
                "no such path",
                subscribe(&format!("{base}/none")),
                (422, 100, 0),
            ),
            (
                "plain http elsewhere",
                subscribe("http://hub.example.com/x"),
                (400, 100, 0),
            ),
            ("no address", subscribe("hub"), (400, 100, 0)),
            (
                "no verify token",
                subscribe("").json(&json!({"override_callback_uri": format!("{base}/good")})),
                (400, 100, 0),
            ),
        ],
    )
    .await;
    assert!(!meta.waba_subscribed(SAMPLE_WABA));

    subscribe(&format!("{base}/good")).works().await;
    assert_eq!(
        meta.waba_override(SAMPLE_WABA),
        Some(format!("{base}/good"))
    );
}
