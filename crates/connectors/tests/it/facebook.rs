//! Facebook pages.

use serde_json::json;
use switchboard_connector::{ConnectError, ErrorClass};
use switchboard_sandbox::World;
use switchboard_sandbox::meta::{Death, Page, SAMPLE_USER, Token, TokenKind, User};

use crate::hub::{
    Hub, assert_class, assert_hidden, connector, credential, fact, operations, upstream,
};

const PAGE: &str = "fb-page-id-1";

fn request(token: &str) -> serde_json::Value {
    json!({"page_id": PAGE, "page_token": token})
}

/// A token of the page itself: it never expires.
fn own_token(hub: &Hub) -> String {
    hub.sandbox
        .meta
        .page_token("authentication token", PAGE)
        .unwrap()
}

#[tokio::test]
async fn a_page_is_connected_with_the_token_of_a_person() {
    let hub = Hub::start().await;
    let meta = &hub.sandbox.meta;

    let draft = hub
        .source("facebook")
        .prepare(connector("facebook").connect_example())
        .await
        .unwrap();

    assert_eq!(draft.source_channel_id.as_str(), PAGE);
    assert_eq!(draft.name, "My custom name for this page");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("https://example.org/custom-image.jpg")
    );
    assert_eq!(upstream(&draft), Some("meta:page:fb-page-id-1"));
    assert_eq!(draft.facts.as_str(), r#"{"page_id":"fb-page-id-1"}"#);
    assert_eq!(
        meta.page_subscription(PAGE),
        None,
        "preparing changes nothing"
    );

    let stored = credential(&draft, "page_token");
    let kind = meta.token(&stored).unwrap().kind;
    assert_eq!(kind, TokenKind::Page(PAGE.to_owned()));

    hub.source("facebook")
        .subscribe(&draft, None)
        .await
        .unwrap();
    let fields = meta.page_subscription(PAGE).unwrap();
    assert_eq!(fields.len(), 16);
    for field in ["messages", "message_edits", "messaging_optouts", "standby"] {
        assert!(fields.contains(field), "{field}");
    }
    assert_eq!(
        operations(&meta.calls()),
        [
            "debug_token",
            "exchange_token",
            "get_page",
            "subscribe_page"
        ]
    );
    let version = meta
        .calls()
        .iter()
        .all(|call| call.path.starts_with("/v25.0/"));
    assert!(version, "{:?}", meta.calls());
}

#[tokio::test]
async fn a_token_of_the_page_itself_is_not_exchanged() {
    let hub = Hub::start().await;
    let token = own_token(&hub);

    let draft = hub
        .source("facebook")
        .prepare(request(&token))
        .await
        .unwrap();

    assert_eq!(
        operations(&hub.sandbox.meta.calls()),
        ["debug_token", "get_page"]
    );
    assert_eq!(credential(&draft, "page_token"), token);
}

#[tokio::test]
async fn a_token_of_a_person_that_never_expires_is_not_exchanged() {
    let hub = Hub::start().await;
    let token = Token {
        lifetime: None,
        ..Token::short_user(SAMPLE_USER)
    };
    hub.sandbox.meta.add_token("everlasting", token);

    hub.source("facebook")
        .prepare(request("everlasting"))
        .await
        .unwrap();

    assert_eq!(
        operations(&hub.sandbox.meta.calls()),
        ["debug_token", "get_page"]
    );
}

#[tokio::test]
async fn name_and_picture_are_the_pages_unless_the_request_has_some() {
    let hub = Hub::start().await;
    let prepare = async |page_id: &str| {
        let body = json!({"page_id": page_id, "page_token": "authentication token", "name": " "});
        hub.source("facebook").prepare(body).await.unwrap()
    };

    let shop = prepare("108201940000001").await;
    assert_eq!(shop.name, "Jaspers Market (Berlin)");
    assert_eq!(
        shop.image_url.as_deref(),
        Some("https://example.org/jaspers.jpeg")
    );

    let plain = prepare("fb-page-id-2").await;
    assert_eq!(plain.name, "my page 2");
    assert_eq!(plain.image_url, None, "a silhouette is no picture");
}

#[tokio::test]
async fn a_dead_token_is_refused_with_the_words_of_meta() {
    let hub = Hub::start().await;
    for (death, code) in [
        (Death::PasswordChanged, "190/460"),
        (Death::AppRemoved, "190/458"),
        (Death::Checkpoint, "190/459"),
        (Death::SessionEnded, "190/467"),
    ] {
        hub.sandbox
            .meta
            .add_token("canary-dead", Token::short_user(SAMPLE_USER));
        hub.sandbox.meta.revoke_token("canary-dead", death);

        let error = hub.source("facebook").refusal(request("canary-dead")).await;

        assert_class(&error, ErrorClass::Reauth);
        assert_eq!(error.code.as_deref(), Some(code));
        assert!(error.message.contains("create a new one"), "{error}");
        assert_hidden(&error, "canary");
    }
    hub.sandbox.meta.expire_token("authentication token");
    let error = hub
        .source("facebook")
        .refusal(request("authentication token"))
        .await;
    assert_eq!(error.code.as_deref(), Some("190/463"));
}

#[tokio::test]
async fn a_token_that_nobody_issued_is_refused_and_never_quoted() {
    let hub = Hub::start().await;

    let error = hub
        .source("facebook")
        .refusal(request("canary-unknown"))
        .await;
    assert_class(&error, ErrorClass::Reauth);
    assert_hidden(&error, "canary");

    // Here Meta quotes the token.
    let explored = hub
        .source("facebook")
        .explore(json!({"token": "canary-unknown"}))
        .await;
    let Err(ConnectError::Provider(error)) = explored else {
        panic!("{explored:?}");
    };
    assert_class(&error, ErrorClass::Reauth);
    assert_eq!(error.message, "Malformed access token ***");
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn a_token_of_another_app_is_refused() {
    let hub = Hub::start().await;
    let token = Token {
        app_id: Some("4711".to_owned()),
        ..Token::short_user(SAMPLE_USER)
    };
    hub.sandbox.meta.add_token("canary-foreign", token);

    let error = hub
        .source("facebook")
        .refusal(request("canary-foreign"))
        .await;

    assert_class(&error, ErrorClass::Reauth);
    assert!(error.message.contains("did not match"), "{error}");
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn a_token_without_a_permission_is_refused_with_its_name() {
    let hub = Hub::start().await;
    for scope in ["pages_messaging", "pages_manage_metadata"] {
        let token = Token::short_user(SAMPLE_USER).without(scope);
        hub.sandbox.meta.add_token("canary-poor", token);
        hub.sandbox.meta.forget_calls();

        let error = hub.source("facebook").refusal(request("canary-poor")).await;

        assert_class(&error, ErrorClass::Permission);
        assert!(error.message.contains(scope), "{error}");
        assert_eq!(operations(&hub.sandbox.meta.calls()), ["debug_token"]);
        assert_hidden(&error, "canary");
    }
}

#[tokio::test]
async fn a_permission_for_other_pages_alone_is_refused() {
    let hub = Hub::start().await;
    for (target, is_granted) in [("fb-page-id-2", false), (PAGE, true)] {
        let mut token = Token::short_user(SAMPLE_USER);
        let targets = [target.to_owned()].into();
        token.targets.insert("pages_messaging".to_owned(), targets);
        hub.sandbox.meta.add_token("some pages", token);

        let prepared = hub.source("facebook").prepare(request("some pages")).await;

        assert_eq!(prepared.is_ok(), is_granted, "{prepared:?}");
        if let Err(ConnectError::Provider(error)) = prepared {
            assert_class(&error, ErrorClass::Permission);
            assert!(error.message.contains("pages_messaging"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_person_who_may_not_answer_messages_is_refused() {
    let hub = Hub::start().await;
    hub.sandbox
        .meta
        .set_tasks(SAMPLE_USER, PAGE, Some(&["ANALYZE"]));

    let error = hub
        .source("facebook")
        .refusal(request("authentication token"))
        .await;

    assert_class(&error, ErrorClass::Permission);
    assert_eq!(hub.sandbox.meta.page_subscription(PAGE), None);
}

#[tokio::test]
async fn a_page_that_nobody_knows_is_refused() {
    let hub = Hub::start().await;
    let body = json!({"page_id": "1/../me?x#", "page_token": "authentication token"});

    let error = hub.source("facebook").refusal(body).await;

    assert_class(&error, ErrorClass::Config);
    assert_eq!(error.code.as_deref(), Some("100/33"));
}

#[tokio::test]
async fn wrong_credentials_of_the_app_are_the_operators_to_mend() {
    let mut hub = Hub::start().await;
    hub.set("sources.facebook.app_secret", "canary-wrong-secret");

    let error = hub
        .source("facebook")
        .refusal(request("authentication token"))
        .await;

    assert_class(&error, ErrorClass::Config);
    assert!(error.message.contains("app_secret"), "{error}");
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn disconnecting_ends_the_subscription_and_may_be_repeated() {
    let hub = Hub::start().await;
    let account = hub
        .source("facebook")
        .connect(request("authentication token"))
        .await;
    assert_eq!(fact(&account.facts, "page_id"), PAGE);
    hub.sandbox.meta.forget_calls();

    hub.source("facebook").unsubscribe(&account).await.unwrap();
    assert_eq!(hub.sandbox.meta.page_subscription(PAGE), None);
    hub.source("facebook").unsubscribe(&account).await.unwrap();

    assert_eq!(
        operations(&hub.sandbox.meta.calls()),
        ["unsubscribe_page", "unsubscribe_page"]
    );
}

#[tokio::test]
async fn disconnecting_with_a_dead_token_says_so() {
    let hub = Hub::start().await;
    let account = hub
        .source("facebook")
        .connect(request("authentication token"))
        .await;
    hub.sandbox
        .meta
        .revoke_user(SAMPLE_USER, Death::PasswordChanged);

    let error = hub
        .source("facebook")
        .unsubscribe(&account)
        .await
        .unwrap_err();

    assert_class(&error, ErrorClass::Reauth);
}

#[tokio::test]
async fn the_version_and_the_address_come_from_the_settings() {
    let mut hub = Hub::start().await;
    hub.set("sources.facebook.api_version", "v24.0");

    hub.source("facebook")
        .prepare(request("authentication token"))
        .await
        .unwrap();

    let calls = hub.sandbox.meta.calls();
    assert!(
        calls.iter().all(|call| call.path.starts_with("/v24.0/")),
        "{calls:?}"
    );
}

#[tokio::test]
async fn all_250_pages_of_a_person_are_listed() {
    let mut world = World::sample();
    let person = (0..250).fold(User::new("9001", "Many Pages"), |person, number| {
        person.managing(format!("9{number:05}"))
    });
    world.meta.pages = (0..250)
        .map(|number| Page::new(format!("9{number:05}"), format!("Shop {number}")))
        .collect();
    world.meta.users = vec![person];
    world.meta.tokens = [("many pages".to_owned(), Token::short_user("9001"))].into();
    let hub = Hub::start_with(world).await;

    let body = json!({"auth_token": "many pages"});
    let found = hub.source("facebook").explore(body).await.unwrap();

    let names: Vec<_> = found.iter().map(|page| page.name.clone()).collect();
    let wanted: Vec<_> = (0..250).map(|number| format!("Shop {number}")).collect();
    assert_eq!(names, wanted);
    assert_eq!(operations(&hub.sandbox.meta.calls()), ["list_pages"; 3]);
}

#[tokio::test]
async fn pages_are_listed_with_name_and_picture() {
    let hub = Hub::start().await;
    let body = json!({"auth_token": "authentication token"});

    let found = hub.source("facebook").explore(body).await.unwrap();

    let shop = found
        .iter()
        .find(|page| page.source_channel_id.as_str() == "108201940000001")
        .unwrap();
    assert_eq!(shop.name, "Jaspers Market (Berlin)");
    assert_eq!(
        shop.image_url.as_deref(),
        Some("https://example.org/jaspers.jpeg")
    );
    let plain = found
        .iter()
        .find(|page| page.source_channel_id.as_str() == "fb-page-id-2")
        .unwrap();
    assert_eq!(plain.image_url, None);
}

#[tokio::test]
async fn a_token_that_may_not_list_pages_is_refused() {
    let hub = Hub::start().await;
    let token = Token::short_user(SAMPLE_USER).without("pages_show_list");
    hub.sandbox.meta.add_token("poor", token);

    for token in ["poor", &own_token(&hub)] {
        let explored = hub
            .source("facebook")
            .explore(json!({"auth_token": token}))
            .await;

        let Err(ConnectError::Provider(error)) = explored else {
            panic!("{explored:?}");
        };
        let is_refusal = matches!(error.class, ErrorClass::Permission | ErrorClass::Content);
        assert!(is_refusal, "{error:?}");
    }
}

#[tokio::test]
async fn exploring_without_a_token_names_the_field() {
    let hub = Hub::start().await;

    let explored = hub.source("facebook").explore(json!({})).await;

    let Err(ConnectError::Invalid(error)) = explored else {
        panic!("{explored:?}");
    };
    assert_eq!(error.field.as_deref(), Some("auth_token"));
}
