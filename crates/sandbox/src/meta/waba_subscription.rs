//! The app's subscription to a WhatsApp business account (developers.facebook.com/docs/graph-api/
//! reference/whats-app-business-account/subscribed_apps, read 2026-11-22).

use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::Meta;
use super::auth::Caller;
use super::graph_error::GraphError;
use super::params::Params;
use super::state::{State, WabaSubscription};
use super::whatsapp::{known, manages};
use crate::outgoing::is_callable;

/// An address for webhooks, and the token that it is to know.
pub(crate) struct Override {
    pub(crate) url: Url,
    pub(crate) verify_token: String,
}

/// Whether the caller may subscribe, and to which address.
pub(crate) fn check(
    state: &State,
    caller: &Caller,
    params: &Params,
    id: &str,
) -> Result<Option<Override>, GraphError> {
    known(state, &Method::POST, id)?;
    manages(caller, id, &Method::POST, id)?;
    let Some(address) = params.get("override_callback_uri") else {
        return Ok(None);
    };
    let verify_token = params.required("verify_token")?.to_owned();
    match Url::parse(address) {
        Ok(url) if is_callable(&url) => Ok(Some(Override { url, verify_token })),
        _ => Err(GraphError::parameter(
            "Param override_callback_uri must be a valid https URI",
        )),
    }
}

pub(crate) fn subscribe(state: &mut State, id: &str, other: Option<&Override>) -> Value {
    let subscription = WabaSubscription {
        override_callback_uri: other.map(|other| other.url.to_string()),
    };
    state.waba_subscriptions.insert(id.to_owned(), subscription);
    json!({"success": true})
}

pub(crate) fn get(state: &State, caller: &Caller, id: &str) -> Result<Value, GraphError> {
    known(state, &Method::GET, id)?;
    manages(caller, id, &Method::GET, id)?;
    let data: Vec<_> = state
        .waba_subscriptions
        .get(id)
        .map(|subscription| {
            let mut entry = json!({"whatsapp_business_api_data": {
                "id": state.app.id,
                "name": state.app.name,
                "link": format!("https://www.facebook.com/games/?app_id={}", state.app.id),
            }});
            if let (Some(uri), Some(entry)) =
                (&subscription.override_callback_uri, entry.as_object_mut())
            {
                entry.insert("override_callback_uri".to_owned(), uri.as_str().into());
            }
            entry
        })
        .into_iter()
        .collect();
    Ok(json!({ "data": data }))
}

/// Ends the subscription; that there was none is no error.
pub(crate) fn unsubscribe(
    state: &mut State,
    caller: &Caller,
    id: &str,
) -> Result<Value, GraphError> {
    known(state, &Method::DELETE, id)?;
    manages(caller, id, &Method::DELETE, id)?;
    state.waba_subscriptions.remove(id);
    Ok(json!({"success": true}))
}

impl Meta {
    /// The handshake: the address must answer with the challenge, and nothing else.
    pub(crate) async fn shake_hands(
        &self,
        other: &Override,
        challenge: &str,
    ) -> Result<(), GraphError> {
        let mut url = other.url.clone();
        url.query_pairs_mut()
            .append_pair("hub.mode", "subscribe")
            .append_pair("hub.challenge", challenge)
            .append_pair("hub.verify_token", &other.verify_token);
        let answered = async {
            let response = self.inner.client.get(url).send().await.ok()?;
            let accepted = response.status() == StatusCode::OK;
            let text = response.text().await.ok()?;
            (accepted && text == challenge).then_some(())
        };
        answered.await.ok_or_else(|| {
            GraphError::parameter(
                "Callback verification failed: the address did not answer with the challenge.",
            )
            .with_status(StatusCode::UNPROCESSABLE_ENTITY)
        })
    }
}
