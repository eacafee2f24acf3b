//! Providers' calls, built by the test and signed as the provider signs.

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{Answer, NOON, TestHub};
use crate::inbound::provider::{SECRETS, signed_by_meta};

/// A number on WhatsApp.
pub(crate) const NUMBER: &str = "103874789095437";
/// A page on Facebook.
pub(crate) const PAGE: &str = "108201940000001";
/// An account on Instagram.
pub(crate) const ACCOUNT: &str = "17841400000000001";

/// Noon, and so many seconds, as providers write it in milliseconds.
pub(crate) fn millis(seconds: i64) -> i64 {
    NOON.as_millis() + seconds * 1000
}

fn whatsapp_seconds(seconds: i64) -> String {
    (millis(seconds) / 1000).to_string()
}

/// A call about a number: `contents` holds `messages` or `statuses`.
pub(crate) fn whatsapp(number: &str, field: &str, contents: &Value) -> Value {
    let mut value = contents.clone();
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "1555", "phone_number_id": number});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": field, "value": value}]}]
    })
}

/// A text of somebody with a name, so many seconds after noon.
pub(crate) fn whatsapp_text(from: &str, id: &str, seconds: i64, text: &str) -> Value {
    whatsapp(
        NUMBER,
        "messages",
        &json!({
            "contacts": [{"profile": {"name": format!("Name at {seconds}")}, "wa_id": from}],
            "messages": [{
                "from": from, "id": id, "timestamp": whatsapp_seconds(seconds),
                "type": "text", "text": {"body": text}
            }]
        }),
    )
}

/// Any other message: `kind` and what stands under its name.
pub(crate) fn whatsapp_act(
    from: &str,
    id: &str,
    seconds: i64,
    (kind, act): (&str, Value),
) -> Value {
    whatsapp(
        NUMBER,
        "messages",
        &json!({
            "contacts": [{"profile": {"name": "Not told with a message"}, "wa_id": from}],
            "messages": [{
                "from": from, "id": id, "timestamp": whatsapp_seconds(seconds), "type": kind, kind: act
            }]
        }),
    )
}

/// Somebody is addressed differently.
pub(crate) fn whatsapp_rename(from: &str, to: &str, seconds: i64) -> Value {
    whatsapp(
        NUMBER,
        "user_id_update",
        &json!({"user_id_update": [{
            "user_id": {"previous": from, "current": to}, "timestamp": whatsapp_seconds(seconds)
        }]}),
    )
}

/// What was written on the phone of our side.
pub(crate) fn whatsapp_echo(to: &str, id: &str, seconds: i64, text: &str) -> Value {
    whatsapp(
        NUMBER,
        "smb_message_echoes",
        &json!({"message_echoes": [{
            "from": "1555", "to": to, "id": id, "timestamp": whatsapp_seconds(seconds),
            "type": "text", "text": {"body": text}
        }]}),
    )
}

/// What became of a message of ours.
pub(crate) fn whatsapp_status(to: &str, id: &str, seconds: i64, status: &str) -> Value {
    let mut told = json!({
        "id": id, "status": status, "timestamp": whatsapp_seconds(seconds), "recipient_id": to
    });
    if status == "failed" {
        told["errors"] = json!([{"code": 131_047, "title": "Re-engagement message"}]);
    }
    whatsapp(NUMBER, "messages", &json!({"statuses": [told]}))
}

/// A call about a page, or with `instagram` about an Instagram account.
pub(crate) fn meta(object: &str, account: &str, list: &str, events: &[Value]) -> Value {
    let mut entry = json!({"id": account, "time": millis(0)});
    entry[list] = json!(events);
    json!({"object": object, "entry": [entry]})
}

/// Something between a person and an account, so many seconds after noon.
pub(crate) fn event((from, to): (&str, &str), seconds: i64, (kind, what): (&str, Value)) -> Value {
    json!({
        "sender": {"id": from}, "recipient": {"id": to}, "timestamp": millis(seconds), kind: what
    })
}

/// A text of a person to the page.
pub(crate) fn page_text(from: &str, mid: &str, seconds: i64, text: &str) -> Value {
    let message = json!({"mid": mid, "text": text});
    let event = event((from, PAGE), seconds, ("message", message));
    meta("page", PAGE, "messaging", &[event])
}

/// Calls the hub as the provider does that calls there.
pub(crate) async fn call(hub: &TestHub, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let (header, signature) = match path {
        "/viber" => ("x-viber-content-signature", signed_by_viber(&body)),
        _ => ("x-hub-signature-256", signed_by_meta(body.as_bytes())),
    };
    let request = hub
        .request(Method::POST, path)
        .header("content-type", "application/json")
        .header(header, signature)
        .body(body);
    Answer::read(request.send().await.expect("the hub answers")).await
}

/// The same, and the hub takes it.
pub(crate) async fn arrives(hub: &TestHub, path: &str, body: &Value) {
    let answer = call(hub, path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
}

fn signed_by_viber(body: &str) -> String {
    let (_, token) = SECRETS
        .iter()
        .find(|(name, _)| *name == "sources.viber.auth_token")
        .expect("it is configured");
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).expect("any key will do");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
