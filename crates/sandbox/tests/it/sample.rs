//! The sample world has what the printed sample requests of the channels API name.

use serde_json::Value;
use switchboard_sandbox::meta::{SAMPLE_WABA, TokenKind};
use switchboard_sandbox::{Ports, Sandbox, SandboxOptions, World};

use crate::call::sandbox;

#[tokio::test]
async fn every_account_of_the_sample_requests_exists() {
    let sandbox = sandbox().await;
    let meta = &sandbox.meta;

    let token = meta.token("authentication token").unwrap();
    assert_eq!(
        (token.kind, token.lifetime.is_some()),
        (TokenKind::User, true)
    );
    for page in ["fb-page-id-1", "fb-page-id-2"] {
        assert!(meta.page_token("authentication token", page).is_some());
    }
    let token = meta.token("user access token").unwrap();
    assert_eq!((token.kind, token.lifetime), (TokenKind::SystemUser, None));
    assert!(token.targets["whatsapp_business_management"].contains(SAMPLE_WABA));
    assert!(sandbox.google.agents().contains(&"gbm-id".to_owned()));
    let number = sandbox.twilio.number("+491234567").unwrap();
    assert!(!number.sms_url.is_empty());
    assert!(sandbox.twilio.sender("whatsapp:+491234567").is_some());
}

#[tokio::test]
async fn the_settings_name_everything_a_hub_needs() {
    let sandbox = sandbox().await;
    let settings = sandbox.settings();
    let names: Vec<_> = settings.iter().map(|(name, _)| name.as_str()).collect();

    assert_eq!(
        names,
        [
            "sources.facebook.app_id",
            "sources.facebook.app_secret",
            "sources.facebook.webhook_secret",
            "sources.facebook.api_url",
            "sources.google.service_account",
            "sources.google.partner_key",
            "sources.google.api_url",
            "sources.twilio.account_sid",
            "sources.twilio.auth_token",
            "sources.twilio.api_url",
            "sources.twilio.messaging_url",
            "sources.viber.auth_token",
            "sources.viber.api_url",
        ]
    );
    assert!(settings.iter().all(|(_, value)| !value.is_empty()));
    let key: Value = serde_json::from_str(&settings[4].1).unwrap();
    assert_eq!(key["token_uri"], sandbox.google.token_uri());
    assert_ne!(sandbox.twilio.url(), sandbox.twilio.messaging_url());
}

#[tokio::test]
async fn an_empty_world_has_credentials_and_no_accounts() {
    let options = SandboxOptions {
        world: World::empty(),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();

    assert_eq!(sandbox.settings().len(), 13);
    assert_eq!(sandbox.meta.token("authentication token"), None);
    assert_eq!(sandbox.twilio.number("+491234567"), None);
    assert_eq!(sandbox.google.agents(), [""; 0]);
}

#[tokio::test]
async fn a_port_that_is_taken_stops_the_start() {
    let first = sandbox().await;
    let taken = url::Url::parse(first.meta.url()).unwrap().port().unwrap();
    let options = SandboxOptions {
        ports: Ports {
            viber: taken,
            ..Ports::default()
        },
        ..SandboxOptions::default()
    };

    let error = Sandbox::start(options).await.unwrap_err();

    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}
