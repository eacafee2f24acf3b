//! Tags.

use serde_json::{Value, json};
use switchboard_domain::{EventBody, EventKind};

use crate::contacts_people::conversation;
use crate::harness::TestHub;
use crate::on_both_stores;

async fn create(hub: &TestHub, name: &str, color: &str) -> Value {
    let answer = hub
        .post("/tags.create", json!({ "name": name, "color": color }))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

async fn list(hub: &TestHub) -> Value {
    hub.call("/tags.list", json!({})).await
}

/// Kinds and what is told of the events about tags.
async fn announced(hub: &TestHub) -> Vec<(EventKind, Option<Value>)> {
    hub.events()
        .await
        .into_iter()
        .filter(|event| matches!(event.kind, EventKind::TagUpdated | EventKind::TagDeleted))
        .map(|event| match event.body {
            EventBody::Told(told) => (event.kind, serde_json::from_str(told.as_str()).ok()),
            EventBody::About(_) => (event.kind, None),
        })
        .collect()
}

on_both_stores! {
    async fn a_tag_is_made_listed_changed_and_deleted(hub: TestHub) {
        let flag = create(&hub, "flag", "tag-red").await;
        let id = flag["id"].clone();
        assert_eq!(flag, json!({ "id": id, "name": "flag", "color": "tag-red" }));
        let other = create(&hub, "flag", "tag-green").await;
        let all = list(&hub).await["data"].as_array().expect("a list").clone();
        assert_eq!(all.len(), 2);
        assert!(all.contains(&flag) && all.contains(&other), "{all:?}");

        let changed = hub.post("/tags.update", json!({ "id": id, "color": "tag-blue", "name": "" })).await;
        assert_eq!((changed.status, changed.text.as_str()), (204, ""));
        let deleted = hub.post("/tags.delete", json!({ "id": other["id"] })).await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        assert_eq!(
            list(&hub).await,
            json!({ "data": [{ "id": id, "name": "flag", "color": "tag-blue" }] })
        );
    }

    async fn every_change_of_a_tag_is_announced_and_nothing_else(hub: TestHub) {
        let flag = create(&hub, "flag", "tag-red").await;
        let same = json!({ "id": flag["id"], "name": "flag", "color": "tag-red" });
        assert_eq!(hub.post("/tags.update", same.clone()).await.status, 204);
        let blue = json!({ "id": flag["id"], "name": "flag", "color": "tag-blue" });
        assert_eq!(hub.post("/tags.update", blue.clone()).await.status, 204);
        assert_eq!(hub.post("/tags.delete", json!({ "id": flag["id"] })).await.status, 204);

        assert_eq!(announced(&hub).await, [
            (EventKind::TagUpdated, Some(same)),
            (EventKind::TagUpdated, Some(blue)),
            (EventKind::TagDeleted, None),
        ]);
    }

    async fn a_deleted_tag_is_off_every_conversation(hub: TestHub) {
        let id = conversation(&hub, 1).await;
        let flag = create(&hub, "flag", "tag-red").await;
        let tag = json!({ "conversation_id": id.to_string(), "tag_id": flag["id"] });
        assert_eq!(hub.post("/conversations.tag", tag).await.status, 204);
        let info = json!({ "conversation_id": id.to_string() });
        let tagged = hub.call("/conversations.info", info.clone()).await;
        let tag_id = flag["id"].as_str().expect("text");
        assert_eq!(tagged["metadata"]["tags"], json!({ tag_id: "" }));

        assert_eq!(hub.post("/tags.delete", json!({ "id": tag_id })).await.status, 204);

        let untagged = hub.call("/conversations.info", info).await;
        assert!(untagged["metadata"].get("tags").is_none(), "{untagged}");
    }

    async fn a_colour_that_there_is_not_is_refused_in_airys_words(hub: TestHub) {
        let words = "Tag color must be one of [tag-red, tag-blue, tag-green, tag-purple]";
        let flag = create(&hub, "flag", "tag-red").await;
        for (path, body) in [
            ("/tags.create", json!({ "name": "flag", "color": "red" })),
            ("/tags.update", json!({ "id": flag["id"], "color": "TAG-RED" })),
        ] {
            let answer = hub.post(path, body).await;
            assert_eq!(answer.status, 400, "{}", answer.text);
            let body = answer.json();
            assert_eq!((&body["message"], &body["field"]), (&json!(words), &json!("color")));
        }
        assert_eq!(list(&hub).await["data"], json!([flag]));
    }

    async fn an_unknown_tag_is_404_and_a_wrong_request_400(hub: TestHub) {
        let nobody = "f339c325-8614-43cb-a70a-e83d81bf56fc";
        for path in ["/tags.update", "/tags.delete"] {
            hub.post(path, json!({ "id": nobody })).await.error(404, "not_found");
            hub.post(path, json!({ "id": "7" })).await.error(400, "invalid_request");
        }
        for body in [json!({}), json!({ "name": "flag" }), json!({ "color": "tag-red" })] {
            hub.post("/tags.create", body).await.error(400, "invalid_request");
        }
    }
}
