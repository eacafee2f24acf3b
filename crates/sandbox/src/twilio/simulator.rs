//! Twilio behind HTTP: two hosts with one state.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::refusal::TwilioError;
use super::{Twilio, access, media, numbers, senders};
use crate::desk::Desk;
use crate::exchange::{Reply, Request};
use crate::server::{Refusal, Simulator};

/// `api.twilio.com`.
#[derive(Debug)]
pub(crate) struct ApiHost(pub(crate) Twilio);

/// `messaging.twilio.com`.
#[derive(Debug)]
pub(crate) struct MessagingHost(pub(crate) Twilio);

impl Simulator for ApiHost {
    fn desk(&self) -> &Desk {
        &self.0.desk
    }

    fn operation(&self, request: &Request) -> &'static str {
        Route::on_api(request).map_or("unknown", |route| route.operation)
    }

    async fn answer(&self, request: &Request) -> Reply {
        self.0.api(request).unwrap_or_else(|error| error.reply())
    }

    fn refusal(&self, _request: &Request, refusal: Refusal) -> Reply {
        refuse(refusal)
    }
}

impl Simulator for MessagingHost {
    fn desk(&self) -> &Desk {
        &self.0.desk
    }

    fn operation(&self, request: &Request) -> &'static str {
        if media::is_path(request.path()) {
            return "download_media";
        }
        Route::on_messaging(request).map_or("unknown", |route| route.operation)
    }

    async fn answer(&self, request: &Request) -> Reply {
        if media::is_path(request.path()) {
            return self.0.stored(request);
        }
        self.0
            .messaging(request)
            .unwrap_or_else(|error| error.reply())
    }

    fn refusal(&self, _request: &Request, refusal: Refusal) -> Reply {
        refuse(refusal)
    }
}

/// A call that exists: its name, and the account, number or sender in its path.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    operation: &'static str,
    account: String,
    /// The message that a file belongs to.
    within: String,
    resource: String,
}

impl Route {
    fn to(operation: &'static str, account: &str, resource: &str) -> Self {
        Self {
            operation,
            account: account.to_owned(),
            within: String::new(),
            resource: resource.to_owned(),
        }
    }

    fn on_api(request: &Request) -> Result<Self, TwilioError> {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["2010-04-01", "Accounts", rest @ .., last] = parts.as_slice() else {
            return Err(TwilioError::not_found(request.path()));
        };
        if let [account, "Messages", message, "Media"] = *rest
            && request.method == Method::GET
            && !last.contains('.')
        {
            return Ok(Self {
                within: message.to_owned(),
                ..Self::to("get_media", account, last)
            });
        }
        // Without the suffix Twilio answers in XML, which no hub of ours reads.
        let Some(last) = last.strip_suffix(".json") else {
            return Err(TwilioError::not_found(request.path()));
        };
        Ok(match (request.method.as_str(), rest, last) {
            ("GET", [], account) => Self::to("get_account", account, ""),
            ("GET", [account], "IncomingPhoneNumbers") => Self::to("list_numbers", account, ""),
            ("GET", [account, "IncomingPhoneNumbers"], number) => {
                Self::to("get_number", account, number)
            }
            ("POST", [account, "IncomingPhoneNumbers"], number) => {
                Self::to("update_number", account, number)
            }
            (_, [] | [_, "IncomingPhoneNumbers"], _) | (_, [_], "IncomingPhoneNumbers") => {
                return Err(TwilioError::method());
            }
            _ => return Err(TwilioError::not_found(request.path())),
        })
    }

    fn on_messaging(request: &Request) -> Result<Self, TwilioError> {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["v2", "Channels", "Senders", rest @ ..] = parts.as_slice() else {
            return Err(TwilioError::not_found(request.path()));
        };
        Ok(match (request.method.as_str(), rest) {
            ("GET", []) => Self::to("list_senders", "", ""),
            ("GET", [sender]) => Self::to("get_sender", "", sender),
            ("POST", [sender]) => Self::to("update_sender", "", sender),
            (_, [] | [_]) => return Err(TwilioError::method()),
            _ => return Err(TwilioError::not_found(request.path())),
        })
    }
}

fn refuse(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::ExpiredToken => TwilioError::authenticate(),
        Refusal::MissingPermission => TwilioError::forbidden(),
        Refusal::RateLimited => TwilioError::too_many(),
        Refusal::Outage => TwilioError::unavailable(),
    }
    .reply()
}

impl Twilio {
    fn api(&self, request: &Request) -> Result<Reply, TwilioError> {
        let world = &mut *self.inner.world.lock();
        access::authenticate(&world.account, request)?;
        let route = Route::on_api(request)?;
        if route.account != world.account.sid {
            return Err(TwilioError::not_found(request.path()));
        }
        if route.operation == "get_account" {
            return Ok(Reply::ok(&numbers::account(&world.account)));
        }
        access::require_active(&world.account)?;
        if route.operation == "get_media" {
            return self.media((&route.within, &route.resource), request.path());
        }
        let answer = match route.operation {
            "list_numbers" => numbers::list(world, request)?,
            "get_number" => numbers::get(world, &route.resource, request.path())?,
            _ => numbers::update(world, &route.resource, request)?,
        };
        Ok(Reply::ok(&answer))
    }

    fn messaging(&self, request: &Request) -> Result<Reply, TwilioError> {
        let world = &mut *self.inner.world.lock();
        access::authenticate(&world.account, request)?;
        access::require_active(&world.account)?;
        let base = &self.inner.messaging_url;
        let route = Route::on_messaging(request)?;
        let sender = route.resource.as_str();
        Ok(match route.operation {
            "list_senders" => Reply::ok(&senders::list(world, request, base)?),
            "get_sender" => Reply::ok(&senders::get(world, sender, (request.path(), base))?),
            _ => {
                let answer = senders::update(world, sender, request, base)?;
                Reply::json(StatusCode::ACCEPTED, &answer)
            }
        })
    }

    /// People and what they have said, for a person at a terminal.
    pub(crate) fn people(&self) -> Vec<Value> {
        self.inner.phones.lock().snapshot()
    }

    /// The account, its numbers and senders for a person at a terminal.
    pub(crate) fn snapshot(&self) -> Value {
        let world = self.inner.world.lock();
        json!({
            "account": {"sid": world.account.sid, "status": world.account.status},
            "numbers": world.numbers,
            "senders": world.senders,
        })
    }
}
