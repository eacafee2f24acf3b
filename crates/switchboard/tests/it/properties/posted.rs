//! Whatever a custom source posts is refused in a sentence, or taken and applied.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use switchboard_domain::{Source, SourceChannelId};
use switchboard_engine::sources::{NewSourceChannel, WebhookError};

use super::quiet_hub::QuietHub;
use crate::harness::StoreKind;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-11-22T12:00:00Z")),
        Just(json!("\u{0}")),
        Just(json!("1795348800000")),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z.]{0,6}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// A post of which some fields are wrong or missing.
fn any_post() -> impl Strategy<Value = Value> {
    let field = || prop::option::weighted(0.3, any_value());
    let message = prop::collection::vec(field(), 7).prop_map(|fields| {
        let right = [
            ("source_message_id", json!("m")),
            ("source_conversation_id", json!(7)),
            ("source_channel_id", json!("c")),
            ("source_sender_id", json!("s")),
            ("content", json!({"text": "hello"})),
            ("from_contact", json!(true)),
            ("sent_at", json!(1_795_348_800_000_i64)),
        ];
        let fields = right.into_iter().zip(fields);
        fields
            .map(|((name, right), wrong)| (name.to_owned(), wrong.unwrap_or(right)))
            .collect::<serde_json::Map<String, Value>>()
    });
    let noted = (any::<bool>(), any_value(), field()).prop_map(|(conversation, id, metadata)| {
        json!({
            "namespace": if conversation { "conversation" } else { "message" },
            "source_id": id,
            "metadata": metadata.unwrap_or_else(|| json!({"contact": {"display_name": "Ada"}}))
        })
    });
    (
        prop::collection::vec(message, 0..3),
        prop::collection::vec(noted, 0..3),
    )
        .prop_map(|(messages, metadata)| json!({"messages": messages, "metadata": metadata}))
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => any_post().prop_map(|post| post.to_string().into_bytes()),
        1 => any_value().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
    ]
}

#[test]
fn any_post_of_a_source_is_refused_or_applied() {
    let hub = QuietHub::assemble(StoreKind::Sqlite);
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    let config = Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let channel = NewSourceChannel {
        source_channel_id: SourceChannelId::new("c"),
        name: "Ours".to_owned(),
        metadata: serde_json::Map::new(),
    };
    let connected = hub
        .engine
        .create_source_channel(Source::new("mine"), channel);
    runtime.block_on(connected).expect("the store answers");

    let taken = std::cell::Cell::new(0);
    TestRunner::new_with_rng(config, random)
        .run(&any_body(), |body| {
            let posted = hub.engine.receive_from_source(Source::new("mine"), body);
            match runtime.block_on(posted) {
                Ok(()) => {
                    taken.set(taken.get() + 1);
                    let applied = runtime.block_on(hub.engine.apply_envelopes());
                    prop_assert!(applied.is_ok(), "{:?}", applied);
                }
                Err(WebhookError::Invalid(refused)) => {
                    prop_assert!(!refused.problem.is_empty());
                }
                Err(WebhookError::Malformed(_)) => {}
                Err(WebhookError::Storage(error)) => prop_assert!(false, "{}", error),
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));

    assert!(taken.get() > 20, "some of them are right: {}", taken.get());
    drop(runtime);
    hub.close();
}
