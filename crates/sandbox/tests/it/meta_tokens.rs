//! Tokens: who may call, exchanging, examining, dying.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use serde_json::json;
use switchboard_sandbox::meta::{
    Death, SAMPLE_SYSTEM_USER, SAMPLE_USER, SAMPLE_WABA, Token, TokenKind,
};
use switchboard_sandbox::{Meta, Now, Sandbox, SandboxOptions};

use crate::call::{Answer, Call, proof, refused, sandbox};

const USER: &str = "authentication token";
const NOW: i64 = 1_795_370_400; // 2026-11-22T18:00:00Z

fn me(meta: &Meta) -> Call {
    Call::new(Method::GET, meta.url(), "/v25.0/me").token(meta, USER)
}

fn exchange(meta: &Meta, token: &str) -> Call {
    Call::new(Method::GET, meta.url(), "/v25.0/oauth/access_token")
        .set("grant_type", "fb_exchange_token")
        .set("client_id", &meta.app().id)
        .set("client_secret", &meta.app().secret)
        .set("fb_exchange_token", token)
}

fn debug(meta: &Meta, token: &str) -> Call {
    let app = meta.app();
    Call::new(Method::GET, meta.url(), "/v25.0/debug_token")
        .set("input_token", token)
        .set("access_token", &format!("{}|{}", app.id, app.secret))
}

#[tokio::test]
async fn a_call_needs_a_living_version_a_path_a_token_and_its_proof() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || me(meta);

    refused(
        Answer::graph_error,
        vec![
            (
                "gone version",
                call().replace("v25.0", "v11.0"),
                (400, 2635, 0),
            ),
            (
                "version to come",
                call().replace("v25.0", "v27.0"),
                (400, 2635, 0),
            ),
            ("no version", call().replace("/v25.0", ""), (400, 2635, 0)),
            ("no path", call().replace("/me", ""), (400, 2500, 0)),
            (
                "unknown path",
                call().replace("/me", "/me/nothing"),
                (400, 2500, 0),
            ),
            (
                "long path",
                call().replace("/me", "/me/accounts/x"),
                (400, 2500, 0),
            ),
            ("wrong method", call().method(Method::POST), (400, 100, 0)),
            ("no token", call().unset("access_token"), (400, 104, 0)),
            (
                "unknown token",
                call().set("access_token", "EAAnobody"),
                (400, 190, 0),
            ),
            ("no proof", call().unset("appsecret_proof"), (400, 100, 0)),
            (
                "wrong proof",
                call().set("appsecret_proof", "00"),
                (400, 100, 0),
            ),
            (
                "proof of another token",
                call().set("appsecret_proof", &proof(&meta.app().secret, "EAA")),
                (400, 100, 0),
            ),
            (
                "proof of another app",
                call().set("appsecret_proof", &proof("0123456789", USER)),
                (400, 100, 0),
            ),
            (
                "broken fields",
                call().set("fields", "id,,name"),
                (400, 2500, 0),
            ),
            (
                "unknown field",
                call().set("fields", "id,shoe_size"),
                (400, 100, 0),
            ),
        ],
    )
    .await;

    let expected = json!({"id": SAMPLE_USER, "name": "Ada Lovelace"});
    assert_eq!(call().works().await, expected);
    let bearer = call()
        .unset("access_token")
        .header("authorization", "Bearer authentication token");
    assert_eq!(bearer.works().await, expected);
    for version in ["v21.0", "v22.0", "v23.0", "v24.0", "v26.0"] {
        call().replace("v25.0", version).works().await;
    }
}

#[tokio::test]
async fn an_unknown_token_is_quoted_as_meta_quotes_it() {
    let sandbox = sandbox().await;
    let answer = me(&sandbox.meta)
        .set("access_token", "EAAleak")
        .send()
        .await;

    assert_eq!(
        answer.json()["error"]["message"],
        "Malformed access token EAAleak"
    );
}

#[tokio::test]
async fn a_token_that_died_tells_why() {
    let cases = [
        (Death::AppRemoved, 458),
        (Death::Checkpoint, 459),
        (Death::PasswordChanged, 460),
        (Death::SessionEnded, 467),
    ];
    for (death, subcode) in cases {
        let sandbox = sandbox().await;
        let page_token = sandbox.meta.page_token(USER, "fb-page-id-1").unwrap();
        sandbox.meta.revoke_user(SAMPLE_USER, death);

        let call = me(&sandbox.meta);
        assert_eq!(call.send().await.graph_error(), (401, 190, subcode));
        let call = call.token(&sandbox.meta, &page_token);
        assert_eq!(call.send().await.graph_error(), (401, 190, subcode));
        let call = exchange(&sandbox.meta, USER);
        assert_eq!(call.send().await.graph_error(), (400, 190, subcode));
        let data = debug(&sandbox.meta, USER).works().await;
        assert_eq!(data["data"]["error"]["subcode"], subcode);
        assert!(sandbox.meta.token_is_alive("user access token"));
    }
}

#[tokio::test]
async fn a_page_token_dies_when_its_user_loses_the_role() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let page_token = meta.page_token(USER, "fb-page-id-1").unwrap();
    let call = me(meta).token(meta, &page_token);
    call.works().await;

    meta.add_user(switchboard_sandbox::meta::User::new(SAMPLE_USER, "Ada"));

    assert_eq!(call.send().await.graph_error(), (401, 190, 492));
}

#[tokio::test]
async fn an_exchange_needs_the_app_and_a_token_that_expires() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || exchange(meta, USER);

    refused(
        Answer::graph_error,
        vec![
            ("no grant", call().unset("grant_type"), (400, 100, 0)),
            (
                "other grant",
                call().set("grant_type", "code"),
                (400, 100, 0),
            ),
            ("no app", call().unset("client_id"), (400, 101, 0)),
            ("other app", call().set("client_id", "1"), (400, 101, 0)),
            ("no secret", call().unset("client_secret"), (400, 1, 0)),
            (
                "wrong secret",
                call().set("client_secret", "1"),
                (400, 1, 0),
            ),
            ("no token", call().unset("fb_exchange_token"), (400, 100, 0)),
            (
                "unknown token",
                call().set("fb_exchange_token", "EAA"),
                (400, 190, 0),
            ),
            (
                "never-ending token",
                call().set("fb_exchange_token", "user access token"),
                (400, 100, 0),
            ),
            ("wrong method", call().method(Method::DELETE), (400, 100, 0)),
            (
                "wrong version",
                call().replace("v25.0", "v14.0"),
                (400, 2635, 0),
            ),
        ],
    )
    .await;
    assert_eq!(meta.tokens_issued(), 0);

    let answer = call().works().await;
    assert_eq!(answer["token_type"], "bearer");
    assert_eq!(answer["expires_in"], 5_183_944);
    let long = answer["access_token"].as_str().unwrap();
    assert_eq!(meta.token(long).unwrap().kind, TokenKind::User);
    assert_eq!(meta.tokens_issued(), 1);
    let form = Call::new(Method::POST, meta.url(), "/v25.0/oauth/access_token").form(&[
        ("grant_type", "fb_exchange_token"),
        ("client_id", &meta.app().id),
        ("client_secret", &meta.app().secret),
        ("fb_exchange_token", USER),
    ]);
    form.works().await;
}

#[tokio::test]
async fn examining_a_token_needs_the_app_and_tells_everything_of_it() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let call = || debug(meta, "user access token");

    refused(
        Answer::graph_error,
        vec![
            ("no token", call().unset("access_token"), (400, 104, 0)),
            ("user token", call().token(meta, USER), (400, 100, 0)),
            (
                "wrong secret",
                call().set("access_token", "1517776481860111|1"),
                (400, 190, 0),
            ),
            (
                "nothing to examine",
                call().unset("input_token"),
                (400, 100, 0),
            ),
            ("wrong method", call().method(Method::POST), (400, 100, 0)),
        ],
    )
    .await;

    let data = &call().works().await["data"];
    assert_eq!(data["type"], "SYSTEM_USER");
    assert_eq!(data["is_valid"], true);
    assert_eq!(data["expires_at"], 0);
    assert_eq!(data["user_id"], SAMPLE_SYSTEM_USER);
    assert_eq!(data["app_id"], meta.app().id);
    assert_eq!(
        data["granular_scopes"][0],
        json!({"scope": "whatsapp_business_management", "target_ids": [SAMPLE_WABA]})
    );
    let page_token = meta.page_token(USER, "fb-page-id-1").unwrap();
    let data = &debug(meta, &page_token).works().await["data"];
    assert_eq!(
        (&data["type"], &data["profile_id"]),
        (&json!("PAGE"), &json!("fb-page-id-1"))
    );
}

#[tokio::test]
async fn a_dead_or_foreign_token_is_examined_with_http_200() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;
    let foreign = Token {
        app_id: Some("999".to_owned()),
        ..Token::short_user(SAMPLE_USER)
    };
    meta.add_token("foreign", foreign);
    meta.expire_token(USER);

    for (token, code, subcode) in [
        (USER, 190, json!(463)),
        ("nobody's", 190, json!(null)),
        ("foreign", 100, json!(null)),
    ] {
        let data = &debug(meta, token).works().await["data"];
        assert_eq!(data["is_valid"], false, "{token}");
        assert_eq!(data["scopes"], json!([]), "{token}");
        assert_eq!(
            (&data["error"]["code"], &data["error"]["subcode"]),
            (&json!(code), &subcode)
        );
    }
    assert_eq!(
        me(meta).token(meta, "foreign").send().await.graph_error(),
        (400, 100, 0)
    );
}

#[tokio::test]
async fn tokens_age_with_the_sandbox_s_clock() {
    let clock = Arc::new(AtomicI64::new(NOW));
    let hand = Arc::clone(&clock);
    let options = SandboxOptions {
        now: Now::from_millis(move || hand.load(Ordering::SeqCst) * 1000),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let meta = &sandbox.meta;
    let short_page_token = meta.page_token(USER, "fb-page-id-1").unwrap();
    let answer = exchange(meta, USER).works().await;
    let long = answer["access_token"].as_str().unwrap();
    let lasting_page_token = meta.page_token(long, "fb-page-id-1").unwrap();
    assert_ne!(short_page_token, lasting_page_token);

    clock.fetch_add(2 * 60 * 60, Ordering::SeqCst);
    for dead in [USER, &short_page_token] {
        let answer = me(meta).token(meta, dead).send().await;
        assert_eq!(answer.graph_error(), (401, 190, 463));
    }
    me(meta).token(meta, long).works().await;

    clock.fetch_add(60 * 24 * 60 * 60, Ordering::SeqCst);
    assert_eq!(
        me(meta).token(meta, long).send().await.graph_error(),
        (401, 190, 463)
    );
    me(meta).token(meta, &lasting_page_token).works().await;

    clock.store(1_800_489_600, Ordering::SeqCst);
    let late = me(meta)
        .token(meta, &lasting_page_token)
        .replace("v25.0", "v21.0");
    assert_eq!(late.send().await.graph_error(), (400, 2635, 0));
}
