//! `POST /components.get`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde_json::json;
use switchboard_engine::Engine;
use switchboard_engine::components::ComponentSources;
use utoipa::{PartialSchema, ToSchema};

use super::SAMPLE_NAME;
use super::setting::{name_of, shown};
use crate::body::Json;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// The settings of sources, by component and name.
#[derive(Debug, Serialize, ToSchema)]
struct SettingsJson {
    /// Each component with its settings; none for a source that nobody has configured.
    components: BTreeMap<String, BTreeMap<String, String>>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/components.get";
    let sample = json!({ "components": { SAMPLE_NAME: {
        "appId": "1234567890",
        "appSecret": "abcd...",
        "webhookSecret": "e..."
    } } });
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Shows the settings of sources")
            .describe(
                "As they hold, defaults included; what is secret is masked. A source that nobody has \
                 configured has none. Nothing in the body matters.",
            )
            .answer("The settings.", SettingsJson::schema(), sample)
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(get),
    }
}

async fn get(State(engine): State<Engine>, _: Json) -> Response {
    let components = engine
        .components()
        .into_iter()
        .filter_map(|component| {
            let settings = component.sources.as_ref().map(settings)?;
            Some((component.name, settings))
        })
        .collect();
    axum::Json(SettingsJson { components }).into_response()
}

fn settings(sources: &ComponentSources) -> BTreeMap<String, String> {
    if !sources.is_configured() {
        return BTreeMap::new();
    }
    sources
        .section()
        .settings
        .iter()
        .filter_map(|setting| {
            let value = sources.settings.get(setting.key)?;
            Some((name_of(setting), shown(setting, value)))
        })
        .collect()
}
