//! Every route, each behind a gate of its own.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::handler::Handler as _;
use axum::routing::{MethodRouter, get, get_service};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Uri};
use switchboard_connector::Connector;
use switchboard_engine::Engine;
use tower::Layer as _;
use utoipa::openapi::OpenApi;

use crate::access_log::Voice;
use crate::auth::Guard;
use crate::door::Door;
use crate::error::{ApiError, Code};
use crate::gate::{Access, GateLayer, House};
use crate::ingest::Webhook;
use crate::limits::Limits;
use crate::traffic::Traffic;
use crate::{ApiOptions, MetricsHandle, docs, health, media, metrics, openapi, rpc};

/// What every path that leads nowhere is called in metrics and logs.
const NOWHERE: &str = "unmatched";

/// Everything that the hub serves.
pub fn router(engine: Engine, options: ApiOptions) -> Router {
    let ApiOptions {
        system_token,
        anonymous_hosts,
        allowed_origins,
        metrics,
        request_timeout,
        chance,
        version,
    } = options;
    let connectors = engine.connectors();
    let house = Arc::new(House {
        guard: Guard::new(system_token, anonymous_hosts),
        allowed_origins,
        request_timeout,
        chance,
    });
    let gate = |endpoint: &str, access| GateLayer {
        house: Arc::clone(&house),
        traffic: Arc::new(Traffic::of(endpoint)),
        access,
        voice: Voice::Normal,
    };
    let mut router = Router::new();
    for procedure in rpc::procedures(connectors, version) {
        let gate = gate(&procedure.path, Access::Guarded);
        router = router.route(&procedure.path, behind(gate, procedure.route));
    }
    let limits = Limits::new();
    for (access, procedure) in rpc::with_own_tokens(&limits) {
        let gate = gate(&procedure.path, access);
        router = router.route(&procedure.path, behind(gate, procedure.route));
    }
    let door = Door::default();
    for path in engine.webhook_paths() {
        let gate = gate(path, Access::Public);
        let webhook = gate.layer(Webhook {
            engine: engine.clone(),
            door: door.clone(),
            path,
        });
        let route = get_service(webhook.clone()).post_service(webhook);
        router = router.route(path, refusing_others(gate, route));
    }
    for (path, route) in media::routes() {
        router = router.route(path, behind(gate(path, Access::Public), route));
    }
    for (path, access, voice, route) in pages(metrics, &openapi(connectors, version)) {
        let gate = GateLayer {
            voice,
            ..gate(path, access)
        };
        router = router.route(path, behind(gate, route));
    }
    let nowhere = move |uri: Uri| async move { nowhere(connectors, &uri) };
    router
        .fallback(nowhere.layer(gate(NOWHERE, Access::Public)))
        .with_state(engine)
}

/// A route behind its gate. Another method than the route's is refused to everybody alike, with or
/// without a token.
fn behind(gate: GateLayer, route: MethodRouter<Engine>) -> MethodRouter<Engine> {
    let access = match gate.access {
        Access::Guarded | Access::Public => Access::Public,
        Access::Visitors | Access::Uploads => Access::Visitors,
    };
    let public = GateLayer {
        access,
        ..gate.clone()
    };
    refusing_others(public, route.layer(gate))
}

/// A route that refuses other methods than its own behind a gate.
fn refusing_others(gate: GateLayer, route: MethodRouter<Engine>) -> MethodRouter<Engine> {
    let refuse = |method: Method| async move { method_not_allowed(&method) };
    route.fallback(refuse.layer(gate))
}

type Page = (&'static str, Access, Voice, MethodRouter<Engine>);

/// What the hub shows with `GET`.
fn pages(metrics: MetricsHandle, description: &OpenApi) -> Vec<Page> {
    let metrics = get(|| async move { metrics::scraped(&metrics) });
    let description = Bytes::from(openapi::as_text(description));
    let description = get(|| async { ([(CONTENT_TYPE, "application/json")], description) });
    let page = docs::config();
    let index = Arc::clone(&page);
    let index = get(|| async { docs::file(index, "") });
    let file = get(|Path(name): Path<String>| async move { docs::file(page, &name) });
    let redirect = get(|| async { docs::to_the_page() });
    vec![
        ("/health", Access::Public, Voice::Quiet, get(health::health)),
        ("/metrics", Access::Guarded, Voice::Quiet, metrics),
        ("/openapi.json", Access::Public, Voice::Normal, description),
        ("/docs", Access::Public, Voice::Normal, redirect),
        ("/docs/", Access::Public, Voice::Normal, index),
        ("/docs/{*file}", Access::Public, Voice::Normal, file),
    ]
}

/// The server adds `Allow`, which it knows better.
fn method_not_allowed(method: &Method) -> ApiError {
    ApiError::new(
        Code::MethodNotAllowed,
        format!(
            "The method {method} is not allowed here; the header `allow` names those that are."
        ),
    )
}

/// The answer to a path that leads nowhere.
fn nowhere(connectors: &[&'static dyn Connector], uri: &Uri) -> ApiError {
    let sources = || {
        connectors
            .iter()
            .map(|connector| connector.source().as_str().to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let procedure = uri.path().strip_prefix("/channels.").unwrap_or_default();
    match procedure.rsplit_once('.') {
        Some((_, "connect" | "disconnect")) => ApiError::new(
            Code::UnknownSource,
            format!("There is no such source; there are {}.", sources()),
        ),
        Some((_, "explore")) => ApiError::new(
            Code::UnknownSource,
            "There is no such source, or its accounts cannot be listed.",
        ),
        _ => ApiError::new(
            Code::NotFound,
            "Nothing is here; /docs/ shows what can be called.",
        ),
    }
}
