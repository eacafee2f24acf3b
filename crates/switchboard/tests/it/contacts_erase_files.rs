//! Erasing a person: the files.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::{Act, Customer, MediaKind, Source};

use crate::harness::{Answer, TestHub};
use crate::on_both_stores;

/// Somebody in the web chat.
struct Visitor {
    token: String,
}

impl Visitor {
    async fn comes(hub: &TestHub) -> Self {
        let name = json!({"name": "site"});
        let channel = hub.call("/channels.chatplugin.connect", name).await["id"].clone();
        let visit = hub
            .call("/chatplugin.authenticate", json!({"channel_id": channel}))
            .await;
        let token = visit["token"].as_str().expect("a token").to_owned();
        Self { token }
    }

    /// Hands a file in. Gives its address.
    async fn hands_in(&self, hub: &TestHub, content: &str) -> String {
        let form = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"me.txt\"\r\n\r\n\
             {content}\r\n--edge--\r\n"
        );
        let request = hub
            .request(Method::POST, "/media.upload")
            .bearer_auth(&self.token)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(form);
        let answer = Answer::read(request.send().await.expect("the hub answers")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let address = answer.json()["media_url"].clone();
        address.as_str().expect("an address").to_owned()
    }

    /// Writes a message. Gives the contact.
    async fn writes(&self, hub: &TestHub, message: Value) -> Value {
        let request = hub
            .request(Method::POST, "/chatplugin.send")
            .bearer_auth(&self.token)
            .json(&json!({ "message": message }));
        let sent = Answer::read(request.send().await.expect("the hub answers")).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let of = json!({"conversation_id": sent.json()["sender"]["id"]});
        hub.call("/contacts.info", of).await["id"].clone()
    }
}

async fn is_kept(hub: &TestHub, address: &str) -> bool {
    let path = address.strip_prefix(&hub.url).expect("it is the hub's");
    let answer = hub.request(Method::GET, path).send().await;
    match answer.expect("the hub answers").status().as_u16() {
        200 => true,
        404 => false,
        status => panic!("{address}: {status}"),
    }
}

async fn erase(hub: &TestHub, contact: &Value) {
    let answer = hub.post("/contacts.erase", json!({ "id": contact })).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

fn copies(hub: &TestHub) -> Vec<String> {
    let folder = std::fs::read_dir(hub.store.media_folder()).expect("the folder is there");
    let names = folder.map(|entry| entry.expect("it can be read").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("copy-"))
        .collect()
}

/// Somebody sends a picture on WhatsApp, which shows none of themselves. Gives their contact.
async fn sends_a_picture(hub: &TestHub) -> Value {
    hub.sandbox.set_hub(&hub.url);
    let number = json!({"phone_number_id": "1234567", "user_token": "user access token"});
    hub.call("/channels.whatsapp.connect", number).await;
    let grace = Customer::of(Source::WhatsApp).named("Grace Hopper");
    let said = hub.sandbox.act(grace, Act::media(MediaKind::Image)).await;
    assert!(said.expect("it is possible").is_accepted());
    hub.applied().await;
    hub.engine.copy_media().await.expect("the store answers");
    let listed = hub.call("/conversations.list", json!({})).await;
    let of = json!({"conversation_id": listed["data"][0]["id"]});
    hub.call("/contacts.info", of).await["id"].clone()
}

on_both_stores! {
    async fn what_only_the_person_has_mentioned_of_what_was_handed_in_goes(hub: TestHub) {
        let (erased, other) = (Visitor::comes(&hub).await, Visitor::comes(&hub).await);
        let own = erased.hands_in(&hub, "a picture of me").await;
        let in_a_form = erased.hands_in(&hub, "in a form").await;
        let shared = other.hands_in(&hub, "for two").await;
        let sample = other.hands_in(&hub, "in a template").await;
        let unmentioned = other.hands_in(&hub, "for the website").await;
        let template = json!({"name": "t", "source": "facebook", "content": {"url": sample}});
        assert_eq!(hub.post("/templates.create", template).await.status, 201);
        other.writes(&hub, json!({"text": format!("look at {shared}")})).await;

        // An address that nobody has signed does not count.
        let made_up = unmentioned.replace("signature=", "signature=0");
        let spelled = in_a_form.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        let contact = erased.writes(&hub, json!({"attachments": [own, shared, sample]})).await;
        erased.writes(&hub, json!({"text": format!("{made_up} and MediaUrl0={spelled}&From=me")})).await;
        erase(&hub, &contact).await;

        assert!(!is_kept(&hub, &own).await);
        assert!(!is_kept(&hub, &in_a_form).await);
        for address in [shared, sample, unmentioned] {
            assert!(is_kept(&hub, &address).await, "{address}");
        }
    }

    async fn a_file_that_the_store_does_not_remove_is_tried_until_it_is_gone(hub: TestHub) {
        let contact = sends_a_picture(&hub).await;
        let names = copies(&hub);
        assert_eq!(names.len(), 1);
        // In its place lies something that is not removed like a file.
        let place = Path::new(&hub.store.media_folder()).join(&names[0]);
        std::fs::remove_file(&place).expect("it is there");
        std::fs::create_dir(&place).expect("there is room");

        let body = json!({ "id": contact });
        let erasing = hub.request(Method::POST, "/contacts.erase").json(&body).send();
        let erasing = tokio::spawn(erasing);
        while hub.post("/contacts.info", body.clone()).await.status != 404 {
            tokio::task::yield_now().await;
        }
        hub.engine.erase_contacts().await.expect("the store answers");
        assert!(!erasing.is_finished(), "the file is there");
        std::fs::remove_dir(&place).expect("it is there");
        std::fs::write(&place, "it can be removed now").expect("there is room");
        hub.clock.advance(Duration::from_mins(3));
        hub.engine.erase_contacts().await.expect("the store answers");

        let answer = erasing.await.expect("it does not panic").expect("the hub answers");
        assert_eq!(answer.status(), 204);
        assert_eq!(copies(&hub), Vec::<String>::new());
    }

    async fn somebody_who_is_being_erased_is_neither_merged_nor_deleted(hub: TestHub) {
        let contact = sends_a_picture(&hub).await;
        let other = Visitor::comes(&hub).await.writes(&hub, json!({"text": "hello"})).await;
        let id: switchboard_domain::ContactId =
            contact.as_str().expect("text").parse().expect("an id");
        hub.log
            .write::<_, switchboard_storage::StorageError, _>(
                switchboard_storage::Touches::nothing(),
                move |tx| tx.put_job(&ordered(id)).map(drop),
            )
            .await
            .expect("the store answers");

        let merge = json!({"source_id": contact, "destination_id": other});
        assert_eq!(hub.post("/contacts.merge", merge).await.status, 404);
        assert_eq!(hub.post("/contacts.delete", json!({"id": contact})).await.status, 404);

        hub.clock.advance(Duration::from_hours(1));
        hub.engine.erase_contacts().await.expect("the store answers");
        let gone = hub.post("/contacts.info", json!({"id": contact})).await;
        assert_eq!(gone.status, 404);
        assert_eq!(copies(&hub), Vec::<String>::new());
    }
}

/// An erasure that begins in an hour.
fn ordered(id: switchboard_domain::ContactId) -> switchboard_domain::NewJob {
    switchboard_domain::NewJob {
        id: switchboard_domain::JobId::from_uuid(id.as_uuid()),
        kind: switchboard_domain::JobKind::EraseContact,
        key: id.to_string(),
        payload: switchboard_domain::RawJson::empty_object(),
        sealed: None,
        run_at: crate::harness::NOON.after(Duration::from_hours(1)),
    }
}
