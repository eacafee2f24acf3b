//! One customer of each source, with the providers' own calls.

use serde_json::{Value, json};

use super::provider::{connect, deliver, is_form};
use crate::harness::TestHub;
use crate::on_fixtures;

async fn last_messages(hub: &TestHub) -> Vec<Value> {
    let listed = hub.call("/conversations.list", json!({})).await;
    let listed = listed["data"].as_array().expect("a list");
    listed
        .iter()
        .map(|conversation| conversation["last_message"].clone())
        .collect()
}

/// The account that a fixture's call is for.
fn account(fixture: &str) -> String {
    let body = String::from_utf8(super::provider::body(fixture)).expect("text");
    if is_form(fixture) {
        let to = body
            .split('&')
            .find_map(|field| field.strip_prefix("To="))
            .expect("a recipient");
        return to.replace("%2B", "+").replace("%3A", ":");
    }
    let body: Value = serde_json::from_str(&body).expect("JSON");
    if let Some(agent) = body["agent"].as_str() {
        return agent.rsplit('/').next().expect("an agent").to_owned();
    }
    let entry = &body["entry"][0];
    let number = &entry["changes"][0]["value"]["metadata"]["phone_number_id"];
    number
        .as_str()
        .or_else(|| entry["id"].as_str())
        .expect("an account")
        .to_owned()
}

on_fixtures! {
    async fn a_text_of_each_source_arrives(hub: TestHub) {
        for (source, path, fixture) in [
            ("facebook", "/facebook", "facebook/text.json"),
            ("instagram", "/instagram", "instagram/text.json"),
            ("whatsapp", "/whatsapp", "whatsapp/text.json"),
            ("google", "/google", "google/text.json"),
            ("twilio.sms", "/twilio", "twilio_sms/inbound_text.form"),
            ("twilio.whatsapp", "/twilio", "twilio_whatsapp/inbound_text.form"),
        ] {
            connect(&hub, source, &account(fixture)).await;
            let answer = deliver(&hub, path, fixture).await;
            assert_eq!(answer.status, 200, "{fixture}: {}", answer.text);
            if path == "/twilio" {
                assert_eq!(answer.header("content-type"), Some("text/xml"));
                assert!(answer.text.contains("<Response"), "{}", answer.text);
            }
            hub.applied().await;
            let listed = hub.call("/conversations.list", json!({"filters": format!("source:{source}")})).await;
            assert_eq!(listed["pagination_data"]["total"], 1, "{fixture}: {listed}");
        }
        connect(&hub, "viber", "pa:75346594275468546724").await;
        let answer = deliver(&hub, "/viber", "viber/text.json").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        hub.applied().await;
        let sources: std::collections::BTreeSet<_> = last_messages(&hub).await.iter().map(|message| message["source"].to_string()).collect();
        assert_eq!(sources.len(), 7, "{sources:?}");
    }

    async fn instagram_arrives_at_facebooks_address_too(hub: TestHub) {
        connect(&hub, "instagram", &account("instagram/text.json")).await;

        let answer = deliver(&hub, "/facebook", "instagram/text.json").await;

        assert_eq!(answer.status, 200);
        hub.applied().await;
        assert_eq!(last_messages(&hub).await[0]["source"], "instagram");
    }

    async fn an_envelope_bears_the_name_of_the_source_that_reads_it(hub: TestHub) {
        for (source, path, fixture) in [
            ("facebook", "/facebook", "facebook/text.json"),
            ("instagram", "/facebook", "instagram/text.json"),
            ("twilio.sms", "/twilio", "twilio_sms/inbound_text.form"),
            ("twilio.whatsapp", "/twilio", "twilio_whatsapp/inbound_text.form"),
        ] {
            deliver(&hub, path, fixture).await;

            let newest = hub.call("/envelopes.list", json!({"page_size": 1})).await;
            assert_eq!(newest["data"][0]["source"], source, "{fixture}");
        }
    }

    async fn twilios_form_is_kept_byte_for_byte(hub: TestHub) {
        let fixture = "twilio_sms/inbound_text.form";
        connect(&hub, "twilio.sms", &account(fixture)).await;
        deliver(&hub, "/twilio", fixture).await;
        hub.applied().await;

        let sent = String::from_utf8(super::super::provider::body(fixture)).unwrap();
        assert_eq!(last_messages(&hub).await[0]["content"], json!(sent));
    }

    async fn a_reaction_waits_for_its_message_and_goes_when_it_is_taken_back(hub: TestHub) {
        connect(&hub, "whatsapp", &account("whatsapp/reaction.json")).await;
        let parked = deliver(&hub, "/whatsapp", "whatsapp/reaction.json").await;
        assert_eq!(parked.status, 200);
        hub.applied().await;
        assert!(last_messages(&hub).await.is_empty());
    }
}
