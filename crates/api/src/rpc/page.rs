//! Requests and answers of lists whose cursor is the id of the first element.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_api_types::{PageJson, PaginationJson};
use switchboard_connector::{RequestBody, request};
use switchboard_engine::page::{Page, PageError, PageQuery};

use super::field::{FreeText, PageSize};
use crate::body::Json;
use crate::error::{ApiError, Code};

/// A body that is understood, and in which a `page_size` of `null` is the same as zero, as in Airy.
#[derive(Debug)]
pub(crate) struct Paged<T>(pub(crate) T);

impl<S: Sync, T: RequestBody> FromRequest<S> for Paged<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(mut body) = Json::from_request(request, state).await?;
        for name in ["page_size", "pageSize"] {
            if let Some(size) = body.get_mut(name).filter(|size| size.is_null()) {
                *size = json!(0);
            }
        }
        Ok(Self(request::parse(body)?))
    }
}

/// Which page a request wants.
pub(crate) fn query(cursor: Option<FreeText>, size: Option<PageSize>) -> PageQuery {
    PageQuery {
        cursor: cursor
            .map(|cursor| cursor.0.trim().to_owned())
            .filter(|cursor| !cursor.is_empty()),
        size: PageSize::of(size),
    }
}

/// A page as an answer.
pub(crate) fn answer<'p, T, J>(page: &'p Page<T>) -> Response
where
    J: Serialize + From<&'p T>,
{
    let Page {
        items,
        previous,
        next,
        total,
    } = page;
    let data: Vec<J> = items.iter().map(J::from).collect();
    axum::Json(PageJson {
        data,
        pagination_data: PaginationJson {
            previous_cursor: previous.clone(),
            next_cursor: next.clone(),
            total: *total,
        },
    })
    .into_response()
}

/// A page in the description's examples.
pub(crate) fn sample(item: &Value) -> Value {
    json!({
        "data": [item],
        "pagination_data": { "previous_cursor": null, "next_cursor": null, "total": 1 }
    })
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::UnknownCursor(_cursor) => Self::new(
                Code::InvalidRequest,
                "The field cursor is wrong: it must be a cursor that this list gave, and what it \
                 names may be gone; leave it out to begin again.",
            )
            .with_field("cursor"),
            PageError::Storage(error) => error.into(),
        }
    }
}
