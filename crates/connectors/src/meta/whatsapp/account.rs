//! Connecting a WhatsApp number, and the business account behind it.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::request::{ImageUrl, Text, Token, optional, parse};
use switchboard_connector::{
    Account, ConnectError, Draft, ErrorClass, ProviderContext, ProviderError, RequestBody,
};
use switchboard_domain::{RawJson, Secret, SourceChannelId, UpstreamKey};
use utoipa::ToSchema;

use super::super::graph::Graph;
use super::super::token;
use super::wire::{FIELDS, PhoneNumber};
use crate::{endpoint, remembered};

/// The permission under which Meta lists the business accounts of a token.
const MANAGEMENT: &str = "whatsapp_business_management";

/// What the token must be allowed to do.
const SCOPES: &[&str] = &["whatsapp_business_messaging", MANAGEMENT];

/// Connects a WhatsApp number.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// Id of the phone number, as Meta's dashboard shows it; not the number itself.
    #[schema(inline)]
    phone_number_id: Text,
    /// An access token, best one of a system user that never expires. One that expires is exchanged
    /// for a longer one. Kept encrypted.
    #[schema(inline)]
    user_token: Token,
    /// What to call the channel. Default: the name that Meta has verified.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
    /// Id of the WhatsApp business account that the number belongs to. Needed only if it cannot be
    /// found through the token.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    waba_id: Option<Text>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["phone_number_id", "user_token"];
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest {
        phone_number_id,
        user_token,
        name,
        image_url,
        waba_id,
    } = parse(request)?;
    let number_id = endpoint::path_id("phone_number_id", &phone_number_id)?;
    let waba_id = waba_id
        .map(|id| endpoint::path_id("waba_id", &id))
        .transpose()?;
    let graph = Graph::of(cx)?;
    let token = user_token.into_secret();
    let inspected = token::inspect(&graph, &token, SCOPES).await?;
    // A system user's token may never expire; exchanging that one would shorten its life.
    let token = if inspected.expires() {
        token::exchange(&graph, &token).await?
    } else {
        token
    };
    let call = graph
        .call("get_phone_number", Method::GET, &[&number_id])
        .query("fields", FIELDS);
    let number: PhoneNumber = graph.ask(graph.on_behalf(call, &token)).await?;
    let waba_id = match waba_id {
        Some(given) => verified(&graph, &token, given, &number.id).await?,
        None => {
            found(
                &graph,
                &token,
                inspected.into_targets(MANAGEMENT),
                &number.id,
            )
            .await?
        }
    };
    Ok(Draft {
        name: name.map_or_else(|| title(&number), Text::into_string),
        image_url: image_url.map(ImageUrl::into_string),
        upstream: Some(upstream(&waba_id)),
        credentials: Some(remembered::credentials(
            &json!({"user_token": token.expose()}),
        )),
        facts: remembered::facts(&json!({"phone_number_id": number.id, "waba_id": waba_id})),
        source_channel_id: SourceChannelId::new(number.id),
    })
}

/// What the numbers of a business account share.
pub(crate) fn upstream(waba_id: &str) -> UpstreamKey {
    UpstreamKey::new(format!("meta:waba:{waba_id}"))
}

pub(crate) async fn subscribe(
    cx: &ProviderContext,
    draft: &Draft,
) -> Result<RawJson, ConnectError> {
    let graph = Graph::of(cx)?;
    let (waba_id, token) = stored(&draft.facts, draft.credentials.as_ref())?;
    let call = graph
        .call(
            "subscribe_waba",
            Method::POST,
            &[&waba_id, "subscribed_apps"],
        )
        .json(json!({}))
        .idempotent();
    graph.perform(graph.on_behalf(call, &token)).await?;
    Ok(draft.facts.clone())
}

pub(crate) async fn unsubscribe(
    cx: &ProviderContext,
    account: &Account,
) -> Result<(), ProviderError> {
    let graph = Graph::of(cx)?;
    let (waba_id, token) = stored(&account.facts, account.credentials.as_ref())?;
    let call = graph.call(
        "unsubscribe_waba",
        Method::DELETE,
        &[&waba_id, "subscribed_apps"],
    );
    graph.perform(graph.on_behalf(call, &token)).await
}

/// The business account that the caller named, if the number belongs to it.
async fn verified(
    graph: &Graph<'_>,
    token: &Secret,
    waba_id: String,
    number_id: &str,
) -> Result<String, ProviderError> {
    if owns(graph, token, &waba_id, number_id).await? {
        return Ok(waba_id);
    }
    Err(ProviderError::refused(
        ErrorClass::Config,
        format!(
            "the phone number {number_id} does not belong to the WhatsApp business account {waba_id}; send the account it belongs to as waba_id"
        ),
    ))
}

/// The one of `targets` that the number belongs to.
async fn found(
    graph: &Graph<'_>,
    token: &Secret,
    targets: Vec<String>,
    number_id: &str,
) -> Result<String, ProviderError> {
    for waba_id in targets {
        match owns(graph, token, &waba_id, number_id).await {
            Ok(true) => return Ok(waba_id),
            Ok(false) => {}
            // One account that the token may no longer read does not hide the others.
            Err(error) if is_about_one_account(error.class) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ProviderError::refused(
        ErrorClass::Config,
        format!(
            "the WhatsApp business account of the phone number {number_id} cannot be found through the token; send its id as waba_id"
        ),
    ))
}

const fn is_about_one_account(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::Config | ErrorClass::Permission | ErrorClass::Content | ErrorClass::Policy
    )
}

async fn owns(
    graph: &Graph<'_>,
    token: &Secret,
    waba_id: &str,
    number_id: &str,
) -> Result<bool, ProviderError> {
    let call = graph
        .call(
            "list_phone_numbers",
            Method::GET,
            &[waba_id, "phone_numbers"],
        )
        .query("fields", "id")
        .query("limit", "100");
    let call = graph.on_behalf(call, token);
    let numbers: Vec<PhoneNumber> = graph.list(call, "list_phone_numbers", token).await?;
    Ok(numbers.iter().any(|number| number.id == number_id))
}

/// What people call the number.
fn title(number: &PhoneNumber) -> String {
    let names = [&number.verified_name, &number.display];
    let mut names = names.into_iter().flatten().map(|name| name.trim());
    let name = names.find(|name| !name.is_empty());
    name.unwrap_or(&number.id).to_owned()
}

/// The business account and the token, as they were stored.
pub(crate) fn stored(
    facts: &RawJson,
    credentials: Option<&Secret>,
) -> Result<(String, Secret), ProviderError> {
    #[derive(Deserialize)]
    struct Facts {
        waba_id: String,
    }
    #[derive(Deserialize)]
    struct Credentials {
        user_token: String,
    }
    let Facts { waba_id } = remembered::recall(facts)?;
    let Credentials { user_token } = remembered::unlock(credentials)?;
    Ok((waba_id, Secret::new(user_token)))
}
