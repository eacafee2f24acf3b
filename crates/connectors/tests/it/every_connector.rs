//! What every connector does alike.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_connector::{ConnectError, Handshake, RawWebhook};
use switchboard_connectors::ALL;
use switchboard_sandbox::World;

use crate::hub::Hub;

#[tokio::test]
async fn the_printed_sample_request_of_every_source_connects() {
    let hub = Hub::start().await;
    for connector in ALL {
        let source = connector.source();

        let prepared = hub
            .source(source.as_str())
            .prepare(connector.connect_example())
            .await;

        let draft = prepared.unwrap_or_else(|error| panic!("{source}: {error:?}"));
        let wanted = connector.connect_example();
        assert_eq!(json!(draft.name), wanted["name"], "{source}");
        assert_eq!(json!(draft.image_url), wanted["image_url"], "{source}");
    }
}

#[tokio::test]
async fn a_source_without_its_settings_names_the_first_that_is_missing() {
    let mut hub = Hub::start_with(World::empty()).await;
    hub.settings.clear();
    for (source, setting) in [
        ("facebook", "sources.facebook.app_id"),
        ("instagram", "sources.facebook.app_id"),
        ("whatsapp", "sources.whatsapp.app_id"),
        ("google", "sources.google.service_account"),
        ("twilio.sms", "sources.twilio.account_sid"),
        ("twilio.whatsapp", "sources.twilio.account_sid"),
        ("viber", "sources.viber.auth_token"),
    ] {
        let example = crate::hub::connector(source).connect_example();

        let prepared = hub.source(source).prepare(example).await;

        let Err(ConnectError::NotConfigured(error)) = prepared else {
            panic!("{source}: {prepared:?}");
        };
        assert_eq!(error.setting, setting);
    }
}

#[tokio::test]
async fn a_wrong_request_is_refused_before_anybody_is_asked() {
    let hub = Hub::start().await;
    for connector in ALL {
        let source = connector.source();
        for body in [json!([]), json!("text"), json!(null)] {
            let prepared = hub.source(source.as_str()).prepare(body).await;
            let is_invalid = matches!(prepared, Err(ConnectError::Invalid(_)));
            assert!(is_invalid, "{source}: {prepared:?}");
        }
        let mut body = connector.connect_example();
        body["image_url"] = json!("javascript:alert(1)");
        let prepared = hub.source(source.as_str()).prepare(body).await;
        let Err(ConnectError::Invalid(error)) = prepared else {
            panic!("{source}: {prepared:?}");
        };
        assert_eq!(error.field.as_deref(), Some("image_url"));
    }
    let sandbox = &hub.sandbox;
    let calls = [
        sandbox.meta.calls(),
        sandbox.twilio.calls(),
        sandbox.google.calls(),
        sandbox.viber.calls(),
    ];
    assert_eq!(calls.concat(), []);
}

#[tokio::test]
async fn a_source_that_cannot_be_explored_says_so() {
    let hub = Hub::start().await;
    for connector in ALL {
        if connector.capabilities().explore.is_some() {
            continue;
        }
        let explored = hub
            .source(connector.source().as_str())
            .explore(json!({}))
            .await;
        assert!(explored.is_err(), "{}: {explored:?}", connector.source());
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        Just(Value::from("..")),
        Just(Value::from("https://example.org/\u{0}")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A body with the fields of the source, each the example's or anything.
fn any_body(example: &Value) -> impl Strategy<Value = Value> + use<> {
    let fields = example.as_object().unwrap().clone();
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            let value = prop_oneof![Just(Some(value)), any_json().prop_map(Some), Just(None)];
            value.prop_map(move |value| value.map(|value| (name.clone(), value)))
        })
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_body_makes_a_connector_panic(
        bodies in ALL.iter().map(|connector| any_body(&connector.connect_example())).collect::<Vec<_>>(),
        whole in any_json(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut hub = Hub::start_with(World::empty()).await;
            // Nothing is configured: a body that is understood ends there.
            hub.settings.clear();
            for (connector, body) in ALL.iter().zip(bodies) {
                let hub = hub.source(connector.source().as_str());
                for body in [body, whole.clone()] {
                    if let Ok(draft) = hub.prepare(body).await {
                        assert_eq!(connector.source().as_str(), "chatplugin");
                        assert!(!draft.name.trim().is_empty());
                    }
                }
            }
        });
    }

    #[test]
    fn no_call_makes_a_handshake_panic_or_succeed(
        query in ".*",
        body in prop::collection::vec(any::<u8>(), 0..200),
        is_get in any::<bool>(),
        signature in "[ -~]{0,70}",
    ) {
        let mut headers = http::HeaderMap::new();
        headers.insert("x-viber-content-signature", signature.parse().unwrap());
        let method = if is_get { http::Method::GET } else { http::Method::POST };
        let call = RawWebhook { path: "/".to_owned(), method, query, headers, body };
        for connector in ALL {
            let settings = switchboard_connector::Settings::resolve(connector.section(), |_, key| {
                Some(switchboard_domain::Secret::new(format!("the {key} of nobody")))
            });
            let answered = connector.handshake(&settings, &call);
            let succeeded = matches!(answered, Handshake::Answer { .. });
            prop_assert!(!succeeded);
        }
    }
}
