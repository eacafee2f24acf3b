//! The address book.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_domain::{ContactId, EventKind};

use crate::contacts_people::{NOBODY, conversation, conversation_of, message_id};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::promises::bodies::{PAGE, arrives, page_text};
use crate::promises::lists::only_conversation;
use crate::{on_both_stores, on_fixtures};

pub(crate) async fn create(hub: &TestHub, body: Value) -> Value {
    let answer = hub.post("/contacts.create", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

pub(crate) async fn info(hub: &TestHub, id: &Value) -> Value {
    let mut shown = hub.call("/contacts.info", json!({ "id": id })).await;
    shown
        .as_object_mut()
        .expect("a contact")
        .remove("merge_history");
    shown
}

pub(crate) async fn update(hub: &TestHub, body: Value) {
    let answer = hub.post("/contacts.update", body).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
}

async fn names(hub: &TestHub, body: Value) -> (Vec<Value>, Value) {
    let listed = hub.call("/contacts.list", body).await;
    let data = listed["data"].as_array().expect("a list").iter();
    let names = data
        .map(|contact| contact["display_name"].clone())
        .collect();
    (names, listed["pagination_data"].clone())
}

fn ada() -> Value {
    json!({
        "display_name": "Ada Lovelace",
        "avatar_url": "source contact avatar URL",
        "title": "Countess",
        "gender": "female",
        "timezone": "1",
        "locale": "en_GB",
        "organization_name": "Analytical Engines",
        "via": { "phone": "+49157", "room": 7 },
        "address": {
            "organization_name": "Royal Society",
            "address_line1": "12 St James's Square",
            "address_line2": "2nd floor",
            "postal_code": "SW1Y",
            "city": "London",
            "state": "Middlesex",
            "country": "UK"
        },
        "metadata": { "erp": { "id": 42, "tags": ["a", null] } }
    })
}

on_both_stores! {
    async fn defect_25_what_is_known_of_a_contact_is_stored_and_shown(hub: TestHub) {
        let made = create(&hub, ada()).await;

        let mut wanted = ada();
        wanted["id"] = made["id"].clone();
        wanted["timezone"] = json!(1);
        wanted["via"]["room"] = json!("7");
        wanted["conversations"] = json!(null);
        wanted["created_at"] = json!(1_795_348_800_000_i64);
        wanted["updated_at"] = json!(null);
        assert_eq!(made, wanted);
        assert_eq!(info(&hub, &made["id"]).await, wanted);
        assert_eq!(hub.call("/contacts.list", json!({})).await["data"], json!([wanted]));
    }

    async fn of_a_contact_nothing_need_be_known(hub: TestHub) {
        let made = create(&hub, json!({ "display_name": " ", "address": {}, "unknown": [] })).await;

        let known: Vec<_> = made
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(known, ["created_at", "id"]);
        assert_eq!(made.as_object().expect("an object").len(), 14);
    }

    async fn contacts_are_imported_all_or_none(hub: TestHub) {
        let good = json!([{ "display_name": "B" }, {}, { "display_name": "A" }]);
        let imported = hub.post("/contacts.import", good).await;
        assert_eq!(imported.status, 201, "{}", imported.text);
        let data = imported.json()["data"].clone();
        let order: Vec<_> = (0..3).map(|nth| data[nth]["display_name"].clone()).collect();
        assert_eq!(order, [json!("B"), json!(null), json!("A")]);

        let bad = json!([{ "display_name": "C" }, { "timezone": "noon" }]);
        let refused = hub.post("/contacts.import", bad).await;
        assert_eq!(refused.error(400, "invalid_request")["field"], "[1].timezone");
        let refused = hub.post("/contacts.import", json!([{}, 7])).await;
        assert_eq!(refused.error(400, "invalid_request")["field"], "[1]");
        hub.post("/contacts.import", json!({})).await.error(400, "invalid_request");
        let many = vec![json!({}); 10_001];
        hub.post("/contacts.import", many.into()).await.error(400, "invalid_request");

        let (names, _) = names(&hub, json!({})).await;
        assert_eq!(names, [json!("A"), json!("B"), json!(null)]);
    }

    async fn the_list_is_ordered_by_name_and_its_pages_lead_to_each_other(hub: TestHub) {
        for name in ["b", "B", "ä", "", "a"] {
            create(&hub, json!({ "display_name": name })).await;
        }
        let wanted = [json!("B"), json!("a"), json!("b"), json!("ä"), json!(null)];
        let (all, cursors) = names(&hub, json!({})).await;
        assert_eq!(all, wanted);
        let nothing = json!({ "previous_cursor": null, "next_cursor": null, "total": 5 });
        assert_eq!(cursors, nothing);

        let (first, cursors) = names(&hub, json!({ "page_size": 2 })).await;
        assert_eq!((first.as_slice(), &cursors["previous_cursor"]), (&wanted[..2], &json!(null)));
        let second = json!({ "page_size": 2, "cursor": cursors["next_cursor"] });
        let (middle, cursors) = names(&hub, second.clone()).await;
        assert_eq!(middle.as_slice(), &wanted[2..4]);
        let third = json!({ "page_size": 2, "cursor": cursors["next_cursor"] });
        let (last, end) = names(&hub, third).await;
        assert_eq!((last.as_slice(), &end["next_cursor"]), (&wanted[4..], &json!(null)));
        assert_eq!(end["previous_cursor"], second["cursor"]);
        let back = json!({ "page_size": 2, "cursor": cursors["previous_cursor"] });
        assert_eq!(names(&hub, back).await.0, first);
    }

    async fn nobody_is_shown_twice_or_left_out_because_of_a_new_name(hub: TestHub) {
        for name in ["a", "b", "c", "d", "e"] {
            create(&hub, json!({ "display_name": name })).await;
        }
        let listed = hub.call("/contacts.list", json!({ "page_size": 5 })).await;
        let by_id = json!({ "page_size": 3, "cursor": listed["data"][2]["id"] });
        let (_, cursors) = names(&hub, json!({ "page_size": 2 })).await;

        update(&hub, json!({ "id": listed["data"][2]["id"], "display_name": "0" })).await;
        let next = json!({ "page_size": 2, "cursor": cursors["next_cursor"] });
        let (second, cursors) = names(&hub, next).await;

        assert_eq!(second, [json!("d"), json!("e")]);
        assert_eq!(cursors["next_cursor"], json!(null));
        assert_eq!(names(&hub, by_id).await.0, [json!("0"), json!("a"), json!("b")]);
    }

    async fn an_unknown_cursor_is_refused_where_it_matters(hub: TestHub) {
        for _ in 0..3 {
            create(&hub, json!({})).await;
        }
        for cursor in [json!(NOBODY), json!("x"), json!(0)] {
            let body = json!({ "cursor": cursor, "page_size": 2 });
            let refused = hub.post("/contacts.list", body).await;
            assert_eq!(refused.error(400, "invalid_request")["field"], "cursor");
            assert_eq!(names(&hub, json!({ "cursor": cursor })).await.0.len(), 3);
        }
    }

    async fn a_contact_is_found_by_itself_or_by_a_conversation(hub: TestHub) {
        let conversation = conversation(&hub, 1).await;
        let id = ContactId::of_conversation(conversation).to_string();
        let other = create(&hub, ada()).await;
        let shown = |body: Value| {
            let hub = &hub;
            async move { hub.call("/contacts.info", body).await["id"].clone() }
        };

        let by_conversation = json!({ "id": "", "conversation_id": conversation.to_string() });
        assert_eq!(shown(by_conversation).await, json!(id));
        let by_both = json!({ "id": other["id"], "conversation_id": conversation.to_string() });
        assert_eq!(shown(by_both).await, other["id"]);

        for nobody in [json!({ "id": NOBODY }), json!({ "conversation_id": NOBODY })] {
            let answer = hub.post("/contacts.info", nobody).await;
            assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Contact not found")));
        }
        let neither = hub.post("/contacts.info", json!({ "id": " " })).await;
        let words = "Either contact or conversation id must be provided";
        assert_eq!((neither.status, &neither.json()["message"]), (400, &json!(words)));
    }

    async fn an_update_changes_what_it_names_and_blank_text_takes_away(hub: TestHub) {
        let made = create(&hub, ada()).await;
        hub.clock.advance(std::time::Duration::from_mins(1));
        update(&hub, json!({
            "id": made["id"],
            "displayName": "Augusta",
            "title": "",
            "timezone": null,
            "via": { "room": "", "fax": "9", "phone": null },
            "address": { "state": "Surrey", "city": "", "address_line1": null },
            "metadata": { "erp": { "id": 43 }, "vip": true }
        })).await;

        let mut wanted = ada();
        wanted["id"] = made["id"].clone();
        wanted["display_name"] = json!("Augusta");
        wanted["title"] = json!(null);
        wanted["timezone"] = json!(1);
        wanted["via"] = json!({ "phone": "+49157", "fax": "9" });
        wanted["address"]["state"] = json!("Surrey");
        wanted["address"]["city"] = json!(null);
        wanted["metadata"] = json!({ "erp": { "id": 43, "tags": ["a", null] }, "vip": true });
        wanted["conversations"] = json!(null);
        wanted["created_at"] = made["created_at"].clone();
        wanted["updated_at"] = json!(1_795_348_860_000_i64);
        assert_eq!(info(&hub, &made["id"]).await, wanted);

        update(&hub, json!({ "id": made["id"], "address": "", "metadata": "", "timezone": "" })).await;
        let bare = info(&hub, &made["id"]).await;
        assert_eq!([&bare["address"], &bare["metadata"], &bare["timezone"]], [&json!(null); 3]);
    }

    async fn a_conversation_belongs_to_one_contact(hub: TestHub) {
        let conversation = conversation(&hub, 1).await.to_string();
        let owner = hub.call("/contacts.info", json!({ "conversation_id": conversation })).await;
        let other = create(&hub, json!({ "conversations": { &conversation: "facebook" } })).await;

        assert_eq!(other["conversations"], json!({ &conversation: "facebook" }));
        let by_conversation = json!({ "conversation_id": conversation });
        let holder = hub.call("/contacts.info", by_conversation.clone()).await;
        assert_eq!(holder["id"], other["id"]);
        assert_eq!(info(&hub, &owner["id"]).await["conversations"], json!(null));

        update(&hub, json!({ "id": other["id"], "conversations": { &conversation: "" } })).await;
        assert_eq!(hub.post("/contacts.info", by_conversation).await.status, 404);
    }

    async fn one_who_writes_after_their_contact_was_deleted_has_a_contact_again(hub: TestHub) {
        let channel = hub.call("/channels.chatplugin.connect", json!({"name": "site"})).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel["id"]})).await;
        let say = async |text: &str| {
            let request = hub.request(Method::POST, "/chatplugin.send").bearer_auth(visit["token"].as_str().unwrap());
            request.json(&json!({"message": {"text": text}})).send().await.unwrap();
            let all = hub.call("/conversations.list", json!({})).await;
            json!({ "conversation_id": all["data"][0]["id"] })
        };
        let which = say("one").await;
        let first = hub.call("/contacts.info", which.clone()).await;
        hub.post("/contacts.delete", json!({ "id": first["id"] })).await;
        assert_eq!(hub.post("/contacts.info", which.clone()).await.status, 404);

        say("two").await;

        let again = hub.call("/contacts.info", which).await;
        assert_eq!(again["display_name"], first["display_name"]);
    }

    async fn a_deleted_contact_is_gone_and_its_conversations_stay(hub: TestHub) {
        let conversation = conversation(&hub, 1).await;
        let id = ContactId::of_conversation(conversation).to_string();

        let deleted = hub.post("/contacts.delete", json!({ "id": id })).await;
        assert_eq!((deleted.status, deleted.text.as_str()), (202, ""));

        for path in ["/contacts.info", "/contacts.delete", "/contacts.update", "/contacts.erase"] {
            let answer = hub.post(path, json!({ "id": id })).await;
            assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Contact not found")));
        }
        hub.call("/conversations.info", json!({ "conversation_id": conversation.to_string() })).await;
    }

    async fn every_change_is_announced_by_the_contacts_id_alone(hub: TestHub) {
        let conversation = conversation(&hub, 1).await;
        let owner = ContactId::of_conversation(conversation).as_uuid();
        let made = create(&hub, json!({ "conversations": { conversation.to_string(): "facebook" } })).await;
        let id: ContactId = made["id"].as_str().expect("text").parse().expect("a UUID");
        update(&hub, json!({ "id": id.to_string(), "title": "Dr." })).await;
        update(&hub, json!({ "id": id.to_string(), "title": "Dr." })).await;
        hub.post("/contacts.delete", json!({ "id": id.to_string() })).await;

        let id = id.as_uuid();
        let announced: Vec<_> = hub
            .events()
            .await
            .into_iter()
            .filter(|event| event.kind.as_str().starts_with("contact."))
            .map(|event| (event.kind, event.body))
            .collect();
        let about = switchboard_domain::EventBody::About;
        assert_eq!(announced, [
            (EventKind::ContactUpdated, about(id)),
            (EventKind::ContactUpdated, about(owner)),
            (EventKind::ContactUpdated, about(id)),
            (EventKind::ContactDeleted, about(id)),
        ]);
    }

    async fn a_wrong_field_is_named(hub: TestHub) {
        let made = create(&hub, json!({})).await;
        for (path, body, field) in [
            ("/contacts.create", json!({ "timezone": "CET" }), "timezone"),
            ("/contacts.create", json!({ "via": "phone" }), "via"),
            ("/contacts.create", json!({ "via": { "phone": {} } }), "via.phone"),
            ("/contacts.create", json!({ "address": { "city": [] } }), "address.city"),
            ("/contacts.create", json!({ "metadata": [1] }), "metadata"),
            ("/contacts.create", json!({ "title": "a\u{0}b" }), "title"),
            ("/contacts.create", json!({ "conversations": { "x": "facebook" } }), "conversations"),
            ("/contacts.update", json!({ "title": "Dr." }), "id"),
            ("/contacts.update", json!({ "id": made["id"], "title": {} }), "title"),
            ("/contacts.merge", json!({ "source_id": NOBODY }), "destination_id"),
            ("/contacts.unmerge", json!({ "id": NOBODY }), "source_id"),
            ("/contacts.delete", json!({}), "id"),
            ("/contacts.erase", json!({ "id": "x" }), "id"),
            ("/contacts.recent-messages", json!({}), "contact_id"),
        ] {
            let refused = hub.post(path, body.clone()).await;
            assert_eq!(refused.error(400, "invalid_request")["field"], field, "{path} {body}");
        }
    }

    async fn the_newest_messages_of_each_conversation_are_shown(hub: TestHub) {
        let (one, two) = (conversation_of(&hub, 1, 3).await, conversation_of(&hub, 2, 1).await);
        let id = ContactId::of_conversation(one).to_string();
        let held = json!({ two.to_string(): "google", NOBODY: "google" });
        update(&hub, json!({ "id": id, "conversations": held })).await;
        let (one_text, two_text) = (one.to_string(), two.to_string());
        let ids = |page: &Value| -> Vec<Value> {
            let data = page["data"].as_array().expect("a list");
            data.iter().map(|message| message["id"].clone()).collect()
        };
        let message = |nth| json!(message_id(one, nth).to_string());

        let all = hub.call("/contacts.recent-messages", json!({ "contact_id": id })).await;
        assert_eq!(ids(&all[&one_text]), [message(3), message(2), message(1)]);
        assert_eq!(all[&one_text]["data"][0]["content"], json!({ "text": "message 3" }));
        assert_eq!(all[&one_text]["data"][0]["metadata"], json!(null));
        assert_eq!(ids(&all[&two_text]).len(), 1);
        assert_eq!(all[NOBODY], json!(null));

        let facebook = json!({ "contact_id": id, "include_sources": ["facebook"], "page_size": 2 });
        let some = hub.call("/contacts.recent-messages", facebook.clone()).await;
        assert_eq!(some.as_object().expect("an object").len(), 1);
        assert_eq!(ids(&some[&one_text]), [message(3), message(2)]);
        let cursors = json!({ "previous_cursor": null, "next_cursor": message(1), "total": 3 });
        assert_eq!(some[&one_text]["pagination_data"], cursors);

        let mut next = facebook.clone();
        next["cursors"] = json!({ &one_text: message(1), NOBODY: "" });
        let last = hub.call("/contacts.recent-messages", next).await;
        assert_eq!(ids(&last[&one_text]), [message(1)]);
        let cursors = json!({ "previous_cursor": message(1), "next_cursor": null, "total": 3 });
        assert_eq!(last[&one_text]["pagination_data"], cursors);

        let mut wrong = facebook;
        wrong["cursors"] = json!({ &one_text: message_id(two, 1).to_string() });
        let refused = hub.post("/contacts.recent-messages", wrong).await;
        let field = refused.error(400, "invalid_request")["field"].clone();
        assert_eq!(field, format!("cursors.{one_text}"));
        let nobody = hub.post("/contacts.recent-messages", json!({ "contact_id": NOBODY })).await;
        assert_eq!(nobody.status, 404);
    }
}

on_fixtures! {
    async fn one_whose_contact_was_deleted_and_who_is_held_by_another_stays_there(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        arrives(&hub, "/facebook", &page_text("7", "m_1", 0, "one")).await;
        hub.applied().await;
        let conversation = only_conversation(&hub).await["id"].as_str().unwrap().to_owned();
        let which = json!({ "conversation_id": conversation });
        let first = hub.call("/contacts.info", which.clone()).await;

        hub.post("/contacts.delete", json!({ "id": first["id"] })).await;
        arrives(&hub, "/facebook", &page_text("7", "m_2", 1, "two")).await;
        hub.applied().await;
        let again = hub.call("/contacts.info", which.clone()).await;
        hub.post("/contacts.delete", json!({ "id": again["id"] })).await;
        let holder = create(&hub, json!({ "conversations": { &conversation: "facebook" } })).await;
        arrives(&hub, "/facebook", &page_text("7", "m_3", 2, "three")).await;
        hub.applied().await;

        assert_eq!(again["conversations"], json!({ &conversation: "facebook" }));
        assert_eq!(hub.call("/contacts.info", which).await["id"], holder["id"]);
    }
}
