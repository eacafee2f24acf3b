//! Templates of messages.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, TestHub};
use crate::on_both_stores;

fn template(name: &str, source: &str) -> Value {
    json!({
        "name": name,
        "source": source,
        "content": { "blueprint": "text", "payload": "[[salutation]]!" }
    })
}

async fn create(hub: &TestHub, body: Value) -> Value {
    let answer = hub.post("/templates.create", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

async fn names(hub: &TestHub, body: Value) -> Vec<String> {
    let listed = hub.call("/templates.list", body).await;
    let data = listed["data"].as_array().expect("a list");
    data.iter()
        .map(|template| template["name"].as_str().expect("text").to_owned())
        .collect()
}

on_both_stores! {
    async fn a_template_is_made_shown_changed_and_deleted(hub: TestHub) {
        let made = create(&hub, template("awesome-template", "facebook")).await;
        let which = json!({ "id": made["id"] });
        let mut wanted = template("awesome-template", "facebook");
        wanted["id"] = made["id"].clone();
        assert_eq!(made, wanted);
        assert_eq!(hub.call("/templates.info", which.clone()).await, wanted);

        let update = json!({ "id": made["id"], "content": [1, "two", null], "source": "google" });
        wanted["content"] = json!([1, "two", null]);
        wanted["source"] = json!("google");
        assert_eq!(hub.call("/templates.update", update).await, wanted);
        assert_eq!(hub.call("/templates.info", which.clone()).await, wanted);

        let deleted = hub.post("/templates.delete", which.clone()).await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        for path in ["/templates.info", "/templates.update", "/templates.delete"] {
            hub.post(path, which.clone()).await.error(404, "not_found");
        }
    }

    async fn a_template_keeps_its_digits_its_order_and_its_nulls(hub: TestHub) {
        let content = r#"{"z":12345678901234567890.10,"a":[1.0,1e3]}"#;
        let body = format!(r#"{{"name":"n","source":"s","content":{content}}}"#);
        let request = hub.request(Method::POST, "/templates.create").header("content-type", "application/json");

        let made = Answer::read(request.body(body).send().await.unwrap()).await;

        assert_eq!(made.status, 201, "{}", made.text);
        assert!(made.text.contains(content), "{}", made.text);
        let nothing = json!({"name": "n", "source": "s", "content": null});
        assert_eq!(create(&hub, nothing).await["content"], Value::Null);
        let to_nothing = json!({"id": made.json()["id"], "content": null});
        assert_eq!(hub.call("/templates.update", to_nothing).await["content"], Value::Null);
    }

    async fn templates_are_listed_by_source_and_by_a_part_of_their_name(hub: TestHub) {
        for (name, source) in [
            ("Welcome back", "facebook"),
            ("Goodbye 100%", "facebook"),
            ("Welcome", "google"),
        ] {
            create(&hub, template(name, source)).await;
        }

        let facebook = names(&hub, json!({ "source": "facebook" })).await;
        assert_eq!(facebook, ["Goodbye 100%", "Welcome back"]);
        let back = names(&hub, json!({ "source": "facebook", "name": "come" })).await;
        assert_eq!(back, ["Welcome back"]);
        let small = names(&hub, json!({ "source": "facebook", "name": "welcome" })).await;
        assert_eq!(small, [""; 0]);
        let percent = names(&hub, json!({ "source": "facebook", "name": "%" })).await;
        assert_eq!(percent, ["Goodbye 100%"]);
        let nobody = names(&hub, json!({ "source": "Facebook" })).await;
        assert_eq!(nobody, [""; 0]);
    }

    async fn what_a_template_needs_is_required(hub: TestHub) {
        for field in ["name", "source", "content"] {
            let mut body = template("awesome-template", "facebook");
            body.as_object_mut().expect("an object").remove(field);
            let refused = hub.post("/templates.create", body).await;
            assert_eq!(refused.error(400, "invalid_request")["field"], field);
        }
        let refused = hub.post("/templates.list", json!({ "name": "come" })).await;
        assert_eq!(refused.error(400, "invalid_request")["field"], "source");
    }
}
