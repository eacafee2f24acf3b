//! The API's description, and the page that shows it.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::hub::{Hub, bearing, post, request};
use crate::obedient;

async fn description() -> Value {
    let answer = Hub::open().get("/openapi.json").await;
    assert_eq!(answer.status, 200);
    answer.json()
}

fn described() -> Value {
    serde_json::to_value(switchboard_api::openapi(obedient::ALL, "1.2.3")).unwrap()
}

#[tokio::test]
async fn the_description_that_is_served_is_the_one_that_is_made() {
    assert_eq!(description().await, described());
}

#[test]
fn every_path_is_described() {
    let description = described();
    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().collect();

    assert_eq!(paths, PATHS);
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["info"]["version"], "1.2.3");
}

/// A hub without a token, and the tokens that sources and visitors of it call with.
async fn hub_with_callers() -> (Hub, String, String) {
    let hub = Hub::open();
    let text = |answer: Value| answer["token"].as_str().unwrap().to_owned();
    let named = json!({ "source_id": "other" });
    let source = text(hub.post("/sources.create", &named).await.json());
    let account = json!({ "account": "site", "token": "t" });
    let channel = hub.post("/channels.chatplugin.connect", &account).await;
    let channel = json!({ "channel_id": channel.json()["id"] });
    let visitor = hub.post("/chatplugin.authenticate", &channel).await;
    (hub, source, text(visitor.json()))
}

#[tokio::test]
async fn every_described_procedure_exists_and_takes_its_example() {
    let (hub, source, visitor) = hub_with_callers().await;
    let description = described();
    for (path, item) in description["paths"].as_object().unwrap() {
        let body = &item["post"]["requestBody"]["content"]["application/json"];
        if body.is_null() {
            continue;
        }
        let token = if path.starts_with("/chatplugin.") {
            &visitor
        } else {
            &source
        };

        let exists = hub.send(request(Method::GET, path)).await;
        exists.is_error(405, "method_not_allowed");
        let answer = hub
            .send(bearing(token, post(path, body["example"].to_string())))
            .await;

        // What the examples name is not there.
        let is_understood = answer.status.is_success()
            || matches!(
                answer.json()["code"].as_str(),
                Some("unknown_channel" | "unknown_source" | "not_found" | "not_at_run_time")
            );
        assert!(is_understood, "{path}: {answer:?}");
    }
}

#[test]
fn every_operation_has_an_id_a_summary_and_a_tag_of_its_own() {
    let description = described();
    let mut ids = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(operation["summary"].is_string(), "{method} {path}");
            let tag = &operation["tags"][0];
            let tags = description["tags"].as_array().unwrap();
            assert!(tags.iter().any(|known| known["name"] == *tag), "{tag}");
        }
    }
}

#[test]
fn every_reference_leads_to_a_component() {
    let description = described();
    let mut references = Vec::new();
    collect(&description, &mut references);

    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => {
                        references.push(reference.clone());
                    }
                    other => collect(other, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

/// The derived schema of a field that is described and inlined is "all of" its type and an object,
/// which nothing can be.
#[test]
fn no_field_has_two_types_at_once() {
    let description = described();

    assert!(
        !description.to_string().contains("allOf"),
        "{description:#}"
    );
    let update = &description["paths"]["/channels.update"]["post"]["requestBody"]["content"];
    let id = &update["application/json"]["schema"]["properties"]["channel_id"];
    assert_eq!(
        (&id["type"], &id["format"]),
        (&json!("string"), &json!("uuid"))
    );
}

#[test]
fn an_error_is_described_as_it_is_answered() {
    let description = described();
    let error = &description["components"]["schemas"]["Error"];

    assert_eq!(error["required"], json!(["message", "code", "request_id"]));
    let codes = &description["components"]["schemas"]["ErrorCode"]["enum"];
    for code in ["unauthorized", "provider_refused", "storage_unavailable"] {
        assert!(codes.as_array().unwrap().contains(&json!(code)), "{codes}");
    }
    let connect = &description["paths"]["/channels.page.connect"]["post"]["responses"];
    for status in [
        "200", "400", "403", "409", "413", "415", "500", "502", "503",
    ] {
        assert!(!connect[status].is_null(), "{status}");
    }
}

#[tokio::test]
async fn the_page_comes_out_of_the_binary_alone() {
    let hub = Hub::open();

    let redirect = hub.get("/docs").await;
    assert_eq!(
        (redirect.status.as_u16(), redirect.header("location")),
        (308, Some("docs/"))
    );
    let page = hub.get("/docs/").await;
    assert_eq!(page.header("content-type"), Some("text/html"));
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(!html.contains("://"), "{html}");
    for file in linked(&html) {
        assert_eq!(
            hub.get(&format!("/docs/{file}")).await.status,
            200,
            "{file}"
        );
    }
    let start = hub.get("/docs/swagger-initializer.js").await;
    let script = String::from_utf8(start.body.to_vec()).unwrap();
    assert!(script.contains("../openapi.json"), "{script}");
    assert!(script.contains("\"validatorUrl\": \"none\""), "{script}");
    hub.get("/docs/nothing.js").await.is_error(404, "not_found");
}

/// The files that a page loads.
fn linked(html: &str) -> Vec<String> {
    let files: Vec<_> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(|file| file.trim_start_matches("./").to_owned())
        .collect();
    assert!(files.len() > 3, "{html}");
    files
}

/// Every path, in the order of the alphabet.
const PATHS: &[&str] = &[
    "/channels.chatplugin.connect",
    "/channels.chatplugin.disconnect",
    "/channels.info",
    "/channels.list",
    "/channels.page.connect",
    "/channels.page.disconnect",
    "/channels.page.explore",
    "/channels.sms.plain.connect",
    "/channels.sms.plain.disconnect",
    "/channels.update",
    "/chatplugin.authenticate",
    "/chatplugin.resumeToken",
    "/chatplugin.send",
    "/client.config",
    "/components.delete",
    "/components.get",
    "/components.install",
    "/components.list",
    "/components.uninstall",
    "/components.update",
    "/contacts.create",
    "/contacts.delete",
    "/contacts.erase",
    "/contacts.import",
    "/contacts.info",
    "/contacts.list",
    "/contacts.merge",
    "/contacts.recent-messages",
    "/contacts.unmerge",
    "/contacts.update",
    "/conversations.info",
    "/conversations.list",
    "/conversations.mark-read",
    "/conversations.markRead",
    "/conversations.refetch",
    "/conversations.remove-state",
    "/conversations.removeState",
    "/conversations.set-state",
    "/conversations.setState",
    "/conversations.tag",
    "/conversations.untag",
    "/conversations.update-contact",
    "/conversations.updateContact",
    "/envelopes.info",
    "/envelopes.list",
    "/envelopes.replay",
    "/health",
    "/media.upload",
    "/media.uploadFile",
    "/media/proxy/{message}/{file}",
    "/media/{key}",
    "/messages.list",
    "/messages.suggest-replies",
    "/messages.suggestReplies",
    "/metadata.upsert",
    "/metrics",
    "/openapi.json",
    "/page",
    "/page.channels.explore",
    "/sources.channels.create",
    "/sources.channels.disconnect",
    "/sources.channels.list",
    "/sources.create",
    "/sources.delete",
    "/sources.list",
    "/sources.update",
    "/sources.webhook",
    "/tags.create",
    "/tags.delete",
    "/tags.list",
    "/tags.update",
    "/templates.create",
    "/templates.delete",
    "/templates.info",
    "/templates.list",
    "/templates.update",
    "/users.list",
];
