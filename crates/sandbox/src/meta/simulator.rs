//! Meta behind HTTP: from the call to the part of Graph that answers it.

use http::{HeaderName, StatusCode};
use serde_json::{Value, json};

use super::app_subscription::Wanted;
use super::auth::Caller;
use super::graph_error::GraphError;
use super::params::Params;
use super::route::{Operation, Route};
use super::state::State;
use super::waba_subscription::Override;
use super::{
    Meta, app_subscription, cdn, oauth, page_subscription, pages, profile, waba_subscription,
    whatsapp, whatsapp_media,
};
use crate::desk::Desk;
use crate::exchange::{Reply, Request};
use crate::server::{Refusal, Simulator};

impl Simulator for Meta {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn operation(&self, request: &Request) -> &'static str {
        if cdn::is_path(request.path()) {
            return "download_attachment";
        }
        if whatsapp_media::is_path(request.path()) {
            return "download_media";
        }
        let now = self.inner.now.seconds();
        Route::read(&self.inner.state.lock(), request, now)
            .map_or("unknown", |route| route.operation.name())
    }

    async fn answer(&self, request: &Request) -> Reply {
        if cdn::is_path(request.path()) {
            return self.cdn_file(request);
        }
        if whatsapp_media::is_path(request.path()) {
            return self.whatsapp_bytes(request);
        }
        match self.call(request).await {
            Ok(value) => Reply::ok(&value),
            Err(error) => error.reply(&self.trace()),
        }
    }

    fn refusal(&self, request: &Request, refusal: Refusal) -> Reply {
        let now = self.inner.now.seconds();
        let route = Route::read(&self.inner.state.lock(), request, now);
        let (operation, id) = route.map_or((Operation::UnknownObject, String::new()), |route| {
            (route.operation, route.id)
        });
        match refusal {
            Refusal::ExpiredToken => {
                let expired = GraphError::expired(now - 1, now);
                match operation {
                    Operation::DebugToken => Reply::ok(&expired.inside_data()),
                    Operation::ExchangeToken => expired
                        .with_status(StatusCode::BAD_REQUEST)
                        .reply(&self.trace()),
                    _ => expired.reply(&self.trace()),
                }
            }
            Refusal::MissingPermission => missing_permission(operation).reply(&self.trace()),
            Refusal::RateLimited => rate_limited(operation, &id, &self.trace()),
            Refusal::Outage => GraphError::outage().reply(&self.trace()),
        }
    }
}

/// A subscription that comes into force once the address has answered the handshake.
enum Change {
    OfWaba(String, Option<Override>),
    OfApp(Wanted),
}

impl Change {
    const fn address(&self) -> Option<&Override> {
        match self {
            Self::OfWaba(_, other) => other.as_ref(),
            Self::OfApp(wanted) => Some(&wanted.address),
        }
    }
}

impl Meta {
    async fn call(&self, request: &Request) -> Result<Value, GraphError> {
        let now = self.inner.now.seconds();
        let params = Params::read(request)?;
        let change = {
            let state = &mut *self.inner.state.lock();
            let route = Route::read(state, request, now)?;
            if route.operation == Operation::ExchangeToken {
                return oauth::exchange(state, &params, now);
            }
            let caller = Caller::of(state, request, &params, now)?;
            match route.operation {
                Operation::SubscribeWaba => {
                    let other = waba_subscription::check(state, &caller, &params, &route.id)?;
                    Change::OfWaba(route.id, other)
                }
                Operation::SubscribeApp => {
                    Change::OfApp(app_subscription::check(state, &caller, &params)?)
                }
                _ => return self.with_token(state, &caller, (&route, &params), request),
            }
        };
        if let Some(address) = change.address() {
            let challenge = self.next_number().to_string();
            self.shake_hands(address, &challenge).await?;
        }
        let mut state = self.inner.state.lock();
        Ok(match change {
            Change::OfWaba(id, other) => {
                waba_subscription::subscribe(&mut state, &id, other.as_ref())
            }
            Change::OfApp(wanted) => app_subscription::subscribe(&mut state, wanted),
        })
    }

    /// The calls whose effect needs nobody else.
    fn with_token(
        &self,
        state: &mut State,
        caller: &Caller,
        (route, params): (&Route, &Params),
        request: &Request,
    ) -> Result<Value, GraphError> {
        let now = self.inner.now.seconds();
        let here = format!("{}{}", self.inner.url, request.path());
        let id = route.id.as_str();
        match route.operation {
            Operation::DebugToken => oauth::debug(state, caller, params, now),
            Operation::GetMe => pages::me(state, caller, params, now),
            Operation::ListPages if id == "me" || caller.is(id) => {
                pages::list(state, caller, params, &here, now)
            }
            Operation::GetPage => pages::get(state, caller, params, id, now),
            Operation::GetInstagramAccount => pages::instagram(state, caller, params, id),
            Operation::SubscribePage => page_subscription::subscribe(state, caller, params, id),
            Operation::GetPageSubscriptions => page_subscription::get(state, caller, id),
            Operation::UnsubscribePage => page_subscription::unsubscribe(state, caller, id),
            Operation::GetPhoneNumber => whatsapp::phone_number(state, caller, params, id),
            Operation::GetWaba => whatsapp::waba(state, caller, params, id),
            Operation::ListPhoneNumbers => {
                whatsapp::phone_numbers(state, caller, params, (id, &here))
            }
            Operation::ListOwnedWabas => whatsapp::owned_wabas(state, caller, params, (id, &here)),
            Operation::ListClientWabas => {
                whatsapp::client_wabas(state, caller, params, (id, &here))
            }
            Operation::GetWabaSubscriptions => waba_subscription::get(state, caller, id),
            Operation::UnsubscribeWaba => waba_subscription::unsubscribe(state, caller, id),
            Operation::GetAppSubscriptions => {
                app_subscription::get(state, caller, self.inner.hub.get().as_deref())
            }
            Operation::UnsubscribeApp => app_subscription::unsubscribe(state, caller, params),
            Operation::GetProfile => {
                profile::get(state, caller, params, (id, &self.inner.url, now))
            }
            Operation::ListConversations => profile::conversations(state, caller, params, id),
            Operation::GetMedia => {
                let when = self.inner.now.millis();
                whatsapp_media::get(state, caller, params, (id, &self.inner.url, when))
            }
            Operation::UnknownObject
            | Operation::ListPages
            | Operation::ExchangeToken
            | Operation::SubscribeApp
            | Operation::SubscribeWaba => Err(GraphError::unknown_object(&request.method, id)),
        }
    }

    /// People and what they have said, for a person at a terminal.
    pub(crate) fn people(&self) -> Vec<Value> {
        self.inner.state.lock().phones.snapshot()
    }

    /// Accounts, subscriptions and tokens for a person at a terminal; no token's text.
    pub(crate) fn snapshot(&self) -> Value {
        let state = self.inner.state.lock();
        let pages: Vec<_> = state
            .pages
            .values()
            .map(|page| {
                json!({
                    "id": page.id,
                    "name": page.name,
                    "instagram_account_id": page.instagram.as_ref().map(|account| &account.id),
                    "subscribed_fields": state.page_subscriptions.get(&page.id),
                })
            })
            .collect();
        let wabas: Vec<_> = state
            .wabas
            .values()
            .map(|waba| {
                let numbers: Vec<_> = waba.numbers.iter().map(|number| &number.id).collect();
                json!({
                    "id": waba.id,
                    "phone_number_ids": numbers,
                    "subscribed": state.waba_subscriptions.contains_key(&waba.id),
                })
            })
            .collect();
        json!({"pages": pages, "wabas": wabas, "tokens_issued": state.issued()})
    }
}

fn missing_permission(operation: Operation) -> GraphError {
    match operation {
        Operation::SubscribePage
        | Operation::UnsubscribePage
        | Operation::SubscribeWaba
        | Operation::UnsubscribeWaba
        | Operation::ListPages => GraphError::permission(200, "Permissions error"),
        _ => GraphError::permission(10, "Application does not have permission for this action"),
    }
}

/// Pages and WhatsApp accounts have limits of their own, told in a header
/// (developers.facebook.com/docs/graph-api/overview/rate-limiting, read 2026-11-22).
fn rate_limited(operation: Operation, id: &str, trace: &str) -> Reply {
    let (code, kind) = match operation {
        Operation::GetPage
        | Operation::GetInstagramAccount
        | Operation::SubscribePage
        | Operation::GetPageSubscriptions
        | Operation::GetProfile
        | Operation::ListConversations
        | Operation::UnsubscribePage => (80006, "messenger"),
        Operation::GetPhoneNumber
        | Operation::GetWaba
        | Operation::ListPhoneNumbers
        | Operation::SubscribeWaba
        | Operation::GetWabaSubscriptions
        | Operation::GetMedia
        | Operation::UnsubscribeWaba => (80007, "whatsapp"),
        _ => {
            let usage = json!({"call_count": 100, "total_time": 25, "total_cputime": 25});
            return GraphError::new(
                613,
                "(#613) Calls to this api have exceeded the rate limit.",
            )
            .reply(trace)
            .with_header(HeaderName::from_static("x-app-usage"), &usage.to_string());
        }
    };
    let usage = json!({id: [{
        "type": kind,
        "call_count": 100,
        "total_cputime": 20,
        "total_time": 20,
        "estimated_time_to_regain_access": 1,
    }]});
    GraphError::new(
        code,
        format!(
            "(#{code}) There have been too many calls to this account. Wait a bit and try again."
        ),
    )
    .with_status(StatusCode::TOO_MANY_REQUESTS)
    .reply(trace)
    .with_header(
        HeaderName::from_static("x-business-use-case-usage"),
        &usage.to_string(),
    )
}
