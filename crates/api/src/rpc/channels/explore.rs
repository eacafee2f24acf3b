//! `POST /channels.<source>.explore`, for sources that can list accounts before they are connected.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use switchboard_connector::request::Token;
use switchboard_connector::{Candidate, Connector, Explore};
use switchboard_domain::Source;
use switchboard_engine::Engine;
use switchboard_engine::channels::Explored;
use utoipa::PartialSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::body::Json;
use crate::error::{ApiError, exploring_failed};
use crate::openapi::{Fault, Sketch, data_of};
use crate::rpc::Procedure;

/// The procedure, and the same under the path by which Airy's web client calls it.
pub(super) fn procedures(connector: &dyn Connector) -> Vec<Procedure> {
    let source = connector.source();
    let Some(words) = connector.capabilities().explore else {
        return Vec::new();
    };
    let path = format!("/channels.{source}.explore");
    let sketch = sketch(&path, &source, words);
    let former_path = format!("/{source}.channels.explore");
    let former_sketch = self::sketch(&former_path, &source, words)
        .deprecated(format!("Another path of `{path}`, for older clients."));
    [(path, sketch), (former_path, former_sketch)]
        .into_iter()
        .map(|(path, sketch)| {
            let source = source.clone();
            Procedure {
                path,
                operation: sketch.build(),
                route: post(move |State(engine): State<Engine>, Json(body): Json| {
                    explore(engine, source.clone(), words.account_field, body)
                }),
            }
        })
        .collect()
}

async fn explore(
    engine: Engine,
    source: Source,
    account_field: &'static str,
    body: Value,
) -> Result<Response, ApiError> {
    let accounts = engine
        .explore_channels(source.clone(), body)
        .await
        .map_err(|error| exploring_failed(&source, error))?;
    let data = accounts
        .into_iter()
        .map(|account| ExploredJson {
            account_field,
            account,
        })
        .collect();
    Ok(axum::Json(ExploredListJson { data }).into_response())
}

#[derive(Serialize)]
struct ExploredListJson {
    data: Vec<ExploredJson>,
}

/// An account, named in the words of its source.
struct ExploredJson {
    account_field: &'static str,
    account: Explored,
}

impl Serialize for ExploredJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Explored {
            candidate,
            connected,
        } = &self.account;
        let Candidate {
            source_channel_id,
            name,
            image_url,
        } = candidate;
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("name", name)?;
        fields.serialize_entry(self.account_field, source_channel_id.as_str())?;
        fields.serialize_entry("connected", connected)?;
        if let Some(image_url) = image_url {
            fields.serialize_entry("image_url", image_url)?;
        }
        fields.end()
    }
}

fn sketch(path: &str, source: &Source, words: Explore) -> Sketch {
    let Explore {
        account_field,
        token_fields,
    } = words;
    let mut request = ObjectBuilder::new().description(Some("Whose accounts to list."));
    let mut example = Value::Null;
    if let Some((field, aliases)) = token_fields.split_first() {
        request = request.property(*field, Token::schema()).required(*field);
        for alias in aliases {
            request = request.property(*alias, Token::schema());
        }
        example = json!({ *field: "authentication token" });
    }
    Sketch::procedure(path, format!("Lists the accounts of {source}"))
        .describe(
            "Asks the provider which accounts the token could connect, to the last page. \
             `connected` tells which of them are connected to this hub already.",
        )
        .request(request.build(), example)
        .answer(
            "The accounts.",
            data_of(account_schema(account_field)),
            json!({ "data": [
                {
                    "name": "my page 1",
                    account_field: "fb-page-id-1",
                    "connected": false,
                    "image_url": "http://example.org/avatar.jpeg"
                },
                { "name": "my page 2", account_field: "fb-page-id-2", "connected": true }
            ] }),
        )
        .faults(Fault::PROCEDURE)
        .faults(Fault::PROVIDER)
}

fn account_schema(account_field: &str) -> Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .property("name", text())
        .required("name")
        .property(account_field, text())
        .required(account_field)
        .property("connected", ObjectBuilder::new().schema_type(Type::Boolean))
        .required("connected")
        .property("image_url", text())
        .build()
}
