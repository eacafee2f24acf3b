//! What holds for every connector, whichever it is.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};
use switchboard_connector::{RequestBody, request};
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::{ALL, chatplugin, google, meta, twilio, viber};

fn required(schema: &RefOr<Schema>) -> BTreeSet<String> {
    let schema = serde_json::to_value(schema).unwrap();
    let names = schema.get("required").and_then(Value::as_array).cloned();
    let names = names.unwrap_or_default().into_iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn properties(schema: &RefOr<Schema>) -> serde_json::Map<String, Value> {
    let schema = serde_json::to_value(schema).unwrap();
    schema["properties"].as_object().unwrap().clone()
}

fn schema_and_parser_agree<T: RequestBody + PartialSchema>(source: &str) {
    let demanded: BTreeSet<String> = T::REQUIRED.iter().map(|name| (*name).to_owned()).collect();
    let connector = ALL
        .iter()
        .find(|connector| connector.source().as_str() == source);
    let connector = connector.expect("the source is in the list");
    let example = connector.connect_example();
    assert_eq!(required(&connector.connect_schema()), demanded);
    assert_eq!(required(&T::schema()), demanded);

    request::parse::<T>(example.clone())
        .map(drop)
        .expect("the example is a request");
    for name in T::REQUIRED {
        let mut body = example.clone();
        body.as_object_mut().unwrap().remove(*name);
        let error = request::parse::<T>(body).map(drop).unwrap_err();
        assert_eq!(error.field.as_deref(), Some(*name));
    }
    let least: serde_json::Map<String, Value> = example
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| demanded.contains(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    request::parse::<T>(Value::Object(least))
        .map(drop)
        .expect("what is required suffices");
}

#[test]
fn the_schema_of_a_request_demands_what_its_parser_demands() {
    schema_and_parser_agree::<meta::facebook::ConnectRequest>("facebook");
    schema_and_parser_agree::<meta::instagram::ConnectRequest>("instagram");
    schema_and_parser_agree::<meta::whatsapp::ConnectRequest>("whatsapp");
    schema_and_parser_agree::<google::ConnectRequest>("google");
    schema_and_parser_agree::<twilio::sms::ConnectRequest>("twilio.sms");
    schema_and_parser_agree::<twilio::whatsapp::ConnectRequest>("twilio.whatsapp");
    schema_and_parser_agree::<viber::ConnectRequest>("viber");
    schema_and_parser_agree::<chatplugin::ConnectRequest>("chatplugin");
}

#[test]
fn the_sources_are_those_of_the_user_interface_in_its_order() {
    let sources: Vec<_> = ALL.iter().map(|connector| connector.source()).collect();
    let names: Vec<&str> = sources
        .iter()
        .map(switchboard_domain::Source::as_str)
        .collect();

    assert_eq!(
        names,
        [
            "facebook",
            "instagram",
            "whatsapp",
            "google",
            "twilio.sms",
            "twilio.whatsapp",
            "viber",
            "chatplugin",
        ]
    );
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), ALL.len());
}

#[test]
fn every_example_speaks_only_of_fields_that_its_schema_explains() {
    for connector in ALL {
        let schema = connector.connect_schema();
        let properties = properties(&schema);
        for name in connector.connect_example().as_object().unwrap().keys() {
            assert!(
                properties.contains_key(name),
                "{}: {name}",
                connector.source()
            );
        }
        for (name, property) in &properties {
            let explained = property.get("description").and_then(Value::as_str);
            assert!(explained.is_some(), "{}: {name}", connector.source());
            assert!(
                property.get("allOf").is_none(),
                "{}: {name}",
                connector.source()
            );
        }
        let text = serde_json::to_string(&schema).unwrap();
        assert!(
            !text.contains("$ref"),
            "{} stands alone: {text}",
            connector.source()
        );
    }
}

#[test]
fn a_schema_tells_a_form_which_fields_are_passwords_and_addresses() {
    let schema = ALL[0].connect_schema();

    let schema = serde_json::to_value(schema).unwrap();
    let token = &schema["properties"]["page_token"];
    assert_eq!(
        (&token["type"], &token["format"]),
        (&json!("string"), &json!("password"))
    );
    assert!(
        schema["properties"]["image_url"]
            .to_string()
            .contains("\"uri\"")
    );
}

#[test]
fn sections_that_share_a_name_are_the_same_section() {
    for one in ALL {
        for other in ALL {
            let (one, other) = (one.section(), other.section());
            assert_eq!(
                one.name == other.name,
                std::ptr::eq(one, other),
                "{}",
                one.name
            );
        }
    }
}

#[test]
fn every_section_says_what_each_of_its_settings_is_for() {
    for connector in ALL {
        let section = connector.section();
        let mut keys = HashSet::new();
        for setting in section.settings {
            assert!(keys.insert(setting.key), "{} twice", setting.key);
            assert!(setting.meaning.ends_with('.'), "{}", setting.meaning);
            let is_secret = ["secret", "token", "partner_key", "service_account"]
                .iter()
                .any(|word| setting.key.contains(word));
            assert_eq!(
                setting.secret, is_secret,
                "{}.{}",
                section.name, setting.key
            );
            assert!(
                !setting.secret || setting.default.is_none_or(str::is_empty),
                "{}",
                setting.key
            );
        }
        if let Some(fallback) = section.fallback {
            assert!(
                keys.iter()
                    .all(|key| fallback.settings.iter().any(|other| other.key == *key))
            );
        }
    }
}

#[test]
fn webhook_paths_are_those_of_the_providers() {
    let paths: Vec<_> = ALL
        .iter()
        .map(|connector| connector.webhook_paths())
        .collect();

    assert_eq!(
        paths,
        [
            &["/facebook"][..],
            &["/instagram", "/facebook"],
            &["/whatsapp"],
            &["/google"],
            &["/twilio", "/twilio/status"],
            &["/twilio", "/twilio/status"],
            &["/viber"],
            &[],
        ]
    );
}
