//! What a page may ask about the people who wrote to it.

use http::Method;
use serde_json::{Value, json};
use switchboard_sandbox::meta::Token;
use switchboard_sandbox::{Customer, Sandbox, Source};

use crate::call::{Answer, Call, refused};
use crate::receiver::{Receiver, connected};

fn page_token(sandbox: &Sandbox, page: &str) -> String {
    sandbox
        .meta
        .page_token("authentication token", page)
        .unwrap()
}

/// A page token that lacks one permission.
fn lacking(sandbox: &Sandbox, scope: &str) -> String {
    let meta = &sandbox.meta;
    let user = Token::short_user(switchboard_sandbox::meta::SAMPLE_USER).without(scope);
    meta.add_token(scope, user);
    meta.page_token(scope, "fb-page-id-1").unwrap()
}

fn call(sandbox: &Sandbox, path: &str) -> Call {
    let meta = &sandbox.meta;
    Call::new(Method::GET, meta.url(), &format!("/v25.0/{path}"))
        .token(meta, &page_token(sandbox, "fb-page-id-1"))
}

#[tokio::test]
async fn a_page_sees_name_and_picture_of_the_people_who_wrote_to_it() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let meta = &sandbox.meta;
    let ada = sandbox
        .say(Source::Facebook, "hello")
        .await
        .unwrap()
        .customer_id;
    let profile = || call(&sandbox, &ada).set("fields", "first_name,last_name,profile_pic");
    refused(
        Answer::graph_error,
        vec![
            (
                "unknown person",
                profile().replace(&ada, "5275811702471834"),
                (400, 100, 33),
            ),
            (
                "a person's token",
                profile().token(meta, "authentication token"),
                (400, 100, 33),
            ),
            (
                "another page",
                profile().token(meta, &page_token(&sandbox, "fb-page-id-2")),
                (400, 100, 33),
            ),
            (
                "no permission",
                profile().token(meta, &lacking(&sandbox, "pages_messaging")),
                (403, 200, 0),
            ),
            (
                "unknown field",
                profile().set("fields", "first_name,shoe_size"),
                (400, 100, 0),
            ),
            (
                "no proof",
                profile().unset("appsecret_proof"),
                (400, 100, 0),
            ),
            (
                "wrong method",
                profile().method(Method::DELETE),
                (400, 100, 0),
            ),
        ],
    )
    .await;

    let found = profile().works().await;

    assert_eq!(
        (&found["first_name"], &found["last_name"], &found["id"]),
        (&json!("Ada"), &json!("Lovelace"), &json!(ada))
    );
    let picture = found["profile_pic"].as_str().unwrap();
    let response = crate::call::client().get(picture).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn instagram_shows_name_and_picture_to_the_page_behind_the_account() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let meta = &sandbox.meta;
    let grace = Customer::of(Source::Instagram).named("Grace Hopper");
    let id = sandbox.say(grace, "hello").await.unwrap().customer_id;
    let profile = || call(&sandbox, &id).set("fields", "name,profile_pic");
    refused(
        Answer::graph_error,
        vec![
            (
                "no permission",
                profile().token(meta, &lacking(&sandbox, "instagram_manage_messages")),
                (403, 200, 0),
            ),
            (
                "another page",
                profile().token(meta, &page_token(&sandbox, "fb-page-id-2")),
                (400, 100, 33),
            ),
            (
                "a field of Messenger",
                profile().set("fields", "first_name"),
                (400, 100, 0),
            ),
        ],
    )
    .await;

    let found = profile().works().await;

    assert_eq!(
        (&found["name"], &found["id"]),
        (&json!("Grace Hopper"), &json!(id))
    );
    assert!(found["profile_pic"].is_string());
    let all = profile().set("fields", "username,follower_count,is_user_follow_business");
    assert_eq!(all.works().await["username"], "grace.hopper");
}

#[tokio::test]
async fn who_hides_the_profile_is_named_in_the_conversation() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let meta = &sandbox.meta;
    let customer = Customer::of(Source::Facebook).hiding_profile();
    let ada = sandbox.say(customer, "hello").await.unwrap().customer_id;
    let profile = call(&sandbox, &ada).set("fields", "first_name,last_name,profile_pic");
    assert_eq!(profile.send().await.graph_error(), (400, 100, 2_018_218));
    let conversations = || {
        call(&sandbox, "fb-page-id-1/conversations")
            .set("platform", "messenger")
            .set("user_id", &ada)
            .set("fields", "participants")
    };
    refused(
        Answer::graph_error,
        vec![
            (
                "unknown page",
                conversations().replace("fb-page-id-1", "1"),
                (400, 100, 33),
            ),
            (
                "another page",
                conversations().replace("fb-page-id-1", "fb-page-id-2"),
                (400, 100, 33),
            ),
            (
                "a person's token",
                conversations().token(meta, "authentication token"),
                (400, 100, 33),
            ),
            (
                "no permission",
                conversations().token(meta, &lacking(&sandbox, "pages_messaging")),
                (403, 200, 0),
            ),
            (
                "unknown platform",
                conversations().set("platform", "icq"),
                (400, 100, 0),
            ),
            (
                "unknown field",
                conversations().set("fields", "people"),
                (400, 100, 0),
            ),
        ],
    )
    .await;

    let found = conversations().works().await;

    let participants = &found["data"][0]["participants"]["data"];
    assert_eq!(
        (&participants[0]["name"], &participants[0]["id"]),
        (&json!("Ada Lovelace"), &json!(ada))
    );
    assert_eq!(participants[1]["id"], "fb-page-id-1");
    let nobody = conversations()
        .set("user_id", "5275811702471834")
        .works()
        .await;
    assert_eq!(nobody["data"], json!([]));
    let on_instagram = conversations().set("platform", "instagram").works().await;
    assert_eq!(on_instagram["data"], Value::Array(Vec::new()));
}
