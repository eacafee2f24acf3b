//! `media.upload`, which older clients call `media.uploadFile`.

use std::time::Duration;

use axum::Json;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::routing::post;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use switchboard_engine::Engine;
use switchboard_engine::media::{Upload, UploadError};
use tokio::time::timeout;
use utoipa::openapi::path::Operation;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{ContentBuilder, RefOr, Required};

use crate::auth::ShowsHubToken;
use crate::error::{ApiError, Code};
use crate::limits::Limits;
use crate::openapi::{Fault, Sketch};
use crate::peer::Peer;
use crate::rpc::Procedure;
use crate::rpc::bearer::bearer;

const PATH: &str = "/media.upload";
const ALIAS: &str = "/media.uploadFile";

/// Longest wait for the next piece of a file.
const PIECE: Duration = Duration::from_secs(30);

/// So much of a file that is too large is read all the same: most callers send all of it before they
/// listen, and would never see the answer.
const DRAINED: usize = 16 * 1024 * 1024;

pub(super) fn procedures(limits: &Limits) -> Vec<Procedure> {
    [PATH, ALIAS]
        .map(|path| {
            let limits = limits.clone();
            let route = move |State(engine): State<Engine>, request: Request| {
                let limits = limits.clone();
                async move { upload(&engine, &limits, request).await }
            };
            Procedure {
                path: path.to_owned(),
                operation: operation(path),
                // The engine counts.
                route: post(route).layer(DefaultBodyLimit::disable()),
            }
        })
        .into()
}

async fn upload(
    engine: &Engine,
    limits: &Limits,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    admit(engine, limits, &request)?;
    if !is_multipart(&request) {
        return Err(ApiError::new(
            Code::UnsupportedMediaType,
            "The body must be a form with a file; send it with `Content-Type: multipart/form-data`.",
        ));
    }
    let mut form = Multipart::from_request(request, engine)
        .await
        .map_err(|refused| failed(&refused.body_text()))?;
    while let Some(field) = next_field(&mut form).await? {
        if field.name() == Some("file") {
            let url = take(engine, field).await?;
            return Ok(Json(json!({ "media_url": url })));
        }
    }
    Err(failed("the part `file` is missing").with_field("file"))
}

/// The hub's users may hand files in, and so may visitors who chat.
fn admit(engine: &Engine, limits: &Limits, request: &Request) -> Result<(), ApiError> {
    if request.extensions().get::<ShowsHubToken>().is_some() {
        return Ok(());
    }
    limits.address(Peer::asking(request))?;
    let token = bearer(request.headers()).ok_or_else(|| {
        ApiError::new(
            Code::Unauthorized,
            "The request needs the hub's system token, or a visitor's; send it as \
             `Authorization: Bearer <token>`.",
        )
    })?;
    let visitor = engine.visitor(token)?;
    limits.visitor(visitor.conversation)
}

fn is_multipart(request: &Request) -> bool {
    let named = request.headers().get(CONTENT_TYPE);
    let named = named.and_then(|named| named.to_str().ok()).unwrap_or("");
    let essence = named.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("multipart/form-data")
}

async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, ApiError> {
    timeout(PIECE, form.next_field())
        .await
        .map_err(|_elapsed| stopped())?
        .map_err(|error| unreadable(&error))
}

/// Takes a file in as it comes.
async fn take(engine: &Engine, mut field: Field<'_>) -> Result<String, ApiError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(ApiError::new(
            Code::InvalidRequest,
            "The part `file` has no file name; send one.",
        )
        .with_status(StatusCode::UNPROCESSABLE_ENTITY)
        .with_field("file"));
    }
    let mut upload = engine.begin_upload(&name).await?;
    match fill(&mut upload, &mut field).await {
        Ok(()) => Ok(upload.keep().await?),
        Err(error) => {
            drop(upload);
            drain(&mut field).await;
            Err(error)
        }
    }
}

async fn fill(upload: &mut Upload, field: &mut Field<'_>) -> Result<(), ApiError> {
    while let Some(piece) = timeout(PIECE, field.chunk())
        .await
        .map_err(|_elapsed| stopped())?
        .map_err(|error| unreadable(&error))?
    {
        upload.take(piece).await?;
    }
    Ok(())
}

async fn drain(field: &mut Field<'_>) {
    let mut drained = 0;
    while let Ok(Ok(Some(piece))) = timeout(PIECE, field.chunk()).await {
        drained += piece.len();
        if drained > DRAINED {
            break;
        }
    }
}

fn stopped() -> ApiError {
    failed("the file stopped arriving half-way")
}

fn unreadable(error: &MultipartError) -> ApiError {
    failed(&error.body_text())
}

/// Words and status are Airy's.
fn failed(problem: &str) -> ApiError {
    let problem = problem.trim_end_matches('.');
    ApiError::new(
        Code::InvalidRequest,
        format!("Media Upload failed with error: {problem}."),
    )
}

impl From<UploadError> for ApiError {
    fn from(error: UploadError) -> Self {
        match &error {
            UploadError::TooLarge(limit) => Self::new(
                Code::BodyTooLarge,
                format!(
                    "Media Upload failed with error: the file is larger than {limit} bytes, which \
                     is the limit."
                ),
            ),
            UploadError::Store(_) => Self::new(
                Code::StorageUnavailable,
                "Media Upload failed with error: the media store is unavailable; try again.",
            )
            .with_status(StatusCode::BAD_REQUEST)
            .caused_by(&error),
        }
    }
}

fn operation(path: &str) -> Operation {
    let sketch = if path == PATH {
        Sketch::public("media", path, "Takes a file in").describe(
            "For files that are to be sent. Callers show the hub's own token or, in the web chat, \
             the visitor's. The same file gets the same address.",
        )
    } else {
        Sketch::public("media", path, "Takes a file in")
            .deprecated("The name that older clients know for `media.upload`.")
    };
    let file = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .description(Some("The file, with its name."));
    let form: Schema = ObjectBuilder::new()
        .property("file", file)
        .required("file")
        .into();
    let body = RequestBodyBuilder::new()
        .content(
            "multipart/form-data",
            ContentBuilder::new().schema(Some(form)).build(),
        )
        .required(Some(Required::True))
        .build();
    let answer: Schema = ObjectBuilder::new()
        .property("media_url", ObjectBuilder::new().schema_type(Type::String))
        .required("media_url")
        .into();
    let mut operation = sketch
        .answer(
            "Where the file is. Nobody can guess the address, and it is good for ever.",
            answer,
            json!({ "media_url": "https://hub.example.com/media/da39a3ee-5e6b-5b0d-b255-bfef95601890.png?signature=…" }),
        )
        .faults(Fault::PROCEDURE)
        .faults(&[
            Fault::InvalidToken,
            Fault::TooManyRequests,
            Fault::NoFileName,
        ])
        .build();
    operation.request_body = Some(RefOr::T(body));
    operation
}
