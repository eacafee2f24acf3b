//! Each fault does what its name says, as often as planned.

use std::time::Duration;

use http::Method;
use serde_json::json;
use switchboard_sandbox::{Fault, Meta, Sandbox, SandboxOptions};

use crate::call::{Call, sandbox};
use crate::twilio_numbers;

const USER: &str = "authentication token";
const PAGE: &str = "fb-page-id-1";
/// Long enough to never be waited for.
const LONG: Duration = Duration::from_hours(1);

fn list(meta: &Meta) -> Call {
    Call::new(Method::GET, meta.url(), "/v25.0/me/accounts").token(meta, USER)
}

fn subscribe(meta: &Meta) -> Call {
    let token = meta.page_token(USER, PAGE).unwrap();
    Call::new(
        Method::POST,
        meta.url(),
        "/v25.0/fb-page-id-1/subscribed_apps",
    )
    .token(meta, &token)
    .set("subscribed_fields", "messages")
}

fn twilio(sandbox: &Sandbox) -> Call {
    let twilio = &sandbox.twilio;
    twilio_numbers::call(
        twilio,
        Method::GET,
        twilio.url(),
        "/2010-04-01/Accounts/{sid}.json",
    )
}

fn google(sandbox: &Sandbox) -> Call {
    Call::new(Method::POST, sandbox.google.url(), "/token").form(&[("grant_type", "x")])
}

fn viber(sandbox: &Sandbox) -> Call {
    Call::new(Method::POST, sandbox.viber.url(), "/pa/get_account_info")
        .header("x-viber-auth-token", &sandbox.viber.auth_token())
        .json(&json!({}))
}

#[tokio::test]
async fn refusals_are_worded_by_the_provider_and_change_nothing() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let cases = [
        (Fault::ExpiredToken, (401, 190, 463)),
        (Fault::MissingPermission, (403, 200, 0)),
        (Fault::RateLimited, (429, 80006, 0)),
        (Fault::Outage, (503, 2, 0)),
    ];
    for (fault, expected) in cases {
        meta.fail_times("subscribe_page", fault, 1);
        let answer = subscribe(meta).send().await;
        assert_eq!(answer.graph_error(), expected, "{fault:?}");
        assert_eq!(meta.page_subscription(PAGE), None);
    }
    meta.fail_times("list_pages", Fault::RateLimited, 1);
    let answer = list(meta).send().await;
    assert_eq!(answer.graph_error(), (400, 613, 0));
    assert!(answer.headers.contains_key("x-app-usage"));
    meta.fail_times("get_page", Fault::MissingPermission, 1);
    let answer = list(meta).replace("me/accounts", PAGE).send().await;
    assert_eq!(answer.graph_error(), (403, 10, 0));

    sandbox.twilio.fail(Fault::ExpiredToken);
    assert_eq!(twilio(&sandbox).send().await.twilio_error(), (401, 20003));
    sandbox.viber.fail(Fault::RateLimited);
    assert_eq!(viber(&sandbox).send().await.json()["status"], 12);
    sandbox.google.fail(Fault::ExpiredToken);
    assert_eq!(
        google(&sandbox).send().await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn limits_tell_when_to_come_back_as_the_provider_does() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.fail_times("subscribe_page", Fault::RateLimited, 1);
    let answer = subscribe(meta).send().await;
    let usage = answer.headers["x-business-use-case-usage"]
        .to_str()
        .unwrap();
    let usage: serde_json::Value = serde_json::from_str(usage).unwrap();
    assert_eq!(usage[PAGE][0]["estimated_time_to_regain_access"], 1);

    sandbox
        .twilio
        .fail_times("get_account", Fault::RateLimited, 1);
    let answer = twilio(&sandbox).send().await;
    assert_eq!(answer.twilio_error(), (429, 20429));
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test]
async fn an_outage_is_transient_and_a_server_error_is_no_json() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.fail_times("list_pages", Fault::Outage, 1);
    meta.fail_times("list_pages", Fault::ServerError(502), 1);

    assert_eq!(
        list(meta).send().await.json()["error"]["is_transient"],
        true
    );
    let answer = list(meta).send().await;
    assert_eq!((answer.status, &answer.text[..6]), (502, "<html>"));
    list(meta).works().await;
}

#[tokio::test]
async fn a_dead_token_is_examined_with_http_200() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.fail(Fault::ExpiredToken);
    let answer = list(meta)
        .replace("me/accounts", "debug_token")
        .send()
        .await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["data"]["error"]["subcode"], 463);
}

#[tokio::test]
async fn a_slow_answer_comes_after_its_effect() {
    let sandbox = sandbox().await;
    let meta = sandbox.meta.clone();
    meta.fail_times("subscribe_page", Fault::SlowAfterEffect(LONG), 1);
    let call = subscribe(&meta);
    let waiting = tokio::spawn(async move { call.works().await });

    meta.wait_for_calls("subscribe_page", 1).await;
    assert!(meta.page_subscription(PAGE).is_some());
    assert!(!waiting.is_finished());
    meta.release();

    assert_eq!(waiting.await.unwrap(), json!({"success": true}));
}

#[tokio::test]
async fn a_dropped_answer_leaves_its_effect() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.fail_times("subscribe_page", Fault::DropAfterEffect, 1);

    let error = subscribe(meta).try_send().await.err().unwrap();

    assert!(error.is_request() && !error.is_connect(), "{error:?}");
    assert!(meta.page_subscription(PAGE).is_some());
    assert_eq!(meta.calls().last().unwrap().status, None);
    subscribe(meta).works().await;
}

#[tokio::test]
async fn a_garbled_answer_is_http_200_and_leaves_its_effect() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    meta.fail_times("subscribe_page", Fault::GarbledAnswer, 1);

    let answer = subscribe(meta).send().await;

    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    assert!(meta.page_subscription(PAGE).is_some());
}

#[tokio::test]
async fn a_call_that_hangs_has_no_effect_and_ends_when_released() {
    let sandbox = sandbox().await;
    let meta = sandbox.meta.clone();
    meta.fail_times("subscribe_page", Fault::Hang, 1);
    let call = subscribe(&meta);
    let waiting = tokio::spawn(async move { call.try_send().await.is_err() });

    meta.wait_for_calls("subscribe_page", 1).await;
    assert!(!waiting.is_finished());
    meta.clear_faults();

    assert!(waiting.await.unwrap());
    assert_eq!(meta.page_subscription(PAGE), None);
}

#[tokio::test]
async fn stopping_lets_go_of_hung_calls_and_closes_the_ports() {
    let sandbox = sandbox().await;
    let meta = sandbox.meta.clone();
    meta.fail(Fault::Hang);
    let call = list(&meta);
    let waiting = tokio::spawn(async move { call.try_send().await.is_err() });
    meta.wait_for_calls("list_pages", 1).await;

    sandbox.stop().await;

    assert!(waiting.await.unwrap());
    assert!(list(&meta).try_send().await.err().unwrap().is_connect());
}

#[tokio::test]
async fn the_log_tells_calls_without_their_secrets() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    list(meta).works().await;
    list(meta).replace("v25.0", "v1.0").send().await;
    subscribe(meta).works().await;

    let calls = meta.calls();
    let short: Vec<_> = calls
        .iter()
        .map(|call| (call.operation, call.status))
        .collect();
    assert_eq!(
        short,
        [
            ("list_pages", Some(200)),
            ("unknown", Some(400)),
            ("subscribe_page", Some(200))
        ]
    );
    assert_eq!(calls[0].path, "/v25.0/me/accounts");
    for secret in [USER, &meta.app().secret, "EAAG"] {
        assert!(
            !format!("{calls:?}").contains(secret),
            "{secret} is in {calls:?}"
        );
    }
    assert_eq!(meta.called("list_pages"), 1);
    meta.forget_calls();
    assert_eq!(meta.calls(), []);
}

#[tokio::test]
async fn nothing_shows_a_secret_when_it_is_printed() {
    let sandbox = sandbox().await;
    list(&sandbox.meta).works().await;
    let text = format!("{sandbox:?} {:?}", SandboxOptions::default());
    assert!(
        text.contains("fb-page-id-1") && text.contains(sandbox.meta.url()),
        "{text}"
    );

    let mut secrets = vec![
        USER.to_owned(),
        "user access token".to_owned(),
        "EAAG".to_owned(),
    ];
    secrets.extend(sandbox.settings().into_iter().filter_map(|(name, value)| {
        ["secret", "token", "key", "service_account"]
            .iter()
            .any(|word| name.contains(word))
            .then_some(value)
    }));
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in {text}");
    }
}

#[tokio::test]
#[should_panic(expected = "there is no operation get_pages")]
async fn a_fault_of_an_operation_that_does_not_exist_is_a_mistake() {
    sandbox()
        .await
        .meta
        .fail_times("get_pages", Fault::Outage, 1);
}
