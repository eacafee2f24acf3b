//! `POST /channels.<source>.connect`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;
use switchboard_connector::Connector;
use switchboard_domain::Source;
use switchboard_engine::Engine;
use switchboard_engine::channels::ConnectedChannel;

use super::{sample_of, shown};
use crate::body::Json;
use crate::error::{ApiError, connecting_failed};
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

pub(super) fn procedure(connector: &dyn Connector) -> Procedure {
    let source = connector.source();
    let path = format!("/channels.{source}.connect");
    let example = connector.connect_example();
    let metadata: Value = ["name", "image_url"]
        .into_iter()
        .filter_map(|field| Some((field, example.get(field)?.clone())))
        .collect();
    let connected = sample_of(source.as_str(), &metadata);
    Procedure {
        operation: Sketch::procedure(&path, format!("Connects an account of {source}"))
            .describe(
                "Connects an account, or renews it if it was connected before: the id stays the \
                 same. Nothing is stored unless the provider accepts it.",
            )
            .request(connector.connect_schema(), example)
            .answer("The channel, connected.", reference("Channel"), connected)
            .faults(Fault::PROCEDURE)
            .faults(Fault::PROVIDER)
            .build(),
        path,
        route: post(move |State(engine): State<Engine>, Json(body): Json| {
            connect(engine, source.clone(), body)
        }),
    }
}

async fn connect(engine: Engine, source: Source, body: Value) -> Result<Response, ApiError> {
    match engine.connect_channel(source.clone(), body).await {
        Ok(ConnectedChannel { channel, records }) => Ok(shown(&channel, &records)),
        Err(error) => Err(connecting_failed(&source, error)),
    }
}
