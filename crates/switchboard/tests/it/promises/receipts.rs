//! What becomes of messages of ours is shown at those messages.

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, ProviderKey};
use switchboard_storage::{SearchText, StorageError, Touches};

use super::bodies::{
    ACCOUNT, NUMBER, PAGE, arrives, event, meta, millis, page_text, whatsapp_echo, whatsapp_status,
    whatsapp_text,
};
use super::lists::{conversations, envelopes, message_named, messages};
use super::sent::{on_its_way, sent};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

/// Viber's name of a message: a number beyond what floating point can tell apart.
const TOKEN: u64 = 4_912_661_846_655_238_145;

fn viber(kind: &str, token: u64) -> Value {
    json!({
        "event": kind, "timestamp": millis(200), "message_token": token, "user_id": "01234567890A=",
        "desc": "the phone is off"
    })
}

fn viber_text(token: u64) -> Value {
    json!({
        "event": "message", "timestamp": millis(0), "message_token": token,
        "sender": {"id": "01234567890A=", "name": "John"}, "message": {"type": "text", "text": "hello"}
    })
}

/// Gives a message of ours a content that is no JSON, like those of Twilio.
async fn says_in_a_form(hub: &TestHub, channel: ChannelId, name: &str, text: &str) {
    let key = ProviderKey::derive(channel, name);
    let text = text.to_owned();
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let mut message = tx.messages_by_key(&[key])?.remove(0);
            message.content = format!("Body={text}&From=us");
            tx.put_message(&message, &SearchText::Is(text.clone()))
        })
        .await
        .expect("the store answers");
}

async fn receipt(hub: &TestHub, name: &str) -> Value {
    hub.applied().await;
    message_named(hub, name).await["metadata"]["source"]["delivery_state"].clone()
}

on_fixtures! {
    async fn defect_13_receipts_of_viber_are_about_the_message_that_was_sent(hub: TestHub) {
        let channel = connect(&hub, "viber", "pa:1").await;
        arrives(&hub, "/viber", &viber_text(1)).await;
        hub.applied().await;
        for token in [TOKEN, TOKEN + 1] {
            sent(&hub, channel, "01234567890A=", &token.to_string()).await;
        }

        let name = TOKEN.to_string();
        arrives(&hub, "/viber", &viber("delivered", TOKEN)).await;
        assert_eq!(receipt(&hub, &name).await, "delivered");
        arrives(&hub, "/viber", &viber("seen", TOKEN)).await;
        arrives(&hub, "/viber", &viber("delivered", TOKEN)).await;
        assert_eq!(receipt(&hub, &name).await, "seen");
        assert_eq!(message_named(&hub, &name).await["delivery_state"], "delivered");

        let other = (TOKEN + 1).to_string();
        assert_eq!(receipt(&hub, &other).await, Value::Null, "the neighbour is another message");
        arrives(&hub, "/viber", &viber("failed", TOKEN + 1)).await;
        assert_eq!(receipt(&hub, &other).await, "failed");
        let failed = message_named(&hub, &other).await;
        assert_eq!(failed["delivery_state"], "failed");
        assert!(failed["metadata"]["error"].as_str().is_some_and(|error| error.contains("the phone is off")), "{failed}");
    }

    async fn defect_14_statuses_of_whatsapp_are_taken_in_any_order(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.IN", 0, "hello")).await;
        hub.applied().await;
        for name in ["wamid.A", "wamid.B", "wamid.C"] {
            sent(&hub, channel, "49157", name).await;
        }

        for (name, statuses, expected) in [
            ("wamid.A", &["sent", "delivered", "read"][..], "seen"),
            ("wamid.B", &["read", "sent", "delivered"], "seen"),
            ("wamid.C", &["failed"], "failed"),
        ] {
            for (nth, status) in (1..).zip(statuses) {
                arrives(&hub, "/whatsapp", &whatsapp_status("49157", name, 200 + nth, status)).await;
            }
            assert_eq!(receipt(&hub, name).await, expected, "{name}");
        }

        let failed = message_named(&hub, "wamid.C").await;
        assert_eq!(failed["delivery_state"], "failed");
        assert!(failed["metadata"]["error"].as_str().is_some_and(|error| error.contains("131047")), "{failed}");
        assert_eq!(conversations(&hub).await[0]["metadata"]["unread_count"], 1);
        assert_eq!(envelopes(&hub, "malformed").await, Vec::<Value>::new());
    }

    async fn defect_14_a_status_that_comes_before_its_message_waits_for_it(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        for (nth, status) in (1..).zip(["read", "delivered"]) {
            arrives(&hub, "/whatsapp", &whatsapp_status("49157", "wamid.E", 200 + nth, status)).await;
        }

        arrives(&hub, "/whatsapp", &whatsapp_echo("49157", "wamid.E", 100, "from the phone")).await;

        assert_eq!(receipt(&hub, "wamid.E").await, "seen");
    }

    async fn a_receipt_with_our_own_id_tells_the_name_of_a_message_that_is_on_its_way(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.IN", 0, "hello")).await;
        hub.applied().await;
        let ours = on_its_way(&hub, channel, "49157", "ours").await;
        let sent = |status: &str| {
            let mut call = whatsapp_status("49157", "wamid.OUT", 200, status);
            call["entry"][0]["changes"][0]["value"]["statuses"][0]["biz_opaque_callback_data"] = json!(format!("switchboard:{ours}"));
            call
        };
        arrives(&hub, "/whatsapp", &whatsapp_status("49157", "wamid.OUT", 203, "read")).await;
        hub.applied().await;

        arrives(&hub, "/whatsapp", &sent("delivered")).await;

        assert_eq!(receipt(&hub, "ours").await, "seen", "the one that had waited counts too");
        assert_eq!(message_named(&hub, "ours").await["metadata"]["source"]["id"], "wamid.OUT");
    }

    async fn an_id_that_comes_along_counts_for_messages_of_ours_on_that_channel_alone(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        connect(&hub, "whatsapp", "2").await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.IN", 0, "hello")).await;
        hub.applied().await;
        let ours = on_its_way(&hub, channel, "49157", "ours").await.to_string();
        let theirs = message_named(&hub, "wamid.IN").await["id"].as_str().expect("text").to_owned();

        for (number, id) in [("2", ours), (NUMBER, theirs)] {
            let mut call = whatsapp_status("49157", "wamid.OUT", 200, "read");
            let value = &mut call["entry"][0]["changes"][0]["value"];
            value["metadata"]["phone_number_id"] = json!(number);
            value["statuses"][0]["biz_opaque_callback_data"] = json!(format!("switchboard:{id}"));
            arrives(&hub, "/whatsapp", &call).await;
        }

        assert_eq!(receipt(&hub, "ours").await, Value::Null);
        assert_eq!(receipt(&hub, "wamid.IN").await, Value::Null);
    }

    async fn a_receipt_that_comes_before_the_echo_of_our_message_waits_for_it(hub: TestHub) {
        let channel = connect(&hub, "facebook", PAGE).await;
        arrives(&hub, "/facebook", &page_text("7", "m_in", 0, "hello")).await;
        hub.applied().await;
        let ours = on_its_way(&hub, channel, "7", "ours").await;
        let delivered = event(("7", PAGE), 160, ("delivery", json!({"mids": ["m_out"]})));
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[delivered])).await;
        hub.applied().await;

        let echo = json!({"mid": "m_out", "is_echo": true, "text": "ours", "metadata": format!("switchboard:{ours}")});
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[event((PAGE, "7"), 150, ("message", echo))])).await;

        assert_eq!(receipt(&hub, "ours").await, "delivered");
    }

    async fn defect_15_deliveries_and_reads_of_a_page_are_kept(hub: TestHub) {
        let channel = connect(&hub, "facebook", PAGE).await;
        arrives(&hub, "/facebook", &page_text("7", "m_in", 0, "hello")).await;
        hub.applied().await;
        sent(&hub, channel, "7", "m_by_name").await;
        let echo = json!({"mid": "m_late", "is_echo": true, "app_id": 263_902_037_430_900_u64, "text": "later"});
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[event((PAGE, "7"), 150, ("message", echo))])).await;
        hub.applied().await;

        let delivered = event(("7", PAGE), 160, ("delivery", json!({"mids": ["m_by_name"], "watermark": millis(50)})));
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[delivered])).await;
        assert_eq!(receipt(&hub, "m_by_name").await, "delivered");
        assert_eq!(receipt(&hub, "m_late").await, Value::Null);

        let read = |seconds: i64| event(("7", PAGE), 170, ("read", json!({"watermark": millis(seconds)})));
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[read(120)])).await;
        assert_eq!(receipt(&hub, "m_by_name").await, "seen");
        assert_eq!(receipt(&hub, "m_late").await, Value::Null, "it was written after the watermark");
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[read(150)])).await;
        arrives(&hub, "/facebook", &meta("page", PAGE, "messaging", &[read(10)])).await;
        assert_eq!(receipt(&hub, "m_late").await, "seen", "a watermark never goes back");
        assert_eq!(receipt(&hub, "m_in").await, Value::Null, "it is not ours");
    }

    async fn defect_15_reads_of_instagram_name_their_message(hub: TestHub) {
        let channel = connect(&hub, "instagram", ACCOUNT).await;
        let hello = event(("8", ACCOUNT), 0, ("message", json!({"mid": "ig_in", "text": "hello"})));
        arrives(&hub, "/instagram", &meta("instagram", ACCOUNT, "messaging", &[hello])).await;
        hub.applied().await;
        sent(&hub, channel, "8", "ig_out").await;

        let read = event(("8", ACCOUNT), 200, ("read", json!({"mid": "ig_out"})));
        arrives(&hub, "/instagram", &meta("instagram", ACCOUNT, "messaging", &[read])).await;

        assert_eq!(receipt(&hub, "ig_out").await, "seen");
    }

    async fn a_receipt_leaves_alone_what_a_message_is_found_by(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.IN", 0, "hello")).await;
        hub.applied().await;
        sent(&hub, channel, "49157", "wamid.A").await;
        says_in_a_form(&hub, channel, "wamid.A", "elderberries").await;

        arrives(&hub, "/whatsapp", &whatsapp_status("49157", "wamid.A", 200, "read")).await;

        hub.applied().await;
        let thread = conversations(&hub).await.remove(0);
        let newest = messages(&hub, &thread).await.pop().expect("it was sent");
        assert_eq!(newest["metadata"]["source"]["delivery_state"], "seen", "{newest}");
        let found = hub.call("/conversations.list", json!({"filters": "text:elderberries"})).await;
        assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{found}");
    }
}
