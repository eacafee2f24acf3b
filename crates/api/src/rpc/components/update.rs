//! `POST /components.update`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_connector::request::Text;
use switchboard_connector::{InvalidRequest, RequestBody};
use switchboard_engine::Engine;
use switchboard_engine::components::{Component, ComponentSources};
use utoipa::{PartialSchema, ToSchema};

use super::setting::{named, shown};
use super::{SAMPLE_NAME, built_in, find};
use crate::body::Parsed;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// What components ought to be.
#[derive(Debug, Deserialize, ToSchema)]
struct UpdateComponents {
    /// Each of them.
    #[schema(inline)]
    components: Vec<Wanted>,
}

/// What one component ought to be.
#[derive(Debug, Deserialize, ToSchema)]
struct Wanted {
    /// Its name.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    name: Text,
    /// Whether it is on. No part of the hub can be switched off.
    #[serde(default)]
    enabled: Option<bool>,
    /// Its settings, in camel or in snake case.
    #[serde(default, alias = "Data")]
    #[schema(value_type = Option<Object>)]
    data: Option<Map<String, Value>>,
}

impl RequestBody for UpdateComponents {
    const REQUIRED: &'static [&'static str] = &["components"];
}

#[derive(Debug, Serialize, ToSchema)]
struct UpdatedJson {
    /// The components that are as they ought to be.
    components: BTreeMap<String, bool>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/components.update";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Checks that settings hold")
            .describe(
                "Settings are in the hub's configuration and cannot be changed while it runs. Values \
                 that hold already are agreed to, and so are the masks that `components.get` shows in \
                 the place of secrets. Anything else is refused with the name of the setting that \
                 does it. Parts that the hub does not have are left out of the answer.",
            )
            .request(
                UpdateComponents::schema(),
                json!({ "components": [{ "name": SAMPLE_NAME, "enabled": true }] }),
            )
            .answer(
                "Everything is so already.",
                UpdatedJson::schema(),
                json!({ "components": { SAMPLE_NAME: true } }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(update),
    }
}

async fn update(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UpdateComponents>,
) -> Result<Response, ApiError> {
    let mut components = BTreeMap::new();
    for (index, wanted) in request.components.iter().enumerate() {
        let Some(component) = find(&engine, wanted.name.as_str()) else {
            continue;
        };
        let place = format!("components[{index}]");
        if wanted.enabled == Some(false) {
            return Err(built_in(&component, &format!("{place}.enabled")));
        }
        for (name, value) in wanted.data.iter().flatten() {
            holds(&component, name, value, &format!("{place}.data.{name}"))?;
        }
        components.insert(component.name, true);
    }
    Ok(axum::Json(UpdatedJson { components }).into_response())
}

/// Agrees to a setting that has that value already. Never quotes a value: it may be a secret.
fn holds(component: &Component, name: &str, value: &Value, place: &str) -> Result<(), ApiError> {
    let value = match value {
        Value::Null => return Ok(()),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => {
            let problem = format!("The field {place} is wrong: it must be text.");
            return Err(InvalidRequest::field(place, problem).into());
        }
    };
    let Some((sources, setting)) = component
        .sources
        .as_ref()
        .and_then(|sources| Some((sources, named(sources.section(), name)?)))
    else {
        let problem = format!("{} has no setting {name}.", component.name);
        return Err(InvalidRequest::field(place, problem).into());
    };
    let is_so = match sources.settings.get(setting.key) {
        Some(held) => held.matches(&value) || shown(setting, held) == value,
        None => value.is_empty(),
    };
    if is_so {
        Ok(())
    } else {
        Err(elsewhere(sources, setting.key, place))
    }
}

fn elsewhere(sources: &ComponentSources, key: &str, place: &str) -> ApiError {
    let section = sources.section().name;
    let (section_word, key_word) = (section.to_uppercase(), key.to_uppercase());
    ApiError::new(
        Code::NotAtRunTime,
        format!(
            "Settings cannot be changed while the hub runs: set {key} under [sources.{section}] in \
             the configuration file, or the environment variable \
             SWITCHBOARD_SOURCES__{section_word}__{key_word}, and restart the hub."
        ),
    )
    .with_field(place)
}
