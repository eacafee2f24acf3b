//! `POST /client.config`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_domain::TagColor;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use crate::body::Json;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// What a console needs to know of the hub before anything else.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigJson {
    /// Everything the hub consists of, by name.
    #[schema(inline)]
    services: BTreeMap<String, ServiceJson>,
    /// Who is calling; `null` where the hub knows no users.
    #[schema(value_type = Option<Object>)]
    user_profile: Option<Value>,
    #[schema(inline)]
    tag_config: TagConfigJson,
    /// The hub's version.
    #[schema(value_type = String, example = "0.1.0")]
    cluster_version: Arc<str>,
}

/// A part of the hub. All parts are one program, so they are well or ill together.
#[derive(Debug, Serialize, ToSchema)]
struct ServiceJson {
    /// Always: a part of a program cannot be switched off.
    enabled: bool,
    /// Whether the hub can serve and store.
    healthy: bool,
    /// The component it belongs to.
    component: String,
}

/// How tags look.
#[derive(Debug, Serialize, ToSchema)]
struct TagConfigJson {
    /// By the names of the colours; in hexadecimal digits without `#`.
    #[schema(inline)]
    colors: BTreeMap<&'static str, ColorJson>,
}

/// How tags of one colour look.
#[derive(Debug, Serialize, ToSchema)]
struct ColorJson {
    default: &'static str,
    background: &'static str,
    font: &'static str,
    position: u8,
    border: &'static str,
}

pub(super) fn procedure(version: &str) -> Procedure {
    let path = "/client.config";
    let version: Arc<str> = version.into();
    let sample = config(
        Arc::clone(&version),
        ["api-contacts".to_owned()],
        Health::Good,
    );
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("client", path, "Tells a console about the hub")
            .describe("Nothing in the body matters.")
            .answer("The configuration.", ConfigJson::schema(), json!(sample))
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(move |State(engine): State<Engine>, _: Json| answer(engine, version)),
    }
}

async fn answer(engine: Engine, version: Arc<str>) -> Response {
    let health = match engine.check_health().await {
        Ok(()) => Health::Good,
        Err(_unwell) => Health::Bad,
    };
    let names = engine
        .components()
        .into_iter()
        .map(|component| component.name);
    axum::Json(config(version, names, health)).into_response()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Good,
    Bad,
}

fn config(
    version: Arc<str>,
    components: impl IntoIterator<Item = String>,
    health: Health,
) -> ConfigJson {
    let services = components.into_iter().map(|name| {
        let service = ServiceJson {
            enabled: true,
            healthy: health == Health::Good,
            component: name.clone(),
        };
        (name, service)
    });
    ConfigJson {
        services: services.collect(),
        user_profile: None,
        tag_config: TagConfigJson {
            colors: TagColor::ALL
                .map(|color| (color.as_str(), look_of(color)))
                .into(),
        },
        cluster_version: version,
    }
}

/// The colours of Airy's inbox.
const fn look_of(color: TagColor) -> ColorJson {
    let (strong, background, position) = match color {
        TagColor::Blue => ("1578D4", "F5FFFB", 1),
        TagColor::Red => ("E0243A", "FFF7F9", 2),
        TagColor::Green => ("0E764F", "F5FFFB", 3),
        TagColor::Purple => ("730A80", "FEF7FF", 4),
    };
    ColorJson {
        default: strong,
        background,
        font: strong,
        position,
        border: strong,
    }
}
