//! The app's own subscriptions: which webhooks of which kind of account go to which address
//! (developers.facebook.com/docs/graph-api/reference/application/subscriptions, read 2026-11-22).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use url::Url;

use super::auth::Caller;
use super::graph_error::GraphError;
use super::page_subscription;
use super::params::Params;
use super::state::State;
use super::waba_subscription::Override;
use crate::outgoing::is_callable;

/// What the app was set up for in Meta's dashboard before the sandbox starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dashboard {
    /// For every field of pages, Instagram accounts and WhatsApp accounts, at the hub's own addresses.
    #[default]
    Done,
    /// For nothing.
    Empty,
    /// For these kinds of accounts alone.
    For(BTreeMap<Object, AppSubscription>),
}

/// A kind of account that webhooks are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// Pages.
    Page,
    /// Instagram accounts.
    Instagram,
    /// WhatsApp business accounts.
    WhatsApp,
}

/// The app's subscription to a kind of account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSubscription {
    /// Where webhooks go; `None` is the hub's own address for them.
    pub callback_url: Option<String>,
    /// The fields.
    pub fields: BTreeSet<String>,
}

/// The fields of Instagram accounts and of WhatsApp business accounts that matter to a hub.
const INSTAGRAM: &[&str] = &[
    "message_edit",
    "message_reactions",
    "messages",
    "messaging_handover",
    "messaging_optins",
    "messaging_postbacks",
    "messaging_referral",
    "messaging_seen",
    "standby",
];
const WHATSAPP: &[&str] = &[
    "account_alerts",
    "account_update",
    "message_template_status_update",
    "messages",
    "phone_number_quality_update",
    "smb_message_echoes",
    "user_id_update",
];

impl Object {
    const ALL: [Self; 3] = [Self::Page, Self::Instagram, Self::WhatsApp];

    /// Its name in webhooks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Instagram => "instagram",
            Self::WhatsApp => "whatsapp_business_account",
        }
    }

    /// The hub's path for its webhooks.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Page => "/facebook",
            Self::Instagram => "/instagram",
            Self::WhatsApp => "/whatsapp",
        }
    }

    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Page => page_subscription::FIELDS,
            Self::Instagram => INSTAGRAM,
            Self::WhatsApp => WHATSAPP,
        }
    }

    fn read(params: &Params) -> Result<Self, GraphError> {
        let name = params.required("object")?;
        Self::ALL
            .into_iter()
            .find(|object| object.name() == name)
            .ok_or_else(|| {
                GraphError::parameter(format!(
                    "Param object must be one of {{page, instagram, whatsapp_business_account}} - \
                     got \"{name}\"."
                ))
            })
    }
}

impl Dashboard {
    pub(crate) fn subscriptions(self) -> BTreeMap<Object, AppSubscription> {
        match self {
            Self::Empty => BTreeMap::new(),
            Self::For(subscriptions) => subscriptions,
            Self::Done => Object::ALL
                .into_iter()
                .map(|object| {
                    let fields = object.fields().iter().map(|&field| field.to_owned());
                    let subscription = AppSubscription {
                        callback_url: None,
                        fields: fields.collect(),
                    };
                    (object, subscription)
                })
                .collect(),
        }
    }
}

/// What is subscribed to, and the address that has to answer the handshake first.
pub(crate) struct Wanted {
    object: Object,
    fields: Vec<String>,
    pub(crate) address: Override,
}

/// Whether the caller may subscribe the app, and to what.
pub(crate) fn check(state: &State, caller: &Caller, params: &Params) -> Result<Wanted, GraphError> {
    only_the_app(caller)?;
    let object = Object::read(params)?;
    let fields = params.list("fields")?;
    for field in &fields {
        if !object.fields().contains(&field.as_str()) {
            return Err(GraphError::parameter(format!(
                "Invalid field \"{field}\" for the object {}.",
                object.name()
            )));
        }
    }
    let verify_token = params.required("verify_token")?.to_owned();
    let address = params.required("callback_url")?;
    match Url::parse(address) {
        Ok(url) if is_callable(&url) => Ok(Wanted {
            object,
            fields,
            address: Override { url, verify_token },
        }),
        _ => Err(GraphError::parameter(format!(
            "Param callback_url of the app {} must be a valid https URI",
            state.app.id
        ))),
    }
}

/// Adds the fields to those that the app has, at the new address.
pub(crate) fn subscribe(state: &mut State, wanted: Wanted) -> Value {
    let known = state.app_subscriptions.remove(&wanted.object);
    let mut fields = known.map(|known| known.fields).unwrap_or_default();
    fields.extend(wanted.fields);
    let subscription = AppSubscription {
        callback_url: Some(wanted.address.url.to_string()),
        fields,
    };
    state.app_subscriptions.insert(wanted.object, subscription);
    json!({"success": true})
}

pub(crate) fn get(state: &State, caller: &Caller, hub: Option<&str>) -> Result<Value, GraphError> {
    only_the_app(caller)?;
    let shown = state.app_subscriptions.iter().map(|(&object, known)| {
        let fields: Vec<_> = known
            .fields
            .iter()
            .map(|field| json!({"name": field, "version": "v25.0"}))
            .collect();
        json!({
            "object": object.name(),
            "callback_url": known.address(object, hub),
            "active": true,
            "fields": fields,
        })
    });
    Ok(json!({"data": shown.collect::<Vec<_>>()}))
}

/// Takes fields away, or all of them with the address.
pub(crate) fn unsubscribe(
    state: &mut State,
    caller: &Caller,
    params: &Params,
) -> Result<Value, GraphError> {
    only_the_app(caller)?;
    if params.get("object").is_none() {
        state.app_subscriptions.clear();
        return Ok(json!({"success": true}));
    }
    let object = Object::read(params)?;
    if params.get("fields").is_none() {
        state.app_subscriptions.remove(&object);
    } else if let Some(known) = state.app_subscriptions.get_mut(&object) {
        for field in params.list("fields")? {
            known.fields.remove(&field);
        }
    }
    Ok(json!({"success": true}))
}

impl AppSubscription {
    /// Where its webhooks go, if anywhere.
    pub(crate) fn address(&self, object: Object, hub: Option<&str>) -> Option<String> {
        let own = || hub.map(|hub| format!("{hub}{}", object.path()));
        self.callback_url.clone().or_else(own)
    }
}

fn only_the_app(caller: &Caller) -> Result<(), GraphError> {
    if matches!(caller, Caller::App) {
        return Ok(());
    }
    Err(GraphError::new(
        15,
        "(#15) This method must be called with an app access_token.",
    ))
}
