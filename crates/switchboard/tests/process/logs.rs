//! P24 from outside: the log at its most talkative, and every answer, hold no secret.

use serde_json::{Value, json};
use switchboard_sandbox::Fault;

use crate::harness::{Answer, Hub, Program, Site};
use crate::on_both_stores;

const SYSTEM_TOKEN: &str = "canary-of-the-api";
const SECRET_KEY: &str = "c3dpdGNoYm9hcmQgdGVzdHMgdXNlIHRoaXMga2V5ISE=";

/// What must never be seen. Beginnings stand for everything that a provider hands out: user and page
/// tokens of Meta, access tokens of Google, the assertions that buy them.
fn canaries(site: &Site) -> Vec<String> {
    let mut canaries: Vec<String> = [
        "authentication token",
        "authentication+token",
        "authentication%20token",
        "user access token",
        "user+access+token",
        "user%20access%20token",
        "EAAG",
        "ya29.",
        "eyJ",
        "PRIVATE KEY",
        SYSTEM_TOKEN,
        SECRET_KEY,
    ]
    .map(str::to_owned)
    .into();
    let mut user = String::new();
    for (name, value) in site.sandbox.settings() {
        match name.as_str() {
            "sources.google.service_account" => {
                let file: Value = serde_json::from_str(&value).expect("a key file is JSON");
                let key = file["private_key"].as_str().expect("it holds a key");
                canaries.extend(
                    key.lines()
                        .filter(|line| !line.contains('-'))
                        .map(str::to_owned),
                );
            }
            "sources.twilio.account_sid" => user = value,
            name if name.ends_with("secret")
                || name.ends_with("token")
                || name.ends_with("key") =>
            {
                canaries.push(value);
            }
            _ => {}
        }
    }
    let password = site.sandbox.twilio.account().auth_token;
    canaries.push(base64(&format!("{user}:{password}")));
    canaries
}

/// As HTTP's basic authentication writes user and password; its end depends on what follows.
fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(text)
}

/// A request to connect an account of each source, and one that its provider refuses.
fn every_source() -> Vec<(&'static str, Value, Value)> {
    let page = |token: &str| json!({"page_id": "fb-page-id-1", "page_token": token});
    let instagram = |token: &str| json!({"page_id": "fb-page-id-1", "account_id": "ig-account-id", "page_token": token});
    let whatsapp = |token: &str| json!({"phone_number_id": "1234567", "user_token": token});
    let number = |number: &str| json!({"phone_number": number});
    vec![
        ("chatplugin", json!({"name": "website"}), json!({})),
        (
            "facebook",
            page("authentication token"),
            page("authentication token2"),
        ),
        (
            "instagram",
            instagram("authentication token"),
            instagram("user access token"),
        ),
        (
            "whatsapp",
            whatsapp("user access token"),
            whatsapp("authentication token"),
        ),
        (
            "google",
            json!({"gbm_id": "gbm-id", "name": "a location"}),
            json!({"gbm_id": "no", "name": "no"}),
        ),
        ("twilio.sms", number("+491234567"), number("+15550000000")),
        (
            "twilio.whatsapp",
            number("+491234567"),
            number("+15550000000"),
        ),
        ("viber", json!({}), json!({"name": 1})),
    ]
}

/// Posts with the system token and keeps the answer.
async fn post(hub: &Hub, path: &str, body: &Value, seen: &mut String) -> Answer {
    let request = hub.client.post(format!("{}{path}", hub.url));
    let answer = Answer::of(request.bearer_auth(SYSTEM_TOKEN).json(body)).await;
    let answer = answer.expect("the hub answers");
    seen.push_str(&answer.text);
    seen.push('\n');
    answer
}

/// Everything that can be done with channels: what works, what is refused, what breaks.
async fn live_through_everything(site: &Site, hub: &Hub) -> String {
    let mut seen = String::new();
    let anonymous = hub.client.post(format!("{}/channels.list", hub.url));
    let wrong = anonymous
        .bearer_auth(format!("{SYSTEM_TOKEN}2"))
        .json(&json!({}));
    assert_eq!(Answer::of(wrong).await.expect("it is answered").status, 403);
    let explore = json!({"auth_token": "authentication token"});
    post(hub, "/channels.facebook.explore", &explore, &mut seen).await;
    site.sandbox
        .meta
        .fail_times("subscribe_page", Fault::DropAfterEffect, 1);
    site.sandbox
        .meta
        .fail_times("get_page", Fault::ServerError(500), 1);
    site.sandbox
        .twilio
        .fail_times("list_numbers", Fault::GarbledAnswer, 1);
    for (source, request, refused) in every_source() {
        let connect = format!("/channels.{source}.connect");
        let answer = post(hub, &connect, &refused, &mut seen).await;
        if source != "google" && source != "viber" {
            assert_eq!(answer.status, 400, "{source}: {}", answer.text);
        }
        post(hub, &connect, &request, &mut seen).await;
    }
    site.sandbox.meta.fail(Fault::ExpiredToken);
    site.sandbox.twilio.fail(Fault::MissingPermission);
    site.sandbox.google.fail(Fault::ExpiredToken);
    site.sandbox.viber.fail(Fault::ExpiredToken);
    for (source, request, _) in every_source() {
        post(
            hub,
            &format!("/channels.{source}.connect"),
            &request,
            &mut seen,
        )
        .await;
    }
    site.sandbox.meta.clear_faults();
    site.sandbox.twilio.clear_faults();
    site.sandbox.google.clear_faults();
    site.sandbox.viber.clear_faults();
    let mut connected = Vec::new();
    for (source, request, _) in every_source() {
        let answer = post(
            hub,
            &format!("/channels.{source}.connect"),
            &request,
            &mut seen,
        )
        .await;
        assert_eq!(answer.status, 200, "{source}: {}", answer.text);
        connected.push((source, json!({"channel_id": answer.json()["id"]})));
    }
    post(hub, "/channels.list", &json!({}), &mut seen).await;
    for (source, id) in connected {
        post(hub, "/channels.info", &id, &mut seen).await;
        let answer = post(
            hub,
            &format!("/channels.{source}.disconnect"),
            &id,
            &mut seen,
        )
        .await;
        assert_eq!(answer.status, 202, "{source}: {}", answer.text);
    }
    for path in ["/metrics", "/health"] {
        let request = hub.client.get(format!("{}{path}", hub.url));
        let answer = Answer::of(request.bearer_auth(SYSTEM_TOKEN)).await;
        seen.push_str(&answer.expect("the hub answers").text);
    }
    seen
}

on_both_stores! {
    async fn no_secret_is_in_the_most_talkative_log_or_in_any_answer(site: Site) {
        let configure = |program: Program| {
            program
                .env("RUST_LOG", "trace")
                .setting("security.system_token", SYSTEM_TOKEN)
                .setting("security.secret_key", SECRET_KEY)
        };
        let hub = site.start_public(configure).await;

        let answers = live_through_everything(&site, &hub).await;
        let ended = hub.stop().await;

        let (mut hub_speaks, mut libraries_speak) = (false, false);
        for line in &ended.logged {
            let parsed: Value = serde_json::from_str(line)
                .unwrap_or_else(|_| panic!("not a JSON line: {line}"));
            let target = parsed["target"].as_str().expect("each line says who speaks");
            hub_speaks |= target.starts_with("switchboard");
            libraries_speak |= parsed["level"] == "TRACE" && !target.starts_with("switchboard");
        }
        assert!(hub_speaks && libraries_speak, "the log was talkative");
        for canary in canaries(&site) {
            let line = ended.logged.iter().find(|line| line.contains(&canary));
            assert_eq!(line, None, "{canary} is in the log");
            assert!(!answers.contains(&canary), "{canary} is in an answer");
        }
    }

    async fn a_log_that_nobody_watches_is_json_lines(site: Site) {
        let hub = site.start().await;
        hub.channels().await;

        let ended = hub.stop().await;

        assert!(ended.logged.len() >= 2, "{:?}", ended.logged);
        for line in &ended.logged {
            let line: Value = serde_json::from_str(line).expect("each line is JSON");
            for field in ["timestamp", "level", "message", "target"] {
                assert!(line[field].is_string(), "{field}: {line}");
            }
        }
        assert_eq!(ended.said, "", "logs go to standard error");
    }
}
