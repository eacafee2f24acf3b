//! `POST /components.list`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde_json::{Map, Value, json};
use switchboard_engine::Engine;
use switchboard_engine::components::Component;
use utoipa::{PartialSchema, ToSchema};

use super::SAMPLE_NAME;
use super::setting::name_of;
use crate::body::Json;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// The parts of the hub, by name.
#[derive(Debug, Serialize, ToSchema)]
struct ListJson {
    /// Each part.
    #[schema(inline)]
    components: BTreeMap<String, ComponentJson>,
}

/// A part of the hub, in the words of Airy's catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ComponentJson {
    /// Its name.
    name: String,
    /// Its name for people.
    display_name: String,
    /// What it is for.
    description: String,
    /// What kind of part it is.
    category: &'static str,
    /// What it costs.
    price: &'static str,
    /// The source it connects; of several the first. Only for sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// `"true"` for sources.
    is_channel: &'static str,
    /// The names and kinds of its settings, as JSON in a text.
    configuration_values: String,
    /// Always `installed`: it is a part of the program.
    installation_status: &'static str,
}

pub(super) fn procedure() -> Procedure {
    let path = "/components.list";
    let sample = json!({ "components": { SAMPLE_NAME: {
        "name": SAMPLE_NAME,
        "displayName": "Facebook",
        "description": "Connects accounts of facebook and instagram.",
        "category": "channel",
        "price": "Free",
        "source": "facebook",
        "isChannel": "true",
        "configurationValues": "{\"appId\":\"string\",\"appSecret\":\"string\"}",
        "installationStatus": "installed"
    } } });
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Lists the parts of the hub")
            .describe(
                "All of them are one program, so all of them are installed. Nothing in the body \
                 matters.",
            )
            .answer("The parts.", ListJson::schema(), sample)
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(State(engine): State<Engine>, _: Json) -> Response {
    let components = engine
        .components()
        .iter()
        .map(|component| (component.name.clone(), described(component)))
        .collect();
    axum::Json(ListJson { components }).into_response()
}

fn described(component: &Component) -> ComponentJson {
    let Component {
        name,
        about,
        sources,
    } = component;
    let settings = sources.as_ref().map_or(&[][..], |it| it.section().settings);
    let values: Map<String, Value> = settings
        .iter()
        .map(|setting| (name_of(setting), json!("string")))
        .collect();
    let is_source = sources.is_some();
    ComponentJson {
        name: name.clone(),
        display_name: for_people(name.strip_prefix("sources-").unwrap_or(name)),
        description: about.clone(),
        category: if is_source { "channel" } else { "core" },
        price: "Free",
        source: sources
            .as_ref()
            .and_then(|it| it.sources.first())
            .map(|source| source.as_str().to_owned()),
        is_channel: if is_source { "true" } else { "false" },
        configuration_values: Value::Object(values).to_string(),
        installation_status: "installed",
    }
}

fn for_people(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.as_str().chars()).collect()
}
