//! The hub's own live chat.

use serde_json::json;
use switchboard_connector::{ConnectError, Parsed, Unverified};

use crate::hub::{Hub, connector, upstream};
use crate::recorded::{parsed, settings, signed_call, verify};

#[tokio::test]
async fn a_website_is_connected_under_its_name() {
    let hub = Hub::start().await;

    let draft = hub
        .source("chatplugin")
        .prepare(connector("chatplugin").connect_example())
        .await
        .unwrap();

    assert_eq!(draft.source_channel_id.as_str(), "website-identifier-42");
    assert_eq!(draft.name, "website-identifier-42");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("http://example.org/plugin_icon.jpeg")
    );
    assert_eq!(upstream(&draft), None);
}

#[tokio::test]
async fn a_website_needs_a_name() {
    let hub = Hub::start().await;

    for body in [json!({}), json!({"name": "  "}), json!({"name": null})] {
        let prepared = hub.source("chatplugin").prepare(body).await;

        let Err(ConnectError::Invalid(error)) = prepared else {
            panic!("{prepared:?}");
        };
        assert_eq!(error.field.as_deref(), Some("name"));
    }
}

/// Visitors write by the hub's own API.
#[test]
fn no_provider_calls_for_the_live_chat() {
    let call = signed_call("/chatplugin", "x-signature", "", b"{}".to_vec());

    let verified = verify("chatplugin", &settings("chatplugin", &[]), &call);

    assert!(matches!(verified, Err(Unverified::NotConfigured(_))));
    assert_eq!(
        connector("chatplugin").webhook_paths(),
        <[&str; 0]>::default()
    );
    assert_eq!(
        parsed("chatplugin", "/chatplugin", b"{\"message\":{}}"),
        Parsed::NotMine
    );
}
