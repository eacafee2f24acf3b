//! Exploring: `/me/accounts`, pages, Instagram accounts.

use http::Method;
use serde_json::{Value, json};
use switchboard_sandbox::meta::{MetaWorld, Page, SAMPLE_USER, Token, User};
use switchboard_sandbox::{Meta, Sandbox, SandboxOptions, World};

use crate::call::{Answer, Call, proof, refused, sandbox};

const USER: &str = "authentication token";

fn list(meta: &Meta) -> Call {
    Call::new(Method::GET, meta.url(), "/v25.0/me/accounts").token(meta, USER)
}

fn page(meta: &Meta) -> Call {
    Call::new(Method::GET, meta.url(), "/v25.0/fb-page-id-1").token(meta, USER)
}

fn ids(answer: &Value) -> Vec<&str> {
    let data = answer["data"].as_array().unwrap();
    data.iter()
        .map(|page| page["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn listing_pages_is_for_users_with_the_permission() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || list(meta);
    let page_token = meta.page_token(USER, "fb-page-id-1").unwrap();
    let app = meta.app();
    meta.add_token(
        "blind",
        Token::short_user(SAMPLE_USER).without("pages_show_list"),
    );

    refused(
        Answer::graph_error,
        vec![
            ("page token", call().token(meta, &page_token), (400, 100, 0)),
            (
                "app token",
                call().set("access_token", &format!("{}|{}", app.id, app.secret)),
                (400, 2500, 0),
            ),
            (
                "permission missing",
                call().token(meta, "blind"),
                (403, 200, 0),
            ),
            (
                "unknown field",
                call().set("fields", "id,nickname"),
                (400, 100, 0),
            ),
            (
                "unknown inner field",
                call().set("fields", "picture{uri}"),
                (400, 100, 0),
            ),
            ("limit 0", call().set("limit", "0"), (400, 100, 0)),
            ("limit in words", call().set("limit", "all"), (400, 100, 0)),
            ("invented cursor", call().set("after", "2"), (400, 100, 0)),
            (
                "somebody else",
                call().replace("/me/", "/4711/"),
                (400, 100, 33),
            ),
            ("wrong method", call().method(Method::POST), (400, 100, 0)),
            ("no proof", call().unset("appsecret_proof"), (400, 100, 0)),
        ],
    )
    .await;

    call()
        .replace("/me/", &format!("/{SAMPLE_USER}/"))
        .works()
        .await;
    let first = &call().works().await["data"][0];
    let keys: Vec<_> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["access_token", "category", "id", "name", "tasks"]);
}

#[tokio::test]
async fn a_listed_page_shows_the_fields_that_were_asked_for() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let fields = "name,name_with_location_descriptor,access_token,picture,is_webhooks_subscribed,\
                  tasks,instagram_business_account";
    let answer = list(meta)
        .set("fields", fields)
        .set("limit", "100")
        .works()
        .await;

    let token = meta.page_token(USER, "fb-page-id-1").unwrap();
    assert_eq!(
        answer["data"][0],
        json!({
            "id": "fb-page-id-1",
            "name": "my page 1",
            "name_with_location_descriptor": "my page 1",
            "access_token": token,
            "picture": {"data": {
                "height": 50,
                "is_silhouette": false,
                "url": "http://example.org/avatar.jpeg",
                "width": 50,
            }},
            "is_webhooks_subscribed": false,
            "tasks": ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"],
            "instagram_business_account": {"id": "ig-account-id"},
        })
    );
    assert_eq!(answer["data"][1]["picture"]["data"]["is_silhouette"], true);
    assert_eq!(answer["data"][1].get("instagram_business_account"), None);
    assert_eq!(
        answer["data"][2]["name_with_location_descriptor"],
        "Jaspers Market (Berlin)"
    );
    assert_eq!(answer["paging"].get("next"), None);
}

#[tokio::test]
async fn paging_follows_next_with_a_proof_to_the_last_of_250_pages() {
    let pages: Vec<Page> = (0..250)
        .map(|n| Page::new(format!("p{n:03}"), format!("Page {n}")))
        .collect();
    let user = pages
        .iter()
        .fold(User::new("u", "Ada"), |user, page| user.managing(&page.id));
    let mut world = World::empty();
    world.meta = MetaWorld {
        pages,
        users: vec![user],
        tokens: [(USER.to_owned(), Token::short_user("u"))].into(),
        ..MetaWorld::empty()
    };
    let options = SandboxOptions {
        world,
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let meta = &sandbox.meta;
    meta.delete_page("p007");
    let mut call = list(meta).set("fields", "id,name").set("limit", "100");
    let mut seen: Vec<String> = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let answer = call.works().await;
        sizes.push(ids(&answer).len());
        seen.extend(ids(&answer).into_iter().map(ToOwned::to_owned));
        let Some(next) = answer["paging"]["next"].as_str() else {
            break;
        };
        assert!(next.starts_with(&format!("{}/v25.0/me/accounts?access_token=", meta.url())));
        call = Call::new(Method::GET, next, "");
        let unproven = call.send().await;
        assert_eq!(unproven.graph_error(), (400, 100, 0));
        call = call.set("appsecret_proof", &proof(&meta.app().secret, USER));
    }

    assert_eq!(sizes, [99, 100, 50]);
    assert_eq!(seen.len(), 249);
    assert!(seen.is_sorted());
}

#[tokio::test]
async fn a_limit_is_honoured_and_capped_at_100() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let answer = list(meta).set("limit", "3").works().await;

    assert_eq!(
        ids(&answer),
        ["fb-page-id-1", "fb-page-id-2", "108201940000001"]
    );
    let after = answer["paging"]["cursors"]["after"].as_str().unwrap();
    let answer = list(meta)
        .set("limit", "3")
        .set("after", after)
        .works()
        .await;
    assert_eq!(ids(&answer), ["108201940000002"]);
    for n in 0..120 {
        meta.add_page(Page::new(format!("new-{n}"), "New"));
        meta.set_tasks(SAMPLE_USER, &format!("new-{n}"), None);
    }
    assert_eq!(
        ids(&list(meta).set("limit", "500").works().await).len(),
        100
    );
    assert_eq!(ids(&list(meta).works().await).len(), 25);
}

#[tokio::test]
async fn a_page_shows_itself_to_its_people_and_to_itself() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || page(meta);
    let other = meta.page_token(USER, "fb-page-id-2").unwrap();
    let own = meta.page_token(USER, "fb-page-id-1").unwrap();
    meta.add_page(Page::new("foreign", "Somebody else's"));

    refused(
        Answer::graph_error,
        vec![
            (
                "unknown page",
                call().replace("page-id-1", "page-id-9"),
                (400, 100, 33),
            ),
            (
                "somebody else's page",
                call().replace("fb-page-id-1", "foreign"),
                (403, 10, 0),
            ),
            (
                "another page's token",
                call().token(meta, &other),
                (403, 10, 0),
            ),
            (
                "no permission",
                call().token(meta, "user access token"),
                (403, 10, 0),
            ),
            (
                "unknown field",
                call().set("fields", "id,owner"),
                (400, 100, 0),
            ),
            ("wrong method", call().method(Method::DELETE), (400, 100, 0)),
        ],
    )
    .await;

    assert_eq!(
        call().works().await,
        json!({"id": "fb-page-id-1", "name": "my page 1"})
    );
    let fields = "access_token,instagram_business_account{id,username}";
    let expected = json!({
        "id": "fb-page-id-1",
        "access_token": own,
        "instagram_business_account": {"id": "ig-account-id", "username": "mypage1"},
    });
    assert_eq!(call().set("fields", fields).works().await, expected);
    assert_eq!(
        call().token(meta, &own).set("fields", fields).works().await,
        expected
    );
    assert_eq!(
        call()
            .replace("fb-page-id-1", "me")
            .token(meta, &own)
            .set("fields", fields)
            .works()
            .await,
        expected
    );
    meta.delete_page("fb-page-id-1");
    assert_eq!(call().send().await.graph_error(), (400, 100, 33));
}

#[tokio::test]
async fn the_instagram_account_is_hidden_without_its_permission() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let account = Call::new(Method::GET, meta.url(), "/v25.0/ig-account-id")
        .token(meta, USER)
        .set("fields", "username");
    assert_eq!(account.works().await["username"], "mypage1");

    meta.drop_permission(SAMPLE_USER, "instagram_basic");

    assert_eq!(account.send().await.graph_error(), (403, 10, 0));
    let answer = page(meta)
        .set("fields", "instagram_business_account")
        .works()
        .await;
    assert_eq!(answer, json!({"id": "fb-page-id-1"}));
}
