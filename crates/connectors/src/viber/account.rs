//! Connecting the bot account of the configured token.

use http::Method;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use switchboard_connector::request::{ImageUrl, Text, optional, parse};
use switchboard_connector::{
    Account, Answer, Call, ConnectError, Draft, ErrorClass, ProviderContext, ProviderError,
    RequestBody,
};
use switchboard_domain::{RawJson, SourceChannelId, UpstreamKey};
use utoipa::ToSchema;

use super::wire::AccountInfo;
use super::{status, welcome};
use crate::{endpoint, remembered};

/// Connects the Viber bot of the configured token.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// What to call the channel. Default: the bot's name.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel. Default: the bot's icon.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &[];
}

/// What is remembered of a connected bot.
#[derive(Debug, Deserialize)]
struct Facts {
    /// The address that we have set.
    webhook: String,
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest { name, image_url } = parse(request)?;
    welcome::message(&cx.settings)?;
    let AccountInfo {
        id,
        name: own_name,
        icon,
        ..
    } = info(cx).await?;
    let own_name = own_name.filter(|name| !name.trim().is_empty());
    Ok(Draft {
        name: name
            .map(Text::into_string)
            .or(own_name)
            .unwrap_or_else(|| id.clone()),
        image_url: image_url
            .map(ImageUrl::into_string)
            .or(icon.filter(|icon| !icon.is_empty())),
        upstream: Some(UpstreamKey::new(format!("viber:account:{id}"))),
        credentials: None,
        facts: RawJson::empty_object(),
        source_channel_id: SourceChannelId::new(id),
    })
}

/// Viber tries the address while it answers this call: `/viber` must be served by then.
pub(crate) async fn subscribe(cx: &ProviderContext) -> Result<RawJson, ConnectError> {
    let webhook = endpoint::webhook(cx, "viber")?;
    let body = json!({
        "url": webhook,
        "event_types": [
            "delivered",
            "seen",
            "failed",
            "subscribed",
            "unsubscribed",
            "conversation_started",
        ],
        "send_name": true,
        "send_photo": true,
    });
    ask::<IgnoredAny>(cx, "set_webhook", body).await?;
    Ok(remembered::facts(&json!({"webhook": webhook})))
}

pub(crate) async fn unsubscribe(
    cx: &ProviderContext,
    account: &Account,
) -> Result<(), ProviderError> {
    let Facts { webhook: ours } = remembered::recall(&account.facts)?;
    let AccountInfo { id, webhook, .. } = info(cx).await?;
    if id != account.source_channel_id.as_str() {
        return Err(ProviderError::refused(
            ErrorClass::Reauth,
            format!(
                "the configured Viber token belongs to the account {id} by now; the token of the channel's account is gone"
            ),
        ));
    }
    // Not every account tells its webhook.
    match webhook.filter(|webhook| !webhook.is_empty()) {
        Some(other) if other != ours => Ok(()),
        _ => ask::<IgnoredAny>(cx, "set_webhook", json!({"url": ""}))
            .await
            .map(drop)
            .map_err(ProviderError::from),
    }
}

async fn info(cx: &ProviderContext) -> Result<AccountInfo, ConnectError> {
    ask(cx, "get_account_info", json!({})).await
}

/// Everything that is asked here may be asked twice.
async fn ask<T: DeserializeOwned>(
    cx: &ProviderContext,
    method: &'static str,
    body: Value,
) -> Result<T, ConnectError> {
    let token = cx.settings.required("auth_token")?;
    let base = endpoint::base(cx, "api_url")?;
    let call = Call::new(
        method,
        Method::POST,
        endpoint::below(&base, &["pa", method]),
    )
    .secret_header("x-viber-auth-token", token)
    .json(body)
    .idempotent();
    let judge = |answer: &Answer| {
        status::check(answer)?;
        answer.json::<T>().map(drop)
    };
    Ok(cx.call(call, judge).await?.json()?)
}
