//! Nothing is sent for what nobody has subscribed to: neither app nor account.

use http::Method;
use serde_json::{Value, json};
use switchboard_sandbox::meta::{AppSubscription, Dashboard, Object, SAMPLE_WABA};
use switchboard_sandbox::{Act, Outcome, Said, Sandbox, SandboxOptions, Source, World};

use crate::call::{Answer, Call, refused};
use crate::receiver::{Receiver, connect, connected, options, subscribe_page, viber_webhook};

fn why(said: &Said) -> &str {
    match &said.outcome {
        Outcome::NotSent { why } => why,
        other => panic!("it was sent: {other:?}"),
    }
}

/// Reads the message that was just written.
fn read() -> Act {
    Act::Read { of: None }
}

#[tokio::test]
async fn a_page_s_field_must_be_subscribed_at_the_page_and_by_the_app() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start(options(&receiver)).await.unwrap();
    let said = sandbox
        .say(Source::Facebook, "nobody listens")
        .await
        .unwrap();
    assert!(
        why(&said).contains("messages at the page of fb-page-id-1"),
        "{said:?}"
    );

    subscribe_page(&sandbox, "fb-page-id-1", "messages").await;
    assert!(
        sandbox
            .say(Source::Facebook, "hello")
            .await
            .unwrap()
            .is_accepted()
    );
    let said = sandbox.act(Source::Facebook, read()).await.unwrap();
    assert!(why(&said).contains("message_reads"), "{said:?}");

    subscribe_page(&sandbox, "fb-page-id-1", "messages,message_reads").await;
    assert!(
        sandbox
            .act(Source::Facebook, read())
            .await
            .unwrap()
            .is_accepted()
    );

    let only_messages = AppSubscription {
        callback_url: None,
        fields: ["messages".to_owned()].into(),
    };
    sandbox
        .meta
        .put_app_subscription(Object::Page, Some(only_messages));
    let said = sandbox.act(Source::Facebook, read()).await.unwrap();
    assert!(
        why(&said).contains("the app is not subscribed to message_reads"),
        "{said:?}"
    );
    sandbox.meta.put_app_subscription(Object::Page, None);
    let said = sandbox.say(Source::Facebook, "hello").await.unwrap();
    assert!(why(&said).contains("messages of page"), "{said:?}");

    assert_eq!(receiver.seen().len(), 2);
    assert_eq!(sandbox.deliveries().len(), 2);
}

#[tokio::test]
async fn an_instagram_account_is_heard_through_its_page() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start(options(&receiver)).await.unwrap();
    let said = sandbox
        .say(Source::Instagram, "nobody listens")
        .await
        .unwrap();
    assert!(!said.was_sent());

    subscribe_page(&sandbox, "fb-page-id-1", "messages").await;
    assert!(
        sandbox
            .say(Source::Instagram, "hello")
            .await
            .unwrap()
            .is_accepted()
    );
    let said = sandbox.act(Source::Instagram, read()).await.unwrap();
    assert!(why(&said).contains("message_reads"), "{said:?}");
}

#[tokio::test]
async fn a_whatsapp_account_must_be_subscribed_and_may_name_another_address() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start(options(&receiver)).await.unwrap();
    let said = sandbox
        .say(Source::WhatsApp, "nobody listens")
        .await
        .unwrap();
    assert!(why(&said).contains(SAMPLE_WABA), "{said:?}");

    connect(&sandbox, &receiver).await;
    sandbox.say(Source::WhatsApp, "hello").await.unwrap();
    assert_eq!(receiver.last().url, format!("{}/whatsapp", receiver.url));

    let other = format!("{}/other", receiver.url);
    let meta = &sandbox.meta;
    Call::new(
        Method::POST,
        meta.url(),
        &format!("/v25.0/{SAMPLE_WABA}/subscribed_apps"),
    )
    .token(meta, "user access token")
    .json(&json!({"override_callback_uri": other, "verify_token": "v"}))
    .works()
    .await;
    sandbox.say(Source::WhatsApp, "hello").await.unwrap();
    assert_eq!(receiver.last().url, other);
}

#[tokio::test]
async fn without_a_webhook_twilio_and_viber_keep_it_for_themselves() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for (source, channel) in [
        (Source::TwilioSms, "+4915123456789"),
        (Source::TwilioSms, "+15550783881"),
        (Source::TwilioWhatsApp, "whatsapp:+15550783881"),
    ] {
        let customer = switchboard_sandbox::Customer::of(source).on(channel);
        let said = sandbox.say(customer, "hello").await.unwrap();
        assert!(why(&said).contains(channel), "{said:?}");
    }
    sandbox.viber.put_webhook(None);
    assert!(
        !sandbox
            .say(Source::Viber, "hello")
            .await
            .unwrap()
            .was_sent()
    );

    let mut webhook = viber_webhook(&receiver);
    webhook.event_types = vec!["delivered".to_owned()];
    webhook.send_photo = false;
    sandbox.viber.put_webhook(Some(webhook));
    let said = sandbox.act(Source::Viber, read()).await.unwrap();
    assert!(why(&said).contains("seen"), "{said:?}");
    assert!(
        sandbox
            .say(Source::Viber, "hello")
            .await
            .unwrap()
            .is_accepted()
    );
    let sender = receiver.last().json()["sender"].clone();
    assert_eq!(
        (&sender["name"], &sender["avatar"]),
        (&json!("Ada Lovelace"), &Value::Null)
    );
}

#[tokio::test]
async fn a_sandbox_that_does_not_know_the_hub_says_so() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start(SandboxOptions {
        hub: None,
        ..options(&receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, &receiver).await;
    for source in [Source::Facebook, Source::Google, Source::Chatplugin] {
        let said = sandbox.say(source, "hello").await.unwrap();
        assert!(why(&said).contains("the hub's address"), "{said:?}");
    }

    sandbox.set_hub(&format!("{}/", receiver.url));

    assert!(
        sandbox
            .say(Source::Facebook, "hello")
            .await
            .unwrap()
            .is_accepted()
    );
    assert_eq!(receiver.last().url, format!("{}/facebook", receiver.url));
}

/// A sandbox whose app was never set up in the dashboard.
async fn without_dashboard(receiver: &Receiver) -> Sandbox {
    let mut world = World::sample();
    world.meta.dashboard = Dashboard::Empty;
    let sandbox = Sandbox::start(SandboxOptions {
        world,
        ..options(receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, receiver).await;
    sandbox
}

/// The app's own edge, with the app's own token.
fn edge(sandbox: &Sandbox, method: Method) -> Call {
    let app = sandbox.meta.app();
    let path = format!("/v25.0/{}/subscriptions", app.id);
    Call::new(method, sandbox.meta.url(), &path)
        .set("access_token", &format!("{}|{}", app.id, app.secret))
}

fn subscribe(sandbox: &Sandbox, receiver: &Receiver) -> Call {
    edge(sandbox, Method::POST)
        .set("object", "page")
        .set("callback_url", &format!("{}/own", receiver.url))
        .set("fields", "messages,message_reads")
        .set("verify_token", "v")
        .set("include_values", "true")
}

#[tokio::test]
async fn only_the_app_itself_subscribes_it_and_to_what_exists() {
    let receiver = Receiver::start().await;
    let sandbox = without_dashboard(&receiver).await;
    let subscribe = || subscribe(&sandbox, &receiver);
    let person = || subscribe().token(&sandbox.meta, "authentication token");
    let dead = "http://127.0.0.1:9/own";
    refused(
        Answer::graph_error,
        vec![
            ("no token", subscribe().unset("access_token"), (400, 104, 0)),
            ("a person's token", person(), (400, 15, 0)),
            (
                "unknown object",
                subscribe().set("object", "pages"),
                (400, 100, 0),
            ),
            (
                "unknown field",
                subscribe().set("fields", "message"),
                (400, 100, 0),
            ),
            (
                "no verify token",
                subscribe().unset("verify_token"),
                (400, 100, 0),
            ),
            (
                "no address",
                subscribe().set("callback_url", "ftp://x"),
                (400, 100, 0),
            ),
            (
                "dead address",
                subscribe().set("callback_url", dead),
                (422, 100, 0),
            ),
        ],
    )
    .await;

    assert_eq!(sandbox.meta.app_subscription(Object::Page), None);
}

#[tokio::test]
async fn the_app_subscribes_itself_with_a_handshake_and_leaves_again() {
    let receiver = Receiver::start().await;
    let sandbox = without_dashboard(&receiver).await;
    let was_sent = async |act: Act| sandbox.act(Source::Facebook, act).await.unwrap().was_sent();
    assert!(!was_sent(Act::text("nobody listens")).await);

    let subscribed = subscribe(&sandbox, &receiver).works().await;

    assert_eq!(subscribed, json!({"success": true}));
    let listed = edge(&sandbox, Method::GET).works().await;
    let callback = format!("{}/own", receiver.url);
    assert_eq!(listed["data"][0]["object"], "page");
    assert_eq!(listed["data"][0]["callback_url"], callback);
    assert!(was_sent(Act::text("hello")).await);
    assert_eq!(receiver.last().url, callback);

    edge(&sandbox, Method::DELETE)
        .set("object", "page")
        .set("fields", "messages")
        .works()
        .await;
    assert!(!was_sent(Act::text("hello")).await);
    assert!(was_sent(read()).await);
    edge(&sandbox, Method::DELETE).works().await;
    assert!(!was_sent(read()).await);
}
