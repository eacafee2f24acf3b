//! P4: one bad entry does not cost the others, and stays visible.

use serde_json::{Value, json};

use super::bodies::{NUMBER, PAGE, arrives, event, meta, whatsapp};
use super::lists::{envelopes, messages, only_conversation};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

fn text(number: usize) -> Value {
    json!({
        "from": "49157", "id": format!("wamid.{number}"), "timestamp": (1_790_000_000 + number).to_string(),
        "type": "text", "text": {"body": format!("text {number}")}
    })
}

/// The call is kept as one that cannot be read in all its parts, says which, and applying it again
/// changes nothing.
async fn is_visible_and_can_be_replayed(hub: &TestHub, entry: usize, good: usize) {
    let kept = envelopes(hub, "malformed").await;
    let [kept] = kept.as_slice() else {
        panic!("one envelope is malformed: {kept:?}");
    };
    let [finding] = kept["findings"].as_array().expect("a list").as_slice() else {
        panic!("one entry is malformed: {kept}");
    };
    assert_eq!(
        (&finding["entry"], &finding["verdict"]),
        (&json!(entry), &json!("malformed"))
    );
    assert!(
        finding["what"].as_str().is_some_and(|what| what.len() > 5),
        "{finding}"
    );
    let again = hub
        .call("/envelopes.replay", json!({"id": kept["id"]}))
        .await;
    assert_eq!(again["verdict"], "malformed");
    assert_eq!(
        (&again["new_messages"], &again["known_messages"]),
        (&json!([]), &json!(good))
    );
    let shown = hub.call("/envelopes.info", json!({"id": kept["id"]})).await;
    assert!(
        shown["body"]
            .as_str()
            .is_some_and(|body| body.contains("text 4")),
        "{shown}"
    );
}

/// What no reader can make a message of.
fn broken() -> Vec<Value> {
    vec![
        json!({"from": "49157", "timestamp": "1790000002", "type": "text", "text": {"body": "no id"}}),
        json!({"id": "wamid.2", "timestamp": "1790000002", "type": "text", "text": {"body": "nobody"}}),
        json!({"from": ["49157"], "id": {"a": 1}}),
        json!("a text where an object belongs"),
        json!(null),
    ]
}

on_fixtures! {
    async fn one_broken_message_of_a_number_does_not_cost_the_others(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let mut expected: Vec<Value> = Vec::new();
        for (round, broken) in broken().into_iter().enumerate() {
            let base = round * 10;
            let list: Vec<_> = (0..5).map(|nth| if nth == 2 { broken.clone() } else { text(base + nth) }).collect();
            arrives(&hub, "/whatsapp", &whatsapp(NUMBER, "messages", &json!({"messages": list}))).await;
            expected.extend([0, 1, 3, 4].map(|nth| json!(format!("wamid.{}", base + nth))));
        }
        hub.applied().await;

        let found = messages(&hub, &only_conversation(&hub).await).await;

        let ids: Vec<_> = found.iter().map(|message| message["content"]["id"].clone()).collect();
        assert_eq!(ids, expected);
        let kept = envelopes(&hub, "malformed").await;
        assert_eq!(kept.len(), 5, "{kept:?}");
        assert!(kept.iter().all(|envelope| envelope["findings"].as_array().is_some_and(|found| found.len() == 1)), "{kept:?}");
    }

    async fn what_is_wrong_is_visible_and_can_be_replayed(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let list = json!([text(0), broken()[0], text(3), text(4)]);

        arrives(&hub, "/whatsapp", &whatsapp(NUMBER, "messages", &json!({"messages": list}))).await;
        hub.applied().await;

        assert_eq!(only_conversation(&hub).await["metadata"]["unread_count"], 3);
        is_visible_and_can_be_replayed(&hub, 1, 3).await;
    }

    async fn one_broken_event_of_a_page_does_not_cost_the_others(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        let good = |nth: i64| event(("7", PAGE), nth, ("message", json!({"mid": format!("m_{nth}"), "text": format!("text {nth}")})));
        let events = [good(0), event(("7", PAGE), 1, ("message", json!({"text": "no mid"}))), good(3), good(4)];

        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &events)).await;
        hub.applied().await;

        let found = messages(&hub, &only_conversation(&hub).await).await;
        let mids: Vec<_> = found.iter().map(|message| message["content"]["message"]["mid"].clone()).collect();
        assert_eq!(mids, ["m_0", "m_3", "m_4"]);
        is_visible_and_can_be_replayed(&hub, 1, 3).await;
    }
}
