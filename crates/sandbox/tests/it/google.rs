//! Google's token endpoint and the base of Business Messages.

use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use switchboard_sandbox::google::SCOPE;
use switchboard_sandbox::{Google, Now, Sandbox, SandboxOptions};

use crate::call::{Answer, Call, refused};

const NOW: i64 = 1_795_370_400; // 2026-11-22T18:00:00Z
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

async fn sandbox() -> Sandbox {
    let options = SandboxOptions {
        now: Now::from_millis(|| NOW * 1000),
        ..SandboxOptions::default()
    };
    Sandbox::start(options).await.unwrap()
}

/// An assertion as the key file asks for, after `change`.
fn assertion(google: &Google, change: impl FnOnce(&mut Header, &mut Value)) -> String {
    let key: Value = serde_json::from_str(&google.key_file()).unwrap();
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key["private_key_id"].as_str().unwrap().to_owned());
    let mut claims = json!({
        "iss": key["client_email"],
        "scope": SCOPE,
        "aud": key["token_uri"],
        "iat": NOW,
        "exp": NOW + 3600,
    });
    change(&mut header, &mut claims);
    let pem = key["private_key"].as_str().unwrap().as_bytes();
    let key = match header.alg {
        Algorithm::HS256 => EncodingKey::from_secret(pem),
        _ => EncodingKey::from_rsa_pem(pem).unwrap(),
    };
    encode(&header, &claims, &key).unwrap()
}

fn ask(google: &Google, assertion: &str) -> Call {
    Call::new(Method::POST, google.url(), "/token")
        .form(&[("grant_type", GRANT), ("assertion", assertion)])
}

fn oauth_error(answer: &Answer) -> (u16, String) {
    let error = answer.json();
    assert!(error["error_description"].is_string(), "{}", answer.text);
    (answer.status, error["error"].as_str().unwrap().to_owned())
}

fn invalid(error: &str) -> (u16, String) {
    (400, format!("invalid_{error}"))
}

#[tokio::test]
async fn a_token_is_asked_for_by_a_form_with_grant_and_assertion() {
    let sandbox = sandbox().await;
    let google = &sandbox.google;
    let good = assertion(google, |_, _| {});

    refused(
        oauth_error,
        vec![
            (
                "no grant",
                ask(google, "").form(&[("assertion", &good)]),
                invalid("request"),
            ),
            (
                "other grant",
                ask(google, "").form(&[("grant_type", "password"), ("assertion", &good)]),
                (400, "unsupported_grant_type".to_owned()),
            ),
            (
                "no assertion",
                ask(google, "").form(&[("grant_type", GRANT)]),
                invalid("request"),
            ),
            (
                "JSON",
                ask(google, "").json(&json!({"grant_type": GRANT, "assertion": good})),
                invalid("request"),
            ),
        ],
    )
    .await;
    assert_eq!(google.tokens_issued(), 0);

    let answer = ask(google, &good).works().await;
    assert_eq!(
        (&answer["expires_in"], &answer["token_type"]),
        (&json!(3599), &json!("Bearer"))
    );
    let token = answer["access_token"].as_str().unwrap();
    assert!(token.starts_with("ya29."));
    assert!(google.token_is_alive(token));
    assert_eq!(google.tokens_issued(), 1);
}

#[tokio::test]
async fn an_assertion_is_signed_with_the_named_key_and_rs256() {
    let sandbox = sandbox().await;
    let google = &sandbox.google;
    let good = assertion(google, |_, _| {});
    let (head, signature) = good.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let refusal = || invalid("grant");

    refused(
        oauth_error,
        vec![
            ("no JWT", ask(google, "x.y.z"), refusal()),
            ("forged", ask(google, &forged), refusal()),
            (
                "no kid",
                ask(google, &assertion(google, |header, _| header.kid = None)),
                refusal(),
            ),
            (
                "other kid",
                ask(
                    google,
                    &assertion(google, |header, _| header.kid = Some("1".to_owned())),
                ),
                refusal(),
            ),
            (
                "HS256",
                ask(
                    google,
                    &assertion(google, |header, _| header.alg = Algorithm::HS256),
                ),
                refusal(),
            ),
            (
                "RS512",
                ask(
                    google,
                    &assertion(google, |header, _| header.alg = Algorithm::RS512),
                ),
                refusal(),
            ),
        ],
    )
    .await;
    assert_eq!(google.tokens_issued(), 0);
    ask(google, &good).works().await;
}

#[tokio::test]
async fn an_assertion_is_right_in_every_claim() {
    let sandbox = sandbox().await;
    let google = &sandbox.google;
    let changed = |name: &str, value: Value| {
        ask(google, &assertion(google, |_, claims| claims[name] = value))
    };
    let without = |name: &str| {
        let removed = assertion(google, |_, claims| {
            claims.as_object_mut().unwrap().remove(name);
        });
        ask(google, &removed)
    };
    let refusal = || invalid("grant");

    refused(
        oauth_error,
        vec![
            (
                "other account",
                changed("iss", json!("x@example.com")),
                refusal(),
            ),
            ("no account", without("iss"), refusal()),
            (
                "real audience",
                changed("aud", json!("https://oauth2.googleapis.com/token")),
                refusal(),
            ),
            ("no audience", without("aud"), refusal()),
            ("expired", changed("exp", json!(NOW)), refusal()),
            ("too long", changed("exp", json!(NOW + 3601)), refusal()),
            ("no end", without("exp"), refusal()),
            ("not yet", changed("iat", json!(NOW + 60)), refusal()),
            ("no begin", without("iat"), refusal()),
            ("no scope", without("scope"), invalid("scope")),
            (
                "other scope",
                changed("scope", json!("openid")),
                invalid("scope"),
            ),
        ],
    )
    .await;
    assert_eq!(google.tokens_issued(), 0);
    changed("exp", json!(NOW + 1)).works().await;
}

#[tokio::test]
async fn a_disabled_service_account_gets_no_token() {
    let sandbox = sandbox().await;
    let google = &sandbox.google;
    google.disable_service_account();
    let call = ask(google, &assertion(google, |_, _| {}));

    assert_eq!(
        oauth_error(&call.send().await),
        (400, "invalid_grant".to_owned())
    );

    google.enable_service_account();
    call.works().await;
}

#[tokio::test]
async fn business_messages_wants_a_living_token_and_knows_no_conversation() {
    let sandbox = sandbox().await;
    let google = &sandbox.google;
    let answer = ask(google, &assertion(google, |_, _| {})).works().await;
    let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let call =
        |path: &str| Call::new(Method::POST, google.url(), path).header("authorization", &bearer);
    let messages = || call("/v1/conversations/c/messages").json(&json!({"text": "hi"}));
    let status = |answer: &Answer| {
        let error = &answer.json()["error"];
        assert_eq!(error["code"], answer.status);
        (answer.status, error["status"].as_str().unwrap().to_owned())
    };
    let unauthenticated = || (401, "UNAUTHENTICATED".to_owned());

    refused(
        status,
        vec![
            (
                "no token",
                messages().without_header("authorization"),
                unauthenticated(),
            ),
            (
                "unknown token",
                messages().header("authorization", "Bearer ya29.x"),
                unauthenticated(),
            ),
            ("no conversation", messages(), (404, "NOT_FOUND".to_owned())),
            (
                "no such path",
                call("/v2/conversations"),
                (404, "NOT_FOUND".to_owned()),
            ),
        ],
    )
    .await;

    google.expire_tokens();
    assert_eq!(status(&messages().send().await), unauthenticated());
}
