//! Each sample of the channels API's specification, as it is printed there, whole answers compared.

use serde_json::{Value, json};

use crate::harness::TestHub;
use crate::on_both_stores;

/// The specification's samples print placeholders for ids that the hub derives.
fn with_id(mut sample: Value, answer: &Value) -> Value {
    sample["id"] = answer["id"].clone();
    sample
}

async fn connect_first_page(hub: &TestHub) -> Value {
    let request = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
    hub.call("/channels.facebook.connect", request).await
}

on_both_stores! {
    async fn list(hub: TestHub) {
        let first = connect_first_page(&hub).await;
        hub.clock.advance(std::time::Duration::from_secs(1));
        let second = hub
            .call(
                "/channels.facebook.connect",
                json!({"page_id": "fb-page-id-2", "page_token": "authentication token", "name": "my page 2"}),
            )
            .await;
        hub.call("/channels.chatplugin.connect", json!({"name": "website"})).await;

        let answer = hub.call("/channels.list", json!({"source": "facebook"})).await;

        assert_eq!(answer, json!({"data": [first, second]}));
        assert_eq!(answer["data"][0]["source_channel_id"], "fb-page-id-1");
        assert_eq!(answer["data"][0]["metadata"]["name"], "my page 1");
        assert_eq!(answer["data"][1]["metadata"]["name"], "my page 2");
    }

    async fn info(hub: TestHub) {
        let connected = connect_first_page(&hub).await;

        let answer = hub.call("/channels.info", json!({"channel_id": connected["id"]})).await;

        let picture = answer["metadata"]["image_url"].clone();
        assert!(picture.is_string(), "the provider's picture is taken");
        let sample = json!({
            "id": "channel-uuid",
            "source": "facebook",
            "source_channel_id": "fb-page-id-1",
            "metadata": {"name": "my page 1", "image_url": picture},
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &connected));
    }

    async fn update(hub: TestHub) {
        let connected = connect_first_page(&hub).await;

        let answer = hub
            .call(
                "/channels.update",
                json!({
                    "channel_id": connected["id"],
                    "name": "new name for this channel",
                    "image_url": "http://example.org/avatar_redesign.jpeg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid",
            "source": "facebook",
            "source_channel_id": "fb-page-id-1",
            "metadata": {
                "name": "new name for this channel",
                "image_url": "http://example.org/avatar_redesign.jpeg",
            },
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &connected));
        assert_eq!(hub.call("/channels.info", json!({"channel_id": connected["id"]})).await, answer);
    }

    async fn chatplugin_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.chatplugin.connect",
                json!({
                    "name": "website-identifier-42",
                    "image_url": "http://example.org/plugin_icon.jpeg",
                }),
            )
            .await;

        let sample = json!({
            "id": "1f679227-76c2-4302-bb12-703b2adb0f66",
            "source": "chatplugin",
            "source_channel_id": "website-identifier-42",
            "metadata": {
                "name": "website-identifier-42",
                "image_url": "http://example.org/plugin_icon.jpeg",
            },
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn facebook_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.facebook.connect",
                json!({
                    "page_id": "fb-page-id-1",
                    "page_token": "authentication token",
                    "name": "My custom name for this page",
                    "image_url": "https://example.org/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid-1",
            "source": "facebook",
            "source_channel_id": "fb-page-id-1",
            "metadata": {
                "name": "My custom name for this page",
                "image_url": "https://example.org/custom-image.jpg",
            },
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn instagram_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.instagram.connect",
                json!({
                    "page_id": "fb-page-id-1",
                    "account_id": "ig-account-id",
                    "page_token": "authentication token",
                    "name": "My custom name for this account",
                    "image_url": "https://example.org/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid-1",
            "source": "instagram",
            "source_channel_id": "ig-account-id",
            "metadata": {
                "name": "My custom name for this account",
                "image_url": "https://example.org/custom-image.jpg",
            },
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn whatsapp_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.whatsapp.connect",
                json!({
                    "phone_number_id": "1234567",
                    "user_token": "user access token",
                    "name": "Customer support hotline",
                    "image_url": "https://example.org/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid",
            "source": "whatsapp",
            "source_channel_id": "1234567",
            "metadata": {
                "name": "Customer support hotline",
                "image_url": "https://example.org/custom-image.jpg",
            },
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn google_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.google.connect",
                json!({
                    "gbm_id": "gbm-id",
                    "name": "My custom name for this location",
                    "image_url": "https://example.com/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid-1",
            "metadata": {
                "name": "My custom name for this location",
                "image_url": "https://example.com/custom-image.jpg",
            },
            "source": "google",
            "source_channel_id": "gbm-id",
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn twilio_sms_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.twilio.sms.connect",
                json!({
                    "phone_number": "+491234567",
                    "name": "SMS for receipts",
                    "image_url": "https://example.com/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid-1",
            "metadata": {
                "name": "SMS for receipts",
                "image_url": "https://example.com/custom-image.jpg",
            },
            "source": "twilio.sms",
            "source_channel_id": "+491234567",
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn twilio_whatsapp_connect(hub: TestHub) {
        let answer = hub
            .call(
                "/channels.twilio.whatsapp.connect",
                json!({
                    "phone_number": "+491234567",
                    "name": "WhatsApp Marketing",
                    "image_url": "https://example.com/custom-image.jpg",
                }),
            )
            .await;

        let sample = json!({
            "id": "channel-uuid-1",
            "metadata": {
                "name": "WhatsApp Marketing",
                "image_url": "https://example.com/custom-image.jpg",
            },
            "source": "twilio.whatsapp",
            "source_channel_id": "whatsapp:+491234567",
            "connected": true,
        });
        assert_eq!(answer, with_id(sample, &answer));
    }

    async fn each_source_disconnects_with_202_and_again_with_202(hub: TestHub) {
        for (source, request) in every_source() {
            let channel = hub.call(&format!("/channels.{source}.connect"), request).await;
            let path = format!("/channels.{source}.disconnect");

            for time in ["the first time", "again"] {
                let answer = hub.post(&path, json!({"channel_id": channel["id"]})).await;
                assert_eq!((answer.status, answer.text.as_str()), (202, ""), "{source} {time}");
            }

            let info = hub.call("/channels.info", json!({"channel_id": channel["id"]})).await;
            assert_eq!(info["connected"], false, "{source}");
        }
    }

    async fn disconnecting_an_unknown_channel_is_400(hub: TestHub) {
        for (source, _) in every_source() {
            let unknown = json!({"channel_id": "00000000-0000-5000-8000-000000000000"});
            let answer = hub.post(&format!("/channels.{source}.disconnect"), unknown).await;

            answer.error(400, "unknown_channel");
        }
    }

    async fn facebook_explore(hub: TestHub) {
        let request = json!({"page_id": "fb-page-id-2", "page_token": "authentication token"});
        hub.call("/channels.facebook.connect", request).await;

        let answer = hub
            .call("/channels.facebook.explore", json!({"auth_token": "authentication token"}))
            .await;

        let pages = answer["data"].as_array().expect("a list");
        let page = |id: &str| pages.iter().find(|page| page["page_id"] == id).expect(id).clone();
        let first = page("fb-page-id-1");
        assert_eq!(
            first,
            json!({
                "name": "my page 1",
                "page_id": "fb-page-id-1",
                "connected": false,
                "image_url": first["image_url"],
            })
        );
        assert!(first["image_url"].is_string());
        assert_eq!(page("fb-page-id-2")["connected"], true);
        assert_eq!(page("fb-page-id-2")["name"], "my page 2");
    }
}

/// A request to connect an account of each source.
pub(crate) fn every_source() -> Vec<(&'static str, Value)> {
    vec![
        ("chatplugin", json!({"name": "website-identifier-42"})),
        (
            "facebook",
            json!({"page_id": "fb-page-id-1", "page_token": "authentication token"}),
        ),
        (
            "instagram",
            json!({"page_id": "fb-page-id-1", "account_id": "ig-account-id", "page_token": "authentication token"}),
        ),
        (
            "whatsapp",
            json!({"phone_number_id": "1234567", "user_token": "user access token"}),
        ),
        ("google", json!({"gbm_id": "gbm-id", "name": "a location"})),
        ("twilio.sms", json!({"phone_number": "+491234567"})),
        ("twilio.whatsapp", json!({"phone_number": "+491234567"})),
        ("viber", json!({})),
    ]
}
