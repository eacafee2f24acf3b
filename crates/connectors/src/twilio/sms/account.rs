//! Connecting a phone number of the Twilio account for SMS.

use http::Method;
use serde::Deserialize;
use serde_json::Value;
use switchboard_connector::request::{ImageUrl, PhoneNumber, Text, optional, parse};
use switchboard_connector::{
    Account, ConnectError, Draft, ErrorClass, ProviderContext, ProviderError, RequestBody,
};
use switchboard_domain::{RawJson, SourceChannelId, UpstreamKey};
use utoipa::ToSchema;

use super::super::rest::Twilio;
use super::super::webhook::Replaced;
use super::wire::{Inbound, Number, Numbers};
use crate::{endpoint, remembered};

/// Connects a phone number for SMS.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// The phone number as Twilio's console lists it, with the country code: `+491234567`.
    #[schema(inline)]
    phone_number: PhoneNumber,
    /// What to call the channel. Default: the number's friendly name at Twilio.
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
    let Number {
        e164: phone_number,
        friendly_name,
        capabilities,
        ..
    } = owned(&twilio, phone_number.as_str()).await?;
    if capabilities.sms == Some(false) {
        return Err(ProviderError::refused(
            ErrorClass::Config,
            format!("the phone number {phone_number} cannot carry SMS; choose a number that can in Twilio's console"),
        )
        .into());
    }
    let friendly_name = friendly_name.filter(|name| !name.trim().is_empty());
    Ok(Draft {
        name: name
            .map(Text::into_string)
            .or(friendly_name)
            .unwrap_or_else(|| phone_number.clone()),
        image_url: image_url.map(ImageUrl::into_string),
        upstream: Some(UpstreamKey::new(format!("twilio:sms:{phone_number}"))),
        credentials: None,
        facts: RawJson::empty_object(),
        source_channel_id: SourceChannelId::new(phone_number),
    })
}

pub(crate) async fn subscribe(
    cx: &ProviderContext,
    draft: &Draft,
    known: Option<&RawJson>,
) -> Result<RawJson, ConnectError> {
    let webhook = endpoint::webhook(cx, "twilio")?;
    let twilio = Twilio::of(cx)?;
    let number = owned(&twilio, draft.source_channel_id.as_str()).await?;
    let ours = Inbound {
        url: Some(webhook.clone()),
        ..Inbound::default()
    };
    let address = number.inbound.address();
    let replaced = Replaced::by(webhook, address, number.inbound.clone(), known);
    update(&twilio, &number.sid, &ours).await?;
    Ok(replaced.facts())
}

pub(crate) async fn unsubscribe(
    cx: &ProviderContext,
    account: &Account,
) -> Result<(), ProviderError> {
    let Replaced::<Inbound> { webhook, former } = remembered::recall(&account.facts)?;
    let twilio = Twilio::of(cx)?;
    // A number that was given back, or that points elsewhere by now, is no longer ours to change.
    match find(&twilio, account.source_channel_id.as_str()).await? {
        Some(number) if number.inbound.address() == Some(&webhook) => {
            update(&twilio, &number.sid, &former).await
        }
        _ => Ok(()),
    }
}

async fn owned(twilio: &Twilio<'_>, phone_number: &str) -> Result<Number, ProviderError> {
    find(twilio, phone_number).await?.ok_or_else(|| {
        ProviderError::refused(
            ErrorClass::Config,
            format!("the phone number {phone_number} does not belong to the configured Twilio account; check it in Twilio's console"),
        )
    })
}

async fn find(twilio: &Twilio<'_>, phone_number: &str) -> Result<Option<Number>, ProviderError> {
    let call = twilio
        .of_account("list_numbers", Method::GET, &["IncomingPhoneNumbers.json"])
        .query("PageSize", "100")
        .query("PhoneNumber", phone_number);
    let is_it = |number: &Number| number.e164 == phone_number;
    twilio
        .find::<Numbers>(call, ("list_numbers", twilio.api()), is_it)
        .await
}

async fn update(twilio: &Twilio<'_>, sid: &str, inbound: &Inbound) -> Result<(), ProviderError> {
    let file = format!("{sid}.json");
    let call = twilio
        .of_account(
            "update_number",
            Method::POST,
            &["IncomingPhoneNumbers", &file],
        )
        .form(inbound.form())
        .idempotent();
    let changed: Number = twilio.ask(call).await?;
    let text = |inbound: &Inbound| inbound.url.clone().unwrap_or_default();
    if text(&changed.inbound) == text(inbound) {
        return Ok(());
    }
    Err(ProviderError::unclear(
        "Twilio accepted the inbound address of the number but did not store it",
    ))
}
