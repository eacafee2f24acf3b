//! Files that customers send, and files that visitors hand in.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_domain::{EventKind, MessageId};
use switchboard_sandbox::{Act, Customer, Fault, MediaKind, Source};
use switchboard_storage::StorageError;

use crate::harness::{Answer, StoreKind, TestHub};
use crate::inbound::provider::{self, signed_by_meta};
use crate::{on_both_stores, on_fixtures};

const DAY: Duration = Duration::from_hours(24);
const PICTURE: Act = Act::media(MediaKind::Image);

/// Connects the sample account of a source, and tells the provider where the hub is.
async fn connect(hub: &TestHub, source: Source) {
    hub.sandbox.set_hub(&hub.url);
    let body = match source {
        Source::Facebook => {
            json!({"page_id": "fb-page-id-1", "page_token": "authentication token"})
        }
        Source::WhatsApp => {
            json!({"phone_number_id": "1234567", "user_token": "user access token"})
        }
        Source::TwilioSms => json!({"phone_number": "+491234567"}),
        _ => json!({}),
    };
    hub.call(&format!("/channels.{source}.connect"), body).await;
}

async fn connect_instagram(hub: &TestHub) {
    hub.sandbox.set_hub(&hub.url);
    let body = json!({"page_id": "fb-page-id-1", "account_id": "ig-account-id", "page_token": "authentication token"});
    hub.call("/channels.instagram.connect", body).await;
}

/// Waits until what customers did has been applied and their files have been copied.
async fn copied(hub: &TestHub) {
    hub.applied().await;
    hub.engine.copy_media().await.expect("the store answers");
}

async fn send_picture(hub: &TestHub, source: Source) {
    let said = hub
        .sandbox
        .act(source, PICTURE)
        .await
        .expect("it is possible");
    assert!(said.is_accepted(), "{said:?}");
}

/// The newest message of the only conversation.
async fn message(hub: &TestHub) -> Value {
    let listed = hub.call("/conversations.list", json!({})).await;
    let id = listed["data"][0]["id"].clone();
    let messages = hub
        .call("/messages.list", json!({"conversation_id": id}))
        .await;
    messages["data"][0].clone()
}

/// The first address of a file in a content, if it is one of the hub's: its path.
fn path_of(hub: &TestHub, content: &Value) -> Option<String> {
    let text = content.as_str().map_or_else(
        || content.to_string(),
        |form| {
            form.replace("%2F", "/")
                .replace("%3A", ":")
                .replace("%3F", "?")
                .replace("%3D", "=")
                .replace("%26", "&")
        },
    );
    let begin = text.find(&format!("{}/media/", hub.url))? + hub.url.len();
    let end = text[begin..].find("signature=")? + begin + "signature=".len() + 64;
    Some(text[begin..end].to_owned())
}

async fn get(hub: &TestHub, path: &str) -> (u16, String, Vec<u8>) {
    let response = hub
        .request(Method::GET, path)
        .send()
        .await
        .expect("the hub answers");
    let status = response.status().as_u16();
    let content_type = response.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    let bytes = response.bytes().await.expect("the file is whole");
    (status, content_type, bytes.to_vec())
}

async fn is_shown(hub: &TestHub) -> String {
    let message = message(hub).await;
    assert_eq!(message["metadata"]["media_error"], Value::Null, "{message}");
    let path = path_of(hub, &message["content"]).unwrap_or_else(|| panic!("{message}"));
    let (status, content_type, bytes) = get(hub, &path).await;
    assert_eq!(
        (status, content_type.as_str()),
        (200, "image/png"),
        "{path}"
    );
    assert!(bytes.starts_with(b"\x89PNG"));
    path
}

async fn a_picture_is_copied(hub: &TestHub, source: Source) {
    connect(hub, source).await;

    send_picture(hub, source).await;
    copied(hub).await;

    let path = is_shown(hub).await;
    assert!(path.starts_with("/media/copy-"), "{path}");
    assert_eq!(hub.sandbox.violations(), []);
    // The provider's link has ended by then.
    hub.clock.advance(DAY * 2);
    is_shown(hub).await;
    let updated = hub.events().await;
    let updated = updated
        .iter()
        .filter(|event| event.kind == EventKind::MessageUpdated);
    assert_eq!(updated.count(), 1);
}

on_both_stores! {
    async fn a_picture_on_messenger_is_copied_before_its_link_ends(hub: TestHub) {
        a_picture_is_copied(&hub, Source::Facebook).await;
    }

    async fn a_picture_on_whatsapp_is_asked_for_by_its_id_and_copied(hub: TestHub) {
        a_picture_is_copied(&hub, Source::WhatsApp).await;
    }

    async fn a_picture_from_twilio_is_fetched_with_credentials_and_copied(hub: TestHub) {
        a_picture_is_copied(&hub, Source::TwilioSms).await;
    }

    async fn a_picture_on_viber_is_copied(hub: TestHub) {
        a_picture_is_copied(&hub, Source::Viber).await;
    }

    async fn a_link_that_has_ended_costs_the_file_and_not_the_message(hub: TestHub) {
        connect(&hub, Source::Facebook).await;
        let letter = hub.sandbox.prepare(Source::Facebook, &PICTURE).expect("it is possible");
        hub.clock.advance(DAY * 2);

        assert!(hub.sandbox.send(&letter).await.is_accepted());
        hub.applied().await;
        // Who writes has a picture, which is copied as well.
        hub.engine.fetch_profiles().await.expect("the store answers");
        copied(&hub).await;

        let message = message(&hub).await;
        assert_eq!(path_of(&hub, &message["content"]), None, "{message}");
        let error = message["metadata"]["media_error"].as_str().expect("it is said");
        assert!(error.contains("may have expired"), "{error}");
        assert_eq!(hub.engine.copy_media().await.expect("the store answers"), 0);
        hub.clock.advance(DAY);
        assert_eq!(hub.engine.copy_media().await.expect("the store answers"), 0);
    }

    async fn a_provider_that_is_down_is_asked_again(hub: TestHub) {
        connect(&hub, Source::Facebook).await;
        hub.sandbox.meta.fail_times("download_attachment", Fault::ServerError(503), 1);

        send_picture(&hub, Source::Facebook).await;
        copied(&hub).await;
        let waiting = message(&hub).await;
        assert_eq!(path_of(&hub, &waiting["content"]), None, "{waiting}");
        assert!(waiting["metadata"]["media_error"].is_string(), "{waiting}");

        hub.clock.advance(Duration::from_secs(15));
        copied(&hub).await;
        is_shown(&hub).await;
    }

    async fn a_file_waits_for_an_account_that_has_to_be_connected_again(hub: TestHub) {
        connect(&hub, Source::TwilioSms).await;
        hub.sandbox.twilio.fail_times("download_media", Fault::ExpiredToken, 1);

        send_picture(&hub, Source::TwilioSms).await;
        copied(&hub).await;
        let waiting = message(&hub).await;
        assert_eq!(path_of(&hub, &waiting["content"]), None, "{waiting}");
        assert!(waiting["metadata"]["media_error"].is_string(), "{waiting}");

        hub.clock.advance(Duration::from_hours(2));
        copied(&hub).await;
        is_shown(&hub).await;
    }

    async fn a_picture_that_is_taken_back_takes_its_file_along(hub: TestHub) {
        connect_instagram(&hub).await;
        send_picture(&hub, Source::Instagram).await;
        copied(&hub).await;
        let path = is_shown(&hub).await;

        let unsent = hub.sandbox.act(Source::Instagram, Act::Unsend { of: None }).await;
        assert!(unsent.expect("it is possible").is_accepted());
        hub.applied().await;
        hub.clock.advance(Duration::from_mins(2));
        hub.engine.forget_media().await.expect("the store answers");

        assert_eq!(get(&hub, &path).await.0, 404);
        assert_eq!(path_of(&hub, &message(&hub).await["content"]), None);
    }

    async fn a_picture_that_was_taken_back_before_it_came_is_not_copied(hub: TestHub) {
        connect_instagram(&hub).await;
        let picture = hub.sandbox.prepare(Source::Instagram, &PICTURE).expect("it is possible");
        let unsend = hub.sandbox.prepare(Source::Instagram, &Act::Unsend { of: None }).expect("it is possible");

        assert!(hub.sandbox.send(&unsend).await.is_accepted());
        assert!(hub.sandbox.send(&picture).await.is_accepted());
        hub.applied().await;

        hub.engine.copy_media().await.expect("the store answers");
        let message = message(&hub).await;
        assert_eq!(message["metadata"]["media_error"], Value::Null);
        let id = message["id"].as_str().expect("text").parse().expect("an id");
        let copies = hub.log.read::<_, StorageError, _>(move |tx| tx.media_copies(&[MessageId::from_uuid(id)])).await;
        assert_eq!(copies.expect("the store answers"), []);
    }

    async fn an_address_is_good_for_a_week_and_only_as_it_was_given(hub: TestHub) {
        connect(&hub, Source::Facebook).await;
        send_picture(&hub, Source::Facebook).await;
        copied(&hub).await;
        let path = is_shown(&hub).await;

        let changed = path.replace("expires=1", "expires=2");
        assert_ne!(changed, path);
        assert_eq!(get(&hub, &changed).await.0, 403);
        hub.clock.advance(DAY * 7);
        assert_eq!(get(&hub, &path).await.0, 200);
        hub.clock.advance(DAY);
        assert_eq!(get(&hub, &path).await.0, 403);
        is_shown(&hub).await;
    }
}

on_fixtures! {
    async fn a_link_into_a_private_network_is_not_followed(hub: TestHub) {
        provider::connect(&hub, "facebook", "7562107744668308").await;
        let inside = "http://[::ffff:169.254.169.254]/latest/meta-data/";
        let body = json!({"object": "page", "entry": [{
            "id": "7562107744668308", "time": 1_795_348_800_000_i64,
            "messaging": [{
                "sender": {"id": "4383398935030571"}, "recipient": {"id": "7562107744668308"},
                "timestamp": 1_795_348_800_000_i64,
                "message": {"mid": "m_1", "attachments": [{"type": "image", "payload": {"url": inside}}]},
            }],
        }]})
        .to_string();

        let request = hub
            .request(Method::POST, "/facebook")
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signed_by_meta(body.as_bytes()))
            .body(body);
        assert_eq!(Answer::read(request.send().await.expect("the hub answers")).await.status, 200);
        copied(&hub).await;

        let message = message(&hub).await;
        assert!(message["content"].to_string().contains(inside), "{message}");
        let error = message["metadata"]["media_error"].as_str().expect("it is said");
        assert!(error.contains("not on the public internet"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_can_stay_where_they_are() {
    let settings = [
        ("media.policy", "proxy"),
        ("media.policies.facebook", "link"),
    ];
    let hub = TestHub::start_with(StoreKind::Sqlite, &settings).await;
    connect(&hub, Source::Facebook).await;

    send_picture(&hub, Source::Facebook).await;
    copied(&hub).await;

    let message = message(&hub).await;
    assert_eq!(path_of(&hub, &message["content"]), None, "{message}");
    assert!(
        message["content"]
            .to_string()
            .contains(hub.sandbox.meta.url())
    );
    assert_eq!(hub.sandbox.meta.called("download_attachment"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_can_be_fetched_when_somebody_looks() {
    let settings = [("media.policies.whatsapp", "proxy")];
    let hub = TestHub::start_with(StoreKind::Sqlite, &settings).await;
    connect(&hub, Source::WhatsApp).await;
    send_picture(&hub, Source::WhatsApp).await;
    copied(&hub).await;
    assert_eq!(hub.sandbox.meta.called("download_media"), 0);

    let path = is_shown(&hub).await;

    assert!(path.starts_with("/media/proxy/"), "{path}");
    assert_eq!(hub.sandbox.meta.called("download_media"), 1);
    hub.sandbox
        .meta
        .fail_times("download_media", Fault::ServerError(503), 1);
    assert_eq!(get(&hub, &path).await.0, 502);
    assert_eq!(
        get(&hub, &path.replace("signature=", "signature=0"))
            .await
            .0,
        403
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_beyond_the_limit_is_not_copied() {
    let hub = TestHub::start_with(StoreKind::Sqlite, &[("media.max_bytes", "16")]).await;
    connect(&hub, Source::Facebook).await;

    send_picture(&hub, Source::Facebook).await;
    copied(&hub).await;

    let message = message(&hub).await;
    let error = message["metadata"]["media_error"]
        .as_str()
        .expect("it is said");
    assert!(error.contains("larger than 16 bytes"), "{error}");
}

/// Airy asked visitors for a token that they do not have.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defect_35_a_visitor_hands_a_file_in_with_the_token_of_the_visit() {
    let hub = TestHub::start_with(StoreKind::Sqlite, &[("security.system_token", "s3cret")]).await;
    let post = |path: &str, body: Value| {
        let request = hub
            .request(Method::POST, path)
            .bearer_auth("s3cret")
            .json(&body);
        async {
            Answer::read(request.send().await.expect("the hub answers"))
                .await
                .json()
        }
    };
    let channel = post("/channels.chatplugin.connect", json!({"name": "website"})).await;
    let visit = post(
        "/chatplugin.authenticate",
        json!({"channel_id": channel["id"]}),
    )
    .await;
    let token = visit["token"].as_str().expect("a token");
    let upload = |token: &str, path: &str| {
        let form = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"me.txt\"\r\n\r\n\
                    it is me\r\n--edge--\r\n";
        let request = hub
            .request(Method::POST, path)
            .bearer_auth(token)
            .header("origin", "https://shop.example")
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(form);
        async { Answer::read(request.send().await.expect("the hub answers")).await }
    };

    let answer = upload(token, "/media.upload").await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    let url = answer.json()["media_url"]
        .as_str()
        .expect("an address")
        .to_owned();
    let path = url.strip_prefix(&hub.url).expect("it is the hub's");
    assert_eq!(get(&hub, path).await.0, 200);
    hub.clock.advance(DAY * 365);
    assert_eq!(
        get(&hub, path).await.0,
        200,
        "providers fetch it when they like"
    );
    assert_eq!(
        upload("s3cret", "/media.uploadFile").await.json()["media_url"],
        url
    );
    upload("made up", "/media.upload")
        .await
        .error(401, "invalid_token");
    // A visit ends, and so does its token.
    upload(token, "/media.upload")
        .await
        .error(401, "invalid_token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_picture_twice_is_kept_once() {
    let hub = TestHub::start(StoreKind::Sqlite).await;
    connect(&hub, Source::Facebook).await;
    let grace = Customer::of(Source::Facebook).named("Grace Hopper");

    send_picture(&hub, Source::Facebook).await;
    hub.sandbox
        .act(grace, PICTURE)
        .await
        .expect("it is possible");
    copied(&hub).await;

    let listed = hub.call("/conversations.list", json!({})).await;
    let paths: Vec<_> = listed["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|conversation| path_of(&hub, &conversation["last_message"]["content"]))
        .collect();
    assert_eq!(paths.len(), 2);
    assert!(paths[0].is_some());
    assert_eq!(paths[0], paths[1]);
}
