//! Making one contact of two, and two of one.

use serde_json::{Value, json};
use switchboard_domain::ContactId;

use crate::contacts::{create, info, update};
use crate::contacts_people::{NOBODY, conversation};
use crate::harness::TestHub;
use crate::on_both_stores;

async fn merge(hub: &TestHub, source: &Value, destination: &Value) -> Value {
    let body = json!({ "source_id": source["id"], "destination_id": destination["id"] });
    hub.call("/contacts.merge", body).await
}

async fn unmerge(hub: &TestHub, contact: &Value, source: &Value) -> Value {
    let body = json!({ "id": contact["id"], "source_id": source["id"] });
    hub.call("/contacts.unmerge", body).await
}

async fn is_gone(hub: &TestHub, contact: &Value) -> bool {
    let answer = hub
        .post("/contacts.info", json!({ "id": contact["id"] }))
        .await;
    answer.status == 404
}

/// The contact that the `number`th person's conversation has brought along.
async fn person(hub: &TestHub, number: u32) -> Value {
    let id = ContactId::of_conversation(conversation(hub, number).await);
    info(hub, &json!(id.to_string())).await
}

/// Without what every change changes.
fn as_before(mut contact: Value) -> Value {
    contact["updated_at"] = json!(null);
    contact
}

fn history(merged: &Value) -> Vec<Value> {
    let history = merged["merge_history"].as_array().expect("a list");
    history
        .iter()
        .map(|contact| contact["id"].clone())
        .collect()
}

on_both_stores! {
    async fn the_destination_keeps_what_it_has_and_gets_the_rest(hub: TestHub) {
        let source = create(&hub, json!({
            "display_name": "source contact display name",
            "avatar_url": "source contact avatar URL",
            "title": "source contact title",
            "gender": "source contact gender",
            "organization_name": "source contact organization name"
        })).await;
        let destination = create(&hub, json!({
            "display_name": "destination contact display name",
            "avatar_url": "destination contact avatar URL"
        })).await;

        let merged = merge(&hub, &source, &destination).await;

        assert_eq!(merged["id"], destination["id"]);
        assert_eq!(merged["display_name"], "destination contact display name");
        assert_eq!(merged["avatar_url"], "destination contact avatar URL");
        assert_eq!(merged["title"], "source contact title");
        assert_eq!(merged["gender"], "source contact gender");
        assert_eq!(merged["organization_name"], "source contact organization name");
        assert_eq!(merged["merge_history"], json!([source]));
        assert!(is_gone(&hub, &source).await);
        let shown = hub.call("/contacts.info", json!({ "id": destination["id"] })).await;
        assert_eq!(shown, merged);
    }

    async fn conversations_go_along_and_come_back(hub: TestHub) {
        let (one, two) = (person(&hub, 1).await, person(&hub, 2).await);
        update(&hub, json!({ "id": one["id"], "title": "Dr." })).await;
        let one = info(&hub, &one["id"]).await;

        let merged = merge(&hub, &one, &two).await;
        assert_eq!(merged["conversations"].as_object().expect("an object").len(), 2);
        assert_eq!(merged["title"], "Dr.");

        // A third conversation arrives, and somebody gives a name.
        let late = conversation(&hub, 3).await.to_string();
        let held = json!({ &late: "facebook" });
        update(&hub, json!({ "id": two["id"], "conversations": held, "display_name": "Ada" })).await;
        let remaining = unmerge(&hub, &two, &one).await;

        assert_eq!(history(&remaining), Vec::<Value>::new());
        let mut wanted = two.clone();
        wanted["conversations"][&late] = json!("facebook");
        wanted["display_name"] = json!("Ada");
        assert_eq!(as_before(info(&hub, &two["id"]).await), wanted);
        assert_eq!(as_before(info(&hub, &one["id"]).await), as_before(one.clone()));
        let first = one["conversations"].as_object().expect("an object").keys().next().cloned();
        let holder = hub.call("/contacts.info", json!({ "conversation_id": first })).await;
        assert_eq!(holder["id"], one["id"]);
    }

    async fn a_contact_that_was_merged_brings_its_own_history_along(hub: TestHub) {
        let (one, two, three) =
            (person(&hub, 1).await, person(&hub, 2).await, person(&hub, 3).await);
        merge(&hub, &one, &two).await;
        let all = merge(&hub, &two, &three).await;
        assert_eq!(history(&all), [one["id"].clone(), two["id"].clone()]);
        assert_eq!(all["conversations"].as_object().expect("an object").len(), 3);

        let early = json!({ "id": three["id"], "source_id": one["id"] });
        let refused = hub.post("/contacts.unmerge", early).await;
        assert_eq!(refused.error(404, "not_found")["field"], "source_id");

        let apart = unmerge(&hub, &three, &two).await;
        assert_eq!(as_before(info(&hub, &three["id"]).await), three);
        assert_eq!(history(&apart), Vec::<Value>::new());
        unmerge(&hub, &two, &one).await;
        assert_eq!(as_before(info(&hub, &two["id"]).await), two);
        assert_eq!(as_before(info(&hub, &one["id"]).await), one);
    }

    async fn merges_are_undone_in_any_order(hub: TestHub) {
        let (one, two) = (create(&hub, json!({ "title": "Dr." })).await, person(&hub, 2).await);
        let three = create(&hub, json!({ "title": "Prof.", "gender": "female" })).await;
        merge(&hub, &one, &two).await;
        let both = merge(&hub, &three, &two).await;
        assert_eq!((&both["title"], &both["gender"]), (&json!("Dr."), &json!("female")));
        assert_eq!(history(&both), [one["id"].clone(), three["id"].clone()]);

        let without_one = unmerge(&hub, &two, &one).await;
        assert_eq!((&without_one["title"], &without_one["gender"]), (&json!(null), &json!("female")));
        unmerge(&hub, &two, &three).await;

        assert_eq!(as_before(info(&hub, &two["id"]).await), two);
        assert_eq!(as_before(info(&hub, &one["id"]).await), one);
        assert_eq!(as_before(info(&hub, &three["id"]).await), three);
    }

    async fn deleting_a_contact_forgets_its_whole_history(hub: TestHub) {
        let (one, two, three) =
            (person(&hub, 1).await, person(&hub, 2).await, person(&hub, 3).await);
        merge(&hub, &one, &two).await;
        merge(&hub, &two, &three).await;

        assert_eq!(hub.post("/contacts.delete", json!({ "id": three["id"] })).await.status, 202);

        let three: ContactId = three["id"].as_str().expect("text").parse().expect("a UUID");
        let two: ContactId = two["id"].as_str().expect("text").parse().expect("a UUID");
        let left = hub
            .log
            .read::<_, switchboard_storage::StorageError, _>(move |tx| {
                Ok((tx.merges(three)?, tx.merges(two)?))
            })
            .await
            .expect("the store answers");
        assert_eq!(left, (Vec::new(), Vec::new()));
    }

    async fn whoever_is_missing_is_named_by_the_field_that_names_them(hub: TestHub) {
        let ada = create(&hub, json!({ "display_name": "Ada" })).await["id"].clone();
        for (path, body, field) in [
            ("/contacts.merge", json!({ "source_id": NOBODY, "destination_id": ada }), "source_id"),
            ("/contacts.merge", json!({ "source_id": ada, "destination_id": NOBODY }), "destination_id"),
            ("/contacts.recent-messages", json!({ "contact_id": NOBODY }), "contact_id"),
            ("/contacts.info", json!({ "id": NOBODY }), "id"),
            ("/contacts.info", json!({ "conversation_id": NOBODY }), "conversation_id"),
        ] {
            let missing = hub.post(path, body).await;
            assert_eq!(missing.status, 404, "{}", missing.text);
            let missing = missing.json();
            assert_eq!(missing["field"], field, "{path}");
        }
    }

    async fn contacts_that_cannot_be_merged_stay_as_they_are(hub: TestHub) {
        let one = create(&hub, json!({ "title": "Dr." })).await;
        for (source, destination) in [(&one["id"], &json!(NOBODY)), (&json!(NOBODY), &one["id"])] {
            let body = json!({ "source_id": source, "destination_id": destination });
            let answer = hub.post("/contacts.merge", body).await;
            assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Contact not found")));
        }
        let itself = json!({ "source_id": one["id"], "destination_id": one["id"] });
        let refused = hub.post("/contacts.merge", itself).await;
        assert_eq!(refused.error(400, "invalid_request")["field"], "destination_id");
        let never = json!({ "id": one["id"], "source_id": NOBODY });
        hub.post("/contacts.unmerge", never).await.error(404, "not_found");
        let nobody = json!({ "id": NOBODY, "source_id": one["id"] });
        assert_eq!(hub.post("/contacts.unmerge", nobody).await.status, 404);

        assert_eq!(info(&hub, &one["id"]).await, one);
    }
}
