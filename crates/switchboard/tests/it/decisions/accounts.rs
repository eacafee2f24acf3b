//! What connecting and disconnecting do on the provider's side, and what a refusal leaves behind.

use serde_json::{Value, json};
use switchboard_sandbox::Fault;
use switchboard_sandbox::meta::{Instagram, Page};

use crate::harness::{StoreKind, TestHub};
use crate::on_both_stores;

fn page() -> Value {
    json!({"page_id": "fb-page-id-1", "page_token": "authentication token"})
}

fn instagram() -> Value {
    json!({"page_id": "fb-page-id-1", "account_id": "ig-account-id", "page_token": "authentication token"})
}

async fn disconnect(hub: &TestHub, source: &str, channel: &Value) {
    let id = json!({"channel_id": channel["id"]});
    let answer = hub
        .post(&format!("/channels.{source}.disconnect"), id)
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""), "{source}");
}

async fn nothing_happened(hub: &TestHub) {
    assert_eq!(
        hub.call("/channels.list", json!({})).await,
        json!({"data": []})
    );
    assert!(hub.events().await.is_empty());
}

on_both_stores! {
    async fn a_page_is_unsubscribed_when_its_last_channel_leaves(hub: TestHub) {
        let facebook = hub.call("/channels.facebook.connect", page()).await;
        let instagram = hub.call("/channels.instagram.connect", instagram()).await;

        disconnect(&hub, "facebook", &facebook).await;
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_some(), "instagram still uses it");

        disconnect(&hub, "instagram", &instagram).await;
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());
    }

    async fn a_page_is_subscribed_to_every_field_that_messages_need(hub: TestHub) {
        hub.call("/channels.facebook.connect", page()).await;

        let fields = hub.sandbox.meta.page_subscription("fb-page-id-1").expect("it is subscribed");
        for field in ["messages", "message_edits", "message_echoes", "message_reactions", "standby", "messaging_postbacks"] {
            assert!(fields.contains(field), "{field}");
        }
    }

    async fn any_disconnect_path_disconnects_the_channel_that_the_id_names(hub: TestHub) {
        let facebook = hub.call("/channels.facebook.connect", page()).await;
        let sms = hub.call("/channels.twilio.sms.connect", json!({"phone_number": "+491234567"})).await;

        disconnect(&hub, "whatsapp", &facebook).await;
        disconnect(&hub, "facebook", &sms).await;

        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());
        assert!(hub.sandbox.twilio.number("+491234567").is_some_and(|number| !number.sms_url.contains(&hub.url)));
    }

    async fn a_twilio_number_gets_its_former_webhook_back(hub: TestHub) {
        let former = hub.sandbox.twilio.number("+491234567").expect("it is in the sample").sms_url;
        let request = json!({"phone_number": "+49 (123) 45-67"});
        let channel = hub.call("/channels.twilio.sms.connect", request.clone()).await;
        assert_eq!(hub.sandbox.twilio.number("+491234567").unwrap().sms_url, format!("{}/twilio", hub.url));

        hub.call("/channels.twilio.sms.connect", request).await;
        disconnect(&hub, "twilio.sms", &channel).await;

        assert_eq!(hub.sandbox.twilio.number("+491234567").unwrap().sms_url, former);
    }

    async fn a_webhook_that_somebody_else_has_set_is_left_alone(hub: TestHub) {
        let channel = hub.call("/channels.twilio.sms.connect", json!({"phone_number": "+491234567"})).await;
        let mut number = hub.sandbox.twilio.number("+491234567").unwrap();
        number.sms_url = "https://elsewhere.example.org/sms".to_owned();
        hub.sandbox.twilio.put_number("+491234567", number);

        disconnect(&hub, "twilio.sms", &channel).await;

        assert_eq!(hub.sandbox.twilio.number("+491234567").unwrap().sms_url, "https://elsewhere.example.org/sms");
    }

    async fn viber_calls_the_hub_back_while_the_webhook_is_set(hub: TestHub) {
        let channel = hub.call("/channels.viber.connect", json!({})).await;

        assert_eq!(hub.sandbox.viber.webhook().expect("it is set").url, format!("{}/viber", hub.url));
        disconnect(&hub, "viber", &channel).await;
        assert!(hub.sandbox.viber.webhook().is_none());
    }

    async fn a_provider_that_refuses_is_400_with_its_own_words_and_stores_nothing(hub: TestHub) {
        let sandbox = &hub.sandbox;
        let unknown_page = json!({"page_id": "404", "page_token": "authentication token"});
        let bad_token = json!({"page_id": "fb-page-id-1", "page_token": "EAAnobody"});
        let wrong_account = json!({"page_id": "fb-page-id-2", "account_id": "ig-account-id", "page_token": "authentication token"});
        for (path, request) in [
            ("/channels.facebook.connect", unknown_page),
            ("/channels.facebook.connect", bad_token),
            ("/channels.instagram.connect", wrong_account),
            ("/channels.whatsapp.connect", json!({"phone_number_id": "404", "user_token": "user access token"})),
            ("/channels.twilio.sms.connect", json!({"phone_number": "+15550000000"})),
        ] {
            let error = hub.post(path, request).await.error(400, "provider_refused");
            assert!(error["provider"]["class"].is_string(), "{error}");
            assert!(!error.to_string().contains("EAAnobody"), "{error}");
        }
        sandbox.google.disable_service_account();
        let google = json!({"gbm_id": "gbm-id", "name": "x"});
        hub.post("/channels.google.connect", google).await.error(400, "provider_refused");
        nothing_happened(&hub).await;
    }

    async fn each_class_of_failure_has_its_answer(hub: TestHub) {
        for (fault, status, code) in [
            (Fault::ExpiredToken, 400, "provider_refused"),
            (Fault::MissingPermission, 400, "provider_refused"),
            (Fault::RateLimited, 502, "provider_rate_limited"),
            (Fault::ServerError(503), 502, "provider_unavailable"),
            (Fault::Outage, 502, "provider_unavailable"),
            (Fault::GarbledAnswer, 502, "provider_unavailable"),
            (Fault::DropAfterEffect, 502, "provider_unavailable"),
        ] {
            hub.sandbox.meta.fail_times("get_page", fault, 3);
            hub.post("/channels.facebook.connect", page()).await.error(status, code);
            hub.sandbox.meta.clear_faults();
        }
        nothing_happened(&hub).await;
    }

    async fn a_passing_failure_is_tried_again_twice(hub: TestHub) {
        hub.sandbox.meta.fail_times("subscribe_page", Fault::Outage, 2);

        hub.call("/channels.facebook.connect", page()).await;

        assert_eq!(hub.sandbox.meta.called("subscribe_page"), 3);
    }

    async fn a_subscription_whose_outcome_nobody_knows_is_undone(hub: TestHub) {
        hub.sandbox.meta.fail_times("subscribe_page", Fault::DropAfterEffect, 3);

        hub.post("/channels.facebook.connect", page()).await.error(502, "provider_unavailable");
        hub.engine.settle_accounts().await.unwrap();
        hub.sandbox.meta.wait_for_calls("unsubscribe_page", 1).await;

        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());
        nothing_happened(&hub).await;
    }

    async fn a_provider_that_cannot_be_reached_keeps_the_channel_connected(hub: TestHub) {
        let channel = hub.call("/channels.facebook.connect", page()).await;
        let id = json!({"channel_id": channel["id"]});
        hub.sandbox.meta.fail_times("unsubscribe_page", Fault::ServerError(500), 3);

        hub.post("/channels.facebook.disconnect", id.clone()).await.error(502, "provider_unavailable");
        assert_eq!(hub.call("/channels.info", id).await["connected"], true);
        hub.engine.settle_accounts().await.unwrap();

        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_some());
    }

    async fn force_disconnects_without_the_provider(hub: TestHub) {
        let channel = hub.call("/channels.facebook.connect", page()).await;
        hub.sandbox.meta.fail(Fault::ServerError(500));

        let forced = json!({"channel_id": channel["id"], "force": true});
        assert_eq!(hub.post("/channels.facebook.disconnect", forced).await.status, 202);

        let id = json!({"channel_id": channel["id"]});
        assert_eq!(hub.call("/channels.info", id).await["connected"], false);
    }

    async fn a_dead_token_counts_as_disconnected(hub: TestHub) {
        let channel = hub.call("/channels.facebook.connect", page()).await;
        hub.sandbox.meta.fail_times("unsubscribe_page", Fault::ExpiredToken, 1);

        disconnect(&hub, "facebook", &channel).await;
    }

    /// Only a dead token counts as disconnected: a hub that is set up wrongly must not forget how to
    /// unsubscribe.
    async fn a_hub_that_is_set_up_wrongly_keeps_the_channel_connected(hub: TestHub) {
        let channel = hub.call("/channels.facebook.connect", page()).await;
        let id = json!({"channel_id": channel["id"]});
        let mut hub = hub;
        for wrong in [("sources.facebook.app_id", ""), ("sources.facebook.api_version", "v11.0")] {
            hub = hub.restart(&[wrong]).await;

            let error = hub.post("/channels.facebook.disconnect", id.clone()).await.error(400, "provider_refused");

            assert_eq!(error["provider"]["class"], "config", "{error}");
            assert_eq!(hub.call("/channels.info", id.clone()).await["connected"], true);
            assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_some());
        }
        hub = hub.restart(&[]).await;
        disconnect(&hub, "facebook", &channel).await;
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());
    }

    async fn a_never_expiring_token_is_not_exchanged(hub: TestHub) {
        let request = json!({"phone_number_id": "1234567", "user_token": "user access token"});
        hub.call("/channels.whatsapp.connect", request).await;
        assert_eq!(hub.sandbox.meta.called("exchange_token"), 0);

        hub.call("/channels.facebook.connect", page()).await;
        assert_eq!(hub.sandbox.meta.called("exchange_token"), 1);
    }

    async fn an_account_that_moved_lets_go_of_its_former_page(hub: TestHub) {
        hub.call("/channels.instagram.connect", instagram()).await;
        let account = Instagram {
            id: "ig-account-id".to_owned(),
            username: "mypage1".to_owned(),
            name: "My page 1".to_owned(),
            profile_picture_url: None,
        };
        let second = Page::new("fb-page-id-2", "my page 2").with_instagram(account);
        hub.sandbox.meta.add_page(second);
        let mut moved = instagram();
        moved["page_id"] = json!("fb-page-id-2");

        hub.call("/channels.instagram.connect", moved).await;
        hub.engine.settle_accounts().await.unwrap();
        hub.sandbox.meta.wait_for_calls("unsubscribe_page", 1).await;

        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-2").is_some());
    }

    async fn explore_follows_paging_to_the_end_under_both_names(hub: TestHub) {
        let token = json!({"auth_token": "authentication token"});
        let pages = hub.call("/channels.facebook.explore", token).await;
        let airys = hub.call("/facebook.channels.explore", json!({"token": "authentication token"})).await;

        assert_eq!(pages, airys);
        assert!(pages["data"].as_array().is_some_and(|pages| pages.len() >= 2));
    }

    async fn connected_in_explore_is_about_the_facebook_channel_of_the_page(hub: TestHub) {
        hub.call("/channels.instagram.connect", instagram()).await;

        let token = json!({"auth_token": "authentication token"});
        let pages = hub.call("/channels.facebook.explore", token).await;

        assert!(pages["data"].as_array().unwrap().iter().all(|page| page["connected"] == false));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_not_configured_names_the_missing_setting() {
    let nothing = [
        ("sources.facebook.app_id", ""),
        ("sources.google.service_account", ""),
        ("sources.twilio.account_sid", ""),
        ("sources.viber.auth_token", ""),
        ("sources.whatsapp.app_id", ""),
    ];
    let hub = TestHub::start_with(StoreKind::Sqlite, &nothing).await;
    for (path, request, setting) in [
        (
            "/channels.facebook.connect",
            page(),
            "sources.facebook.app_id",
        ),
        (
            "/channels.google.connect",
            json!({"gbm_id": "gbm-id", "name": "x"}),
            "sources.google.service_account",
        ),
        (
            "/channels.twilio.sms.connect",
            json!({"phone_number": "+491234567"}),
            "sources.twilio.account_sid",
        ),
        (
            "/channels.viber.connect",
            json!({}),
            "sources.viber.auth_token",
        ),
    ] {
        let error = hub
            .post(path, request)
            .await
            .error(400, "source_not_configured");
        assert!(
            error["message"].as_str().unwrap().contains(setting),
            "{error}"
        );
    }
    nothing_happened(&hub).await;
}
