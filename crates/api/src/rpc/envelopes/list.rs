//! `POST /envelopes.list`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{InvalidRequest, Text, optional};
use switchboard_domain::{EnvelopeFilter, EnvelopeId, Source, Verdict};
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::{EnvelopeJson, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::{FreeText, PageSize};

/// Which envelopes to list; nothing set means all.
#[derive(Debug, Deserialize, ToSchema)]
struct ListRequest {
    /// Only of this source.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    source: Option<Text>,
    /// Only with this verdict.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    verdict: Option<Text>,
    /// What the page before gave as `next_cursor`.
    #[serde(default)]
    #[schema(inline)]
    cursor: Option<FreeText>,
    /// How many at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
}

impl RequestBody for ListRequest {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("pageSize", "page_size")];
}

#[derive(Serialize)]
struct ListJson {
    data: Vec<EnvelopeJson>,
    next_cursor: Option<String>,
    applied_through: String,
    newest: String,
}

pub(super) fn procedure() -> Procedure {
    let path = "/envelopes.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("envelopes", path, "Lists what providers have sent")
            .describe(
                "Newest first. `verdict` selects what did not simply take effect: kinds that are \
                 not known yet, calls for accounts that are not connected, entries that cannot be \
                 read.",
            )
            .request(
                ListRequest::schema(),
                json!({ "source": "whatsapp", "verdict": "unknown" }),
            )
            .answer(
                "The envelopes, and how far they have been applied.",
                data_of(reference("Envelope")),
                json!({
                    "data": [sample()],
                    "next_cursor": null,
                    "applied_through": "4711",
                    "newest": "4711"
                }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ListRequest>,
) -> Result<Response, ApiError> {
    let ListRequest {
        source,
        verdict,
        cursor,
        page_size,
    } = request;
    let filter = EnvelopeFilter {
        source: source.map(|source| Source::new(source.into_string())),
        verdict: verdict.as_ref().map(parse_verdict).transpose()?,
    };
    let before = cursor
        .filter(|cursor| !cursor.0.trim().is_empty())
        .map(|cursor| {
            cursor
                .0
                .trim()
                .parse()
                .map(EnvelopeId::new)
                .map_err(|_error| {
                    InvalidRequest::field(
                        "cursor",
                        "The field cursor is wrong: it must be what envelopes.list gave.",
                    )
                })
        })
        .transpose()?;
    let page = engine
        .list_envelopes(filter, before, PageSize::of(page_size))
        .await?;
    let last = page.envelopes.last().filter(|_last| page.has_more);
    Ok(Json(ListJson {
        next_cursor: last.map(|last| last.id.to_string()),
        data: page
            .envelopes
            .iter()
            .map(|head| EnvelopeJson::new(head, page.progress))
            .collect(),
        applied_through: page.progress.through.to_string(),
        newest: page.progress.newest.to_string(),
    })
    .into_response())
}

fn parse_verdict(name: &Text) -> Result<Verdict, InvalidRequest> {
    Verdict::parse(name.as_str()).ok_or_else(|| {
        let names: Vec<_> = Verdict::ALL
            .iter()
            .map(|verdict| verdict.as_str())
            .collect();
        InvalidRequest::field(
            "verdict",
            format!(
                "The field verdict is wrong: it must be one of {}.",
                names.join(", ")
            ),
        )
    })
}
