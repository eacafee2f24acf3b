//! Providers that fail, hang, or answer what no honest provider answers.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_connector::{ConnectError, Effect, ErrorClass, ProviderError};
use switchboard_sandbox::Fault;
use tokio::time::Instant;

use crate::hub::{Hub, assert_class, assert_hidden, operations};
use crate::script::Script;

fn page() -> Value {
    json!({"page_id": "fb-page-id-1", "page_token": "authentication token"})
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, ConnectError>) -> ProviderError {
    match outcome {
        Err(ConnectError::Provider(error)) => error,
        other => panic!("the provider should refuse, but: {other:?}"),
    }
}

/// A hub whose Meta says what the test tells it to.
async fn scripted() -> (Hub, Script) {
    let provider = Script::start().await;
    let mut hub = Hub::start().await;
    hub.set("sources.facebook.api_url", &provider.url);
    (hub, provider)
}

async fn explore(hub: &Hub) -> Result<Vec<String>, ConnectError> {
    let body = json!({"auth_token": "canary-token"});
    let found = hub.source("facebook").explore(body).await?;
    Ok(found.into_iter().map(|page| page.name).collect())
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_twice() {
    for fault in [Fault::Outage, Fault::ServerError(503), Fault::GarbledAnswer] {
        let hub = Hub::start().await;
        hub.sandbox.meta.fail_times("get_page", fault, 2);

        hub.source("facebook").prepare(page()).await.unwrap();

        assert_eq!(hub.sandbox.meta.called("get_page"), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_failure_that_stays_is_tried_three_times_in_all() {
    let hub = Hub::start().await;
    hub.sandbox
        .meta
        .fail_times("get_page", Fault::ServerError(500), 99);

    let error = hub.source("facebook").refusal(page()).await;

    assert_class(&error, ErrorClass::Retry);
    assert_eq!(hub.sandbox.meta.called("get_page"), 3);
}

#[tokio::test]
async fn subscribing_is_repeated_although_nobody_knows_what_became_of_it() {
    for fault in [
        Fault::DropAfterEffect,
        Fault::GarbledAnswer,
        Fault::ServerError(502),
    ] {
        let hub = Hub::start().await;
        let draft = hub.source("facebook").prepare(page()).await.unwrap();
        hub.sandbox.meta.fail_times("subscribe_page", fault, 1);

        hub.source("facebook")
            .subscribe(&draft, None)
            .await
            .unwrap();

        assert_eq!(hub.sandbox.meta.called("subscribe_page"), 2, "{fault:?}");
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_some());
    }
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    for (fault, class) in [
        (Fault::ExpiredToken, ErrorClass::Reauth),
        (Fault::MissingPermission, ErrorClass::Permission),
    ] {
        let hub = Hub::start().await;
        hub.sandbox.meta.fail_times("get_page", fault, 1);

        let error = hub.source("facebook").refusal(page()).await;

        assert_class(&error, class);
        assert_eq!(hub.sandbox.meta.called("get_page"), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_limit_that_ends_after_the_request_is_told_with_its_end() {
    let hub = Hub::start().await;
    hub.sandbox
        .meta
        .fail_times("get_page", Fault::RateLimited, 1);

    let error = hub.source("facebook").refusal(page()).await;

    assert_class(&error, ErrorClass::Throttle);
    assert_eq!(error.effect, Effect::None);
    assert_eq!(error.retry_after, Some(Duration::from_mins(1)));
    assert_eq!(hub.sandbox.meta.called("get_page"), 1);
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_when_time_is_over() {
    let mut hub = Hub::start().await;
    hub.patience = Duration::from_millis(300);
    hub.sandbox.meta.fail(Fault::Hang);
    hub.sandbox.twilio.fail(Fault::Hang);
    hub.sandbox.viber.fail(Fault::Hang);
    hub.sandbox.google.fail(Fault::Hang);
    for source in [
        "facebook",
        "instagram",
        "whatsapp",
        "twilio.sms",
        "twilio.whatsapp",
        "viber",
        "google",
    ] {
        let example = crate::hub::connector(source).connect_example();

        let begun = Instant::now();
        let error = hub.source(source).refusal(example).await;

        assert_class(&error, ErrorClass::Retry);
        // Without a deadline one call alone would wait for 15 s.
        assert!(begun.elapsed() < Duration::from_secs(10), "{source}");
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_has_done_nothing() {
    let mut hub = Hub::start().await;
    for setting in ["facebook.api_url", "twilio.api_url", "viber.api_url"] {
        // Port 9 discards; nothing listens there.
        hub.set(&format!("sources.{setting}"), "http://127.0.0.1:9");
    }
    for source in ["facebook", "whatsapp", "twilio.sms", "viber"] {
        let example = crate::hub::connector(source).connect_example();

        let error = hub.source(source).refusal(example).await;

        assert_class(&error, ErrorClass::Retry);
        assert_eq!(error.effect, Effect::None, "{source}");
    }
}

#[tokio::test]
async fn an_answer_without_success_is_unclear() {
    let hub = Hub::start().await;
    let draft = hub.source("facebook").prepare(page()).await.unwrap();
    let (scripted, provider) = scripted().await;
    for _ in 0..3 {
        provider.says(200, &json!({"success": false}));
    }

    let error = refused(scripted.source("facebook").subscribe(&draft, None).await);

    assert_class(&error, ErrorClass::Retry);
    assert_eq!(error.effect, Effect::Possible);
    assert_eq!(provider.asked().len(), 3);
}

#[tokio::test]
async fn every_call_with_a_token_is_proved_and_the_next_page_is_asked_for_as_given() {
    let (hub, provider) = scripted().await;
    let next = format!(
        "{}/v25.0/me/accounts?access_token=canary-token&limit=100&after=QVFI%253D%3D%2B",
        provider.url
    );
    provider
        .says(
            200,
            &json!({"data": [{"id": 1, "name": "One"}], "paging": {"next": next}}),
        )
        .says(
            200,
            &json!({"data": [{"id": "2", "name": "Two"}], "paging": {}}),
        );

    let names = explore(&hub).await.unwrap();

    assert_eq!(names, ["One", "Two"]);
    let asked = provider.asked();
    assert_eq!(asked.len(), 2);
    for call in &asked {
        assert_eq!(call.headers["authorization"], "Bearer canary-token");
        let query = call.uri.query().unwrap();
        assert_eq!(query.matches("appsecret_proof=").count(), 1, "{query}");
    }
    let second = asked[1].uri.to_string();
    let wanted = "/v25.0/me/accounts?access_token=canary-token&limit=100&after=QVFI%253D%3D%2B&";
    assert!(second.starts_with(wanted), "{second}");
    assert!(
        !asked[0].uri.to_string().contains("canary"),
        "{}",
        asked[0].uri
    );
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_followed() {
    let (hub, provider) = scripted().await;
    let thief = Script::start().await;
    let next = format!("{}/v25.0/me/accounts?access_token=canary-token", thief.url);
    provider.says(200, &json!({"data": [], "paging": {"next": next}}));

    let error = refused(explore(&hub).await);

    assert_class(&error, ErrorClass::Config);
    assert_eq!(thief.asked().len(), 0);
    assert_hidden(&error, "canary");
    assert_hidden(&error, &thief.url);
}

#[tokio::test]
async fn an_error_on_a_later_page_hides_the_tokens_of_its_address() {
    let (hub, provider) = scripted().await;
    let next = format!(
        "{}/v25.0/me/accounts?access_token=canary%2Bof+meta&appsecret_proof=canary-proof",
        provider.url
    );
    provider
        .says(200, &json!({"data": [], "paging": {"next": next}}))
        .says(
            400,
            &json!({"error": {
                "code": 190,
                "message": "canary+of meta with canary-proof, sent by canary-token, is malformed",
            }}),
        );

    let error = refused(explore(&hub).await);

    assert_eq!(error.message, "*** with ***, sent by ***, is malformed");
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up() {
    let (hub, provider) = scripted().await;
    let next = format!("{}/v25.0/me/accounts?after=same", provider.url);
    for _ in 0..1_001 {
        provider.says(200, &json!({"data": [], "paging": {"next": next}}));
    }

    let error = refused(explore(&hub).await);

    assert_class(&error, ErrorClass::Retry);
    assert!(error.message.contains("1000 pages"), "{error}");
    assert_eq!(provider.asked().len(), 1_000);
}

#[tokio::test]
async fn a_page_that_gives_no_token_of_its_own_is_refused() {
    let (hub, provider) = scripted().await;
    let app_id = hub.sandbox.meta.app().id;
    provider
        .says(
            200,
            &json!({"data": {
                "app_id": app_id,
                "type": "USER",
                "is_valid": true,
                "expires_at": 0,
                "scopes": ["pages_messaging", "pages_manage_metadata"],
            }}),
        )
        .says(200, &json!({"id": "fb-page-id-1", "name": "Shop"}));

    let error = hub.source("facebook").refusal(page()).await;

    assert_class(&error, ErrorClass::Permission);
}

#[tokio::test]
async fn a_token_that_meta_calls_invalid_without_a_reason_is_refused() {
    let (hub, provider) = scripted().await;
    provider.says(200, &json!({"data": {"is_valid": false, "scopes": []}}));

    let error = hub.source("facebook").refusal(page()).await;

    assert_class(&error, ErrorClass::Reauth);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (hub, provider) = scripted().await;
    provider.says(302, &json!({}));

    let error = hub.source("facebook").refusal(page()).await;

    assert_class(&error, ErrorClass::Config);
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_none_is_named_in_the_error() {
    let mut hub = Hub::start().await;
    for address in ["graph.facebook.com", "ftp://graph.facebook.com", "https://"] {
        hub.set("sources.facebook.api_url", address);

        let error = hub.source("facebook").refusal(page()).await;

        assert_class(&error, ErrorClass::Config);
        assert!(error.message.contains("api_url"), "{error}");
    }
}

#[tokio::test]
async fn twilio_and_viber_are_asked_again_too() {
    let hub = Hub::start().await;
    hub.sandbox
        .twilio
        .fail_times("list_numbers", Fault::Outage, 1);
    hub.sandbox
        .viber
        .fail_times("get_account_info", Fault::ServerError(500), 2);

    let body = json!({"phone_number": "+491234567"});
    hub.source("twilio.sms").prepare(body).await.unwrap();
    hub.source("viber").prepare(json!({})).await.unwrap();

    assert_eq!(
        operations(&hub.sandbox.twilio.calls()),
        ["get_account", "list_numbers", "list_numbers"]
    );
    assert_eq!(hub.sandbox.viber.called("get_account_info"), 3);
}
