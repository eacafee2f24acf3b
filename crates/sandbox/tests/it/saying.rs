//! Customers at the control port, and visitors of a web site.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, Method, StatusCode};
use parking_lot::Mutex;
use serde_json::{Value, json};
use switchboard_sandbox::{NoSandbox, Remark, Sandbox, SandboxOptions, Source, say_at};

use crate::call::{Call, client};
use crate::receiver::{Answer, Receiver, connected, options};

fn say(sandbox: &Sandbox, body: &Value) -> Call {
    Call::new(Method::POST, sandbox.control_url(), "/sandbox.say").json(body)
}

#[tokio::test]
async fn a_person_at_a_terminal_lets_a_customer_write() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;

    let answer = say(&sandbox, &json!({"source": "facebook", "text": "hello"}))
        .works()
        .await;

    let message = receiver.last().json()["entry"][0]["messaging"][0].clone();
    assert_eq!(
        answer,
        json!({
            "message_id": message["message"]["mid"],
            "source": "facebook",
            "channel": "fb-page-id-1",
            "customer": {"id": message["sender"]["id"], "name": "Ada Lovelace"},
            "outcome": "accepted",
            "status": 200,
            "why": null,
        })
    );
    receiver.answer(&[Answer::empty(503)]);
    let more =
        json!({"source": "facebook", "text": "hello", "from": "Grace", "channel": "fb-page-id-2"});
    let answer = say(&sandbox, &more).works().await;
    assert_eq!(
        (&answer["outcome"], &answer["status"]),
        (&json!("refused"), &json!(503))
    );
    let repeated = json!({"source": "viber", "kind": "image", "repeat": 3});
    say(&sandbox, &repeated).works().await;
    assert_eq!(receiver.seen().len(), 5);
    assert_eq!(receiver.seen()[2].body, receiver.seen()[4].body);
}

/// Texts as the hub has heard them: of each call, of each event.
fn heard(receiver: &Receiver) -> Vec<Vec<String>> {
    let texts = |body: Value| {
        let events = body["entry"].as_array().unwrap().clone();
        let events = events
            .iter()
            .flat_map(|entry| entry["messaging"].as_array().unwrap().clone());
        events
            .map(|event| event["message"]["text"].as_str().unwrap().to_owned())
            .collect()
    };
    receiver
        .seen()
        .iter()
        .map(|call| texts(call.json()))
        .collect()
}

#[tokio::test]
async fn several_acts_come_one_by_one_or_together_and_in_any_order() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let acts: Vec<_> = ["a", "b", "c", "d"]
        .map(|text| json!({"text": text}))
        .into();
    let several = |more: Value| {
        let mut body = json!({"source": "facebook", "acts": acts});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        say(&sandbox, &body)
    };

    let answer = several(json!({})).works().await;
    several(json!({"order": "reverse"})).works().await;
    several(json!({"order": "shuffle", "together": true}))
        .works()
        .await;

    assert_eq!(answer["said"].as_array().unwrap().len(), 4);
    let one_by_one = ["a", "b", "c", "d", "d", "c", "b", "a"].map(|text| vec![text.to_owned()]);
    let together = ["c", "a", "d", "b"].map(str::to_owned).to_vec();
    assert_eq!(
        heard(&receiver),
        [one_by_one.to_vec(), vec![together]].concat()
    );
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_in_a_sentence() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for (body, word) in [
        (json!({"text": "hello"}), "source"),
        (json!({"source": "line", "text": "hello"}), "line"),
        (json!({"source": "facebook"}), "text"),
        (json!({"source": "facebook", "text": ""}), "text"),
        (
            json!({"source": "facebook", "kind": "song"}),
            "story_mention",
        ),
        (json!({"source": "facebook", "kind": "typing"}), "typing"),
        (
            json!({"source": "facebook", "text": "x", "channel": "1"}),
            "\\\"1\\\"",
        ),
        (
            json!({"source": "facebook", "text": "x", "repeat": 0}),
            "repeat",
        ),
        (
            json!({"source": "facebook", "text": "x", "form": "Ada"}),
            "form",
        ),
        (
            json!({"source": "facebook", "kind": "reaction"}),
            "none yet",
        ),
        (
            json!({"source": "whatsapp", "kind": "number_change"}),
            "number",
        ),
        (json!({"source": "facebook", "acts": []}), "acts"),
        (
            json!({"source": "facebook", "acts": [{"text": "x"}], "emoji": "y"}),
            "emoji",
        ),
        (
            json!({"source": "facebook", "acts": [{"text": "x"}], "repeat": 2}),
            "repeat",
        ),
        (
            json!({"source": "facebook", "acts": [{"text": "x"}, {"kind": "song"}]}),
            "acts[1]",
        ),
        (
            json!({"source": "facebook", "text": "x", "together": true}),
            "together",
        ),
        (
            json!({"source": "facebook", "text": "x", "order": "reverse"}),
            "order",
        ),
        (
            json!({"source": "viber", "acts": [{"text": "x"}, {"text": "y"}], "together": true}),
            "together",
        ),
    ] {
        let answer = say(&sandbox, &body).send().await;
        assert_eq!(answer.status, 400, "{body}");
        let message = answer.json()["message"].to_string();
        assert!(message.contains(word), "{body}: {message}");
    }
    assert_eq!(receiver.seen().len(), 0);
}

#[tokio::test]
async fn every_kind_can_be_said_somewhere() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let client = client();
    let url = format!("{}/sandbox.say", sandbox.control_url());
    let say = async |body: Value| {
        let response = client.post(&url).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap())
    };
    let (_, refusal) = say(json!({"source": "facebook", "kind": "?"})).await;
    let sentence = refusal["message"].as_str().unwrap();
    let (_, kinds) = sentence.split_once("use one of ").unwrap();
    assert!(kinds.split(", ").count() > 25, "{kinds}");

    for kind in kinds.split(", ") {
        let mut places = 0;
        for source in Source::ALL
            .into_iter()
            .filter(|&one| one != Source::Chatplugin)
        {
            let name = source.name();
            say(json!({"source": name, "text": "hello"})).await;
            let act =
                json!({"source": name, "kind": kind, "text": "x", "number": "+4915700000000"});
            let (status, answer) = say(act).await;
            if status == 200 {
                assert_eq!(answer["outcome"], "accepted", "{kind} on {name}: {answer}");
                places += 1;
            }
        }
        assert!(places > 0, "{kind} is possible nowhere");
    }
}

#[tokio::test]
async fn the_state_shows_customers_and_deliveries() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    receiver.answer(&[Answer::empty(503)]);
    say(&sandbox, &json!({"source": "twilio.sms", "text": "hello"}))
        .works()
        .await;
    say(&sandbox, &json!({"source": "google", "text": "Grüße"}))
        .works()
        .await;

    let state = Call::new(Method::POST, sandbox.control_url(), "/sandbox.state")
        .works()
        .await;

    let deliveries = state["deliveries"].as_array().unwrap();
    let statuses: Vec<_> = deliveries.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [json!(503), json!(200)]);
    assert_eq!(
        deliveries[1]["body"],
        String::from_utf8_lossy(&receiver.last().body).as_ref()
    );
    assert_eq!(deliveries[1]["url"], format!("{}/google", receiver.url));
    let customers = state["customers"].as_array().unwrap();
    let texts: Vec<_> = customers
        .iter()
        .map(|one| one["messages"][0]["text"].clone())
        .collect();
    assert_eq!(texts, ["Grüße", "hello"]);
    assert_eq!(state["violations"], json!([]));
    assert_eq!(state["webhooks_to_retry"], 0);
}

#[tokio::test]
async fn another_process_says_it_through_the_control_port() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let remark = Remark {
        source: "instagram",
        text: Some("hello"),
        ..Remark::default()
    };

    let heard = say_at(sandbox.control_url(), remark).await.unwrap();
    assert_eq!(
        (heard.outcome.as_str(), heard.status),
        ("accepted", Some(200))
    );
    assert_eq!(heard.customer.name, "Ada Lovelace");

    let unknown = Remark {
        kind: Some("song"),
        ..remark
    };
    let error = say_at(sandbox.control_url(), unknown).await.unwrap_err();
    assert!(error.to_string().contains("song"), "{error}");
    receiver.answer(&[
        Answer::empty(200),
        Answer {
            status: 404,
            media_type: "application/json",
            body: "{\"message\":\"Nothing is here.\"}",
        },
    ]);
    let error = say_at(&receiver.url, remark).await.unwrap_err();
    assert!(matches!(error, NoSandbox::NotASandbox { .. }), "{error:?}");
    let error = say_at(&receiver.url, remark).await.unwrap_err();
    assert!(matches!(error, NoSandbox::NotASandbox { .. }), "{error:?}");
    let error = say_at("http://127.0.0.1:9", remark).await.unwrap_err();
    assert!(matches!(error, NoSandbox::NotRunning { .. }), "{error:?}");
    assert!(error.to_string().contains("switchboard sandbox"));
}

/// Path, authorization and body of each call.
type Calls = Arc<Mutex<Vec<(String, String, Value)>>>;

/// A hub with a web chat: tokens are counted, and the first one dies after its first message.
async fn web_chat() -> (String, Calls) {
    let calls = Calls::default();
    let authenticate = |State(calls): State<Calls>, Json(body): Json<Value>| async move {
        let mut calls = calls.lock();
        calls.push(("authenticate".to_owned(), String::new(), body));
        let number = calls.iter().filter(|call| call.0 == "authenticate").count();
        Json(json!({"token": format!("token-{number}"), "messages": []}))
    };
    let send = |State(calls): State<Calls>, headers: HeaderMap, Json(body): Json<Value>| async move {
        let token = headers["authorization"].to_str().unwrap().to_owned();
        let mut calls = calls.lock();
        let used = calls.iter().any(|call| call.1 == token);
        calls.push(("send".to_owned(), token.clone(), body));
        if used && token == "Bearer token-1" {
            return (StatusCode::UNAUTHORIZED, Json(json!({})));
        }
        (
            StatusCode::OK,
            Json(json!({"id": format!("message-{}", calls.len())})),
        )
    };
    let routes = Router::new()
        .route("/chatplugin.authenticate", post(authenticate))
        .route("/chatplugin.send", post(send))
        .with_state(Arc::clone(&calls));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, routes).into_future());
    (url, calls)
}

#[tokio::test]
async fn a_visitor_writes_in_the_hub_s_own_chat() {
    let receiver = Receiver::start().await;
    let (url, calls) = web_chat().await;
    let sandbox = Sandbox::start(SandboxOptions {
        hub: Some(url),
        ..options(&receiver)
    })
    .await
    .unwrap();

    let said = sandbox.say(Source::Chatplugin, "one").await.unwrap();

    assert_eq!(
        (said.status(), said.id.as_deref()),
        (Some(200), Some("message-2"))
    );
    let first = calls.lock()[0].clone();
    let channel = first.2["channel_id"].as_str().unwrap().to_owned();
    assert_eq!(
        (said.channel.as_str(), channel.len()),
        (channel.as_str(), 36)
    );
    assert_eq!(calls.lock()[1].2, json!({"message": {"text": "one"}}));
    // The token has died: the browser begins anew, and the message arrives.
    let said = sandbox.say(Source::Chatplugin, "two").await.unwrap();
    assert_eq!(said.status(), Some(200));
    let made: Vec<_> = calls
        .lock()
        .iter()
        .map(|call| format!("{} {}", call.0, call.1))
        .collect();
    assert_eq!(
        made,
        [
            "authenticate ",
            "send Bearer token-1",
            "send Bearer token-1",
            "authenticate ",
            "send Bearer token-2"
        ]
    );
    let state = Call::new(Method::POST, sandbox.control_url(), "/sandbox.state")
        .send()
        .await;
    assert!(!state.text.contains("token-1"), "{}", state.text);
}

#[tokio::test]
async fn a_hub_without_the_chat_is_told_of() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    receiver.answer(&[Answer::empty(404)]);

    let answer = say(&sandbox, &json!({"source": "chatplugin", "text": "hello"}))
        .works()
        .await;

    assert_eq!(
        (&answer["outcome"], &answer["status"]),
        (&json!("refused"), &json!(404))
    );
    assert_eq!(receiver.seen().len(), 1);
}
