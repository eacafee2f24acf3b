//! P4, continued: nothing that a verified call can contain keeps the calls after it from being applied.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::bodies::{
    NUMBER, PAGE, arrives, event, meta, whatsapp, whatsapp_act, whatsapp_status, whatsapp_text,
};
use super::lists::{message_named, messages};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

/// Longer than any machine takes for a few dozen calls.
const PATIENCE: Duration = Duration::from_mins(2);

/// So many words, all of them different.
fn words(count: u32) -> String {
    let mut words = String::new();
    for number in 0..count {
        write!(words, "word{number} ").expect("text grows");
    }
    words
}

/// Texts that some database or some index cannot take as they are.
fn hostile_texts() -> Vec<String> {
    vec![
        "nul \u{0} in the middle".to_owned(),
        "\u{0}".to_owned(),
        "\u{feff}\u{202e}\u{200d}\u{fffd}\u{10ffff}".to_owned(),
        "'); DROP TABLE messages; -- \" ` \\ %_".to_owned(),
        "x".repeat(100_000),
        "é".repeat(5_000),
        words(50_000),
        String::new(),
        " \n\t ".to_owned(),
    ]
}

/// Calls with `text` in every place where a person or a provider writes freely.
fn calls_with(number: usize, text: &str) -> Vec<(&'static str, Value)> {
    let id = format!("wamid.hostile.{number}");
    let named = whatsapp(
        NUMBER,
        "messages",
        &json!({
            "contacts": [{"profile": {"name": text}, "wa_id": "4915700"}],
            "messages": [{
                "from": "4915700", "id": id, "timestamp": "1795348800", "type": "text", "text": {"body": text},
                "referral": {"source_url": text, "headline": text}
            }]
        }),
    );
    let strange_id = whatsapp_text("4915701", text, 1, "a strange name");
    let strange_person = whatsapp_text(text, &format!("{id}.p"), 2, "a strange person");
    let reaction = json!({"message_id": id, "emoji": text});
    let edit =
        json!({"original_message_id": id, "message": {"type": "text", "text": {"body": text}}});
    let mut failed = whatsapp_status("4915700", &id, 5, "failed");
    failed["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"][0]["title"] = json!(text);
    let to_page = json!({"mid": format!("m_hostile_{number}"), "text": text});
    let opt_in = json!({"ref": text, "type": text});
    vec![
        ("/whatsapp", named),
        ("/whatsapp", strange_id),
        ("/whatsapp", strange_person),
        (
            "/whatsapp",
            whatsapp_act("4915700", &format!("{id}.r"), 3, ("reaction", reaction)),
        ),
        (
            "/whatsapp",
            whatsapp_act("4915700", &format!("{id}.e"), 4, ("edit", edit)),
        ),
        ("/whatsapp", failed),
        (
            "/facebook",
            meta(
                "page",
                PAGE,
                "messaging",
                &[event(("9", PAGE), 1, ("message", to_page))],
            ),
        ),
        (
            "/facebook",
            meta(
                "page",
                PAGE,
                "messaging",
                &[event(("9", PAGE), 2, ("optin", opt_in))],
            ),
        ),
        (
            "/facebook",
            meta(
                "page",
                PAGE,
                "messaging",
                &[event((text, PAGE), 3, ("read", json!({"watermark": 1})))],
            ),
        ),
    ]
}

/// The worker has gone past everything, and somebody who writes is heard.
async fn others_are_heard(hub: &TestHub, number: usize, what: &str) {
    let name = format!("wamid.good.{number}");
    arrives(
        hub,
        "/whatsapp",
        &whatsapp_text("49157", &name, 10, "hello"),
    )
    .await;
    let applied = tokio::time::timeout(PATIENCE, hub.applied()).await;
    assert!(applied.is_ok(), "{what}: nothing is applied any more");
    let good = json!({"id": switchboard_domain::ConversationId::derive(number_channel(), "49157").to_string()});
    let found = messages(hub, &good).await;
    assert_eq!(found.len(), number + 1, "{what}");
}

fn number_channel() -> switchboard_domain::ChannelId {
    let source = switchboard_domain::Source::named("whatsapp");
    switchboard_domain::ChannelId::derive(
        &source,
        &switchboard_domain::SourceChannelId::new(NUMBER),
    )
}

on_fixtures! {
    async fn whatever_people_write_others_are_heard(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        connect(&hub, "facebook", PAGE).await;

        for (number, text) in hostile_texts().into_iter().enumerate() {
            let what: String = text.chars().take(20).collect();
            for (path, body) in calls_with(number, &text) {
                arrives(&hub, path, &body).await;
            }
            others_are_heard(&hub, number, &format!("{what:?}")).await;
        }

        let spoken = message_named(&hub, "wamid.hostile.3").await;
        assert_eq!(spoken["metadata"]["reaction"]["emoji"], hostile_texts()[3]);
    }

    async fn a_text_as_long_as_a_call_may_be_is_kept_and_holds_nobody_up(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let text = words(300_000);
        arrives(&hub, "/whatsapp", &whatsapp_text("4915700", "wamid.long", 1, &text)).await;

        others_are_heard(&hub, 0, "a long text").await;

        let long = message_named(&hub, "wamid.long").await;
        assert_eq!(long["content"]["text"]["body"].as_str().map(str::len), Some(text.len()));
    }

    async fn bodies_that_are_no_json_of_the_provider_hold_nobody_up(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        connect(&hub, "facebook", PAGE).await;
        let deep = (0..200).fold(json!("deep"), |inner, _| json!([inner]));
        for (number, body) in [json!(null), json!([]), json!("text"), json!(7), json!({"object": "page", "entry": {}}), json!({"object": {}, "entry": [deep]}), json!({"object": "page", "entry": [{"id": PAGE, "messaging": [[], {}, null, 1]}]})].into_iter().enumerate() {
            for path in ["/whatsapp", "/facebook", "/instagram"] {
                arrives(&hub, path, &body).await;
            }
            others_are_heard(&hub, number, &body.to_string()).await;
        }
    }
}
