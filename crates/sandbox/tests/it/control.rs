//! The port for people at a terminal.

use http::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Sandbox;

use crate::call::{Call, sandbox};

fn faults(sandbox: &Sandbox, body: &Value) -> Call {
    Call::new(Method::POST, sandbox.control_url(), "/sandbox.faults").json(body)
}

fn me(sandbox: &Sandbox) -> Call {
    let meta = &sandbox.meta;
    Call::new(Method::GET, meta.url(), "/v25.0/me").token(meta, "authentication token")
}

#[tokio::test]
async fn a_fault_is_planned_and_cleared_by_hand() {
    let sandbox = sandbox().await;
    let plan =
        json!({"provider": "meta", "operation": "get_me", "fault": "rate_limited", "times": 1});
    faults(&sandbox, &plan).works().await;
    assert_eq!(me(&sandbox).send().await.graph_error(), (400, 613, 0));
    me(&sandbox).works().await;

    faults(
        &sandbox,
        &json!({"provider": "meta", "fault": "server_error", "status": 504}),
    )
    .works()
    .await;
    assert_eq!(me(&sandbox).send().await.status, 504);
    assert_eq!(me(&sandbox).send().await.status, 504);
    faults(&sandbox, &json!({"provider": "meta", "fault": "none"}))
        .works()
        .await;
    me(&sandbox).works().await;
}

#[tokio::test]
async fn every_fault_can_be_named() {
    let sandbox = sandbox().await;
    for fault in [
        "expired_token",
        "missing_permission",
        "rate_limited",
        "server_error",
        "outage",
        "hang",
        "slow_after_effect",
        "drop_after_effect",
        "garbled_answer",
    ] {
        for provider in ["meta", "twilio", "google", "viber"] {
            faults(&sandbox, &json!({"provider": provider, "fault": fault}))
                .works()
                .await;
        }
    }
}

#[tokio::test]
async fn a_plan_that_could_never_strike_is_refused() {
    let sandbox = sandbox().await;
    for (body, word) in [
        (json!({"fault": "outage"}), "provider"),
        (json!({"provider": "line", "fault": "outage"}), "line"),
        (json!({"provider": "meta", "fault": "gremlin"}), "gremlin"),
        (
            json!({"provider": "meta", "fault": "outage", "operation": "send"}),
            "send",
        ),
        (
            json!({"provider": "meta", "fault": "outage", "time": 1}),
            "time",
        ),
    ] {
        let answer = faults(&sandbox, &body).send().await;
        assert_eq!(answer.status, 400, "{body}");
        let message = answer.json()["message"].to_string();
        assert!(message.contains(word), "{message}");
    }
}

#[tokio::test]
async fn the_state_shows_accounts_and_calls_and_no_secret() {
    let sandbox = sandbox().await;
    me(&sandbox).works().await;
    let state = Call::new(Method::POST, sandbox.control_url(), "/sandbox.state");

    let answer = state.json(&json!({})).send().await;

    let shown = answer.json();
    assert_eq!(shown["meta"]["calls"][0]["operation"], "get_me");
    assert_eq!(shown["meta"]["state"]["pages"].as_array().unwrap().len(), 4);
    assert_eq!(
        shown["twilio"]["state"]["numbers"]["+491234567"]["sms_url"],
        "https://legacy.example.com/sms"
    );
    assert_eq!(shown["google"]["state"]["agents"][1], "gbm-id");
    assert_eq!(shown["viber"]["state"]["webhook"], Value::Null);
    let secret_settings = sandbox.settings().into_iter().filter(|(name, _)| {
        ["secret", "token", "key", "service_account"]
            .iter()
            .any(|word| name.contains(word))
    });
    for (name, secret) in secret_settings {
        assert!(!answer.text.contains(&secret), "{name} is shown");
    }
}
