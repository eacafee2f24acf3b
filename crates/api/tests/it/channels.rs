//! The procedures.

use serde_json::{Value, json};

use crate::hub::{Answer, Hub};

async fn connect(hub: &Hub, source: &str, account: &str) -> Value {
    let answer = hub
        .post(
            &format!("/channels.{source}.connect"),
            &json!({ "account": account, "token": "t" }),
        )
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn list(hub: &Hub, body: Value) -> Vec<String> {
    let answer = hub.post("/channels.list", &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    let data = json["data"].as_array().unwrap();
    data.iter()
        .map(|channel| channel["source_channel_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn connecting_answers_the_channel() {
    let hub = Hub::open();

    let channel = connect(&hub, "page", "7").await;

    let id = channel["id"].clone();
    assert_eq!(
        channel,
        json!({
            "id": id,
            "source": "page",
            "source_channel_id": "7",
            "metadata": { "name": "Page 7" },
            "connected": true
        })
    );
    let info = hub
        .post("/channels.info", &json!({ "channel_id": id }))
        .await;
    assert_eq!((info.status.as_u16(), info.json()), (200, channel));
}

#[tokio::test]
async fn a_list_is_narrowed_by_source_and_connection() {
    let hub = Hub::open();
    let first = connect(&hub, "page", "1").await;
    connect(&hub, "page", "2").await;
    connect(&hub, "sms.plain", "3").await;
    let leave = json!({ "channel_id": first["id"] });
    assert_eq!(
        hub.post("/channels.page.disconnect", &leave).await.status,
        202
    );

    assert_eq!(list(&hub, json!({})).await.len(), 3);
    assert_eq!(list(&hub, json!({ "source": " " })).await.len(), 3);
    assert_eq!(list(&hub, json!({ "source": "sms.plain" })).await, ["3"]);
    assert_eq!(list(&hub, json!({ "source": "nobody" })).await, [""; 0]);
    assert_eq!(list(&hub, json!({ "connected": false })).await, ["1"]);
    let both = json!({ "source": "page", "connected": true, "colour": "red" });
    assert_eq!(list(&hub, both).await, ["2"]);
}

#[tokio::test]
async fn updating_changes_what_is_given_under_either_spelling() {
    let hub = Hub::open();
    let channel = connect(&hub, "page", "7").await;

    let update = json!({
        "channelId": channel["id"],
        "name": "New",
        "imageUrl": "https://example.org/new.jpg"
    });
    let changed = hub.post("/channels.update", &update).await;
    assert_eq!(
        changed.json()["metadata"],
        json!({ "name": "New", "image_url": "https://example.org/new.jpg" })
    );

    let nothing = json!({ "channel_id": channel["id"], "name": null, "image_url": " " });
    let same = hub.post("/channels.update", &nothing).await;
    assert_eq!(same.json(), changed.json());
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let hub = Hub::open();
    let channel = connect(&hub, "page", "7").await;
    for (path, body, field) in [
        ("/channels.info", json!({}), "channel_id"),
        (
            "/channels.info",
            json!({ "channel_id": null }),
            "channel_id",
        ),
        ("/channels.info", json!({ "channel_id": "7" }), "channel_id"),
        ("/channels.info", json!({ "channel_id": [] }), "channel_id"),
        ("/channels.update", json!({ "name": "New" }), "channel_id"),
        (
            "/channels.update",
            json!({ "channel_id": channel["id"], "name": " " }),
            "name",
        ),
        (
            "/channels.update",
            json!({ "channel_id": channel["id"], "image_url": "no" }),
            "image_url",
        ),
        (
            "/channels.page.disconnect",
            json!({ "channel_id": "x" }),
            "channel_id",
        ),
        (
            "/channels.page.disconnect",
            json!({ "channel_id": channel["id"], "force": "yes" }),
            "force",
        ),
        ("/channels.list", json!({ "connected": 1 }), "connected"),
        ("/channels.list", json!({ "source": {} }), "source"),
        ("/channels.page.connect", json!({ "account": "7" }), "token"),
        ("/channels.page.explore", json!({}), "auth_token"),
    ] {
        let answer = hub.post(path, &body).await;
        assert_eq!(
            answer.error(),
            (400, "invalid_request".to_owned(), Some(field.to_owned())),
            "{path} {body}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_has_no_field() {
    let hub = Hub::open();
    for body in [json!([]), json!("text"), json!(null)] {
        let answer = hub.post("/channels.list", &body).await;
        assert_eq!(answer.error(), (400, "invalid_request".to_owned(), None));
    }
}

#[tokio::test]
async fn an_unknown_channel_is_404_and_for_disconnecting_400() {
    let hub = Hub::open();
    let body = json!({ "channel_id": "0686be1a-84e3-5135-9960-3269161887e5" });

    for path in ["/channels.info", "/channels.update"] {
        hub.post(path, &body).await.is_error(404, "unknown_channel");
    }
    let answer = hub.post("/channels.page.disconnect", &body).await;
    answer.is_error(400, "unknown_channel");
}

#[tokio::test]
async fn disconnecting_twice_by_any_source_is_202_without_a_body() {
    let hub = Hub::open();
    let channel = connect(&hub, "page", "7").await;
    let body = json!({ "channel_id": channel["id"] });

    for path in [
        "/channels.sms.plain.disconnect",
        "/channels.page.disconnect",
    ] {
        let Answer {
            status,
            headers,
            body,
            ..
        } = hub.post(path, &body).await;
        assert_eq!((status.as_u16(), body.len()), (202, 0));
        assert_eq!(headers.get("content-type"), None);
    }
    let info = hub.post("/channels.info", &body).await;
    assert_eq!(info.json()["connected"], false);
}

#[tokio::test]
async fn exploring_speaks_the_words_of_the_source_on_both_paths() {
    let hub = Hub::open();
    connect(&hub, "page", "2").await;
    let wanted = json!({ "data": [
        { "name": "One", "page_id": "1", "connected": false, "image_url": "https://example.org/1.jpg" },
        { "name": "Two", "page_id": "2", "connected": true }
    ] });

    for (path, body) in [
        ("/channels.page.explore", json!({ "auth_token": "t" })),
        ("/page.channels.explore", json!({ "token": "t" })),
    ] {
        let answer = hub.post(path, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (200, wanted.clone())
        );
    }
}
