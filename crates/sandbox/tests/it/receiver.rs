//! A small server that stands for the hub: it keeps what it is called with, and answers as it is told.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use parking_lot::Mutex;
use serde_json::{Value, json};
use switchboard_sandbox::meta::SAMPLE_WABA;
use switchboard_sandbox::twilio::{NumberState, SenderState, SenderWebhook};
use switchboard_sandbox::viber::Webhook;
use switchboard_sandbox::{Now, Pause, Sandbox, SandboxOptions};
use url::form_urlencoded;

use crate::call::Call;

/// Sunday, 2026-11-22T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_348_800_000;

/// What the server was called with.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// How the server answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) body: &'static str,
}

impl Answer {
    pub(crate) const fn empty(status: u16) -> Self {
        Self {
            status,
            media_type: "application/json",
            body: "",
        }
    }
}

#[derive(Debug, Default)]
struct Inside {
    seen: Vec<Seen>,
    answers: VecDeque<Answer>,
}

#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
}

impl Receiver {
    /// Answers 200 without a body, except for what is planned. Knows Meta's handshake.
    pub(crate) async fn start() -> Self {
        let inside = Arc::<Mutex<Inside>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .fallback(receive)
            .with_state((url.clone(), Arc::clone(&inside)));
        tokio::spawn(axum::serve(listener, routes).into_future());
        Self { url, inside }
    }

    /// The answers to the next calls.
    pub(crate) fn answer(&self, answers: &[Answer]) {
        self.inside.lock().answers.extend(answers);
    }

    /// Answers 200 from now on.
    pub(crate) fn forget_answers(&self) {
        self.inside.lock().answers.clear();
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.inside.lock().seen.clone()
    }

    pub(crate) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }
}

async fn receive(
    State((base, inside)): State<(String, Arc<Mutex<Inside>>)>,
    (method, uri): (Method, Uri),
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    if let Some((_, challenge)) = pairs.find(|(name, _)| name == "hub.challenge") {
        return challenge.into_owned().into_response();
    }
    let mut inside = inside.lock();
    inside.seen.push(Seen {
        method,
        url: format!("{base}{uri}"),
        headers,
        body,
    });
    let Answer {
        status,
        media_type,
        body,
    } = inside.answers.pop_front().unwrap_or(Answer::empty(200));
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
}

/// At noon, and nobody waits for real.
pub(crate) fn options(receiver: &Receiver) -> SandboxOptions {
    SandboxOptions {
        now: Now::from_millis(|| NOON),
        hub: Some(receiver.url.clone()),
        pause: Pause::until_told(),
        ..SandboxOptions::default()
    }
}

/// A sandbox at noon whose sample accounts are all connected to the receiver.
pub(crate) async fn connected(receiver: &Receiver) -> Sandbox {
    let sandbox = Sandbox::start(options(receiver)).await.unwrap();
    connect(&sandbox, receiver).await;
    sandbox
}

/// Connects the sample accounts, as a hub does.
pub(crate) async fn connect(sandbox: &Sandbox, receiver: &Receiver) {
    for page in ["fb-page-id-1", "fb-page-id-2"] {
        let fields = "messages,messaging_postbacks,messaging_optins,message_deliveries,message_reads,\
            message_edits,message_reactions,messaging_referrals";
        subscribe_page(sandbox, page, fields).await;
    }
    let meta = &sandbox.meta;
    let waba = format!("/v25.0/{SAMPLE_WABA}/subscribed_apps");
    Call::new(Method::POST, meta.url(), &waba)
        .token(meta, "user access token")
        .works()
        .await;
    let number = NumberState {
        sms_url: format!("{}/twilio", receiver.url),
        ..sandbox.twilio.number("+491234567").unwrap()
    };
    let number = NumberState {
        sms_method: "POST".to_owned(),
        ..number
    };
    sandbox.twilio.put_number("+491234567", number);
    let sender = sandbox.twilio.sender("whatsapp:+491234567").unwrap();
    let sender = SenderState {
        webhook: SenderWebhook {
            callback_url: Some(format!("{}/twilio", receiver.url)),
            status_callback_url: Some(format!("{}/twilio/status?from=sender", receiver.url)),
            ..SenderWebhook::default()
        },
        ..sender
    };
    sandbox.twilio.put_sender("whatsapp:+491234567", sender);
    sandbox.viber.put_webhook(Some(viber_webhook(receiver)));
}

pub(crate) fn viber_webhook(receiver: &Receiver) -> Webhook {
    let events = [
        "delivered",
        "seen",
        "failed",
        "subscribed",
        "unsubscribed",
        "conversation_started",
    ];
    Webhook {
        url: format!("{}/viber", receiver.url),
        event_types: events.map(ToOwned::to_owned).into(),
        send_name: true,
        send_photo: true,
    }
}

pub(crate) async fn subscribe_page(sandbox: &Sandbox, page: &str, fields: &str) {
    let meta = &sandbox.meta;
    let token = meta.page_token("authentication token", page).unwrap();
    Call::new(
        Method::POST,
        meta.url(),
        &format!("/v25.0/{page}/subscribed_apps"),
    )
    .token(meta, &token)
    .json(&json!({ "subscribed_fields": fields }))
    .works()
    .await;
}
