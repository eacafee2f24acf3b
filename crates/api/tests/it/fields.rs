//! How fields of requests may be written.

use serde_json::{Value, json};

use crate::hub::Hub;

const ID: &str = "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c";

#[tokio::test]
async fn camel_case_is_understood() {
    let hub = Hub::open();
    let conversation = |field: &str, value: &str| {
        let mut body = json!({ "conversationId": ID });
        body[field] = value.into();
        body
    };

    for (path, body) in [
        ("/conversations.info", conversation("x", "")),
        ("/conversations.markRead", conversation("x", "")),
        ("/conversations.mark-read", conversation("x", "")),
        ("/conversations.tag", conversation("tagId", ID)),
        ("/conversations.untag", conversation("tagId", ID)),
        ("/conversations.setState", conversation("state", "OPEN")),
        ("/conversations.removeState", conversation("x", "")),
        (
            "/conversations.updateContact",
            conversation("displayName", "Grace"),
        ),
        ("/messages.list", conversation("pageSize", "2")),
        (
            "/messages.suggestReplies",
            json!({ "messageId": ID, "suggestions": { "a": { "content": {} } } }),
        ),
    ] {
        let answer = hub.post(path, &body).await;
        // What is not there need not be taken away.
        if answer.status != 204 {
            answer.is_error(404, "not_found");
        }
    }
}

#[tokio::test]
async fn where_both_names_are_given_the_one_of_the_description_counts() {
    let hub = Hub::open();
    let body = json!({ "conversationId": ID, "conversation_id": "no id" });

    let answer = hub.post("/conversations.info", &body).await;

    let field = Some("conversation_id".to_owned());
    assert_eq!(answer.error(), (400, "invalid_request".to_owned(), field));
}

async fn entries(hub: &Hub, path: &str, size: Value) -> usize {
    let body = match size {
        Value::String(nothing) if nothing == "nothing" => json!({}),
        size => json!({ "page_size": size }),
    };
    let answer = hub.post(path, &body).await;
    assert_eq!(answer.status, 200, "{path} {body}: {answer:?}");
    answer.json()["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_page_is_as_large_as_asked_and_what_makes_no_sense_is_ten() {
    let hub = Hub::open();
    for number in 0..25 {
        let body = json!({ "display_name": format!("Contact {number}") });
        assert_eq!(hub.post("/contacts.create", &body).await.status, 201);
    }

    for (size, expected) in [
        (json!("nothing"), 20),
        (json!(3), 3),
        (json!("3"), 3),
        (json!(" 3 "), 3),
        (json!(0), 10),
        (json!(-1), 10),
        (json!(i64::MIN), 10),
        (Value::Null, 10),
        (json!(5_000), 25),
        (json!(u64::MAX), 25),
    ] {
        let shown = entries(&hub, "/contacts.list", size.clone()).await;
        assert_eq!(shown, expected, "{size}");
    }
}

#[tokio::test]
async fn every_list_takes_a_page_size_by_either_name_and_only_whole_numbers() {
    let hub = Hub::open();

    for path in [
        "/conversations.list",
        "/contacts.list",
        "/users.list",
        "/envelopes.list",
    ] {
        for name in ["page_size", "pageSize"] {
            for size in [json!(1), json!("1"), json!(0), json!(-5), Value::Null] {
                let answer = hub.post(path, &json!({ name: size })).await;
                assert_eq!(answer.status, 200, "{path} {name} {size}");
            }
            for size in [json!(1.5), json!("many"), json!(""), json!(true), json!([])] {
                let answer = hub.post(path, &json!({ name: size })).await;
                let field = Some("page_size".to_owned());
                let expected = (400, "invalid_request".to_owned(), field);
                assert_eq!(answer.error(), expected, "{path} {name} {size}");
            }
        }
    }
}
