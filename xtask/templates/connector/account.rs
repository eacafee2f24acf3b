//! Connecting an account of Newcomer.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::request::{self, ImageUrl, RequestBody, Text, Token, optional};
use switchboard_connector::{Call, ConnectError, Draft, ProviderContext};
use switchboard_domain::{RawJson, SourceChannelId};
use utoipa::ToSchema;

use super::wire::Profile;
use crate::{endpoint, http_status, remembered};

/// Connects an account of Newcomer.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// The provider's name of the account.
    #[schema(inline)]
    account_id: Text,
    /// What lets us act for it.
    #[schema(inline)]
    token: Token,
    /// What to call the channel. Default: the provider's name of it.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["account_id", "token"];
}

/// Looks the account up; changes nothing at the provider.
///
/// Where the provider has error codes of its own, let them decide before the HTTP status does, and
/// cite the page that lists them.
pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let request: ConnectRequest = request::parse(request)?;
    let account = endpoint::path_id("account_id", &request.account_id)?;
    let address = endpoint::below(&endpoint::base(cx, "api_url")?, &["accounts", &account]);
    let token = request.token.clone().into_secret();
    let call = Call::new("profile", Method::GET, address).bearer(&token);
    let profile = cx.call(call, http_status::check).await?.json()?;
    Ok(draft(request, profile))
}

/// What the provider confirmed, with the request's own words where it has some.
fn draft(request: ConnectRequest, profile: Profile) -> Draft {
    let token = request.token.into_secret();
    Draft {
        source_channel_id: SourceChannelId::new(profile.id),
        name: request.name.map_or(profile.name, Text::into_string),
        image_url: request.image_url.map(ImageUrl::into_string),
        upstream: None,
        credentials: Some(remembered::credentials(&json!({ "token": token.expose() }))),
        facts: RawJson::empty_object(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "an answer as the provider's documentation prints it")]
    fn the_provider_s_answer_becomes_a_draft() {
        let request: ConnectRequest =
            request::parse(json!({ "account_id": "4711", "token": "TOKEN" })).unwrap();
        let answer = json!({});

        let profile: Profile = serde_json::from_value(answer)
            .expect("an answer as the provider's documentation prints it");
        let draft = draft(request, profile);

        assert_eq!(draft.source_channel_id.as_str(), "4711");
        assert_eq!(draft.name, "the name in that answer");
    }
}
