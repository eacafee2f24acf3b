//! A page of a list, as clients see it.

use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageJson<T> {
    /// The elements.
    pub data: Vec<T>,
    /// How to get at the others.
    pub pagination_data: PaginationJson,
}

/// How to get at the other pages of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PaginationData)]
pub struct PaginationJson {
    /// The `cursor` of the page before; `null` if there is none.
    pub previous_cursor: Option<String>,
    /// The `cursor` of the next page; `null` on the last.
    #[schema(example = "0686be1a-84e3-5135-9960-3269161887e5")]
    pub next_cursor: Option<String>,
    /// How many elements there are on all pages. `conversations.list` says where it
    /// stops counting.
    #[schema(example = 104)]
    pub total: u64,
}
