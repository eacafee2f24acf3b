//! Viber behind HTTP: `POST /pa/{method}`.

use http::Method;
use serde_json::{Map, Value, json};

use super::compose::MEDIA_PREFIX;
use super::status::Refused;
use super::world::ViberWorld;
use super::{Viber, webhook};
use crate::desk::Desk;
use crate::exchange::{Reply, Request};
use crate::media::{self, Sample};
use crate::server::{Refusal, Simulator};

/// The largest body that Viber reads.
const BODY_LIMIT: usize = 30 * 1024;

impl Simulator for Viber {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn operation(&self, request: &Request) -> &'static str {
        match request.path() {
            "/pa/get_account_info" if request.method == Method::POST => "get_account_info",
            "/pa/set_webhook" if request.method == Method::POST => "set_webhook",
            path if path.starts_with(MEDIA_PREFIX) => "download_media",
            _ => "unknown",
        }
    }

    async fn answer(&self, request: &Request) -> Reply {
        let operation = self.operation(request);
        if operation == "unknown" {
            return Reply::page_for_people(404);
        }
        if operation == "download_media" {
            return self.file(request);
        }
        match self.call(operation, request).await {
            Ok(answer) => Reply::ok(&answer),
            Err(refused) => refused.reply(),
        }
    }

    fn refusal(&self, _request: &Request, refusal: Refusal) -> Reply {
        match refusal {
            Refusal::ExpiredToken => Refused::InvalidAuthToken.reply(),
            Refusal::MissingPermission => Refused::NotAuthorized.reply(),
            Refusal::RateLimited => Refused::TooManyRequests.reply(),
            Refusal::Outage => Reply::page_for_people(503),
        }
    }
}

impl Viber {
    async fn call(&self, operation: &str, request: &Request) -> Result<Value, Refused> {
        if request.body.len() > BODY_LIMIT {
            return Err(Refused::BadData);
        }
        let Some(Value::Object(body)) = request.json() else {
            return Err(Refused::BadData);
        };
        self.authenticate(request, &body)?;
        if operation == "set_webhook" {
            return self.set_webhook(webhook::read(&body)?).await;
        }
        Ok(info(&self.inner.state.lock().account))
    }

    /// A file, as long as its link works.
    fn file(&self, request: &Request) -> Reply {
        let path = request.path();
        let sample = path.rsplit('/').next().and_then(Sample::named);
        match sample {
            Some(sample)
                if request.method == Method::GET
                    && media::is_open(path, &request.query(), self.inner.now.millis()) =>
            {
                Reply::file(sample.media_type, sample.bytes)
            }
            _ => Reply::page_for_people(403),
        }
    }

    fn authenticate(&self, request: &Request, body: &Map<String, Value>) -> Result<(), Refused> {
        let in_body = || body.get("auth_token").and_then(Value::as_str);
        let token = request.header("x-viber-auth-token").or_else(in_body);
        let account = &self.inner.state.lock().account;
        if token != Some(account.auth_token.as_str()) {
            return Err(Refused::InvalidAuthToken);
        }
        if account.blocked {
            return Err(Refused::Blocked);
        }
        Ok(())
    }

    /// People and what they have said, for a person at a terminal.
    pub(crate) fn people(&self) -> Vec<Value> {
        self.inner.state.lock().phones.snapshot()
    }

    /// The account and its webhook for a person at a terminal.
    pub(crate) fn snapshot(&self) -> Value {
        let account = &self.inner.state.lock().account;
        json!({"id": account.id, "blocked": account.blocked, "webhook": account.webhook})
    }
}

fn info(account: &ViberWorld) -> Value {
    let (url, event_types) = match &account.webhook {
        Some(webhook) => (webhook.url.as_str(), webhook.event_types.as_slice()),
        None => ("", [].as_slice()),
    };
    json!({
        "status": 0,
        "status_message": "ok",
        "chat_hostname": super::CHAT_HOSTNAME,
        "id": account.id,
        "name": account.name,
        "uri": account.uri,
        "icon": account.icon,
        "background": null,
        "category": "Companies, Brands & Products",
        "subcategory": "Consumer goods",
        "location": {"lat": 52.52, "lon": 13.4},
        "country": "DE",
        "webhook": url,
        "event_types": event_types,
        "subscribers_count": account.subscribers_count,
        "members": [],
    })
}
