//! Connecting a WhatsApp sender of the Twilio account.

use http::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use switchboard_connector::request::{ImageUrl, PhoneNumber, Text, optional, parse};
use switchboard_connector::{
    Account, ConnectError, Draft, ErrorClass, ProviderContext, ProviderError, RequestBody,
};
use switchboard_domain::{RawJson, SourceChannelId, UpstreamKey};
use utoipa::ToSchema;

use super::super::rest::{SHARED_SANDBOX, Twilio};
use super::super::webhook::Replaced;
use super::wire::{Sender, Senders, Update, Webhook};
use crate::{endpoint, remembered};

/// Connects a phone number for WhatsApp.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// The phone number as Twilio's console lists it, with the country code: `+491234567`. Messages
    /// of Twilio's shared sandbox, `+14155238886`, arrive only if its webhook is set in Twilio's
    /// console: no API can.
    #[schema(inline)]
    phone_number: PhoneNumber,
    /// What to call the channel. Default: the name in the sender's WhatsApp profile.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["phone_number"];
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest {
        phone_number,
        name,
        image_url,
    } = parse(request)?;
    let twilio = Twilio::of(cx)?;
    twilio.account_is_active().await?;
    let number = phone_number.as_str();
    let sender_id = format!("whatsapp:{number}");
    let (upstream, profile) = if number == SHARED_SANDBOX {
        (None, None)
    } else {
        let sender = owned(&twilio, &sender_id).await?;
        let upstream = UpstreamKey::new(format!("twilio:whatsapp:{number}"));
        (Some(upstream), sender.profile)
    };
    let profile_name = profile.and_then(|profile| profile.name);
    let profile_name = profile_name.filter(|name| !name.trim().is_empty());
    Ok(Draft {
        name: name
            .map(Text::into_string)
            .or(profile_name)
            .unwrap_or_else(|| number.to_owned()),
        image_url: image_url.map(ImageUrl::into_string),
        upstream,
        credentials: None,
        facts: RawJson::empty_object(),
        source_channel_id: SourceChannelId::new(sender_id),
    })
}

pub(crate) async fn subscribe(
    cx: &ProviderContext,
    draft: &Draft,
    known: Option<&RawJson>,
) -> Result<RawJson, ConnectError> {
    let webhook = endpoint::webhook(cx, "twilio")?;
    let ours = Webhook {
        callback_url: Some(webhook.clone()),
        callback_method: Some("POST".to_owned()),
        status_callback_url: Some(endpoint::webhook(cx, "twilio/status")?),
        status_callback_method: Some("POST".to_owned()),
    };
    let twilio = Twilio::of(cx)?;
    let sender = owned(&twilio, draft.source_channel_id.as_str()).await?;
    let current = sender.webhook.unwrap_or_default();
    let address = current.callback_url.clone();
    let replaced = Replaced::by(webhook, address.as_deref(), current, known);
    update(&twilio, &sender.sid, &ours).await?;
    Ok(replaced.facts())
}

pub(crate) async fn unsubscribe(
    cx: &ProviderContext,
    account: &Account,
) -> Result<(), ProviderError> {
    let Replaced::<Webhook> { webhook, former } = remembered::recall(&account.facts)?;
    let twilio = Twilio::of(cx)?;
    let sender = find(&twilio, account.source_channel_id.as_str()).await?;
    // A sender that is gone, or that points elsewhere by now, is no longer ours to change.
    let Some(Sender {
        sid,
        webhook: Some(current),
        ..
    }) = sender
    else {
        return Ok(());
    };
    if current.callback_url.as_deref() != Some(&webhook) {
        return Ok(());
    }
    update(&twilio, &sid, &former).await
}

async fn owned(twilio: &Twilio<'_>, sender_id: &str) -> Result<Sender, ProviderError> {
    find(twilio, sender_id).await?.ok_or_else(|| {
        ProviderError::refused(
            ErrorClass::Config,
            format!("{sender_id} is no WhatsApp sender of the configured Twilio account; register it in Twilio's console"),
        )
    })
}

async fn find(twilio: &Twilio<'_>, sender_id: &str) -> Result<Option<Sender>, ProviderError> {
    let call = twilio
        .of_senders("list_senders", Method::GET, &[])
        .query("Channel", "whatsapp")
        .query("PageSize", "20");
    let is_it = |sender: &Sender| sender.address == sender_id;
    twilio
        .find::<Senders>(call, ("list_senders", twilio.messaging()), is_it)
        .await
}

/// Twilio answers 202 and stores the change a moment later.
async fn update(twilio: &Twilio<'_>, sid: &str, webhook: &Webhook) -> Result<(), ProviderError> {
    let call = twilio
        .of_senders("update_sender", Method::POST, &[sid])
        .json(json!(Update::from(webhook)))
        .idempotent();
    twilio.ask::<IgnoredAny>(call).await.map(drop)
}
