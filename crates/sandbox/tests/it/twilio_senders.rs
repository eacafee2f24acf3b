//! WhatsApp senders.

use http::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Twilio;
use switchboard_sandbox::twilio::{SenderState, SenderWebhook};

use crate::call::{Answer, Call, refused, sandbox};
use crate::twilio_numbers::call;

const SENDER: &str = "whatsapp:+491234567";

fn list(twilio: &Twilio) -> Call {
    call(
        twilio,
        Method::GET,
        twilio.messaging_url(),
        "/v2/Channels/Senders",
    )
    .set("Channel", "whatsapp")
}

fn update(twilio: &Twilio, body: &Value) -> Call {
    let path = format!(
        "/v2/Channels/Senders/{}",
        twilio.sender(SENDER).unwrap().sid
    );
    call(twilio, Method::POST, twilio.messaging_url(), &path).json(body)
}

#[tokio::test]
async fn senders_are_listed_by_channel_in_pages_with_absolute_addresses() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;

    refused(
        Answer::twilio_error,
        vec![
            ("no channel", list(twilio).unset("Channel"), (400, 20001)),
            (
                "another channel",
                list(twilio).set("Channel", "sms"),
                (400, 20001),
            ),
            (
                "no credentials",
                list(twilio).without_header("authorization"),
                (401, 20003),
            ),
            (
                "wrong method",
                list(twilio).method(Method::PUT),
                (405, 20004),
            ),
            (
                "wrong path",
                list(twilio).replace("Senders", "Sender"),
                (404, 20404),
            ),
            (
                "the other host",
                call(twilio, Method::GET, twilio.url(), "/v2/Channels/Senders"),
                (404, 20404),
            ),
        ],
    )
    .await;

    let first = list(twilio).set("PageSize", "1").works().await;
    let next = first["meta"]["next_page_url"].as_str().unwrap();
    assert!(next.starts_with(&format!("{}/v2/Channels/Senders?", twilio.messaging_url())));
    let second = call(twilio, Method::GET, next, "").works().await;
    assert_eq!(second["senders"][0]["sender_id"], SENDER);
    assert_eq!(second["senders"][0]["status"], "ONLINE");
    assert_eq!(second["meta"]["next_page_url"], Value::Null);
    assert_eq!(second["meta"]["key"], "senders");
}

#[tokio::test]
async fn a_sender_s_webhook_is_changed_by_json() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let before = twilio.sender(SENDER).unwrap();
    let hub = "https://hub.example.com/twilio";
    let valid = || {
        update(
            twilio,
            &json!({"webhook": {
                "callback_url": hub,
                "callback_method": "POST",
                "status_callback_url": format!("{hub}/status"),
                "status_callback_method": "POST",
            }}),
        )
    };
    let with = |webhook: Value| update(twilio, &json!({ "webhook": webhook }));

    refused(
        Answer::twilio_error,
        vec![
            ("form", valid().form(&[("callback_url", hub)]), (415, 20415)),
            (
                "no object",
                valid().raw("application/json", "[]"),
                (400, 20001),
            ),
            (
                "unknown key",
                update(twilio, &json!({"callback_url": hub})),
                (400, 20001),
            ),
            ("unknown inner key", with(json!({"url": hub})), (400, 20001)),
            ("no text", with(json!({"callback_url": 1})), (400, 20001)),
            (
                "no address",
                with(json!({"callback_url": "hub"})),
                (400, 21402),
            ),
            (
                "wrong method name",
                with(json!({"callback_method": "GET"})),
                (400, 21403),
            ),
            (
                "unknown sender",
                valid().replace("/XE0", "/XE9"),
                (404, 20404),
            ),
            (
                "wrong HTTP method",
                valid().method(Method::PUT),
                (405, 20004),
            ),
        ],
    )
    .await;
    assert_eq!(twilio.sender(SENDER).unwrap(), before);

    let answer = valid().send().await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["webhook"]["callback_url"], hub);
    let webhook = twilio.sender(SENDER).unwrap().webhook;
    assert_eq!(webhook.callback_url.as_deref(), Some(hub));
    with(json!({"callback_url": "", "status_callback_url": null}))
        .works()
        .await;
    let webhook = twilio.sender(SENDER).unwrap().webhook;
    assert_eq!(
        (webhook.callback_url, webhook.status_callback_url),
        (None, None)
    );
    assert_eq!(
        valid().method(Method::GET).works().await["sender_id"],
        SENDER
    );
}

#[tokio::test]
async fn senders_come_and_go() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let state = SenderState {
        sid: "XE9".to_owned(),
        name: "New".to_owned(),
        status: "OFFLINE".to_owned(),
        webhook: SenderWebhook::default(),
    };
    twilio.put_sender("whatsapp:+1", state);
    assert_eq!(
        list(twilio).works().await["senders"]
            .as_array()
            .unwrap()
            .len(),
        3
    );

    twilio.delete_sender("whatsapp:+1");
    assert_eq!(
        list(twilio).works().await["senders"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
