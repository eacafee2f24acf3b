//! What users do with conversations.

use serde_json::{Value, json};

use super::provider::{connect, deliver};
use crate::harness::TestHub;
use crate::on_fixtures;

const CONVERSATION: &str = "5d861bfe-1da9-55ff-bace-77e8b9eddcd4";

async fn ada(hub: &TestHub) {
    connect(hub, "whatsapp", "103874789095437").await;
    deliver(hub, "/whatsapp", "whatsapp/airy_text.json").await;
    hub.applied().await;
}

async fn info(hub: &TestHub) -> Value {
    hub.call(
        "/conversations.info",
        json!({"conversation_id": CONVERSATION}),
    )
    .await
}

async fn found(hub: &TestHub, filters: &str) -> u64 {
    let listed = hub
        .call("/conversations.list", json!({"filters": filters}))
        .await;
    let data = listed["data"].as_array().expect("a list").len();
    let total = listed["pagination_data"]["total"]
        .as_u64()
        .expect("a number");
    assert_eq!(u64::try_from(data).unwrap(), total, "{filters}: {listed}");
    total
}

async fn done(hub: &TestHub, path: &str, body: Value) {
    let answer = hub.post(path, body).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
}

on_fixtures! {
    async fn reading_tagging_closing_and_naming_show_and_are_found(hub: TestHub) {
        ada(&hub).await;
        let id = json!({"conversation_id": CONVERSATION});
        assert_eq!(found(&hub, "unread_count:[1 TO *]").await, 1);

        done(&hub, "/conversations.mark-read", id.clone()).await;
        assert_eq!(info(&hub).await["metadata"]["unread_count"], 0);
        assert_eq!(found(&hub, "unread_count:[1 TO *]").await, 0);
        assert_eq!(info(&hub).await["last_message"]["metadata"]["user_read"], 1_660_823_417_000_u64);

        done(&hub, "/conversations.setState", json!({"conversation_id": CONVERSATION, "state": "CLOSED"})).await;
        assert_eq!(found(&hub, "metadata.state:CLOSED").await, 1);
        assert_eq!(found(&hub, "id:* AND NOT metadata.state:CLOSED").await, 0);
        done(&hub, "/conversations.remove-state", id.clone()).await;
        assert_eq!(found(&hub, "id:* AND NOT metadata.state:CLOSED").await, 1);

        let tag = hub.post("/tags.create", json!({"name": "vip", "color": "tag-red"})).await.json();
        let tagged = json!({"conversation_id": CONVERSATION, "tag_id": tag["id"]});
        done(&hub, "/conversations.tag", tagged.clone()).await;
        let tag_id = tag["id"].as_str().unwrap();
        assert_eq!(info(&hub).await["metadata"]["tags"], json!({tag_id: ""}));
        assert_eq!(found(&hub, &format!("tag_ids:({tag_id})")).await, 1);
        done(&hub, "/conversations.untag", tagged).await;
        assert_eq!(info(&hub).await["metadata"].get("tags"), None);

        done(&hub, "/conversations.update-contact", json!({"conversation_id": CONVERSATION, "display_name": "Countess"})).await;
        assert_eq!(found(&hub, "display_name:countess").await, 1);
        deliver(&hub, "/whatsapp", "whatsapp/airy_image.json").await;
        hub.applied().await;
        assert_eq!(info(&hub).await["metadata"]["contact"]["display_name"], "Countess");
        assert_eq!(info(&hub).await["metadata"]["unread_count"], 1);
        let refetched = hub.post("/conversations.refetch", id).await;
        assert_eq!(refetched.status, 202);
    }

    async fn the_inboxs_own_filters_work(hub: TestHub) {
        ada(&hub).await;
        for filters in [
            "unread_count:[1 TO *]",
            "display_name:*lov*",
            "source:(whatsapp OR facebook)",
            "channel_id:(62e6ae05-b9be-513b-bce3-334f9a2f22da)",
            "id:* AND NOT metadata.state:CLOSED",
            "unread_count:[1 TO *] AND display_name:*ada* AND source:(whatsapp)",
            "created_at:[* TO 4102444800000]",
        ] {
            assert_eq!(found(&hub, filters).await, 1, "{filters}");
        }
        for filters in ["unread_count:0", "display_name:grace", "metadata.state:CLOSED"] {
            assert_eq!(found(&hub, filters).await, 0, "{filters}");
        }
        let wrong = hub.post("/conversations.list", json!({"filters": "display_name:("})).await;
        let error = wrong.error(400, "invalid_request");
        assert_eq!(error["field"], "filters");
        assert!(error["message"].as_str().unwrap().starts_with("Failed to parse Lucene query: "));
        assert_eq!(hub.call("/conversations.list", json!({"cursor": 0})).await["pagination_data"]["previous_cursor"], "0");
        hub.post("/conversations.list", json!({"cursor": "x"})).await.error(400, "invalid_request");
    }

    async fn what_is_shown_of_a_conversation_is_found_under_its_key(hub: TestHub) {
        ada(&hub).await;
        let tag = hub.post("/tags.create", json!({"name": "t", "color": "tag-red"})).await.json();
        let conversation = info(&hub).await;
        done(&hub, "/conversations.tag", json!({"conversation_id": conversation["id"], "tag_id": tag["id"]})).await;
        let tag = tag["id"].as_str().unwrap();

        for filter in [
            "metadata.contact.display_name:Ada", "metadata.contact.display_name:*", "metadata.unread_count:1",
            "metadata.unread_count:*", &format!("metadata.tags.{tag}:*"),
        ] {
            assert_eq!(found(&hub, filter).await, 1, "{filter}");
        }
        for filter in ["metadata.unread_count:2", "metadata.tags.7fd34ed2-88ae-5797-950d-9ff8a93e6ea2:*"] {
            assert_eq!(found(&hub, filter).await, 0, "{filter}");
        }
    }

    async fn defect_17_what_is_noted_about_another_kind_of_thing_of_that_id_is_not_shown(hub: TestHub) {
        ada(&hub).await;

        for subject in ["message", "channel", "conversation"] {
            let note = json!({"subject": subject, "id": CONVERSATION, "data": {subject: true}});
            done(&hub, "/metadata.upsert", note).await;
        }

        assert_eq!(info(&hub).await["metadata"]["user_data"], json!({"conversation": true}));
        assert_eq!(found(&hub, "metadata.user_data.message:*").await, 0);
    }

    async fn what_callers_note_is_shown_and_found(hub: TestHub) {
        ada(&hub).await;

        done(&hub, "/metadata.upsert", json!({"subject": "conversation", "id": CONVERSATION, "data": {"erp": {"id": "abc", "n": 42}}})).await;
        done(&hub, "/metadata.upsert", json!({"subject": "channel", "id": "62e6ae05-b9be-513b-bce3-334f9a2f22da", "data": {"team": "sales"}})).await;

        assert_eq!(info(&hub).await["metadata"]["user_data"], json!({"erp": {"id": "abc", "n": 42.0}}));
        assert_eq!(found(&hub, "metadata.user_data.erp.id:abc").await, 1);
        let channels = hub.call("/channels.list", json!({})).await;
        assert_eq!(channels["data"][0]["metadata"]["user_data"], json!({"team": "sales"}));
        let wrong = hub.post("/metadata.upsert", json!({"subject": "tag", "id": CONVERSATION, "data": {}})).await;
        assert_eq!(wrong.error(400, "invalid_request")["field"], "subject");
    }

    async fn what_does_not_exist_is_404(hub: TestHub) {
        let id = json!({"conversation_id": CONVERSATION});
        hub.post("/conversations.info", id.clone()).await.error(404, "not_found");
        hub.post("/conversations.refetch", id.clone()).await.error(404, "not_found");
        hub.post("/conversations.set-state", json!({"conversation_id": CONVERSATION, "state": "OPEN"})).await.error(404, "not_found");
        hub.post("/messages.list", id.clone()).await.error(404, "not_found");
        done(&hub, "/conversations.mark-read", id).await;
        let missing = hub.post("/conversations.tag", json!({})).await;
        assert_eq!(missing.error(400, "invalid_request")["field"], "conversation_id");
    }
}
