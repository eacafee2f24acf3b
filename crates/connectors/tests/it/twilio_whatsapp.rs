//! WhatsApp over Twilio.

use serde_json::{Value, json};
use switchboard_connector::ErrorClass;
use switchboard_sandbox::World;
use switchboard_sandbox::twilio::{SenderState, SenderWebhook};

use crate::hub::{Hub, assert_class, connector, operations, stored, upstream};
use crate::script::Script;

const SENDER: &str = "whatsapp:+491234567";
const OURS: &str = "https://hub.example.com/twilio";

fn request() -> Value {
    json!({"phone_number": "+491234567"})
}

fn sender(hub: &Hub) -> SenderState {
    hub.sandbox.twilio.sender(SENDER).unwrap()
}

#[tokio::test]
async fn a_sender_is_connected_and_its_webhooks_set() {
    let hub = Hub::start().await;
    let before = sender(&hub);

    let draft = hub
        .source("twilio.whatsapp")
        .prepare(connector("twilio.whatsapp").connect_example())
        .await
        .unwrap();
    assert_eq!(draft.source_channel_id.as_str(), SENDER);
    assert_eq!(upstream(&draft), Some("twilio:whatsapp:+491234567"));
    assert!(draft.credentials.is_none());
    assert_eq!(sender(&hub), before, "preparing changes nothing");

    hub.source("twilio.whatsapp")
        .subscribe(&draft, None)
        .await
        .unwrap();
    assert_eq!(
        sender(&hub).webhook,
        SenderWebhook {
            callback_url: Some(OURS.to_owned()),
            callback_method: Some("POST".to_owned()),
            status_callback_url: Some(format!("{OURS}/status")),
            status_callback_method: Some("POST".to_owned()),
            ..before.webhook
        }
    );
    assert_eq!(
        operations(&hub.sandbox.twilio.calls()),
        [
            "get_account",
            "list_senders",
            "list_senders",
            "update_sender"
        ]
    );
}

#[tokio::test]
async fn the_name_is_the_one_of_the_profile() {
    let hub = Hub::start().await;

    let body = json!({"phone_number": "+15550783881"});
    let draft = hub.source("twilio.whatsapp").prepare(body).await.unwrap();

    assert_eq!(draft.name, "Jaspers Market");
}

#[tokio::test]
async fn disconnecting_restores_what_was_there_before() {
    let hub = Hub::start().await;
    for number in ["+491234567", "+15550783881"] {
        let sender_id = format!("whatsapp:{number}");
        let before = hub.sandbox.twilio.sender(&sender_id).unwrap();
        let account = hub
            .source("twilio.whatsapp")
            .connect(json!({"phone_number": number}))
            .await;

        hub.source("twilio.whatsapp")
            .unsubscribe(&account)
            .await
            .unwrap();

        assert_eq!(hub.sandbox.twilio.sender(&sender_id).unwrap(), before);
    }
}

#[tokio::test]
async fn connecting_again_keeps_what_was_there_before() {
    let hub = Hub::start().await;
    let before = sender(&hub);
    let account = hub.source("twilio.whatsapp").connect(request()).await;

    let draft = hub
        .source("twilio.whatsapp")
        .prepare(request())
        .await
        .unwrap();
    let facts = hub
        .source("twilio.whatsapp")
        .subscribe(&draft, Some(&account.facts))
        .await
        .unwrap();
    let again = stored(draft, facts);
    hub.source("twilio.whatsapp")
        .unsubscribe(&again)
        .await
        .unwrap();

    assert_eq!(sender(&hub), before);
}

#[tokio::test]
async fn a_sender_that_points_elsewhere_by_now_or_is_gone_is_left_alone() {
    let hub = Hub::start().await;
    let account = hub.source("twilio.whatsapp").connect(request()).await;
    let mut elsewhere = sender(&hub);
    elsewhere.webhook.callback_url = Some("https://else.example.com/".to_owned());
    hub.sandbox.twilio.put_sender(SENDER, elsewhere.clone());

    hub.source("twilio.whatsapp")
        .unsubscribe(&account)
        .await
        .unwrap();
    assert_eq!(sender(&hub), elsewhere);

    hub.sandbox.twilio.delete_sender(SENDER);
    hub.source("twilio.whatsapp")
        .unsubscribe(&account)
        .await
        .unwrap();
    assert_eq!(hub.sandbox.twilio.called("update_sender"), 1);
}

#[tokio::test]
async fn a_sender_is_found_on_a_later_page() {
    let mut world = World::sample();
    world.twilio.senders = (0..50)
        .map(|number| {
            let state = SenderState {
                sid: format!("XE{number:032}"),
                name: format!("Sender {number}"),
                status: "ONLINE".to_owned(),
                webhook: SenderWebhook::default(),
            };
            (format!("whatsapp:+4915100000{number:02}"), state)
        })
        .collect();
    let hub = Hub::start_with(world).await;

    let body = json!({"phone_number": "+491510000049"});
    let draft = hub.source("twilio.whatsapp").prepare(body).await.unwrap();

    assert_eq!(draft.name, "Sender 49");
    assert_eq!(hub.sandbox.twilio.called("list_senders"), 3);
}

#[tokio::test]
async fn a_number_that_is_no_sender_is_refused() {
    let hub = Hub::start().await;

    let body = json!({"phone_number": "+4915123456789"});
    let error = hub.source("twilio.whatsapp").refusal(body).await;

    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("whatsapp:+4915123456789"), "{error}");
}

#[tokio::test]
async fn the_shared_sandbox_of_twilio_is_connected_without_a_subscription() {
    let hub = Hub::start().await;

    let body = json!({"phone_number": "+1 415 523 8886"});
    let draft = hub.source("twilio.whatsapp").prepare(body).await.unwrap();

    assert_eq!(draft.source_channel_id.as_str(), "whatsapp:+14155238886");
    assert_eq!(upstream(&draft), None);
    assert_eq!(operations(&hub.sandbox.twilio.calls()), ["get_account"]);
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_followed() {
    let (provider, thief) = (Script::start().await, Script::start().await);
    let next = format!("{}/v2/Channels/Senders?Page=1", thief.url);
    provider.says(
        200,
        &json!({"senders": [], "meta": {"next_page_url": next}}),
    );
    thief.says(200, &json!({"senders": [], "meta": {}}));
    let mut hub = Hub::start().await;
    hub.set("sources.twilio.messaging_url", &provider.url);

    let error = hub.source("twilio.whatsapp").refusal(request()).await;

    assert_class(&error, ErrorClass::Config);
    assert_eq!(thief.asked().len(), 0);
}
