//! A source that does as the request tells it.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::request::{Text, Token, parse};
use switchboard_connector::{
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, ErrorClass,
    Explore, Handshake, MediaSource, Parsed, Profile, ProviderContext, ProviderError, RawWebhook,
    Reply, RequestBody, Section, Setting, Settings, Unverified, Verified,
};
use switchboard_domain::{
    ChannelId, MessageId, RawJson, Secret, Source, SourceChannelId, UpstreamKey,
};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

pub(crate) static ALL: &[&dyn Connector] = &[
    &Obedient { name: "page" },
    &Obedient { name: "sms.plain" },
    &Obedient { name: "chatplugin" },
];

static SECTION: Section = Section {
    name: "page",
    settings: &[Setting {
        key: "app_id",
        default: None,
        secret: false,
        meaning: "What connecting with `\"do\": \"ask for a setting\"` lacks.",
    }],
    fallback: None,
};

/// Does what the field `do` of a request says.
#[derive(Debug)]
struct Obedient {
    name: &'static str,
}

#[derive(Debug, Deserialize)]
struct ConnectRequest {
    account: Text,
    token: Token,
    #[serde(rename = "do", default)]
    order: Option<Text>,
    /// What to do when the account is disconnected.
    #[serde(default)]
    leave: Option<Text>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["account", "token"];
}

#[derive(Debug, Deserialize)]
struct ExploreRequest {
    auth_token: Token,
}

impl RequestBody for ExploreRequest {
    const REQUIRED: &'static [&'static str] = &["auth_token"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("token", "auth_token")];
}

/// How the provider answers an order.
fn obey(order: Option<&str>) -> Result<(), ProviderError> {
    match order {
        Some("refuse") => Err(ProviderError::refused(
            ErrorClass::Reauth,
            "The session has expired.",
        )
        .with_code("190/463")),
        Some("break") => Err(ProviderError::refused(
            ErrorClass::Retry,
            "the provider cannot be reached",
        )),
        Some("throttle") => Err(ProviderError {
            retry_after: Some(std::time::Duration::from_millis(2_500)),
            ..ProviderError::refused(ErrorClass::Throttle, "Too many calls")
        }),
        _ => Ok(()),
    }
}

#[async_trait]
impl Connector for Obedient {
    fn source(&self) -> Source {
        Source::named(self.name)
    }

    fn section(&self) -> &'static Section {
        &SECTION
    }

    fn capabilities(&self) -> Capabilities {
        let explore = (self.name == "page").then_some(Explore {
            account_field: "page_id",
            token_fields: &["auth_token", "token"],
        });
        Capabilities {
            explore,
            profiles: false,
            media: false,
        }
    }

    fn connect_schema(&self) -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        ObjectBuilder::new()
            .property("account", text())
            .required("account")
            .property("token", text())
            .required("token")
            .into()
    }

    fn connect_example(&self) -> Value {
        json!({ "account": "a", "token": "t", "name": "My page" })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        let ConnectRequest {
            account,
            token,
            order,
            leave,
        } = parse(request)?;
        match order.as_ref().map(Text::as_str) {
            Some("panic") => panic!("told to, with {}", token.into_secret().expose()),
            Some("wait") => std::future::pending().await,
            Some("ask for a setting") => drop(cx.settings.required("app_id")?),
            other => obey(other)?,
        }
        let leave = leave.map(Text::into_string);
        Ok(Draft {
            upstream: Some(UpstreamKey::new(format!(
                "{}:{}",
                self.name,
                account.as_str()
            ))),
            name: format!("Page {}", account.as_str()),
            image_url: None,
            credentials: Some(Secret::new(token.into_secret().expose())),
            facts: RawJson::from_checked(json!({ "leave": leave }).to_string()),
            source_channel_id: SourceChannelId::new(account.into_string()),
        })
    }

    async fn subscribe(
        &self,
        _cx: &ProviderContext,
        draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        Ok(draft.facts.clone())
    }

    async fn unsubscribe(
        &self,
        _cx: &ProviderContext,
        account: &Account,
    ) -> Result<(), ProviderError> {
        let facts: Value = serde_json::from_str(account.facts.as_str()).unwrap();
        obey(facts["leave"].as_str())
    }

    async fn explore(
        &self,
        _cx: &ProviderContext,
        request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        let ExploreRequest { auth_token } = parse(request)?;
        obey(Some(auth_token.into_secret().expose()))?;
        Ok(vec![
            Candidate {
                source_channel_id: SourceChannelId::new("1"),
                name: "One".to_owned(),
                image_url: Some("https://example.org/1.jpg".to_owned()),
            },
            Candidate {
                source_channel_id: SourceChannelId::new("2"),
                name: "Two".to_owned(),
                image_url: None,
            },
        ])
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/page"]
    }

    fn handshake(&self, _settings: &Settings, call: &RawWebhook) -> Handshake {
        match call.query.as_str() {
            "prove" => Handshake::Answer {
                content_type: "text/plain",
                body: format!("{} {}", call.method, String::from_utf8_lossy(&call.body)),
            },
            "lie" => Handshake::Refused,
            _ => Handshake::Other,
        }
    }

    /// A call is signed by saying so.
    fn verify(&self, _checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        let reply = match call.query.as_str() {
            "signed" => Reply::empty(),
            "signed&curious" => Reply {
                content_type: Some("text/xml"),
                body: "<Response/>".to_owned(),
            },
            _ => return Err(Unverified::NoSignature("x-signature")),
        };
        Ok(Verified {
            source: None,
            reply,
        })
    }

    fn parse(&self, _settings: &Settings, _delivery: Delivery<'_>) -> Parsed {
        Parsed::Entries(Vec::new())
    }

    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    async fn profile(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
        _handle: &str,
    ) -> Result<Option<Profile>, ProviderError> {
        Ok(None)
    }

    async fn media(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        Err(ProviderError::unusable_link(link))
    }
}
